//! What every read model is.

use std::future::Future;
use std::pin::Pin;

use journal::Fact;
use tokio_postgres::Transaction;

use crate::{
    Error, balances, conversions, customers, deposits, entries, fees, merchants, payment_links,
    payments, payouts, rate_locks, referrals, stats_daily,
};

/// The end of a write.
pub(crate) type Writing<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A fold of the log into a table. Facts are collected in memory and written together, in the
/// transaction that moves the checkpoint.
pub(crate) trait Model: Send {
    /// As in `read.checkpoints` and on the command line.
    fn name(&self) -> &'static str;

    /// Takes in a fact.
    fn apply(&mut self, fact: &Fact);

    /// Writes what was collected and forgets it.
    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a>;
}

/// The names of all read models; each is its table's too.
pub const NAMES: [&str; 13] = [
    "balances",
    "entries",
    "merchants",
    "payments",
    "conversions",
    "rate_locks",
    "fees",
    "stats_daily",
    "payment_links",
    "payouts",
    "deposits",
    "customers",
    "referrals",
];

/// All of them, with nothing collected; written in this order.
pub(crate) fn all() -> Vec<Box<dyn Model>> {
    vec![
        Box::new(balances::Fold::default()),
        Box::new(entries::Fold::default()),
        Box::new(merchants::Fold::default()),
        Box::new(payments::Fold::default()),
        Box::new(conversions::Fold::default()),
        Box::new(rate_locks::Fold::default()),
        Box::new(fees::Fold::default()),
        Box::new(stats_daily::Fold::default()),
        Box::new(payment_links::Fold::default()),
        Box::new(payouts::Fold::default()),
        Box::new(deposits::Fold::default()),
        Box::new(customers::Fold::default()),
        Box::new(referrals::Fold::default()),
    ]
}
