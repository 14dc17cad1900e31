//! Who is who, in memory: the one read model that is never behind, because the sequencer shows it
//! every fact before it answers. Keys that were replaced are void from the very next request.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use domain::merchant::{CredentialKind, Event as Merchant};
use domain::{CredentialId, Event, MerchantId};
use journal::{Fact, Observer};

/// A merchant as authentication and delivery need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// A switched-off merchant may not act.
    pub active: bool,
    /// Where webhooks go.
    pub webhook_url: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The valid credential of each kind.
    credentials: Vec<(CredentialKind, CredentialId)>,
}

impl Listed {
    /// The valid credential of this kind.
    pub fn credential(&self, kind: CredentialKind) -> Option<CredentialId> {
        self.credentials.iter().find(|(held, _)| *held == kind).map(|(_, id)| *id)
    }
}

/// All merchants.
#[derive(Debug, Default)]
pub struct Directory {
    merchants: RwLock<HashMap<MerchantId, Listed>>,
}

impl Directory {
    /// A merchant, if there is one of this id.
    pub fn find(&self, id: MerchantId) -> Option<Listed> {
        self.merchants.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
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
                let listed = Listed {
                    active: true,
                    webhook_url: new.webhook_url.clone(),
                    scopes: new.scopes.clone(),
                    credentials: new
                        .credentials
                        .iter()
                        .map(|c| (c.kind, c.credential_id))
                        .collect(),
                };
                let mut merchants = self.merchants.write().unwrap_or_else(PoisonError::into_inner);
                merchants.insert(new.merchant_id, listed);
            }
            Merchant::CredentialRotated(rotated) => self.change(rotated.merchant_id, |listed| {
                listed.credentials.retain(|(kind, _)| *kind != rotated.credential.kind);
                let new = (rotated.credential.kind, rotated.credential.credential_id);
                listed.credentials.push(new);
            }),
            Merchant::Deactivated(switched) => {
                self.change(switched.merchant_id, |listed| listed.active = false);
            }
            Merchant::Activated(switched) => {
                self.change(switched.merchant_id, |listed| listed.active = true);
            }
        }
    }
}
