//! The wire shapes of `wallet.md` §1 and §2: money is text.

use poem_openapi::Object;

use crate::json::AnyText;

/// A payment link to be made.
#[derive(Debug, Object)]
pub(crate) struct CreatePaymentLinkRequest {
    /// US dollars, with at most two decimals. Shape: "25.50".
    pub(crate) amount: AnyText,
    /// Where the payment is told; an absolute http or https URL.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) callback_url: Option<AnyText>,
    /// An addition: where the customer goes from the payment page; an absolute http or https URL.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) success_url: Option<AnyText>,
}

/// A payment link that was made.
#[derive(Debug, Object)]
pub(crate) struct PaymentLink {
    pub(crate) message: String,
    /// Where the customer pays.
    pub(crate) payment_url: String,
    /// A uuid.
    pub(crate) token: String,
}

/// Money to be sent.
#[derive(Debug, Object)]
pub(crate) struct PayoutRequest {
    /// In units of the currency. Shape: "1.5".
    pub(crate) amount: AnyText,
    /// The recipient's UID.
    pub(crate) address: AnyText,
    /// USDT, BTC, ETH, TON …
    pub(crate) currency_code: AnyText,
}

/// Money that was sent.
#[derive(Debug, Object)]
pub(crate) struct Payout {
    /// Always success.
    pub(crate) status: String,
    pub(crate) message: String,
    /// Unique, and rising.
    pub(crate) transaction_id: u64,
}
