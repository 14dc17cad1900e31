//! Read models: plain PostgreSQL tables folded from the log, each in a folder of its own with its
//! row, its fold and its queries. Nothing here is a source of truth, and nothing here decides.

mod directory;
mod model;
mod progress;
mod pulse;
mod runner;
mod sql;

pub mod balances;
pub mod conversions;
pub mod customers;
pub mod deliveries;
pub mod deposits;
pub mod entries;
pub mod fees;
pub mod holdings;
pub mod merchants;
pub mod messages;
pub mod payment_links;
pub mod payments;
pub mod payouts;
pub mod rate_locks;
pub mod referrals;
pub mod stats_daily;
pub mod transactions;

pub use directory::{Directory, Listed};
pub use model::NAMES;
pub use progress::{Behind, Progress};
pub use pulse::{Listener, Pulse};
pub use runner::{Runner, rebuild};

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection to be had.
    #[error("no connection to the database: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The database refused or broke.
    #[error("the database failed: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The log cannot be read or is not what it should be.
    #[error(transparent)]
    Journal(#[from] journal::Failure),
    /// A row is not what its table promises.
    #[error("a row of {0} is malformed")]
    Malformed(&'static str),
    /// No read model of this name.
    #[error("there is no read model {0}")]
    UnknownModel(String),
}
