//! The only writer. One task owns the state; commands queue up, are decided in order, and whatever
//! has queued while the last append was under way goes into the next one: no timer, no locks, and a
//! lone command commits at once. Nothing leaves before it is durable.

mod batch;
mod handle;

use std::sync::Arc;
use std::time::Duration;

use domain::{Catalogue, Command, Context, Event, Refusal, State, fees};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub use handle::{Facts, Handle, Rejection};

use crate::replay::{Ledger, Replay, replay};
use crate::settle::{Settled, append_surely};
use crate::{Clock, Fact, Failure, Journal, Lease};
use batch::Batching;
use handle::Queued;

/// What decides; [`decide_purely`] but in tests.
pub type Decide = fn(&State, &Context<'_>, &Command) -> Result<Vec<Event>, Refusal>;

/// The rules of the domain.
pub fn decide_purely(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    domain::decide(state, context, command)
}

/// Sees every fact in order: at start-up those of the log, then each batch once it is durable and
/// before its callers are answered.
pub trait Observer: Send + Sync + 'static {
    /// Takes in a fact.
    fn see(&self, fact: &Fact);
}

/// How the sequencer runs.
#[derive(Clone)]
pub struct Settings {
    /// Most commands waiting; one more is turned away.
    pub queue: usize,
    /// Most commands in one append.
    pub batch_commands: usize,
    /// Most bytes in one append; the command that passes it is the last.
    pub batch_bytes: usize,
    /// How long an append in doubt is tried again.
    pub patience: Duration,
    /// What a conversion costs.
    pub fees: fees::Schedule,
    /// What a call of the partner API costs.
    pub calls: fees::Calls,
    /// What there are books in.
    pub catalogue: Arc<Catalogue>,
    /// Where facts get their time.
    pub clock: Clock,
    /// The rules.
    pub decide: Decide,
    /// Does the replay show a progress bar?
    pub shown: Replay,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue: 10_000,
            batch_commands: 1_000,
            batch_bytes: 1024 * 1024,
            patience: Duration::from_secs(60),
            fees: fees::Schedule::default(),
            calls: fees::Calls::default(),
            catalogue: Arc::default(),
            clock: Clock::default(),
            decide: decide_purely,
            shown: Replay::Silent,
        }
    }
}

/// Why the sequencer ended. The log is the truth: open it again to go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// All handles were dropped and everything accepted is durable.
    #[error("the sequencer was closed")]
    Closed,
    /// Another writer has taken over.
    #[error("another writer has taken over the log")]
    Deposed,
    /// The log failed for longer than the patience.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// The task that owns the state.
pub struct Sequencer<J> {
    journal: Arc<J>,
    settings: Settings,
    observers: Vec<Arc<dyn Observer>>,
    lease: Lease,
    ledger: Ledger,
    queue: mpsc::Receiver<Queued>,
    head: watch::Sender<u64>,
}

/// A batch on its way to the log.
type Inflight = Option<(JoinHandle<Settled>, Batching)>;

impl<J: Journal> Sequencer<J> {
    /// Takes over the log and replays it; run the sequencer to have commands answered.
    pub async fn open(
        journal: Arc<J>,
        settings: Settings,
        observers: Vec<Arc<dyn Observer>>,
    ) -> Result<(Self, Handle), Failure> {
        let (lease, _) = journal.acquire().await?;
        let ledger = replay(&journal, settings.shown, |fact| {
            observers.iter().for_each(|observer| observer.see(fact));
        })
        .await?;
        let (sender, queue) = mpsc::channel(settings.queue);
        let (head, watched) = watch::channel(ledger.seal.position);
        let handle = Handle::new(sender, watched, head.clone());
        Ok((Self { journal, settings, observers, lease, ledger, queue, head }, handle))
    }

