//! `courier.messages`: what Telegram users are told. Rows are made together with webhook deliveries;
//! what became of them is written by the process that sends.

use deadpool_postgres::Pool;
use domain::{TelegramId, Timestamp};
use tokio_postgres::Transaction;

use crate::Error;
use crate::sql::{Reader, signed, time};

const INSERT: &str = "INSERT INTO courier.messages \
     (position, telegram_id, text, created_at, next_attempt_at) VALUES ($1, $2, $3, $4, $4) \
     ON CONFLICT ON CONSTRAINT messages_once DO NOTHING";
const DUE: &str = "SELECT seq, telegram_id, text, attempts FROM courier.messages \
     WHERE status = 'pending' AND next_attempt_at <= $1 ORDER BY next_attempt_at, seq LIMIT $2";
const RECORD: &str = "UPDATE courier.messages \
     SET status = $2, attempts = attempts + 1, error = $3, next_attempt_at = $4 WHERE seq = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 3] = [INSERT, DUE, RECORD];

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of courier.messages, commented there")]
pub struct New {
    pub position: u64,
    pub telegram_id: TelegramId,
    pub text: String,
    pub at: Timestamp,
}

/// A message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of courier.messages, commented there")]
pub struct Row {
    pub seq: i64,
    pub telegram_id: i64,
    pub text: String,
    pub attempts: i32,
}

/// What a try makes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// `pending`, `sent` or `failed`.
    pub status: &'static str,
    /// Why it was not sent.
    pub error: Option<String>,
    /// When to try again.
    pub next: Option<Timestamp>,
}

pub(crate) async fn insert(to: &Transaction<'_>, new: &[New]) -> Result<(), Error> {
    for message in new {
        let (position, person) = (signed(message.position), signed(message.telegram_id.get()));
        to.execute(INSERT, &[&position, &person, &message.text, &time(message.at)]).await?;
    }
    Ok(())
}

/// Messages whose time has come, the oldest first.
pub async fn due(pool: &Pool, now: Timestamp, limit: i64) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(DUE).await?;
    let rows = client.query(&statement, &[&time(now), &limit]).await?;
    let row = |row: &tokio_postgres::Row| {
        let reader = Reader { row, table: "courier.messages" };
        Ok(Row {
            seq: reader.get("seq")?,
            telegram_id: reader.get("telegram_id")?,
            text: reader.get("text")?,
            attempts: reader.get("attempts")?,
        })
    };
    rows.iter().map(row).collect()
}

/// Keeps what a try came to.
pub async fn record(pool: &Pool, message: &Row, tried: &Tried) -> Result<(), Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(RECORD).await?;
    let next = tried.next.map(time);
    client.execute(&statement, &[&message.seq, &tried.status, &tried.error, &next]).await?;
    Ok(())
}
