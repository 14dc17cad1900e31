//! Posts the webhooks that are due, signs every try with the secrets that are valid then, and keeps
//! every try. An endpoint that hangs or fails has few posts under way and is left alone for a while;
//! the others do not notice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use adapters::courier::Courier;
use api::Gateway;
use api::webhooks::{Dialect, Try};
use domain::{MerchantId, Timestamp};
use projections::deliveries::{self, Busy, Row, Tried};
use tokio::task::JoinSet;
use uuid::Uuid;
use vault::Secret;

/// How often due deliveries are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often those that wait are counted.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// Most endpoints remembered; beyond, those at rest are forgotten, sick or not.
const ENDPOINTS_MAX: usize = 10_000;
/// The pause after an endpoint's first failure; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// How many posts may be under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Concurrency {
    pub(crate) total: usize,
    pub(crate) per_endpoint: usize,
    pub(crate) per_merchant: usize,
}

/// What is known of an endpoint: by the machine's own time, for its health is no matter of ours.
#[derive(Debug)]
struct Endpoint {
    under_way: usize,
    failures: u32,
    resume: Instant,
}

impl Endpoint {
    /// How many more posts it can take now.
    fn room(&self, most: usize, now: Instant) -> usize {
        if now < self.resume {
            return 0;
        }
        let most = most.checked_shr(self.failures).unwrap_or_default().max(1);
        most.saturating_sub(self.under_way)
    }
}

/// What is under way, and how the endpoints are.
#[derive(Debug, Default)]
struct Desk {
    under_way: HashMap<Uuid, (MerchantId, String)>,
    endpoints: HashMap<String, Endpoint>,
}

impl Desk {
    /// What is not to be asked for at present.
    fn busy(&self, limits: Concurrency) -> Busy {
        let now = Instant::now();
        let mut merchants: HashMap<MerchantId, usize> = HashMap::new();
        for (merchant, _) in self.under_way.values() {
            *merchants.entry(*merchant).or_default() += 1;
        }
        let full = self.endpoints.iter().filter(|(_, it)| it.room(limits.per_endpoint, now) == 0);
        let merchants = merchants.iter().filter(|(_, count)| **count >= limits.per_merchant);
        Busy {
            under_way: self.under_way.keys().copied().collect(),
            endpoints: full.map(|(name, _)| name.clone()).collect(),
            merchants: merchants.map(|(merchant, _)| merchant.0).collect(),
        }
    }

    /// Takes a delivery on, if its endpoint has room and its merchant has not its share.
    fn take(&mut self, row: &Row, limits: Concurrency) -> bool {
        let now = Instant::now();
        if self.endpoints.len() >= ENDPOINTS_MAX {
            self.endpoints.retain(|_, endpoint| endpoint.under_way > 0);
        }
        let theirs = self.under_way.values().filter(|(merchant, _)| *merchant == row.merchant_id);
        if theirs.count() >= limits.per_merchant {
            return false;
        }
        let unknown = || Endpoint { under_way: 0, failures: 0, resume: now };
        let endpoint = self.endpoints.entry(row.endpoint.clone()).or_insert_with(unknown);
        if endpoint.room(limits.per_endpoint, now) == 0 {
            return false;
        }
        endpoint.under_way = endpoint.under_way.saturating_add(1);
        self.under_way.insert(row.id, (row.merchant_id, row.endpoint.clone()));
        true
    }

    /// A post has ended.
    fn done(&mut self, id: Uuid, well: bool) {
        let Some((_, name)) = self.under_way.remove(&id) else { return };
        let Some(endpoint) = self.endpoints.get_mut(&name) else { return };
        endpoint.under_way = endpoint.under_way.saturating_sub(1);
        if well {
            endpoint.failures = 0;
            endpoint.resume = Instant::now();
        } else {
            let factor = 1_u32.checked_shl(endpoint.failures).unwrap_or(u32::MAX);
            endpoint.resume = Instant::now() + PAUSE.saturating_mul(factor).min(PAUSE_MAX);
            endpoint.failures = endpoint.failures.saturating_add(1);
        }
        // The healthy and idle need no memory; the sick are remembered while they are posted to.
        if endpoint.under_way == 0 && endpoint.failures == 0 {
            self.endpoints.remove(&name);
        }
    }
}

