//! `quittance bench`: measures this machine on books of its own, which are thrown away. In process
//! and over HTTP, with few callers and many, on one merchant and on ten thousand; and beside them, in
//! the same run, what the same append statement does without anything around it.

mod commands;
mod http;
mod raw;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::books::Books;
use crate::cli::say;
use crate::config::Config;
use crate::serve::Running;
use crate::wire;
use domain::MerchantId;
use report::Report;

/// Merchants that payments are spread over.
const MERCHANTS: usize = 10_000;
/// Callers at once.
const CALLERS: [usize; 4] = [1, 8, 32, 128];

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Seconds per measurement
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Only this many callers
    #[arg(long)]
    clients: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub(crate) async fn run(mut config: Config, options: &Options) -> Result<(), String> {
    let data = scratch()?;
    config.data.clone_from(&data);
    config.database_url = String::new();
    // Limits are for callers, and the callers here are the measurement.
    config.stars.webhook_per_minute = 0;
    let measured = measure(&config, options).await;
    let removed = std::fs::remove_dir_all(&data);
    let report = measured?;
    say(&if options.json { report.json().to_string() } else { report.table() });
    removed.map_err(|error| format!("{}: {error}", data.display()))
}

/// A folder of the benchmark's own.
fn scratch() -> Result<PathBuf, String> {
    let data = std::env::temp_dir().join(format!("quittance-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    Ok(data)
}

async fn measure(config: &Config, options: &Options) -> Result<Report, String> {
    let seconds = Duration::from_secs(options.seconds.max(1));
    let callers: Vec<usize> = options.clients.map_or_else(|| CALLERS.to_vec(), |one| vec![one]);
    let mut report = Report::default();
    alone(config, &callers, seconds, &mut report).await?;
    let running = Running::start(config).await?;
    let bench = commands::Bench {
        commands: running.gateway.commands.clone(),
        followers: Some(running.gateway.progress.clone()),
        pool: running.books.pool.clone(),
        metrics: crate::serve::metrics_recorder(),
    };
    let merchants = commands::merchants(&bench, MERCHANTS).await?;
    for count in &callers {
        for spread in spreads(&merchants) {
            report.add(commands::measure(&bench, "in process", spread, *count, seconds).await?);
        }
    }
    for count in &callers {
        for spread in spreads(&merchants) {
            report.add(http::measure(&running.gateway, &bench, spread, *count, seconds).await?);
        }
    }
    commands::settle(&bench).await?;
    report.replay = Some(raw::replay_rate(&running.books).await?);
    drop(bench);
    running.stop().await?;
    // The raw rate on books of its own: nobody follows this log, nobody else uses the database.
    let books = Books::open(config).await?;
    for batch in report.batches() {
        report.raw.push(raw::appends(&books, batch, seconds).await?);
    }
    books.close().await?;
    Ok(report)
}

/// Over all merchants, and all on one.
fn spreads(merchants: &[MerchantId]) -> [&[MerchantId]; 2] {
    [merchants, merchants.get(..1).unwrap_or_default()]
}

/// The sequencer with nobody following its log.
async fn alone(
    config: &Config,
    callers: &[usize],
    seconds: Duration,
    report: &mut Report,
) -> Result<(), String> {
    let books = Books::open(config).await?;
    let settings = wire::sequencing(config, &books.understood, journal::Clock::default());
    let opened = journal::Sequencer::open(wire::journal(&books), settings, vec![]).await;
    let (sequencer, commands) = opened.map_err(|error| error.to_string())?;
    let sequencer = tokio::spawn(sequencer.run());
    let (pool, metrics) = (books.pool.clone(), crate::serve::metrics_recorder());
    let bench = commands::Bench { commands, followers: None, pool, metrics };
    let merchants = commands::merchants(&bench, MERCHANTS).await?;
    for count in callers {
        for spread in spreads(&merchants) {
            report
                .add(commands::measure(&bench, "sequencer alone", spread, *count, seconds).await?);
        }
    }
    drop(bench);
    sequencer.await.map_err(|error| error.to_string())?;
    books.close().await
}
