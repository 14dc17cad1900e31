//! The log: an append-only, gapless, hash-chained sequence of facts, and the one task that may
//! write it. `FORMAT.md` beside this crate specifies the bytes.
//!
//! Here live the [`Journal`] port with its backends, the codec, the seal and the [`Sequencer`].
//! No business rule lives here (they are in `domain`), and no read model (they are in `projections`).

mod clock;
mod codec;
mod envelope;
mod keys;
mod port;
mod record;
mod replay;
mod seal;
mod sequencer;
mod settle;

pub mod memory;
pub mod postgres;

pub use clock::Clock;
pub use codec::{Undecodable, Upcast, decode, decode_with, encode, split_type};
pub use envelope::{Envelope, IdempotencyKey};
pub use port::{Batch, Failure, Head, Journal, Lease, Outcome};
pub use record::{Fact, Record};
pub use replay::{Corrupt, Ledger, Replay, replay};
pub use seal::{Hash, Seal, chain, leaf, record_bytes};
pub use sequencer::{
    Decide, Facts, Handle, Observer, Rejection, Sequencer, Settings, Stopped, decide_purely,
};
pub use settle::{Settled, append_surely};

/// Largest payload and meta of one event together. Units: bytes.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
