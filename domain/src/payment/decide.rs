//! Rules for payments.

use super::{Command, Event, Receive, Received, Refusal, Settled, Status};
use crate::{Account, Name, PaymentId, State, Transfer, limits, money};

/// The other side of every Star that comes in.
const TELEGRAM: Account =
    Account::External { rail: Name::literal("telegram"), asset: money::STARS };

/// What follows from the command, or why not.
pub(crate) fn decide(state: &State, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Receive(receive) => self::receive(state, receive),
        Command::Settle { payment_id } => settle(state, *payment_id),
    }
}

/// Refuses no money that really arrived: only a charge that contradicts the books.
fn receive(state: &State, new: &Receive) -> Result<Vec<Event>, Refusal> {
    if new.stars == 0 || new.stars > limits::STARS_PER_PAYMENT_MAX {
        return Err(Refusal::BadAmount);
    }
    check_references(new)?;
    if state.merchant(new.merchant_id).is_none() {
        return Err(Refusal::UnknownMerchant);
    }
    let amount = money::stars(new.stars);
    if let Some(before) = state.payment_by_charge(&new.telegram_payment_id) {
        let same = before.merchant_id == new.merchant_id && before.amount == amount;
        let telegram_payment_id = new.telegram_payment_id.clone();
        return if same { Ok(vec![]) } else { Err(Refusal::ChargeReused { telegram_payment_id }) };
    }
    let credit = Account::main(new.merchant_id, money::STARS);
    Ok(vec![Event::Received(Box::new(Received {
        payment_id: new.payment_id,
        merchant_id: new.merchant_id,
        amount,
        telegram_payment_id: new.telegram_payment_id.clone(),
        provider_payment_id: new.provider_payment_id.clone(),
        invoice_payload: new.invoice_payload.clone(),
        update_id: new.update_id,
        payer: new.payer,
        update_sha256: new.update_sha256.clone(),
        transfers: Transfer::new(TELEGRAM, credit, amount).into_iter().collect(),
    }))])
}

fn check_references(new: &Receive) -> Result<(), Refusal> {
    let longer = |text: &str| !limits::fits(text, limits::REFERENCE_CHARS_MAX);
    if new.telegram_payment_id.is_empty() || longer(&new.telegram_payment_id) {
        return Err(Refusal::BadReference("telegram_payment_charge_id"));
    }
    if new.provider_payment_id.as_deref().is_some_and(longer) {
        return Err(Refusal::BadReference("provider_payment_charge_id"));
    }
    if longer(&new.invoice_payload) {
        return Err(Refusal::BadReference("invoice_payload"));
    }
    Ok(())
}

fn settle(state: &State, payment_id: PaymentId) -> Result<Vec<Event>, Refusal> {
    let payment = state.payment(payment_id).ok_or(Refusal::Unknown)?;
    match payment.status {
        Status::Converted => {
            let merchant_id = payment.merchant_id;
            Ok(vec![Event::Settled(Settled { payment_id, merchant_id })])
        }
        Status::Settled => Ok(vec![]),
        Status::Received | Status::Converting(_) => {
            Err(Refusal::NotConverted { status: payment.status.as_str() })
        }
    }
}
