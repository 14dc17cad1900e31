//! An append that ends in a certainty. When a reply is lost, reading back proves nothing (the
//! transaction may still be open), so the same append is tried again first: it waits for the lost
//! one, and exactly one of the two takes effect. Only then is the log asked whose it was.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{Batch, Failure, Journal, Lease, Outcome};

/// How a batch ended, for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Durable, once.
    Appended,
    /// Not written: the log has moved on without us.
    Conflict,
    /// Not written: another writer has taken over.
    Fenced,
    /// Not written, or not known by the deadline.
    Failed(Failure),
}

/// Repeats the append until its outcome is certain or `patience` has passed.
pub async fn append_surely<J: Journal>(
    journal: &J,
    lease: Lease,
    batch: &Batch,
    patience: Duration,
) -> Settled {
    let deadline = Instant::now() + patience;
    let mut pause = Duration::from_millis(20);
    loop {
        let doubt = match journal.append(lease, batch).await {
            Outcome::Appended => return Settled::Appended,
            Outcome::Failed(failure) => return Settled::Failed(failure),
            Outcome::Refused => match whose(journal, lease, batch).await {
                Ok(settled) => return settled,
                Err(failure) => failure.to_string(),
            },
            Outcome::InDoubt(doubt) => doubt,
        };
        tracing::warn!(%doubt, expected = batch.expected, "append in doubt, trying again");
        metrics::counter!("journal_appends_in_doubt_total").increment(1);
        if Instant::now() + pause > deadline {
            return Settled::Failed(Failure::Unavailable(doubt));
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// After a refusal: is what lies at the expected place ours? The chain hash covers position, time,
/// content and all that came before, so it tells our batch from any other.
async fn whose<J: Journal>(journal: &J, lease: Lease, batch: &Batch) -> Result<Settled, Failure> {
    let there = journal.read(batch.expected, 1).await?;
    let ours = batch.records.first().map(|record| record.hash);
    if let Some(record) = there.first()
        && Some(record.hash) == ours
    {
        return Ok(Settled::Appended);
    }
    let head = journal.head().await?;
    Ok(if head.epoch == lease.epoch { Settled::Conflict } else { Settled::Fenced })
}