    /// Answers commands until every handle is gone, the log fails or another writer takes over.
    pub async fn run(mut self) -> Stopped {
        let mut inflight: Inflight = None;
        let mut next = Batching::default();
        let mut arrived = Vec::new();
        let mut open = true;
        while open || inflight.is_some() || !next.is_empty() {
            let room = next.room(&self.settings);
            tokio::select! {
                biased;
                settled = landed(&mut inflight), if inflight.is_some() => {
                    let Some((_, batch)) = inflight.take() else { continue };
                    match settled {
                        Settled::Appended => {
                            // The database works on the next batch while this one's callers hear.
                            inflight = self.launch(&mut next);
                            self.publish(&batch);
                            batch.answer(self.journal.as_ref()).await;
                        }
                        Settled::Conflict => {
                            if let Err(failure) = self.start_over(batch, &mut next).await {
                                return Stopped::Failed(failure);
                            }
                        }
                        Settled::Fenced => return Stopped::Deposed,
                        Settled::Failed(failure) => return Stopped::Failed(failure),
                    }
                }
                count = self.queue.recv_many(&mut arrived, room.max(1)), if open && room > 0 => {
                    open = count > 0;
                    arrived.drain(..).for_each(|queued| self.decide(&mut next, queued));
                }
            }
            if inflight.is_none() {
                inflight = self.launch(&mut next);
            }
            if inflight.is_none() && !next.is_empty() {
                // Nothing to append, and nothing under way that it could rest on.
                std::mem::take(&mut next).answer(self.journal.as_ref()).await;
            }
        }
        Stopped::Closed
    }

    /// Decides a command on the state that all before it have left.
    fn decide(&mut self, batch: &mut Batching, queued: Queued) {
        let now = self.settings.clock.now().max(self.ledger.last_at);
        batch.decide(queued, &mut self.ledger, &self.settings, now);
    }

    /// Sends a batch to the log, if it has anything to append.
    fn launch(&mut self, next: &mut Batching) -> Inflight {
        let records = next.take_records()?;
        let (lease, patience) = (self.lease, self.settings.patience);
        let journal = self.journal.clone();
        metrics::histogram!("sequencer_batch_events").record(as_metric(records.records.len()));
        let append = tokio::spawn(async move {
            append_surely(journal.as_ref(), lease, &records, patience).await
        });
        Some((append, std::mem::take(next)))
    }

    /// The log has moved on without us: what was decided on the old state is decided again, in order.
    async fn start_over(&mut self, batch: Batching, next: &mut Batching) -> Result<(), Failure> {
        metrics::counter!("sequencer_conflicts_total").increment(1);
        let again = batch.into_queued().chain(std::mem::take(next).into_queued());
        let again: Vec<_> = again.collect();
        self.reload().await?;
        again.into_iter().for_each(|queued| self.decide(next, queued));
        Ok(())
    }

    /// What is durable becomes visible.
    fn publish(&self, batch: &Batching) {
        for fact in batch.facts() {
            self.observers.iter().for_each(|observer| observer.see(fact));
        }
        if let Some(last) = batch.facts().last() {
            self.head.send_if_modified(|seen| {
                let moved = last.position > *seen;
                *seen = last.position.max(*seen);
                moved
            });
        }
    }

    /// Somebody appended under our epoch (a restored backup, an operator's hand): the log is right.
    async fn reload(&mut self) -> Result<(), Failure> {
        let seen = *self.head.borrow();
        let observers = &self.observers;
        self.ledger = replay(&self.journal, Replay::Silent, |fact| {
            if fact.position > seen {
                observers.iter().for_each(|observer| observer.see(fact));
            }
        })
        .await?;
        Ok(())
    }
}

/// Waits for the append under way.
async fn landed(inflight: &mut Inflight) -> Settled {
    let Some((append, _)) = inflight else { return std::future::pending().await };
    append.await.unwrap_or_else(|broken| {
        Settled::Failed(Failure::Unavailable(format!("the append task died: {broken}")))
    })
}

/// A count as the metrics library wants it.
#[expect(clippy::cast_precision_loss, reason = "a histogram of batch sizes is no money")]
fn as_metric(count: usize) -> f64 {
    count as f64
}
