//! A conversion turns received Stars into another currency in three phases
//! (`stars.md` §2 and §3.2). Each phase is one event that posts its own transfers; a failure posts
//! what undoes them. Nothing is ever edited.

mod command;
mod decide;
mod event;
pub(crate) mod legs;
#[cfg(test)]
mod tests;

pub use command::{Command, Create, Refusal, Step};
pub(crate) use decide::decide;
pub use event::{Committed, Completed, Confirmed, Created, Event, Failed, Prepared, RateLocked};

use crate::{Amount, MerchantId, Name, PaymentId, RateLockId};

/// What decisions need to know of a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Whose.
    pub merchant_id: MerchantId,
    /// In the order of the request.
    pub payment_ids: Vec<PaymentId>,
    /// Units: base units of `STARS`.
    pub source_amount: Amount,
    /// To what.
    pub target: Name,
    /// Units: base units of the target.
    pub target_amount: Amount,
    /// Telegram's share of the source. Units: base units of `STARS`.
    pub telegram_fee: Amount,
    /// Fragment's share of the source. Units: base units of `STARS`.
    pub fragment_fee: Amount,
    /// The lock it uses.
    pub rate_lock_id: Option<RateLockId>,
    /// The hash of the target's transaction, once submitted.
    pub ton_tx_hash: Option<String>,
    /// Where it stands.
    pub status: Status,
}

/// Where a conversion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Created; the Stars are held.
    Pending,
    /// The promised rate was applied.
    RateLocked,
    /// The payments were verified.
    Prepared,
    /// Submitted to Fragment.
    Committed,
    /// The target currency arrived.
    Confirmed,
    /// Spendable. The end.
    Completed,
    /// Undone. The end.
    Failed,
}

impl Status {
    /// All seven, in order.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::RateLocked,
        Self::Prepared,
        Self::Committed,
        Self::Confirmed,
        Self::Completed,
        Self::Failed,
    ];

    /// As the API and the tables say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RateLocked => "rate_locked",
            Self::Prepared => "phase1_prepared",
            Self::Committed => "phase2_committed",
            Self::Confirmed => "phase3_confirmed",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Is this the end?
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

impl Conversion {
    pub(crate) fn created(event: &Created) -> Self {
        Self {
            merchant_id: event.merchant_id,
            payment_ids: event.payment_ids.clone(),
            source_amount: event.source_amount,
            target: event.target,
            target_amount: event.target_amount,
            telegram_fee: event.telegram_fee,
            fragment_fee: event.fragment_fee,
            rate_lock_id: event.rate_lock_id,
            ton_tx_hash: None,
            status: Status::Pending,
        }
    }

    pub(crate) fn evolve(&mut self, event: &Event) {
        self.status = match event {
            Event::Created(_) => Status::Pending,
            Event::RateLocked(_) => Status::RateLocked,
            Event::Prepared(_) => Status::Prepared,
            Event::Committed(committed) => {
                self.ton_tx_hash = Some(committed.ton_tx_hash.clone());
                Status::Committed
            }
            Event::Confirmed(_) => Status::Confirmed,
            Event::Completed(_) => Status::Completed,
            Event::Failed(_) => Status::Failed,
        };
    }

    /// The step that comes next, if it is not at an end.
    pub const fn next(&self) -> Option<Status> {
        match self.status {
            Status::Pending if self.rate_lock_id.is_some() => Some(Status::RateLocked),
            Status::Pending | Status::RateLocked => Some(Status::Prepared),
            Status::Prepared => Some(Status::Committed),
            Status::Committed => Some(Status::Confirmed),
            Status::Confirmed => Some(Status::Completed),
            Status::Completed | Status::Failed => None,
        }
    }
}
