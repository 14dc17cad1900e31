//! What can be asked of a conversion, and every way to be told no.

use super::Status;
use crate::{ConversionId, MerchantId, Name, PaymentId, Rate, RateLockId, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// Convert these payments.
    Create(Box<Create>),
    /// Take the next step.
    Advance {
        /// Which.
        conversion_id: ConversionId,
        /// The step the caller believes is next.
        step: Step,
    },
    /// Give up and undo.
    Fail {
        /// Which.
        conversion_id: ConversionId,
        /// Why.
        reason: String,
    },
}

/// Convert these payments.
#[derive(Debug, Clone)]
pub struct Create {
    /// The id it gets.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// Which; in the order to be remembered.
    pub payment_ids: Vec<PaymentId>,
    /// To what.
    pub target: Name,
    /// The rate of the moment, used if there is no lock. Units: target units per Star.
    pub base_rate: Rate,
    /// The lock to use.
    pub rate_lock_id: Option<RateLockId>,
}

/// One step of a conversion under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Apply the promised rate.
    LockRate,
    /// Phase 1.
    Prepare,
    /// Phase 2.
    Commit {
        /// Fragment's number for it.
        fragment_tx_id: String,
        /// The hash of the transaction that will bring the target currency.
        ton_tx_hash: String,
    },
    /// Phase 3.
    Confirm,
    /// The end.
    Complete,
}

impl Step {
    /// The status this step leads to.
    pub const fn reaches(&self) -> Status {
        match self {
            Self::LockRate => Status::RateLocked,
            Self::Prepare => Status::Prepared,
            Self::Commit { .. } => Status::Committed,
            Self::Confirm => Status::Confirmed,
            Self::Complete => Status::Completed,
        }
    }
}

/// Refusals, in the order they are checked (`stars.md` §1.10).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No payments, too many, or one of them twice.
    #[error("a conversion takes 1 to {} different payments", limits::PAYMENTS_PER_CONVERSION_MAX)]
    BadPayments,
    /// This id is in use.
    #[error("the conversion exists already")]
    Exists,
    /// Not there, or somebody else's.
    #[error("Payment not found")]
    UnknownPayment(PaymentId),
    /// Part of a conversion under way.
    #[error("a payment is part of a conversion in progress")]
    InProgress(PaymentId),
    /// Converted or settled.
    #[error("a payment that is {status} cannot be converted")]
    NotReceived {
        /// Which.
        payment_id: PaymentId,
        /// Where it stands.
        status: &'static str,
    },
    /// Fewer Stars than a conversion takes.
    #[error("a conversion takes at least {} Stars", limits::STARS_PER_CONVERSION_MIN)]
    BelowMinimum {
        /// How many there were, whole.
        stars: u64,
    },
    /// More Stars than a conversion takes.
    #[error("a conversion takes at most {} Stars", limits::STARS_PER_CONVERSION_MAX)]
    AboveMaximum,
    /// Not there, or somebody else's.
    #[error("Rate lock not found")]
    UnknownLock,
    /// Past its time.
    #[error("the rate lock has expired")]
    LockExpired,
    /// Another conversion used it.
    #[error("the rate lock was used before")]
    LockConsumed,
    /// The lock is for another currency.
    #[error("the rate lock is for {0}")]
    LockForOther(Name),
    /// The rate gives nothing, or is out of range.
    #[error("the rate cannot be used")]
    BadRate,
    /// No such conversion.
    #[error("Conversion not found")]
    Unknown,
    /// Another step is next, or none.
    #[error("a conversion that is {} cannot become {}", from.as_str(), to.as_str())]
    NotNext {
        /// Where it stands.
        from: Status,
        /// Where it was to go.
        to: Status,
    },
    /// Blank or over the limit.
    #[error("the reason must have 1 to {} characters", limits::REASON_CHARS_MAX)]
    BadReason,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadPayments => "bad_payments",
            Self::Exists => "already_exists",
            Self::UnknownPayment(_) => "payment_not_found",
            Self::InProgress(_) => "conversion_in_progress",
            Self::NotReceived { .. } => "payment_not_received",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::AboveMaximum => "above_maximum",
            Self::UnknownLock => "rate_lock_not_found",
            Self::LockExpired => "rate_lock_expired",
            Self::LockConsumed => "rate_lock_consumed",
            Self::LockForOther(_) => "rate_lock_for_other_currency",
            Self::BadRate => "bad_rate",
            Self::Unknown => "not_found",
            Self::NotNext { .. } => "not_next",
            Self::BadReason => "bad_reason",
        }
    }
}
