//! Every fact of every aggregate: its type name, its stream, what it moves. The names are frozen.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    AdjustmentId, ConversionId, DepositId, MerchantId, PaymentId, PaymentLinkId, PayoutId,
    RateLockId, TelegramId, Transfer, adjustment, conversion, customer, deposit, merchant, payment,
    payment_link, payout, rate_lock,
};

/// A fact. It serializes to its payload alone; the type name stands beside it in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "one per aggregate; see there")]
pub enum Event {
    Merchant(merchant::Event),
    Payment(payment::Event),
    RateLock(rate_lock::Event),
    Conversion(conversion::Event),
    Adjustment(adjustment::Event),
    PaymentLink(payment_link::Event),
    Payout(payout::Event),
    Customer(customer::Event),
    Deposit(deposit::Event),
}

impl Event {
    /// Every type name there is.
    pub const TYPES: [&'static str; 30] = [
        "merchant.registered",
        "merchant.credential_rotated",
        "merchant.deactivated",
        "merchant.activated",
        "payment.received",
        "payment.conversion_started",
        "payment.converted",
        "payment.released",
        "payment.settled",
        "rate_lock.locked",
        "rate_lock.consumed",
        "conversion.created",
        "conversion.rate_locked",
        "conversion.prepared",
        "conversion.committed",
        "conversion.confirmed",
        "conversion.completed",
        "conversion.failed",
        "adjustment.posted",
        "merchant.webhook_set",
        "merchant.deposit_memo_assigned",
        "merchant.secret_rotated",
        "payment_link.created",
        "payment_link.received",
        "payment_link.paid",
        "payment_link.expired",
        "payout.completed",
        "customer.opened",
        "customer.referred",
        "deposit.credited",
    ];

