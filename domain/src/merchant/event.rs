//! Facts about merchants; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use super::CredentialKind;
use crate::{CredentialId, MerchantId, TelegramId, Transfer};

/// What can happen to a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It exists from here on.
    Registered(Box<Registered>),
    /// One of its credentials was replaced.
    CredentialRotated(CredentialRotated),
    /// It may no longer act.
    Deactivated(Switched),
    /// It may act again.
    Activated(Switched),
}

/// `merchant.registered`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Who.
    pub merchant_id: MerchantId,
    /// Its number among all merchants, from 1.
    pub serial: u64,
    /// The public account number, unique.
    pub uid: String,
    /// For people.
    pub name: String,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Telegram's or a dialect's user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The Telegram user it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telegram_id: Option<TelegramId>,
    /// Where webhooks go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// The wallet fee and the merchant dialect's transaction fee. Units: hundredths, as text.
    pub fee_percent: String,
    /// Shape: `["read", "write"]`.
    pub scopes: Vec<String>,
    /// What it was given to authenticate with.
    pub credentials: Vec<Issued>,
    /// A customer balance that moved to its main account, because it is the same person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// One credential, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Which one; the vault knows its hash.
    pub credential_id: CredentialId,
    /// Which dialect it opens.
    pub kind: CredentialKind,
    /// The first 16 hex digits of the key's SHA-256, to tell keys apart in an audit.
    pub fingerprint: String,
}

/// `merchant.credential_rotated`: the old credential is void from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialRotated {
    /// Whose.
    pub merchant_id: MerchantId,
    /// The void one, if there was one of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<CredentialId>,
    /// The valid one.
    pub credential: Issued,
}

/// `merchant.deactivated`, `merchant.activated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switched {
    /// Who.
    pub merchant_id: MerchantId,
}

impl Event {
    /// The merchant it is about.
    pub const fn merchant_id(&self) -> MerchantId {
        match self {
            Self::Registered(event) => event.merchant_id,
            Self::CredentialRotated(event) => event.merchant_id,
            Self::Deactivated(event) | Self::Activated(event) => event.merchant_id,
        }
    }
}
