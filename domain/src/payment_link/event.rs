//! Facts about payment links; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::fees::Charge;
use crate::{Amount, MerchantId, Name, PaymentLinkId, TelegramId, Timestamp, Transfer};

/// What can happen to a payment link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It can be paid.
    Created(Box<Created>),
    /// It was paid.
    Paid(Paid),
    /// Nobody paid it in time.
    Expired(Expired),
}

/// `payment_link.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API. Shape: `partner`.
    pub dialect: Name,
    /// The short name in its URL, unique.
    pub token: String,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// What it is for, in the merchant's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The merchant's own data: a JSON object, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// From here on it cannot be paid.
    pub expires_at: Timestamp,
    /// What the merchant was charged for making it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// That charge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// `payment_link.paid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paid {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API it was made.
    pub dialect: Name,
    /// Who paid.
    pub payer: TelegramId,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// From the payer to the merchant.
    pub transfers: Vec<Transfer>,
}

/// `payment_link.expired`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
}

impl Event {
    /// The link it is about.
    pub const fn payment_link_id(&self) -> PaymentLinkId {
        match self {
            Self::Created(event) => event.payment_link_id,
            Self::Paid(event) => event.payment_link_id,
            Self::Expired(event) => event.payment_link_id,
        }
    }

    /// The money it moves, in order.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Created(event) => &event.transfers,
            Self::Paid(event) => &event.transfers,
            Self::Expired(_) => &[],
        }
    }
}
