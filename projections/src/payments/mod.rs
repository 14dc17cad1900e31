//! `read.payments`: every payment and where it stands.

mod fold;

use deadpool_postgres::Pool;
use domain::{Amount, MerchantId, PaymentId, Timestamp};
use uuid::Uuid;

use crate::Error;
use crate::sql::Reader;

pub(crate) use fold::Fold;

const PAGE: &str = include_str!("page.sql");
const COLUMNS: &str = "SELECT payment_id, merchant_id, position, amount::text, status, \
     telegram_payment_id, invoice_payload, conversion_id, created_at, updated_at \
     FROM read.payments";
const STATS: &str = "SELECT status, count(*) AS payments, sum(amount)::text AS amount \
     FROM read.payments WHERE merchant_id = $1 GROUP BY status";
const COUNT: &str = "SELECT count(*) AS payments FROM read.payments \
     WHERE merchant_id = $1 AND ($2::text IS NULL OR status = $2)";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 6] = [PAGE, COLUMNS, STATS, COUNT, fold::INSERT, fold::UPDATE];

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.payments, commented there")]
pub struct Row {
    pub payment_id: PaymentId,
    pub merchant_id: MerchantId,
    pub position: u64,
    pub amount: Amount,
    pub status: String,
    pub telegram_payment_id: String,
    pub invoice_payload: String,
    pub conversion_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How many payments a merchant has in one status, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// The status.
    pub status: String,
    /// How many.
    pub payments: u64,
    /// Units: base units of `STARS`.
    pub amount: Amount,
}

/// A payment of any merchant.
pub async fn get(pool: &Pool, id: PaymentId) -> Result<Option<Row>, Error> {
    one(pool, &format!("{COLUMNS} WHERE payment_id = $1"), &id.0).await
}

/// The payment of a Telegram charge.
pub async fn by_charge(pool: &Pool, charge: &str) -> Result<Option<Row>, Error> {
    one(pool, &format!("{COLUMNS} WHERE telegram_payment_id = $1"), &charge).await
}

async fn one(
    pool: &Pool,
    statement: &str,
    key: &(dyn tokio_postgres::types::ToSql + Sync),
) -> Result<Option<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(statement).await?;
    client.query_opt(&statement, &[key]).await?.map(|found| row(&found)).transpose()
}

/// A page of a merchant's payments, newest first, and how many there are in all.
pub async fn page(
    pool: &Pool,
    merchant: MerchantId,
    status: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Row>, u64), Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(PAGE).await?;
    let rows = client.query(&statement, &[&merchant.0, &status, &limit, &offset]).await?;
    let statement = client.prepare_cached(COUNT).await?;
    let count = client.query_one(&statement, &[&merchant.0, &status]).await?;
    let total = Reader { row: &count, table: "read.payments" }.position("payments")?;
    Ok((rows.iter().map(row).collect::<Result<_, _>>()?, total))
}

/// A merchant's payments by status; only statuses that occur.
pub async fn stats(pool: &Pool, merchant: MerchantId) -> Result<Vec<Stat>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(STATS).await?;
    let rows = client.query(&statement, &[&merchant.0]).await?;
    rows.iter()
        .map(|row| {
            let reader = Reader { row, table: "read.payments" };
            Ok(Stat {
                status: reader.get("status")?,
                payments: reader.position("payments")?,
                amount: reader.amount("amount")?,
            })
        })
        .collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let reader = Reader { row, table: "read.payments" };
    Ok(Row {
        payment_id: PaymentId(reader.get("payment_id")?),
        merchant_id: MerchantId(reader.get("merchant_id")?),
        position: reader.position("position")?,
        amount: reader.amount("amount")?,
        status: reader.get("status")?,
        telegram_payment_id: reader.get("telegram_payment_id")?,
        invoice_payload: reader.get("invoice_payload")?,
        conversion_id: reader.get("conversion_id")?,
        created_at: reader.time("created_at")?,
        updated_at: reader.time("updated_at")?,
    })
}
