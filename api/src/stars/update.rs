//! Telegram's update (`stars.md` §1.4). Only what concerns payments is read, strictly; everything
//! else may look as it likes.

use std::borrow::Cow;

use domain::payment::Receive;
use domain::{MerchantId, PaymentId, TelegramId};
use poem_openapi::Object;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, Type};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::json::{Text, Whole, whole};

/// A Telegram Bot API update. Members that are not listed are allowed and ignored.
#[derive(Debug, Object)]
#[oai(rename = "TelegramUpdate", read_only_all = false)]
struct Documented {
    /// The update's number.
    #[oai(skip_serializing_if_is_none)]
    update_id: Option<i64>,
    /// Carries a successful payment.
    #[oai(skip_serializing_if_is_none)]
    message: Option<Message>,
    /// Telegram asks before it charges.
    #[oai(skip_serializing_if_is_none)]
    pre_checkout_query: Option<PreCheckoutQuery>,
}

/// A message of an update.
#[derive(Debug, Object)]
struct Message {
    #[oai(skip_serializing_if_is_none)]
    successful_payment: Option<SuccessfulPayment>,
}

/// A query of an update.
#[derive(Debug, Object)]
struct PreCheckoutQuery {
    /// XTR for Stars.
    #[oai(skip_serializing_if_is_none)]
    currency: Option<Text>,
}

/// Stars were paid.
#[derive(Debug, Object)]
struct SuccessfulPayment {
    /// XTR, if present.
    #[oai(skip_serializing_if_is_none)]
    currency: Option<Text>,
    /// Whole Stars.
    total_amount: Whole,
    /// The bot's own reference.
    #[oai(skip_serializing_if_is_none)]
    invoice_payload: Option<Text>,
    /// One payment each, for ever.
    telegram_payment_charge_id: Text,
    /// The provider's reference.
    #[oai(skip_serializing_if_is_none)]
    provider_payment_charge_id: Option<Text>,
}

/// What an update says.
#[derive(Debug)]
pub(crate) enum Update {
    /// Stars were paid.
    Paid(Box<Paid>),
    /// Telegram asks; is it about Stars?
    PreCheckout(bool),
    /// Nothing that concerns money.
    Other,
}

/// Stars were paid.
#[derive(Debug)]
pub(crate) struct Paid {
    update_id: Option<i64>,
    payer: Option<TelegramId>,
    payment: SuccessfulPayment,
    sha256: String,
}

impl Paid {
    /// As a request to the books.
    pub(crate) fn into_command(self, payment_id: PaymentId, merchant_id: MerchantId) -> Receive {
        let payment = self.payment;
        Receive {
            payment_id,
            merchant_id,
            stars: payment.total_amount.0,
            telegram_payment_id: payment.telegram_payment_charge_id.0,
            provider_payment_id: payment.provider_payment_charge_id.map(|text| text.0),
            invoice_payload: payment
                .invoice_payload
                .map_or_else(|| "unknown".into(), |text| text.0),
            update_id: self.update_id,
            payer: self.payer,
            update_sha256: self.sha256,
        }
    }
}

fn read(update: &Value) -> ParseResult<Update> {
    if let Some(payment) = update.pointer("/message/successful_payment") {
        return paid(update, payment);
    }
    Ok(match update.get("pre_checkout_query") {
        Some(query) => {
            Update::PreCheckout(query.get("currency").and_then(Value::as_str) == Some("XTR"))
        }
        None => Update::Other,
    })
}

fn paid(update: &Value, payment: &Value) -> ParseResult<Update> {
    let payment =
        SuccessfulPayment::parse_from_json(Some(payment.clone())).map_err(ParseError::propagate)?;
    if payment.currency.as_ref().is_some_and(|currency| currency.0 != "XTR") {
        return Err(ParseError::custom("currency must be XTR"));
    }
    let update_id = update.get("update_id").filter(|id| !id.is_null());
    let update_id = update_id.map(|id| id.as_i64().ok_or("update_id must be an integer"));
    // Who paid is kept if it can be read; money does not wait for it.
    let payer = update.pointer("/message/from/id").and_then(Value::as_number).and_then(whole);
    let compact = serde_json::to_vec(update).map_err(ParseError::custom)?;
    let digest: [u8; 32] = Sha256::digest(&compact).into();
    Ok(Update::Paid(Box::new(Paid {
        update_id: update_id.transpose().map_err(ParseError::custom)?,
        payer: payer.and_then(TelegramId::new),
        payment,
        sha256: journal::Hash(digest).to_string(),
    })))
}

impl Type for Update {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        Documented::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        Documented::schema_ref()
    }

    fn register(registry: &mut Registry) {
        Documented::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Update {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let update = value.unwrap_or_default();
        if update.is_object() { read(&update) } else { Err(ParseError::expected_type(update)) }
    }
}
