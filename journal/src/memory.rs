//! The log in memory: the reference for the contract, and the log of tests and in-process runs.

use std::sync::{Mutex, PoisonError};

use crate::{Batch, Failure, Head, Journal, Lease, Outcome, Record};

/// A log that is gone with the process.
#[derive(Debug, Default)]
pub struct Memory {
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    records: Vec<Record>,
    epoch: u64,
}

impl Log {
    fn head(&self) -> Head {
        let last = self.records.last();
        Head {
            position: last.map(|record| record.position).unwrap_or_default(),
            hash: last.map(|record| record.hash).unwrap_or_default(),
            epoch: self.epoch,
        }
    }
}

impl Memory {
    fn with<T>(&self, work: impl FnOnce(&mut Log) -> T) -> T {
        work(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Journal for Memory {
    async fn head(&self) -> Result<Head, Failure> {
        Ok(self.with(|log| log.head()))
    }

    async fn acquire(&self) -> Result<(Lease, Head), Failure> {
        self.with(|log| {
            log.epoch = log.epoch.saturating_add(1);
            Ok((Lease { epoch: log.epoch }, log.head()))
        })
    }

    async fn append(&self, lease: Lease, batch: &Batch) -> Outcome {
        if let Some(failure) = batch.oversized() {
            return Outcome::Failed(failure);
        }
        self.with(|log| {
            let head = log.head();
            if head.position != batch.expected || head.epoch != lease.epoch {
                return Outcome::Refused;
            }
            log.records.extend(batch.records.iter().cloned());
            Outcome::Appended
        })
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Record>, Failure> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(self.with(|log| log.records.iter().skip(after).take(limit).cloned().collect()))
    }
}
