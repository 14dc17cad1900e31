//! One struct, one commented file of defaults, overrides from a file and the environment. All faults
//! are reported at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use adapters::chain::simulated::Kind;
use api::{Mode, partner, wallet};
use domain::fees::{Calls, Percent, Schedule};
use domain::{Asset, Catalogue, Name, Rate};
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::{Table, Value};

use crate::processes::rates::Asking;

mod sections;
mod understand;

use sections::{
    Conversions, Http, Links, Partner, RatesHttp, Reads, Sandbox, Sequencer, Stars, Telegram,
    Wallet, Webhooks,
};

/// The defaults, and their manual.
pub(crate) const DEFAULTS: &str = include_str!("config.default.toml");

/// Every setting, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) mode: String,
    pub(crate) listen: String,
    pub(crate) data: PathBuf,
    pub(crate) database_url: String,
    pub(crate) log: String,
    pub(crate) operator_token: Hidden,
    pub(crate) auditor_token: Hidden,
    pub(crate) master_key: Hidden,
    pub(crate) http: Http,
    pub(crate) stars: Stars,
    pub(crate) partner: Partner,
    pub(crate) partner_tiers: BTreeMap<String, String>,
    pub(crate) wallet: Wallet,
    pub(crate) links: Links,
    pub(crate) conversions: Conversions,
    pub(crate) webhooks: Webhooks,
    pub(crate) telegram: Telegram,
    pub(crate) sequencer: Sequencer,
    pub(crate) reads: Reads,
    pub(crate) rates: BTreeMap<String, String>,
    pub(crate) rates_http: RatesHttp,
    pub(crate) rate_sources: BTreeMap<String, String>,
    pub(crate) rate_pairs: BTreeMap<String, String>,
    pub(crate) jettons: BTreeMap<String, u8>,
    pub(crate) sandbox: Sandbox,
    pub(crate) confirmations: BTreeMap<String, u64>,
}

/// A text that `Debug` hides.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(pub(crate) String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The settings that are more than text, understood.
pub(crate) struct Understood {
    pub(crate) mode: Mode,
    pub(crate) fees: Schedule,
    pub(crate) calls: Calls,
    pub(crate) partner: partner::Settings,
    pub(crate) wallet: wallet::Settings,
    pub(crate) tolerance: Percent,
    pub(crate) chains: Vec<(Kind, u64)>,
    pub(crate) rates: Vec<((Name, Name), Rate)>,
    pub(crate) asking: Option<Asking>,
    pub(crate) catalogue: Catalogue,
    pub(crate) webhooks_allow_http: bool,
}

