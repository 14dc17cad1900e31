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
    pub recipient: TelegramId,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// Shown to the recipient.
    pub memo: Option<String>,
    /// Is it charged by the schedule of calls?
    pub metered: bool,
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
            Self::OwnAccount => "own_account",
        }
    }
}
