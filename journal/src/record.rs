//! What lies in the log, and what it says once decoded.

use domain::{Event, Timestamp};

use crate::Hash;

/// One event as it is stored: exact bytes and their seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log, from 1, without gaps.
    pub position: u64,
    /// The aggregate's history. Shape: `payment-<uuid>`.
    pub stream: String,
    /// Its place in the stream, from 1, without gaps.
    pub revision: u64,
    /// Its type and version. Shape: `payment.received`, `payment.received@2`.
    pub kind: String,
    /// When it was decided; never earlier than the record before.
    pub recorded_at: Timestamp,
    /// The fact, as JSON.
    pub payload: Vec<u8>,
    /// The envelope of the command, as JSON.
    pub meta: Vec<u8>,
    /// SHA-256 of this record alone.
    pub leaf: Hash,
    /// SHA-256 over everything up to and with this record.
    pub hash: Hash,
}

/// A record that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its place in the log.
    pub position: u64,
    /// When it was decided.
    pub recorded_at: Timestamp,
    /// What happened.
    pub event: Event,
}
