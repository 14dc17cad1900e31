//! `read.payouts`: every payout.

use domain::payout::{Completed, Event as Payout};
use domain::{Event, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::model::{Model, Writing};
use crate::payment_links::fee;
use crate::sql::{signed, time};

const INSERT: &str = include_str!("insert.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 1] = [INSERT];

/// The payouts since the last write.
#[derive(Default)]
pub(crate) struct Fold(Vec<(Box<Completed>, u64, Timestamp)>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "payouts"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::Payout(Payout::Completed(new)) = &fact.event {
            self.0.push((new.clone(), fact.position, fact.recorded_at));
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let new = std::mem::take(&mut self.0);
            if new.is_empty() {
                return Ok(());
            }
            let ids: Vec<_> = new.iter().map(|(event, _, _)| event.payout_id.0).collect();
            let merchants: Vec<_> = new.iter().map(|(event, _, _)| event.merchant_id.0).collect();
            let positions: Vec<_> = new.iter().map(|(_, position, _)| signed(*position)).collect();
            let dialects: Vec<_> =
                new.iter().map(|(event, _, _)| event.dialect.to_string()).collect();
            let recipients: Vec<_> = new
                .iter()
                .map(|(event, _, _)| event.recipient.map(|id| signed(id.get())))
                .collect();
            let payees: Vec<_> = new
                .iter()
                .map(|(event, _, _)| event.recipient_merchant_id.map(|id| id.0))
                .collect();
            let assets: Vec<_> = new.iter().map(|(event, _, _)| event.asset.to_string()).collect();
            let amounts: Vec<_> =
                new.iter().map(|(event, _, _)| event.amount.to_string()).collect();
            let memos: Vec<_> = new.iter().map(|(event, _, _)| event.memo.as_deref()).collect();
            let fees: Vec<_> = new.iter().map(|(event, _, _)| cost(event)).collect();
            let times: Vec<_> = new.iter().map(|(_, _, at)| time(*at)).collect();
            to.execute(
                INSERT,
                &[
                    &ids,
                    &merchants,
                    &positions,
                    &dialects,
                    &recipients,
                    &payees,
                    &assets,
                    &amounts,
                    &memos,
                    &fees,
                    &times,
                ],
            )
            .await?;
            Ok(())
        })
    }
}

/// A share of the amount, or a charge; never both.
fn cost(event: &Completed) -> String {
    match &event.fee {
        Some(share) => share.amount.to_string(),
        None => fee(event.charge.as_ref()),
    }
}
