//! `read.payment_links`: every payment link and where it stands.

mod fold;

use deadpool_postgres::Pool;
use domain::{Amount, MerchantId, PaymentLinkId, Timestamp};
use tokio_postgres::types::ToSql;

use crate::Error;
use crate::sql::{Reader, time};

pub(crate) use fold::{Fold, fee};

const BY_ID: &str = "SELECT payment_link_id, merchant_id, dialect, token, asset, amount::text, \
     description, status, payer, expires_at, created_at, paid_at FROM read.payment_links \
     WHERE payment_link_id = $1";
const BY_TOKEN: &str = "SELECT payment_link_id, merchant_id, dialect, token, asset, amount::text, \
     description, status, payer, expires_at, created_at, paid_at FROM read.payment_links \
     WHERE token = $1";
const OVERDUE: &str = "SELECT payment_link_id FROM read.payment_links \
     WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 5] = [BY_ID, BY_TOKEN, OVERDUE, fold::INSERT, fold::UPDATE];

/// One payment link.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.payment_links, commented there")]
pub struct Row {
    pub payment_link_id: PaymentLinkId,
    pub merchant_id: MerchantId,
    pub dialect: String,
    pub token: String,
    pub asset: String,
    pub amount: Amount,
    pub description: Option<String>,
    pub status: String,
    pub payer: Option<i64>,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    pub paid_at: Option<Timestamp>,
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
    Ok(Row {
        payment_link_id: PaymentLinkId(reader.get("payment_link_id")?),
        merchant_id: MerchantId(reader.get("merchant_id")?),
        dialect: reader.get("dialect")?,
        token: reader.get("token")?,
        asset: reader.get("asset")?,
        amount: reader.amount("amount")?,
        description: reader.get("description")?,
        status: reader.get("status")?,
        payer: reader.get("payer")?,
        expires_at: reader.time("expires_at")?,
        created_at: reader.time("created_at")?,
        paid_at: reader.get::<Option<_>>("paid_at")?.map(crate::sql::timestamp),
    })
}
