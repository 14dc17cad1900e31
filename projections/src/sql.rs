//! Between Rust and SQL types. Amounts travel as text, because `numeric` holds what no machine
//! integer of the driver does.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Amount, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

use crate::Error;

/// A time as `timestamptz`.
pub(crate) fn time(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(time.micros()).unwrap_or_default())
}

/// A time from `timestamptz`.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A position as `bigint`.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Parameters of a statement.
pub(crate) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A row being read; every failure names the table.
pub(crate) struct Reader<'a> {
    pub(crate) row: &'a Row,
    pub(crate) table: &'static str,
}

impl<'a> Reader<'a> {
    pub(crate) fn get<T: FromSql<'a>>(&self, column: &str) -> Result<T, Error> {
        self.row.try_get(column).map_err(|_| Error::Malformed(self.table))
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, Error> {
        Ok(timestamp(self.get(column)?))
    }

    pub(crate) fn position(&self, column: &str) -> Result<u64, Error> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| Error::Malformed(self.table))
    }

    /// A text column that parses to something.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, column: &str) -> Result<T, Error> {
        self.get::<&str>(column)?.parse().map_err(|_| Error::Malformed(self.table))
    }

    pub(crate) fn amount(&self, column: &str) -> Result<Amount, Error> {
        self.parsed(column)
    }
}
