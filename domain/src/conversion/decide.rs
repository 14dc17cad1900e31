//! Rules for conversions.

use rust_decimal::Decimal;

use super::{
    Command, Committed, Completed, Confirmed, Conversion, Create, Created, Event, Failed, Prepared,
    RateLocked, Refusal, Status, Step, legs,
};
use crate::rate_lock::Consumed;
use crate::{
    Amount, Context, ConversionId, MerchantId, Name, Rate, Rounding, State, limits, money, payment,
    rate_lock,
};

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<crate::Event>, Refusal> {
    match command {
        Command::Create(new) => create(state, context, new),
        Command::Advance { conversion_id, step } => advance(state, *conversion_id, step),
        Command::Fail { conversion_id, reason } => fail(state, *conversion_id, reason),
    }
}

fn create(
    state: &State,
    context: &Context<'_>,
    new: &Create,
) -> Result<Vec<crate::Event>, Refusal> {
    let unique: std::collections::BTreeSet<_> = new.payment_ids.iter().collect();
    let count = new.payment_ids.len();
    if count == 0 || count > limits::PAYMENTS_PER_CONVERSION_MAX || unique.len() < count {
        return Err(Refusal::BadPayments);
    }
    if state.conversion(new.conversion_id).is_some() {
        return Err(Refusal::Exists);
    }
    let source_amount = source(state, new)?;
    let (base_rate, exchange_rate) = rates(state, context, new)?;
    let target_amount = target_amount(context, new.target, source_amount, exchange_rate)?;
    let fees = context.fees.fees(source_amount).ok_or(Refusal::AboveMaximum)?;
    let mut created = Created {
        conversion_id: new.conversion_id,
        merchant_id: new.merchant_id,
        payment_ids: new.payment_ids.clone(),
        source_amount,
        target: new.target,
        target_amount,
        base_rate,
        exchange_rate,
        rate_lock_id: new.rate_lock_id,
        telegram_fee: fees.telegram,
        fragment_fee: fees.fragment,
        transfers: vec![],
    };
    created.transfers = legs::create(&Conversion::created(&created));
    Ok(facts_of_creation(created))
}

fn facts_of_creation(created: Created) -> Vec<crate::Event> {
    let Created { conversion_id, merchant_id, rate_lock_id, .. } = created;
    let started = created.payment_ids.clone().into_iter().map(|payment_id| {
        let started = payment::Started { payment_id, merchant_id, conversion_id };
        crate::Event::Payment(payment::Event::Started(started))
    });
    let consumed = rate_lock_id.map(|rate_lock_id| {
        let consumed = Consumed { rate_lock_id, merchant_id, conversion_id };
        crate::Event::RateLock(rate_lock::Event::Consumed(consumed))
    });
    let created = crate::Event::Conversion(Event::Created(Box::new(created)));
    std::iter::once(created).chain(started).chain(consumed).collect()
}

/// The Stars of all payments, if every one is free to convert.
fn source(state: &State, new: &Create) -> Result<Amount, Refusal> {
    let mine = |id: &_| state.payment(*id).filter(|found| found.merchant_id == new.merchant_id);
    let found = new.payment_ids.iter().map(|id| mine(id).ok_or(Refusal::UnknownPayment(*id)));
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    let with_ids = || new.payment_ids.iter().zip(&found);
    let converting = |status| matches!(status, payment::Status::Converting(_));
    if let Some((id, _)) = with_ids().find(|(_, payment)| converting(payment.status)) {
        return Err(Refusal::InProgress(*id));
    }
    if let Some((id, payment)) =
        with_ids().find(|(_, payment)| payment.status != payment::Status::Received)
    {
        let status = payment.status.as_str();
        return Err(Refusal::NotReceived { payment_id: *id, status });
    }
    let sum = found.iter().try_fold(Amount::ZERO, |sum, payment| sum.plus(payment.amount));
    let sum = sum.ok_or(Refusal::AboveMaximum)?;
    if sum < money::stars(limits::STARS_PER_CONVERSION_MIN) {
        return Err(Refusal::BelowMinimum { stars: money::whole_stars(sum) });
    }
    if sum > money::stars(limits::STARS_PER_CONVERSION_MAX) {
        return Err(Refusal::AboveMaximum);
    }
    Ok(sum)
}

