//! What can be asked, and every way to be told no.

use crate::{Account, AdjustmentId, Amount, MerchantId, Name, TelegramId, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// Post a correction.
    Post(Box<Post>),
}

/// A correction.
#[derive(Debug, Clone)]
pub struct Post {
    /// The id it gets.
    pub adjustment_id: AdjustmentId,
    /// Whose balance.
    pub target: Target,
    /// Up or down.
    pub direction: Direction,
    /// How much, in base units.
    pub amount: Amount,
    /// Who does it: the other side is `external:<rail>:<asset>`.
    pub rail: Name,
    /// Why.
    pub reason: String,
}

/// The account to correct, or its owner and the asset.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant says how the account is named")]
pub enum Target {
    Account(Account),
    Merchant { id: MerchantId, asset: Name },
    Uid { uid: String, asset: Name },
    Person { telegram_id: TelegramId, asset: Name },
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in bookkeeping")]
pub enum Direction {
    Credit,
    Debit,
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Blank or over the limit.
    #[error("the reason must have 1 to {} characters", limits::REASON_CHARS_MAX)]
    BadReason,
    /// The gateway keeps no books in it.
    #[error("the asset {0} is not known here")]
    UnknownAsset(Name),
    /// Nobody of this id.
    #[error("the owner of the account does not exist")]
    UnknownOwner,
    /// Nothing to do, or both sides are the same account.
    #[error(
        "an adjustment moves a positive amount to or from an account that is not its own other side"
    )]
    Pointless,
    /// This id is in use.
    #[error("the adjustment exists already")]
    Exists,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadReason => "bad_reason",
            Self::UnknownAsset(_) => "unknown_asset",
            Self::UnknownOwner => "not_found",
            Self::Pointless => "bad_amount",
            Self::Exists => "already_exists",
        }
    }
}
