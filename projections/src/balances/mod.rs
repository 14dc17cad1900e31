//! `read.balances`: every account as it is now.

use std::collections::BTreeMap;

use deadpool_postgres::Pool;
use domain::{Account, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Reader, signed, time};

const UPSERT: &str = include_str!("upsert.sql");
const NOW: &str = include_str!("now.sql");
const THEN: &str = include_str!("then.sql");
const TRIAL: &str = include_str!("trial.sql");
const POSITION_AT: &str = "SELECT coalesce((SELECT position FROM journal.events \
     WHERE recorded_at <= $1 ORDER BY position DESC LIMIT 1), 0) AS position";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 5] = [UPSERT, NOW, THEN, TRIAL, POSITION_AT];

/// One account. Units: base units of the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The whole path.
    pub account: String,
    /// Of what.
    pub asset: String,
    /// Everything ever debited.
    pub debits: i128,
    /// Everything ever credited.
    pub credits: i128,
}

/// Accounts by path: those that start with `prefix`, of `asset` if given, after `after`.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any leading text of the path.
    pub prefix: String,
    /// Of this asset only.
    pub asset: Option<String>,
    /// As of this position; now if absent.
    pub at: Option<u64>,
    /// The last account of the page before.
    pub after: String,
    /// Most rows.
    pub limit: i64,
}

/// The accounts that match, sorted.
pub async fn list(pool: &Pool, filter: &Filter) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let Filter { prefix, asset, at, after, limit } = filter;
    let rows = match at {
        None => {
            let statement = client.prepare_cached(NOW).await?;
            client.query(&statement, &[prefix, asset, after, limit]).await?
        }
        Some(at) => {
            let statement = client.prepare_cached(THEN).await?;
            client.query(&statement, &[prefix, asset, after, limit, &signed(*at)]).await?
        }
    };
    rows.iter().map(row).collect()
}

/// Debits and credits of all accounts together, per asset.
pub async fn trial(pool: &Pool, at: Option<u64>) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(TRIAL).await?;
    let rows = client.query(&statement, &[&at.map(signed)]).await?;
    rows.iter().map(row).collect()
}

/// The last position at or before a time; 0 if there is none.
pub async fn position_at(pool: &Pool, at: Timestamp) -> Result<u64, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(POSITION_AT).await?;
    let row = client.query_one(&statement, &[&time(at)]).await?;
    Reader { row: &row, table: "journal.events" }.position("position")
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let reader = Reader { row, table: "read.balances" };
    Ok(Row {
        account: reader.get("account")?,
        asset: reader.get("asset")?,
        debits: reader.parsed("debits")?,
        credits: reader.parsed("credits")?,
    })
}

#[derive(Default)]
struct Moved {
    debits: u128,
    credits: u128,
    position: u64,
}

/// What has moved since the last write.
#[derive(Default)]
pub(crate) struct Fold(BTreeMap<Account, Moved>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "balances"
    }

    fn apply(&mut self, fact: &Fact) {
        for transfer in fact.event.transfers() {
            let debit = self.0.entry(transfer.debit()).or_default();
            debit.debits = debit.debits.saturating_add(transfer.amount().units());
            debit.position = fact.position;
            let credit = self.0.entry(transfer.credit()).or_default();
            credit.credits = credit.credits.saturating_add(transfer.amount().units());
            credit.position = fact.position;
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        let moved = std::mem::take(&mut self.0);
        Box::pin(async move {
            let accounts: Vec<_> = moved.keys().map(ToString::to_string).collect();
            let assets: Vec<_> = moved.keys().map(|account| account.asset().to_string()).collect();
            let debits: Vec<_> = moved.values().map(|moved| moved.debits.to_string()).collect();
            let credits: Vec<_> = moved.values().map(|moved| moved.credits.to_string()).collect();
            let positions: Vec<_> = moved.values().map(|moved| signed(moved.position)).collect();
            if !accounts.is_empty() {
                to.execute(UPSERT, &[&accounts, &assets, &debits, &credits, &positions]).await?;
            }
            Ok(())
        })
    }
}