/// The desk, shared by everything under way.
#[derive(Debug, Clone, Default)]
struct Desks(Arc<Mutex<Desk>>);

impl Desks {
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs for ever.
pub(crate) async fn run(gateway: Arc<Gateway>, courier: Courier, concurrency: Concurrency) {
    let desk = Desks::default();
    let mut posts = JoinSet::new();
    let mut counted: Option<Instant> = None;
    loop {
        match due(&gateway, &desk, concurrency).await {
            Ok(due) => {
                for row in due {
                    let (gateway, courier, desk) = (gateway.clone(), courier.clone(), desk.clone());
                    posts.spawn(async move {
                        let well = post(&gateway, &courier, &row).await;
                        desk.lock().done(row.id, well);
                    });
                }
            }
            Err(error) => tracing::warn!(error, "due webhooks could not be read; trying again"),
        }
        if counted.is_none_or(|at| at.elapsed() >= COUNT_EVERY) {
            counted = Some(Instant::now());
            count(&gateway).await;
        }
        while posts.try_join_next().is_some() {}
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            Some(_) = posts.join_next(), if !posts.is_empty() => {}
        }
    }
}

/// How many wait, for those who watch.
async fn count(gateway: &Gateway) {
    if let Ok(pending) = deliveries::pending(&gateway.reads).await {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is no money")]
        metrics::gauge!("webhook_delivery_pending").set(pending as f64);
    }
}

/// What to post now, within the limits; marked as under way.
async fn due(gateway: &Gateway, desk: &Desks, limits: Concurrency) -> Result<Vec<Row>, String> {
    let busy = desk.lock().busy(limits);
    let room = limits.total.saturating_sub(busy.under_way.len());
    if room == 0 {
        return Ok(vec![]);
    }
    // More than there is room for: some may turn out to be one merchant's or one endpoint's.
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (each, limit) = (whole(limits.per_endpoint), whole(room.saturating_mul(4)));
    let rows = deliveries::due(&gateway.reads, gateway.clock.now(), &busy, each, limit).await;
    let mut chosen = Vec::new();
    let mut desk = desk.lock();
    for row in rows.map_err(|error| error.to_string())? {
        if chosen.len() < room && desk.take(&row, limits) {
            chosen.push(row);
        }
    }
    Ok(chosen)
}

/// One try; returns whether the endpoint is well, whatever it thinks of the delivery.
async fn post(gateway: &Gateway, courier: &Courier, row: &Row) -> bool {
    let at = gateway.clock.now();
    let Some(dialect) = Dialect::named(&row.dialect) else {
        tracing::error!(id = %row.id, dialect = row.dialect, "a webhook of no dialect");
        return true;
    };
    let (outcome, duration) = match headers(gateway, dialect, row, at).await {
        Ok(headers) => {
            let attempt = courier.post(&row.url, &headers, row.body.clone()).await;
            (attempt.outcome, attempt.duration)
        }
        Err(error) => (Err(error), Duration::ZERO),
    };
    // Who answers that a request is wrong is well.
    let well = matches!(outcome, Ok(200..=428 | 430..=499));
    let tried = tried(dialect, row, at, gateway.clock.now(), outcome, duration);
    let name = dialect.name();
    metrics::counter!("webhook_delivery_attempts_total", "dialect" => name, "status" => tried.status)
        .increment(1);
    metrics::histogram!("webhook_delivery_seconds", "dialect" => name).record(duration);
    if let Err(error) = deliveries::record(&gateway.reads, row, &tried).await {
        // The delivery stays due and is posted again: at least once, never lost.
        tracing::warn!(%error, id = %row.id, "a webhook's try could not be kept");
    }
    well
}

