//! Who asked: it travels with every command and lies beside every fact it caused.

use domain::{CredentialId, MerchantId};
use serde::{Deserialize, Serialize};

/// The circumstances of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The API it came by. Shape: `stars`, `operator`, `sandbox`, `worker`.
    #[serde(default)]
    pub dialect: String,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// With which credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialId>,
    /// The request's id, as answered in `X-Request-Id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What makes a repetition harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<IdempotencyKey>,
    /// The position of the fact that led to this command, for commands of our own processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<u64>,
}

/// A key of the caller's choice: the first use counts, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyKey {
    /// Unique per dialect and merchant.
    pub key: String,
    /// What the request said: SHA-256 in hex. The same key with another fingerprint is refused.
    pub fingerprint: String,
}

impl Envelope {
    /// An envelope that says only by which API the command came.
    pub fn of(dialect: &str) -> Self {
        Self { dialect: dialect.to_owned(), ..Self::default() }
    }
}
