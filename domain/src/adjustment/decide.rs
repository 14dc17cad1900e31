//! Rules for adjustments.

use super::{Command, Direction, Event, Post, Posted, Refusal, Target};
use crate::{Account, Context, MerchantId, Name, State, Stream, Transfer, limits};

/// What follows from the command, or why not.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    let Command::Post(post) = command;
    if post.reason.trim().is_empty() || !limits::fits(&post.reason, limits::REASON_CHARS_MAX) {
        return Err(Refusal::BadReason);
    }
    let account = account(state, post)?;
    if context.catalogue.get(account.asset()).is_none() {
        return Err(Refusal::UnknownAsset(account.asset()));
    }
    if state.revision(&Stream::Adjustment(post.adjustment_id)) > 0 {
        return Err(Refusal::Exists);
    }
    let other = Account::External { rail: post.rail, asset: account.asset() };
    let transfer = match post.direction {
        Direction::Credit => Transfer::new(other, account, post.amount),
        Direction::Debit => Transfer::new(account, other, post.amount),
    };
    Ok(vec![Event::Posted(Posted {
        adjustment_id: post.adjustment_id,
        account,
        rail: post.rail,
        reason: post.reason.clone(),
        transfers: vec![transfer.ok_or(Refusal::Pointless)?],
    })])
}

fn account(state: &State, post: &Post) -> Result<Account, Refusal> {
    let of = |id: MerchantId, asset: Name| match state.merchant(id) {
        Some(_) => Ok(Account::main(id, asset)),
        None => Err(Refusal::UnknownOwner),
    };
    match &post.target {
        Target::Account(Account::Merchant { id, .. }) if state.merchant(*id).is_none() => {
            Err(Refusal::UnknownOwner)
        }
        Target::Account(account) => Ok(*account),
        Target::Merchant { id, asset } => of(*id, *asset),
        Target::Uid { uid, asset } => {
            of(state.merchant_by_uid(uid).ok_or(Refusal::UnknownOwner)?, *asset)
        }
        Target::Person { telegram_id, asset } => Ok(state.person(*telegram_id, *asset)),
    }
}
