//! The wire shapes of `stars.md` §1: member order as there, camelCase, numbers as JSON numbers.

use domain::conversion::{Created, Status};
use domain::payment::Received;
use domain::{Amount, Catalogue, Name, Timestamp, money};
use poem_openapi::{Enum, Object};
use projections::{conversions, merchants, payments};

use crate::json::{Text, Whole};
use crate::number::Number;

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
#[expect(missing_docs, reason = "one per status")]
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

/// What Stars can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum Currency {
    #[oai(rename = "TON")]
    Ton,
    #[oai(rename = "USD")]
    Usd,
    #[oai(rename = "EUR")]
    Eur,
    #[oai(rename = "GBP")]
    Gbp,
    #[oai(rename = "USDT")]
    Usdt,
}

impl Currency {
    /// What is credited: USDT is Tether on TRON.
    pub(crate) const fn asset(self) -> Name {
        match self {
            Self::Ton => money::TON,
            Self::Usd => Name::literal("USD"),
            Self::Eur => Name::literal("EUR"),
            Self::Gbp => Name::literal("GBP"),
            Self::Usdt => money::USDT_TRC20,
        }
    }

    /// As the dialect says it.
    pub(crate) fn text(asset: Name) -> String {
        if asset == money::USDT_TRC20 { "USDT".to_owned() } else { asset.to_string() }
    }
}

/// What a conversion would give.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct EstimateRequest {
    /// Whole Stars.
    pub(crate) source_amount: Whole,
    /// STARS, the default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) source_currency: Option<Text>,
    /// TON by default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) target_currency: Option<Currency>,
}

/// A rate to be promised.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct LockRequest {
    /// Whole Stars.
    pub(crate) source_amount: Whole,
    /// STARS, the default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) source_currency: Option<Text>,
    /// TON by default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) target_currency: Option<Currency>,
    /// 60 to 600; 300 by default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) duration_seconds: Option<Whole>,
}

/// Fees in Stars; `total` is more than its parts where the network's fee is not shown.
#[derive(Debug, Clone, Copy, Object)]
pub(crate) struct EstimateFees {
    pub(crate) telegram: Number,
    pub(crate) fragment: Number,
    pub(crate) network: Number,
    pub(crate) total: Number,
}

/// An estimate.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct Estimate {
    pub(crate) source_amount: Number,
    pub(crate) source_currency: String,
    pub(crate) target_currency: String,
    pub(crate) estimated_amount: Number,
    pub(crate) exchange_rate: Number,
    pub(crate) fees: EstimateFees,
    pub(crate) net_amount: Number,
    /// Milliseconds since 1970.
    pub(crate) valid_until: i64,
}

/// An estimate's answer, with the members the SDK reads.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct EstimateAnswer {
    pub(crate) success: bool,
    pub(crate) estimate: Estimate,
    pub(crate) stars_amount: Number,
    pub(crate) ton_equivalent: Number,
    pub(crate) target_currency: String,
    pub(crate) exchange_rate: Number,
    pub(crate) fees: EstimateFees,
    pub(crate) net_amount: Number,
}

/// A promised rate.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct RateLock {
    pub(crate) id: String,
    pub(crate) exchange_rate: Number,
    /// Milliseconds since 1970.
    pub(crate) locked_until: i64,
    pub(crate) source_amount: Number,
    pub(crate) target_currency: String,
}

/// A lock's answer, with the members the SDK reads.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct LockAnswer {
    pub(crate) success: bool,
    pub(crate) rate_lock: RateLock,
    pub(crate) id: String,
    pub(crate) exchange_rate: Number,
    pub(crate) locked_until: i64,
    pub(crate) stars_amount: Number,
    pub(crate) target_currency: String,
}

/// Payments to convert.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct CreateRequest {
    /// 1 to 1000 different payments.
    pub(crate) payment_ids: Vec<Text>,
    /// TON by default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) target_currency: Option<Currency>,
    /// The lock to use; without one, the rate of the moment.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) rate_lock_id: Option<Text>,
}

/// Fees of a conversion, in Stars.
#[derive(Debug, Object)]
pub(crate) struct ConversionFees {
    pub(crate) telegram: Number,
    pub(crate) fragment: Number,
    pub(crate) total: Number,
}

/// A conversion as it was created.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct NewConversion {
    pub(crate) id: String,
    pub(crate) payment_ids: Vec<String>,
    pub(crate) source_currency: String,
    pub(crate) target_currency: String,
    pub(crate) source_amount: Number,
    pub(crate) target_amount: Number,
    pub(crate) exchange_rate: Number,
    pub(crate) status: String,
    pub(crate) fees: ConversionFees,
    pub(crate) created_at: String,
}

impl NewConversion {
    pub(crate) fn new(event: &Created, at: Timestamp, catalogue: &Catalogue) -> Self {
        let fees = event.telegram_fee.plus(event.fragment_fee).unwrap_or_default();
        let in_stars = |amount| units(catalogue, money::STARS, amount);
        Self {
            id: event.conversion_id.to_string(),
            payment_ids: event.payment_ids.iter().map(ToString::to_string).collect(),
            source_currency: money::STARS.to_string(),
            target_currency: Currency::text(event.target),
            source_amount: in_stars(event.source_amount),
            target_amount: units(catalogue, event.target, event.target_amount),
            exchange_rate: Number(event.exchange_rate.decimal()),
            status: Status::Pending.as_str().to_owned(),
            fees: ConversionFees {
                telegram: in_stars(event.telegram_fee),
                fragment: in_stars(event.fragment_fee),
                total: in_stars(fees),
            },
            created_at: at.rfc3339_seconds(),
        }
    }
}

