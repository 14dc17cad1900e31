//! `read.customers`: Telegram users who were paid here.

use domain::customer::Event as Customer;
use domain::{Event, TelegramId, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::model::{Model, Writing};
use crate::sql::{signed, time};

const INSERT: &str = "INSERT INTO read.customers (telegram_id, position, opened_at) \
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[])";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 1] = [INSERT];

/// The accounts opened since the last write.
#[derive(Default)]
pub(crate) struct Fold(Vec<(TelegramId, u64, Timestamp)>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "customers"
    }

    fn apply(&mut self, fact: &Fact) {
        let Event::Customer(event) = &fact.event else { return };
        match event {
            Customer::Opened(new) => {
                self.0.push((new.telegram_id, fact.position, fact.recorded_at));
            }
            Customer::Referred(_) => {}
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let new = std::mem::take(&mut self.0);
            if new.is_empty() {
                return Ok(());
            }
            let ids: Vec<_> = new.iter().map(|(id, _, _)| signed(id.get())).collect();
            let positions: Vec<_> = new.iter().map(|(_, position, _)| signed(*position)).collect();
            let times: Vec<_> = new.iter().map(|(_, _, at)| time(*at)).collect();
            to.execute(INSERT, &[&ids, &positions, &times]).await?;
            Ok(())
        })
    }
}
