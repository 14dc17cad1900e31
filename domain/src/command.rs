//! Every request of every aggregate, and every refusal.

use crate::{
    Account, Amount, Shortfall, adjustment, conversion, deposit, merchant, payment, payment_link,
    payout, rate_lock,
};

/// A request to the books.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "one per aggregate; see there")]
pub enum Command {
    Merchant(merchant::Command),
    Payment(payment::Command),
    RateLock(rate_lock::Command),
    Conversion(conversion::Command),
    Adjustment(adjustment::Command),
    PaymentLink(payment_link::Command),
    Payout(payout::Command),
    Deposit(deposit::Command),
}

/// A refusal is an answer: the request was understood and the books say no. Nothing was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "one per aggregate; see there")]
pub enum Refusal {
    #[error(transparent)]
    Merchant(#[from] merchant::Refusal),
    #[error(transparent)]
    Payment(#[from] payment::Refusal),
    #[error(transparent)]
    RateLock(#[from] rate_lock::Refusal),
    #[error(transparent)]
    Conversion(#[from] conversion::Refusal),
    #[error(transparent)]
    Adjustment(#[from] adjustment::Refusal),
    #[error(transparent)]
    PaymentLink(#[from] payment_link::Refusal),
    #[error(transparent)]
    Payout(#[from] payout::Refusal),
    #[error(transparent)]
    Deposit(#[from] deposit::Refusal),
    /// A balance with a floor would go below it.
    #[error("{account} has {available} and needs {needed} base units")]
    InsufficientFunds { account: Account, needed: Amount, available: Amount },
    /// A balance would leave the range of the books.
    #[error("{0} cannot take so much")]
    TooLarge(Account),
    /// The decision itself failed; a defect of ours, counted and logged, and nothing was changed.
    #[error("the request could not be decided")]
    Undecidable,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Merchant(refusal) => refusal.code(),
            Self::Payment(refusal) => refusal.code(),
            Self::RateLock(refusal) => refusal.code(),
            Self::Conversion(refusal) => refusal.code(),
            Self::Adjustment(refusal) => refusal.code(),
            Self::PaymentLink(refusal) => refusal.code(),
            Self::Payout(refusal) => refusal.code(),
            Self::Deposit(refusal) => refusal.code(),
            Self::InsufficientFunds { .. } => "insufficient_funds",
            Self::TooLarge(_) => "too_large",
            Self::Undecidable => "undecidable",
        }
    }
}

impl From<Shortfall> for Refusal {
    fn from(shortfall: Shortfall) -> Self {
        match shortfall {
            Shortfall::Insufficient { account, needed, available } => {
                Self::InsufficientFunds { account, needed, available }
            }
            Shortfall::TooLarge(account) => Self::TooLarge(account),
        }
    }
}
