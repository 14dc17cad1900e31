//! Rules for deposits.

use super::{Command, Credit, Credited, Event, Refusal};
use crate::payment_link::{self, Arrival};
use crate::{Account, Context, PaymentLinkId, Place, State, Stream, Transfer, limits};

/// What follows from the command, or why not: the credit, and what it does to a payment link. Money
/// that really arrived is never turned away: a memo that is nobody's leads to suspense.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<crate::Event>, Refusal> {
    let Command::Credit(new) = command;
    check(context, new)?;
    if state.is_deposited(new.rail, &new.tx_id) {
        return Ok(vec![]);
    }
    if state.revision(&Stream::Deposit(new.deposit_id)) > 0 {
        return Err(Refusal::Exists);
    }
    let memo = new.memo.as_deref().map(str::trim);
    let payment_link_id = memo.and_then(|memo| link_of(state, memo));
    let link = payment_link_id.and_then(|id| state.payment_link(id));
    let merchant_id = match link {
        Some(link) => Some(link.merchant_id),
        None => memo.and_then(|memo| state.merchant_by_memo(memo)),
    };
    let owner = match merchant_id {
        Some(id) => Account::main(id, new.asset),
        None => Account::Suspense { rail: new.rail, asset: new.asset },
    };
    let custody = Account::Custody { place: Place::Hot, asset: new.asset };
    let transfer = Transfer::new(custody, owner, new.amount).ok_or(Refusal::BadAmount)?;
    let credited = crate::Event::Deposit(Event::Credited(Box::new(Credited {
        deposit_id: new.deposit_id,
        rail: new.rail,
        tx_id: new.tx_id.clone(),
        address: new.address.clone(),
        memo: new.memo.as_deref().map(legible),
        merchant_id,
        payment_link_id,
        arrived_at: new.at,
        asset: new.asset,
        amount: new.amount,
        transfers: vec![transfer],
    })));
    let received = link.zip(payment_link_id).map(|(link, payment_link_id)| {
        let quote = new.quotes.iter().find(|(currency, _)| *currency == link.asset);
        let arrival = Arrival {
            payment_link_id,
            deposit_id: new.deposit_id,
            asset: new.asset,
            amount: new.amount,
            at: new.at.unwrap_or(context.now),
            quote: quote.map(|(_, quote)| *quote),
            tolerance: new.tolerance,
        };
        payment_link::receive(state, context, arrival)
    });
    let received = received.into_iter().flatten().map(crate::Event::PaymentLink);
    Ok(std::iter::once(credited).chain(received).collect())
}

/// The link a memo names, by its token as people copy it: with the URL's `pay_`, or in upper case.
fn link_of(state: &State, memo: &str) -> Option<PaymentLinkId> {
    let bare = memo.strip_prefix("pay_").unwrap_or(memo);
    let found = [memo, bare].into_iter().find_map(|token| state.payment_link_by_token(token));
    found.or_else(|| state.payment_link_by_token(&bare.to_ascii_lowercase()))
}

/// What can be kept of a text that a stranger wrote.
fn legible(memo: &str) -> String {
    memo.chars().filter(|c| *c != '\0').take(limits::REFERENCE_CHARS_MAX).collect()
}

fn check(context: &Context<'_>, new: &Credit) -> Result<(), Refusal> {
    let sound = |text: &str| !text.is_empty() && limits::fits(text, limits::REFERENCE_CHARS_MAX);
    if new.amount.is_zero() {
        return Err(Refusal::BadAmount);
    }
    if !sound(&new.tx_id) {
        return Err(Refusal::BadReference("the transaction id"));
    }
    if !sound(&new.address) {
        return Err(Refusal::BadReference("the address"));
    }
    if context.catalogue.get(new.asset).is_none() {
        return Err(Refusal::UnknownAsset(new.asset));
    }
    Ok(())
}
