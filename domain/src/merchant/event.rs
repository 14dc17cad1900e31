//! Facts about merchants; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use super::CredentialKind;
use crate::{Amount, CredentialId, MerchantId, SecretId, TelegramId, Timestamp, Transfer};

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
    /// Its webhooks go elsewhere.
    WebhookSet(WebhookSet),
    /// Its deposits are marked.
    DepositMemoAssigned(DepositMemoAssigned),
    /// Its webhooks are signed with another secret.
    SecretRotated(SecretRotated),
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
    /// What it bought by registering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanBought>,
    /// A customer balance that moved to its main account, because it is the same person, and the
    /// price of the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// A plan of the partner API, bought once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanBought {
    /// Shape: `founding_member`.
    pub id: String,
    /// Units: base units of `USDT-TRC20`.
    pub price: Amount,
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
    /// Are webhooks signed as before? Otherwise with the new credential's own secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps_secret: bool,
}

/// `merchant.webhook_set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSet {
    /// Whose.
    pub merchant_id: MerchantId,
    /// Where webhooks go; absent: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Do they bear the headers of Standard Webhooks too?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standard: bool,
}

/// `merchant.deposit_memo_assigned`: deposits that bear the memo are this merchant's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositMemoAssigned {
    /// Whose.
    pub merchant_id: MerchantId,
    /// Unique. Shape: `partner_k3x…`.
    pub memo: String,
}

/// `merchant.secret_rotated`: webhooks of one dialect are signed with a new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRotated {
    /// Whose.
    pub merchant_id: MerchantId,
    /// Of which dialect.
    pub kind: CredentialKind,
    /// The new secret; the vault keeps it.
    pub secret_id: SecretId,
    /// Until then the secrets before it are valid too.
    pub both_until: Timestamp,
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
            Self::WebhookSet(event) => event.merchant_id,
            Self::DepositMemoAssigned(event) => event.merchant_id,
            Self::SecretRotated(event) => event.merchant_id,
        }
    }
}
