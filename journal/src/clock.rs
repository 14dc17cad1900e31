//! The server's clock: the system's, moved forward by what the sandbox asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::Timestamp;

/// Shared by everything that needs the time, so that all of it moves together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that runs ahead of the system's.
    pub fn ahead_by(seconds: i64) -> Self {
        Self { offset_seconds: Arc::new(AtomicI64::new(seconds)) }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(micros).plus_seconds(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// Moves it forward; returns how far it is ahead of the system's. Units: seconds.
    pub fn advance(&self, seconds: u32) -> i64 {
        let seconds = i64::from(seconds);
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed).saturating_add(seconds)
    }
}
