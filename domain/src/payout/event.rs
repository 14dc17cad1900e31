//! Facts about payouts; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::fees::Charge;
use crate::{Amount, MerchantId, Name, PayoutId, TelegramId, Transfer};

/// What can happen to a payout: it is done, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Done.
    Completed(Box<Completed>),
}

/// `payout.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completed {
    /// Which.
    pub payout_id: PayoutId,
    /// From whom.
    pub merchant_id: MerchantId,
    /// By which API. Shape: `partner`.
    pub dialect: Name,
    /// To whom, if that was a Telegram user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<TelegramId>,
    /// To whom, if that was a merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_merchant_id: Option<MerchantId>,
    /// Of what; the first of several, if one did not suffice.
    pub asset: Name,
    /// How much the recipient got in all, in base units.
    pub amount: Amount,
    /// Shown to the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// What the merchant was charged for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// What the merchant gave the house beside it: a share of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
    /// To the recipient, and what the house gets.
    pub transfers: Vec<Transfer>,
}

/// A share of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Units: hundredths, as text.
    pub percent: String,
    /// In base units, rounded down at the asset's money scale.
    pub amount: Amount,
}

impl Event {
    /// The payout it is about.
    pub const fn payout_id(&self) -> PayoutId {
        match self {
            Self::Completed(event) => event.payout_id,
        }
    }

    /// The money it moves, in order.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Completed(event) => &event.transfers,
        }
    }
}
