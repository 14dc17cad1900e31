//! Facts about customers; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{MerchantId, TelegramId};

/// What can happen to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It has an account from here on.
    Opened(Opened),
    /// A merchant brought it.
    Referred(Referred),
}

/// `customer.opened`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Who.
    pub telegram_id: TelegramId,
}

/// `customer.referred`: its balance counts towards the merchant's holdings from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referred {
    /// Who.
    pub telegram_id: TelegramId,
    /// By whom: the first to pay it.
    pub merchant_id: MerchantId,
}

impl Event {
    /// The customer it is about.
    pub const fn telegram_id(&self) -> TelegramId {
        match self {
            Self::Opened(event) => event.telegram_id,
            Self::Referred(event) => event.telegram_id,
        }
    }
}
