//! A log whose replies get lost, in every order in which they can.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use journal::{Batch, Failure, Head, Journal, Lease, Outcome, Record};

/// What becomes of one try.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// Written, and the reply is lost.
    ReplyLost,
    /// Lost before it arrives.
    RequestLost,
    /// The reply is lost and the write lands later, perhaps after a repetition.
    LandsLate,
}

/// Fates for the first tries; after them everything goes well.
pub(crate) struct Lossy<J> {
    inner: Arc<J>,
    fates: Mutex<VecDeque<Fate>>,
}

impl<J> Lossy<J> {
    pub(crate) fn new(inner: Arc<J>, fates: &[Fate]) -> Self {
        Self { inner, fates: Mutex::new(fates.iter().copied().collect()) }
    }
}

impl<J: Journal> Journal for Lossy<J> {
    async fn head(&self) -> Result<Head, Failure> {
        self.inner.head().await
    }

    async fn acquire(&self) -> Result<(Lease, Head), Failure> {
        self.inner.acquire().await
    }

    async fn append(&self, lease: Lease, batch: &Batch) -> Outcome {
        let fate = self.fates.lock().unwrap().pop_front();
        match fate {
            None => return self.inner.append(lease, batch).await,
            Some(Fate::RequestLost) => {}
            Some(Fate::ReplyLost) => {
                self.inner.append(lease, batch).await;
            }
            Some(Fate::LandsLate) => {
                let (inner, batch) = (self.inner.clone(), batch.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    inner.append(lease, &batch).await
                });
            }
        }
        Outcome::InDoubt("lost".to_owned())
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Record>, Failure> {
        self.inner.read(after, limit).await
    }
}
