//! Instants without a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An instant in UTC. Units: microseconds since 1970. Shape: `2026-11-21T14:00:00.000000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Later by whole seconds; stays at the end of time instead of passing it.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// `2025-11-12T18:00:00Z`: whole seconds, rounded down.
    pub fn rfc3339_seconds(self) -> String {
        format!("{:.0}", Self(self.seconds().saturating_mul(1_000_000)).calendar())
    }

    /// `2025-01-07T12:00:00.000Z`: milliseconds, rounded down.
    pub fn rfc3339_millis(self) -> String {
        format!("{:.3}", Self(self.millis().saturating_mul(1_000)).calendar())
    }

    /// The day in UTC. Shape: `2026-11-21`.
    pub fn day(self) -> String {
        self.calendar().to_string().chars().take(10).collect()
    }

    fn calendar(self) -> jiff::Timestamp {
        let latest = jiff::Timestamp::MAX.as_microsecond();
        let earliest = jiff::Timestamp::MIN.as_microsecond();
        jiff::Timestamp::from_microsecond(self.0.clamp(earliest, latest)).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.calendar())
    }
}

/// The text is not an RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written like 2026-11-21T14:00:00Z")]
pub struct BadTimestamp;

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| BadTimestamp)?;
        Ok(Self(instant.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
