//! Strict JSON types: text fields take strings only, number fields numbers only (`native.md`,
//! Decisions). The framework's own `String` takes numbers too.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

use crate::number::decimal;

/// A JSON string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(pub(crate) String);

/// A JSON number without a fraction, from 0 on. `1000.0` and `1e3` are whole too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Whole(pub(crate) u64);

/// What the schema says of a strict type.
macro_rules! strict {
    ($name:ident, $schema:literal) => {
        impl Type for $name {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $schema.into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new(MetaSchema::new($schema)))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }
    };
}

/// Any JSON at all: the handler judges it, where the dialect has a code of its own for what is wrong
/// with this member. The schema says what it should be.
macro_rules! unjudged {
    ($(#[$doc:meta])* $name:ident, $schema:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name(pub(crate) Option<Value>);

        strict!($name, $schema);

        impl $name {
            /// What was said; null if nothing was.
            pub(crate) fn value(&self) -> &Value {
                self.0.as_ref().unwrap_or(&Value::Null)
            }
        }

        impl From<Value> for $name {
            fn from(value: Value) -> Self {
                Self(Some(value))
            }
        }

        impl ParseFromJSON for $name {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                Ok(Self(value))
            }
        }

        impl ToJSON for $name {
            fn to_json(&self) -> Option<Value> {
                Some(self.value().clone())
            }
        }
    };
}

unjudged! {
    /// What should be a number.
    AnyNumber, "number"
}
unjudged! {
    /// What should be a string.
    AnyText, "string"
}
unjudged! {
    /// What should be an object; also an object that goes out as it is.
    AnyObject, "object"
}

strict!(Text, "string");
strict!(Whole, "integer");

impl ParseFromJSON for Text {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        let Value::String(text) = value else { return Err(ParseError::expected_type(value)) };
        Ok(Self(text))
    }
}

impl ToJSON for Text {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

impl ParseFromJSON for Whole {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        let Value::Number(number) = value else { return Err(ParseError::expected_type(value)) };
        whole(&number).map(Self).ok_or_else(|| ParseError::custom("must be a whole number"))
    }
}

impl ToJSON for Whole {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.into())
    }
}

/// The whole number from 0 on in a JSON number.
pub(crate) fn whole(number: &serde_json::Number) -> Option<u64> {
    let decimal = decimal(&number.to_string())?;
    if decimal.fract().is_zero() { u64::try_from(decimal).ok() } else { None }
}
