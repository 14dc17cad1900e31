//! From the log to the state: every record is checked against the chain, decoded and folded.

use std::sync::Arc;
use std::time::Duration;

use domain::{State, Stream, Timestamp};
use indicatif::{ProgressBar, ProgressStyle};

use crate::keys::Keys;
use crate::{Envelope, Fact, Failure, Journal, Record, Seal, decode};

/// Records per read.
const PAGE: usize = 4_000;

/// A record that cannot be what the ledger wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("position {position}: {reason}")]
pub struct Corrupt {
    /// Where.
    pub position: u64,
    /// What is wrong.
    pub reason: String,
}

/// Everything the sequencer knows of the log at some position.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The books.
    pub state: State,
    /// The end of the chain.
    pub seal: Seal,
    /// The time of the last record; time in the log never goes back.
    pub last_at: Timestamp,
    pub(crate) keys: Keys,
}

impl Ledger {
    /// Takes in the next record of the log, or says why it cannot be the next.
    pub fn follow(&mut self, record: &Record) -> Result<Fact, Corrupt> {
        let corrupt = |reason: String| Corrupt { position: record.position, reason };
        self.seal.follow(record).map_err(|reason| corrupt(reason.to_owned()))?;
        if record.recorded_at < self.last_at {
            return Err(corrupt("the time goes back".to_owned()));
        }
        let event =
            decode(&record.kind, &record.payload).map_err(|bad| corrupt(bad.to_string()))?;
        let stream: Stream =
            record.stream.parse().map_err(|_| corrupt("the stream is malformed".to_owned()))?;
        if event.stream() != stream {
            return Err(corrupt("the event is about another stream".to_owned()));
        }
        if record.revision != self.state.revision(&stream).saturating_add(1) {
            return Err(corrupt("the revision is not the next one of its stream".to_owned()));
        }
        let envelope = envelope(&record.meta).map_err(corrupt)?;
        self.take(&event, &envelope, record);
        Ok(Fact { position: record.position, recorded_at: record.recorded_at, event })
    }

    /// Takes in a record that was made from this very ledger.
    pub(crate) fn take(&mut self, event: &domain::Event, envelope: &Envelope, record: &Record) {
        self.state.evolve(event);
        self.keys.note(envelope, record.position);
        self.last_at = record.recorded_at;
        self.seal = Seal { position: record.position, hash: record.hash };
    }
}

/// What the ledger needs of an envelope: its idempotency key. Most have none, and reading them
/// would be a tenth of a replay.
fn envelope(meta: &[u8]) -> Result<Envelope, String> {
    const MEMBER: &[u8] = b"\"idempotency\"";
    if !meta.windows(MEMBER.len()).any(|window| window == MEMBER) {
        return Ok(Envelope::default());
    }
    serde_json::from_slice(meta).map_err(|error| format!("the meta is not an envelope: {error}"))
}

/// How a replay shows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// With a progress bar, if it takes long and somebody looks.
    Shown,
    /// Without a word.
    Silent,
}

/// Folds the whole log; `each` sees every fact in order.
pub async fn replay<J: Journal>(
    journal: &Arc<J>,
    shown: Replay,
    mut each: impl FnMut(&Fact),
) -> Result<Ledger, Failure> {
    let head = journal.head().await?;
    let bar = bar(shown, head.position);
    let mut ledger = Ledger::default();
    let mut page = journal.read(0, PAGE).await?;
    while let Some(last) = page.last().map(|record| record.position) {
        // The next page comes in on another core while this one is folded.
        let next = tokio::spawn({
            let journal = journal.clone();
            async move { journal.read(last, PAGE).await }
        });
        for record in &page {
            let fact = ledger.follow(record);
            each(&fact.map_err(|corrupt| Failure::Corrupt(corrupt.to_string()))?);
        }
        bar.set_position(last);
        let broken = |error: tokio::task::JoinError| Failure::Unavailable(error.to_string());
        page = next.await.map_err(broken)??;
    }
    bar.finish_and_clear();
    if ledger.seal.position < head.position {
        let (end, head) = (ledger.seal.position, head.position);
        return Err(Failure::Corrupt(format!("the log ends at {end} and its head is {head}")));
    }
    Ok(ledger)
}

fn bar(shown: Replay, length: u64) -> ProgressBar {
    if shown == Replay::Silent {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("replay {bar:40} {pos}/{len} events, {per_sec}, {eta}");
    let bar = ProgressBar::new(length);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
