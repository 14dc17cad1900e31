//! `/ledger/v1`: the books as they are and as they were, for auditors and dashboards.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use journal::postgres::{Browse, browse};
use poem::web::sse;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};
use projections::{balances, entries, stats_daily};

use super::auth::AuditorToken;
use super::error::Fault;
use super::wire::{self, Event, amount};
use crate::Gateway;

/// Silence on a stream is broken after so long.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The end of the log.
#[derive(Debug, Object)]
pub(crate) struct Head {
    position: u64,
    /// Chain hash in hex; zeros before the first event.
    hash: String,
    /// null before the first event.
    recorded_at: Option<String>,
}

/// A page of the log.
#[derive(Debug, Object)]
pub(crate) struct Events {
    events: Vec<Event>,
    /// Where the next page starts; null at the end.
    next: Option<u64>,
}

/// An account.
#[derive(Debug, Object)]
pub(crate) struct Account {
    /// The whole path.
    account: String,
    asset: String,
    debits: String,
    credits: String,
    /// Credits less debits: what is owed to the owner is positive.
    balance: String,
}

/// A page of accounts.
#[derive(Debug, Object)]
pub(crate) struct Accounts {
    accounts: Vec<Account>,
    /// Where the next page starts; null at the end.
    next: Option<String>,
}

/// A line of a statement.
#[derive(Debug, Object)]
pub(crate) struct Entry {
    position: u64,
    recorded_at: String,
    #[oai(rename = "type")]
    kind: String,
    counter_account: String,
    /// Signed.
    amount: String,
    balance_after: String,
}

/// A page of a statement.
#[derive(Debug, Object)]
pub(crate) struct Entries {
    entries: Vec<Entry>,
    /// Where the next page starts; null at the end.
    next: Option<String>,
}

/// One asset of the trial balance.
#[derive(Debug, Object)]
pub(crate) struct TrialAsset {
    asset: String,
    debits: String,
    credits: String,
    /// Always 0.
    difference: String,
}

/// The trial balance.
#[derive(Debug, Object)]
pub(crate) struct TrialBalance {
    position: u64,
    assets: Vec<TrialAsset>,
}

/// One day of one asset.
#[derive(Debug, Object)]
pub(crate) struct StatsRow {
    day: String,
    asset: String,
    payments: i64,
    payment_volume: String,
    conversions: i64,
    payouts: i64,
    withdrawals: i64,
    fees: String,
}

/// Statistics by day.
#[derive(Debug, Object)]
pub(crate) struct Stats {
    rows: Vec<StatsRow>,
}

/// The endpoints.
pub(crate) struct Ledger {
    gateway: Arc<Gateway>,
}

impl Ledger {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Ledger {
    /// Show the end of the log
    #[oai(path = "/head", method = "get", operation_id = "getHead")]
    async fn head(&self, _token: AuditorToken) -> Result<Json<Head>, Fault> {
        let position = *self.gateway.commands.head().borrow();
        let last = self.page(position.saturating_sub(1), None, None, 1).await?;
        let last = last.first();
        let hash = last.map(|record| record.hash).unwrap_or_default().to_string();
        let recorded_at = last.map(|record| record.recorded_at.to_string());
        Ok(Json(Head { position, hash, recorded_at }))
    }

    /// Read the log
    #[oai(path = "/events", method = "get", operation_id = "listEvents")]
    async fn events(
        &self,
        _token: AuditorToken,
        /// After this position.
        after: Query<Option<u64>>,
        /// 1 to 1000; 100 by default.
        limit: Query<Option<u64>>,
        /// Of this stream only.
        stream: Query<Option<String>>,
        /// Of this type only.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// Adds the hashed bytes.
        raw: Query<Option<bool>>,
    ) -> Result<Json<Events>, Fault> {
        let limit = wire::limit(limit.0)?;
        let records = self.page(after.0.unwrap_or_default(), stream.0, kind.0, limit).await?;
        let raw = raw.0.unwrap_or_default();
        let events: Vec<_> = records.iter().map(|record| Event::new(record, raw)).collect();
        let next = next(&events, limit, |event| event.position);
        Ok(Json(Events { events, next }))
    }

    /// Read one event
    #[oai(path = "/events/:position", method = "get", operation_id = "getEvent")]
    async fn event(
        &self,
        _token: AuditorToken,
        /// Its place in the log.
        position: Path<u64>,
        /// Adds the hashed bytes.
        raw: Query<Option<bool>>,
    ) -> Result<Json<Event>, Fault> {
        let missing = || Fault::missing("event");
        let before = position.0.checked_sub(1).ok_or_else(missing)?;
        let records = self.page(before, None, None, 1).await?;
        let record = records.first().filter(|record| record.position == position.0);
        Ok(Json(Event::new(record.ok_or_else(missing)?, raw.0.unwrap_or_default())))
    }

