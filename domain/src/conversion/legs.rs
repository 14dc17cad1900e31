//! The bookkeeping of a conversion (`stars.md` §2): which transfers each phase posts.

use super::{Conversion, Status};
use crate::{Account, FeeKind, Transfer, money::STARS};

/// The Stars are reserved.
pub(crate) fn create(conversion: &Conversion) -> Vec<Transfer> {
    let Conversion { merchant_id, source_amount, .. } = *conversion;
    let (main, held) = (Account::main(merchant_id, STARS), Account::held(merchant_id, STARS));
    Transfer::new(main, held, source_amount).into_iter().collect()
}

/// The Stars leave: both fees, and the rest into the trade.
fn commit(conversion: &Conversion) -> Vec<Transfer> {
    let Conversion { merchant_id, source_amount, telegram_fee, fragment_fee, .. } = *conversion;
    let held = Account::held(merchant_id, STARS);
    let fee = |kind| Account::Fees { kind, asset: STARS };
    let traded = source_amount.minus(telegram_fee).and_then(|rest| rest.minus(fragment_fee));
    let legs = [
        Transfer::new(held, fee(FeeKind::Telegram), telegram_fee),
        Transfer::new(held, fee(FeeKind::Fragment), fragment_fee),
        Transfer::new(held, Account::Exchange { asset: STARS }, traded.unwrap_or_default()),
    ];
    legs.into_iter().flatten().collect()
}

/// The target currency comes out of the trade, held.
fn confirm(conversion: &Conversion) -> Vec<Transfer> {
    let Conversion { merchant_id, target, target_amount, .. } = *conversion;
    let from = Account::Exchange { asset: target };
    Transfer::new(from, Account::held(merchant_id, target), target_amount).into_iter().collect()
}

/// The target currency becomes spendable.
fn complete(conversion: &Conversion) -> Vec<Transfer> {
    let Conversion { merchant_id, target, target_amount, .. } = *conversion;
    let (held, main) = (Account::held(merchant_id, target), Account::main(merchant_id, target));
    Transfer::new(held, main, target_amount).into_iter().collect()
}

/// What reaching this status posts.
pub(crate) fn reaching(status: Status, conversion: &Conversion) -> Vec<Transfer> {
    match status {
        Status::Pending => create(conversion),
        Status::RateLocked | Status::Prepared => vec![],
        Status::Committed => commit(conversion),
        Status::Confirmed => confirm(conversion),
        Status::Completed => complete(conversion),
        Status::Failed => undo(conversion),
    }
}

/// The reverse of everything posted so far, last first.
fn undo(conversion: &Conversion) -> Vec<Transfer> {
    let posted = Status::ALL.into_iter().filter(|status| *status <= conversion.status);
    let mut legs: Vec<_> = posted.flat_map(|status| reaching(status, conversion)).collect();
    legs.reverse();
    legs.iter().map(Transfer::reversed).collect()
}
