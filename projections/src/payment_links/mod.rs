//! `read.payment_links`: every payment link and where it stands.

mod fold;

use std::time::SystemTime;

use deadpool_postgres::Pool;
use domain::{Amount, MerchantId, Name, PaymentLinkId, Quote, Timestamp};
use tokio_postgres::types::ToSql;

use crate::Error;
use crate::sql::{Reader, time, timestamp};

pub(crate) use fold::{Fold, fee};

const BY_ID: &str = concat!(include_str!("columns.sql"), " WHERE payment_link_id = $1");
const BY_TOKEN: &str = concat!(include_str!("columns.sql"), " WHERE token = $1");
const OVERDUE: &str = "SELECT payment_link_id FROM read.payment_links \
     WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 7] =
    [BY_ID, BY_TOKEN, OVERDUE, fold::INSERT, fold::PAID, fold::EXPIRED, fold::RECEIVED];

/// One payment link.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.payment_links, commented there")]
pub struct Row {
    pub payment_link_id: PaymentLinkId,
    pub merchant_id: MerchantId,
    pub position: u64,
    pub dialect: String,
    pub token: String,
    pub asset: Name,
    pub amount: Amount,
    pub description: Option<String>,
    pub callback_url: Option<String>,
    pub success_url: Option<String>,
    pub status: String,
    pub received: Amount,
    pub payment: Option<Payment>,
    pub fee_percent: Option<String>,
    pub fee: Amount,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// How a link was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.payment_links, commented there")]
pub struct Payment {
    pub payer: Option<i64>,
    pub asset: Name,
    pub amount: Amount,
    pub fee: Amount,
    pub quote: Option<Quote>,
    pub position: u64,
    pub at: Timestamp,
}

/// A payment link of any merchant.
pub async fn get(pool: &Pool, id: PaymentLinkId) -> Result<Option<Row>, Error> {
    one(pool, BY_ID, &id.0).await
}

/// The payment link with this short name in its URL.
pub async fn by_token(pool: &Pool, token: &str) -> Result<Option<Row>, Error> {
    one(pool, BY_TOKEN, &token).await
}

/// Links that are pending although their time is over, the oldest first.
pub async fn overdue(pool: &Pool, now: Timestamp, limit: i64) -> Result<Vec<PaymentLinkId>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(OVERDUE).await?;
    let rows = client.query(&statement, &[&time(now), &limit]).await?;
    rows.iter().map(|row| Ok(PaymentLinkId(row.try_get(0)?))).collect()
}

async fn one(pool: &Pool, statement: &str, key: &(dyn ToSql + Sync)) -> Result<Option<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(statement).await?;
    client.query_opt(&statement, &[key]).await?.map(|found| row(&found)).transpose()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let reader = Reader { row, table: "read.payment_links" };
    let paid: Option<SystemTime> = reader.get("paid_at")?;
    Ok(Row {
        payment_link_id: PaymentLinkId(reader.get("payment_link_id")?),
        merchant_id: MerchantId(reader.get("merchant_id")?),
        position: reader.position("position")?,
        dialect: reader.get("dialect")?,
        token: reader.get("token")?,
        asset: reader.parsed("asset")?,
        amount: reader.amount("amount")?,
        description: reader.get("description")?,
        callback_url: reader.get("callback_url")?,
        success_url: reader.get("success_url")?,
        status: reader.get("status")?,
        received: reader.amount("received")?,
        payment: paid.map(|at| payment(&reader, timestamp(at))).transpose()?,
        fee_percent: reader.get("fee_percent")?,
        fee: reader.amount("fee")?,
        expires_at: reader.get::<Option<_>>("expires_at")?.map(timestamp),
        created_at: reader.time("created_at")?,
    })
}

fn payment(reader: &Reader<'_>, at: Timestamp) -> Result<Payment, Error> {
    let quote = match reader.get::<Option<&str>>("rate")? {
        None => None,
        Some(_) => Some(Quote {
            rate: reader.parsed("rate")?,
            source: reader.parsed("rate_source")?,
            at: reader.time("rate_at")?,
        }),
    };
    Ok(Payment {
        payer: reader.get("payer")?,
        asset: reader.parsed("paid_asset")?,
        amount: reader.amount("paid_amount")?,
        fee: reader.amount("paid_fee")?,
        quote,
        position: reader.position("paid_position")?,
        at,
    })
}
