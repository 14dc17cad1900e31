//! The wire shapes of conversions, locks and rates (`stars.md` §1.8 to §1.13).

use domain::conversion::{Created, Status};
use domain::{Catalogue, Name, Timestamp, money};
use poem_openapi::{Enum, Object};
use projections::conversions;

use super::{Pagination, units};
use crate::json::{Text, Whole};
use crate::number::Number;

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
