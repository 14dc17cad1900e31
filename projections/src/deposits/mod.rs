//! `read.deposits`: money that arrived by a network.

use domain::deposit::{Credited, Event as Deposit};
use domain::{Event, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::model::{Model, Writing};
use crate::sql::{Parameters, signed, time};

const INSERT: &str = include_str!("insert.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 1] = [INSERT];

/// The deposits since the last write: networks are slow, so they are few.
#[derive(Default)]
pub(crate) struct Fold(Vec<(Box<Credited>, u64, Timestamp)>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "deposits"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::Deposit(Deposit::Credited(new)) = &fact.event {
            self.0.push((new.clone(), fact.position, fact.recorded_at));
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let new = std::mem::take(&mut self.0);
            if new.is_empty() {
                return Ok(());
            }
            let statement = to.prepare(INSERT).await?;
            for (event, position, at) in new {
                let (rail, asset) = (event.rail.to_string(), event.asset.to_string());
                let parameters: Parameters<'_> = &[
                    &event.deposit_id.0,
                    &event.merchant_id.map(|id| id.0),
                    &signed(position),
                    &rail,
                    &event.tx_id,
                    &event.address,
                    &event.memo,
                    &asset,
                    &event.amount.to_string(),
                    &time(at),
                ];
                to.execute(&statement, parameters).await?;
            }
            Ok(())
        })
    }
}
