//! Rules for merchants.

use super::{
    Command, CredentialKind, CredentialRotated, DepositMemoAssigned, Event, Issued, Merchant,
    PlanBought, Refusal, Register, Registered, SecretRotated, Switched, WebhookSet,
};
use crate::{Account, Context, FeeKind, MerchantId, SecretId, State, Transfer, limits, money};

/// How long a replaced secret stays valid. Units: seconds.
const BOTH_VALID_SECONDS: i64 = 24 * 60 * 60;

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Register(register) => register_new(state, context, register),
        Command::Rotate { merchant_id, credential, keeps_secret } => {
            rotate(state, *merchant_id, credential, *keeps_secret)
        }
        Command::SetWebhook { merchant_id, url, standard } => {
            set_webhook(state, *merchant_id, url.as_deref(), *standard)
        }
        Command::AssignDepositMemo { merchant_id, memo } => assign_memo(state, *merchant_id, memo),
        Command::RotateSecret { merchant_id, kind, secret_id } => {
            rotate_secret(state, context, *merchant_id, *kind, *secret_id)
        }
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
        plan: new.plan.as_ref().map(|plan| PlanBought { id: plan.id.clone(), price: plan.price }),
        transfers: moved_balance(state, context, new).into_iter().chain(price(new)).collect(),
    }))])
}

/// The plan is paid from what the person had here.
fn price(new: &Register) -> Option<Transfer> {
    let asset = money::USDT_TRC20;
    let fees = Account::Fees { kind: FeeKind::PartnerPlan, asset };
    Transfer::new(Account::main(new.merchant_id, asset), fees, new.plan.as_ref()?.price)
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
    keeps_secret: bool,
) -> Result<Vec<Event>, Refusal> {
    let merchant = active(state, merchant_id)?;
    let replaces = merchant.credentials.get(&credential.kind).copied();
    if replaces == Some(credential.credential_id) {
        return Err(Refusal::SameCredential(credential.kind));
    }
    Ok(vec![Event::CredentialRotated(CredentialRotated {
        merchant_id,
        replaces,
        credential: credential.clone(),
        keeps_secret,
    })])
}

fn active(state: &State, id: MerchantId) -> Result<&Merchant, Refusal> {
    known(state, id).and_then(|found| if found.active { Ok(found) } else { Err(Refusal::Inactive) })
}

fn set_webhook(
    state: &State,
    merchant_id: MerchantId,
    url: Option<&str>,
    standard: bool,
) -> Result<Vec<Event>, Refusal> {
    known(state, merchant_id)?;
    if url.is_some_and(|url| !limits::fits(url, limits::URL_CHARS_MAX)) {
        return Err(Refusal::TooLong("webhook_url"));
    }
    let url = url.map(str::to_owned);
    Ok(vec![Event::WebhookSet(WebhookSet { merchant_id, url, standard })])
}

/// Once: a merchant that has a memo keeps it.
fn assign_memo(state: &State, merchant_id: MerchantId, memo: &str) -> Result<Vec<Event>, Refusal> {
    if known(state, merchant_id)?.deposit_memo.is_some() {
        return Ok(vec![]);
    }
    if memo.is_empty() || !limits::fits(memo, limits::REFERENCE_CHARS_MAX) {
        return Err(Refusal::TooLong("memo"));
    }
    if state.merchant_by_memo(memo).is_some() {
        return Err(Refusal::MemoTaken);
    }
    let memo = memo.to_owned();
    Ok(vec![Event::DepositMemoAssigned(DepositMemoAssigned { merchant_id, memo })])
}

fn rotate_secret(
    state: &State,
    context: &Context<'_>,
    merchant_id: MerchantId,
    kind: CredentialKind,
    secret_id: SecretId,
) -> Result<Vec<Event>, Refusal> {
    if !active(state, merchant_id)?.credentials.contains_key(&kind) {
        return Err(Refusal::NoCredential(kind));
    }
    let both_until = context.now.plus_seconds(BOTH_VALID_SECONDS);
    Ok(vec![Event::SecretRotated(SecretRotated { merchant_id, kind, secret_id, both_until })])
}
