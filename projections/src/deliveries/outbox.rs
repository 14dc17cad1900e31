//! The writing side: made once from the log, tried until taken or given up.

use std::time::Duration;

use deadpool_postgres::Pool;
use domain::{MerchantId, Timestamp};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::{Row, row};
use crate::sql::{Parameters, Reader, signed, time};
use crate::{Error, messages};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const PENDING: &str =
    "SELECT count(*) AS deliveries FROM courier.deliveries WHERE status = 'pending'";
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
    pub position: Option<u64>,
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

/// Makes deliveries and messages of everything up to a position, once.
pub async fn queue(
    pool: &Pool,
    new: &[New],
    messages: &[messages::New],
    up_to: u64,
) -> Result<(), Error> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    // Nobody else has been here, or nothing is done.
    if transaction.execute(CHECKPOINT, &[&signed(up_to)]).await? == 0 {
        return Ok(());
    }
    if !new.is_empty() {
        insert(&transaction, new).await?;
    }
    messages::insert(&transaction, messages).await?;
    transaction.commit().await?;
    Ok(())
}

/// Makes a delivery that tells of no event.
pub async fn add(pool: &Pool, new: &New) -> Result<(), Error> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    insert(&transaction, std::slice::from_ref(new)).await?;
    transaction.commit().await?;
    Ok(())
}

async fn insert(to: &Transaction<'_>, new: &[New]) -> Result<(), Error> {
    fn column<'a, T>(rows: &'a [New], of: fn(&'a New) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    let ids = column(new, |new| new.id);
    let positions = column(new, |new| new.position.map(signed));
    let merchants = column(new, |new| new.merchant_id.0);
    let dialects = column(new, |new| new.dialect);
    let events = column(new, |new| new.event);
    let objects = column(new, |new| new.object_id.as_str());
    let urls = column(new, |new| new.url.as_str());
    let endpoints = column(new, |new| endpoint(&new.url));
    let bodies = column(new, |new| new.body.as_slice());
    let times = column(new, |new| time(new.at));
    let parameters: Parameters<'_> = &[
        &ids, &positions, &merchants, &dialects, &events, &objects, &urls, &endpoints, &bodies,
        &times,
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}

/// Scheme, host and port of a URL: what one slow receiver shares among all its webhooks.
fn endpoint(url: &str) -> &str {
    let after = url.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let rest = url.get(after..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(url.len(), |end| after.saturating_add(end));
    url.get(..end).unwrap_or(url)
}

/// What is not to be asked for: deliveries under way, and who has as much as they can take.
#[derive(Debug, Clone, Default)]
pub struct Busy {
    /// Deliveries that are being posted.
    pub under_way: Vec<Uuid>,
    /// Endpoints that take nothing more.
    pub endpoints: Vec<String>,
    /// Merchants that have their share.
    pub merchants: Vec<Uuid>,
}

/// Deliveries whose time has come, at most so many of each endpoint.
pub async fn due(
    pool: &Pool,
    now: Timestamp,
    busy: &Busy,
    per_endpoint: i64,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(DUE).await?;
    let now = time(now);
    let parameters: Parameters<'_> =
        &[&now, &busy.under_way, &busy.endpoints, &per_endpoint, &busy.merchants, &limit];
    client.query(&statement, parameters).await?.iter().map(row).collect()
}

/// How many deliveries wait for their next try.
pub async fn pending(pool: &Pool) -> Result<u64, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(PENDING).await?;
    let row = client.query_one(&statement, &[]).await?;
    Reader { row: &row, table: "courier.deliveries" }.position("deliveries")
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

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn an_endpoint_is_what_comes_before_the_path() {
        for (url, expected) in [
            ("https://a.example/hook?x#y", "https://a.example"),
            ("http://127.0.0.1:80?x", "http://127.0.0.1:80"),
            ("https://a.example", "https://a.example"),
            ("", ""),
        ] {
            assert_eq!(endpoint(url), expected);
        }
    }
}
