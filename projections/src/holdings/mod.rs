//! `read.holdings`: what decides a merchant's discount; a view over balances and referrals.

use deadpool_postgres::Pool;
use domain::{Amount, MerchantId};

use crate::Error;
use crate::sql::Reader;

const GET: &str = "SELECT available::text, referral_holdings::text, total_holdings::text \
     FROM read.holdings WHERE merchant_id = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 1] = [GET];

/// One merchant's. Units: base units of `USDT-TRC20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the columns of read.holdings, commented there")]
pub struct Row {
    pub available: Amount,
    pub referral_holdings: Amount,
    pub total_holdings: Amount,
}

/// A merchant's holdings.
pub async fn get(pool: &Pool, merchant: MerchantId) -> Result<Row, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(GET).await?;
    let Some(row) = client.query_opt(&statement, &[&merchant.0]).await? else {
        return Ok(Row::default());
    };
    let reader = Reader { row: &row, table: "read.holdings" };
    Ok(Row {
        available: reader.amount("available")?,
        referral_holdings: reader.amount("referral_holdings")?,
        total_holdings: reader.amount("total_holdings")?,
    })
}
