//! Who brought whom, and what those who were brought have: the basis of discounts (`partner.md` §2).
//! Kept up with every transfer, so that a charge costs the same with one referral or a million.

use std::collections::HashMap;

use crate::{Account, Amount, Balances, Hold, MerchantId, Name, Purse, TelegramId, money};

/// The asset that counts.
const COUNTED: Name = money::USDT_TRC20;

/// Referrals and the sums of their balances. Units: base units of `USDT-TRC20`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    referrers: HashMap<TelegramId, MerchantId>,
    sums: HashMap<MerchantId, u128>,
}

impl Holdings {
    /// Who brought this person.
    pub fn referrer(&self, person: TelegramId) -> Option<MerchantId> {
        self.referrers.get(&person).copied()
    }

    /// What all a merchant has brought have together.
    pub fn of_referrals(&self, merchant: MerchantId) -> Amount {
        self.sums.get(&merchant).copied().and_then(Amount::new).unwrap_or_default()
    }

    /// A merchant's own balance, spendable or held, and those of its referrals.
    pub fn total(&self, merchant: MerchantId, balances: &Balances) -> Amount {
        let of = |account| balances.get(&account).available().units();
        let own = of(Account::main(merchant, COUNTED))
            .saturating_add(of(Account::held(merchant, COUNTED)));
        let total = own.saturating_add(self.of_referrals(merchant).units());
        Amount::new(total).unwrap_or(Amount::MAX)
    }

    /// A person was brought, with this balance.
    pub(crate) fn refer(&mut self, person: TelegramId, by: MerchantId, balance: Amount) {
        if self.referrers.insert(person, by).is_none() {
            let sum = self.sums.entry(by).or_default();
            *sum = sum.saturating_add(balance.units());
        }
    }

    /// A person's balance has changed by a transfer's one side.
    pub(crate) fn moved(&mut self, person: TelegramId, amount: Amount, side: Side) {
        let Some(referrer) = self.referrers.get(&person) else { return };
        let sum = self.sums.entry(*referrer).or_default();
        *sum = match side {
            Side::Credit => sum.saturating_add(amount.units()),
            Side::Debit => sum.saturating_sub(amount.units()),
        };
    }
}

/// Which side of a transfer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Debit,
    Credit,
}

/// Whose balance an account is, if it is one that counts: a customer's, or the spendable main
/// balance of a merchant.
pub(crate) fn counted(account: Account) -> Option<Owner> {
    match account {
        Account::Customer { telegram_id, asset } if asset == COUNTED => {
            Some(Owner::Customer(telegram_id))
        }
        Account::Merchant { id, purse: Purse::Main, hold: Hold::Spendable, asset }
            if asset == COUNTED =>
        {
            Some(Owner::Merchant(id))
        }
        Account::Merchant { .. }
        | Account::Customer { .. }
        | Account::Fees { .. }
        | Account::Exchange { .. }
        | Account::External { .. }
        | Account::Custody { .. }
        | Account::Suspense { .. } => None,
    }
}

/// The owner of a balance that counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner {
    Customer(TelegramId),
    Merchant(MerchantId),
}
