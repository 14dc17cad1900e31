//! Rules for payouts.

use super::{Command, Completed, Event, Fee, Order, Refusal, Terms, To};
use crate::customer::{self, Opened, Referred};
use crate::merchant::Merchant;
use crate::{
    Account, Amount, Asset, Context, FeeKind, MerchantId, Name, State, Stream, TelegramId,
    Transfer, limits,
};

/// What follows from the command, or why not: the payout, before it the recipient's account if there
/// was none, and after it whose referral that is. In this order the holdings a charge names are those
/// just before its event.
pub(crate) fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<crate::Event>, Refusal> {
    let Command::Send(order) = command;
    let merchant = check(state, order)?;
    let first = money(context, order)?;
    let recipient = recipient(state, order)?;
    let base = match order.terms {
        Terms::Metered => context.calls.withdrawal,
        Terms::Share => Amount::ZERO,
    };
    let (charge, charged) = state.charge(context, order.merchant_id, base);
    let fee = match order.terms {
        Terms::Metered => None,
        Terms::Share => {
            let percent = merchant.fee_percent;
            let amount = first.share(order.amount, percent).unwrap_or_default();
            Some(Fee { percent: percent.decimal().to_string(), amount })
        }
    };
    let mut transfers = draw(state, order, recipient, fee.as_ref())?;
    transfers.extend(charged);
    let payout = crate::Event::Payout(Event::Completed(Box::new(Completed {
        payout_id: order.payout_id,
        merchant_id: order.merchant_id,
        dialect: order.dialect,
        recipient: recipient.person(),
        recipient_merchant_id: recipient.merchant(),
        asset: first.id,
        amount: order.amount,
        memo: order.memo.clone(),
        charge,
        fee,
        transfers,
    })));
    let person = recipient.person();
    let opened = person.and_then(|person| opened(state, person));
    let referred = person.and_then(|person| referred(state, order, person));
    Ok(opened.into_iter().chain([payout]).chain(referred).collect())
}

fn check<'a>(state: &'a State, order: &Order) -> Result<&'a Merchant, Refusal> {
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
    Ok(merchant)
}

/// The first of the assets; all must count in the same base units.
fn money<'a>(context: &Context<'a>, order: &Order) -> Result<&'a Asset, Refusal> {
    let known: Option<Vec<_>> = order.assets.iter().map(|id| context.catalogue.get(*id)).collect();
    let known = known.ok_or(Refusal::BadAssets)?;
    let first = *known.first().ok_or(Refusal::BadAssets)?;
    let alike = |asset: &&Asset| asset.exponent == first.exponent && asset.is_payable();
    if known.iter().all(alike) { Ok(first) } else { Err(Refusal::BadAssets) }
}

/// Where the money goes: one person, one balance.
#[derive(Clone, Copy)]
enum Recipient {
    Person(TelegramId),
    Merchant(MerchantId),
}

impl Recipient {
    fn person(self) -> Option<TelegramId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Merchant(_) => None,
        }
    }

    fn merchant(self) -> Option<MerchantId> {
        match self {
            Self::Person(_) => None,
            Self::Merchant(id) => Some(id),
        }
    }

    fn account(self, state: &State, asset: Name) -> Account {
        match self {
            Self::Person(id) => state.person(id, asset),
            Self::Merchant(id) => Account::main(id, asset),
        }
    }
}

fn recipient(state: &State, order: &Order) -> Result<Recipient, Refusal> {
    let (recipient, theirs) = match &order.to {
        To::Person(id) => (Recipient::Person(*id), state.merchant_by_telegram(*id)),
        To::Uid(uid) => {
            let id = state.merchant_by_uid(uid).ok_or(Refusal::UnknownRecipient)?;
            (Recipient::Merchant(id), Some(id))
        }
    };
    if theirs == Some(order.merchant_id) { Err(Refusal::OwnAccount) } else { Ok(recipient) }
}

/// Takes the amount and then the fee from the assets in their order; what the last lacks, the floors
/// refuse.
fn draw(
    state: &State,
    order: &Order,
    recipient: Recipient,
    fee: Option<&Fee>,
) -> Result<Vec<Transfer>, Refusal> {
    let mut purse: Vec<(Name, Amount)> = order
        .assets
        .iter()
        .map(|asset| {
            let account = Account::main(order.merchant_id, *asset);
            (*asset, state.balances().get(&account).available())
        })
        .collect();
    let mut transfers = Vec::new();
    let fees = |asset| Account::Fees { kind: FeeKind::Wallet, asset };
    let to = |asset| recipient.account(state, asset);
    take(&mut purse, order.amount, order.merchant_id, to, &mut transfers);
    let fee = fee.map(|fee| fee.amount).unwrap_or_default();
    take(&mut purse, fee, order.merchant_id, fees, &mut transfers);
    if transfers.is_empty() { Err(Refusal::BadAmount) } else { Ok(transfers) }
}

/// Moves an amount out of a purse; the last asset is asked for all that is left of it.
fn take(
    purse: &mut [(Name, Amount)],
    amount: Amount,
    from: MerchantId,
    to: impl Fn(Name) -> Account,
    transfers: &mut Vec<Transfer>,
) {
    let mut left = amount;
    let last = purse.len().saturating_sub(1);
    for (place, (asset, there)) in purse.iter_mut().enumerate() {
        let part = if place == last { left } else { left.min(*there) };
        transfers.extend(Transfer::new(Account::main(from, *asset), to(*asset), part));
        *there = there.minus(part).unwrap_or_default();
        left = left.minus(part).unwrap_or_default();
    }
}

/// Who is paid for the first time gets an account.
fn opened(state: &State, telegram_id: TelegramId) -> Option<crate::Event> {
    let known = state.is_customer(telegram_id) || state.merchant_by_telegram(telegram_id).is_some();
    let opened = crate::Event::Customer(customer::Event::Opened(Opened { telegram_id }));
    (!known).then_some(opened)
}

/// Who first pays a person has referred it.
fn referred(state: &State, order: &Order, telegram_id: TelegramId) -> Option<crate::Event> {
    let referred = Referred { telegram_id, merchant_id: order.merchant_id };
    let new = state.holdings().referrer(telegram_id).is_none();
    new.then_some(crate::Event::Customer(customer::Event::Referred(referred)))
}
