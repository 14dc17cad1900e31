//! The books, as pure functions: what may be done ([`decide`]) and what follows from it
//! ([`State::evolve`]). Nothing here knows a clock, randomness, floats or I/O; time, ids and rates
//! arrive from outside, so the same log gives the same state on every machine.
//!
//! Reading order: money → accounts → transfers → balances → one folder per aggregate → state.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

mod ids;
mod name;
mod time;

pub mod limits;
pub mod money;

mod account;
mod balances;
pub mod fees;
mod transfer;

pub mod adjustment;
pub mod conversion;
pub mod customer;
pub mod deposit;
pub mod merchant;
pub mod payment;
pub mod payment_link;
pub mod payout;
pub mod rate_lock;

mod command;
mod decide;
mod event;
mod holdings;
pub mod notice;
mod state;

pub use account::{Account, FeeKind, Hold, Place, Purse};
pub use balances::{Balance, Balances, Shortfall};
pub use command::{Command, Refusal};
pub use decide::{Context, decide};
pub use event::{Event, Stream};
pub use holdings::Holdings;
pub use ids::{
    AdjustmentId, ConversionId, CredentialId, DepositId, MerchantId, PaymentId, PaymentLinkId,
    PayoutId, RateLockId, SecretId, TelegramId,
};
pub use money::{Amount, Asset, Catalogue, Money, Quote, Rate, Rounding};
pub use name::Name;
pub use state::State;
pub use time::Timestamp;
pub use transfer::Transfer;

#[cfg(test)]
mod tests;
