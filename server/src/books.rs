//! The books before anything runs on them: the data folder, the database, the schema.

use std::fs::File;

use deadpool_postgres::Pool;
use rustix::fs::{FlockOperation, flock};
use tokio_postgres::Config as Postgres;

use crate::cli::say;
use crate::config::{Config, Understood};
use crate::database;
use crate::embedded::Embedded;

/// A database that is up to date, and the folder that is ours alone.
pub(crate) struct Books {
    pub(crate) understood: Understood,
    pub(crate) postgres: Postgres,
    pub(crate) pool: Pool,
    embedded: Option<Embedded>,
    _lock: Option<File>,
}

impl Books {
    /// Opens them, starting the database if it is ours to start.
    pub(crate) async fn open(config: &Config) -> Result<Self, String> {
        let understood = config.understand()?;
        std::fs::create_dir_all(&config.data)
            .map_err(|error| format!("{}: {error}", config.data.display()))?;
        let (embedded, lock, postgres) = if config.database_url.is_empty() {
            let lock = own(config)?;
            let embedded = Embedded::start(&config.data).await?;
            let postgres = embedded.config();
            (Some(embedded), Some(lock), postgres)
        } else {
            let postgres = config.database_url.parse().map_err(|e| format!("database_url: {e}"))?;
            (None, None, postgres)
        };
        let pool = database::pool(&postgres, config.reads.connections)?;
        database::migrate(&pool).await?;
        database::keep_assets(&pool, &understood.catalogue).await?;
        Ok(Self { understood, postgres, pool, embedded, _lock: lock })
    }

    /// Closes them; a database of ours is stopped.
    pub(crate) async fn close(self) -> Result<(), String> {
        self.pool.close();
        match self.embedded {
            Some(embedded) => embedded.stop().await,
            None => Ok(()),
        }
    }
}

/// One program per data folder: the lock lasts as long as the file is open.
fn own(config: &Config) -> Result<File, String> {
    let path = config.data.join("lock");
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let folder = config.data.display();
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        format!("another quittance runs on {folder}; stop it, or name another --data")
    })?;
    Ok(file)
}

/// `quittance migrate`.
pub(crate) async fn migrate(config: &Config) -> Result<(), String> {
    let books = Books::open(config).await?;
    say("the schema is up to date");
    books.close().await
}
