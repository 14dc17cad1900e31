//! Facts about adjustments; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{Account, AdjustmentId, Name, Transfer};

/// What can happen: it is posted, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Posted.
    Posted(Posted),
}

/// `adjustment.posted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    /// Which.
    pub adjustment_id: AdjustmentId,
    /// The account that was corrected.
    pub account: Account,
    /// Who did it. Shape: `operator`, `sandbox`.
    pub rail: Name,
    /// Why.
    pub reason: String,
    /// The correction.
    pub transfers: Vec<Transfer>,
}

impl Event {
    /// The adjustment it is about.
    pub const fn adjustment_id(&self) -> AdjustmentId {
        match self {
            Self::Posted(event) => event.adjustment_id,
        }
    }
}
