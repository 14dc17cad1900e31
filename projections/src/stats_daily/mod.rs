//! `read.stats_daily`: what happened on each day, per asset.

use std::collections::BTreeMap;

use deadpool_postgres::Pool;
use domain::{Account, Amount, Event, Name, conversion, money, payment, payment_link, payout};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::Reader;

const UPSERT: &str = include_str!("upsert.sql");
const BETWEEN: &str = include_str!("between.sql");

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 2] = [UPSERT, BETWEEN];

/// One day of one asset. Units: counts, and base units of the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.stats_daily, commented there")]
pub struct Row {
    pub day: String,
    pub asset: String,
    pub payments: i64,
    pub payment_volume: i128,
    pub conversions: i64,
    pub payouts: i64,
    pub withdrawals: i64,
    pub fees: i128,
}

/// The days from `from` to `to`, both included. Shape: `2026-11-21`.
pub async fn between(pool: &Pool, from: Option<&str>, to: Option<&str>) -> Result<Vec<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(BETWEEN).await?;
    let rows = client.query(&statement, &[&from, &to]).await?;
    rows.iter()
        .map(|row| {
            let reader = Reader { row, table: "read.stats_daily" };
            Ok(Row {
                day: reader.get("day")?,
                asset: reader.get("asset")?,
                payments: reader.get("payments")?,
                payment_volume: reader.parsed("payment_volume")?,
                conversions: reader.get("conversions")?,
                payouts: reader.get("payouts")?,
                withdrawals: reader.get("withdrawals")?,
                fees: reader.parsed("fees")?,
            })
        })
        .collect()
}

#[derive(Default)]
struct Day {
    payments: i64,
    payment_volume: i128,
    conversions: i64,
    payouts: i64,
    fees: i128,
}

impl Day {
    fn paid(&mut self, amount: Amount) {
        self.payments += 1;
        let volume = i128::try_from(amount.units()).unwrap_or(i128::MAX);
        self.payment_volume = self.payment_volume.saturating_add(volume);
    }
}

/// What has happened since the last write.
#[derive(Default)]
pub(crate) struct Fold {
    days: BTreeMap<(i64, Name), Day>,
}

impl Fold {
    /// The day of a fact, in one asset.
    fn of(&mut self, fact: &Fact, asset: Name) -> &mut Day {
        let days_since_1970 = fact.recorded_at.seconds().div_euclid(86_400);
        self.days.entry((days_since_1970, asset)).or_default()
    }
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "stats_daily"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::Payment(payment::Event::Received(event)) = &fact.event {
            self.of(fact, money::STARS).paid(event.amount);
        }
        if let Event::PaymentLink(payment_link::Event::Paid(event)) = &fact.event {
            self.of(fact, event.asset).paid(event.amount);
        }
        if let Event::Payout(payout::Event::Completed(event)) = &fact.event {
            self.of(fact, event.asset).payouts += 1;
        }
        if let Event::Conversion(conversion::Event::Completed(_)) = &fact.event {
            self.of(fact, money::STARS).conversions += 1;
        }
        for transfer in fact.event.transfers() {
            let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
            let charged = if matches!(transfer.credit(), Account::Fees { .. }) {
                amount
            } else if matches!(transfer.debit(), Account::Fees { .. }) {
                -amount
            } else {
                continue;
            };
            let stats = self.of(fact, transfer.asset());
            stats.fees = stats.fees.saturating_add(charged);
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let days = std::mem::take(&mut self.days);
            if days.is_empty() {
                return Ok(());
            }
            let numbers: Vec<_> =
                days.keys().map(|(day, _)| i32::try_from(*day).unwrap_or(i32::MAX)).collect();
            let assets: Vec<_> = days.keys().map(|(_, asset)| asset.to_string()).collect();
            let payments: Vec<_> = days.values().map(|day| day.payments).collect();
            let volumes: Vec<_> = days.values().map(|day| day.payment_volume.to_string()).collect();
            let conversions: Vec<_> = days.values().map(|day| day.conversions).collect();
            let payouts: Vec<_> = days.values().map(|day| day.payouts).collect();
            let fees: Vec<_> = days.values().map(|day| day.fees.to_string()).collect();
            to.execute(
                UPSERT,
                &[&numbers, &assets, &payments, &volumes, &conversions, &payouts, &fees],
            )
            .await?;
            Ok(())
        })
    }
}
