//! JSON numbers, exact to the last digit. The framework's own decimal type writes strings and reads
//! numbers through floats; this one does neither.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use rust_decimal::Decimal;
use serde_json::Value;

/// A decimal that goes out as a JSON number, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Number(pub(crate) Decimal);

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(Decimal::from(number))
    }
}

impl Type for Number {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "number".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("number")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Number {
    fn to_json(&self) -> Option<Value> {
        self.0.normalize().to_string().parse().ok().map(Value::Number)
    }
}

impl ParseFromJSON for Number {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        let Value::Number(number) = value else { return Err(ParseError::expected_type(value)) };
        decimal(&number.to_string()).map(Self).ok_or_else(|| ParseError::custom("out of range"))
    }
}

/// The decimal in a JSON number's text, exponent and all; `None` if it has more digits than fit.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    // An exponent of thousands would be a loop of as many steps.
    let exponent =
        text.split_once(['e', 'E']).map_or(Some(0), |(_, exponent)| exponent.parse().ok());
    match exponent {
        Some(0) => Decimal::from_str_exact(text).ok(),
        Some(-28..=28) => Decimal::from_scientific(text).ok(),
        Some(_) | None => None,
    }
}

/// A decimal as `JSON.stringify(JSON.parse(text))` writes it, for bodies whose receivers hash just
/// that (`stars.md` §6). Up to 15 digits that is the decimal itself; beyond, the nearest double is
/// what the receiver sees, so its shortest form is what must be signed. Only webhooks use it; the
/// books never see the double.
pub fn js_number(decimal: Decimal) -> String {
    let text = decimal.normalize().to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    let tiny = !decimal.is_zero() && decimal.abs() < Decimal::new(1, 6);
    if digits <= 15 && !tiny {
        return text;
    }
    let nearest: f64 = text.parse().unwrap_or_default();
    ryu_js::Buffer::new().format_finite(nearest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (text, expected) in [
            ("4.95", "4.95"),
            ("10.00", "10"),
            ("0", "0"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("123456789012.123456789", "123456789012.12346"),
            ("999999999999999", "999999999999999"),
        ] {
            assert_eq!(js_number(Decimal::from_str_exact(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_exactly() {
        assert_eq!(decimal("1e3"), Some(Decimal::from(1000)));
        assert_eq!(decimal("1.5"), Some(Decimal::new(15, 1)));
        assert_eq!(decimal("1e999999999"), None);
        assert_eq!(decimal("0.1234567890123456789012345678").unwrap().to_string().len(), 30);
    }
}
