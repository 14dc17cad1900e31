//! Requests, judged in the order and with the sentences of `wallet.md` §1 and §2; and what assets are
//! called here: a code and a network.

use domain::{Amount, Asset, Catalogue, Name};
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::Fault;
use crate::json::AnyText;
use crate::web::is_webhook_url;

/// Most characters of an amount: more are zeros, or too much.
const AMOUNT_CHARS_MAX: usize = 40;
/// More decimals than these are not written: of what is finer, only those of its money scale.
const PLACES_MAX: u8 = 9;

/// What was written, without blanks around it: a string, or a number's own text. Blank is missing.
pub(super) fn text(given: &AnyText) -> Option<String> {
    let text = match given.value() {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Was something written that is neither text nor number? It is there, and it is wrong.
pub(super) fn is_wrong(given: &AnyText) -> bool {
    matches!(given.value(), Value::Bool(_) | Value::Array(_) | Value::Object(_))
}

fn invalid() -> Fault {
    Fault::bad("Invalid amount.")
}

/// A plain decimal, and more than nothing; in what is not looked at yet.
pub(super) fn decimal(text: &str) -> Result<(), Fault> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > AMOUNT_CHARS_MAX || !digits(whole) || !digits(fraction) {
        return Err(invalid());
    }
    let nothing = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if nothing { Err(Fault::bad("Amount must be greater than zero.")) } else { Ok(()) }
}

/// Decimals an amount of this asset may be written with.
pub(super) fn places(asset: &Asset) -> u8 {
    if asset.exponent <= PLACES_MAX { asset.exponent } else { asset.scale }
}

/// Base units of such a decimal with at most so many places.
pub(super) fn amount(text: &str, asset: &Asset, places: u8) -> Result<Amount, Fault> {
    decimal(text)?;
    let fraction = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if fraction > usize::from(places) {
        return Err(invalid());
    }
    let units = asset.parse(text).map_err(|_| invalid())?;
    let most = Decimal::new(99_999_999_999, 2);
    let sound = asset.decimal(units).is_some_and(|decimal| decimal <= most);
    if sound { Ok(units) } else { Err(invalid()) }
}

/// A URL; null and "" are none, and what is no URL gets this sentence.
pub(super) fn url(
    given: Option<&AnyText>,
    allow_http: bool,
    sentence: &str,
) -> Result<Option<String>, Fault> {
    let invalid = || Fault::bad(sentence);
    match given.map_or(&Value::Null, AnyText::value) {
        Value::Null => Ok(None),
        Value::String(url) if url.is_empty() => Ok(None),
        Value::String(url) if is_webhook_url(url, allow_http) => Ok(Some(url.clone())),
        Value::String(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_) => Err(invalid()),
    }
}

/// The code of an asset: what stands before the network. Shape: `USDT`.
pub(crate) fn code(id: &str) -> &str {
    id.split_once('-').map_or(id, |(code, _)| code)
}

/// The network of an asset, as this dialect names it. Shape: `TRC20`.
pub(crate) fn network(asset: &Asset) -> &str {
    match asset.id.as_str().split_once('-') {
        Some((_, network)) => network,
        None if asset.network == "ETH" => "ERC20",
        None => &asset.network,
    }
}

/// The assets of a currency code in the order in which they are drawn on: the default network first
/// (the first in the catalogue), then the others by name. What counts in other base units is not the
/// same money, whatever its name.
pub(super) fn assets<'a>(books: &'a Catalogue, wanted: &str) -> Vec<&'a Asset> {
    let wanted = wanted.to_ascii_uppercase();
    let mut found: Vec<_> = books
        .iter()
        .filter(|asset| asset.is_payable() && code(asset.id.as_str()).eq_ignore_ascii_case(&wanted))
        .collect();
    if let Some(first) = found.first().copied() {
        found.retain(|asset| asset.exponent == first.exponent);
    }
    if let Some((_, others)) = found.split_first_mut() {
        others.sort_by_key(|asset| network(asset).to_owned());
    }
    found
}

/// What an idempotency key is bound to.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let digest: [u8; 32] = Sha256::digest(parts.join("\0").as_bytes()).into();
    journal::Hash(digest).to_string()
}

/// A decimal with the asset's fixed places, or more if it has more. Shape: `25.50`.
pub(super) fn fixed(books: &Catalogue, asset: Name, amount: Amount) -> String {
    let Some(asset) = books.get(asset) else { return amount.to_string() };
    let text = asset.text(i128::try_from(amount.units()).unwrap_or(i128::MAX));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let places = usize::from(asset.scale);
    if places == 0 && fraction.is_empty() {
        return whole.to_owned();
    }
    format!("{whole}.{fraction:0<places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_networks_are_the_dialects() {
        let books = Catalogue::default();
        let ids = |code: &str| -> Vec<String> {
            assets(&books, code).iter().map(|asset| asset.id.to_string()).collect()
        };
        assert_eq!(ids("usdt"), ["USDT-TRC20", "USDT-ARB", "USDT-ERC20"]);
        assert_eq!(ids("BTC"), ["BTC"]);
        assert!(ids("USD").is_empty() && ids("DOGE").is_empty() && ids("").is_empty());
        let networks = ["USDT-TRC20", "BTC", "ETH", "TON"]
            .map(|id| network(books.get(Name::new(id).unwrap()).unwrap()));
        assert_eq!(networks, ["TRC20", "BTC", "ERC20", "TON"]);
    }

    #[test]
    fn amounts_are_plain_decimals() {
        let books = Catalogue::default();
        let usdt = books.get(domain::money::USDT_TRC20).unwrap();
        let read = |text: &str| amount(text, usdt, 6).map(Amount::units).ok();
        assert_eq!(read("10.0"), Some(10_000_000));
        assert_eq!(read("0.000001"), Some(1));
        let zeros = format!("{}1", "0".repeat(40));
        for bad in [
            "",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1.",
            ".5",
            "0.0000001",
            "0",
            "0.00",
            "1000000000",
            "x",
            "\u{661}",
            &zeros,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let places = ["USDT-ARB", "BTC", "ETH", "TON"]
            .map(|id| places(books.get(Name::new(id).unwrap()).unwrap()));
        assert_eq!(places, [6, 8, 8, 9]);
        let fixed = |units: u128| fixed(&books, usdt.id, Amount::new(units).unwrap());
        assert_eq!(
            [25_500_000, 250_000, 10_000_000, 1].map(fixed),
            ["25.50", "0.25", "10.00", "0.000001"]
        );
    }
}