    /// Follow the log
    ///
    /// Server-sent events, one per event, with its position as id; resumes after `Last-Event-ID`.
    #[oai(path = "/stream", method = "get", operation_id = "followEvents")]
    async fn stream(
        &self,
        _token: AuditorToken,
        /// After this position.
        after: Query<Option<u64>>,
        /// After this position, as browsers resume.
        #[oai(name = "Last-Event-ID")]
        last_event_id: Header<Option<u64>>,
    ) -> Result<EventStream<BoxStream<'static, Event>>, Fault> {
        let after = last_event_id.0.or(after.0).unwrap_or_default();
        let events = EventStream::new(follow(self.gateway.clone(), after));
        Ok(events.keep_alive(HEARTBEAT).to_event(|event| {
            sse::Event::message(event.to_json_string()).id(event.position.to_string())
        }))
    }

    /// List accounts
    #[oai(path = "/accounts", method = "get", operation_id = "listAccounts")]
    async fn accounts(
        &self,
        _token: AuditorToken,
        /// Any leading text of the path.
        prefix: Query<Option<String>>,
        /// Of this asset only.
        asset: Query<Option<String>>,
        /// A position or an RFC 3339 time: as it was then.
        at: Query<Option<String>>,
        /// The last account of the page before.
        after: Query<Option<String>>,
        /// 1 to 1000; 100 by default.
        limit: Query<Option<u64>>,
    ) -> Result<Json<Accounts>, Fault> {
        let limit = wire::limit(limit.0)?;
        let (prefix, after) = (prefix.0.unwrap_or_default(), after.0.unwrap_or_default());
        let at = self.position(at.0.as_deref()).await?;
        let filter = balances::Filter { prefix, asset: asset.0, at, after, limit };
        let rows = balances::list(self.gateway.reads().await?, &filter).await?;
        let accounts: Vec<_> = rows.into_iter().map(|row| self.account(row)).collect();
        let next = next(&accounts, limit, |account| account.account.clone());
        Ok(Json(Accounts { accounts, next }))
    }

    /// Read an account's statement
    #[oai(path = "/accounts/:account/entries", method = "get", operation_id = "listEntries")]
    async fn entries(
        &self,
        _token: AuditorToken,
        /// The whole path.
        account: Path<String>,
        /// A position, or the `next` of the page before.
        after: Query<Option<String>>,
        /// 1 to 1000; 100 by default.
        limit: Query<Option<u64>>,
    ) -> Result<Json<Entries>, Fault> {
        let limit = wire::limit(limit.0)?;
        let after = cursor(after.0.as_deref())?;
        let pool = self.gateway.reads().await?;
        let rows = entries::statement(pool, &account.0, after, limit).await?;
        let next = next(&rows, limit, |row| format!("{}.{}", row.position, row.leg));
        let entries = rows.into_iter().map(|row| self.entry(row)).collect();
        Ok(Json(Entries { entries, next }))
    }

    /// Show the trial balance
    #[oai(path = "/trial-balance", method = "get", operation_id = "getTrialBalance")]
    async fn trial_balance(
        &self,
        _token: AuditorToken,
        /// A position or an RFC 3339 time: as it was then.
        at: Query<Option<String>>,
    ) -> Result<Json<TrialBalance>, Fault> {
        let at = self.position(at.0.as_deref()).await?;
        let position = at.unwrap_or_else(|| *self.gateway.commands.head().borrow());
        let rows = balances::trial(self.gateway.reads().await?, at).await?;
        let assets = rows.into_iter().map(|row| {
            let text = |units| amount(&self.gateway.catalogue, &row.asset, units);
            TrialAsset {
                debits: text(row.debits),
                credits: text(row.credits),
                difference: text(row.credits.saturating_sub(row.debits)),
                asset: row.asset.clone(),
            }
        });
        Ok(Json(TrialBalance { position, assets: assets.collect() }))
    }

