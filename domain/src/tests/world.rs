//! Given, when, then: histories are made of commands, because only decided events are possible.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use expect_test::Expect;
use uuid::Uuid;

use crate::fees::{Percent, Schedule};
use crate::merchant::{CredentialKind, Issued, Register};
use crate::payment::Receive;
use crate::{
    Catalogue, Command, Context, CredentialId, Event, MerchantId, PaymentId, RateLockId, Refusal,
    State, Timestamp, decide, merchant as m, money, payment, rate_lock,
};

/// A state and what surrounds it.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    pub(crate) now: i64,
    catalogue: Catalogue,
    fees: Schedule,
}

impl World {
    /// After these commands, all of which are accepted.
    pub(crate) fn given(commands: impl IntoIterator<Item = Command>) -> Self {
        let mut world = Self::default();
        for command in commands {
            world.does(&command).unwrap_or_else(|refusal| panic!("given {command:?}: {refusal}"));
        }
        world
    }

    /// Decides and takes in.
    pub(crate) fn does(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = self.decides(command)?;
        for event in &events {
            self.state.evolve(event);
        }
        self.log.extend(events.iter().cloned());
        Ok(events)
    }

    /// Decides only.
    pub(crate) fn decides(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let now = Timestamp::from_micros(self.now * 1_000_000);
        let context = Context { now, fees: &self.fees, catalogue: &self.catalogue };
        decide(&self.state, &context, command)
    }
}

/// When this, then that: events as `type payload`, one per line, or the refusal's code and text.
pub(crate) fn check(world: &World, when: &Command, then: impl std::borrow::Borrow<Expect>) {
    let before = world.state.clone();
    let text = match world.decides(when) {
        Ok(events) => events.iter().map(line).collect::<String>(),
        Err(refusal) => format!("{}: {refusal}\n", refusal.code()),
    };
    assert_eq!(before, world.state, "deciding changes nothing");
    then.borrow().assert_eq(&text);
}

fn line(event: &Event) -> String {
    format!("{} {}\n", event.type_name(), serde_json::to_string(event).unwrap())
}

/// Small ids that read well.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The merchant of this number.
pub(crate) fn merchant(number: u128) -> MerchantId {
    MerchantId(id(number))
}

/// Registers the merchant of this number.
pub(crate) fn register(number: u128) -> Command {
    Command::Merchant(m::Command::Register(Box::new(new(number))))
}

/// A registration to be varied.
pub(crate) fn new(number: u128) -> Register {
    Register {
        merchant_id: merchant(number),
        uid: format!("uid{number}"),
        name: "Shop".into(),
        description: None,
        username: None,
        telegram_id: None,
        webhook_url: None,
        fee_percent: Percent::new(1.into()).unwrap(),
        scopes: vec!["read".into()],
        credentials: vec![Issued {
            credential_id: CredentialId(id(number)),
            kind: CredentialKind::Stars,
            fingerprint: "00".into(),
        }],
    }
}

/// Stars for a merchant: payment and charge bear the number.
pub(crate) fn pay(number: u128, to: u128, stars: u64) -> Command {
    Command::Payment(payment::Command::Receive(Box::new(receive(number, to, stars))))
}

/// A payment to be varied.
pub(crate) fn receive(number: u128, to: u128, stars: u64) -> Receive {
    Receive {
        payment_id: PaymentId(id(number)),
        merchant_id: merchant(to),
        stars,
        telegram_payment_id: format!("charge{number}"),
        provider_payment_id: None,
        invoice_payload: "order".into(),
        update_id: None,
        payer: None,
        update_sha256: "ab".into(),
    }
}

/// Locks STARS/TON at 0.001 for a merchant, for 60 seconds.
pub(crate) fn lock(number: u128, to: u128) -> Command {
    Command::RateLock(rate_lock::Command::Lock {
        rate_lock_id: RateLockId(id(number)),
        merchant_id: merchant(to),
        stars: 1_000,
        target: money::TON,
        base_rate: "0.001".parse().unwrap(),
        seconds: 60,
    })
}
