//! The database as the whole program sees it: a pool, migrations, and the lock of the one writer.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use domain::Catalogue;
use sha2::{Digest, Sha256};
use tokio_postgres::{Client, Config, NoTls};

/// Every migration there is, in order: number, name, text.
const MIGRATIONS: [(i32, &str, &str); 6] = [
    (1, "journal", include_str!("../../migrations/0001_journal.sql")),
    (2, "read", include_str!("../../migrations/0002_read.sql")),
    (3, "vault", include_str!("../../migrations/0003_vault.sql")),
    (4, "courier", include_str!("../../migrations/0004_courier.sql")),
    (5, "sandbox", include_str!("../../migrations/0005_sandbox.sql")),
    (6, "partner", include_str!("../../migrations/0006_partner.sql")),
];

const MIGRATIONS_TABLE: &str = "CREATE TABLE IF NOT EXISTS quittance_migrations (
    number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now())";
/// One number for all programs that migrate or write: "quittance" in nobody's other use.
const LOCK: i64 = 0x7175_6974;

/// A pool over this database.
pub(crate) fn pool(config: &Config, connections: usize) -> Result<Pool, String> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config.clone(), NoTls, recycling);
    Pool::builder(manager)
        .max_size(connections)
        .wait_timeout(Some(Duration::from_secs(5)))
        .create_timeout(Some(Duration::from_secs(5)))
        .runtime(deadpool_postgres::Runtime::Tokio1)
        .build()
        .map_err(|error| error.to_string())
}

/// Brings the schema up to date, each migration in a transaction of its own. A migration that was
/// edited after it ran is refused.
pub(crate) async fn migrate(pool: &Pool) -> Result<usize, String> {
    let text = |error: tokio_postgres::Error| describe(&error);
    let mut client = pool.get().await.map_err(|error| error.to_string())?;
    let mut ran = 0;
    for (number, name, sql) in MIGRATIONS {
        let digest: [u8; 32] = Sha256::digest(sql.as_bytes()).into();
        let digest = journal::Hash(digest).to_string();
        let transaction = client.transaction().await.map_err(text)?;
        transaction
            .execute("SELECT pg_advisory_xact_lock($1)", &[&(LOCK + 1)])
            .await
            .map_err(text)?;
        transaction.batch_execute(MIGRATIONS_TABLE).await.map_err(text)?;
        let known = "SELECT sha256 FROM quittance_migrations WHERE number = $1";
        if let Some(row) = transaction.query_opt(known, &[&number]).await.map_err(text)? {
            if row.get::<_, String>(0) != digest {
                return Err(format!("migration {number} ({name}) was changed after it ran"));
            }
            continue;
        }
        transaction.batch_execute(sql).await.map_err(text)?;
        let note = "INSERT INTO quittance_migrations (number, name, sha256) VALUES ($1, $2, $3)";
        transaction.execute(note, &[&number, &name, &digest]).await.map_err(text)?;
        transaction.commit().await.map_err(text)?;
        ran += 1;
    }
    Ok(ran)
}

/// Writes the catalogue where dashboards look for exponents.
pub(crate) async fn keep_assets(pool: &Pool, catalogue: &Catalogue) -> Result<(), String> {
    let client = pool.get().await.map_err(|error| error.to_string())?;
    let upsert = "INSERT INTO read.assets (asset, exponent, name, network) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (asset) DO UPDATE SET name = excluded.name, network = excluded.network";
    for asset in catalogue.iter() {
        let (id, exponent) = (asset.id.to_string(), i16::from(asset.exponent));
        let kept = client.execute(upsert, &[&id, &exponent, &asset.name, &asset.network]).await;
        kept.map_err(|error| describe(&error))?;
    }
    Ok(())
}

/// Waits until no other program writes these books; the lock lasts as long as the connection. It
/// only keeps two programs from deposing each other in turn; what makes writing safe is the epoch.
pub(crate) async fn become_writer(config: &Config) -> Result<Client, String> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| describe(&error))?;
    tokio::spawn(connection);
    let mut told = false;
    loop {
        let row = client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]).await;
        if row.map_err(|error| describe(&error))?.get(0) {
            return Ok(client);
        }
        if !told {
            tracing::warn!("another program writes these books; standing by to take over");
            told = true;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// A database error with what the database said.
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{}: {}", said.code().code(), said.message()),
        None => error.to_string(),
    }
}