/// A creation's answer.
#[derive(Debug, Object)]
pub(crate) struct CreateAnswer {
    pub(crate) success: bool,
    pub(crate) conversion: NewConversion,
}

/// A conversion under way.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct ConversionState {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) source_amount: Number,
    pub(crate) target_amount: Number,
    /// null until submitted.
    pub(crate) fragment_tx_id: Option<String>,
    /// null until submitted.
    pub(crate) ton_tx_hash: Option<String>,
    /// Why it failed.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) error_message: Option<String>,
}

/// How far it is.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct ConversionProgress {
    pub(crate) phase: String,
    pub(crate) percentage: u32,
    /// Milliseconds since 1970; null at the end.
    pub(crate) estimated_completion: Option<i64>,
}

/// State and progress.
#[derive(Debug, Clone, Object)]
pub(crate) struct ConversionStatus {
    pub(crate) conversion: ConversionState,
    pub(crate) progress: ConversionProgress,
}

/// A status' answer, with the members the SDK reads.
#[derive(Debug, Object)]
pub(crate) struct StatusAnswer {
    pub(crate) success: bool,
    pub(crate) status: ConversionStatus,
    pub(crate) conversion: ConversionState,
    pub(crate) progress: ConversionProgress,
}

impl ConversionStatus {
    /// How long a conversion is expected to take. Units: seconds (`stars.md` §3.2).
    const EXPECTED_SECONDS: i64 = 600;

    pub(crate) fn new(row: conversions::Row, catalogue: &Catalogue) -> Self {
        let terminal = row.status == "completed" || row.status == "failed";
        let expected = row.created_at.plus_seconds(Self::EXPECTED_SECONDS).millis();
        let progress = ConversionProgress {
            phase: row.status.clone(),
            percentage: percentage(&row.phase),
            estimated_completion: (!terminal).then_some(expected),
        };
        let conversion = ConversionState {
            id: row.conversion_id.to_string(),
            source_amount: units(catalogue, money::STARS, row.source_amount),
            target_amount: units(catalogue, row.target, row.target_amount),
            fragment_tx_id: row.fragment_tx_id,
            ton_tx_hash: row.ton_tx_hash,
            error_message: row.error_message,
            status: row.status,
        };
        Self { conversion, progress }
    }
}

/// Thirds of the way (`stars.md` §3.2); a failed conversion keeps the phase it reached.
fn percentage(phase: &str) -> u32 {
    let reached = Status::ALL.into_iter().find(|status| status.as_str() == phase);
    match reached {
        None | Some(Status::Pending | Status::Failed) => 0,
        Some(Status::RateLocked) => 10,
        Some(Status::Prepared) => 33,
        Some(Status::Committed) => 66,
        Some(Status::Confirmed | Status::Completed) => 100,
    }
}

/// A conversion in a list.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct ConversionItem {
    pub(crate) id: String,
    pub(crate) source_amount: Number,
    pub(crate) target_amount: Number,
    pub(crate) status: String,
    pub(crate) created_at: String,
}

impl ConversionItem {
    pub(crate) fn new(row: conversions::Row, catalogue: &Catalogue) -> Self {
        Self {
            id: row.conversion_id.to_string(),
            source_amount: units(catalogue, money::STARS, row.source_amount),
            target_amount: units(catalogue, row.target, row.target_amount),
            status: row.status,
            created_at: row.created_at.rfc3339_seconds(),
        }
    }
}

/// A page of conversions. `total` and `page` stand at the top once more for the SDK.
#[derive(Debug, Object)]
pub(crate) struct ConversionsAnswer {
    pub(crate) success: bool,
    pub(crate) conversions: Vec<ConversionItem>,
    pub(crate) pagination: Pagination,
    pub(crate) total: u64,
    pub(crate) page: u64,
}

/// Rates from Stars, after Telegram's share.
#[derive(Debug, Object)]
pub(crate) struct StarRates {
    #[oai(rename = "TON", skip_serializing_if_is_none)]
    pub(crate) ton: Option<Number>,
    #[oai(rename = "USD", skip_serializing_if_is_none)]
    pub(crate) usd: Option<Number>,
    #[oai(rename = "EUR", skip_serializing_if_is_none)]
    pub(crate) eur: Option<Number>,
}

/// Rates from TON.
#[derive(Debug, Object)]
pub(crate) struct TonRates {
    #[oai(rename = "USD", skip_serializing_if_is_none)]
    pub(crate) usd: Option<Number>,
    #[oai(rename = "EUR", skip_serializing_if_is_none)]
    pub(crate) eur: Option<Number>,
}

/// The rates of the moment; a pair without a rate is left out.
#[derive(Debug, Object)]
pub(crate) struct Rates {
    #[oai(rename = "STARS")]
    pub(crate) stars: StarRates,
    #[oai(rename = "TON")]
    pub(crate) ton: TonRates,
}

/// The rates' answer.
#[derive(Debug, Object)]
pub(crate) struct RatesAnswer {
    pub(crate) success: bool,
    pub(crate) rates: Rates,
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
