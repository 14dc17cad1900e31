//! A deposit is money that arrived on a network, at an address that many share: the memo says whose
//! it is (`partner.md` §1.5), or for which payment link. Each transaction is credited once; what nobody claims is kept apart.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Credit, Refusal};
pub(crate) use decide::decide;
pub use event::{Credited, Event};
