//! What a deposit does to the link whose token it bears. It refuses nothing: the money is there.

use rust_decimal::Decimal;

use super::{Event, Outcome, Paid, PaymentLink, Received, Status};
use crate::fees::Percent;
use crate::{
    Account, Amount, Context, DepositId, FeeKind, Name, PaymentLinkId, Quote, Rounding, State,
    Transfer,
};

/// Money that came with a link's token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) payment_link_id: PaymentLinkId,
    pub(crate) deposit_id: DepositId,
    pub(crate) asset: Name,
    pub(crate) amount: Amount,
    /// Units of the link's money for one of the asset's.
    pub(crate) quote: Option<Quote>,
    /// How much may be missing where a rate had to be asked, which moves while money is on its way.
    pub(crate) tolerance: Percent,
}

/// The facts: what came, and that the link is paid, if it now is.
pub(crate) fn receive(state: &State, context: &Context<'_>, arrival: Arrival) -> Vec<Event> {
    let Some(link) = state.payment_link(arrival.payment_link_id) else { return vec![] };
    let quote = arrival.quote.filter(|_| arrival.asset != link.asset);
    let value = value(link, context, &arrival, quote);
    let total = link.received.plus(value.unwrap_or_default()).unwrap_or(Amount::MAX);
    let due = due(link, &arrival, quote);
    let outcome = outcome(link, context, value, total, due);
    let (fee, transfers) = share(link, context, arrival.asset, arrival.amount);
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
    let came = state.came(arrival.payment_link_id, arrival.asset).and(arrival.amount, fee);
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

/// The house's share of a payment, and the transfer of it.
pub(super) fn share(
    link: &PaymentLink,
    context: &Context<'_>,
    asset: Name,
    amount: Amount,
) -> (Amount, Vec<Transfer>) {
    let percent = link.fee_percent.unwrap_or(Percent::ZERO);
    let fee = context.catalogue.get(asset).and_then(|asset| asset.share(amount, percent));
    let fee = fee.unwrap_or_default();
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

/// What is enough: the price, or a little less where a rate was asked.
fn due(link: &PaymentLink, arrival: &Arrival, quote: Option<Quote>) -> Amount {
    let missing = match quote {
        None => None,
        Some(_) => arrival.tolerance.of(link.amount, Rounding::Down),
    };
    link.amount.minus(missing.unwrap_or_default()).unwrap_or(link.amount)
}

fn outcome(
    link: &PaymentLink,
    context: &Context<'_>,
    value: Option<Amount>,
    total: Amount,
    due: Amount,
) -> Outcome {
    match link.status {
        Status::Completed => Outcome::Duplicate,
        Status::Expired => Outcome::Late,
        Status::Pending if link.is_over(context.now) => Outcome::Late,
        Status::Pending if value.is_none() => Outcome::Unvalued,
        Status::Pending if total < due => Outcome::Underpaid,
        Status::Pending if total <= link.amount => Outcome::Paid,
        Status::Pending => Outcome::Overpaid,
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
