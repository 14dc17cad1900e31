//! One append in the making: commands decided, records sealed, callers waiting.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Context, Event, Refusal, Timestamp};

use super::Settings;
use super::handle::{Facts, Queued, Rejection};
use crate::keys::Use;
use crate::replay::Ledger;
use crate::{Batch, EVENT_BYTES_MAX, Fact, Failure, Journal, Record, encode};

/// What a caller will be told once everything before it is durable.
enum Answer {
    /// The next so many facts of this batch.
    Caused(usize),
    /// The facts of an earlier use of the key.
    Repeated(Use),
    /// No.
    Rejected(Rejection),
}

/// Commands that will be appended together, in the order they were decided.
#[derive(Default)]
pub(super) struct Batching {
    waiting: Vec<(Queued, Answer)>,
    facts: Vec<Fact>,
    records: Vec<Record>,
    bytes: usize,
}

impl Batching {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// How many more commands fit.
    pub(super) fn room(&self, settings: &Settings) -> usize {
        if self.bytes >= settings.batch_bytes {
            return 0;
        }
        settings.batch_commands.saturating_sub(self.waiting.len())
    }

    /// The records as the journal takes them, if there are any; the facts stay to be answered from.
    pub(super) fn take_records(&mut self) -> Option<Batch> {
        let expected = self.records.first()?.position.saturating_sub(1);
        Some(Batch { expected, records: std::mem::take(&mut self.records) })
    }

    pub(super) fn decide(
        &mut self,
        queued: Queued,
        ledger: &mut Ledger,
        settings: &Settings,
        now: Timestamp,
    ) {
        let answer = self.answer_to(&queued, ledger, settings, now);
        self.waiting.push((queued, answer.unwrap_or_else(Answer::Rejected)));
    }

    fn answer_to(
        &mut self,
        queued: &Queued,
        ledger: &mut Ledger,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Answer, Rejection> {
        let key = queued.envelope.idempotency.as_ref();
        if let Some((key, used)) =
            key.and_then(|key| Some((key, ledger.keys.find(&queued.envelope, key)?)))
        {
            let same = used.fingerprint == key.fingerprint;
            return if same {
                Ok(Answer::Repeated(used.clone()))
            } else {
                Err(Rejection::KeyReused)
            };
        }
        let (fees, calls) = (&settings.fees, &settings.calls);
        let context = Context { now, fees, calls, catalogue: &settings.catalogue };
        // The state is only read here, so a panic leaves it as it was.
        let decided = catch_unwind(AssertUnwindSafe(|| {
            (settings.decide)(&ledger.state, &context, &queued.command)
        }));
        let events = decided.unwrap_or_else(|_| {
            tracing::error!(command = ?queued.command, "a decision panicked; refused");
            metrics::counter!("sequencer_panics_total").increment(1);
            Err(Refusal::Undecidable)
        })?;
        self.append(queued, events, ledger, now)
    }

    /// Encodes all events of a command before the first of them touches the state.
    fn append(
        &mut self,
        queued: &Queued,
        events: Vec<Event>,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<Answer, Rejection> {
        let corrupt = |error: String| Rejection::Failed(Failure::Corrupt(error));
        let meta =
            serde_json::to_vec(&queued.envelope).map_err(|error| corrupt(error.to_string()))?;
        let encoded: Vec<_> = events
            .iter()
            .map(encode)
            .collect::<Result<_, _>>()
            .map_err(|error| corrupt(error.to_string()))?;
        if let Some((_, largest)) = encoded.iter().max_by_key(|(_, payload)| payload.len()) {
            let bytes = largest.len().saturating_add(meta.len());
            if bytes > EVENT_BYTES_MAX {
                return Err(Rejection::Failed(Failure::TooLarge { bytes }));
            }
        }
        let count = events.len();
        for (event, (kind, payload)) in events.into_iter().zip(encoded) {
            let stream = event.stream();
            let mut record = Record {
                position: 0,
                stream: stream.to_string(),
                revision: ledger.state.revision(&stream).saturating_add(1),
                kind,
                recorded_at: now,
                payload,
                meta: meta.clone(),
                leaf: crate::Hash::default(),
                hash: crate::Hash::default(),
            };
            ledger.seal.seal(&mut record);
            ledger.take(&event, &queued.envelope, &record);
            self.bytes = self.bytes.saturating_add(record.payload.len() + record.meta.len());
            let (position, recorded_at) = (record.position, record.recorded_at);
            self.facts.push(Fact { position, recorded_at, event });
            self.records.push(record);
        }
        Ok(Answer::Caused(count))
    }

    /// Everything this batch rests on is durable: tells the callers.
    pub(super) async fn answer<J: Journal>(self, journal: &J) {
        // Every fact was caused by one command, and both are in order.
        let mut facts = self.facts.into_iter();
        for (queued, answer) in self.waiting {
            let told = match answer {
                Answer::Caused(count) => {
                    let facts = facts.by_ref().take(count).collect();
                    Ok(Facts { facts, replayed: false })
                }
                Answer::Repeated(used) => again(journal, &used).await,
                Answer::Rejected(rejection) => Err(rejection),
            };
            // A caller that has gone away does not change what happened.
            let _ = queued.reply.send(told);
        }
    }

    /// The commands, to be decided again from the start.
    pub(super) fn into_queued(self) -> impl Iterator<Item = Queued> {
        self.waiting.into_iter().map(|(queued, _)| queued)
    }
}

/// The facts of the first use, from the log.
async fn again<J: Journal>(journal: &J, used: &Use) -> Result<Facts, Rejection> {
    let count = usize::try_from(used.count).unwrap_or(usize::MAX);
    let records = journal.read(used.first.saturating_sub(1), count).await?;
    let facts = records.iter().map(|record| {
        let event = crate::decode(&record.kind, &record.payload)
            .map_err(|error| Failure::Corrupt(error.to_string()))?;
        Ok(Fact { position: record.position, recorded_at: record.recorded_at, event })
    });
    Ok(Facts { facts: facts.collect::<Result<_, Failure>>()?, replayed: true })
}