    /// What happened, in the past tense. Shape: `payment.received`.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Merchant(merchant::Event::Registered(_)) => "merchant.registered",
            Self::Merchant(merchant::Event::CredentialRotated(_)) => "merchant.credential_rotated",
            Self::Merchant(merchant::Event::Deactivated(_)) => "merchant.deactivated",
            Self::Merchant(merchant::Event::Activated(_)) => "merchant.activated",
            Self::Merchant(merchant::Event::WebhookSet(_)) => "merchant.webhook_set",
            Self::Merchant(merchant::Event::DepositMemoAssigned(_)) => {
                "merchant.deposit_memo_assigned"
            }
            Self::Merchant(merchant::Event::SecretRotated(_)) => "merchant.secret_rotated",
            Self::Payment(payment::Event::Received(_)) => "payment.received",
            Self::Payment(payment::Event::Started(_)) => "payment.conversion_started",
            Self::Payment(payment::Event::Converted(_)) => "payment.converted",
            Self::Payment(payment::Event::Released(_)) => "payment.released",
            Self::Payment(payment::Event::Settled(_)) => "payment.settled",
            Self::RateLock(rate_lock::Event::Locked(_)) => "rate_lock.locked",
            Self::RateLock(rate_lock::Event::Consumed(_)) => "rate_lock.consumed",
            Self::Conversion(conversion::Event::Created(_)) => "conversion.created",
            Self::Conversion(conversion::Event::RateLocked(_)) => "conversion.rate_locked",
            Self::Conversion(conversion::Event::Prepared(_)) => "conversion.prepared",
            Self::Conversion(conversion::Event::Committed(_)) => "conversion.committed",
            Self::Conversion(conversion::Event::Confirmed(_)) => "conversion.confirmed",
            Self::Conversion(conversion::Event::Completed(_)) => "conversion.completed",
            Self::Conversion(conversion::Event::Failed(_)) => "conversion.failed",
            Self::Adjustment(adjustment::Event::Posted(_)) => "adjustment.posted",
            Self::PaymentLink(payment_link::Event::Created(_)) => "payment_link.created",
            Self::PaymentLink(payment_link::Event::Received(_)) => "payment_link.received",
            Self::PaymentLink(payment_link::Event::Paid(_)) => "payment_link.paid",
            Self::PaymentLink(payment_link::Event::Expired(_)) => "payment_link.expired",
            Self::Payout(payout::Event::Completed(_)) => "payout.completed",
            Self::Customer(customer::Event::Opened(_)) => "customer.opened",
            Self::Customer(customer::Event::Referred(_)) => "customer.referred",
            Self::Deposit(deposit::Event::Credited(_)) => "deposit.credited",
        }
    }

    /// The fact of this type from its payload; `Ok(None)` if there is no such type.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        type_name: &str,
        payload: D,
    ) -> Result<Option<Self>, D::Error> {
        fn read<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
            T::deserialize(from)
        }
        use {conversion::Event as C, merchant::Event as M, payment::Event as P};
        use {customer::Event as U, payment_link::Event as L};
        Ok(Some(match type_name {
            "merchant.registered" => Self::Merchant(M::Registered(read(payload)?)),
            "merchant.credential_rotated" => Self::Merchant(M::CredentialRotated(read(payload)?)),
            "merchant.deactivated" => Self::Merchant(M::Deactivated(read(payload)?)),
            "merchant.activated" => Self::Merchant(M::Activated(read(payload)?)),
            "merchant.webhook_set" => Self::Merchant(M::WebhookSet(read(payload)?)),
            "merchant.deposit_memo_assigned" => {
                Self::Merchant(M::DepositMemoAssigned(read(payload)?))
            }
            "merchant.secret_rotated" => Self::Merchant(M::SecretRotated(read(payload)?)),
            "payment.received" => Self::Payment(P::Received(read(payload)?)),
            "payment.conversion_started" => Self::Payment(P::Started(read(payload)?)),
            "payment.converted" => Self::Payment(P::Converted(read(payload)?)),
            "payment.released" => Self::Payment(P::Released(read(payload)?)),
            "payment.settled" => Self::Payment(P::Settled(read(payload)?)),
            "rate_lock.locked" => Self::RateLock(rate_lock::Event::Locked(read(payload)?)),
            "rate_lock.consumed" => Self::RateLock(rate_lock::Event::Consumed(read(payload)?)),
            "conversion.created" => Self::Conversion(C::Created(read(payload)?)),
            "conversion.rate_locked" => Self::Conversion(C::RateLocked(read(payload)?)),
            "conversion.prepared" => Self::Conversion(C::Prepared(read(payload)?)),
            "conversion.committed" => Self::Conversion(C::Committed(read(payload)?)),
            "conversion.confirmed" => Self::Conversion(C::Confirmed(read(payload)?)),
            "conversion.completed" => Self::Conversion(C::Completed(read(payload)?)),
            "conversion.failed" => Self::Conversion(C::Failed(read(payload)?)),
            "adjustment.posted" => Self::Adjustment(adjustment::Event::Posted(read(payload)?)),
            "payment_link.created" => Self::PaymentLink(L::Created(read(payload)?)),
            "payment_link.received" => Self::PaymentLink(L::Received(read(payload)?)),
            "payment_link.paid" => Self::PaymentLink(L::Paid(read(payload)?)),
            "payment_link.expired" => Self::PaymentLink(L::Expired(read(payload)?)),
            "payout.completed" => Self::Payout(payout::Event::Completed(read(payload)?)),
            "customer.opened" => Self::Customer(U::Opened(read(payload)?)),
            "customer.referred" => Self::Customer(U::Referred(read(payload)?)),
            "deposit.credited" => Self::Deposit(deposit::Event::Credited(read(payload)?)),
            _ => return Ok(None),
        }))
    }

    /// The history this fact belongs to.
    pub const fn stream(&self) -> Stream {
        match self {
            Self::Merchant(event) => Stream::Merchant(event.merchant_id()),
            Self::Payment(event) => Stream::Payment(event.payment_id()),
            Self::RateLock(event) => Stream::RateLock(event.rate_lock_id()),
            Self::Conversion(event) => Stream::Conversion(event.conversion_id()),
            Self::Adjustment(event) => Stream::Adjustment(event.adjustment_id()),
            Self::PaymentLink(event) => Stream::PaymentLink(event.payment_link_id()),
            Self::Payout(event) => Stream::Payout(event.payout_id()),
            Self::Customer(event) => Stream::Customer(event.telegram_id()),
            Self::Deposit(event) => Stream::Deposit(event.deposit_id()),
        }
    }

    /// The money it moves, in order.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Merchant(merchant::Event::Registered(event)) => &event.transfers,
            Self::Payment(payment::Event::Received(event)) => &event.transfers,
            Self::Conversion(event) => event.transfers(),
            Self::Adjustment(adjustment::Event::Posted(event)) => &event.transfers,
            Self::PaymentLink(event) => event.transfers(),
            Self::Payout(event) => event.transfers(),
            Self::Deposit(event) => event.transfers(),
            Self::Customer(customer::Event::Opened(_) | customer::Event::Referred(_))
            | Self::Merchant(
                merchant::Event::CredentialRotated(_)
                | merchant::Event::Deactivated(_)
                | merchant::Event::Activated(_)
                | merchant::Event::WebhookSet(_)
                | merchant::Event::DepositMemoAssigned(_)
                | merchant::Event::SecretRotated(_),
            )
            | Self::Payment(
                payment::Event::Started(_)
                | payment::Event::Converted(_)
                | payment::Event::Released(_)
                | payment::Event::Settled(_),
            )
            | Self::RateLock(rate_lock::Event::Locked(_) | rate_lock::Event::Consumed(_)) => &[],
        }
    }
}

