//! Rules for rate locks.

use super::{Command, Event, Locked, Refusal};
use crate::{Context, State, limits, money};

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    let Command::Lock { rate_lock_id, merchant_id, stars, target, base_rate, seconds } = *command;
    if state.merchant(merchant_id).is_none() {
        return Err(Refusal::UnknownMerchant);
    }
    if state.rate_lock(rate_lock_id).is_some() {
        return Err(Refusal::Exists);
    }
    if stars < limits::STARS_PER_CONVERSION_MIN {
        return Err(Refusal::BelowMinimum);
    }
    if stars > limits::STARS_PER_CONVERSION_MAX {
        return Err(Refusal::AboveMaximum);
    }
    if !(limits::LOCK_SECONDS_MIN..=limits::LOCK_SECONDS_MAX).contains(&seconds) {
        return Err(Refusal::BadDuration);
    }
    let exchange_rate = context.fees.exchange_rate(base_rate).ok_or(Refusal::BadRate)?;
    Ok(vec![Event::Locked(Locked {
        rate_lock_id,
        merchant_id,
        source_amount: money::stars(stars),
        target,
        base_rate,
        exchange_rate,
        locked_until: context.now.plus_seconds(seconds),
    })])
}
