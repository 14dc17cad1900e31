//! One PostgreSQL for all tests: the gateway's own, started once and stopped by a watchdog when this
//! process is gone. Each test gets a database in it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use deadpool_postgres::{Manager, Pool};
use tokio::sync::OnceCell;
use tokio_postgres::{Config, NoTls};

use super::program;

/// Runs the gateway as long as its parent lives, then stops it and cleans up.
const WATCHDOG: &str = r#"parent=$PPID
"$0" --listen 127.0.0.1:0 --data "$1" &
child=$!
while kill -0 $parent 2>/dev/null; do sleep 0.5; done
kill $child; wait $child; rm -rf "$1""#;

/// A database of the test's own.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) config: Config,
    pub(crate) pool: Pool,
}

async fn host() -> &'static str {
    static HOST: OnceCell<String> = OnceCell::const_new();
    #[expect(clippy::zombie_processes, reason = "it outlives this process, to clean up after it")]
    HOST.get_or_init(|| async {
        let data: PathBuf = std::env::temp_dir().join(format!("qh-{}", std::process::id()));
        let mut child = Command::new("sh")
            .args(["-c", WATCHDOG])
            .arg(program("quittance"))
            .arg(&data)
            .env("QUITTANCE_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.contains("http://"), "the tests' database did not start: {first:?}");
        let url = std::fs::read_to_string(data.join("database.url")).unwrap();
        url.trim().replace(" dbname=quittance", "")
    })
    .await
}

/// A new, empty database.
pub(crate) async fn database() -> Database {
    let host = host().await;
    let name = format!("t{}", uuid::Uuid::new_v4().simple());
    let (client, connection) =
        tokio_postgres::connect(&format!("{host} dbname=quittance"), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = format!("{host} dbname={name}");
    let config: Config = url.parse().unwrap();
    let manager = Manager::new(config.clone(), NoTls);
    let pool = Pool::builder(manager).max_size(4).build().unwrap();
    Database { url, config, pool }
}

impl Database {
    /// Brings the schema in.
    pub(crate) fn migrate(&self) {
        let migrated = Command::new(program("quittance"))
            .args(["migrate", "--data"])
            .arg(std::env::temp_dir().join("qt-migrate"))
            .env("QUITTANCE_DATABASE_URL", &self.url)
            .stdout(Stdio::null())
            .status();
        assert!(migrated.unwrap().success());
    }

    /// Runs statements.
    pub(crate) async fn execute(&self, sql: &str) {
        self.pool.get().await.unwrap().batch_execute(sql).await.unwrap();
    }

    /// The first column of every row, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.pool.get().await.unwrap().query(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}
