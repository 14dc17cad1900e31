//! The callers' side of the sequencer.

use domain::{Command, Event, Refusal, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use crate::{Envelope, Fact, Failure};

/// A command waiting for its turn.
pub(super) struct Queued {
    pub(super) command: Command,
    pub(super) envelope: Envelope,
    pub(super) reply: oneshot::Sender<Result<Facts, Rejection>>,
}

/// What a command caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// In order; empty if it was so already.
    pub facts: Vec<Fact>,
    /// Were they caused by an earlier use of the same idempotency key?
    pub replayed: bool,
}

impl Facts {
    /// The position of the last fact.
    pub fn position(&self) -> Option<u64> {
        self.facts.last().map(|fact| fact.position)
    }

    /// The first fact and its time.
    pub fn first(&self) -> Option<(&Event, Timestamp)> {
        self.facts.first().map(|fact| (&fact.event, fact.recorded_at))
    }
}

/// Why a command had no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The books say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// An accident. After [`Failure::Unavailable`] the command may yet take effect.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Hands commands to the sequencer.
#[derive(Debug, Clone)]
pub struct Handle {
    queue: mpsc::Sender<Queued>,
    head: watch::Receiver<u64>,
    moves: watch::Sender<u64>,
}

impl std::fmt::Debug for Queued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.command.fmt(f)
    }
}

impl Handle {
    pub(super) fn new(
        queue: mpsc::Sender<Queued>,
        head: watch::Receiver<u64>,
        moves: watch::Sender<u64>,
    ) -> Self {
        Self { queue, head, moves }
    }

    /// A handle to nothing: every command fails. For programs that only describe the APIs.
    pub fn closed() -> Self {
        let (head, watched) = watch::channel(0);
        Self::new(mpsc::channel(1).0, watched, head)
    }

    /// Has the command decided and made durable. A full queue turns it away before it is accepted.
    pub async fn execute(&self, command: Command, envelope: Envelope) -> Result<Facts, Rejection> {
        let (reply, answer) = oneshot::channel();
        let queued = Queued { command, envelope, reply };
        if let Err(error) = self.queue.try_send(queued) {
            metrics::counter!("sequencer_turned_away_total").increment(1);
            return Err(Rejection::Failed(match error {
                mpsc::error::TrySendError::Full(_) => Failure::Busy,
                mpsc::error::TrySendError::Closed(_) => closed(),
            }));
        }
        answer.await.unwrap_or_else(|_| Err(Rejection::Failed(closed())))
    }

    /// The last durable position, and news of it.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.head.clone()
    }

    /// Lets another source of news (the database's notifications) move the head as well.
    pub fn head_sender(&self) -> watch::Sender<u64> {
        self.moves.clone()
    }
}

fn closed() -> Failure {
    Failure::Unavailable("the sequencer has stopped".to_owned())
}
