//! The shapes our own APIs share: events, accounts, amounts.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{Asset, Catalogue, MerchantId, Name, TelegramId};
use journal::Record;
use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

use super::error::Fault;

/// One event of the log.
#[derive(Debug, Clone, Object)]
pub(crate) struct Event {
    pub(crate) position: u64,
    /// Shape: payment-<uuid>.
    pub(crate) stream: String,
    pub(crate) revision: u64,
    /// Shape: payment.received.
    #[oai(rename = "type")]
    pub(crate) kind: String,
    /// RFC 3339, microseconds.
    pub(crate) recorded_at: String,
    /// The fact. Amounts are strings of base units.
    pub(crate) payload: Value,
    /// The envelope of the command.
    pub(crate) meta: Value,
    /// SHA-256 in hex.
    pub(crate) leaf: String,
    /// Chain hash in hex.
    pub(crate) hash: String,
    /// The hashed bytes of the payload, if raw was asked for.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) payload_base64: Option<String>,
    /// The hashed bytes of the meta, if raw was asked for.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) meta_base64: Option<String>,
}

impl Event {
    pub(crate) fn new(record: &Record, raw: bool) -> Self {
        let json = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or_default();
        let base64 = |bytes: &[u8]| raw.then(|| BASE64_STANDARD.encode(bytes));
        Self {
            position: record.position,
            stream: record.stream.clone(),
            revision: record.revision,
            kind: record.kind.clone(),
            recorded_at: record.recorded_at.to_string(),
            payload: json(&record.payload),
            meta: json(&record.meta),
            leaf: record.leaf.to_string(),
            hash: record.hash.to_string(),
            payload_base64: base64(&record.payload),
            meta_base64: base64(&record.meta),
        }
    }
}

/// An amount of base units as decimal text; base units as they are for an asset no longer known.
pub(crate) fn amount(catalogue: &Catalogue, asset: &str, units: i128) -> String {
    let known = Name::new(asset).and_then(|name| catalogue.get(name));
    known.map_or_else(|| units.to_string(), |asset| asset.text(units))
}

/// The asset of this id.
pub(crate) fn asset<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Asset, Fault> {
    let known = Name::new(id).and_then(|name| catalogue.get(name));
    known.ok_or_else(|| Fault::invalid(format!("the asset {id} is not known here")))
}

/// How many rows: 1 to 1000, 100 by default.
pub(crate) fn limit(asked: Option<u64>) -> Result<i64, Fault> {
    match asked.unwrap_or(100) {
        limit @ 1..=1000 => Ok(i64::try_from(limit).unwrap_or(1000)),
        _ => Err(Fault::invalid("limit is 1 to 1000")),
    }
}

/// The text of a string or a number.
fn text_or_number<T: Type>(value: Option<Value>) -> Result<String, ParseError<T>> {
    match value.unwrap_or_default() {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other @ (Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            Err(ParseError::expected_type(other))
        }
    }
}

/// A Telegram id: a string of digits, or an integer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telegram(pub(crate) TelegramId);

impl Type for Telegram {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        "telegram_id".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Telegram {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let text = text_or_number(value)?;
        text.parse().map(Self).map_err(ParseError::custom)
    }
}

impl ToJSON for Telegram {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

/// An exact decimal: a string of digits, or a number. Kept as text, because amounts may be larger
/// than any decimal type.
#[derive(Debug, Clone)]
pub(crate) struct Digits(pub(crate) String);

impl Type for Digits {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        "decimal".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "decimal")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Digits {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let text = text_or_number(value)?;
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if unsigned.is_empty() || !plain || text.len() > 60 {
            return Err(ParseError::custom("must be a decimal like 29.99"));
        }
        Ok(Self(text))
    }
}

impl ToJSON for Digits {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

/// The merchant a path names; what is no uuid is nobody's.
pub(crate) fn merchant_id(text: &str) -> Result<MerchantId, Fault> {
    text.parse().map_err(|_| Fault::missing("merchant"))
}
