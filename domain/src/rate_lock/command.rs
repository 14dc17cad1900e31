//! What can be asked of a rate lock, and every way to be told no.

use crate::{MerchantId, Name, Rate, RateLockId, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// Promise this rate.
    Lock {
        /// The id it gets.
        rate_lock_id: RateLockId,
        /// For whom.
        merchant_id: MerchantId,
        /// Units: whole Stars.
        stars: u64,
        /// To what.
        target: Name,
        /// The rate of the moment. Units: target units per Star.
        base_rate: Rate,
        /// For how long.
        seconds: i64,
    },
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such merchant.
    #[error("the merchant does not exist")]
    UnknownMerchant,
    /// This id is in use.
    #[error("the rate lock exists already")]
    Exists,
    /// Fewer Stars than a conversion takes.
    #[error("a conversion takes at least {} Stars", limits::STARS_PER_CONVERSION_MIN)]
    BelowMinimum,
    /// More Stars than a conversion takes.
    #[error("a conversion takes at most {} Stars", limits::STARS_PER_CONVERSION_MAX)]
    AboveMaximum,
    /// Too short or too long.
    #[error(
        "durationSeconds must be between {} and {}",
        limits::LOCK_SECONDS_MIN,
        limits::LOCK_SECONDS_MAX
    )]
    BadDuration,
    /// The rate is too small to keep its precision after Telegram's share.
    #[error("the rate cannot be used")]
    BadRate,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownMerchant => "merchant_not_found",
            Self::Exists => "already_exists",
            Self::BelowMinimum => "below_minimum",
            Self::AboveMaximum => "above_maximum",
            Self::BadDuration => "bad_duration",
            Self::BadRate => "bad_rate",
        }
    }
}
