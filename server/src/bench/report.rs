//! What was measured, as a table and as JSON.

#![expect(clippy::cast_precision_loss, reason = "measurements are no money")]

use std::fmt::Write as _;

use serde_json::{Value, json};

/// One measurement.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// `in process` or `http`.
    pub(crate) what: &'static str,
    pub(crate) callers: usize,
    pub(crate) merchants: usize,
    /// Commands that were answered, and how long it took.
    pub(crate) commands: u64,
    pub(crate) seconds: f64,
    /// Sorted latencies. Units: microseconds.
    pub(crate) latencies: Vec<u32>,
    pub(crate) appends: u64,
    /// The furthest the read models were behind. Units: milliseconds until caught up.
    pub(crate) lag_ms: u64,
    pub(crate) bytes_per_event: u64,
}

impl Row {
    fn rate(&self) -> f64 {
        as_f64(self.commands) / self.seconds
    }

    /// Every payment is one event.
    fn batch(&self) -> f64 {
        as_f64(self.commands) / as_f64(self.appends.max(1))
    }

    fn percentile(&self, of: usize) -> f64 {
        let index = (self.latencies.len().saturating_mul(of) / 100)
            .min(self.latencies.len().saturating_sub(1));
        self.latencies.get(index).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }
}

/// The same append statement with nothing around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw {
    pub(crate) batch: usize,
    pub(crate) events_per_second: f64,
}

/// Everything of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    pub(crate) raw: Vec<Raw>,
    /// Events per second from the log to the state, and how many there were.
    pub(crate) replay: Option<(f64, u64)>,
}

impl Report {
    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The batch sizes that were reached, rounded, without repetition.
    pub(crate) fn batches(&self) -> Vec<usize> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1000")]
        let mut all: Vec<usize> =
            self.rows.iter().map(|row| row.batch().round().max(1.0) as usize).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The raw rate at the batch size nearest to a row's.
    fn raw_at(&self, batch: f64) -> Option<f64> {
        let distance = |raw: &Raw| (raw.batch as f64 - batch).abs();
        let nearest = self.raw.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        Some(nearest.events_per_second)
    }

    fn ratio(&self, row: &Row) -> Option<f64> {
        self.raw_at(row.batch()).map(|raw| row.rate() / raw)
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::from(
            "| what | callers | merchants | commands/s | p50 ms | p99 ms | events/append | raw append events/s | ratio | read models caught up after ms | bytes/event |\n\
             |---|---|---|---|---|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            let raw = self.raw_at(row.batch()).unwrap_or_default();
            let ratio = self.ratio(row).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {:.0} | {:.2} | {:.2} | {:.1} | {raw:.0} | {ratio:.2} | {} | {} |",
                row.what,
                row.callers,
                row.merchants,
                row.rate(),
                row.percentile(50),
                row.percentile(99),
                row.batch(),
                row.lag_ms,
                row.bytes_per_event,
            );
        }
        if let Some((rate, events)) = self.replay {
            let _ = write!(text, "\nreplay: {rate:.0} events/s over {events} events");
        }
        text
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            json!({
                "what": row.what,
                "callers": row.callers,
                "merchants": row.merchants,
                "commands": row.commands,
                "commands_per_second": row.rate(),
                "events_per_second": row.rate(),
                "p50_ms": row.percentile(50),
                "p99_ms": row.percentile(99),
                "events_per_append": row.batch(),
                "raw_events_per_second": self.raw_at(row.batch()),
                "ratio": self.ratio(row),
                "caught_up_after_ms": row.lag_ms,
                "bytes_per_event": row.bytes_per_event,
            })
        });
        let raw = self
            .raw
            .iter()
            .map(|raw| json!({ "batch": raw.batch, "events_per_second": raw.events_per_second }));
        let replay = self
            .replay
            .map(|(rate, events)| json!({ "events_per_second": rate, "events": events }));
        json!({
            "rows": rows.collect::<Vec<_>>(),
            "raw": raw.collect::<Vec<_>>(),
            "replay": replay,
        })
    }
}

/// A count as a measurement.
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}
