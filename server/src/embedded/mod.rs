//! A PostgreSQL of our own in the data folder: private socket, durable settings, run as an
//! unprivileged user when we are root, adopted when it outlived us, restarted when it dies.

mod account;
mod binaries;

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{Instant, sleep};
use tokio_postgres::{Config, NoTls};

use account::Account;

/// The database's name, and its superuser's.
const NAME: &str = "quittance";
/// How long it may take to start (recovery after a crash included) or to stop.
const PATIENCE: Duration = Duration::from_secs(120);
/// Unix socket paths end at 107 bytes; PostgreSQL adds a name of its own.
const SOCKET_PATH_MAX: usize = 85;

/// Durability is not for sale: what is acknowledged is on disk.
const SETTINGS: [&str; 10] = [
    "listen_addresses=",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=60",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=15min",
    "unix_socket_permissions=0700",
    "log_min_messages=warning",
];

/// A running server.
pub(crate) struct Embedded {
    place: Place,
    stopping: Arc<AtomicBool>,
}

/// Where everything lies.
#[derive(Debug, Clone)]
struct Place {
    binaries: PathBuf,
    cluster: PathBuf,
    sockets: PathBuf,
    log: PathBuf,
    account: Option<Account>,
}

impl Embedded {
    /// Starts it, or takes over the one that is running in this folder.
    pub(crate) async fn start(data: &Path) -> Result<Self, String> {
        let place = prepare(data)?;
        if !place.cluster.join("PG_VERSION").exists() {
            tracing::info!(cluster = %place.cluster.display(), "making the database");
            initialize(&place)?;
        }
        let mut server = Server::default();
        wait_ready(&place, &mut server).await?;
        create_database(&place).await?;
        let url = format!("host={} user={NAME} dbname={NAME}\n", place.sockets.display());
        let file = data.join("database.url");
        std::fs::write(&file, url).map_err(|error| format!("{}: {error}", file.display()))?;
        let embedded = Self { place, stopping: Arc::default() };
        tokio::spawn(supervise(embedded.place.clone(), server, embedded.stopping.clone()));
        Ok(embedded)
    }

    /// How to connect.
    pub(crate) fn config(&self) -> Config {
        config(&self.place, NAME)
    }

