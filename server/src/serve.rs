//! `quittance serve`: from an empty folder to a running gateway, and back to a clean stop.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use adapters::courier::{Courier, Reach};
use adapters::rates::http::Asker;
use adapters::telegram::Bot;
use api::{Gateway, Mode, Rates};
use journal::postgres::watch_head;
use journal::{Clock, Handle, Sequencer, Stopped};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use poem::listener::TcpAcceptor;
use projections::{Directory, Pulse, Runner};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tracing_subscriber::EnvFilter;

use crate::board::Board;
use crate::books::Books;
use crate::cli::say;
use crate::config::Config;
use crate::processes::{conversions, courier, deliveries, links, messages, rates};
use crate::sandbox::{self, Networks, Valued};
use crate::{database, wire};

/// Everything that runs, without its HTTP server.
pub(crate) struct Running {
    pub(crate) books: Books,
    pub(crate) gateway: Arc<Gateway>,
    processes: JoinSet<()>,
    sequencer: JoinHandle<Stopped>,
    stop: watch::Sender<bool>,
    _writer: tokio_postgres::Client,
}

impl Running {
    /// Opens the books, replays the log and starts every process.
    pub(crate) async fn start(config: &Config) -> Result<Self, String> {
        let books = Books::open(config).await?;
        let writer = database::become_writer(&books.postgres).await?;
        let journal = wire::journal(&books);
        let clock = Clock::ahead_by(match books.understood.mode {
            Mode::Sandbox => sandbox::clock_offset(&books.pool).await?,
            Mode::Live => 0,
        });
        let directory = Arc::new(Directory::default());
        let pulse = Arc::new(Pulse::default());
        let settings = wire::sequencing(config, &books.understood, clock.clone());
        let opened =
            Sequencer::open(journal.clone(), settings, vec![directory.clone(), pulse.clone()])
                .await;
        let (sequencer, commands) = opened.map_err(|error| error.to_string())?;
        let sequencer = tokio::spawn(sequencer.run());
        let runner = Runner::new(journal.clone(), books.pool.clone());
        let stale_seconds = config.rates_http.stale_seconds;
        let board = Arc::new(board(&books, stale_seconds, clock.clone()).await?);
        let tolerance = books.understood.tolerance;
        let valued = Valued { board: board.clone(), tolerance };
        let networks = Arc::new(networks(&books, commands.clone(), valued, clock.clone()).await?);
        let (stop, stopping) = watch::channel(false);
        let parts = wire::Parts {
            networks: networks.clone(),
            board: board.clone(),
            reached: runner.reached(),
            directory,
            pulse,
            clock,
            metrics: metrics_recorder(),
            commands: commands.clone(),
            stopping,
        };
        let gateway = wire::gateway(config, &books, parts).await?;
        let mut processes = JoinSet::new();
        processes.spawn(runner.run(commands.head()));
        processes.spawn(watch_head(books.postgres.clone(), commands.head_sender()));
        processes.spawn(deliveries::queue(
            gateway.clone(),
            journal,
            !config.telegram.bot_token.0.is_empty(),
        ));
        outward(config, &books, &gateway, &mut processes)?;
        if let Some(asking) = books.understood.asking.clone() {
            let asker = Asker::new(reach(books.understood.mode));
            let asker = asker.map_err(|error| error.to_string())?;
            processes.spawn(rates::run(board, asker, asking));
        }
        match books.understood.mode {
            Mode::Sandbox => {
                let delay = config.conversions.phase_delay_ms;
                processes.spawn(conversions::run(gateway.clone(), delay));
                let every = Duration::from_millis(config.sandbox.block_ms);
                processes.spawn(async move { networks.run(every).await });
            }
            // Fragment has no public interface; pretending to convert real Stars is no option.
            Mode::Live => tracing::warn!("no rail converts Stars in live mode; conversions wait"),
        }
        Ok(Self { books, gateway, processes, sequencer, stop, _writer: writer })
    }

    /// Stops the processes, lets the sequencer finish what it accepted, closes the books.
    pub(crate) async fn stop(mut self) -> Result<(), String> {
        self.processes.shutdown().await;
        drop(self.gateway);
        // With the last handle gone the sequencer ends by itself.
        let finished = tokio::time::timeout(Duration::from_secs(10), &mut self.sequencer).await;
        if finished.is_err() && !self.sequencer.is_finished() {
            tracing::warn!("the sequencer did not finish in time");
            self.sequencer.abort();
        }
        self.books.close().await
    }
}

/// Whom the program may talk to.
fn reach(mode: Mode) -> Reach {
    match mode {
        Mode::Sandbox => Reach::Anywhere,
        Mode::Live => Reach::PublicOnly,
    }
}

