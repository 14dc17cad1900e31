//! What outsiders may be told, without any dialect's words. Each dialect makes its webhooks of it.

use crate::{
    Amount, ConversionId, Event, MerchantId, Name, PaymentId, PaymentLinkId, PayoutId, TelegramId,
    conversion, customer, deposit, merchant, payment, payment_link, payout, rate_lock,
};

/// News for a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A payment arrived.
    PaymentReceived {
        /// Whose.
        merchant_id: MerchantId,
        /// Which.
        payment_id: PaymentId,
        /// Units: base units of `STARS`.
        amount: Amount,
    },
    /// A conversion is done.
    ConversionCompleted {
        /// Whose.
        merchant_id: MerchantId,
        /// Which.
        conversion_id: ConversionId,
        /// Of what.
        target: Name,
        /// Units: base units of the target.
        amount: Amount,
        /// The transaction that brought it.
        tx_hash: String,
    },
    /// A conversion was undone.
    ConversionFailed {
        /// Whose.
        merchant_id: MerchantId,
        /// Which.
        conversion_id: ConversionId,
        /// Why.
        reason: String,
    },
    /// A payment link was paid.
    LinkPaid {
        /// Whose.
        merchant_id: MerchantId,
        /// By which API the link was made.
        dialect: Name,
        /// Which.
        payment_link_id: PaymentLinkId,
        /// Who paid; `None` if the money came by a network.
        payer: Option<TelegramId>,
        /// Of what.
        asset: Name,
        /// Units: base units of the asset.
        amount: Amount,
        /// The house's share of it.
        fee: Amount,
    },
    /// A payout is done.
    PayoutCompleted {
        /// From whom.
        merchant_id: MerchantId,
        /// By which API it was asked for.
        dialect: Name,
        /// Which.
        payout_id: PayoutId,
        /// To whom, if that was a Telegram user.
        recipient: Option<TelegramId>,
        /// Of what.
        asset: Name,
        /// Units: base units of the asset.
        amount: Amount,
        /// What the recipient was shown.
        memo: Option<String>,
    },
}

impl Notice {
    /// Whose news it is.
    pub const fn merchant_id(&self) -> MerchantId {
        match self {
            Self::PaymentReceived { merchant_id, .. }
            | Self::ConversionCompleted { merchant_id, .. }
            | Self::ConversionFailed { merchant_id, .. }
            | Self::LinkPaid { merchant_id, .. }
            | Self::PayoutCompleted { merchant_id, .. } => *merchant_id,
        }
    }

    /// The news in a fact, if there is any.
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Payment(payment::Event::Received(event)) => Some(Self::PaymentReceived {
                merchant_id: event.merchant_id,
                payment_id: event.payment_id,
                amount: event.amount,
            }),
            Event::Conversion(conversion::Event::Completed(event)) => {
                Some(Self::ConversionCompleted {
                    merchant_id: event.merchant_id,
                    conversion_id: event.conversion_id,
                    target: event.target,
                    amount: event.target_amount,
                    tx_hash: event.ton_tx_hash.clone(),
                })
            }
            Event::Conversion(conversion::Event::Failed(event)) => Some(Self::ConversionFailed {
                merchant_id: event.merchant_id,
                conversion_id: event.conversion_id,
                reason: event.reason.clone(),
            }),
            Event::PaymentLink(payment_link::Event::Paid(event)) => Some(Self::LinkPaid {
                merchant_id: event.merchant_id,
                dialect: event.dialect,
                payment_link_id: event.payment_link_id,
                payer: event.payer,
                asset: event.asset,
                amount: event.amount,
                fee: event.fee,
            }),
            Event::Payout(payout::Event::Completed(event)) => Some(Self::PayoutCompleted {
                merchant_id: event.merchant_id,
                dialect: event.dialect,
                payout_id: event.payout_id,
                recipient: event.recipient,
                asset: event.asset,
                amount: event.amount,
                memo: event.memo.clone(),
            }),
            Event::Merchant(
                merchant::Event::Registered(_)
                | merchant::Event::CredentialRotated(_)
                | merchant::Event::Deactivated(_)
                | merchant::Event::Activated(_)
                | merchant::Event::WebhookSet(_)
                | merchant::Event::DepositMemoAssigned(_)
                | merchant::Event::SecretRotated(_),
            )
            | Event::Payment(
                payment::Event::Started(_)
                | payment::Event::Converted(_)
                | payment::Event::Released(_)
                | payment::Event::Settled(_),
            )
            | Event::RateLock(rate_lock::Event::Locked(_) | rate_lock::Event::Consumed(_))
            | Event::Conversion(
                conversion::Event::Created(_)
                | conversion::Event::RateLocked(_)
                | conversion::Event::Prepared(_)
                | conversion::Event::Committed(_)
                | conversion::Event::Confirmed(_),
            )
            | Event::PaymentLink(
                payment_link::Event::Created(_)
                | payment_link::Event::Received(_)
                | payment_link::Event::Expired(_),
            )
            | Event::Customer(customer::Event::Opened(_) | customer::Event::Referred(_))
            | Event::Deposit(deposit::Event::Credited(_))
            | Event::Adjustment(crate::adjustment::Event::Posted(_)) => None,
        }
    }
}
