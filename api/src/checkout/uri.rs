//! Payment URIs, as wallets read them from a QR code.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// What a wallet needs to send money: address, amount in the asset's units, memo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) address: &'a str,
    pub(crate) amount: &'a str,
    pub(crate) memo: &'a str,
}

/// The URI for an asset of this network; `None` for networks without one. A token on a chain is asked
/// for by its contract where the chain's form has a place for it.
pub(crate) fn payment(network: &str, contract: Option<&str>, ask: Ask<'_>) -> Option<String> {
    let Ask { address, amount, memo } = ask;
    let memo = encoded(memo);
    Some(match network {
        // ton:// links count in nanotons.
        "TON" => {
            let units = scaled(amount, 9)?;
            format!("ton://transfer/{address}?amount={units}&text={memo}")
        }
        "TRX" => format!("tron:{address}?amount={amount}&memo={memo}"),
        "BTC" => format!("bitcoin:{address}?amount={amount}&message={memo}"),
        "ETH" | "ARB" => {
            let chain = if network == "ARB" { "@42161" } else { "" };
            match contract {
                Some(contract) => {
                    let units = scaled(amount, 6)?;
                    format!("ethereum:{contract}{chain}/transfer?address={address}&uint256={units}")
                }
                None => format!("ethereum:{address}{chain}?value={}", scaled(amount, 18)?),
            }
        }
        _ => return None,
    })
}

/// A decimal text in units of 10^-places.
fn scaled(amount: &str, places: usize) -> Option<String> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if fraction.len() > places {
        return None;
    }
    let digits = format!("{whole}{fraction:0<places$}");
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { "0" } else { digits }.to_owned())
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut to, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            to.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(to, "%{byte:02X}");
        }
        to
    })
}

/// A QR code as the data of an SVG path on a grid of this many modules, the quiet zone included.
pub(crate) fn qr(text: &str) -> Option<(String, usize)> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0_usize;
        // Dark modules side by side are one bar.
        for run in modules.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            column += run.len();
        }
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_has_its_own_form() {
        let ask = |amount| Ask { address: "A", amount, memo: "a b" };
        let of = |network: &str, contract, amount| payment(network, contract, ask(amount));
        assert_eq!(
            of("TON", None, "1.5").unwrap(),
            "ton://transfer/A?amount=1500000000&text=a%20b"
        );
        assert_eq!(of("TRX", None, "1.5").unwrap(), "tron:A?amount=1.5&memo=a%20b");
        assert_eq!(of("BTC", None, "0.001").unwrap(), "bitcoin:A?amount=0.001&message=a%20b");
        assert_eq!(of("ETH", None, "0.5").unwrap(), "ethereum:A?value=500000000000000000");
        assert_eq!(
            of("ARB", Some("C"), "25.5").unwrap(),
            "ethereum:C@42161/transfer?address=A&uint256=25500000"
        );
        assert_eq!(of("TELEGRAM", None, "1"), None);
        assert_eq!(of("TON", None, "0.0000000001"), None, "finer than the chain counts");
    }

    #[test]
    fn a_code_has_a_quiet_zone_and_three_corners() {
        let (path, size) = qr("https://t.me/bot?start=x7k2m9").unwrap();
        assert!(size > 29 && path.starts_with("M4 4h7v1h-7z"), "{size} {path}");
        assert!(qr(&"x".repeat(10_000)).is_none(), "too long for any code");
    }
}
