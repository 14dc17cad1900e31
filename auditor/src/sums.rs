//! The auditor's own sums: accounts by their paths, debits and credits added up from the transfers
//! in the log, without the domain's balances.

use std::collections::BTreeMap;

use domain::Event;

/// What went through one account. Units: base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) debits: i128,
    pub(crate) credits: i128,
}

impl Sum {
    /// Credits − debits.
    pub(crate) fn balance(self) -> i128 {
        self.credits.saturating_sub(self.debits)
    }
}

/// All accounts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    accounts: BTreeMap<String, Sum>,
}

impl Sums {
    /// Adds what an event moves.
    pub(crate) fn post(&mut self, event: &Event) {
        for transfer in event.transfers() {
            let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
            let debit = self.accounts.entry(transfer.debit().to_string()).or_default();
            debit.debits = debit.debits.saturating_add(amount);
            let credit = self.accounts.entry(transfer.credit().to_string()).or_default();
            credit.credits = credit.credits.saturating_add(amount);
        }
    }

    /// Accounts that an event touched and that may not be below zero, but are.
    pub(crate) fn broken_floors(&self, event: &Event) -> Vec<String> {
        let touched = event.transfers().iter().map(|transfer| transfer.debit().to_string());
        let floored =
            touched.filter(|path| path.starts_with("merchant:") || path.starts_with("customer:"));
        floored.filter(|path| self.get(path).balance() < 0).collect()
    }

    /// One account.
    pub(crate) fn get(&self, account: &str) -> Sum {
        self.accounts.get(account).copied().unwrap_or_default()
    }

    /// All accounts, sorted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Sum)> {
        self.accounts.iter().map(|(account, sum)| (account.as_str(), *sum))
    }

    /// Debits and credits of all accounts together, per asset.
    pub(crate) fn by_asset(&self) -> BTreeMap<String, Sum> {
        let mut assets: BTreeMap<String, Sum> = BTreeMap::new();
        for (account, sum) in &self.accounts {
            let asset = account.rsplit(':').next().unwrap_or_default();
            let total = assets.entry(asset.to_owned()).or_default();
            total.debits = total.debits.saturating_add(sum.debits);
            total.credits = total.credits.saturating_add(sum.credits);
        }
        assets
    }
}
