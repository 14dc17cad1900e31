//! Facts about rate locks; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{Amount, ConversionId, MerchantId, Name, Rate, RateLockId, Timestamp};

/// What can happen to a rate lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// The promise was made.
    Locked(Locked),
    /// A conversion used it.
    Consumed(Consumed),
}

/// `rate_lock.locked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Which.
    pub rate_lock_id: RateLockId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// The amount it was asked for; it does not bind. Units: base units of `STARS`.
    pub source_amount: Amount,
    /// To what.
    pub target: Name,
    /// Before Telegram's share. Units: target units per Star.
    pub base_rate: Rate,
    /// After it. Units: target units per Star.
    pub exchange_rate: Rate,
    /// Valid up to and including this instant.
    pub locked_until: Timestamp,
}

/// `rate_lock.consumed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consumed {
    /// Which.
    pub rate_lock_id: RateLockId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which conversion.
    pub conversion_id: ConversionId,
}

impl Event {
    /// The rate lock it is about.
    pub const fn rate_lock_id(&self) -> RateLockId {
        match self {
            Self::Locked(event) => event.rate_lock_id,
            Self::Consumed(event) => event.rate_lock_id,
        }
    }
}
