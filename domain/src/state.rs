//! Everything decisions are made on: all balances and all aggregates, folded from the log.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::conversion::{self, Conversion};
use crate::customer;
use crate::deposit::Event as Deposit;
use crate::fees::{Charge, Percent};
use crate::holdings::{Owner, Side, counted};
use crate::merchant::{self, Merchant};
use crate::payment::{self, Payment, Status};
use crate::payment_link::{self, Came, PaymentLink};
use crate::rate_lock::{self, RateLock};
use crate::{
    Account, Amount, Balances, Context, ConversionId, Event, FeeKind, Holdings, MerchantId, Name,
    PaymentId, PaymentLinkId, RateLockId, Stream, TelegramId, Transfer, money, payout,
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
    by_memo: HashMap<Box<str>, MerchantId>,
    payment_links: HashMap<PaymentLinkId, PaymentLink>,
    by_token: HashMap<Box<str>, PaymentLinkId>,
    /// Of links that are not paid.
    came: HashMap<PaymentLinkId, BTreeMap<Name, Came>>,
    customers: HashSet<TelegramId>,
    deposited: HashSet<(Name, Box<str>)>,
    holdings: Holdings,
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

    /// The merchant whose deposits bear this memo.
    pub fn merchant_by_memo(&self, memo: &str) -> Option<MerchantId> {
        self.by_memo.get(memo).copied()
    }

    /// A payment link.
    pub fn payment_link(&self, id: PaymentLinkId) -> Option<&PaymentLink> {
        self.payment_links.get(&id)
    }

    /// The payment link with this short name in its URL.
    pub fn payment_link_by_token(&self, token: &str) -> Option<PaymentLinkId> {
        self.by_token.get(token).copied()
    }

    /// What has come on networks in an asset for a link that is not paid.
    pub(crate) fn came(&self, id: PaymentLinkId, asset: Name) -> Came {
        let came = self.came.get(&id).and_then(|came| came.get(&asset));
        came.copied().unwrap_or_default()
    }

    /// Has this Telegram user an account here?
    pub fn is_customer(&self, id: TelegramId) -> bool {
        self.customers.contains(&id)
    }

    /// Has this transaction been credited?
    pub fn is_deposited(&self, rail: Name, tx_id: &str) -> bool {
        self.deposited.contains(&(rail, tx_id.into()))
    }

    /// Referrals and what they have.
    pub fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    /// What a call with this base fee costs a merchant now, and the transfer of it.
    pub(crate) fn charge(
        &self,
        context: &Context<'_>,
        merchant: MerchantId,
        base: Amount,
    ) -> (Option<Charge>, Option<Transfer>) {
        let holdings = self.holdings.total(merchant, &self.balances);
        let charge = Charge::new(base, &context.calls.tiers, holdings);
        let asset = money::USDT_TRC20;
        let fees = Account::Fees { kind: FeeKind::PartnerApi, asset };
        let transfer = charge
            .as_ref()
            .and_then(|charge| Transfer::new(Account::main(merchant, asset), fees, charge.fee));
        (charge, transfer)
    }

    /// Takes in a fact. It never refuses, and computes nothing that the fact does not say.
    pub fn evolve(&mut self, event: &Event) {
        let revision = self.revisions.entry(event.stream()).or_default();
        *revision = revision.saturating_add(1);
        self.aggregate_evolves(event);
        // After the aggregates: a new merchant is known by the time its first money comes.
        for transfer in event.transfers() {
            self.balances.post(transfer);
            self.counts(transfer.debit(), transfer.amount(), Side::Debit);
            self.counts(transfer.credit(), transfer.amount(), Side::Credit);
        }
    }

    /// Keeps up the sums of what referrals have.
    fn counts(&mut self, account: Account, amount: Amount, side: Side) {
        let person = match counted(account) {
            None => None,
            Some(Owner::Customer(person)) => Some(person),
            Some(Owner::Merchant(id)) => self.merchants.get(&id).and_then(|m| m.telegram_id),
        };
        if let Some(person) = person {
            self.holdings.moved(person, amount, side);
        }
    }

    fn aggregate_evolves(&mut self, event: &Event) {
        match event {
            Event::Merchant(event) => self.merchant_evolves(event),
            Event::Payment(event) => self.payment_evolves(event),
            Event::RateLock(event) => self.rate_lock_evolves(event),
            Event::Conversion(event) => self.conversion_evolves(event),
            Event::PaymentLink(event) => self.payment_link_evolves(event),
            Event::Customer(event) => self.customer_evolves(event),
            Event::Deposit(Deposit::Credited(event)) => {
                self.deposited.insert((event.rail, event.tx_id.as_str().into()));
            }
            Event::Payout(payout::Event::Completed(_))
            | Event::Adjustment(crate::adjustment::Event::Posted(_)) => {}
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
            merchant::Event::DepositMemoAssigned(event) => {
                self.by_memo.insert(event.memo.as_str().into(), event.merchant_id);
                if let Some(merchant) = self.merchants.get_mut(&event.merchant_id) {
                    merchant.deposit_memo = Some(event.memo.as_str().into());
                }
            }
            // Where webhooks go and what signs them decides nothing here.
            merchant::Event::WebhookSet(_) | merchant::Event::SecretRotated(_) => {}
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

    fn payment_link_evolves(&mut self, event: &payment_link::Event) {
        match event {
            payment_link::Event::Created(event) => {
                self.by_token.insert(event.token.as_str().into(), event.payment_link_id);
                let link = PaymentLink {
                    merchant_id: event.merchant_id,
                    dialect: event.dialect,
                    asset: event.asset,
                    amount: event.amount,
                    expires_at: event.expires_at,
                    fee_percent: event.fee_percent.as_deref().and_then(Percent::parse),
                    received: Amount::ZERO,
                    status: payment_link::Status::Pending,
                };
                self.payment_links.insert(event.payment_link_id, link);
            }
            payment_link::Event::Received(event) => {
                if let Some(link) = self.payment_links.get_mut(&event.payment_link_id) {
                    link.received = event.total;
                    if link.status != payment_link::Status::Completed {
                        let came = self.came.entry(event.payment_link_id).or_default();
                        let came = came.entry(event.asset).or_default();
                        *came = came.and(event.amount, event.fee);
                    }
                }
            }
            payment_link::Event::Paid(event) => {
                self.link_is(event.payment_link_id, payment_link::Status::Completed);
                self.came.remove(&event.payment_link_id);
            }
            payment_link::Event::Expired(event) => {
                self.link_is(event.payment_link_id, payment_link::Status::Expired);
            }
        }
    }

    fn link_is(&mut self, id: PaymentLinkId, status: payment_link::Status) {
        if let Some(link) = self.payment_links.get_mut(&id) {
            link.status = status;
        }
    }

    fn customer_evolves(&mut self, event: &customer::Event) {
        match event {
            customer::Event::Opened(event) => {
                self.customers.insert(event.telegram_id);
            }
            customer::Event::Referred(event) => {
                let account = self.person(event.telegram_id, money::USDT_TRC20);
                let balance = self.balances.get(&account).available();
                self.holdings.refer(event.telegram_id, event.merchant_id, balance);
            }
        }
    }
}
