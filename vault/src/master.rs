//! The master key and the cipher under it: XChaCha20-Poly1305, a random nonce per secret, and the
//! credential's id as associated data, so that a sealed secret is of no use in another row.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;

use crate::Secret;

const NONCE_BYTES: usize = 24;

/// 32 bytes that open every sealed secret.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// The text is not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key is 64 hex digits")]
pub struct BadMasterKey;

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl MasterKey {
    /// A new one.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self(key))
    }

    /// From 64 hex digits.
    pub fn parse(text: &str) -> Result<Self, BadMasterKey> {
        let mut key = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadMasterKey);
        }
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| BadMasterKey)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| BadMasterKey)?;
        }
        Ok(Self(key))
    }

    /// As 64 hex digits, to be kept.
    pub fn text(&self) -> Secret {
        Secret::new(crate::keys::digits(&self.0))
    }

    /// Nonce and ciphertext of a secret; `None` only if there is no randomness.
    pub(crate) fn seal(&self, credential: Uuid, secret: &Secret) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: secret.reveal().as_bytes(), aad: credential.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// The secret, if this key sealed it for this credential.
    pub(crate) fn open(&self, credential: Uuid, sealed: &[u8]) -> Option<Secret> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: credential.as_bytes() };
        let text = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(text).ok().map(Secret::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_for_its_credential_and_under_its_key() {
        let (key, other) = (MasterKey([7; 32]), MasterKey([8; 32]));
        let (mine, foreign) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key.seal(mine, &Secret::new("sk_1".into())).unwrap();
        assert_eq!(key.open(mine, &sealed).unwrap().reveal(), "sk_1");
        assert_eq!(key.open(foreign, &sealed), None);
        assert_eq!(other.open(mine, &sealed), None);
        assert_eq!(key.open(mine, &sealed[..10]), None);
        let again = key.seal(mine, &Secret::new("sk_1".into())).unwrap();
        assert_ne!(sealed, again, "a nonce is used once");
    }

    #[test]
    fn the_master_key_reads_what_it_writes() {
        let key = MasterKey::random().unwrap();
        assert_eq!(MasterKey::parse(key.text().reveal()).unwrap().0, key.0);
        assert!(MasterKey::parse("abc").is_err());
        assert_eq!(format!("{key:?}"), "***");
    }
}
