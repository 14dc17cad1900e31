//! The log for readers: by stream and type, page by page.

use deadpool_postgres::Pool;

use super::{record_of, signed, unavailable};
use crate::{Failure, Record};

pub(super) const BROWSE: &str = include_str!("browse.sql");

/// Which records.
#[derive(Debug, Clone, Default)]
pub struct Browse {
    /// After this position.
    pub after: u64,
    /// Of this stream only.
    pub stream: Option<String>,
    /// Of this type only.
    pub kind: Option<String>,
    /// At most so many.
    pub limit: i64,
}

/// The records that match, in order.
pub async fn browse(pool: &Pool, wanted: &Browse) -> Result<Vec<Record>, Failure> {
    let client = pool.get().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
    let statement = client.prepare_cached(BROWSE).await.map_err(unavailable)?;
    let Browse { after, stream, kind, limit } = wanted;
    let rows = client.query(&statement, &[&signed(*after), stream, kind, limit]).await;
    rows.map_err(unavailable)?.iter().map(record_of).collect()
}
