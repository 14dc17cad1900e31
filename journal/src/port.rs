//! What the sequencer needs of a log, whatever keeps it. One contract suite runs on every backend.

use std::future::Future;

use crate::{Hash, Record};

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The last position; 0 before the first event.
    pub position: u64,
    /// The chain hash there; zeros before the first event.
    pub hash: Hash,
    /// Which writer may append: the highest wins.
    pub epoch: u64,
}

/// The right to append, until somebody raises the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The epoch it holds.
    pub epoch: u64,
}

/// Records to be appended together or not at all. Fixed before the first try, so that a try can be
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The position the log must be at.
    pub expected: u64,
    /// Sealed records from `expected + 1` on.
    pub records: Vec<Record>,
}

/// How one try of an append ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Durable.
    Appended,
    /// Nothing was written: the log is elsewhere, or another writer has taken over.
    Refused,
    /// Nobody knows: the reply was lost. Try the same again, never anything else.
    InDoubt(String),
    /// Nothing was written and a repetition would not help.
    Failed(Failure),
}

/// An accident of the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The log cannot be reached.
    #[error("the log cannot be reached: {0}")]
    Unavailable(String),
    /// The event is larger than the log takes.
    #[error("the event has {bytes} bytes, the log takes {}", crate::EVENT_BYTES_MAX)]
    TooLarge {
        /// Of payload and meta.
        bytes: usize,
    },
    /// What the log says cannot be true.
    #[error("the log is corrupt: {0}")]
    Corrupt(String),
    /// More is waiting than the queue holds; nothing was accepted.
    #[error("too much is waiting")]
    Busy,
}

/// A log.
pub trait Journal: Send + Sync + 'static {
    /// Where it ends and who may write.
    fn head(&self) -> impl Future<Output = Result<Head, Failure>> + Send;

    /// Takes the right to append away from everybody else.
    fn acquire(&self) -> impl Future<Output = Result<(Lease, Head), Failure>> + Send;

    /// One try: all of the batch, or nothing, and only at `expected` and under this lease.
    fn append(&self, lease: Lease, batch: &Batch) -> impl Future<Output = Outcome> + Send;

    /// Up to `limit` records after a position, in order.
    fn read(
        &self,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, Failure>> + Send;
}

impl<J: Journal> Journal for std::sync::Arc<J> {
    async fn head(&self) -> Result<Head, Failure> {
        self.as_ref().head().await
    }

    async fn acquire(&self) -> Result<(Lease, Head), Failure> {
        self.as_ref().acquire().await
    }

    async fn append(&self, lease: Lease, batch: &Batch) -> Outcome {
        self.as_ref().append(lease, batch).await
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Record>, Failure> {
        self.as_ref().read(after, limit).await
    }
}

impl Batch {
    /// The first event that is larger than the log takes.
    pub fn oversized(&self) -> Option<Failure> {
        let bytes = |record: &Record| record.payload.len().saturating_add(record.meta.len());
        let largest = self.records.iter().map(bytes).max()?;
        (largest > crate::EVENT_BYTES_MAX).then_some(Failure::TooLarge { bytes: largest })
    }
}
