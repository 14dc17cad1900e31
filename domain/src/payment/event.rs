//! Facts about payments; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{Amount, ConversionId, MerchantId, PaymentId, TelegramId, Transfer};

/// What can happen to a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Stars arrived and were credited.
    Received(Box<Received>),
    /// A conversion has taken it up.
    Started(Started),
    /// Its conversion completed.
    Converted(Converted),
    /// Its conversion failed; it can be converted again.
    Released(Released),
    /// Done with.
    Settled(Settled),
}

/// `payment.received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Which.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// How much. Units: base units of `STARS`.
    pub amount: Amount,
    /// Telegram's charge id: one payment each.
    pub telegram_payment_id: String,
    /// The provider's charge id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_payment_id: Option<String>,
    /// The bot's own reference.
    pub invoice_payload: String,
    /// The number of Telegram's update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_id: Option<i64>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<TelegramId>,
    /// SHA-256 of the update as it came, in hex: evidence without keeping what it says of a person.
    pub update_sha256: String,
    /// The credit.
    pub transfers: Vec<Transfer>,
}

/// `payment.conversion_started`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Started {
    /// Which.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which conversion.
    pub conversion_id: ConversionId,
}

/// `payment.converted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Converted {
    /// Which.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which conversion.
    pub conversion_id: ConversionId,
}

/// `payment.released`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// Which.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// From which conversion.
    pub conversion_id: ConversionId,
    /// Why the conversion failed.
    pub reason: String,
}

/// `payment.settled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// Which.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
}

impl Event {
    /// The payment it is about.
    pub const fn payment_id(&self) -> PaymentId {
        match self {
            Self::Received(event) => event.payment_id,
            Self::Started(event) => event.payment_id,
            Self::Converted(event) => event.payment_id,
            Self::Released(event) => event.payment_id,
            Self::Settled(event) => event.payment_id,
        }
    }
}
