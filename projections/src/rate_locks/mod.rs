//! `read.rate_locks`: rates promised for a while.

use domain::rate_lock::{Event as RateLock, Locked};
use domain::{Event, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, time};

const INSERT: &str = include_str!("insert.sql");
const CONSUME: &str = "UPDATE read.rate_locks SET conversion_id = $2 WHERE rate_lock_id = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 2] = [INSERT, CONSUME];

/// What happened since the last write, in order.
#[derive(Default)]
pub(crate) struct Fold(Vec<(RateLock, Timestamp)>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "rate_locks"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::RateLock(event) = &fact.event {
            self.0.push((event.clone(), fact.recorded_at));
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            for (event, at) in std::mem::take(&mut self.0) {
                match event {
                    RateLock::Locked(new) => insert(to, &new, at).await?,
                    RateLock::Consumed(used) => {
                        let ids: Parameters<'_> = &[&used.rate_lock_id.0, &used.conversion_id.0];
                        to.execute(CONSUME, ids).await?;
                    }
                }
            }
            Ok(())
        })
    }
}

async fn insert(to: &Transaction<'_>, new: &Locked, at: Timestamp) -> Result<(), Error> {
    let parameters: Parameters<'_> = &[
        &new.rate_lock_id.0,
        &new.merchant_id.0,
        &new.source_amount.to_string(),
        &new.target.as_str(),
        &new.base_rate.to_string(),
        &new.exchange_rate.to_string(),
        &time(new.locked_until),
        &time(at),
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}
