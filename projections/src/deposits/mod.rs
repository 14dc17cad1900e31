//! `read.deposits`: money that arrived by a network.

use deadpool_postgres::Pool;
use domain::deposit::{Credited, Event as Deposit};
use domain::payment_link::{Event as Link, Received};
use domain::{Amount, Event, Name, PaymentLinkId, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, Reader, signed, time};

const INSERT: &str = include_str!("insert.sql");
const OUTCOME: &str =
    "UPDATE read.deposits SET outcome = $2, fee = $3::text::numeric WHERE deposit_id = $1";
const OF_LINK: &str = "SELECT asset, amount::text, fee::text, outcome, tx_id, position, created_at \
     FROM read.deposits WHERE payment_link_id = $1 ORDER BY position";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 3] = [INSERT, OUTCOME, OF_LINK];

/// A deposit that bore a link's token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.deposits, commented there")]
pub struct Row {
    pub asset: Name,
    pub amount: Amount,
    pub fee: Amount,
    pub outcome: String,
    pub tx_id: String,
    pub position: u64,
    pub created_at: Timestamp,
}

/// What has come for a payment link, in the order it came.
pub async fn of_link(pool: &Pool, link: PaymentLinkId) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(OF_LINK).await?;
    let row = |row: &tokio_postgres::Row| {
        let reader = Reader { row, table: "read.deposits" };
        Ok(Row {
            asset: reader.parsed("asset")?,
            amount: reader.amount("amount")?,
            fee: reader.amount("fee")?,
            outcome: reader.get::<Option<String>>("outcome")?.unwrap_or_default(),
            tx_id: reader.get("tx_id")?,
            position: reader.position("position")?,
            created_at: reader.time("created_at")?,
        })
    };
    client.query(&statement, &[&link.0]).await?.iter().map(row).collect()
}

/// The deposits since the last write: networks are slow, so they are few.
#[derive(Default)]
pub(crate) struct Fold {
    new: Vec<(Box<Credited>, u64, Timestamp)>,
    received: Vec<Received>,
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "deposits"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::Deposit(Deposit::Credited(new)) = &fact.event {
            self.new.push((new.clone(), fact.position, fact.recorded_at));
        }
        if let Event::PaymentLink(Link::Received(event)) = &fact.event {
            self.received.push(event.as_ref().clone());
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let Self { new, received } = std::mem::take(self);
            if new.is_empty() && received.is_empty() {
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
                    &event.payment_link_id.map(|id| id.0),
                    &time(at),
                ];
                to.execute(&statement, parameters).await?;
            }
            for event in received {
                let (outcome, fee) = (event.outcome.as_str(), event.fee.to_string());
                to.execute(OUTCOME, &[&event.deposit_id.0, &outcome, &fee]).await?;
            }
            Ok(())
        })
    }
}
