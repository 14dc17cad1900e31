//! Rates and estimates (`stars.md` §1.8 and §2): arithmetic for showing, not for booking.

use domain::{Rounding, limits, money};
use serde_json::json;

use super::dto::{self, Currency};
use super::error::{Fault, code};
use crate::Gateway;
use crate::number::Number;

/// How long an estimate is meant to hold. Units: seconds.
const VALID_SECONDS: i64 = 60;

/// The rate of the moment before Telegram's share; a currency without one cannot be a target.
pub(super) fn base_rate(gateway: &Gateway, target: Currency) -> Result<domain::Rate, Fault> {
    let none = || Fault::invalid("there is no rate for this targetCurrency");
    gateway.star_rate(target.asset()).ok_or_else(none)
}

/// What this many Stars would give.
pub(super) fn answer(
    gateway: &Gateway,
    stars: u64,
    target: Currency,
) -> Result<dto::EstimateAnswer, Fault> {
    let minimum = limits::STARS_PER_CONVERSION_MIN;
    if stars < minimum {
        let message = format!("a conversion takes at least {minimum} Stars");
        let details = json!({ "minimum": minimum, "amount": stars });
        return Err(Fault::refused(code::MINIMUM, message, details));
    }
    if stars > limits::STARS_PER_CONVERSION_MAX {
        return Err(Fault::invalid("sourceAmount is too large"));
    }
    let base = base_rate(gateway, target)?;
    let beyond = || Fault::invalid("there is no usable rate for this targetCurrency");
    let rate = gateway.fees.exchange_rate(base).ok_or_else(beyond)?;
    let source = money::stars(stars);
    let fees = gateway.fees.fees(source).ok_or_else(beyond)?;
    let total = fees.telegram.plus(fees.fragment).and_then(|sum| sum.plus(fees.network));
    let total = total.ok_or_else(beyond)?;
    let net = source.minus(total).ok_or_else(beyond)?;
    let catalogue = &gateway.catalogue;
    let in_stars = |amount| dto::units(catalogue, money::STARS, amount);
    let in_target = |stars: Number, rate: domain::Rate| {
        let exact = stars.0.checked_mul(rate.decimal()).ok_or_else(beyond)?;
        let asset = catalogue.get(target.asset()).ok_or_else(beyond)?;
        let amount = asset.amount_rounded(exact, Rounding::Down).map_err(|_| beyond())?;
        Ok::<_, Fault>(dto::units(catalogue, target.asset(), amount))
    };
    let estimate = dto::Estimate {
        source_amount: Number::from(stars),
        source_currency: money::STARS.to_string(),
        target_currency: Currency::text(target.asset()),
        estimated_amount: in_target(Number::from(stars), rate)?,
        exchange_rate: Number(rate.decimal()),
        fees: dto::EstimateFees {
            telegram: in_stars(fees.telegram),
            fragment: in_stars(fees.fragment),
            network: in_stars(fees.network),
            total: in_stars(total),
        },
        net_amount: in_target(in_stars(net), base)?,
        valid_until: gateway.clock.now().plus_seconds(VALID_SECONDS).millis(),
    };
    Ok(dto::EstimateAnswer {
        success: true,
        stars_amount: estimate.source_amount,
        ton_equivalent: estimate.estimated_amount,
        target_currency: estimate.target_currency.clone(),
        exchange_rate: estimate.exchange_rate,
        fees: estimate.fees,
        net_amount: estimate.net_amount,
        estimate,
    })
}

/// The rates of the moment, those from Stars after Telegram's share.
pub(super) fn rates(gateway: &Gateway) -> dto::RatesAnswer {
    let from_stars = |target: Currency| {
        let rate = gateway.fees.exchange_rate(gateway.star_rate(target.asset())?)?;
        Some(Number(rate.decimal()))
    };
    let from_ton = |target: Currency| {
        gateway.rates.get(money::TON, target.asset()).map(|rate| Number(rate.decimal()))
    };
    let stars = dto::StarRates {
        ton: from_stars(Currency::Ton),
        usd: from_stars(Currency::Usd),
        eur: from_stars(Currency::Eur),
    };
    let ton = dto::TonRates { usd: from_ton(Currency::Usd), eur: from_ton(Currency::Eur) };
    dto::RatesAnswer { success: true, rates: dto::Rates { stars, ton } }
}
