//! A merchant is a business that uses the gateway: one identity for all dialects, with credentials
//! of up to five kinds. It is registered, may change keys, and may be switched off and on.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use command::{Command, Plan, Refusal, Register};
pub(crate) use decide::decide;
pub use event::{
    CredentialRotated, DepositMemoAssigned, Event, Issued, PlanBought, Registered, SecretRotated,
    Switched, WebhookSet,
};

use crate::fees::Percent;
use crate::{CredentialId, TelegramId};

/// Which dialect a credential opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "one per dialect, named after it")]
pub enum CredentialKind {
    Stars,
    Partner,
    Wallet,
    Merchant,
    Processor,
}

impl CredentialKind {
    /// All five.
    pub const ALL: [Self; 5] =
        [Self::Stars, Self::Partner, Self::Wallet, Self::Merchant, Self::Processor];

    /// As it stands in events and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Partner => "partner",
            Self::Wallet => "wallet",
            Self::Merchant => "merchant",
            Self::Processor => "processor",
        }
    }
}

/// What decisions need to know of a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// 1 for the first merchant of these books, and so on.
    pub serial: u64,
    /// The public account number.
    pub uid: String,
    /// The Telegram user it is, if any.
    pub telegram_id: Option<TelegramId>,
    /// The wallet fee and the merchant dialect's transaction fee.
    pub fee_percent: Percent,
    /// A switched-off merchant may not act; money still reaches it.
    pub active: bool,
    /// The valid credential of each kind.
    pub credentials: BTreeMap<CredentialKind, CredentialId>,
    /// What its deposits are marked with, if it has asked.
    pub deposit_memo: Option<Box<str>>,
}

impl Merchant {
    pub(crate) fn registered(event: &Registered) -> Self {
        Self {
            serial: event.serial,
            uid: event.uid.clone(),
            telegram_id: event.telegram_id,
            fee_percent: Percent::parse(&event.fee_percent).unwrap_or(Percent::ZERO),
            active: true,
            credentials: event
                .credentials
                .iter()
                .map(|new| (new.kind, new.credential_id))
                .collect(),
            deposit_memo: None,
        }
    }

    pub(crate) fn rotated(&mut self, event: &CredentialRotated) {
        self.credentials.insert(event.credential.kind, event.credential.credential_id);
    }
}
