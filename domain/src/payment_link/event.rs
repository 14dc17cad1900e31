//! Facts about payment links; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::fees::Charge;
use crate::{
    Amount, DepositId, MerchantId, Name, PaymentLinkId, Quote, TelegramId, Timestamp, Transfer,
};

/// What can happen to a payment link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It can be paid.
    Created(Box<Created>),
    /// Money for it arrived on a network.
    Received(Box<Received>),
    /// It is paid.
    Paid(Box<Paid>),
    /// Nobody paid it in time.
    Expired(Expired),
}

/// `payment_link.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API. Shape: `partner`.
    pub dialect: Name,
    /// The short name in its URL, unique; also the memo of payments on a network.
    pub token: String,
    /// In what it is priced: an asset that is paid, or a currency it is worth.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// What it is for, in the merchant's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The merchant's own data: a JSON object, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// Where its own webhooks go, if not where the merchant's do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Where the payer goes when it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// From here on it cannot be paid; absent: it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The share of what is paid that the house keeps. Units: hundredths, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_percent: Option<String>,
    /// What the merchant was charged for making it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// That charge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// `payment_link.received`: a deposit bore the link's token. The deposit's own event credits it to the
/// merchant, whatever it is worth and whenever it comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Which link.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// Which deposit.
    pub deposit_id: DepositId,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// The rate it was valued at, if the link is priced in something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// What it is worth in the link's own money; absent if nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// What has come for the link so far, this included, in its own money.
    pub total: Amount,
    /// What that makes of it.
    pub outcome: Outcome,
    /// The house's share, in base units of the asset.
    pub fee: Amount,
    /// That share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// What a deposit makes of the link it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not yet enough.
    Underpaid,
    /// Enough.
    Paid,
    /// More than enough.
    Overpaid,
    /// After the link had expired.
    Late,
    /// After the link was paid.
    Duplicate,
    /// There is no rate to say what it is worth.
    Unvalued,
}

impl Outcome {
    /// As events and tables have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Underpaid => "underpaid",
            Self::Paid => "paid",
            Self::Overpaid => "overpaid",
            Self::Late => "late",
            Self::Duplicate => "duplicate",
            Self::Unvalued => "unvalued",
        }
    }
}

/// `payment_link.paid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paid {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API it was made.
    pub dialect: Name,
    /// Who paid; absent if the money came by a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<TelegramId>,
    /// The deposit that completed it, if the money came by a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit_id: Option<DepositId>,
    /// In what.
    pub asset: Name,
    /// How much was paid in this asset, in base units: what came on networks before is in it.
    pub amount: Amount,
    /// The rate it was computed at, if the link is priced in something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The house's share of it.
    pub fee: Amount,
    /// From the payer to the merchant, and the house's share; none if the deposit has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
}

/// `payment_link.expired`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// Which.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
}

impl Event {
    /// The link it is about.
    pub const fn payment_link_id(&self) -> PaymentLinkId {
        match self {
            Self::Created(event) => event.payment_link_id,
            Self::Received(event) => event.payment_link_id,
            Self::Paid(event) => event.payment_link_id,
            Self::Expired(event) => event.payment_link_id,
        }
    }

    /// The money it moves, in order.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Created(event) => &event.transfers,
            Self::Received(event) => &event.transfers,
            Self::Paid(event) => &event.transfers,
            Self::Expired(_) => &[],
        }
    }
}
