//! What can be asked, and every way to be told no.

use crate::{Amount, MerchantId, Name, PayoutId, TelegramId, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// Send money.
    Send(Box<Order>),
}

/// Money to be sent.
#[derive(Debug, Clone)]
pub struct Order {
    /// The id it gets.
    pub payout_id: PayoutId,
    /// From whom.
    pub merchant_id: MerchantId,
    /// By which API.
    pub dialect: Name,
    /// To whom.
    pub to: To,
    /// Of what: assets of one kind and one exponent, in the order in which they are drawn on.
    pub assets: Vec<Name>,
    /// How much, in base units.
    pub amount: Amount,
    /// Shown to the recipient.
    pub memo: Option<String>,
    /// What the house gets.
    pub terms: Terms,
}

/// Who is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// A Telegram user, known here or not.
    Person(TelegramId),
    /// The merchant with this public account number.
    Uid(String),
}

/// What the house gets for a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// A charge by the schedule of calls.
    Metered,
    /// A share of the amount, on top of it: the merchant's own percentage.
    Share,
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Zero.
    #[error("the amount must be greater than zero")]
    BadAmount,
    /// Over its limit.
    #[error("the memo has more than {} characters", limits::MEMO_CHARS_MAX)]
    MemoTooLong,
    /// No such merchant.
    #[error("the merchant does not exist")]
    UnknownMerchant,
    /// It is switched off.
    #[error("the merchant is deactivated")]
    Inactive,
    /// This id is in use.
    #[error("the payout exists already")]
    Exists,
    /// No asset was named, one is not known here, or they differ in their base units.
    #[error("there is no such money here")]
    BadAssets,
    /// No merchant has this account number.
    #[error("the recipient does not exist")]
    UnknownRecipient,
    /// The recipient is the merchant.
    #[error("the recipient is the merchant's own account")]
    OwnAccount,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAmount => "bad_amount",
            Self::MemoTooLong => "too_long",
            Self::UnknownMerchant => "merchant_not_found",
            Self::Inactive => "inactive",
            Self::Exists => "already_exists",
            Self::BadAssets => "unknown_asset",
            Self::UnknownRecipient => "recipient_not_found",
            Self::OwnAccount => "own_account",
        }
    }
}
