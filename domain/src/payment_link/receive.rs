//! What a deposit does to the link whose token it bears. It refuses nothing: the money is there.

use rust_decimal::Decimal;

use super::{Came, Event, Outcome, Paid, PaymentLink, Received, Status};
use crate::fees::Percent;
use crate::{
    Account, Amount, Context, DepositId, FeeKind, Name, PaymentLinkId, Quote, Rounding, State,
    Timestamp, Transfer,
};

/// Money that came with a link's token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) payment_link_id: PaymentLinkId,
    pub(crate) deposit_id: DepositId,
    pub(crate) asset: Name,
    pub(crate) amount: Amount,
    /// When the network took it in: what counts for a link that expires.
    pub(crate) at: Timestamp,
    /// Units of the link's money for one of the asset's.
    pub(crate) quote: Option<Quote>,
    /// How much may be missing, or too much, where a rate had to be asked.
    pub(crate) tolerance: Percent,
}

/// The facts: what came, and that the link is paid, if it now is.
pub(crate) fn receive(state: &State, context: &Context<'_>, arrival: Arrival) -> Vec<Event> {
    let Some(link) = state.payment_link(arrival.payment_link_id) else { return vec![] };
    let quote = arrival.quote.filter(|_| arrival.asset != link.asset);
    let value = value(link, context, &arrival, quote);
    let total = link.received.plus(value.unwrap_or_default()).unwrap_or(Amount::MAX);
    let outcome = outcome(link, context, &arrival, quote, value.map(|_| total));
    let came = state.came(arrival.payment_link_id, arrival.asset);
    let (fee, transfers) = share(link, context, arrival.asset, arrival.amount, came);
    let received = Event::Received(Box::new(Received {
        payment_link_id: arrival.payment_link_id,
        merchant_id: link.merchant_id,
        deposit_id: arrival.deposit_id,
        asset: arrival.asset,
        amount: arrival.amount,
        quote,
        value,
        total,
        outcome,
        fee,
        transfers,
    }));
    let came = came.and(arrival.amount, fee);
    let paid = match outcome {
        Outcome::Paid | Outcome::Overpaid => Some(Event::Paid(Box::new(Paid {
            payment_link_id: arrival.payment_link_id,
            merchant_id: link.merchant_id,
            dialect: link.dialect,
            payer: None,
            deposit_id: Some(arrival.deposit_id),
            asset: arrival.asset,
            amount: came.amount,
            quote,
            fee: came.fee,
            transfers: vec![],
        }))),
        Outcome::Underpaid | Outcome::Late | Outcome::Duplicate | Outcome::Unvalued => None,
    };
    [received].into_iter().chain(paid).collect()
}

/// The house's share of a payment, and the transfer of it. In parts it comes to the same as in one:
/// a part's share is that of all so far, less what was taken.
pub(super) fn share(
    link: &PaymentLink,
    context: &Context<'_>,
    asset: Name,
    amount: Amount,
    came: Came,
) -> (Amount, Vec<Transfer>) {
    let percent = link.fee_percent.unwrap_or(Percent::ZERO);
    let all = came.amount.plus(amount).unwrap_or(amount);
    let fee = context.catalogue.get(asset).and_then(|asset| asset.share(all, percent));
    let fee = fee.and_then(|fee| fee.minus(came.fee)).unwrap_or_default();
    let fees = Account::Fees { kind: FeeKind::Wallet, asset };
    let transfer = Transfer::new(Account::main(link.merchant_id, asset), fees, fee);
    (fee, transfer.into_iter().collect())
}

/// What the money is worth in the link's own, rounded down; `None` if there is no rate.
fn value(
    link: &PaymentLink,
    context: &Context<'_>,
    arrival: &Arrival,
    quote: Option<Quote>,
) -> Option<Amount> {
    if arrival.asset == link.asset {
        return Some(arrival.amount);
    }
    let amount = context.catalogue.get(arrival.asset)?.decimal(arrival.amount)?;
    let worth = amount.checked_mul(quote?.rate.decimal())?;
    context.catalogue.get(link.asset)?.amount_rounded(worth, Rounding::Down).ok()
}

/// How far a payment may miss the price where a rate was asked, which moves while money is on its way.
fn slack(link: &PaymentLink, arrival: &Arrival, quote: Option<Quote>) -> Amount {
    let slack = quote.and_then(|_| arrival.tolerance.of(link.amount, Rounding::Down));
    slack.unwrap_or_default()
}

/// The most that still is what was asked for: amounts that are asked for are rounded up.
fn asked(
    link: &PaymentLink,
    context: &Context<'_>,
    arrival: &Arrival,
    quote: Option<Quote>,
) -> Option<Amount> {
    let rest = link.amount.minus(link.received).unwrap_or_default();
    let rest = rest.plus(slack(link, arrival, quote))?;
    let rest = PaymentLink { amount: rest, ..*link };
    match quote {
        None => Some(rest.amount),
        Some(quote) => priced(&rest, context, arrival.asset, quote),
    }
}

/// `total` is what has come so far, this included, if this could be valued.
fn outcome(
    link: &PaymentLink,
    context: &Context<'_>,
    arrival: &Arrival,
    quote: Option<Quote>,
    total: Option<Amount>,
) -> Outcome {
    let enough = link.amount.minus(slack(link, arrival, quote)).unwrap_or(link.amount);
    match (link.status, total) {
        (Status::Completed, _) => Outcome::Duplicate,
        // What was on its way in time is in time, even if the link has expired meanwhile.
        (Status::Expired | Status::Pending, _) if link.is_over(arrival.at) => Outcome::Late,
        (Status::Expired | Status::Pending, None) => Outcome::Unvalued,
        (Status::Expired | Status::Pending, Some(total)) => {
            let asked = asked(link, context, arrival, quote);
            if total < enough {
                Outcome::Underpaid
            } else if asked.is_some_and(|asked| arrival.amount > asked) {
                Outcome::Overpaid
            } else {
                Outcome::Paid
            }
        }
    }
}

/// A price in an asset at a quote, rounded up at the asset's money scale.
pub(super) fn priced(
    link: &PaymentLink,
    context: &Context<'_>,
    asset: Name,
    quote: Quote,
) -> Option<Amount> {
    let price: Decimal = context.catalogue.get(link.asset)?.decimal(link.amount)?;
    context.catalogue.get(asset)?.priced(price, quote.rate)
}
