//! Facts about conversions; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{Amount, ConversionId, MerchantId, Name, PaymentId, Rate, RateLockId, Transfer};

/// What can happen to a conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It exists, and its Stars are held.
    Created(Box<Created>),
    /// The promised rate was applied.
    RateLocked(RateLocked),
    /// Phase 1: the payments were verified.
    Prepared(Prepared),
    /// Phase 2: submitted to Fragment.
    Committed(Committed),
    /// Phase 3: the target currency arrived.
    Confirmed(Confirmed),
    /// Spendable.
    Completed(Completed),
    /// Undone.
    Failed(Failed),
}

/// `conversion.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// In the order of the request.
    pub payment_ids: Vec<PaymentId>,
    /// Units: base units of `STARS`.
    pub source_amount: Amount,
    /// To what.
    pub target: Name,
    /// What will be credited. Units: base units of the target.
    pub target_amount: Amount,
    /// Before Telegram's share. Units: target units per Star.
    pub base_rate: Rate,
    /// After it. Units: target units per Star.
    pub exchange_rate: Rate,
    /// The lock the rate came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_lock_id: Option<RateLockId>,
    /// Units: base units of `STARS`.
    pub telegram_fee: Amount,
    /// Units: base units of `STARS`.
    pub fragment_fee: Amount,
    /// The reservation.
    pub transfers: Vec<Transfer>,
}

/// `conversion.rate_locked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLocked {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// The lock.
    pub rate_lock_id: RateLockId,
}

/// `conversion.prepared`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
}

/// `conversion.committed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committed {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// Fragment's number for it.
    pub fragment_tx_id: String,
    /// The hash of the transaction that will bring the target currency.
    pub ton_tx_hash: String,
    /// Fees and trade.
    pub transfers: Vec<Transfer>,
}

/// `conversion.confirmed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// The arrival, held.
    pub transfers: Vec<Transfer>,
}

/// `conversion.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completed {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// Of what.
    pub target: Name,
    /// What was credited. Units: base units of the target.
    pub target_amount: Amount,
    /// The hash of the transaction that brought it.
    pub ton_tx_hash: String,
    /// The release.
    pub transfers: Vec<Transfer>,
}

/// `conversion.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// Which.
    pub conversion_id: ConversionId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// The last status before. Shape: `phase1_prepared`.
    pub phase: String,
    /// Why.
    pub reason: String,
    /// What undoes everything posted before.
    pub transfers: Vec<Transfer>,
}

impl Event {
    /// The conversion it is about.
    pub const fn conversion_id(&self) -> ConversionId {
        match self {
            Self::Created(event) => event.conversion_id,
            Self::RateLocked(event) => event.conversion_id,
            Self::Prepared(event) => event.conversion_id,
            Self::Committed(event) => event.conversion_id,
            Self::Confirmed(event) => event.conversion_id,
            Self::Completed(event) => event.conversion_id,
            Self::Failed(event) => event.conversion_id,
        }
    }

    /// What it posts.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Created(event) => &event.transfers,
            Self::RateLocked(_) | Self::Prepared(_) => &[],
            Self::Committed(event) => &event.transfers,
            Self::Confirmed(event) => &event.transfers,
            Self::Completed(event) => &event.transfers,
            Self::Failed(event) => &event.transfers,
        }
    }
}
