//! The writing side: made once from the log, tried until taken or given up.

use std::time::Duration;

use deadpool_postgres::Pool;
use domain::{MerchantId, Timestamp};
use uuid::Uuid;

use super::{Row, row};
use crate::Error;
use crate::sql::{signed, time};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const DUE: &str = include_str!("due.sql");
pub(super) const RECORD: &str = "UPDATE courier.deliveries \
     SET status = $2, attempts = $3, next_attempt_at = $4 WHERE id = $1";
pub(super) const ATTEMPT: &str = "INSERT INTO courier.attempts \
     (delivery_id, number, at, status, error, duration_ms) VALUES ($1, $2, $3, $4, $5, $6)";
pub(super) const CHECKPOINT: &str =
    "UPDATE courier.checkpoint SET position = $1 WHERE position < $1";

/// A webhook to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of courier.deliveries, commented there")]
pub struct New {
    pub id: Uuid,
    pub position: u64,
    pub merchant_id: MerchantId,
    pub dialect: &'static str,
    pub event: &'static str,
    pub object_id: String,
    pub url: String,
    pub body: Vec<u8>,
    pub at: Timestamp,
}

/// How a try ended, and what that makes of the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// When.
    pub at: Timestamp,
    /// The HTTP status, or why there was none.
    pub outcome: Result<u16, String>,
    /// How long it took.
    pub duration: Duration,
    /// `pending`, `delivered` or `failed`.
    pub status: &'static str,
    /// When to try again.
    pub next: Option<Timestamp>,
}

/// How far deliveries have been made of the log.
pub async fn queued_to(pool: &Pool) -> Result<u64, Error> {
    let client = pool.get().await?;
    let row = client.query_one("SELECT position FROM courier.checkpoint", &[]).await?;
    u64::try_from(row.try_get::<_, i64>(0)?).map_err(|_| Error::Malformed("courier.checkpoint"))
}

/// Makes deliveries of everything up to a position, once.
pub async fn queue(pool: &Pool, new: &[New], up_to: u64) -> Result<(), Error> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    // Nobody else has been here, or nothing is done.
    if transaction.execute(CHECKPOINT, &[&signed(up_to)]).await? == 0 {
        return Ok(());
    }
    if !new.is_empty() {
        fn column<'a, T>(rows: &'a [New], of: fn(&'a New) -> T) -> Vec<T> {
            rows.iter().map(of).collect()
        }
        let ids = column(new, |new| new.id);
        let positions = column(new, |new| signed(new.position));
        let merchants = column(new, |new| new.merchant_id.0);
        let dialects = column(new, |new| new.dialect);
        let events = column(new, |new| new.event);
        let objects = column(new, |new| new.object_id.as_str());
        let urls = column(new, |new| new.url.as_str());
        let bodies = column(new, |new| new.body.as_slice());
        let times = column(new, |new| time(new.at));
        transaction
            .execute(
                INSERT,
                &[
                    &ids, &positions, &merchants, &dialects, &events, &objects, &urls, &bodies,
                    &times,
                ],
            )
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Deliveries whose time has come, without those under way.
pub async fn due(
    pool: &Pool,
    now: Timestamp,
    under_way: &[Uuid],
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(DUE).await?;
    client.query(&statement, &[&time(now), &under_way, &limit]).await?.iter().map(row).collect()
}

/// Keeps a try and what it makes of the delivery.
pub async fn record(pool: &Pool, delivery: &Row, tried: &Tried) -> Result<(), Error> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    let number = delivery.attempts.saturating_add(1);
    let (status, error) = match &tried.outcome {
        Ok(status) => (Some(i32::from(*status)), None),
        Err(error) => (None, Some(error.as_str())),
    };
    let duration = i64::try_from(tried.duration.as_millis()).unwrap_or(i64::MAX);
    let at = time(tried.at);
    transaction.execute(ATTEMPT, &[&delivery.id, &number, &at, &status, &error, &duration]).await?;
    let next = tried.next.map(time);
    transaction.execute(RECORD, &[&delivery.id, &tried.status, &number, &next]).await?;
    transaction.commit().await?;
    Ok(())
}