/// What goes out, and what runs out: webhooks, messages, expiries.
fn outward(
    config: &Config,
    books: &Books,
    gateway: &Arc<Gateway>,
    processes: &mut JoinSet<()>,
) -> Result<(), String> {
    let text = |outage: adapters::Outage| outage.to_string();
    let reach = reach(books.understood.mode);
    let limits = courier::Concurrency {
        total: config.webhooks.concurrency,
        per_endpoint: config.webhooks.concurrency_per_endpoint,
        per_merchant: config.webhooks.concurrency_per_merchant,
    };
    let posts = Courier::new(reach).map_err(text)?;
    processes.spawn(courier::run(gateway.clone(), posts, limits));
    processes.spawn(links::expire(gateway.clone()));
    let token = &config.telegram.bot_token.0;
    if !token.is_empty() {
        let bot = Bot::new(&config.telegram.api_url, token, reach).map_err(text)?;
        processes.spawn(messages::run(gateway.clone(), bot));
    }
    Ok(())
}

/// The simulated networks of the sandbox; in live mode there are none.
async fn networks(
    books: &Books,
    commands: Handle,
    valued: Valued,
    clock: Clock,
) -> Result<Networks, String> {
    let pool = books.pool.clone();
    match books.understood.mode {
        Mode::Sandbox => {
            Networks::restore(pool, commands, &books.understood.chains, valued, clock).await
        }
        Mode::Live => Ok(Networks::none(pool, commands)),
    }
}

/// The configured rates, and in sandbox mode what was set over them.
async fn board(books: &Books, stale_seconds: u32, clock: Clock) -> Result<Board, String> {
    let stale_seconds = i64::from(stale_seconds);
    let asked = books.understood.asking.iter().flat_map(|asking| &asking.sources);
    let asked: Vec<_> =
        asked.flat_map(|source| source.pairs.iter().map(|(pair, _)| *pair)).collect();
    let rates = books.understood.rates.iter().copied();
    let board = Board::new(rates, asked, stale_seconds, clock);
    if books.understood.mode == Mode::Sandbox {
        for (base, quote, rate) in sandbox::rates(&books.pool).await? {
            board.set(base, quote, rate);
        }
    }
    Ok(board)
}

/// Serves until told to stop, or until the log is lost.
pub(crate) async fn run(config: Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log: {error}"))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let address: SocketAddr = config.listen.parse().map_err(|e| format!("listen: {e}"))?;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("listen on {address}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let mut running = Running::start(&config).await?;
    let grace = Duration::from_secs(config.http.shutdown_seconds);
    let server = serve(running.gateway.clone(), listener, running.gateway.stopping.clone(), grace);
    let mut server = tokio::spawn(server);
    greet(address, &running.gateway);
    let ended = tokio::select! {
        name = told_to_stop() => name.map(|name| tracing::info!(name, "stopping")),
        lost = &mut running.sequencer => Err(format!("the log is lost to us: {}", reason(lost))),
        broken = &mut server => Err(format!("the HTTP server ended: {broken:?}")),
    };
    running.stop.send_replace(true);
    if !server.is_finished() {
        // Requests under way are answered before anything below them goes.
        let _ = tokio::time::timeout(grace + Duration::from_secs(1), &mut server).await;
        server.abort();
    }
    let closed = running.stop().await;
    ended.and(closed)
}

fn reason(ended: Result<Stopped, tokio::task::JoinError>) -> String {
    ended.map_or_else(|broken| broken.to_string(), |stopped| stopped.to_string())
}

async fn told_to_stop() -> Result<&'static str, String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        interrupted = tokio::signal::ctrl_c() => {
            interrupted.map(|()| "Ctrl-C").map_err(|error| error.to_string())
        }
    }
}

/// The HTTP server over a listener, until `stopped` turns true.
pub(crate) async fn serve(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
    grace: Duration,
) -> Result<(), String> {
    let acceptor = TcpAcceptor::from_tokio(listener).map_err(|error| error.to_string())?;
    let until = async move {
        // A dropped sender means the same.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    poem::Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(api::routes(gateway), until, Some(grace))
        .await
        .map_err(|error| error.to_string())
}

/// The metrics of this process.
pub(crate) fn metrics_recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    let handle = RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Set once: nothing else in this program sets one.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
    handle.clone()
}

/// What to do next, with lines that work as printed.
fn greet(address: SocketAddr, gateway: &Gateway) {
    let url = format!("http://{address}");
    say(&format!("Quittance serves in {} mode on {url}", gateway.settings.mode.as_str()));
    if gateway.settings.mode == Mode::Live {
        return;
    }
    let token = gateway.settings.operator_token.reveal();
    say(&format!("  documentation   {url}/docs"));
    say(&format!("  operator token  {token}\n"));
    say("Try:");
    say(&format!(
        "  curl -s -X POST {url}/api/v1/users/register -H 'Content-Type: application/json' \
         -d '{{\"appName\":\"My Telegram Bot\"}}'"
    ));
    say(&format!(
        "  curl -s -X POST {url}/operator/v1/merchants -H 'Authorization: Bearer {token}' \
         -H 'Content-Type: application/json' -d '{{\"name\":\"My Shop\"}}'"
    ));
    say(&format!("  curl -s '{url}/ledger/v1/events?limit=10' -H 'Authorization: Bearer {token}'"));
}

/// `quittance merchant new`: on books that nobody serves at the moment.
pub(crate) async fn new_merchant(config: Config, name: &str) -> Result<(), String> {
    let running = Running::start(&config).await?;
    let made = api::native::new_merchant(&running.gateway, name).await;
    let stopped = running.stop().await;
    say(&made?);
    stopped
}
