//! The wire shapes of `stars.md` §1: member order as there, camelCase, numbers as JSON numbers.

mod conversions;

use domain::payment::Received;
use domain::{Amount, Catalogue, Name, Timestamp, money};
use poem_openapi::Object;
use projections::{merchants, payments};

use crate::json::Text;
use crate::number::Number;

pub(crate) use conversions::*;

/// An app that wants to use the gateway.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct RegisterRequest {
    /// Shown to people; 1 to 255 characters.
    pub(crate) app_name: Text,
    /// Free text.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) description: Option<Text>,
    /// Where webhooks go; http or https.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) webhook_url: Option<Text>,
}

/// A registered app. The only time the secret is shown.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) app_name: String,
    /// Authenticates. Shape: pk_ and 48 hex digits.
    pub(crate) api_key: String,
    /// Signs webhooks. Shape: sk_ and 64 hex digits.
    pub(crate) api_secret: String,
    /// pending, verified or rejected.
    pub(crate) kyc_status: String,
    pub(crate) created_at: String,
}

/// A registration's answer.
#[derive(Debug, Object)]
pub(crate) struct RegisterAnswer {
    pub(crate) success: bool,
    pub(crate) user: NewUser,
}

/// An app's profile.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) app_name: String,
    /// Masked.
    pub(crate) api_key: String,
    /// null if none was given.
    pub(crate) webhook_url: Option<String>,
    pub(crate) kyc_status: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

impl From<merchants::Row> for Profile {
    fn from(row: merchants::Row) -> Self {
        Self {
            id: row.merchant_id.to_string(),
            app_name: row.name,
            api_key: "pk_***".to_owned(),
            webhook_url: row.webhook_url,
            kyc_status: row.kyc_status,
            created_at: row.created_at.rfc3339_seconds(),
            updated_at: row.updated_at.rfc3339_seconds(),
        }
    }
}

/// The profile's answer.
#[derive(Debug, Object)]
pub(crate) struct ProfileAnswer {
    pub(crate) success: bool,
    pub(crate) user: Profile,
}

/// New keys; the old ones are void already.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct KeysAnswer {
    pub(crate) success: bool,
    pub(crate) api_key: String,
    pub(crate) api_secret: String,
    pub(crate) message: String,
}

/// A payment as Telegram's webhook is answered.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct PaymentReceipt {
    pub(crate) id: String,
    /// Whole Stars.
    pub(crate) stars_amount: Number,
    pub(crate) status: String,
    pub(crate) telegram_payment_id: String,
    pub(crate) created_at: String,
}

impl PaymentReceipt {
    pub(crate) fn new(event: &Received, at: Timestamp) -> Self {
        Self {
            id: event.payment_id.to_string(),
            stars_amount: stars(event.amount),
            status: "received".to_owned(),
            telegram_payment_id: event.telegram_payment_id.clone(),
            created_at: at.rfc3339_seconds(),
        }
    }
}

impl From<payments::Row> for PaymentReceipt {
    fn from(row: payments::Row) -> Self {
        Self {
            id: row.payment_id.to_string(),
            stars_amount: stars(row.amount),
            status: row.status,
            telegram_payment_id: row.telegram_payment_id,
            created_at: row.created_at.rfc3339_seconds(),
        }
    }
}

/// The answer to Telegram's update: a payment, a pre-checkout verdict, or a word of thanks.
#[derive(Debug, Object, Default)]
pub(crate) struct WebhookAnswer {
    pub(crate) success: bool,
    /// For a successful payment.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) payment: Option<PaymentReceipt>,
    /// For a pre-checkout query: is it in Stars?
    #[oai(skip_serializing_if_is_none)]
    pub(crate) verified: Option<bool>,
    /// For any other update.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) message: Option<String>,
}

/// A payment in full.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct PaymentDetail {
    pub(crate) id: String,
    pub(crate) user_id: String,
    /// The bot's own reference.
    pub(crate) telegram_invoice_id: String,
    /// Whole Stars.
    pub(crate) stars_amount: Number,
    pub(crate) status: String,
    /// Telegram's charge id.
    pub(crate) telegram_payment_id: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

