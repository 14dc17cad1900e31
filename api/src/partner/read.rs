//! Requests, judged in the order and with the codes of `partner.md` §0 and §1.

use std::fmt::Write as _;

use domain::payment_link::Named;
use domain::{Amount, Asset, Name, PaymentLinkId, Rounding, TelegramId, Timestamp, limits};
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::{Fault, code};
use crate::json::{AnyObject, AnyText, Text};
use crate::number::decimal;
use crate::web::is_webhook_url;

/// Longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 255;
/// Deepest metadata, in levels.
const METADATA_DEPTH_MAX: usize = 10;

/// An amount of USDT: a JSON number from 0.000001 to 999999999.999999, rounded half-up to a base
/// unit, because clients send 0.30000000000000004.
pub(super) fn amount(value: &Value, asset: &Asset) -> Result<Amount, Fault> {
    let bad = |message: &str| Fault::refused(code::INVALID_AMOUNT, message);
    let Value::Number(number) = value else { return Err(bad("Amount must be a number")) };
    let digits = number.to_string();
    if digits.starts_with('-') {
        return Err(bad("Minimum amount is 0.000001"));
    }
    let amount = decimal(&digits).ok_or_else(|| bad("Amount is out of range"))?;
    let amount = amount.round_dp_with_strategy(u32::from(asset.exponent), Rounding::HalfUp.into());
    if amount > Decimal::new(999_999_999_999_999, 6) {
        return Err(bad("Maximum amount is 999999999.999999"));
    }
    let units = asset.amount(amount).map_err(|_| bad("Amount is out of range"))?;
    if units.is_zero() { Err(bad("Minimum amount is 0.000001")) } else { Ok(units) }
}

/// A Telegram id: a string of digits, or a whole number.
pub(super) fn telegram_id(value: &Value) -> Result<TelegramId, Fault> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    text.parse().map_err(|_| Fault::invalid("telegram_id must be a string of digits"))
}

/// A webhook URL; null, in so many words, is none.
pub(super) fn webhook_url(given: &AnyText, allow_http: bool) -> Result<Option<String>, Fault> {
    if given.0 == Some(Value::Null) {
        return Ok(None);
    }
    match given.value() {
        Value::String(url) if is_webhook_url(url, allow_http) => Ok(Some(url.clone())),
        Value::String(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_) => Err(Fault::webhook_url("Webhook URL must start with https://")),
    }
}

/// Metadata as it is kept: compact JSON, names and numbers as they were written.
pub(super) fn metadata(given: Option<&AnyObject>) -> Result<Option<String>, Fault> {
    let Some(value) = given.map(AnyObject::value) else { return Ok(None) };
    if !value.is_object() {
        return Err(Fault::invalid("metadata must be an object"));
    }
    if depth(value) > METADATA_DEPTH_MAX {
        return Err(Fault::invalid("metadata has more than 10 levels"));
    }
    let text = value.to_string();
    if text.len() > limits::LINK_METADATA_BYTES_MAX {
        return Err(Fault::invalid("metadata is larger than 16 kB"));
    }
    Ok(Some(text))
}

fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return 0,
    };
    deepest.unwrap_or_default().saturating_add(1)
}

/// An idempotency key and what it is bound to: the request as it was understood, so that the order
/// of members and the spelling of numbers do not matter.
pub(super) fn once(
    key: Option<&Text>,
    request: &[Value],
) -> Result<Option<(String, String)>, Fault> {
    let Some(Text(key)) = key else { return Ok(None) };
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX {
        return Err(Fault::invalid("idempotency_key must have 1 to 255 characters"));
    }
    let mut canonical = String::new();
    request.iter().for_each(|value| canonicalize(value, &mut canonical));
    let digest: [u8; 32] = Sha256::digest(canonical.as_bytes()).into();
    Ok(Some((key.clone(), journal::Hash(digest).to_string())))
}

/// One text for all spellings of a value: members sorted, numbers by their value.
fn canonicalize(value: &Value, to: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => to.push_str(&value.to_string()),
        Value::Number(number) => {
            let text = number.to_string();
            to.push_str(&decimal(&text).map_or(text, |decimal| decimal.normalize().to_string()));
        }
        Value::Array(items) => {
            to.push('[');
            items.iter().for_each(|item| {
                canonicalize(item, to);
                to.push(',');
            });
            to.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            to.push('{');
            for (name, value) in sorted {
                // Writing to a String cannot fail.
                let _ = write!(to, "{}:", Value::String(name.clone()));
                canonicalize(value, to);
                to.push(',');
            }
            to.push('}');
        }
    }
}

/// Which link an id names: one that begins with `pay_`, a uuid, or the name in the URL.
pub(crate) fn named(text: &str) -> Option<Named> {
    let uuid = match text.strip_prefix("pay_") {
        Some(hex) if hex.len() == 32 => Uuid::parse_str(hex).ok(),
        Some(_) => return None,
        None if text.len() == 36 => Uuid::parse_str(text).ok(),
        None => None,
    };
    if let Some(id) = uuid {
        return Some(Named::Id(PaymentLinkId(id)));
    }
    let sound = (1..=limits::LINK_TOKEN_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| Named::Token(text.to_owned()))
}

