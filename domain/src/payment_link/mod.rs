//! A payment link asks for an amount: a Telegram user pays it from a balance here, once, before it
//! expires (`partner.md` §1.1, §1.13, §3; `wallet.md` §1, §3); or somebody sends money on a network
//! with its token as memo, which is credited whatever it is: too little, too much, too late or twice.
//! Every dialect with links uses this one.

mod command;
mod decide;
mod event;
mod receive;
#[cfg(test)]
mod tests;

pub use command::{Command, Create, Named, Pay, Refusal, Terms};
pub(crate) use decide::decide;
pub use event::{Created, Event, Expired, Outcome, Paid, Received};
pub(crate) use receive::{Arrival, receive};

use crate::fees::Percent;
use crate::{Amount, MerchantId, Name, Timestamp};

/// What decisions need to know of a payment link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentLink {
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API it was made.
    pub dialect: Name,
    /// In what it is priced.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// From here on it cannot be paid.
    pub expires_at: Option<Timestamp>,
    /// The house's share of what is paid.
    pub fee_percent: Option<Percent>,
    /// What has come for it on networks, in its own money.
    pub received: Amount,
    /// Where it stands.
    pub status: Status,
}

/// What has come for a link on networks in one asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Came {
    /// How much, in base units.
    pub(crate) amount: Amount,
    /// The house's share of it.
    pub(crate) fee: Amount,
}

impl Came {
    /// And more of it.
    pub(crate) fn and(self, amount: Amount, fee: Amount) -> Self {
        let plus = |one: Amount, other| one.plus(other).unwrap_or(Amount::MAX);
        Self { amount: plus(self.amount, amount), fee: plus(self.fee, fee) }
    }
}

/// Where a payment link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the states of partner.md, section 3")]
pub enum Status {
    Pending,
    Completed,
    Expired,
}

impl PaymentLink {
    /// Is its time over? The fact of the expiry may be a moment late; the time itself is not.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| now >= expires_at)
    }
}
