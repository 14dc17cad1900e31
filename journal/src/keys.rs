//! Idempotency keys: the log is where they live; this is their index in memory.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{Envelope, IdempotencyKey};

/// What a key did the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) fingerprint: String,
    pub(crate) first: u64,
    pub(crate) count: u64,
}

/// 16 bytes of SHA-256 stand for dialect, merchant and key: long keys cost no memory.
#[derive(Debug, Default, Clone)]
pub(crate) struct Keys(HashMap<[u8; 16], Use>);

impl Keys {
    pub(crate) fn find(&self, envelope: &Envelope, key: &IdempotencyKey) -> Option<&Use> {
        self.0.get(&digest(envelope, key))
    }

    /// Notes a fact that carries a key; facts of one command follow each other.
    pub(crate) fn note(&mut self, envelope: &Envelope, position: u64) {
        let Some(key) = &envelope.idempotency else { return };
        let first = Use { fingerprint: key.fingerprint.clone(), first: position, count: 0 };
        let used = self.0.entry(digest(envelope, key)).or_insert(first);
        used.count = used.count.saturating_add(1);
    }
}

fn digest(envelope: &Envelope, key: &IdempotencyKey) -> [u8; 16] {
    let merchant = envelope.merchant.map(|id| *id.0.as_bytes()).unwrap_or_default();
    let mut hasher = Sha256::new();
    hasher.update(envelope.dialect.as_bytes());
    hasher.update([0]);
    hasher.update(merchant);
    hasher.update(key.key.as_bytes());
    let full: [u8; 32] = hasher.finalize().into();
    let mut short = [0; 16];
    short.iter_mut().zip(full).for_each(|(to, from)| *to = from);
    short
}
