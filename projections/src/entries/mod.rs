//! `read.entries`: both sides of every transfer, with the balance after it.

use std::collections::HashMap;

use deadpool_postgres::Pool;
use domain::{Account, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Reader, signed, time};

const INSERT: &str = include_str!("insert.sql");
const LAST: &str = include_str!("last.sql");
const STATEMENT: &str = include_str!("statement.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 3] = [INSERT, LAST, STATEMENT];

/// Accounts whose running balance is kept between writes; more, and the cache starts over.
const CACHED_ACCOUNTS_MAX: usize = 200_000;

/// One line of a statement. Units: base units of the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The event.
    pub position: u64,
    /// Which side of which of its transfers.
    pub leg: i16,
    /// When.
    pub recorded_at: Timestamp,
    /// The event's type.
    pub kind: String,
    /// The other side.
    pub counter_account: String,
    /// Of what.
    pub asset: String,
    /// Negative for a debit.
    pub amount: i128,
    /// Credits − debits up to here.
    pub balance_after: i128,
}

/// The statement of an account after a position and leg.
pub async fn statement(
    pool: &Pool,
    account: &str,
    after: (u64, i16),
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(STATEMENT).await?;
    let rows = client.query(&statement, &[&account, &signed(after.0), &after.1, &limit]).await?;
    rows.iter()
        .map(|row| {
            let reader = Reader { row, table: "read.entries" };
            Ok(Row {
                position: reader.position("position")?,
                leg: reader.get("leg")?,
                recorded_at: reader.time("recorded_at")?,
                kind: reader.get("type")?,
                counter_account: reader.get("counter_account")?,
                asset: reader.get("asset")?,
                amount: reader.parsed("amount")?,
                balance_after: reader.parsed("balance_after")?,
            })
        })
        .collect()
}

struct Leg {
    account: Account,
    counter: Account,
    amount: i128,
    number: i16,
    position: u64,
    at: Timestamp,
    kind: &'static str,
}

/// The legs since the last write, and the running balances of accounts seen lately.
#[derive(Default)]
pub(crate) struct Fold {
    legs: Vec<Leg>,
    running: HashMap<Account, i128>,
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "entries"
    }

    fn apply(&mut self, fact: &Fact) {
        let (position, at, kind) = (fact.position, fact.recorded_at, fact.event.type_name());
        for (place, transfer) in (0_i16..).step_by(2).zip(fact.event.transfers()) {
            let (account, counter) = (transfer.debit(), transfer.credit());
            let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
            let debit =
                Leg { account, counter, amount: -amount, number: place, position, at, kind };
            let (account, counter, number) = (counter, account, place + 1);
            let credit = Leg { account, counter, amount, number, position, at, kind };
            self.legs.extend([debit, credit]);
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let legs = std::mem::take(&mut self.legs);
            if legs.is_empty() {
                return Ok(());
            }
            self.load(to, &legs).await?;
            let after: Vec<_> = legs.iter().map(|leg| self.moved(leg).to_string()).collect();
            let accounts: Vec<_> = legs.iter().map(|leg| leg.account.to_string()).collect();
            let counters: Vec<_> = legs.iter().map(|leg| leg.counter.to_string()).collect();
            let assets: Vec<_> = legs.iter().map(|leg| leg.account.asset().to_string()).collect();
            let amounts: Vec<_> = legs.iter().map(|leg| leg.amount.to_string()).collect();
            let numbers: Vec<_> = legs.iter().map(|leg| leg.number).collect();
            let positions: Vec<_> = legs.iter().map(|leg| signed(leg.position)).collect();
            let times: Vec<_> = legs.iter().map(|leg| time(leg.at)).collect();
            let kinds: Vec<_> = legs.iter().map(|leg| leg.kind).collect();
            to.execute(
                INSERT,
                &[
                    &accounts, &positions, &numbers, &times, &kinds, &counters, &assets, &amounts,
                    &after,
                ],
            )
            .await?;
            Ok(())
        })
    }
}

impl Fold {
    /// Fetches the last balance of accounts not seen lately.
    async fn load(&mut self, from: &Transaction<'_>, legs: &[Leg]) -> Result<(), Error> {
        if self.running.len() > CACHED_ACCOUNTS_MAX {
            self.running.clear();
        }
        let unseen = legs.iter().map(|leg| leg.account);
        let unseen: Vec<_> = unseen.filter(|account| !self.running.contains_key(account)).collect();
        for account in &unseen {
            self.running.insert(*account, 0);
        }
        if unseen.is_empty() {
            return Ok(());
        }
        let paths: Vec<_> = unseen.iter().map(ToString::to_string).collect();
        for row in from.query(LAST, &[&paths]).await? {
            let reader = Reader { row: &row, table: "read.entries" };
            self.running.insert(reader.parsed("account")?, reader.parsed("balance_after")?);
        }
        Ok(())
    }

    fn moved(&mut self, leg: &Leg) -> i128 {
        let balance = self.running.entry(leg.account).or_default();
        *balance = balance.saturating_add(leg.amount);
        *balance
    }
}
