//! New keys, in the forms the dialects know.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

/// A text that must not be seen: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, where it must be said: to its owner once, and to the HMAC.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A new key and, where the dialect has one, its secret.
#[derive(Debug, Clone)]
pub struct Issued {
    /// What the caller shows. Shape: `pk_` and 48 hex digits.
    pub key: Secret,
    /// What signs, or proves more. Shape: `sk_` and 64 hex digits.
    pub secret: Option<Secret>,
}

/// Which kind of key to make; the forms are those of the dialects' specs.
///
/// stars and partner: a `pk_`/`sk_` pair; wallet: a `wk_` key; merchant: client id and secret of 40
/// and 128 letters and digits; processor: a bearer token of 64 hex digits.
pub fn issue(kind: &str) -> Result<Issued, getrandom::Error> {
    Ok(match kind {
        "merchant" => {
            Issued { key: Secret(alphanumeric(40)?), secret: Some(Secret(alphanumeric(128)?)) }
        }
        "processor" => Issued { key: Secret(hex::<32>("")?), secret: None },
        "wallet" => {
            Issued { key: Secret(hex::<24>("wk_")?), secret: Some(Secret(hex::<32>("ws_")?)) }
        }
        _ => Issued { key: Secret(hex::<24>("pk_")?), secret: Some(Secret(hex::<32>("sk_")?)) },
    })
}

/// The first 16 hex digits of a key's SHA-256.
pub fn fingerprint(key: &Secret) -> String {
    let hash: [u8; 32] = Sha256::digest(key.0.as_bytes()).into();
    digits(hash.get(..8).unwrap_or_default())
}

fn hex<const BYTES: usize>(prefix: &str) -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{prefix}{}", digits(&bytes)))
}

/// Lower-case hex digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Unbiased: bytes beyond the last whole multiple of the alphabet are thrown away.
fn alphanumeric(length: usize) -> Result<String, getrandom::Error> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes)?;
        let letters = bytes.iter().filter(|byte| **byte < 248);
        let letters = letters.filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
        text.extend(letters.map(|letter| char::from(*letter)).take(length - text.len()));
    }
    Ok(text)
}
