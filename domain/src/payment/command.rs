//! What can be asked of a payment, and every way to be told no.

use crate::{MerchantId, PaymentId, TelegramId};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// Telegram says that Stars were paid.
    Receive(Box<Receive>),
    /// The operator is done with it.
    Settle {
        /// Which.
        payment_id: PaymentId,
    },
}

/// Telegram says that Stars were paid.
#[derive(Debug, Clone)]
pub struct Receive {
    /// The id it gets, if it is new.
    pub payment_id: PaymentId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// How much. Units: whole Stars.
    pub stars: u64,
    /// Telegram's charge id.
    pub telegram_payment_id: String,
    /// The provider's charge id.
    pub provider_payment_id: Option<String>,
    /// The bot's own reference.
    pub invoice_payload: String,
    /// The number of Telegram's update.
    pub update_id: Option<i64>,
    /// Who paid.
    pub payer: Option<TelegramId>,
    /// SHA-256 of the update, in hex.
    pub update_sha256: String,
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Zero, or more than any payment can be.
    #[error("a payment is 1 to {} Stars", crate::limits::STARS_PER_PAYMENT_MAX)]
    BadAmount,
    /// Empty or over the limit.
    #[error("{0} must have 1 to 255 characters")]
    BadReference(&'static str),
    /// No such merchant.
    #[error("the merchant does not exist")]
    UnknownMerchant,
    /// The charge is booked already, with another amount or for another merchant.
    #[error("this charge was received before with another amount or for another user")]
    ChargeReused {
        /// The charge.
        telegram_payment_id: String,
    },
    /// No such payment.
    #[error("the payment does not exist")]
    Unknown,
    /// Only a converted payment can be settled.
    #[error("a payment that is {status} cannot be settled")]
    NotConverted {
        /// Where it stands.
        status: &'static str,
    },
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAmount => "bad_amount",
            Self::BadReference(_) => "bad_reference",
            Self::UnknownMerchant => "merchant_not_found",
            Self::ChargeReused { .. } => "charge_reused",
            Self::Unknown => "not_found",
            Self::NotConverted { .. } => "not_converted",
        }
    }
}