/// The history of one aggregate. Shape: `payment-<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "one per aggregate")]
pub enum Stream {
    Merchant(MerchantId),
    Payment(PaymentId),
    RateLock(RateLockId),
    Conversion(ConversionId),
    Adjustment(AdjustmentId),
    PaymentLink(PaymentLinkId),
    Payout(PayoutId),
    Customer(TelegramId),
    Deposit(DepositId),
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Merchant(id) => write!(f, "merchant-{id}"),
            Self::Payment(id) => write!(f, "payment-{id}"),
            Self::RateLock(id) => write!(f, "rate_lock-{id}"),
            Self::Conversion(id) => write!(f, "conversion-{id}"),
            Self::Adjustment(id) => write!(f, "adjustment-{id}"),
            Self::PaymentLink(id) => write!(f, "payment_link-{id}"),
            Self::Payout(id) => write!(f, "payout-{id}"),
            Self::Customer(id) => write!(f, "customer-{id}"),
            Self::Deposit(id) => write!(f, "deposit-{id}"),
        }
    }
}

/// The text is not a stream's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stream")]
pub struct BadStream;

impl FromStr for Stream {
    type Err = BadStream;

    fn from_str(text: &str) -> Result<Self, BadStream> {
        let (kind, id) = text.split_once('-').ok_or(BadStream)?;
        let bad = |_| BadStream;
        Ok(match kind {
            "merchant" => Self::Merchant(id.parse().map_err(bad)?),
            "payment" => Self::Payment(id.parse().map_err(bad)?),
            "rate_lock" => Self::RateLock(id.parse().map_err(bad)?),
            "conversion" => Self::Conversion(id.parse().map_err(bad)?),
            "adjustment" => Self::Adjustment(id.parse().map_err(bad)?),
            "payment_link" => Self::PaymentLink(id.parse().map_err(bad)?),
            "payout" => Self::Payout(id.parse().map_err(bad)?),
            "customer" => Self::Customer(id.parse().map_err(|_| BadStream)?),
            "deposit" => Self::Deposit(id.parse().map_err(bad)?),
            _ => return Err(BadStream),
        })
    }
}
