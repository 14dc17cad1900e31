//! Secrets: which key belongs to which credential (as SHA-256), and signing secrets (sealed under
//! the master key). The only room with a cipher. Which credential is valid, the log says.

mod keys;
mod master;
mod store;

pub use keys::{Issued, Secret, fingerprint, issue};
pub use master::{BadMasterKey, MasterKey};
pub use store::{Error, Owner, Vault};
