//! `read.fees`: every fee charged, and every fee given back.

use domain::{Account, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::model::{Model, Writing};
use crate::sql::{signed, time};

const INSERT: &str = include_str!("insert.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 1] = [INSERT];

struct Fee {
    position: u64,
    leg: i16,
    at: Timestamp,
    kind: &'static str,
    asset: String,
    amount: String,
    payer: String,
}

/// The fees since the last write.
#[derive(Default)]
pub(crate) struct Fold(Vec<Fee>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "fees"
    }

    fn apply(&mut self, fact: &Fact) {
        for (leg, transfer) in (0_i16..).zip(fact.event.transfers()) {
            let amount = transfer.amount();
            let (kind, amount, payer) = match (transfer.debit(), transfer.credit()) {
                (payer, Account::Fees { kind, .. }) => (kind, amount.to_string(), payer),
                (Account::Fees { kind, .. }, payer) => (kind, format!("-{amount}"), payer),
                (
                    Account::Merchant { .. }
                    | Account::Customer { .. }
                    | Account::Exchange { .. }
                    | Account::External { .. }
                    | Account::Custody { .. }
                    | Account::Suspense { .. },
                    _,
                ) => continue,
            };
            self.0.push(Fee {
                position: fact.position,
                leg,
                at: fact.recorded_at,
                kind: kind.as_str(),
                asset: transfer.asset().to_string(),
                amount,
                payer: payer.to_string(),
            });
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let fees = std::mem::take(&mut self.0);
            if fees.is_empty() {
                return Ok(());
            }
            let positions: Vec<_> = fees.iter().map(|fee| signed(fee.position)).collect();
            let legs: Vec<_> = fees.iter().map(|fee| fee.leg).collect();
            let times: Vec<_> = fees.iter().map(|fee| time(fee.at)).collect();
            let kinds: Vec<_> = fees.iter().map(|fee| fee.kind).collect();
            let assets: Vec<_> = fees.iter().map(|fee| fee.asset.as_str()).collect();
            let amounts: Vec<_> = fees.iter().map(|fee| fee.amount.as_str()).collect();
            let payers: Vec<_> = fees.iter().map(|fee| fee.payer.as_str()).collect();
            to.execute(INSERT, &[&positions, &legs, &times, &kinds, &assets, &amounts, &payers])
                .await?;
            Ok(())
        })
    }
}
