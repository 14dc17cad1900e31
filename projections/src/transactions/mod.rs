//! `read.transactions`: payment links and payouts in one list; a view over both tables.

use deadpool_postgres::Pool;
use domain::{Amount, MerchantId, Timestamp};

use crate::Error;
use crate::sql::{Parameters, Reader, time};

const PAGE: &str = include_str!("page.sql");
const COUNT: &str = include_str!("count.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 2] = [PAGE, COUNT];

/// Which transactions.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Made through this API.
    pub dialect: &'static str,
    /// `payment` or `withdraw`.
    pub kind: Option<&'static str>,
    /// In one of these statuses.
    pub statuses: Option<Vec<&'static str>>,
    /// Created at this time or later.
    pub from: Option<Timestamp>,
    /// Created at this time or earlier.
    pub to: Option<Timestamp>,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.transactions, commented there")]
pub struct Row {
    pub id: u64,
    pub kind: String,
    pub telegram_id: Option<i64>,
    pub amount: Amount,
    pub status: String,
    pub created_at: Timestamp,
}

/// A page of a merchant's transactions, newest first, and how many there are in all.
pub async fn page(
    pool: &Pool,
    merchant: MerchantId,
    filter: &Filter,
) -> Result<(Vec<Row>, u64), Error> {
    let (from, to) = (filter.from.map(time), filter.to.map(time));
    let conditions: Parameters<'_> =
        &[&merchant.0, &filter.dialect, &filter.kind, &filter.statuses, &from, &to];
    let client = pool.get().await?;
    let statement = client.prepare_cached(COUNT).await?;
    let count = client.query_one(&statement, conditions).await?;
    let total = Reader { row: &count, table: "read.transactions" }.position("transactions")?;
    let statement = client.prepare_cached(PAGE).await?;
    let window: Parameters<'_> = &[&filter.limit, &filter.offset];
    let rows = client.query(&statement, &[conditions, window].concat()).await?;
    let rows = rows.iter().map(|row| {
        let reader = Reader { row, table: "read.transactions" };
        Ok(Row {
            id: reader.position("id")?,
            kind: reader.get("type")?,
            telegram_id: reader.get("telegram_id")?,
            amount: reader.amount("amount")?,
            status: reader.get("status")?,
            created_at: reader.time("created_at")?,
        })
    });
    Ok((rows.collect::<Result<_, Error>>()?, total))
}
