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

/// The contracts of tokens on the networks that carry them.
const CONTRACTS: [(&str, &str); 3] = [
    ("USDT-TRC20", "TR7NHqjeKQGxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("USDT-ERC20", "0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    ("USDT-ARB", "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9"),
];

/// The URI for an asset of this network; `None` where there is none that could not be taken for
/// another coin. A token is asked for by its contract.
pub(crate) fn payment(asset: &str, network: &str, ask: Ask<'_>) -> Option<String> {
    let Ask { address, amount, memo } = ask;
    let memo = encoded(memo);
    let contract = CONTRACTS.iter().find(|(id, _)| *id == asset).map(|(_, contract)| *contract);
    Some(match (network, asset, contract) {
        // ton:// links count in nanotons.
        ("TON", "TON", None) => {
            let units = scaled(amount, 9)?;
            format!("ton://transfer/{address}?amount={units}&text={memo}")
        }
        ("BTC", "BTC", None) => format!("bitcoin:{address}?amount={amount}&message={memo}"),
        ("TRX", "TRX", None) => format!("tron:{address}?amount={amount}&memo={memo}"),
        // No amount: who does not know tokens would take it for one of TRX.
        ("TRX", _, Some(contract)) => format!("tron:{address}?token={contract}&memo={memo}"),
        ("ETH", "ETH", None) => format!("ethereum:{address}?value={}", scaled(amount, 18)?),
        ("ETH" | "ARB", _, Some(contract)) => {
            let (chain, units) = (if network == "ARB" { "@42161" } else { "" }, scaled(amount, 6)?);
            format!("ethereum:{contract}{chain}/transfer?address={address}&uint256={units}")
        }
        (_, _, Some(_) | None) => return None,
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
        let of = |asset, network, amount| payment(asset, network, ask(amount));
        for (asset, network, amount, expected) in [
            ("TON", "TON", "1.5", "ton://transfer/A?amount=1500000000&text=a%20b"),
            ("TRX", "TRX", "1.5", "tron:A?amount=1.5&memo=a%20b"),
            (
                "USDT-TRC20",
                "TRX",
                "1.5",
                "tron:A?token=TR7NHqjeKQGxGTCi8q8ZY4pL8otSzgjLj6t&memo=a%20b",
            ),
            ("BTC", "BTC", "0.001", "bitcoin:A?amount=0.001&message=a%20b"),
            ("ETH", "ETH", "0.5", "ethereum:A?value=500000000000000000"),
            (
                "USDT-ARB",
                "ARB",
                "25.5",
                "ethereum:0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9@42161/transfer?address=A&uint256=25500000",
            ),
        ] {
            assert_eq!(of(asset, network, amount).as_deref(), Some(expected));
        }
        for (asset, network) in
            [("STARS", "TELEGRAM"), ("TGR", "TON"), ("DAI", "ETH"), ("X", "TRX")]
        {
            assert_eq!(of(asset, network, "1"), None, "{asset} is not the network's own coin");
        }
        assert_eq!(of("TON", "TON", "0.0000000001"), None, "finer than the chain counts");
    }

    #[test]
    fn a_code_has_a_quiet_zone_and_three_corners() {
        let (path, size) = qr("https://t.me/bot?start=x7k2m9").unwrap();
        assert!(size > 29 && path.starts_with("M4 4h7v1h-7z"), "{size} {path}");
        assert!(qr(&"x".repeat(10_000)).is_none(), "too long for any code");
    }
}
