//! Sends the messages that are due, one after the other: Telegram lets a bot speak about 30 times a
//! second. Without a bot nobody is told anything.

use std::sync::Arc;
use std::time::Duration;

use adapters::telegram::Bot;
use api::Gateway;
use projections::messages::{self, Row, Tried};

/// How often due messages are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Most messages in one look, and the pause after each.
const ROUND: i64 = 100;
const PAUSE: Duration = Duration::from_millis(40);
/// Waits after the first, second, … failed try, as for webhooks. Units: seconds.
const SCHEDULE_SECONDS: [i64; 4] = [60, 300, 1_800, 7_200];

/// Runs for ever.
pub(crate) async fn run(gateway: Arc<Gateway>, bot: Bot) {
    loop {
        match messages::due(&gateway.reads, gateway.clock.now(), ROUND).await {
            Ok(due) => {
                for message in &due {
                    send(&gateway, &bot, message).await;
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Err(error) => tracing::warn!(%error, "due messages could not be read; trying again"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn send(gateway: &Gateway, bot: &Bot, message: &Row) {
    let tried = match bot.send(message.telegram_id, &message.text).await {
        Ok(()) => Tried { status: "sent", error: None, next: None },
        Err(outage) => {
            let before = usize::try_from(message.attempts).unwrap_or_default();
            let wait = SCHEDULE_SECONDS.get(before).filter(|_| outage.retryable);
            let next = wait.map(|wait| gateway.clock.now().plus_seconds(*wait));
            let status = if next.is_some() { "pending" } else { "failed" };
            Tried { status, error: Some(outage.reason), next }
        }
    };
    metrics::counter!("telegram_messages_total", "status" => tried.status).increment(1);
    if let Err(error) = messages::record(&gateway.reads, message, &tried).await {
        // It stays due and is sent again: at least once, never lost.
        tracing::warn!(%error, "a message's try could not be kept");
    }
}
