//! Rules for merchants.

use super::{
    Command, CredentialRotated, Event, Issued, Merchant, Refusal, Register, Registered, Switched,
};
use crate::{Account, Context, MerchantId, State, Transfer};

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Register(register) => register_new(state, context, register),
        Command::Rotate { merchant_id, credential } => rotate(state, *merchant_id, credential),
        Command::Deactivate { merchant_id } => {
            let event = Event::Deactivated(Switched { merchant_id: *merchant_id });
            Ok(if known(state, *merchant_id)?.active { vec![event] } else { vec![] })
        }
        Command::Activate { merchant_id } => {
            let event = Event::Activated(Switched { merchant_id: *merchant_id });
            Ok(if known(state, *merchant_id)?.active { vec![] } else { vec![event] })
        }
    }
}

fn known(state: &State, id: MerchantId) -> Result<&Merchant, Refusal> {
    state.merchant(id).ok_or(Refusal::Unknown)
}

fn register_new(
    state: &State,
    context: &Context<'_>,
    new: &Register,
) -> Result<Vec<Event>, Refusal> {
    new.check()?;
    if state.merchant(new.merchant_id).is_some() {
        return Err(Refusal::Exists);
    }
    if state.merchant_by_uid(&new.uid).is_some() {
        return Err(Refusal::UidTaken(new.uid.clone()));
    }
    if let Some(taken) = new.telegram_id.filter(|id| state.merchant_by_telegram(*id).is_some()) {
        return Err(Refusal::TelegramIdTaken(taken));
    }
    let serial = state.merchants_registered().saturating_add(1);
    Ok(vec![Event::Registered(Box::new(Registered {
        merchant_id: new.merchant_id,
        serial,
        uid: new.uid.clone(),
        name: new.name.clone(),
        description: new.description.clone(),
        username: new.username.clone(),
        telegram_id: new.telegram_id,
        webhook_url: new.webhook_url.clone(),
        fee_percent: new.fee_percent.decimal().to_string(),
        scopes: new.scopes.clone(),
        credentials: new.credentials.clone(),
        transfers: moved_balance(state, context, new),
    }))])
}

/// One person, one balance (`native.md`): what the customer had becomes the merchant's.
fn moved_balance(state: &State, context: &Context<'_>, new: &Register) -> Vec<Transfer> {
    let Some(telegram_id) = new.telegram_id else { return vec![] };
    let moved = context.catalogue.iter().filter_map(|asset| {
        let customer = Account::Customer { telegram_id, asset: asset.id };
        let balance = state.balances().get(&customer).available();
        Transfer::new(customer, Account::main(new.merchant_id, asset.id), balance)
    });
    moved.collect()
}

fn rotate(
    state: &State,
    merchant_id: MerchantId,
    credential: &Issued,
) -> Result<Vec<Event>, Refusal> {
    let merchant = known(state, merchant_id)?;
    if !merchant.active {
        return Err(Refusal::Inactive);
    }
    let replaces = merchant.credentials.get(&credential.kind).copied();
    if replaces == Some(credential.credential_id) {
        return Err(Refusal::SameCredential(credential.kind));
    }
    Ok(vec![Event::CredentialRotated(CredentialRotated {
        merchant_id,
        replaces,
        credential: credential.clone(),
    })])
}
