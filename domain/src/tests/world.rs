//! Given, when, then: histories are made of commands, because only decided events are possible.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use expect_test::Expect;
use uuid::Uuid;

use crate::fees::{Calls, Percent, Schedule};
use crate::merchant::{CredentialKind, Issued, Register};
use crate::payment::Receive;
use crate::{
    AdjustmentId, Amount, Catalogue, Command, Context, CredentialId, DepositId, Event, MerchantId,
    Name, PaymentId, PaymentLinkId, PayoutId, RateLockId, Refusal, State, TelegramId, Timestamp,
    adjustment, decide, deposit, merchant as m, money, payment, payment_link, payout, rate_lock,
};

/// A state and what surrounds it.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    pub(crate) now: i64,
    catalogue: Catalogue,
    fees: Schedule,
    pub(crate) calls: Calls,
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
        let context =
            Context { now, fees: &self.fees, calls: &self.calls, catalogue: &self.catalogue };
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
        plan: None,
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

/// The Telegram user of this number.
pub(crate) fn person(number: u64) -> TelegramId {
    TelegramId::new(number).unwrap()
}

/// Registers the merchant of this number as the Telegram user of the same number.
pub(crate) fn register_person(number: u64) -> Command {
    let telegram_id = Some(person(number));
    let new = Register { telegram_id, ..new(u128::from(number)) };
    Command::Merchant(m::Command::Register(Box::new(new)))
}

/// USDT for a Telegram user, whoever that is. Units: base units.
pub(crate) fn fund(number: u128, to: u64, units: u128) -> Command {
    Command::Adjustment(adjustment::Command::Post(Box::new(adjustment::Post {
        adjustment_id: AdjustmentId(id(number)),
        target: adjustment::Target::Person { telegram_id: person(to), asset: money::USDT_TRC20 },
        direction: adjustment::Direction::Credit,
        amount: Amount::new(units).unwrap(),
        rail: Name::literal("sandbox"),
        reason: "play".into(),
    })))
}

/// A payment link over so many base units of USDT, made through the partner API: an hour long.
pub(crate) fn link(number: u128, of: u128, units: u128) -> Command {
    Command::PaymentLink(payment_link::Command::Create(Box::new(new_link(number, of, units))))
}

/// A payment link to be varied.
pub(crate) fn new_link(number: u128, of: u128, units: u128) -> payment_link::Create {
    payment_link::Create {
        payment_link_id: PaymentLinkId(id(number)),
        merchant_id: merchant(of),
        dialect: Name::literal("partner"),
        token: format!("token{number}"),
        asset: money::USDT_TRC20,
        amount: Amount::new(units).unwrap(),
        description: None,
        metadata: None,
        callback_url: None,
        success_url: None,
        seconds: Some(3600),
        terms: payment_link::Terms::Metered,
    }
}

/// A Telegram user pays a link.
pub(crate) fn pay_link(number: u128, payer: u64) -> Command {
    let link = payment_link::Named::Id(PaymentLinkId(id(number)));
    let pay = payment_link::Pay { link, payer: person(payer), asset: None, quote: None };
    Command::PaymentLink(payment_link::Command::Pay(pay))
}

/// A payout of so many base units of USDT through the partner API.
pub(crate) fn send(number: u128, from: u128, to: u64, units: u128) -> Command {
    Command::Payout(payout::Command::Send(Box::new(order(number, from, to, units))))
}

/// A payout to be varied.
pub(crate) fn order(number: u128, from: u128, to: u64, units: u128) -> payout::Order {
    payout::Order {
        payout_id: PayoutId(id(number)),
        merchant_id: merchant(from),
        dialect: Name::literal("partner"),
        to: payout::To::Person(person(to)),
        assets: vec![money::USDT_TRC20],
        amount: Amount::new(units).unwrap(),
        memo: None,
        terms: payout::Terms::Metered,
    }
}

/// A transaction on TRON with this memo.
pub(crate) fn credit(number: u128, memo: Option<&str>, units: u128) -> deposit::Credit {
    deposit::Credit {
        deposit_id: DepositId(id(number)),
        rail: Name::literal("tron"),
        tx_id: format!("tx{number}"),
        address: "TAddress".into(),
        memo: memo.map(Into::into),
        asset: money::USDT_TRC20,
        amount: Amount::new(units).unwrap(),
        at: None,
        quotes: vec![],
        tolerance: Percent::new(1.into()).unwrap(),
    }
}
