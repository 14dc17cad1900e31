//! A payout sends money from a merchant's balance to a Telegram user's, at once (`partner.md` §1.3).
//! It is done or refused; there is nothing in between.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Order, Refusal};
pub(crate) use decide::decide;
pub use event::{Completed, Event};
