//! A payout sends money from a merchant's balance to a Telegram user's or another merchant's, at once
//! (`partner.md` §1.3, `wallet.md` §2).
//! It is done or refused; there is nothing in between.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Order, Refusal, Terms, To};
pub(crate) use decide::decide;
pub use event::{Completed, Event, Fee};
