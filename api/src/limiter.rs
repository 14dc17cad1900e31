//! Requests per minute: a window of 60 s that starts with the first request in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::Timestamp;
use poem::Request;

/// How long a window is. Units: seconds.
const WINDOW_SECONDS: i64 = 60;
/// Most windows kept; when there are more, those that have ended are forgotten.
const WINDOWS_MAX: usize = 100_000;

/// Who is counted: a class of endpoints and a caller.
pub(crate) type Who = (&'static str, String);

/// Where a caller stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// When the window ends. Units: seconds since 1970.
    pub(crate) reset: i64,
    /// Has this request passed the limit?
    pub(crate) exceeded: bool,
}

impl Standing {
    /// Until the window ends. Units: whole seconds, at least 1.
    pub(crate) fn wait(&self, now: Timestamp) -> i64 {
        self.reset.saturating_sub(now.seconds()).clamp(1, WINDOW_SECONDS)
    }
}

/// Whether a request was counted, by the one who counts its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Its kind has no limit.
    Unlimited,
    /// It stands there.
    At(Standing),
}

/// Where a request's count waits for its response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted(Arc<OnceLock<Count>>);

impl Counted {
    /// Makes the place.
    pub(crate) fn prepare(request: &mut Request) -> Self {
        let counted = Self::default();
        request.extensions_mut().insert(counted.clone());
        counted
    }

    /// Puts it there, or that there is no limit; a request is counted in one class only, so the first
    /// stays.
    pub(crate) fn note(request: &Request, standing: Option<Standing>) {
        if let Some(counted) = request.extensions().get::<Self>() {
            let _ = counted.0.set(standing.map_or(Count::Unlimited, Count::At));
        }
    }

    /// What was put there; `None` if the request never reached anybody who counts.
    pub(crate) fn get(&self) -> Option<Count> {
        self.0.get().copied()
    }
}

/// Counts requests.
#[derive(Debug, Default)]
pub struct Limiter {
    windows: Mutex<HashMap<Who, (i64, u32)>>,
}

impl Limiter {
    /// Counts a request; `limit` 0 counts nothing.
    pub(crate) fn count(&self, who: Who, limit: u32, now: Timestamp) -> Option<Standing> {
        if limit == 0 {
            return None;
        }
        let now = now.seconds();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= WINDOWS_MAX {
            windows.retain(|_, (reset, _)| *reset > now);
        }
        let (reset, used) = windows.entry(who).or_insert((now + WINDOW_SECONDS, 0));
        if *reset <= now {
            (*reset, *used) = (now + WINDOW_SECONDS, 0);
        }
        *used = used.saturating_add(1);
        let remaining = limit.saturating_sub(*used);
        Some(Standing { limit, remaining, reset: *reset, exceeded: *used > limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_starts_with_the_first_request_and_ends_after_a_minute() {
        let limiter = Limiter::default();
        let count = |second: i64| {
            let now = Timestamp::from_micros(second * 1_000_000);
            let standing = limiter.count(("test", "a".into()), 2, now).unwrap();
            (standing.remaining, standing.reset, standing.exceeded)
        };
        assert_eq!(count(100), (1, 160, false));
        assert_eq!(count(130), (0, 160, false));
        assert_eq!(count(159), (0, 160, true));
        assert_eq!(count(160), (1, 220, false));
    }
}
