//! Read-your-writes: a query waits until the read models have reached the log's end as it was when
//! the query arrived, but not for ever.

use std::time::Duration;

use tokio::sync::watch;

/// The read models are too far behind to answer truthfully.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the read models are behind the log")]
pub struct Behind;

/// Where the log ends and how far the read models are.
#[derive(Debug, Clone)]
pub struct Progress {
    head: watch::Receiver<u64>,
    reached: watch::Receiver<u64>,
    patience: Duration,
}

impl Progress {
    /// Watches both ends; a query waits `patience` at most.
    pub fn new(
        head: watch::Receiver<u64>,
        reached: watch::Receiver<u64>,
        patience: Duration,
    ) -> Self {
        Self { head, reached, patience }
    }

    /// Returns once everything that was durable before the call can be read.
    pub async fn caught_up(&self) -> Result<(), Behind> {
        let head = *self.head.borrow();
        let mut reached = self.reached.clone();
        let wait = reached.wait_for(|position| *position >= head);
        match tokio::time::timeout(self.patience, wait).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Behind),
        }
    }

    /// How many events the read models are behind.
    pub fn lag(&self) -> u64 {
        self.head.borrow().saturating_sub(*self.reached.borrow())
    }
}
