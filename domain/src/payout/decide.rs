//! Rules for payouts.

use super::{Command, Completed, Event, Order, Refusal};
use crate::customer::{self, Opened, Referred};
use crate::{Account, Amount, Context, State, Stream, Transfer, limits};

/// What follows from the command, or why not: the payout, before it the recipient's account if there
/// was none, and after it whose referral that is. In this order the holdings a charge names are those
/// just before its event.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<crate::Event>, Refusal> {
    let Command::Send(order) = command;
    check(state, order)?;
    let recipient = state.person(order.recipient, order.asset);
    let transfer =
        Transfer::new(Account::main(order.merchant_id, order.asset), recipient, order.amount);
    let transfer = transfer.ok_or(Refusal::OwnAccount)?;
    let base = if order.metered { context.calls.withdrawal } else { Amount::ZERO };
    let (charge, fee) = state.charge(context, order.merchant_id, base);
    let payout = crate::Event::Payout(Event::Completed(Box::new(Completed {
        payout_id: order.payout_id,
        merchant_id: order.merchant_id,
        dialect: order.dialect,
        recipient: order.recipient,
        asset: order.asset,
        amount: order.amount,
        memo: order.memo.clone(),
        charge,
        transfers: std::iter::once(transfer).chain(fee).collect(),
    })));
    let (opened, referred) = (opened(state, order), referred(state, order));
    Ok(opened.into_iter().chain([payout]).chain(referred).collect())
}

fn check(state: &State, order: &Order) -> Result<(), Refusal> {
    if order.amount.is_zero() {
        return Err(Refusal::BadAmount);
    }
    if order.memo.as_ref().is_some_and(|memo| !limits::fits(memo, limits::MEMO_CHARS_MAX)) {
        return Err(Refusal::MemoTooLong);
    }
    let merchant = state.merchant(order.merchant_id).ok_or(Refusal::UnknownMerchant)?;
    if !merchant.active {
        return Err(Refusal::Inactive);
    }
    if state.revision(&Stream::Payout(order.payout_id)) > 0 {
        return Err(Refusal::Exists);
    }
    Ok(())
}

/// Who is paid for the first time gets an account.
fn opened(state: &State, order: &Order) -> Option<crate::Event> {
    let telegram_id = order.recipient;
    let known = state.is_customer(telegram_id) || state.merchant_by_telegram(telegram_id).is_some();
    let opened = crate::Event::Customer(customer::Event::Opened(Opened { telegram_id }));
    (!known).then_some(opened)
}

/// Who first pays a person has referred it.
fn referred(state: &State, order: &Order) -> Option<crate::Event> {
    let (telegram_id, merchant_id) = (order.recipient, order.merchant_id);
    let referred = customer::Event::Referred(Referred { telegram_id, merchant_id });
    let new = state.holdings().referrer(telegram_id).is_none();
    new.then_some(crate::Event::Customer(referred))
}
