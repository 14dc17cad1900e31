//! Commands straight to the sequencer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use domain::merchant::{self, Register};
use domain::payment::{self, Receive};
use domain::{Command, MerchantId, PaymentId, fees::Percent};
use journal::{Envelope, Handle};
use metrics_exporter_prometheus::PrometheusHandle;
use projections::Progress;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::report::Row;

/// A charge that never was before.
pub(super) fn charge() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("bench-charge-{:012}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What is measured: a sequencer, and the read models that follow it, if any do.
#[derive(Clone)]
pub(super) struct Bench {
    pub(super) commands: Handle,
    pub(super) followers: Option<Progress>,
    pub(super) pool: Pool,
    pub(super) metrics: PrometheusHandle,
}

/// Makes merchants to spread payments over.
pub(super) async fn merchants(bench: &Bench, count: usize) -> Result<Vec<MerchantId>, String> {
    let free = Percent::new(rust_decimal::Decimal::ZERO).ok_or("zero is a percentage")?;
    let mut made = JoinSet::new();
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let (merchant_id, bench) = (MerchantId(Uuid::new_v4()), bench.clone());
        let register = Register {
            merchant_id,
            uid: merchant_id.to_string(),
            name: "Bench".to_owned(),
            description: None,
            username: None,
            telegram_id: None,
            webhook_url: None,
            fee_percent: free,
            scopes: vec![],
            plan: None,
            credentials: vec![],
        };
        ids.push(merchant_id);
        made.spawn(async move {
            let command = Command::Merchant(merchant::Command::Register(Box::new(register)));
            bench.commands.execute(command, Envelope::of("bench")).await
        });
        if made.len() >= 1_000 {
            while let Some(ended) = made.join_next().await {
                ended.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
            }
        }
    }
    while let Some(ended) = made.join_next().await {
        ended.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    }
    Ok(ids)
}

fn pay(merchant_id: MerchantId) -> Command {
    Command::Payment(payment::Command::Receive(Box::new(Receive {
        payment_id: PaymentId(Uuid::new_v4()),
        merchant_id,
        stars: 100,
        telegram_payment_id: charge(),
        provider_payment_id: None,
        invoice_payload: "bench".to_owned(),
        update_id: None,
        payer: None,
        update_sha256: "00".repeat(32),
    })))
}

/// Payments by this many callers for so long.
pub(super) async fn measure(
    bench: &Bench,
    what: &'static str,
    merchants: &[MerchantId],
    callers: usize,
    time: Duration,
) -> Result<Row, String> {
    settle(bench).await?;
    let before = Before::now(bench).await?;
    let started = Instant::now();
    let mut running = JoinSet::new();
    let merchants: Arc<[MerchantId]> = merchants.into();
    for caller in 0..callers {
        let (bench, merchants) = (bench.clone(), merchants.clone());
        running.spawn(async move {
            let mut latencies = Vec::new();
            let mut next = caller;
            while started.elapsed() < time {
                next = next.wrapping_add(callers) % merchants.len();
                let Some(merchant) = merchants.get(next) else { break };
                let asked = Instant::now();
                let paid = bench.commands.execute(pay(*merchant), Envelope::of("bench")).await;
                paid.map_err(|error| error.to_string())?;
                latencies.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok::<_, String>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(ended) = running.join_next().await {
        latencies.extend(ended.map_err(|error| error.to_string())??);
    }
    before.row(bench, what, callers, merchants.len(), latencies, started.elapsed()).await
}

/// Waits until the read models have everything, so that one measurement does not pay for another.
pub(super) async fn settle(bench: &Bench) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(300);
    while bench.followers.as_ref().is_some_and(|followers| followers.lag() > 0) {
        if Instant::now() > deadline {
            return Err("the read models do not catch up".to_owned());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Counters before a measurement.
pub(super) struct Before {
    appends: u64,
    position: u64,
}

impl Before {
    pub(super) async fn now(bench: &Bench) -> Result<Self, String> {
        let position = *bench.commands.head().borrow();
        Ok(Self { appends: appends(bench), position })
    }

    /// The row, with how long the read models needed after the last answer.
    pub(super) async fn row(
        self,
        bench: &Bench,
        what: &'static str,
        callers: usize,
        merchants: usize,
        mut latencies: Vec<u32>,
        elapsed: Duration,
    ) -> Result<Row, String> {
        let ended = Instant::now();
        let appends = appends(bench).saturating_sub(self.appends);
        settle(bench).await?;
        let lag = ended.elapsed();
        latencies.sort_unstable();
        Ok(Row {
            what,
            callers,
            merchants,
            commands: u64::try_from(latencies.len()).unwrap_or(u64::MAX),
            seconds: elapsed.as_secs_f64(),
            latencies,
            appends,
            lag_ms: u64::try_from(lag.as_millis()).unwrap_or(u64::MAX),
            bytes_per_event: bytes_per_event(bench, self.position).await?,
        })
    }
}

/// How many appends there were: the count of the histogram of batch sizes.
fn appends(bench: &Bench) -> u64 {
    let text = bench.metrics.render();
    let line = text.lines().find_map(|line| line.strip_prefix("sequencer_batch_events_count "));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or_default()
}

/// Payload and meta of the events after a position.
async fn bytes_per_event(bench: &Bench, after: u64) -> Result<u64, String> {
    let client = bench.pool.get().await.map_err(|error| error.to_string())?;
    let sql = "SELECT coalesce(avg(length(payload) + length(meta)), 0)::bigint \
         FROM journal.events WHERE position > $1 AND position <= $1 + 10000";
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let row = client.query_one(sql, &[&after]).await.map_err(|error| error.to_string())?;
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
}
