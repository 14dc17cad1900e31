//! What can be asked of a payment link, and every way to be told no.

use crate::{Amount, MerchantId, Name, PaymentLinkId, Quote, TelegramId, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// A new link.
    Create(Box<Create>),
    /// A Telegram user pays.
    Pay(Pay),
    /// Its time is over.
    Expire {
        /// Which.
        payment_link_id: PaymentLinkId,
    },
}

/// A new link.
#[derive(Debug, Clone)]
pub struct Create {
    /// The id it gets.
    pub payment_link_id: PaymentLinkId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// By which API.
    pub dialect: Name,
    /// The short name in its URL.
    pub token: String,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// What it is for.
    pub description: Option<String>,
    /// A JSON object, as text.
    pub metadata: Option<String>,
    /// Where its own webhooks go.
    pub callback_url: Option<String>,
    /// Where the payer goes when it is paid.
    pub success_url: Option<String>,
    /// How long it can be paid; `None`: for ever.
    pub seconds: Option<i64>,
    /// What the house gets.
    pub terms: Terms,
}

/// What the house gets for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// A charge for making it, by the schedule of calls.
    Metered,
    /// A share of what is paid: the merchant's own percentage.
    Share,
}

/// A payment of a link.
#[derive(Debug, Clone)]
pub struct Pay {
    /// Which link.
    pub link: Named,
    /// Who pays.
    pub payer: TelegramId,
    /// In what, if the payer chose.
    pub asset: Option<Name>,
    /// The rate, for a link that is priced in something else. Units: of the link's money for one of
    /// the asset's.
    pub quote: Option<Quote>,
}

/// How a link is known to who pays it.
#[derive(Debug, Clone)]
pub enum Named {
    /// By its id.
    Id(PaymentLinkId),
    /// By the short name in its URL.
    Token(String),
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Zero.
    #[error("the amount must be greater than zero")]
    BadAmount,
    /// Over its limit.
    #[error("{0} is too long or has a zero character")]
    TooLong(&'static str),
    /// Too short or too long a life.
    #[error("a link lasts {} to {} seconds", limits::LINK_SECONDS_MIN, limits::LINK_SECONDS_MAX)]
    BadDuration,
    /// No such merchant.
    #[error("the merchant does not exist")]
    UnknownMerchant,
    /// It is switched off.
    #[error("the merchant is deactivated")]
    Inactive,
    /// The id or the token is in use.
    #[error("the payment link exists already")]
    Exists,
    /// No such link.
    #[error("the payment link does not exist")]
    Unknown,
    /// Somebody was faster.
    #[error("the payment link is paid already")]
    AlreadyPaid,
    /// Too late.
    #[error("the payment link has expired")]
    Expired,
    /// The payer is the merchant.
    #[error("nobody pays a link of one's own")]
    OwnLink,
    /// The link takes another asset, or nobody pays in this one.
    #[error("this link is not paid in {0}")]
    OtherAsset(Name),
    /// There is no rate, or the price is too small or too large for the asset.
    #[error("there is no price in {0} at the moment")]
    NoRate(Name),
    /// Its time is not over.
    #[error("the payment link can still be paid")]
    NotDue,
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAmount => "bad_amount",
            Self::TooLong(_) => "too_long",
            Self::BadDuration => "bad_duration",
            Self::UnknownMerchant => "merchant_not_found",
            Self::Inactive => "inactive",
            Self::Exists => "already_exists",
            Self::Unknown => "not_found",
            Self::AlreadyPaid => "already_paid",
            Self::Expired => "expired",
            Self::OwnLink => "own_link",
            Self::OtherAsset(_) => "other_asset",
            Self::NoRate(_) => "no_rate",
            Self::NotDue => "not_due",
        }
    }
}