impl Config {
    /// The defaults, then the file, then the environment.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, String> {
        let environment: Vec<_> = environment.collect();
        let mut table: Table = DEFAULTS.parse().map_err(|e| format!("the defaults: {e}"))?;
        let mut given = Table::new();
        if let Some(file) = file {
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            given = text.parse().map_err(|e| format!("{}: {e}", file.display()))?;
        }
        // Rates to play with are no rates for real money: nothing is sold for what nobody has said.
        let mode = environment.iter().find(|(name, _)| name == "QUITTANCE_MODE");
        let mode = mode.map(|(_, mode)| mode.as_str());
        if mode.or_else(|| given.get("mode").and_then(Value::as_str)) == Some("live") {
            table.insert("rates".into(), Value::Table(Table::new()));
        }
        merge(&mut table, given);
        for (name, value) in &environment {
            override_with(&mut table, name, value)?;
        }
        Value::Table(table).try_into().map_err(|error| format!("the configuration: {error}"))
    }

    /// What the texts mean; every fault in one message.
    pub(crate) fn understand(&self) -> Result<Understood, String> {
        let mut faults = Vec::new();
        let mode = match self.mode.as_str() {
            "sandbox" => Mode::Sandbox,
            "live" => Mode::Live,
            other => {
                faults.push(format!("mode is sandbox or live, not {other}"));
                Mode::Live
            }
        };
        let webhooks_allow_http = self.webhooks.allow_http.or(mode == Mode::Sandbox);
        let open_registration = self.partner.open_registration.or(mode == Mode::Sandbox);
        self.check(mode, webhooks_allow_http, &mut faults);
        let fees = self.schedule(&mut faults);
        let catalogue = self.catalogue(&mut faults);
        let rates = self.rates(&catalogue, &mut faults);
        let calls = understand::calls(self, &catalogue, &mut faults);
        let partner = understand::partner(self, &catalogue, open_registration, &mut faults);
        let chains = understand::chains(self, &mut faults);
        let asked = self.rates_http.enabled.or(mode == Mode::Live) && !self.rate_pairs.is_empty();
        let asking = understand::asking(self, &catalogue, &mut faults).filter(|_| asked);
        let wallet = understand::wallet(self, &mut faults);
        let tolerance = understand::tolerance(self, &mut faults);
        match (fees, calls, partner) {
            (Some(fees), Some(calls), Some(partner)) if faults.is_empty() => Ok(Understood {
                mode,
                fees,
                calls,
                partner,
                wallet,
                tolerance,
                chains,
                rates,
                asking,
                catalogue,
                webhooks_allow_http,
            }),
            (None | Some(_), None | Some(_), None | Some(_)) => {
                Err(format!("the configuration:\n  {}", faults.join("\n  ")))
            }
        }
    }

    /// What no single setting says.
    fn check(&self, mode: Mode, webhooks_allow_http: bool, faults: &mut Vec<String>) {
        if mode == Mode::Live && (webhooks_allow_http || self.operator_token.0.len() < 32) {
            faults.push(
                "live mode needs an operator_token of 32 characters or more and https webhooks"
                    .into(),
            );
        }
        if mode == Mode::Live && self.master_key.0.is_empty() {
            faults.push("live mode needs a master_key".into());
        }
        if self.sequencer.queue == 0 || self.sequencer.batch_commands == 0 {
            faults.push("sequencer.queue and sequencer.batch_commands are at least 1".into());
        }
        if self.reads.connections < 4 {
            faults.push("reads.connections is at least 4".into());
        }
        if mode == Mode::Live && !self.telegram.api_url.starts_with("https://") {
            faults.push("telegram.api_url is an https URL in live mode".into());
        }
        let webhooks = &self.webhooks;
        if [
            webhooks.concurrency,
            webhooks.concurrency_per_endpoint,
            webhooks.concurrency_per_merchant,
        ]
        .contains(&0)
        {
            faults.push("webhooks.concurrency and its parts are at least 1".into());
        }
        if self.sandbox.block_ms < 10 {
            faults.push("sandbox.block_ms is at least 10".into());
        }
    }

    fn schedule(&self, faults: &mut Vec<String>) -> Option<Schedule> {
        let mut percent = |name: &str, text: &str| {
            let percent = Decimal::from_str_exact(text).ok().and_then(Percent::new);
            if percent.is_none() {
                faults.push(format!("conversions.{name} is 0 to 100, not {text}"));
            }
            percent
        };
        let telegram = percent("telegram_percent", &self.conversions.telegram_percent);
        let fragment = percent("fragment_percent", &self.conversions.fragment_percent);
        let network = percent("network_percent", &self.conversions.network_percent);
        Some(Schedule { telegram: telegram?, fragment: fragment?, network: network? })
    }

    fn catalogue(&self, faults: &mut Vec<String>) -> Catalogue {
        let jettons = self.jettons.iter().filter_map(|(id, exponent)| {
            let name = Name::new(id).filter(|_| *exponent <= 18);
            if name.is_none() {
                faults.push(format!("jettons.{id} needs a short name and at most 18 places"));
            }
            let (text, network) = (format!("{id} jetton"), "TON".to_owned());
            name.map(|id| Asset { id, exponent: *exponent, name: text, network, scale: *exponent })
        });
        Catalogue::new(jettons.collect::<Vec<_>>())
    }

    fn rates(&self, catalogue: &Catalogue, faults: &mut Vec<String>) -> Vec<((Name, Name), Rate)> {
        let asset = |id: &str| Name::new(id).filter(|id| catalogue.get(*id).is_some());
        let understood = self.rates.iter().filter_map(|(pair, rate)| {
            let parsed = pair.split_once('/').and_then(|(base, quote)| {
                Some(((asset(base)?, asset(quote)?), rate.parse::<Rate>().ok()?))
            });
            if parsed.is_none() {
                faults.push(format!("rates: {pair:?} = {rate:?} is no rate between known assets"));
            }
            parsed
        });
        understood.collect()
    }
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            // Tiers are one schedule: those of the defaults do not linger among others.
            (Some(Value::Table(into)), Value::Table(from)) if key != "partner_tiers" => {
                merge(into, from);
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// `QUITTANCE_LISTEN`, `QUITTANCE_STARS__WEBHOOK_PER_MINUTE`. Unknown names are errors, because a
/// setting that has no effect is worse than one that is refused.
fn override_with(table: &mut Table, name: &str, text: &str) -> Result<(), String> {
    let Some(path) = name.strip_prefix("QUITTANCE_") else { return Ok(()) };
    let (section, key) = match path.split_once("__") {
        Some((section, key)) => (Some(section.to_ascii_lowercase()), key),
        None => (None, path),
    };
    let table = match &section {
        None => Some(table),
        Some(section) => table.get_mut(section).and_then(Value::as_table_mut),
    };
    let table = table.ok_or_else(|| format!("{name}: there is no such section"))?;
    let free = matches!(
        section.as_deref(),
        Some(
            "rates" | "jettons" | "partner_tiers" | "confirmations" | "rate_sources" | "rate_pairs"
        )
    );
    let key = if free { key.to_owned() } else { key.to_ascii_lowercase() };
    let value = match table.get(&key) {
        Some(Value::Integer(_)) => {
            text.parse().map(Value::Integer).map_err(|e| format!("{name}: {e}"))?
        }
        Some(Value::Boolean(_)) => {
            text.parse().map(Value::Boolean).map_err(|e| format!("{name}: {e}"))?
        }
        Some(Value::String(_)) => Value::String(text.to_owned()),
        None if matches!(
            section.as_deref(),
            Some("rates" | "partner_tiers" | "rate_sources" | "rate_pairs")
        ) =>
        {
            Value::String(text.to_owned())
        }
        Some(Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_)) | None => {
            return Err(format!("{name}: there is no such setting"));
        }
    };
    table.insert(key, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Config::load(None, pairs)
    }

    #[test]
    fn the_defaults_are_sound() {
        let config = load(&[]).unwrap();
        let understood = config.understand().unwrap();
        assert_eq!(understood.mode, Mode::Sandbox);
        assert_eq!(understood.rates.len(), 10);
        assert!(understood.webhooks_allow_http);
    }

    #[test]
    fn in_live_mode_only_rates_that_somebody_gave_are_good() {
        let config = load(&[("QUITTANCE_MODE", "live"), ("QUITTANCE_RATES__BTC/USD", "90000")]);
        let rates = config.unwrap().rates;
        assert_eq!(rates.into_iter().collect::<Vec<_>>(), [("BTC/USD".into(), "90000".into())]);
    }

    #[test]
    fn the_environment_wins_and_unknown_names_are_refused() {
        let config =
            load(&[("QUITTANCE_LISTEN", "[::1]:1"), ("QUITTANCE_STARS__WEBHOOK_PER_MINUTE", "0")]);
        let config = config.unwrap();
        assert_eq!((config.listen.as_str(), config.stars.webhook_per_minute), ("[::1]:1", 0));
        assert!(load(&[("QUITTANCE_LISTN", "x")]).is_err());
        assert!(load(&[("QUITTANCE_STARS__WEBHOOK_PER_MINUTE", "many")]).is_err());
        assert!(load(&[("HOME", "/")]).is_ok());
    }

    #[test]
    fn a_switch_is_what_the_mode_says_until_somebody_does() {
        let open = |text: &str| {
            let mut table: Table = DEFAULTS.parse().unwrap();
            merge(&mut table, format!("[partner]\nopen_registration = {text}").parse().unwrap());
            let config: Result<Config, _> = Value::Table(table).try_into();
            config.ok().map(|config| config.partner.open_registration.or(true))
        };
        for (text, expected) in [
            (r#""auto""#, Some(true)),
            ("false", Some(false)),
            (r#""false""#, Some(false)),
            ("true", Some(true)),
            (r#""perhaps""#, None),
            ("1", None),
        ] {
            assert_eq!(open(text), expected, "{text}");
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let config = load(&[
            ("QUITTANCE_MODE", "live"),
            ("QUITTANCE_RATES__STARS/TON", "-1"),
            ("QUITTANCE_CONVERSIONS__TELEGRAM_PERCENT", "101"),
            ("QUITTANCE_PARTNER__PAYMENT_FEE", "0.0000001"),
            ("QUITTANCE_PARTNER__DEPOSIT_ADDRESS", "Tx"),
            ("QUITTANCE_PARTNER_TIERS__1500", "1"),
        ]);
        let faults = config.unwrap().understand().err().unwrap();
        for part in [
            "operator_token",
            "master_key",
            "STARS/TON",
            "telegram_percent",
            "payment_fee",
            "deposit_address",
            "partner_tiers",
        ] {
            assert!(faults.contains(part), "{part} in {faults}");
        }
    }
}
