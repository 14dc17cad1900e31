//! `courier.deliveries`: webhooks on their way. Rows are made from the log like those of a read
//! model, in one transaction with their checkpoint; what became of them is written by the process
//! that delivers.

mod outbox;

use deadpool_postgres::Pool;
use domain::{MerchantId, Timestamp};
use uuid::Uuid;

use crate::Error;
use crate::sql::{Reader, time};

pub use outbox::{Busy, New, Tried, add, due, pending, queue, queued_to, record};

const LIST: &str = include_str!("list.sql");
const GET: &str = "SELECT seq, id, merchant_id, dialect, event, url, status, attempts, created_at, \
     next_attempt_at, object_id, endpoint, body FROM courier.deliveries WHERE id = $1";
const ATTEMPTS: &str = "SELECT at, status, error, duration_ms FROM courier.attempts \
     WHERE delivery_id = $1 ORDER BY number";
const RETRY: &str = "UPDATE courier.deliveries SET status = 'pending', next_attempt_at = $2 \
     WHERE id = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 10] = [
    LIST,
    GET,
    ATTEMPTS,
    RETRY,
    outbox::INSERT,
    outbox::DUE,
    outbox::PENDING,
    outbox::RECORD,
    outbox::ATTEMPT,
    outbox::CHECKPOINT,
];

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of courier.deliveries, commented there")]
pub struct Row {
    pub seq: u64,
    pub id: Uuid,
    pub merchant_id: MerchantId,
    pub dialect: String,
    pub event: String,
    pub url: String,
    pub status: String,
    pub attempts: i32,
    pub created_at: Timestamp,
    pub next_attempt_at: Option<Timestamp>,
    pub object_id: String,
    pub endpoint: String,
    pub body: Vec<u8>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of courier.attempts, commented there")]
pub struct Attempt {
    pub at: Timestamp,
    pub status: Option<i32>,
    pub error: Option<String>,
    pub duration_ms: i64,
}

/// Deliveries after a sequence number, oldest first.
pub async fn list(
    pool: &Pool,
    merchant: Option<MerchantId>,
    status: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(LIST).await?;
    let merchant = merchant.map(|id| id.0);
    let rows = client.query(&statement, &[&merchant, &status, &after, &limit]).await?;
    rows.iter().map(row).collect()
}

/// A delivery and every try at it.
pub async fn get(pool: &Pool, id: Uuid) -> Result<Option<(Row, Vec<Attempt>)>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(GET).await?;
    let Some(found) = client.query_opt(&statement, &[&id]).await? else { return Ok(None) };
    let statement = client.prepare_cached(ATTEMPTS).await?;
    let attempts = client.query(&statement, &[&id]).await?;
    let attempts = attempts.iter().map(|row| {
        let reader = Reader { row, table: "courier.attempts" };
        Ok(Attempt {
            at: reader.time("at")?,
            status: reader.get("status")?,
            error: reader.get("error")?,
            duration_ms: reader.get("duration_ms")?,
        })
    });
    Ok(Some((row(&found)?, attempts.collect::<Result<_, Error>>()?)))
}

/// Makes a delivery due at once, whatever became of it; `false` if there is none.
pub async fn retry(pool: &Pool, id: Uuid, now: Timestamp) -> Result<bool, Error> {
    let client = pool.get().await?;
    Ok(client.execute(RETRY, &[&id, &time(now)]).await? > 0)
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let reader = Reader { row, table: "courier.deliveries" };
    let next: Option<std::time::SystemTime> = reader.get("next_attempt_at")?;
    Ok(Row {
        seq: reader.position("seq")?,
        id: reader.get("id")?,
        merchant_id: MerchantId(reader.get("merchant_id")?),
        dialect: reader.get("dialect")?,
        event: reader.get("event")?,
        url: reader.get("url")?,
        status: reader.get("status")?,
        attempts: reader.get("attempts")?,
        created_at: reader.time("created_at")?,
        next_attempt_at: next.map(crate::sql::timestamp),
        object_id: reader.get("object_id")?,
        endpoint: reader.get("endpoint")?,
        body: reader.get("body")?,
    })
}
