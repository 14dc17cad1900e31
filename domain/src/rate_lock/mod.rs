//! A rate lock promises an exchange rate for a while; one conversion may use it
//! (`stars.md` §1.9). No money moves.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Refusal};
pub(crate) use decide::decide;
pub use event::{Consumed, Event, Locked};

use crate::{MerchantId, Name, Rate, Timestamp};

/// What decisions need to know of a rate lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLock {
    /// Whose.
    pub merchant_id: MerchantId,
    /// To what.
    pub target: Name,
    /// Before Telegram's share.
    pub base_rate: Rate,
    /// After it: what the customer gets.
    pub exchange_rate: Rate,
    /// Valid up to and including this instant.
    pub locked_until: Timestamp,
    /// Has a conversion used it?
    pub consumed: bool,
}
