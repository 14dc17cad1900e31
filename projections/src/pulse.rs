//! Wakes those who wait for news of a payment link, without asking the database: it sees every fact
//! the moment it is durable. A busy log costs a silent link nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Event, PaymentLinkId};
use journal::{Fact, Observer};
use tokio::sync::watch;

/// Most who wait at once, in all.
const LISTENERS_MAX: usize = 500;
/// Most who wait for one link, so that nobody takes every place with one.
const LISTENERS_PER_LINK_MAX: usize = 20;

/// Who waits for which link.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    /// Of each link that somebody waits for, the position of its last fact.
    links: HashMap<PaymentLinkId, watch::Sender<u64>>,
    count: usize,
}

/// Somebody who waits; dropped, its place is free again.
#[derive(Debug)]
pub struct Listener {
    pulse: Arc<Pulse>,
    link: PaymentLinkId,
    news: watch::Receiver<u64>,
}

impl Pulse {
    /// A place for somebody who waits for this link; `None` if there is none.
    pub fn listen(self: &Arc<Self>, link: PaymentLinkId) -> Option<Listener> {
        let mut waiting = self.waiting();
        if waiting.count >= LISTENERS_MAX {
            return None;
        }
        let sender = waiting.links.entry(link).or_insert_with(|| watch::channel(0).0);
        if sender.receiver_count() >= LISTENERS_PER_LINK_MAX {
            return None;
        }
        let news = sender.subscribe();
        waiting.count = waiting.count.saturating_add(1);
        Some(Listener { pulse: self.clone(), link, news })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Waits until the link has a fact that was not waited for before.
    pub async fn changed(&mut self) {
        // The sender lives as long as anybody listens.
        let _ = self.news.changed().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut waiting = self.pulse.waiting();
        waiting.count = waiting.count.saturating_sub(1);
        // This one still counts.
        if waiting.links.get(&self.link).is_some_and(|sender| sender.receiver_count() <= 1) {
            waiting.links.remove(&self.link);
        }
    }
}

impl Observer for Pulse {
    fn see(&self, fact: &Fact) {
        let Event::PaymentLink(event) = &fact.event else { return };
        if let Some(sender) = self.waiting().links.get(&event.payment_link_id()) {
            sender.send_replace(fact.position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::payment_link::{Event as Link, Expired};
    use domain::{MerchantId, Timestamp};

    fn fact(link: PaymentLinkId) -> Fact {
        let expired = Expired { payment_link_id: link, merchant_id: MerchantId(link.0) };
        Fact {
            position: 7,
            recorded_at: Timestamp::default(),
            event: Event::PaymentLink(Link::Expired(expired)),
        }
    }

    #[tokio::test]
    async fn only_who_waits_for_the_link_is_woken() {
        let pulse = Arc::new(Pulse::default());
        let link = |number| PaymentLinkId(uuid::Uuid::from_u128(number));
        let (mut one, mut two) = (pulse.listen(link(1)).unwrap(), pulse.listen(link(2)).unwrap());
        pulse.see(&fact(link(1)));
        one.changed().await;
        let none = tokio::time::timeout(std::time::Duration::from_millis(20), two.changed()).await;
        assert!(none.is_err(), "another link's news");
    }

    #[test]
    fn places_are_limited_and_come_free() {
        let pulse = Arc::new(Pulse::default());
        let link = PaymentLinkId(uuid::Uuid::nil());
        let all: Vec<_> =
            (0..LISTENERS_PER_LINK_MAX).map(|_| pulse.listen(link).unwrap()).collect();
        assert!(pulse.listen(link).is_none(), "one more of the same");
        drop(all);
        assert!(pulse.waiting().links.is_empty() && pulse.waiting().count == 0);
        let others = (0..LISTENERS_MAX as u128).map(|n| PaymentLinkId(uuid::Uuid::from_u128(n)));
        let all: Vec<_> = others.map(|link| pulse.listen(link).unwrap()).collect();
        assert!(pulse.listen(link).is_none() && !all.is_empty(), "one more of all");
    }
}
