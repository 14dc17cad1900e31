//! Makes webhook deliveries and messages of the log, once each: the bytes are frozen here.

use std::sync::Arc;
use std::time::Duration;

use api::Gateway;
use api::webhooks::{Dialect, News};
use domain::notice::Notice;
use domain::payment_link::{Created, Event as Link};
use domain::{Event, PaymentLinkId, Stream, TelegramId};
use journal::postgres::{Browse, Postgres, browse};
use journal::{Journal, Record};
use projections::deliveries::{self, New};
use projections::messages;
use uuid::Uuid;

/// Most events in one round.
const PAGE: usize = 2_000;
/// Until the next try when the database has failed.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs for ever; with a bot, people are told too.
pub(crate) async fn queue(gateway: Arc<Gateway>, journal: Arc<Postgres>, bot: bool) {
    let mut head = gateway.commands.head();
    loop {
        match queue_page(&gateway, &journal, bot).await {
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
async fn queue_page(
    gateway: &Gateway,
    journal: &Postgres,
    bot: bool,
) -> Result<Option<u64>, String> {
    let after = deliveries::queued_to(&gateway.reads).await.map_err(|error| error.to_string())?;
    let records = journal.read(after, PAGE).await.map_err(|error| error.to_string())?;
    let Some(last) = records.last() else { return Ok(Some(after)) };
    let (mut new, mut messages) = (Vec::new(), Vec::new());
    for record in &records {
        // A record that cannot be read stops the queue: what is unknown is an error, never skipped.
        let Some(notice) = Notice::of(&decoded(record)?) else { continue };
        let Some(dialect) = Dialect::of(&notice) else { continue };
        new.extend(delivery(gateway, record, dialect, &notice).await?);
        messages.extend(message(gateway, record, dialect, &notice).filter(|_| bot));
    }
    let queued = deliveries::queue(&gateway.reads, &new, &messages, last.position).await;
    queued.map(|()| None).map_err(|error| error.to_string())
}

/// The message a record calls for.
fn message(
    gateway: &Gateway,
    record: &Record,
    dialect: Dialect,
    notice: &Notice,
) -> Option<messages::New> {
    let (telegram_id, text) = dialect.message(notice, &gateway.catalogue)?;
    Some(messages::New { position: record.position, telegram_id, text, at: gateway.clock.now() })
}

/// The delivery a record calls for, if somebody wants to be told.
async fn delivery(
    gateway: &Gateway,
    record: &Record,
    dialect: Dialect,
    notice: &Notice,
) -> Result<Option<New>, String> {
    let merchant_id = notice.merchant_id();
    let Some(listed) = gateway.directory.find(merchant_id) else { return Ok(None) };
    if listed.credential(dialect.credential()).is_none() {
        return Ok(None);
    }
    let link = match notice {
        Notice::LinkPaid { payment_link_id, .. } => Some(link(gateway, *payment_link_id).await?),
        Notice::PaymentReceived { .. }
        | Notice::ConversionCompleted { .. }
        | Notice::ConversionFailed { .. }
        | Notice::PayoutCompleted { .. } => None,
    };
    let payee_id = listed.telegram_id.map_or(listed.serial, TelegramId::get);
    let (link, at) = (link.as_deref(), record.recorded_at);
    let Some(url) = dialect.url(link, listed.webhook_url) else { return Ok(None) };
    let news = News { notice, link, payee_id, at, catalogue: &gateway.catalogue };
    Ok(dialect.hook(news).map(|hook| New {
        id: Uuid::new_v4(),
        position: Some(record.position),
        merchant_id,
        dialect: dialect.name(),
        event: hook.event,
        object_id: hook.object_id,
        url,
        body: hook.body,
        at: gateway.clock.now(),
    }))
}

/// A payment link as it was created. The log has it; the read model might be under repair.
async fn link(gateway: &Gateway, id: PaymentLinkId) -> Result<Box<Created>, String> {
    let stream = Some(Stream::PaymentLink(id).to_string());
    let wanted = Browse { stream, limit: 1, ..Browse::default() };
    let found = browse(&gateway.reads, &wanted).await.map_err(|error| error.to_string())?;
    let first = found.first().ok_or_else(|| format!("payment link {id} is not in the log"))?;
    let event = decoded(first)?;
    let Event::PaymentLink(Link::Created(created)) = event else {
        return Err(format!("payment link {id} begins with {}", event.type_name()));
    };
    Ok(created)
}

fn decoded(record: &Record) -> Result<Event, String> {
    let place = record.position;
    journal::decode(&record.kind, &record.payload)
        .map_err(|error| format!("position {place}: {error}"))
}
