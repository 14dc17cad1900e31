//! The sections of the configuration; each setting is explained in `config.default.toml`.

use serde::Deserialize;

use super::Hidden;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    pub(crate) trust_forwarded_for: bool,
    pub(crate) shutdown_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stars {
    pub(crate) registration_per_minute: u32,
    pub(crate) standard_per_minute: u32,
    pub(crate) webhook_per_minute: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Partner {
    pub(crate) payments_per_minute: u32,
    pub(crate) withdrawals_per_minute: u32,
    pub(crate) reads_per_minute: u32,
    pub(crate) settings_per_minute: u32,
    pub(crate) registration_per_minute: u32,
    pub(crate) open_registration: Switch,
    pub(crate) link_url: String,
    pub(crate) deposit_address: String,
    pub(crate) plan_price: String,
    pub(crate) payment_fee: String,
    pub(crate) withdrawal_fee: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wallet {
    pub(crate) requests_per_minute: u32,
    pub(crate) link_url: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Links {
    pub(crate) tolerance_percent: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Telegram {
    pub(crate) bot_token: Hidden,
    pub(crate) api_url: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sandbox {
    pub(crate) block_ms: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conversions {
    pub(crate) phase_delay_ms: u32,
    pub(crate) telegram_percent: String,
    pub(crate) fragment_percent: String,
    pub(crate) network_percent: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhooks {
    pub(crate) allow_http: Switch,
    pub(crate) concurrency: usize,
    pub(crate) concurrency_per_endpoint: usize,
    pub(crate) concurrency_per_merchant: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sequencer {
    pub(crate) queue: usize,
    pub(crate) batch_commands: usize,
    pub(crate) batch_kib: usize,
    pub(crate) patience_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reads {
    pub(crate) patience_ms: u64,
    pub(crate) connections: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatesHttp {
    pub(crate) enabled: Switch,
    pub(crate) poll_seconds: u64,
    pub(crate) stale_seconds: u32,
    pub(crate) quorum: usize,
    pub(crate) spread_percent: String,
}

/// What the mode decides unless somebody says otherwise: "auto", true or false.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Said")]
pub(crate) enum Switch {
    Auto,
    Is(bool),
}

impl Switch {
    /// What holds, if `auto` is what the mode says.
    pub(crate) fn or(self, auto: bool) -> bool {
        match self {
            Self::Auto => auto,
            Self::Is(said) => said,
        }
    }
}

/// A switch as a file or the environment has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Bool(bool),
    Text(String),
}

impl TryFrom<Said> for Switch {
    type Error = String;

    fn try_from(said: Said) -> Result<Self, Self::Error> {
        match said {
            Said::Bool(said) => Ok(Self::Is(said)),
            Said::Text(text) => match text.as_str() {
                "auto" => Ok(Self::Auto),
                "true" => Ok(Self::Is(true)),
                "false" => Ok(Self::Is(false)),
                other => Err(format!("this is auto, true or false, not {other}")),
            },
        }
    }
}