/// Base and exchange rate: the lock's, or those of the moment.
fn rates(state: &State, context: &Context<'_>, new: &Create) -> Result<(Rate, Rate), Refusal> {
    let Some(lock_id) = new.rate_lock_id else {
        let exchange_rate = context.fees.exchange_rate(new.base_rate).ok_or(Refusal::BadRate)?;
        return Ok((new.base_rate, exchange_rate));
    };
    let lock = state.rate_lock(lock_id).filter(|lock| lock.merchant_id == new.merchant_id);
    let lock = lock.ok_or(Refusal::UnknownLock)?;
    if context.now > lock.locked_until {
        return Err(Refusal::LockExpired);
    }
    if lock.consumed {
        return Err(Refusal::LockConsumed);
    }
    if lock.target != new.target {
        return Err(Refusal::LockForOther(lock.target));
    }
    Ok((lock.base_rate, lock.exchange_rate))
}

/// Source × rate, rounded down to the target's base unit (`stars.md` §2).
fn target_amount(
    context: &Context<'_>,
    target: Name,
    source: Amount,
    rate: Rate,
) -> Result<Amount, Refusal> {
    let asset = context.catalogue.get(target).ok_or(Refusal::BadRate)?;
    let stars = Decimal::from(money::whole_stars(source));
    let exact = stars.checked_mul(rate.decimal()).ok_or(Refusal::BadRate)?;
    let amount = asset.amount_rounded(exact, Rounding::Down).map_err(|_| Refusal::BadRate)?;
    if amount.is_zero() { Err(Refusal::BadRate) } else { Ok(amount) }
}

fn advance(
    state: &State,
    conversion_id: ConversionId,
    step: &Step,
) -> Result<Vec<crate::Event>, Refusal> {
    let conversion = state.conversion(conversion_id).ok_or(Refusal::Unknown)?;
    let (from, to) = (conversion.status, step.reaches());
    if conversion.next() != Some(to) {
        return Err(Refusal::NotNext { from, to });
    }
    let event = stepped(conversion_id, conversion, step);
    let mut facts = vec![crate::Event::Conversion(event)];
    if to == Status::Completed {
        facts.extend(conversion.payment_ids.iter().map(|payment_id| {
            crate::Event::Payment(payment::Event::Converted(payment::Converted {
                payment_id: *payment_id,
                merchant_id: conversion.merchant_id,
                conversion_id,
            }))
        }));
    }
    Ok(facts)
}

fn stepped(conversion_id: ConversionId, conversion: &Conversion, step: &Step) -> Event {
    let merchant_id: MerchantId = conversion.merchant_id;
    let transfers = legs::reaching(step.reaches(), conversion);
    match step {
        Step::LockRate => Event::RateLocked(RateLocked {
            conversion_id,
            merchant_id,
            // `Conversion::next` leads here only with a lock.
            rate_lock_id: conversion.rate_lock_id.unwrap_or(crate::RateLockId(uuid::Uuid::nil())),
        }),
        Step::Prepare => Event::Prepared(Prepared { conversion_id, merchant_id }),
        Step::Commit { fragment_tx_id, ton_tx_hash } => Event::Committed(Committed {
            conversion_id,
            merchant_id,
            fragment_tx_id: fragment_tx_id.clone(),
            ton_tx_hash: ton_tx_hash.clone(),
            transfers,
        }),
        Step::Confirm => Event::Confirmed(Confirmed { conversion_id, merchant_id, transfers }),
        Step::Complete => Event::Completed(Completed {
            conversion_id,
            merchant_id,
            target: conversion.target,
            target_amount: conversion.target_amount,
            ton_tx_hash: conversion.ton_tx_hash.clone().unwrap_or_default(),
            transfers,
        }),
    }
}

fn fail(
    state: &State,
    conversion_id: ConversionId,
    reason: &str,
) -> Result<Vec<crate::Event>, Refusal> {
    let conversion = state.conversion(conversion_id).ok_or(Refusal::Unknown)?;
    let (from, to) = (conversion.status, Status::Failed);
    if from.is_terminal() {
        return Err(Refusal::NotNext { from, to });
    }
    if reason.trim().is_empty() || !limits::fits(reason, limits::REASON_CHARS_MAX) {
        return Err(Refusal::BadReason);
    }
    let merchant_id = conversion.merchant_id;
    let failed = Event::Failed(Failed {
        conversion_id,
        merchant_id,
        phase: from.as_str().to_owned(),
        reason: reason.to_owned(),
        transfers: legs::reaching(to, conversion),
    });
    let released = conversion.payment_ids.iter().map(|payment_id| {
        crate::Event::Payment(payment::Event::Released(payment::Released {
            payment_id: *payment_id,
            merchant_id,
            conversion_id,
            reason: reason.to_owned(),
        }))
    });
    Ok(std::iter::once(crate::Event::Conversion(failed)).chain(released).collect())
}