    /// Show statistics by day
    #[oai(path = "/stats", method = "get", operation_id = "getStats")]
    async fn stats(
        &self,
        _token: AuditorToken,
        /// The first day. Shape: 2026-11-21.
        from: Query<Option<String>>,
        /// The last day.
        to: Query<Option<String>>,
        /// day, the only one.
        bucket: Query<Option<String>>,
    ) -> Result<Json<Stats>, Fault> {
        if bucket.0.as_deref().is_some_and(|bucket| bucket != "day") {
            return Err(Fault::invalid("bucket is day"));
        }
        for day in [&from.0, &to.0].into_iter().flatten() {
            let midnight: Result<domain::Timestamp, _> = format!("{day}T00:00:00Z").parse();
            if day.len() != 10 || midnight.is_err() {
                return Err(Fault::invalid("from and to are days like 2026-11-21"));
            }
        }
        let pool = self.gateway.reads().await?;
        let rows = stats_daily::between(pool, from.0.as_deref(), to.0.as_deref()).await?;
        Ok(Json(Stats { rows: rows.into_iter().map(|row| self.stats_row(row)).collect() }))
    }
}

impl Ledger {
    async fn page(
        &self,
        after: u64,
        stream: Option<String>,
        kind: Option<String>,
        limit: i64,
    ) -> Result<Vec<journal::Record>, Fault> {
        Ok(browse(&self.gateway.reads, &Browse { after, stream, kind, limit }).await?)
    }

    /// A position, or the last position at or before a time.
    async fn position(&self, at: Option<&str>) -> Result<Option<u64>, Fault> {
        let Some(at) = at else { return Ok(None) };
        if let Ok(position) = at.parse() {
            return Ok(Some(position));
        }
        // A plus in a query is a space unless it was escaped; a time zone's plus rarely is.
        let time = at.replace(' ', "+").parse();
        let time = time.map_err(|_| Fault::invalid("at is a position or an RFC 3339 time"))?;
        Ok(Some(balances::position_at(&self.gateway.reads, time).await?))
    }

    fn account(&self, row: balances::Row) -> Account {
        let text = |units| amount(&self.gateway.catalogue, &row.asset, units);
        Account {
            debits: text(row.debits),
            credits: text(row.credits),
            balance: text(row.credits.saturating_sub(row.debits)),
            account: row.account.clone(),
            asset: row.asset.clone(),
        }
    }

    fn entry(&self, row: entries::Row) -> Entry {
        let text = |units| amount(&self.gateway.catalogue, &row.asset, units);
        Entry {
            position: row.position,
            recorded_at: row.recorded_at.to_string(),
            amount: text(row.amount),
            balance_after: text(row.balance_after),
            kind: row.kind.clone(),
            counter_account: row.counter_account.clone(),
        }
    }

    fn stats_row(&self, row: stats_daily::Row) -> StatsRow {
        let text = |units| amount(&self.gateway.catalogue, &row.asset, units);
        StatsRow {
            payment_volume: text(row.payment_volume),
            fees: text(row.fees),
            day: row.day.clone(),
            asset: row.asset.clone(),
            payments: row.payments,
            conversions: row.conversions,
            payouts: row.payouts,
            withdrawals: row.withdrawals,
        }
    }
}

/// Where the next page starts, if this one is full.
fn next<R, C>(rows: &[R], limit: i64, of: impl Fn(&R) -> C) -> Option<C> {
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    rows.last().filter(|_| full).map(of)
}

/// `position` or `position.leg`; a bare position is after all of its legs.
fn cursor(after: Option<&str>) -> Result<(u64, i16), Fault> {
    let Some(after) = after else { return Ok((0, i16::MAX)) };
    let bad = || Fault::invalid("after is a position or the next of the page before");
    match after.split_once('.') {
        None => Ok((after.parse().map_err(|_| bad())?, i16::MAX)),
        Some((position, leg)) => {
            Ok((position.parse().map_err(|_| bad())?, leg.parse().map_err(|_| bad())?))
        }
    }
}

/// Every event after a position, as it becomes durable, until the caller goes away or the program
/// stops.
fn follow(gateway: Arc<Gateway>, after: u64) -> BoxStream<'static, Event> {
    const PAGE: i64 = 500;
    let stopped = gateway.stopped();
    let head = gateway.commands.head();
    let pages = stream::unfold((gateway, head, after), |(gateway, mut head, after)| async move {
        if head.wait_for(|position| *position > after).await.is_err() {
            return None;
        }
        let wanted = Browse { after, limit: PAGE, ..Browse::default() };
        // When the database fails the stream ends; the caller resumes where it was.
        let records = browse(&gateway.reads, &wanted).await.ok()?;
        let last = records.last().map_or(after, |record| record.position);
        let events: Vec<_> = records.iter().map(|record| Event::new(record, false)).collect();
        Some((stream::iter(events), (gateway, head, last)))
    });
    pages.flatten().take_until(Box::pin(stopped)).boxed()
}