    /// Stops it: open transactions are rolled back, everything is flushed.
    pub(crate) async fn stop(self) -> Result<(), String> {
        self.stopping.store(true, Ordering::Relaxed);
        let Some(pid) = running(&self.place) else { return Ok(()) };
        kill_process(pid, Signal::INT)
            .map_err(|error| format!("stopping the database: {error}"))?;
        let deadline = Instant::now() + PATIENCE;
        while running(&self.place).is_some() {
            if Instant::now() > deadline {
                return Err("the database did not stop in time".to_owned());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

fn config(place: &Place, database: &str) -> Config {
    let mut config = Config::new();
    config.host_path(&place.sockets).user(NAME).dbname(database);
    config.connect_timeout(Duration::from_secs(5)).application_name("quittance");
    config
}

fn prepare(data: &Path) -> Result<Place, String> {
    let text = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let account = account::to_run_as()?;
    let home = account::reachable(&data.join("pg"), account.as_ref());
    let cluster = home.join("cluster");
    let version = std::fs::read_to_string(cluster.join("PG_VERSION")).ok();
    let binaries = binaries::find(version.as_deref().map(str::trim))?;
    let mut sockets = home.join("socket");
    if sockets.as_os_str().len() > SOCKET_PATH_MAX {
        sockets = std::env::temp_dir().join(format!("quittance-{}", account::digest(&home)));
    }
    let log = home.join("postgres.log");
    for folder in [&home, &cluster, &sockets] {
        std::fs::create_dir_all(folder).map_err(|error| text(folder, error))?;
        if let Some(account) = &account {
            chown(folder, Some(account.uid), Some(account.gid)).map_err(|e| text(folder, e))?;
        }
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder, private).map_err(|error| text(folder, error))?;
    }
    Ok(Place { binaries, cluster, sockets, log, account })
}

/// A command of PostgreSQL's, as the right user, in its own process group so that a Ctrl-C meant
/// for us does not stop the database first.
fn command(place: &Place, program: &str) -> Command {
    let mut command = Command::new(place.binaries.join(program));
    command.current_dir(&place.cluster).stdin(Stdio::null()).process_group(0);
    if let Some(account) = &place.account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn initialize(place: &Place) -> Result<(), String> {
    let output = command(place, "initdb")
        .arg("-D")
        .arg(&place.cluster)
        .args(["-U", NAME, "-A", "trust", "-E", "UTF8", "--no-locale"])
        .output()
        .map_err(|error| format!("initdb: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The server as we last started it.
#[derive(Debug, Default)]
struct Server(Option<Pid>);

impl Server {
    /// Starts it if it is gone. What a crash left behind is PostgreSQL's to judge: it refuses to start
    /// while processes of the old server live, and we try again until they are gone.
    fn ensure(&mut self, place: &Place) -> Result<(), String> {
        let starting = self.0.is_some_and(|pid| test_kill_process(pid).is_ok());
        if starting || running(place).is_some() {
            return Ok(());
        }
        self.0 = Some(launch(place)?);
        Ok(())
    }
}

fn launch(place: &Place) -> Result<Pid, String> {
    let text = |error: std::io::Error| format!("starting the database: {error}");
    let log = std::fs::File::options().create(true).append(true).open(&place.log).map_err(text)?;
    let mut postgres = command(place, "postgres");
    postgres.arg("-D").arg(&place.cluster).arg("-k").arg(&place.sockets);
    for setting in SETTINGS {
        postgres.args(["-c", setting]);
    }
    let errors = log.try_clone().map_err(text)?;
    let mut child = postgres.stdout(log).stderr(errors).spawn().map_err(text)?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // Reaped here; whether it runs is asked by its pid, so that an adopted one is no special case.
    std::thread::spawn(move || child.wait());
    pid.ok_or_else(|| "the database has no process id".to_owned())
}

/// The server's process, if it is alive.
fn running(place: &Place) -> Option<Pid> {
    let file = std::fs::read_to_string(place.cluster.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(file.lines().next()?.trim().parse().ok()?)?;
    test_kill_process(pid).ok()?;
    // A number that was given to another program since is not our server.
    let name = std::fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero()));
    name.map_or(true, |name| name.trim().starts_with("postgres")).then_some(pid)
}

async fn wait_ready(place: &Place, server: &mut Server) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        server.ensure(place)?;
        match config(place, "postgres").connect(NoTls).await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > deadline => {
                let log = place.log.display();
                return Err(format!("the database does not answer ({error}); see {log}"));
            }
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn create_database(place: &Place) -> Result<(), String> {
    let text = |error: tokio_postgres::Error| crate::database::describe(&error);
    let (client, connection) = config(place, "postgres").connect(NoTls).await.map_err(text)?;
    tokio::spawn(connection);
    let known = "SELECT FROM pg_database WHERE datname = $1";
    if client.query_opt(known, &[&NAME]).await.map_err(text)?.is_none() {
        client.batch_execute(&format!("CREATE DATABASE {NAME}")).await.map_err(text)?;
    }
    Ok(())
}

/// Starts the server again whenever it is gone and nobody asked it to go.
async fn supervise(place: Place, mut server: Server, stopping: Arc<AtomicBool>) {
    while !stopping.load(Ordering::Relaxed) {
        if running(&place).is_none() {
            tracing::error!("the database is gone; starting it again");
        }
        if let Err(error) = server.ensure(&place) {
            tracing::error!(%error, "the database could not be started");
        }
        sleep(Duration::from_millis(250)).await;
    }
}
