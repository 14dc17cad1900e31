//! Rules for payment links.

use super::receive::{priced, share};
use super::{
    Command, Create, Created, Event, Expired, Named, Paid, Pay, PaymentLink, Refusal, Status, Terms,
};
use crate::{Account, Amount, Context, Name, PaymentLinkId, State, Transfer, limits};

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Create(create) => self::create(state, context, create),
        Command::Pay(pay) => self::pay(state, context, pay),
        Command::Expire { payment_link_id } => expire(state, context, *payment_link_id),
    }
}

fn create(state: &State, context: &Context<'_>, new: &Create) -> Result<Vec<Event>, Refusal> {
    check(new)?;
    let merchant = state.merchant(new.merchant_id).ok_or(Refusal::UnknownMerchant)?;
    if !merchant.active {
        return Err(Refusal::Inactive);
    }
    let taken = state.payment_link_by_token(&new.token).is_some();
    if taken || state.payment_link(new.payment_link_id).is_some() {
        return Err(Refusal::Exists);
    }
    let (base, fee_percent) = match new.terms {
        Terms::Metered => (context.calls.payment, None),
        Terms::Share => (Amount::ZERO, Some(merchant.fee_percent.decimal().to_string())),
    };
    let (charge, fee) = state.charge(context, new.merchant_id, base);
    Ok(vec![Event::Created(Box::new(Created {
        payment_link_id: new.payment_link_id,
        merchant_id: new.merchant_id,
        dialect: new.dialect,
        token: new.token.clone(),
        asset: new.asset,
        amount: new.amount,
        description: new.description.clone(),
        metadata: new.metadata.clone(),
        callback_url: new.callback_url.clone(),
        success_url: new.success_url.clone(),
        expires_at: new.seconds.map(|seconds| context.now.plus_seconds(seconds)),
        fee_percent,
        charge,
        transfers: fee.into_iter().collect(),
    }))])
}

fn check(new: &Create) -> Result<(), Refusal> {
    let longer = |text: &Option<String>, most: usize| {
        text.as_ref().is_some_and(|text| !limits::fits(text, most))
    };
    if new.amount.is_zero() {
        return Err(Refusal::BadAmount);
    }
    if new.token.is_empty() || !limits::fits(&new.token, limits::LINK_TOKEN_CHARS_MAX) {
        return Err(Refusal::TooLong("token"));
    }
    if longer(&new.description, limits::LINK_DESCRIPTION_CHARS_MAX) {
        return Err(Refusal::TooLong("description"));
    }
    if new.metadata.as_ref().is_some_and(|text| text.len() > limits::LINK_METADATA_BYTES_MAX) {
        return Err(Refusal::TooLong("metadata"));
    }
    if longer(&new.callback_url, limits::URL_CHARS_MAX) {
        return Err(Refusal::TooLong("callback_url"));
    }
    if longer(&new.success_url, limits::URL_CHARS_MAX) {
        return Err(Refusal::TooLong("success_url"));
    }
    let lasts = limits::LINK_SECONDS_MIN..=limits::LINK_SECONDS_MAX;
    if new.seconds.is_some_and(|seconds| !lasts.contains(&seconds)) {
        return Err(Refusal::BadDuration);
    }
    Ok(())
}

/// The link can still be paid, as far as its own state goes.
fn payable(link: &PaymentLink, context: &Context<'_>) -> Result<(), Refusal> {
    match link.status {
        Status::Completed => Err(Refusal::AlreadyPaid),
        Status::Expired => Err(Refusal::Expired),
        Status::Pending if link.is_over(context.now) => Err(Refusal::Expired),
        Status::Pending => Ok(()),
    }
}

/// A link of a switched-off merchant can be paid: money still reaches it.
fn pay(state: &State, context: &Context<'_>, pay: &Pay) -> Result<Vec<Event>, Refusal> {
    let id = match &pay.link {
        Named::Id(id) => Some(*id),
        Named::Token(token) => state.payment_link_by_token(token),
    };
    let found = id.and_then(|id| Some((id, state.payment_link(id)?)));
    let (payment_link_id, link) = found.ok_or(Refusal::Unknown)?;
    payable(link, context)?;
    let off = |id| state.merchant(id).is_some_and(|merchant| !merchant.active);
    if state.merchant_by_telegram(pay.payer).is_some_and(off) {
        return Err(Refusal::Inactive);
    }
    let (asset, amount) = asked(link, context, pay)?;
    let payer = state.person(pay.payer, asset);
    let merchant = Account::main(link.merchant_id, asset);
    let transfer = Transfer::new(payer, merchant, amount).ok_or(Refusal::OwnLink)?;
    let came = state.came(payment_link_id, asset);
    let (fee, shared) = share(link, context, asset, amount, came);
    let came = came.and(amount, fee);
    Ok(vec![Event::Paid(Box::new(Paid {
        payment_link_id,
        merchant_id: link.merchant_id,
        dialect: link.dialect,
        payer: Some(pay.payer),
        deposit_id: None,
        asset,
        amount: came.amount,
        quote: pay.quote.filter(|_| asset != link.asset),
        fee: came.fee,
        transfers: std::iter::once(transfer).chain(shared).collect(),
    }))])
}

/// What the payer has to give, and of what: the rest of the price, if some of it came already.
fn asked(link: &PaymentLink, context: &Context<'_>, pay: &Pay) -> Result<(Name, Amount), Refusal> {
    let asset = pay.asset.unwrap_or(link.asset);
    let payable = context.catalogue.get(asset).is_some_and(crate::Asset::is_payable);
    let own = context.catalogue.get(link.asset).is_some_and(crate::Asset::is_payable);
    if !payable || (own && asset != link.asset) {
        return Err(Refusal::OtherAsset(asset));
    }
    let rest = link.amount.minus(link.received).filter(|rest| !rest.is_zero());
    let rest = PaymentLink { amount: rest.unwrap_or(link.amount), ..*link };
    if asset == link.asset {
        return Ok((asset, rest.amount));
    }
    let quote = pay.quote.ok_or(Refusal::NoRate(asset))?;
    let amount = priced(&rest, context, asset, quote).filter(|amount| !amount.is_zero());
    Ok((asset, amount.ok_or(Refusal::NoRate(asset))?))
}

fn expire(
    state: &State,
    context: &Context<'_>,
    payment_link_id: PaymentLinkId,
) -> Result<Vec<Event>, Refusal> {
    let link = state.payment_link(payment_link_id).ok_or(Refusal::Unknown)?;
    match link.status {
        Status::Completed | Status::Expired => Ok(vec![]),
        Status::Pending if !link.is_over(context.now) => Err(Refusal::NotDue),
        Status::Pending => {
            let merchant_id = link.merchant_id;
            Ok(vec![Event::Expired(Expired { payment_link_id, merchant_id })])
        }
    }
}
