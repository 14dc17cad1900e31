//! Follows the log and writes all read models: a page of facts, one transaction, one checkpoint
//! each. The checkpoint rows are locked, so a rebuild beside a running server is only slower.

use std::time::Duration;

use deadpool_postgres::Pool;
use journal::{Fact, Journal};
use tokio::sync::watch;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, NAMES, all};
use crate::sql::signed;

/// Most events in one transaction.
const PAGE: usize = 2_000;
/// Until the next try when the database has failed.
const RETRY_AFTER: Duration = Duration::from_millis(500);

const CHECKPOINTS: &str = "SELECT name, position FROM read.checkpoints ORDER BY name FOR UPDATE";
const MOVE: &str =
    "UPDATE read.checkpoints SET position = $1 WHERE position < $1 AND name = ANY ($2)";

/// The follower of the log.
pub struct Runner<J> {
    journal: J,
    pool: Pool,
    models: Vec<Box<dyn Model>>,
    reached: watch::Sender<u64>,
}

impl<J: Journal> Runner<J> {
    /// A runner over this log, writing through this pool.
    pub fn new(journal: J, pool: Pool) -> Self {
        Self { journal, pool, models: all(), reached: watch::Sender::new(0) }
    }

    /// How far all read models are.
    pub fn reached(&self) -> watch::Receiver<u64> {
        self.reached.subscribe()
    }

    /// Follows the log for ever; a failure is logged and tried again.
    pub async fn run(mut self, mut head: watch::Receiver<u64>) {
        loop {
            match self.step().await {
                Ok(0) => {
                    // Asleep until the head moves past what was just read.
                    let reached = *self.reached.borrow();
                    if head.wait_for(|position| *position > reached).await.is_err() {
                        return;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the read models could not follow; trying again");
                    metrics::counter!("projections_failures_total").increment(1);
                    // What was collected may or may not be written: read it again.
                    self.models = all();
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    /// Folds one page; returns how many events it had.
    pub async fn step(&mut self) -> Result<usize, Error> {
        let mut client = self.pool.get().await?;
        let transaction = client.transaction().await?;
        // A lost commit here is folded again; only the log must never lose one.
        transaction.batch_execute("SET LOCAL synchronous_commit = off").await?;
        let checkpoints = checkpoints(&transaction).await?;
        let after = checkpoints.iter().map(|(_, position)| *position).min().unwrap_or_default();
        let facts = read(&self.journal, after).await?;
        let Some(last) = facts.last().map(|fact| fact.position) else {
            self.reached.send_replace(after);
            return Ok(0);
        };
        for model in &mut self.models {
            let at = checkpoints.iter().find(|(name, _)| name == model.name());
            let at = at.map_or(0, |(_, position)| *position);
            for fact in facts.iter().filter(|fact| fact.position > at) {
                model.apply(fact);
            }
            model.write(&transaction).await?;
        }
        transaction.execute(MOVE, &[&signed(last), &NAMES.as_slice()]).await?;
        transaction.commit().await?;
        self.reached.send_replace(last);
        Ok(facts.len())
    }
}

async fn checkpoints(transaction: &Transaction<'_>) -> Result<Vec<(String, u64)>, Error> {
    let rows = transaction.query(CHECKPOINTS, &[]).await?;
    rows.iter()
        .map(|row| {
            let position = u64::try_from(row.try_get::<_, i64>(1)?);
            Ok((row.try_get(0)?, position.map_err(|_| Error::Malformed("read.checkpoints"))?))
        })
        .collect()
}

async fn read<J: Journal>(journal: &J, after: u64) -> Result<Vec<Fact>, Error> {
    let records = journal.read(after, PAGE).await?;
    let mut expected = after;
    let facts = records.into_iter().map(|record| {
        expected = expected.saturating_add(1);
        let corrupt = |reason: String| {
            Error::Journal(journal::Failure::Corrupt(format!("position {expected}: {reason}")))
        };
        if record.position != expected {
            return Err(corrupt("missing".to_owned()));
        }
        let event = journal::decode(&record.kind, &record.payload)
            .map_err(|error| corrupt(error.to_string()))?;
        Ok(Fact { position: record.position, recorded_at: record.recorded_at, event })
    });
    facts.collect()
}

/// Empties read models and folds the log into them again; `each` is told how far it is.
pub async fn rebuild<J: Journal>(
    journal: J,
    pool: Pool,
    names: &[String],
    mut each: impl FnMut(u64),
) -> Result<u64, Error> {
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(Error::UnknownModel(unknown.clone()));
    }
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    checkpoints(&transaction).await?;
    for name in NAMES.iter().filter(|name| names.is_empty() || names.iter().any(|n| n == *name)) {
        // The name is one of ours, so it can stand in the statement.
        transaction.batch_execute(&format!("TRUNCATE read.{name}")).await?;
        let reset = "UPDATE read.checkpoints SET position = 0 WHERE name = $1";
        transaction.execute(reset, &[name]).await?;
    }
    transaction.commit().await?;
    drop(client);
    let mut runner = Runner::new(journal, pool);
    let mut done = 0;
    while runner.step().await? > 0 {
        done = *runner.reached.borrow();
        each(done);
    }
    Ok(done)
}
