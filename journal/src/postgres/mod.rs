//! The log in PostgreSQL: one row per event, one conditional statement per append, on a connection
//! of its own that is opened anew when it breaks.

mod browse;
mod listen;
mod row;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};

use crate::{Batch, Failure, Hash, Head, Journal, Lease, Outcome, Record};

pub use browse::{Browse, browse};
pub use listen::watch_head;
pub use row::{READ_COLUMNS, record_of};

const APPEND: &str = include_str!("append.sql");
const READ: &str = include_str!("read.sql");
const HEAD: &str = "SELECT position, epoch, hash FROM journal.head";
const ACQUIRE: &str = "UPDATE journal.head SET epoch = epoch + 1 RETURNING position, epoch, hash";
const LAST: &str = "SELECT coalesce(max(position), 0) FROM journal.events";

/// Every statement of this backend, for the test that prepares them all.
pub const STATEMENTS: [&str; 6] = [APPEND, READ, HEAD, ACQUIRE, LAST, browse::BROWSE];

/// A reply that takes longer is lost. Units: of time.
const REPLY_WITHIN: Duration = Duration::from_secs(10);

/// The log in a database.
#[derive(Clone)]
pub struct Postgres {
    config: Config,
    pool: Pool,
    writer: Arc<Mutex<Option<Writer>>>,
}

/// The writer's connection. Append statements are prepared once per connection.
struct Writer {
    client: Client,
    append: Statement,
}

impl Postgres {
    /// Over this pool for reads, and a connection of its own by the same configuration for appends.
    pub fn new(config: Config, pool: Pool) -> Self {
        Self { config, pool, writer: Arc::default() }
    }

    async fn connect(&self) -> Result<Writer, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        // A database that may forget what it acknowledged is no place for a ledger.
        client.batch_execute("SET synchronous_commit = on; SET statement_timeout = '30s'").await?;
        let append = client.prepare(APPEND).await?;
        Ok(Writer { client, append })
    }

    async fn client(&self) -> Result<deadpool_postgres::Object, Failure> {
        self.pool.get().await.map_err(|error| Failure::Unavailable(error.to_string()))
    }
}

impl Journal for Postgres {
    async fn head(&self) -> Result<Head, Failure> {
        let client = self.client().await?;
        let row = client.query_one(HEAD, &[]).await.map_err(unavailable)?;
        head_of(&row)
    }

    async fn acquire(&self) -> Result<(Lease, Head), Failure> {
        let client = self.client().await?;
        let row = client.query_one(ACQUIRE, &[]).await.map_err(unavailable)?;
        let head = head_of(&row)?;
        let last: i64 = client.query_one(LAST, &[]).await.map_err(unavailable)?.get(0);
        if u64::try_from(last) != Ok(head.position) {
            let position = head.position;
            let fault = format!("the head says {position} and the last event is {last}");
            return Err(Failure::Corrupt(fault));
        }
        Ok((Lease { epoch: head.epoch }, head))
    }

    async fn append(&self, lease: Lease, batch: &Batch) -> Outcome {
        if let Some(failure) = batch.oversized() {
            return Outcome::Failed(failure);
        }
        let mut slot = self.writer.lock().await;
        if slot.as_ref().is_none_or(|writer| writer.client.is_closed()) {
            // Nothing was sent on the new connection, but an earlier try may be open on the old.
            match self.connect().await {
                Ok(writer) => *slot = Some(writer),
                Err(error) => return Outcome::InDoubt(error.to_string()),
            }
        }
        let Some(writer) = slot.as_ref() else {
            return Outcome::InDoubt("no connection".to_owned());
        };
        match tokio::time::timeout(REPLY_WITHIN, send(writer, lease, batch)).await {
            Ok(Ok(0)) => Outcome::Refused,
            Ok(Ok(_)) => Outcome::Appended,
            Ok(Err(error)) => {
                let doubt = error.to_string();
                let violated =
                    error.code() == Some(&tokio_postgres::error::SqlState::UNIQUE_VIOLATION);
                *slot = None;
                if violated { Outcome::Refused } else { Outcome::InDoubt(doubt) }
            }
            Err(_) => {
                *slot = None;
                Outcome::InDoubt("no reply in time".to_owned())
            }
        }
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Record>, Failure> {
        let client = self.client().await?;
        let statement = client.prepare_cached(READ).await.map_err(unavailable)?;
        let (after, limit) = (signed(after), i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = client.query(&statement, &[&after, &limit]).await.map_err(unavailable)?;
        rows.iter().map(record_of).collect()
    }
}

async fn send(writer: &Writer, lease: Lease, batch: &Batch) -> Result<u64, tokio_postgres::Error> {
    fn column<'a, T: 'a>(batch: &'a Batch, of: fn(&'a Record) -> T) -> Vec<T> {
        batch.records.iter().map(of).collect()
    }
    let hash = batch.records.last().map(|record| record.hash).unwrap_or_default();
    let streams: Vec<&str> = column(batch, |record| record.stream.as_str());
    let revisions = column(batch, |record| signed(record.revision));
    let types: Vec<&str> = column(batch, |record| record.kind.as_str());
    let times = column(batch, |record| row::system_time(record.recorded_at));
    let payloads: Vec<&[u8]> = column(batch, |record| record.payload.as_slice());
    let metas: Vec<&[u8]> = column(batch, |record| record.meta.as_slice());
    let leaves: Vec<&[u8]> = column(batch, |record| record.leaf.0.as_slice());
    let hashes: Vec<&[u8]> = column(batch, |record| record.hash.0.as_slice());
    let parameters: [&(dyn ToSql + Sync); 12] = [
        &signed(batch.expected),
        &signed(lease.epoch),
        &i64::try_from(batch.records.len()).unwrap_or(i64::MAX),
        &hash.0.as_slice(),
        &streams,
        &revisions,
        &types,
        &times,
        &payloads,
        &metas,
        &leaves,
        &hashes,
    ];
    writer.client.execute(&writer.append, &parameters).await
}

fn head_of(row: &tokio_postgres::Row) -> Result<Head, Failure> {
    let corrupt = || Failure::Corrupt("the head row is malformed".to_owned());
    let hash: &[u8] = row.try_get("hash").map_err(|_| corrupt())?;
    Ok(Head {
        position: unsigned(row.try_get("position").map_err(|_| corrupt())?).ok_or_else(corrupt)?,
        epoch: unsigned(row.try_get("epoch").map_err(|_| corrupt())?).ok_or_else(corrupt)?,
        hash: Hash::try_from(hash).map_err(|()| corrupt())?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}

fn unavailable(error: tokio_postgres::Error) -> Failure {
    Failure::Unavailable(error.to_string())
}
