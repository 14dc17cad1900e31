//! Drives conversions through their phases (`stars.md` §3.2). What to do next is read from the
//! read model; whether it may be done, the domain decides, so a step asked for twice is refused and
//! harms nothing.

use std::sync::Arc;
use std::time::Duration;

use adapters::fragment::submit_simulated;
use api::Gateway;
use domain::Command;
use domain::conversion::{self, Status, Step};
use journal::{Envelope, Rejection};
use projections::conversions::{Row, running};
use tokio::task::JoinSet;

/// Most conversions looked at in one round.
const ROUND: i64 = 500;
/// How long to sleep when nothing is due and nobody calls.
const IDLE: Duration = Duration::from_secs(1);

/// Runs for ever.
pub(crate) async fn run(gateway: Arc<Gateway>, phase_delay_ms: u32) {
    let mut head = gateway.commands.head();
    loop {
        head.mark_unchanged();
        let pause = match round(&gateway, phase_delay_ms).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error, "conversions had to wait");
                IDLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = head.changed() => if changed.is_err() { return },
        }
    }
}

/// Takes every step that is due; returns how long until the next one is.
async fn round(gateway: &Arc<Gateway>, phase_delay_ms: u32) -> Result<Duration, String> {
    // Without this a step taken a moment ago would be asked for again.
    gateway.progress.caught_up().await.map_err(|error| error.to_string())?;
    let rows = running(&gateway.reads, ROUND).await.map_err(|error| error.to_string())?;
    let now = gateway.clock.now().micros();
    let delay = i64::from(phase_delay_ms) * 1_000;
    let mut steps = JoinSet::new();
    let mut pause = IDLE;
    for row in rows {
        let wait = row.updated_at.micros().saturating_add(delay).saturating_sub(now);
        if wait <= 0 {
            steps.spawn(advance(gateway.clone(), row));
        } else {
            pause = pause.min(Duration::from_micros(wait.unsigned_abs()));
        }
    }
    if !steps.is_empty() {
        pause = Duration::from_millis(u64::from(phase_delay_ms.min(1_000)));
    }
    while steps.join_next().await.is_some() {}
    Ok(pause)
}

/// The step after the one a conversion has reached.
fn next(row: &Row) -> Option<Step> {
    let reached = Status::ALL.into_iter().find(|status| status.as_str() == row.status)?;
    Some(match reached {
        Status::Pending if row.rate_lock_id.is_some() => Step::LockRate,
        Status::Pending | Status::RateLocked => Step::Prepare,
        Status::Prepared => {
            let submitted = submit_simulated(row.conversion_id);
            let (fragment_tx_id, ton_tx_hash) = (submitted.fragment_tx_id, submitted.ton_tx_hash);
            Step::Commit { fragment_tx_id, ton_tx_hash }
        }
        Status::Committed => Step::Confirm,
        Status::Confirmed => Step::Complete,
        Status::Completed | Status::Failed => return None,
    })
}

async fn advance(gateway: Arc<Gateway>, row: Row) {
    let Some(step) = next(&row) else { return };
    let conversion_id = row.conversion_id;
    let command = conversion::Command::Advance { conversion_id, step };
    let envelope = Envelope {
        merchant: Some(row.merchant_id),
        causation: Some(row.position),
        ..Envelope::of("worker")
    };
    match gateway.commands.execute(Command::Conversion(command), envelope).await {
        Ok(_) => {}
        // Somebody else took the step, or failed the conversion: the read model will say so.
        Err(Rejection::Refused(refusal)) => {
            tracing::debug!(%conversion_id, %refusal, "a step was refused");
        }
        Err(error @ (Rejection::KeyReused | Rejection::Failed(_))) => {
            tracing::warn!(%conversion_id, %error, "a step failed; it will be tried again");
        }
    }
}
