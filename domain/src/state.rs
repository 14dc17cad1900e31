//! Everything decisions are made on: all balances and all aggregates, folded from the log.

use std::collections::{BTreeSet, HashMap};

use crate::conversion::{self, Conversion};
use crate::merchant::{self, Merchant};
use crate::payment::{self, Payment, Status};
use crate::rate_lock::{self, RateLock};
use crate::{
    Account, Balances, ConversionId, Event, MerchantId, Name, PaymentId, RateLockId, Stream,
    TelegramId,
};

/// The books as of some position of the log. Equal logs give equal states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    balances: Balances,
    revisions: HashMap<Stream, u64>,
    merchants: HashMap<MerchantId, Merchant>,
    by_uid: HashMap<String, MerchantId>,
    by_telegram: HashMap<TelegramId, MerchantId>,
    payments: HashMap<PaymentId, Payment>,
    by_charge: HashMap<Box<str>, PaymentId>,
    rate_locks: HashMap<RateLockId, RateLock>,
    conversions: HashMap<ConversionId, Conversion>,
    running: BTreeSet<ConversionId>,
}

impl State {
    /// All balances.
    pub fn balances(&self) -> &Balances {
        &self.balances
    }

    /// How many facts a stream has.
    pub fn revision(&self, stream: &Stream) -> u64 {
        self.revisions.get(stream).copied().unwrap_or_default()
    }

    /// A merchant.
    pub fn merchant(&self, id: MerchantId) -> Option<&Merchant> {
        self.merchants.get(&id)
    }

    /// How many merchants there are.
    pub fn merchants_registered(&self) -> u64 {
        u64::try_from(self.merchants.len()).unwrap_or(u64::MAX)
    }

    /// The merchant with this public account number.
    pub fn merchant_by_uid(&self, uid: &str) -> Option<MerchantId> {
        self.by_uid.get(uid).copied()
    }

    /// The merchant that is this Telegram user.
    pub fn merchant_by_telegram(&self, id: TelegramId) -> Option<MerchantId> {
        self.by_telegram.get(&id).copied()
    }

    /// Where this Telegram user's money is: one person, one balance (`native.md`).
    pub fn person(&self, telegram_id: TelegramId, asset: Name) -> Account {
        match self.merchant_by_telegram(telegram_id) {
            Some(id) => Account::main(id, asset),
            None => Account::Customer { telegram_id, asset },
        }
    }

    /// A payment.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id)
    }

    /// The payment of a Telegram charge.
    pub fn payment_by_charge(&self, charge: &str) -> Option<&Payment> {
        self.payments.get(self.by_charge.get(charge)?)
    }

    /// A rate lock.
    pub fn rate_lock(&self, id: RateLockId) -> Option<&RateLock> {
        self.rate_locks.get(&id)
    }

    /// A conversion.
    pub fn conversion(&self, id: ConversionId) -> Option<&Conversion> {
        self.conversions.get(&id)
    }

    /// The conversions that are not at an end.
    pub fn running_conversions(&self) -> impl Iterator<Item = ConversionId> {
        self.running.iter().copied()
    }

    /// Takes in a fact. It never refuses, and computes nothing that the fact does not say.
    pub fn evolve(&mut self, event: &Event) {
        let revision = self.revisions.entry(event.stream()).or_default();
        *revision = revision.saturating_add(1);
        for transfer in event.transfers() {
            self.balances.post(transfer);
        }
        match event {
            Event::Merchant(event) => self.merchant_evolves(event),
            Event::Payment(event) => self.payment_evolves(event),
            Event::RateLock(event) => self.rate_lock_evolves(event),
            Event::Conversion(event) => self.conversion_evolves(event),
            Event::Adjustment(crate::adjustment::Event::Posted(_)) => {}
        }
    }

    fn merchant_evolves(&mut self, event: &merchant::Event) {
        match event {
            merchant::Event::Registered(event) => {
                self.by_uid.insert(event.uid.clone(), event.merchant_id);
                if let Some(telegram_id) = event.telegram_id {
                    self.by_telegram.insert(telegram_id, event.merchant_id);
                }
                self.merchants.insert(event.merchant_id, Merchant::registered(event));
            }
            merchant::Event::CredentialRotated(event) => {
                if let Some(merchant) = self.merchants.get_mut(&event.merchant_id) {
                    merchant.rotated(event);
                }
            }
            merchant::Event::Deactivated(event) => self.switch(event.merchant_id, false),
            merchant::Event::Activated(event) => self.switch(event.merchant_id, true),
        }
    }

    fn switch(&mut self, id: MerchantId, active: bool) {
        if let Some(merchant) = self.merchants.get_mut(&id) {
            merchant.active = active;
        }
    }

    fn payment_evolves(&mut self, event: &payment::Event) {
        match event {
            payment::Event::Received(event) => {
                let charge = event.telegram_payment_id.clone().into_boxed_str();
                self.by_charge.insert(charge, event.payment_id);
                let (merchant_id, amount) = (event.merchant_id, event.amount);
                let payment = Payment { merchant_id, amount, status: Status::Received };
                self.payments.insert(event.payment_id, payment);
            }
            payment::Event::Started(event) => {
                self.payment_is(event.payment_id, Status::Converting(event.conversion_id));
            }
            payment::Event::Converted(event) => {
                self.payment_is(event.payment_id, Status::Converted);
            }
            payment::Event::Released(event) => self.payment_is(event.payment_id, Status::Received),
            payment::Event::Settled(event) => self.payment_is(event.payment_id, Status::Settled),
        }
    }

    fn payment_is(&mut self, id: PaymentId, status: Status) {
        if let Some(payment) = self.payments.get_mut(&id) {
            payment.status = status;
        }
    }

    fn rate_lock_evolves(&mut self, event: &rate_lock::Event) {
        match event {
            rate_lock::Event::Locked(event) => {
                let lock = RateLock {
                    merchant_id: event.merchant_id,
                    target: event.target,
                    base_rate: event.base_rate,
                    exchange_rate: event.exchange_rate,
                    locked_until: event.locked_until,
                    consumed: false,
                };
                self.rate_locks.insert(event.rate_lock_id, lock);
            }
            rate_lock::Event::Consumed(event) => {
                if let Some(lock) = self.rate_locks.get_mut(&event.rate_lock_id) {
                    lock.consumed = true;
                }
            }
        }
    }

    fn conversion_evolves(&mut self, event: &conversion::Event) {
        let id = event.conversion_id();
        if let conversion::Event::Created(created) = event {
            self.running.insert(id);
            self.conversions.insert(id, Conversion::created(created));
        } else if let Some(conversion) = self.conversions.get_mut(&id) {
            conversion.evolve(event);
            if conversion.status.is_terminal() {
                self.running.remove(&id);
            }
        }
    }
}
