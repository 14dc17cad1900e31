//! `read.conversions`: Stars on their way, and those that arrived or failed.

mod fold;

use deadpool_postgres::Pool;
use domain::{Amount, ConversionId, MerchantId, Name, Rate, Timestamp};
use uuid::Uuid;

use crate::Error;
use crate::sql::Reader;

pub(crate) use fold::Fold;

const GET: &str = include_str!("get.sql");
const PAGE: &str = include_str!("page.sql");
const COUNT: &str = "SELECT count(*) AS conversions FROM read.conversions \
     WHERE merchant_id = $1 AND ($2::text IS NULL OR status = $2)";
const RUNNING: &str = include_str!("running.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 6] = [GET, PAGE, COUNT, RUNNING, fold::INSERT, fold::UPDATE];

/// One conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.conversions, commented there")]
pub struct Row {
    pub conversion_id: ConversionId,
    pub merchant_id: MerchantId,
    pub position: u64,
    pub payment_ids: Vec<Uuid>,
    pub source_amount: Amount,
    pub target: Name,
    pub target_amount: Amount,
    pub exchange_rate: Rate,
    pub rate_lock_id: Option<Uuid>,
    pub telegram_fee: Amount,
    pub fragment_fee: Amount,
    pub status: String,
    pub phase: String,
    pub fragment_tx_id: Option<String>,
    pub ton_tx_hash: Option<String>,
    pub error_message: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A conversion of any merchant.
pub async fn get(pool: &Pool, id: ConversionId) -> Result<Option<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(GET).await?;
    client.query_opt(&statement, &[&id.0]).await?.map(|found| row(&found)).transpose()
}

/// A page of a merchant's conversions, newest first, and how many there are in all.
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
    let total = Reader { row: &count, table: "read.conversions" }.position("conversions")?;
    Ok((rows.iter().map(row).collect::<Result<_, _>>()?, total))
}

/// Conversions that are not at an end, those that waited longest first.
pub async fn running(pool: &Pool, limit: i64) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(RUNNING).await?;
    client.query(&statement, &[&limit]).await?.iter().map(row).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let reader = Reader { row, table: "read.conversions" };
    Ok(Row {
        conversion_id: ConversionId(reader.get("conversion_id")?),
        merchant_id: MerchantId(reader.get("merchant_id")?),
        position: reader.position("position")?,
        payment_ids: reader.get("payment_ids")?,
        source_amount: reader.amount("source_amount")?,
        target: reader.parsed("target")?,
        target_amount: reader.amount("target_amount")?,
        exchange_rate: reader.parsed("exchange_rate")?,
        rate_lock_id: reader.get("rate_lock_id")?,
        telegram_fee: reader.amount("telegram_fee")?,
        fragment_fee: reader.amount("fragment_fee")?,
        status: reader.get("status")?,
        phase: reader.get("phase")?,
        fragment_tx_id: reader.get("fragment_tx_id")?,
        ton_tx_hash: reader.get("ton_tx_hash")?,
        error_message: reader.get("error_message")?,
        created_at: reader.time("created_at")?,
        updated_at: reader.time("updated_at")?,
    })
}
