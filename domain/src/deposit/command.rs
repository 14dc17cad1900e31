//! What can be asked, and every way to be told no.

use crate::fees::Percent;
use crate::{Amount, DepositId, Name, Quote, Timestamp};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// A transaction has its confirmations.
    Credit(Box<Credit>),
}

/// A transaction to one of our addresses.
#[derive(Debug, Clone)]
pub struct Credit {
    /// The id it gets, if it is new.
    pub deposit_id: DepositId,
    /// By which network.
    pub rail: Name,
    /// The transaction on it.
    pub tx_id: String,
    /// Where it arrived.
    pub address: String,
    /// What the sender wrote.
    pub memo: Option<String>,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// When the network took it in, by the server's clock; `None` if that is not known.
    pub at: Option<Timestamp>,
    /// The rate of every currency a link may be priced in. Units: of that currency for one of the
    /// asset's.
    pub quotes: Vec<(Name, Quote)>,
    /// How much may be missing, or too much, where a rate had to be asked.
    pub tolerance: Percent,
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing arrived.
    #[error("the amount must be greater than zero")]
    BadAmount,
    /// Empty or over the limit.
    #[error("{0} must have 1 to 255 characters")]
    BadReference(&'static str),
    /// The gateway keeps no books in it.
    #[error("the asset {0} is not known here")]
    UnknownAsset(Name),
    /// This id is in use.
    #[error("the deposit exists already")]
    Exists,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAmount => "bad_amount",
            Self::BadReference(_) => "bad_reference",
            Self::UnknownAsset(_) => "unknown_asset",
            Self::Exists => "already_exists",
        }
    }
}
