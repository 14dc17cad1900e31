//! Rows to records.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::Timestamp;
use tokio_postgres::Row;

use crate::{Failure, Hash, Record};

/// The columns [`record_of`] reads, by name.
pub const READ_COLUMNS: &str =
    "position, stream, revision, type, recorded_at, payload, meta, leaf, hash";

/// The record in a row that has [`READ_COLUMNS`].
pub fn record_of(row: &Row) -> Result<Record, Failure> {
    read(row).ok_or_else(|| {
        let place = row.try_get::<_, i64>("position").unwrap_or_default();
        Failure::Corrupt(format!("the row at position {place} is malformed"))
    })
}

fn read(row: &Row) -> Option<Record> {
    let number = |index: usize| row.try_get::<_, i64>(index).ok()?.try_into().ok();
    let hash = |index: usize| Hash::try_from(row.try_get::<_, &[u8]>(index).ok()?).ok();
    Some(Record {
        position: number(0)?,
        stream: row.try_get(1).ok()?,
        revision: number(2)?,
        kind: row.try_get(3).ok()?,
        recorded_at: timestamp(row.try_get(4).ok()?),
        payload: row.try_get(5).ok()?,
        meta: row.try_get(6).ok()?,
        leaf: hash(7)?,
        hash: hash(8)?,
    })
}

/// PostgreSQL keeps microseconds, as we do: nothing is lost in either direction.
pub(super) fn system_time(time: Timestamp) -> SystemTime {
    let micros = Duration::from_micros(time.micros().unsigned_abs());
    if time.micros() < 0 { UNIX_EPOCH - micros } else { UNIX_EPOCH + micros }
}

fn timestamp(time: SystemTime) -> Timestamp {
    let micros = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(match time.duration_since(UNIX_EPOCH) {
        Ok(after) => micros(after),
        Err(before) => micros(before.duration()).saturating_neg(),
    })
}
