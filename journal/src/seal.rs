//! Tamper evidence: the canonical bytes of a record, its leaf hash and the chain (`FORMAT.md`).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::Record;

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = ();

    fn try_from(bytes: &[u8]) -> Result<Self, ()> {
        bytes.try_into().map(Self).map_err(|_| ())
    }
}

/// Says what the bytes are, so that no other use of SHA-256 can be mistaken for a record.
const RECORD_TAG: &[u8] = b"quittance/record/v1";
/// The same for the chain.
const CHAIN_TAG: &[u8] = b"quittance/chain/v1";

/// Where record bytes go: a hasher, or a buffer for those who want to look.
trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Sha256 {
    fn put(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

fn write(record: &Record, to: &mut impl Sink) {
    let mut field = |bytes: &[u8]| {
        to.put(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        to.put(bytes);
    };
    field(RECORD_TAG);
    field(&record.position.to_be_bytes());
    field(record.stream.as_bytes());
    field(&record.revision.to_be_bytes());
    field(record.kind.as_bytes());
    field(&record.recorded_at.micros().to_be_bytes());
    field(&record.payload);
    field(&record.meta);
}

/// The canonical bytes of a record: eight fields, each behind its length (4 bytes, big-endian).
pub fn record_bytes(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    write(record, &mut bytes);
    bytes
}

/// SHA-256(0x00 ‖ canonical bytes): the leaf of an RFC 6962 tree.
pub fn leaf(record: &Record) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    write(record, &mut hasher);
    Hash(hasher.finalize().into())
}

/// SHA-256(tag ‖ hash of the record before ‖ leaf).
pub fn chain(previous: Hash, leaf: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(CHAIN_TAG);
    hasher.update(previous.0);
    hasher.update(leaf.0);
    Hash(hasher.finalize().into())
}

/// The running end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seal {
    /// The last position.
    pub position: u64,
    /// Its chain hash; zeros before the first.
    pub hash: Hash,
}

impl Seal {
    /// Gives the record the next place and both hashes.
    pub fn seal(&mut self, record: &mut Record) {
        record.position = self.position.saturating_add(1);
        record.leaf = leaf(record);
        record.hash = chain(self.hash, record.leaf);
        *self = Self { position: record.position, hash: record.hash };
    }

    /// Is this the record that comes next, with the hashes it must have? If so, moves on.
    pub fn follow(&mut self, record: &Record) -> Result<(), &'static str> {
        if record.position != self.position.saturating_add(1) {
            return Err("the position is not the next one");
        }
        if record.leaf != leaf(record) {
            return Err("the leaf hash does not match the record");
        }
        if record.hash != chain(self.hash, record.leaf) {
            return Err("the chain hash does not follow from the record before");
        }
        *self = Self { position: record.position, hash: record.hash };
        Ok(())
    }
}
