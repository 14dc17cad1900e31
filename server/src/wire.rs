//! Puts the rooms together; the only file that sees every one of them.

use std::sync::Arc;
use std::time::Duration;

use api::{Gateway, Limits, Settings};
use journal::postgres::Postgres;
use journal::{Clock, Handle, Replay};
use metrics_exporter_prometheus::PrometheusHandle;
use projections::{Directory, Progress, Pulse};
use tokio::sync::watch;
use vault::Vault;

use crate::board::Board;
use crate::books::Books;
use crate::config::{Config, Understood};
use crate::sandbox::{self, Networks};
use crate::secrets;

/// How the APIs behave, by the configuration.
pub(crate) fn settings(
    config: &Config,
    understood: &Understood,
    operator_token: vault::Secret,
) -> Settings {
    let auditor = config.auditor_token.0.clone();
    Settings {
        mode: understood.mode,
        stars_limits: Limits {
            registration: config.stars.registration_per_minute,
            standard: config.stars.standard_per_minute,
            webhook: config.stars.webhook_per_minute,
        },
        partner: understood.partner.clone(),
        wallet: understood.wallet.clone(),
        trust_forwarded_for: config.http.trust_forwarded_for,
        webhooks_allow_http: understood.webhooks_allow_http,
        operator_token,
        auditor_token: (!auditor.is_empty()).then(|| vault::Secret::new(auditor)),
    }
}

/// How the sequencer runs, by the configuration.
pub(crate) fn sequencing(
    config: &Config,
    understood: &Understood,
    clock: Clock,
) -> journal::Settings {
    journal::Settings {
        queue: config.sequencer.queue,
        batch_commands: config.sequencer.batch_commands,
        batch_bytes: config.sequencer.batch_kib.saturating_mul(1024),
        patience: Duration::from_secs(config.sequencer.patience_seconds),
        fees: understood.fees,
        calls: understood.calls.clone(),
        catalogue: Arc::new(understood.catalogue.clone()),
        clock,
        decide: journal::decide_purely,
        shown: Replay::Shown,
    }
}

/// What the gateway is made of beside configuration and database.
pub(crate) struct Parts {
    pub(crate) commands: Handle,
    pub(crate) reached: watch::Receiver<u64>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) clock: Clock,
    pub(crate) networks: Arc<Networks>,
    pub(crate) board: Arc<Board>,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// The gateway over open books.
pub(crate) async fn gateway(
    config: &Config,
    books: &Books,
    parts: Parts,
) -> Result<Arc<Gateway>, String> {
    let token = secrets::operator_token(&config.operator_token.0, &config.data)?;
    let master = secrets::master_key(&config.master_key.0, &config.data)?;
    let patience = Duration::from_millis(config.reads.patience_ms);
    let started = parts.clock.now();
    Ok(Arc::new(Gateway {
        progress: Progress::new(parts.commands.head(), parts.reached, patience),
        commands: parts.commands,
        reads: books.pool.clone(),
        directory: parts.directory,
        pulse: parts.pulse,
        vault: Arc::new(Vault::new(books.pool.clone(), master)),
        clock: parts.clock,
        rates: parts.board,
        sandbox: Arc::new(sandbox::Store(books.pool.clone())),
        networks: parts.networks,
        catalogue: Arc::new(books.understood.catalogue.clone()),
        fees: books.understood.fees,
        settings: settings(config, &books.understood, token),
        limiter: api::Limiter::default(),
        metrics: Box::new(move || parts.metrics.render()),
        started,
        stopping: parts.stopping,
    }))
}

/// A gateway that reaches nothing, for programs that only describe the APIs.
pub(crate) fn described(config: &Config) -> Result<Arc<Gateway>, String> {
    let understood = config.understand()?;
    let pool = crate::database::pool(&tokio_postgres::Config::new(), 1)?;
    let master = vault::MasterKey::random().map_err(|error| error.to_string())?;
    let commands = Handle::closed();
    let networks = Arc::new(Networks::none(pool.clone(), commands.clone()));
    let reached = commands.head();
    Ok(Arc::new(Gateway {
        progress: Progress::new(commands.head(), reached, Duration::ZERO),
        commands,
        reads: pool.clone(),
        directory: Arc::default(),
        pulse: Arc::default(),
        vault: Arc::new(Vault::new(pool.clone(), master)),
        clock: Clock::default(),
        rates: Arc::<Board>::default(),
        sandbox: Arc::new(sandbox::Store(pool)),
        networks,
        catalogue: Arc::new(understood.catalogue.clone()),
        fees: understood.fees,
        settings: settings(config, &understood, vault::Secret::new(String::new())),
        limiter: api::Limiter::default(),
        metrics: Box::new(String::new),
        started: domain::Timestamp::default(),
        stopping: watch::channel(false).1,
    }))
}

/// The log over open books.
pub(crate) fn journal(books: &Books) -> Arc<Postgres> {
    Arc::new(Postgres::new(books.postgres.clone(), books.pool.clone()))
}
