//! Rules for payment links.

use super::{
    Command, Create, Created, Event, Expired, Named, Paid, Pay, PaymentLink, Refusal, Status,
};
use crate::{Account, Context, PaymentLinkId, State, Transfer, limits};

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
    let base = if new.metered { context.calls.payment } else { crate::Amount::ZERO };
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
        expires_at: context.now.plus_seconds(new.seconds),
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
    if !(limits::LINK_SECONDS_MIN..=limits::LINK_SECONDS_MAX).contains(&new.seconds) {
        return Err(Refusal::BadDuration);
    }
    Ok(())
}

/// The link can still be paid, as far as its own state goes.
fn payable(link: &PaymentLink, context: &Context<'_>) -> Result<(), Refusal> {
    match link.status {
        Status::Completed => Err(Refusal::AlreadyPaid),
        Status::Expired => Err(Refusal::Expired),
        // The fact of the expiry may be a moment late; the time itself is not.
        Status::Pending if context.now >= link.expires_at => Err(Refusal::Expired),
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
    if pay.asset.is_some_and(|asset| asset != link.asset) {
        return Err(Refusal::OtherAsset(link.asset));
    }
    let off = |id| state.merchant(id).is_some_and(|merchant| !merchant.active);
    if state.merchant_by_telegram(pay.payer).is_some_and(off) {
        return Err(Refusal::Inactive);
    }
    let payer = state.person(pay.payer, link.asset);
    let merchant = Account::main(link.merchant_id, link.asset);
    let transfer = Transfer::new(payer, merchant, link.amount).ok_or(Refusal::OwnLink)?;
    Ok(vec![Event::Paid(Paid {
        payment_link_id,
        merchant_id: link.merchant_id,
        dialect: link.dialect,
        payer: pay.payer,
        asset: link.asset,
        amount: link.amount,
        transfers: vec![transfer],
    })])
}

fn expire(
    state: &State,
    context: &Context<'_>,
    payment_link_id: PaymentLinkId,
) -> Result<Vec<Event>, Refusal> {
    let link = state.payment_link(payment_link_id).ok_or(Refusal::Unknown)?;
    match link.status {
        Status::Completed | Status::Expired => Ok(vec![]),
        Status::Pending if context.now < link.expires_at => Err(Refusal::NotDue),
        Status::Pending => {
            let merchant_id = link.merchant_id;
            Ok(vec![Event::Expired(Expired { payment_link_id, merchant_id })])
        }
    }
}