/// The lower or upper bound of a list: an ISO 8601 date (its first moment, UTC) or date and time.
pub(super) fn instant(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Fault> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let zoned: Result<Timestamp, _> = text.parse();
    let zoned = zoned.or_else(|_| format!("{text}T00:00:00Z").parse());
    // A time without a zone is taken for UTC.
    match zoned.or_else(|_| format!("{text}Z").parse()) {
        Ok(instant) => Ok(Some(instant)),
        Err(_) => Err(Fault::invalid(format!("{name} must be an ISO 8601 date"))),
    }
}

/// A member of a closed list, or nothing for all.
pub(super) fn choice(
    name: &str,
    text: Option<&str>,
    known: [&'static str; 2],
) -> Result<Option<&'static str>, Fault> {
    match text {
        None | Some("" | "all") => Ok(None),
        Some(text) => match known.into_iter().find(|known| *known == text) {
            Some(found) => Ok(Some(found)),
            None => Err(Fault::invalid(format!("{name} must be {} or {}", known[0], known[1]))),
        },
    }
}

/// Rows to take and rows to skip: what cannot be read is the default (`partner.md` §1.6).
pub(super) fn window(limit: Option<&str>, offset: Option<&str>) -> (i64, i64) {
    let number = |text: Option<&str>, least: i64| {
        text.and_then(|text| text.parse().ok()).filter(|number| *number >= least)
    };
    (number(limit, 1).unwrap_or(20).min(100), number(offset, 0).unwrap_or(0))
}

/// New random letters and digits in lower case.
pub(super) fn random(length: usize) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut rest = Uuid::new_v4().as_u128();
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        let letter = usize::try_from(rest % 36).ok().and_then(|place| ALPHABET.get(place));
        text.extend(letter.map(|byte| char::from(*byte)));
        rest /= 36;
    }
    text
}

/// The dialect's name, as events have it.
pub(super) fn dialect() -> Name {
    Name::literal(super::NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Catalogue, money};

    #[test]
    fn amounts_are_rounded_half_up_to_a_base_unit() {
        let books = Catalogue::default();
        let read = |text: &str| {
            let value = serde_json::from_str(text).unwrap();
            amount(&value, books.get(money::USDT_TRC20).unwrap()).map(Amount::units).ok()
        };
        for (text, units) in [
            ("29.99", 29_990_000),
            ("10.00", 10_000_000),
            ("0.30000000000000004", 300_000),
            ("1e-6", 1),
            ("0.0000005", 1),
            ("999999999.999999", 999_999_999_999_999),
            ("1.0e2", 100_000_000),
        ] {
            assert_eq!(read(text), Some(units), "{text}");
        }
        for text in ["0", "0.00000049", "-1", "-0.0", "\"5\"", "null", "[]", "1e9", "1e400", "true"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_bound_to_the_meaning_of_the_request() {
        let bound = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            once(Some(&Text("k".into())), &[value]).unwrap().unwrap().1
        };
        assert_eq!(bound(r#"{"a":1.50,"b":[1e2]}"#), bound(r#"{ "b": [100], "a": 1.5 }"#));
        assert_ne!(bound(r#"{"a":1}"#), bound(r#"{"a":"1"}"#));
        assert_ne!(bound("[[1],2]"), bound("[1,[2]]"));
        assert!(once(Some(&Text(String::new())), &[]).is_err());
        assert!(once(Some(&Text("x".repeat(256))), &[]).is_err());
    }

    #[test]
    fn links_are_named_in_three_ways() {
        assert!(matches!(named("x7k2m9"), Some(Named::Token(_))));
        let id = PaymentLinkId(Uuid::from_u128(7));
        for text in [super::super::payment_id(id), id.to_string()] {
            assert!(matches!(named(&text), Some(Named::Id(found)) if found == id), "{text}");
        }
        for text in ["", "pay_x", "a/b", "a\0b", "é", &"x".repeat(65)] {
            assert!(named(text).is_none(), "{text}");
        }
    }

    #[test]
    fn lists_are_bounded_leniently() {
        assert_eq!(window(None, None), (20, 0));
        assert_eq!(window(Some("500"), Some("-3")), (100, 0));
        assert_eq!(window(Some("0"), Some("x")), (20, 0));
        assert_eq!(window(Some("7"), Some("9")), (7, 9));
        let read = |text| instant("from", Some(text)).ok().flatten().map(|at| at.to_string());
        assert_eq!(read("2025-01-07").as_deref(), Some("2025-01-07T00:00:00.000000Z"));
        assert_eq!(
            read("2025-01-07T12:00:00+01:00").as_deref(),
            Some("2025-01-07T11:00:00.000000Z")
        );
        assert_eq!(read("2025-01-07T12:00:00").as_deref(), Some("2025-01-07T12:00:00.000000Z"));
        assert_eq!(read("yesterday"), None);
        assert_eq!(random(12).len(), 12);
        assert_ne!(random(12), random(12));
    }
}
