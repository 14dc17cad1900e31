//! Webhooks. One process makes deliveries of the log, once each; the other posts what is due, signs
//! every try with the secret that is valid then, and keeps every try.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adapters::courier::Courier;
use api::{Gateway, stars};
use domain::merchant::CredentialKind;
use domain::notice::Notice;
use domain::{MerchantId, Timestamp};
use journal::postgres::Postgres;
use journal::{Journal, Record};
use projections::deliveries::{self, New, Row, Tried};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Most events in one round of queueing.
const PAGE: usize = 2_000;
/// How often due deliveries are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Until the next try when the database has failed.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How many posts may be under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Concurrency {
    pub(crate) total: usize,
    pub(crate) per_merchant: usize,
}

/// Makes deliveries of the log, for ever.
pub(crate) async fn queue(gateway: Arc<Gateway>, journal: Arc<Postgres>) {
    let mut head = gateway.commands.head();
    loop {
        match queue_page(&gateway, &journal).await {
            Ok(Some(after)) => {
                if head.wait_for(|position| *position > after).await.is_err() {
                    return;
                }
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error, "webhooks could not be queued; trying again");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// Queues one page; returns the position it stands at when there was nothing to do.
async fn queue_page(gateway: &Gateway, journal: &Postgres) -> Result<Option<u64>, String> {
    let after = deliveries::queued_to(&gateway.reads).await.map_err(|error| error.to_string())?;
    let records = journal.read(after, PAGE).await.map_err(|error| error.to_string())?;
    let Some(last) = records.last() else { return Ok(Some(after)) };
    // A record that cannot be read stops the queue: what is unknown is an error, never skipped.
    let new = records.iter().filter_map(|record| delivery(gateway, record).transpose());
    let new: Vec<_> = new.collect::<Result<_, _>>()?;
    let queued = deliveries::queue(&gateway.reads, &new, last.position).await;
    queued.map(|()| None).map_err(|error| error.to_string())
}

/// The delivery a record calls for, if somebody wants to be told.
fn delivery(gateway: &Gateway, record: &Record) -> Result<Option<New>, String> {
    let place = record.position;
    let event = journal::decode(&record.kind, &record.payload)
        .map_err(|error| format!("position {place}: {error}"))?;
    Ok(Notice::of(&event).and_then(|notice| told(gateway, record, &notice)))
}

/// The delivery of a notice, if its merchant has a webhook.
fn told(gateway: &Gateway, record: &Record, notice: &Notice) -> Option<New> {
    let merchant_id = notice.merchant_id();
    let listed = gateway.directory.find(merchant_id)?;
    listed.credential(CredentialKind::Stars)?;
    let url = listed.webhook_url?;
    let hook = stars::webhooks::hook(notice, record.recorded_at, &gateway.catalogue);
    Some(New {
        id: Uuid::new_v4(),
        position: record.position,
        merchant_id,
        dialect: stars::NAME,
        event: hook.event,
        object_id: hook.object_id,
        url,
        body: hook.body,
        at: gateway.clock.now(),
    })
}

/// What is under way: delivery to merchant.
type UnderWay = Arc<Mutex<HashMap<Uuid, MerchantId>>>;

/// Posts what is due, for ever.
pub(crate) async fn deliver(gateway: Arc<Gateway>, courier: Courier, concurrency: Concurrency) {
    let under_way = UnderWay::default();
    let mut posts = JoinSet::new();
    loop {
        match due(&gateway, &under_way, concurrency).await {
            Ok(due) => {
                for row in due {
                    let (gateway, courier) = (gateway.clone(), courier.clone());
                    let under_way = under_way.clone();
                    posts.spawn(async move {
                        post(&gateway, &courier, &row).await;
                        let mut under_way =
                            under_way.lock().unwrap_or_else(PoisonError::into_inner);
                        under_way.remove(&row.id);
                    });
                }
            }
            Err(error) => tracing::warn!(error, "due webhooks could not be read; trying again"),
        }
        while posts.try_join_next().is_some() {}
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            Some(_) = posts.join_next(), if !posts.is_empty() => {}
        }
    }
}

/// What to post now, within the limits; marked as under way.
async fn due(
    gateway: &Gateway,
    under_way: &UnderWay,
    concurrency: Concurrency,
) -> Result<Vec<Row>, String> {
    let busy: Vec<Uuid> = {
        let under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.keys().copied().collect()
    };
    let room = concurrency.total.saturating_sub(busy.len());
    if room == 0 {
        return Ok(vec![]);
    }
    // More than there is room for, so that one merchant's pile does not hide the others.
    let limit = i64::try_from(room.saturating_mul(8)).unwrap_or(i64::MAX);
    let rows = deliveries::due(&gateway.reads, gateway.clock.now(), &busy, limit).await;
    let mut chosen = Vec::new();
    let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
    for row in rows.map_err(|error| error.to_string())? {
        let theirs = under_way.values().filter(|merchant| **merchant == row.merchant_id).count();
        if chosen.len() < room && theirs < concurrency.per_merchant {
            under_way.insert(row.id, row.merchant_id);
            chosen.push(row);
        }
    }
    Ok(chosen)
}

/// One try.
async fn post(gateway: &Gateway, courier: &Courier, row: &Row) {
    let at = gateway.clock.now();
    let (outcome, duration) = match headers(gateway, row).await {
        Ok(headers) => {
            let attempt = courier.post(&row.url, &headers, row.body.clone()).await;
            (attempt.outcome, attempt.duration)
        }
        Err(error) => (Err(error), Duration::ZERO),
    };
    let tried = tried(row, at, gateway.clock.now(), outcome, duration);
    metrics::counter!("webhook_attempts_total", "status" => tried.status).increment(1);
    if let Err(error) = deliveries::record(&gateway.reads, row, &tried).await {
        // The delivery stays due and is posted again: at least once, never lost.
        tracing::warn!(%error, id = %row.id, "a webhook's try could not be kept");
    }
}

/// Signed with the secret that is valid now, whenever the delivery was made.
async fn headers(gateway: &Gateway, row: &Row) -> Result<Vec<(String, String)>, String> {
    let listed = gateway.directory.find(row.merchant_id).ok_or("the merchant is gone")?;
    let credential = listed.credential(CredentialKind::Stars).ok_or("no stars credential")?;
    let secret = gateway.vault.secret(credential.0).await.map_err(|error| error.to_string())?;
    let secret = secret.ok_or("the credential has no secret")?;
    Ok(stars::webhooks::headers(&secret, &row.id.to_string(), &row.body))
}

/// What a try makes of the delivery, by the dialect's schedule.
fn tried(
    row: &Row,
    at: Timestamp,
    now: Timestamp,
    outcome: Result<u16, String>,
    duration: Duration,
) -> Tried {
    if matches!(outcome, Ok(200..=299)) {
        return Tried { at, outcome, duration, status: "delivered", next: None };
    }
    let before = usize::try_from(row.attempts).unwrap_or_default();
    match stars::webhooks::SCHEDULE_SECONDS.get(before) {
        Some(wait) => {
            let next = Some(now.plus_seconds(*wait));
            Tried { at, outcome, duration, status: "pending", next }
        }
        None => Tried { at, outcome, duration, status: "failed", next: None },
    }
}
