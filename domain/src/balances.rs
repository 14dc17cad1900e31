//! All balances, and the one place where floors are checked.

use std::collections::HashMap;

use crate::{Account, Amount, Transfer};

/// What has gone through an account. Units: base units of the account's asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Everything ever debited.
    pub debits: u128,
    /// Everything ever credited.
    pub credits: u128,
}

impl Balance {
    /// Credits − debits: positive is what is owed to the account's owner.
    pub fn net(self) -> i128 {
        let debits = i128::try_from(self.debits).unwrap_or(i128::MAX);
        i128::try_from(self.credits).unwrap_or(i128::MAX).saturating_sub(debits)
    }

    /// What an account with a floor can still pay.
    pub fn available(self) -> Amount {
        let net = u128::try_from(self.net()).unwrap_or_default();
        Amount::new(net).unwrap_or(Amount::MAX)
    }

    fn debited(self, amount: Amount) -> Option<Self> {
        let debits = within(self.debits.checked_add(amount.units())?)?;
        Some(Self { debits, ..self })
    }

    fn credited(self, amount: Amount) -> Option<Self> {
        let credits = within(self.credits.checked_add(amount.units())?)?;
        Some(Self { credits, ..self })
    }
}

/// Turnovers stay below 2^126, so that nets always fit a signed number.
fn within(turnover: u128) -> Option<u128> {
    (turnover < 1 << 126).then_some(turnover)
}

/// Why a set of transfers may not be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// An account with a floor would go below it.
    Insufficient {
        /// Which.
        account: Account,
        /// What was to be debited.
        needed: Amount,
        /// What was there.
        available: Amount,
    },
    /// A turnover would leave the range of the books.
    TooLarge(Account),
}

/// Every account that ever moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances(HashMap<Account, Balance>);

impl Balances {
    /// The balance of an account; zero if it never moved.
    pub fn get(&self, account: &Account) -> Balance {
        self.0.get(account).copied().unwrap_or_default()
    }

    /// Would these transfers, in this order, keep every floor?
    pub fn check(&self, transfers: impl Iterator<Item = Transfer>) -> Result<(), Shortfall> {
        // A command touches a handful of accounts: a list beats a map.
        let mut touched: Vec<(Account, Balance)> = Vec::new();
        for transfer in transfers {
            let (debit, amount) = (transfer.debit(), transfer.amount());
            let before = self.seen(&mut touched, debit);
            if debit.has_floor() && before.available() < amount {
                let available = before.available();
                return Err(Shortfall::Insufficient { account: debit, needed: amount, available });
            }
            *before = before.debited(amount).ok_or(Shortfall::TooLarge(debit))?;
            let credit = transfer.credit();
            let before = self.seen(&mut touched, credit);
            *before = before.credited(amount).ok_or(Shortfall::TooLarge(credit))?;
        }
        Ok(())
    }

    fn seen<'a>(
        &self,
        touched: &'a mut Vec<(Account, Balance)>,
        account: Account,
    ) -> &'a mut Balance {
        let index = touched.iter().position(|(seen, _)| *seen == account).unwrap_or_else(|| {
            touched.push((account, self.get(&account)));
            touched.len().saturating_sub(1)
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed in the line above")]
        &mut touched[index].1
    }

    /// Posts a transfer that has happened. A fact is never refused; turnovers out of range, which
    /// [`Balances::check`] keeps out of the log, stay at the limit.
    pub fn post(&mut self, transfer: &Transfer) {
        let debit = self.0.entry(transfer.debit()).or_default();
        *debit = debit.debited(transfer.amount()).unwrap_or(*debit);
        let credit = self.0.entry(transfer.credit()).or_default();
        *credit = credit.credited(transfer.amount()).unwrap_or(*credit);
    }

    /// All accounts that ever moved, sorted.
    pub fn sorted(&self) -> Vec<(Account, Balance)> {
        let mut all: Vec<_> =
            self.0.iter().map(|(account, balance)| (*account, *balance)).collect();
        all.sort_unstable_by_key(|(account, _)| *account);
        all
    }
}