impl From<payments::Row> for PaymentDetail {
    fn from(row: payments::Row) -> Self {
        Self {
            id: row.payment_id.to_string(),
            user_id: row.merchant_id.to_string(),
            telegram_invoice_id: row.invoice_payload,
            stars_amount: stars(row.amount),
            status: row.status,
            telegram_payment_id: row.telegram_payment_id,
            created_at: row.created_at.rfc3339_seconds(),
            updated_at: row.updated_at.rfc3339_seconds(),
        }
    }
}

/// A payment's answer.
#[derive(Debug, Object)]
pub(crate) struct PaymentAnswer {
    pub(crate) success: bool,
    pub(crate) payment: PaymentDetail,
}

/// A payment in a list.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct PaymentItem {
    pub(crate) id: String,
    /// Whole Stars.
    pub(crate) stars_amount: Number,
    pub(crate) status: String,
    pub(crate) created_at: String,
}

impl From<payments::Row> for PaymentItem {
    fn from(row: payments::Row) -> Self {
        Self {
            id: row.payment_id.to_string(),
            stars_amount: stars(row.amount),
            status: row.status,
            created_at: row.created_at.rfc3339_seconds(),
        }
    }
}

/// Where in a list this page is.
#[derive(Debug, Clone, Copy, Object)]
pub(crate) struct Pagination {
    pub(crate) page: u64,
    pub(crate) limit: u64,
    pub(crate) total: u64,
    pub(crate) pages: u64,
}

/// A page of payments. `total` and `page` stand at the top once more for the SDK.
#[derive(Debug, Object)]
pub(crate) struct PaymentsAnswer {
    pub(crate) success: bool,
    pub(crate) payments: Vec<PaymentItem>,
    pub(crate) pagination: Pagination,
    pub(crate) total: u64,
    pub(crate) page: u64,
}

/// How many payments are in each status.
#[derive(Debug, Default, Object)]
pub(crate) struct ByStatus {
    pub(crate) pending: u64,
    pub(crate) received: u64,
    pub(crate) converting: u64,
    pub(crate) converted: u64,
    pub(crate) settled: u64,
    pub(crate) failed: u64,
}

/// All payments together.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct Stats {
    pub(crate) total_payments: u64,
    /// Whole Stars, whatever the status.
    pub(crate) total_stars: Number,
    pub(crate) by_status: ByStatus,
}

impl From<Vec<payments::Stat>> for Stats {
    fn from(rows: Vec<payments::Stat>) -> Self {
        let of = |status: &str| {
            rows.iter().find(|row| row.status == status).map(|row| row.payments).unwrap_or_default()
        };
        let stars =
            rows.iter().map(|row| money::whole_stars(row.amount)).fold(0, u64::saturating_add);
        Self {
            total_payments: rows.iter().map(|row| row.payments).sum(),
            total_stars: Number::from(stars),
            by_status: ByStatus {
                pending: of("pending"),
                received: of("received"),
                converting: of("converting"),
                converted: of("converted"),
                settled: of("settled"),
                failed: of("failed"),
            },
        }
    }
}

/// The statistics' answer.
#[derive(Debug, Object)]
pub(crate) struct StatsAnswer {
    pub(crate) success: bool,
    pub(crate) stats: Stats,
}

/// The service is up.
#[derive(Debug, Object)]
pub(crate) struct Health {
    pub(crate) status: String,
    pub(crate) timestamp: String,
}

/// Whole Stars as a number.
pub(crate) fn stars(amount: Amount) -> Number {
    Number::from(money::whole_stars(amount))
}

/// An amount in its asset's units.
pub(crate) fn units(catalogue: &Catalogue, asset: Name, amount: Amount) -> Number {
    let decimal = catalogue.get(asset).and_then(|asset| asset.decimal(amount));
    Number(decimal.unwrap_or_default())
}
