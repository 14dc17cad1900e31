//! A payment of Telegram Stars: received once per charge, perhaps converted, perhaps settled
//! (`stars.md` §3.1). The charge id of Telegram is its natural key, for ever.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Receive, Refusal};
pub(crate) use decide::decide;
pub use event::{Converted, Event, Received, Released, Settled, Started};

use crate::{Amount, ConversionId, MerchantId};

/// What decisions need to know of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// Whose.
    pub merchant_id: MerchantId,
    /// How much. Units: base units of `STARS`.
    pub amount: Amount,
    /// Where it stands.
    pub status: Status,
}

/// Where a payment stands. `pending` and `failed` are known to the API and caused by nothing yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Credited, free to convert.
    Received,
    /// Part of a conversion under way.
    Converting(ConversionId),
    /// Part of a completed conversion.
    Converted,
    /// Done with.
    Settled,
}

impl Status {
    /// As the API and the tables say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Converting(_) => "converting",
            Self::Converted => "converted",
            Self::Settled => "settled",
        }
    }
}
