//! Telegram's Bot API, as far as it is needed to tell somebody something.

use std::time::Duration;

use reqwest::Client;

use crate::Outage;
use crate::courier::{self, Reach};

/// A slower answer has failed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A bot that can speak.
#[derive(Debug, Clone)]
pub struct Bot {
    client: Client,
    base: String,
    token: Token,
}

/// Opens the bot to whoever has it: `Debug` hides it, and it is in no error.
#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Bot {
    /// A bot by its token; `base` is `https://api.telegram.org` but in tests.
    pub fn new(base: &str, token: &str, reach: Reach) -> Result<Self, Outage> {
        let client = courier::client(Client::builder(), reach, TIMEOUT)?;
        let refused = |reason: String| Outage { reason, retryable: false };
        let url = base.parse().map_err(|error| refused(format!("telegram.api_url: {error}")))?;
        reach.admits(&url).map_err(refused)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, token: Token(token.to_owned()) })
    }

    /// Sends a message. What Telegram refuses for good (the person never spoke to the bot, or has
    /// blocked it) need not be tried again.
    pub async fn send(&self, telegram_id: i64, text: &str) -> Result<(), Outage> {
        let url = format!("{}/bot{}/sendMessage", self.base, self.token.0);
        let body = serde_json::json!({ "chat_id": telegram_id, "text": text }).to_string();
        let request = self.client.post(url).header("content-type", "application/json").body(body);
        let answer = request.send().await.map_err(|error| Outage {
            // The URL has the token in it.
            reason: courier::describe(&error.without_url()),
            retryable: true,
        })?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status => {
                let retryable = !matches!(status, 400 | 403 | 404);
                Err(Outage { reason: format!("Telegram answered {status}"), retryable })
            }
        }
    }
}
