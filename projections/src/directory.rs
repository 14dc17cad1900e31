//! Who is who, in memory: the one read model that is never behind, because the sequencer shows it
//! every fact before it answers. Keys that were replaced are void from the very next request.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use domain::merchant::{CredentialKind, Event as Merchant, Registered, SecretRotated};
use domain::{CredentialId, Event, MerchantId, SecretId, TelegramId, Timestamp};
use journal::{Fact, Observer};

/// Most secrets of one kind that are valid at once, the newest first.
const SECRETS_MAX: usize = 4;

/// A merchant as authentication and delivery need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// A switched-off merchant may not act.
    pub active: bool,
    /// Its number among all merchants, from 1.
    pub serial: u64,
    /// The public account number.
    pub uid: String,
    /// For people.
    pub name: String,
    /// Telegram's or a dialect's user name.
    pub username: Option<String>,
    /// The Telegram user it is.
    pub telegram_id: Option<TelegramId>,
    /// Where webhooks go.
    pub webhook_url: Option<String>,
    /// Do webhooks bear the headers of Standard Webhooks too?
    pub standard_webhooks: bool,
    /// What its deposits are marked with, if it has asked.
    pub deposit_memo: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The valid credential of each kind.
    credentials: Vec<(CredentialKind, CredentialId)>,
    /// What signs webhooks, the newest first.
    secrets: Vec<Signing>,
}

/// One signing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signing {
    kind: CredentialKind,
    id: SecretId,
    /// Void from then on; `None` for the current one.
    until: Option<Timestamp>,
}

impl Listed {
    fn new(event: &Registered) -> Self {
        let credentials = event.credentials.iter().map(|c| (c.kind, c.credential_id));
        let credentials: Vec<_> = credentials.collect();
        let secrets = credentials.iter().map(|(kind, id)| Signing::first(*kind, *id)).collect();
        Self {
            active: true,
            serial: event.serial,
            uid: event.uid.clone(),
            name: event.name.clone(),
            username: event.username.clone(),
            telegram_id: event.telegram_id,
            webhook_url: event.webhook_url.clone(),
            standard_webhooks: false,
            deposit_memo: None,
            scopes: event.scopes.clone(),
            credentials,
            secrets,
        }
    }

    /// The valid credential of this kind.
    pub fn credential(&self, kind: CredentialKind) -> Option<CredentialId> {
        self.credentials.iter().find(|(held, _)| *held == kind).map(|(_, id)| *id)
    }

    /// What signs webhooks of this kind now: the current secret, then those it has replaced that are
    /// still valid.
    pub fn secrets(&self, kind: CredentialKind, now: Timestamp) -> Vec<SecretId> {
        let valid =
            |secret: &&Signing| secret.kind == kind && secret.until.is_none_or(|until| now < until);
        self.secrets.iter().filter(valid).map(|secret| secret.id).collect()
    }

    fn rotated(&mut self, event: &SecretRotated) {
        for secret in self.secrets.iter_mut().filter(|secret| secret.kind == event.kind) {
            secret.until.get_or_insert(event.both_until);
        }
        let new = Signing { kind: event.kind, id: event.secret_id, until: None };
        self.secrets.insert(0, new);
        let mut kept = 0_usize;
        self.secrets.retain(|secret| {
            kept += usize::from(secret.kind == event.kind);
            secret.kind != event.kind || kept <= SECRETS_MAX
        });
    }
}

impl Signing {
    /// The secret that came with a credential has the credential's id.
    fn first(kind: CredentialKind, credential: CredentialId) -> Self {
        Self { kind, id: SecretId(credential.0), until: None }
    }
}

/// All merchants.
#[derive(Debug, Default)]
pub struct Directory {
    merchants: RwLock<HashMap<MerchantId, Listed>>,
    people: RwLock<HashMap<TelegramId, MerchantId>>,
    uids: RwLock<HashMap<String, MerchantId>>,
}

impl Directory {
    /// A merchant, if there is one of this id.
    pub fn find(&self, id: MerchantId) -> Option<Listed> {
        self.merchants.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The merchant that is this Telegram user.
    pub fn person(&self, id: TelegramId) -> Option<MerchantId> {
        self.people.read().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    /// The merchant with this public account number.
    pub fn uid(&self, uid: &str) -> Option<MerchantId> {
        self.uids.read().unwrap_or_else(PoisonError::into_inner).get(uid).copied()
    }

    fn change(&self, id: MerchantId, change: impl FnOnce(&mut Listed)) {
        let mut merchants = self.merchants.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(listed) = merchants.get_mut(&id) {
            change(listed);
        }
    }
}

impl Observer for Directory {
    fn see(&self, fact: &Fact) {
        let Event::Merchant(event) = &fact.event else { return };
        match event {
            Merchant::Registered(new) => {
                let mut merchants = self.merchants.write().unwrap_or_else(PoisonError::into_inner);
                merchants.insert(new.merchant_id, Listed::new(new));
                let mut uids = self.uids.write().unwrap_or_else(PoisonError::into_inner);
                uids.insert(new.uid.clone(), new.merchant_id);
                if let Some(person) = new.telegram_id {
                    let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
                    people.insert(person, new.merchant_id);
                }
            }
            Merchant::CredentialRotated(rotated) => self.change(rotated.merchant_id, |listed| {
                let (kind, id) = (rotated.credential.kind, rotated.credential.credential_id);
                listed.credentials.retain(|(held, _)| *held != kind);
                listed.credentials.push((kind, id));
                if !rotated.keeps_secret {
                    listed.secrets.retain(|secret| secret.kind != kind);
                    listed.secrets.push(Signing::first(kind, id));
                }
            }),
            Merchant::Deactivated(switched) => {
                self.change(switched.merchant_id, |listed| listed.active = false);
            }
            Merchant::Activated(switched) => {
                self.change(switched.merchant_id, |listed| listed.active = true);
            }
            Merchant::WebhookSet(set) => self.change(set.merchant_id, |listed| {
                listed.webhook_url.clone_from(&set.url);
                listed.standard_webhooks = set.standard;
            }),
            Merchant::DepositMemoAssigned(assigned) => {
                self.change(assigned.merchant_id, |listed| {
                    listed.deposit_memo = Some(assigned.memo.clone());
                });
            }
            Merchant::SecretRotated(event) => {
                self.change(event.merchant_id, |listed| listed.rotated(event));
            }
        }
    }
}
