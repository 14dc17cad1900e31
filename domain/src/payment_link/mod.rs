//! A payment link asks for an amount: a Telegram user pays it from a balance here, once, before it
//! expires (`partner.md` §1.1, §1.13, §3). Every dialect with links uses this one.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Create, Named, Pay, Refusal};
pub(crate) use decide::decide;
pub use event::{Created, Event, Expired, Paid};

use crate::{Amount, MerchantId, Name, Timestamp};

/// What decisions need to know of a payment link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentLink {
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API it was made.
    pub dialect: Name,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// From here on it cannot be paid.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub status: Status,
}

/// Where a payment link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the states of partner.md, section 3")]
pub enum Status {
    Pending,
    Completed,
    Expired,
}
