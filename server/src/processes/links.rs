//! Makes the expiry of payment links a fact (`partner.md` §1.13). A link that is overdue cannot be
//! paid anyway; this is for the books and those who read them.

use std::sync::Arc;
use std::time::Duration;

use api::Gateway;
use domain::{Command, payment_link};
use journal::{Envelope, Rejection};
use projections::payment_links;

/// How often overdue links are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Most links in one round.
const ROUND: i64 = 1_000;

/// Runs for ever.
pub(crate) async fn expire(gateway: Arc<Gateway>) {
    loop {
        match round(&gateway).await {
            // A full round has more behind it.
            Ok(count) if count == ROUND => {}
            Ok(_) => tokio::time::sleep(LOOK_EVERY).await,
            Err(error) => {
                tracing::warn!(error, "payment links could not expire; trying again");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

async fn round(gateway: &Gateway) -> Result<i64, String> {
    // Without this a link that expired a moment ago would be asked for again.
    gateway.progress.caught_up().await.map_err(|error| error.to_string())?;
    let overdue = payment_links::overdue(&gateway.reads, gateway.clock.now(), ROUND).await;
    let overdue = overdue.map_err(|error| error.to_string())?;
    for payment_link_id in &overdue {
        let command = payment_link::Command::Expire { payment_link_id: *payment_link_id };
        let command = Command::PaymentLink(command);
        match gateway.commands.execute(command, Envelope::of("worker")).await {
            Ok(_) => {}
            Err(Rejection::Refused(refusal)) => {
                tracing::debug!(%payment_link_id, %refusal, "an expiry was refused");
            }
            Err(error @ (Rejection::KeyReused | Rejection::Failed(_))) => {
                return Err(error.to_string());
            }
        }
    }
    Ok(i64::try_from(overdue.len()).unwrap_or(i64::MAX))
}
