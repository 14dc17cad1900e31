//! `vault.credentials`, with what was looked up kept in memory: rows are never changed, and
//! whether a credential is still valid is not asked here.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use deadpool_postgres::Pool;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Issued, MasterKey, Secret};

const INSERT: &str = "INSERT INTO vault.credentials \
     (credential_id, merchant_id, kind, key_hash, secret) VALUES ($1, $2, $3, $4, $5)";
const FIND: &str =
    "SELECT credential_id, merchant_id, kind FROM vault.credentials WHERE key_hash = $1";
const SECRET: &str = "SELECT secret FROM vault.secrets WHERE secret_id = $1 \
     UNION ALL SELECT secret FROM vault.credentials WHERE credential_id = $1";
const REPLACE: &str = "INSERT INTO vault.secrets (secret_id, merchant_id, kind, secret) \
     VALUES ($1, $2, $3, $4)";

/// Keys kept in memory; more, and the memory starts over.
const REMEMBERED_MAX: usize = 200_000;

/// Why the vault could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection to be had.
    #[error("no connection to the database: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The database refused or broke.
    #[error("the database failed: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The secret was sealed under another master key, or there is no randomness.
    #[error("a secret could not be sealed or opened; is this the right master key?")]
    Cipher,
}

/// To whom a key was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The credential; valid only if the log says so.
    pub credential_id: Uuid,
    /// Whose.
    pub merchant_id: Uuid,
    /// Which dialect it opens.
    pub kind: String,
}

/// The vault.
pub struct Vault {
    pool: Pool,
    master: MasterKey,
    owners: RwLock<HashMap<[u8; 32], Owner>>,
}

impl Vault {
    /// Every statement, for the test that prepares them all.
    pub const STATEMENTS: [&'static str; 4] = [INSERT, FIND, SECRET, REPLACE];

    /// Over these tables, sealing under this key.
    pub fn new(pool: Pool, master: MasterKey) -> Self {
        Self { pool, master, owners: RwLock::default() }
    }

    /// Keeps a new credential. It opens nothing until the log says it is valid.
    pub async fn keep(&self, owner: Owner, issued: &Issued) -> Result<(), Error> {
        let hash: [u8; 32] = Sha256::digest(issued.key.reveal().as_bytes()).into();
        let sealed = match &issued.secret {
            Some(secret) => {
                Some(self.master.seal(owner.credential_id, secret).ok_or(Error::Cipher)?)
            }
            None => None,
        };
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(INSERT).await?;
        let Owner { credential_id, merchant_id, kind } = &owner;
        client
            .execute(&statement, &[credential_id, merchant_id, kind, &hash.as_slice(), &sealed])
            .await?;
        self.remember(hash, owner);
        Ok(())
    }

    /// To whom this key was issued. Keys are looked up by their hash, so the time it takes says
    /// nothing about how near a guess was.
    pub async fn owner(&self, key: &str) -> Result<Option<Owner>, Error> {
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let known = self.owners.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(FIND).await?;
        let Some(row) = client.query_opt(&statement, &[&hash.as_slice()]).await? else {
            return Ok(None);
        };
        let owner = Owner {
            credential_id: row.try_get(0)?,
            merchant_id: row.try_get(1)?,
            kind: row.try_get(2)?,
        };
        self.remember(hash, owner.clone());
        Ok(Some(owner))
    }

    /// Keeps a signing secret that replaces a credential's own. It signs nothing until the log says
    /// so.
    pub async fn replace_secret(
        &self,
        id: Uuid,
        merchant: Uuid,
        kind: &str,
        secret: &Secret,
    ) -> Result<(), Error> {
        let sealed = self.master.seal(id, secret).ok_or(Error::Cipher)?;
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(REPLACE).await?;
        client.execute(&statement, &[&id, &merchant, &kind, &sealed]).await?;
        Ok(())
    }

    /// The signing secret of this id; the one that came with a credential has the credential's.
    pub async fn secret(&self, id: Uuid) -> Result<Option<Secret>, Error> {
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(SECRET).await?;
        let row = client.query_opt(&statement, &[&id]).await?;
        let sealed: Option<Vec<u8>> = row.map(|row| row.try_get(0)).transpose()?.flatten();
        let open = |sealed: Vec<u8>| self.master.open(id, &sealed).ok_or(Error::Cipher);
        sealed.map(open).transpose()
    }

    fn remember(&self, hash: [u8; 32], owner: Owner) {
        let mut owners = self.owners.write().unwrap_or_else(PoisonError::into_inner);
        if owners.len() >= REMEMBERED_MAX {
            owners.clear();
        }
        owners.insert(hash, owner);
    }
}