/// Signed with the secrets that are valid now, whenever the delivery was made.
async fn headers(
    gateway: &Gateway,
    dialect: Dialect,
    row: &Row,
    at: Timestamp,
) -> Result<Vec<(String, String)>, String> {
    let listed = gateway.directory.find(row.merchant_id).ok_or("the merchant is gone")?;
    let mut secrets: Vec<Secret> = Vec::new();
    if dialect.signs() || listed.standard_webhooks {
        for id in listed.secrets(dialect.credential(), at) {
            let secret = gateway.vault.secret(id.0).await.map_err(|error| error.to_string())?;
            secrets.push(secret.ok_or("a signing secret is not in the vault")?);
        }
        let tries = usize::try_from(row.attempts).unwrap_or_default();
        let turn = tries.checked_rem(secrets.len());
        secrets.rotate_left(turn.ok_or("the merchant has no signing secret")?);
    }
    Ok(dialect.headers(Try {
        id: &row.id.to_string(),
        event: &row.event,
        body: &row.body,
        at,
        secrets: &secrets,
        standard: listed.standard_webhooks,
    }))
}

/// What a try makes of the delivery, by the dialect's schedule.
fn tried(
    dialect: Dialect,
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
    match dialect.schedule().get(before) {
        Some(wait) => {
            let next = Some(now.plus_seconds(*wait));
            Tried { at, outcome, duration, status: "pending", next }
        }
        None => Tried { at, outcome, duration, status: "failed", next: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u128, endpoint: &str) -> Row {
        Row {
            seq: 1,
            id: Uuid::from_u128(number),
            merchant_id: domain::MerchantId(Uuid::nil()),
            dialect: "partner".into(),
            event: "test".into(),
            url: endpoint.into(),
            status: "pending".into(),
            attempts: 0,
            created_at: Timestamp::default(),
            next_attempt_at: None,
            object_id: String::new(),
            endpoint: endpoint.into(),
            body: vec![],
        }
    }

    const LIMITS: Concurrency = Concurrency { total: 32, per_endpoint: 4, per_merchant: 6 };

    #[test]
    fn a_sick_endpoint_gets_less_and_the_others_do_not_notice() {
        let mut desk = Desk::default();
        assert!((1..=4).all(|number| desk.take(&row(number, "sick"), LIMITS)));
        assert!(!desk.take(&row(5, "sick"), LIMITS), "four at once");
        assert!(desk.take(&row(6, "well"), LIMITS));
        assert_eq!(desk.busy(LIMITS).endpoints, ["sick"]);
        (1..=4).for_each(|number| desk.done(Uuid::from_u128(number), false));
        assert!(!desk.take(&row(5, "sick"), LIMITS), "it is left alone for a while");
        let sick = desk.endpoints.get_mut("sick").unwrap();
        assert!(sick.resume > Instant::now() + PAUSE * 7, "the pause doubles");
        sick.resume = Instant::now();
        assert!(desk.take(&row(5, "sick"), LIMITS));
        assert!(!desk.take(&row(7, "sick"), LIMITS), "one at a time");
        desk.done(Uuid::from_u128(5), true);
        assert!(!desk.endpoints.contains_key("sick"), "it is well again");
    }

    #[test]
    fn a_merchant_with_many_endpoints_has_no_more_than_its_share() {
        let mut desk = Desk::default();
        let taken = (1..=20).filter(|n| desk.take(&row(*n, &format!("e{n}")), LIMITS)).count();
        assert_eq!(taken, 6);
        assert_eq!(desk.busy(LIMITS).merchants, [Uuid::nil()]);
        let other = Row { merchant_id: MerchantId(Uuid::from_u128(9)), ..row(30, "other") };
        assert!(desk.take(&other, LIMITS));
    }
}
