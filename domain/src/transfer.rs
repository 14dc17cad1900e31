//! The only way money moves.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Name};

/// One amount from one account to another of the same asset. An unbalanced entry cannot be said.
///
/// The balance of `credit` grows (what is owed to its owner), that of `debit` shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Transfer {
    debit: Account,
    credit: Account,
    amount: Amount,
}

impl Transfer {
    /// `None` if the accounts are the same or of different assets, or the amount is zero.
    pub fn new(debit: Account, credit: Account, amount: Amount) -> Option<Self> {
        let sound = debit.asset() == credit.asset() && debit != credit && !amount.is_zero();
        sound.then_some(Self { debit, credit, amount })
    }

    /// The account whose balance shrinks.
    pub const fn debit(&self) -> Account {
        self.debit
    }

    /// The account whose balance grows.
    pub const fn credit(&self) -> Account {
        self.credit
    }

    /// How much, in base units.
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// Of what.
    pub const fn asset(&self) -> Name {
        self.debit.asset()
    }

    /// The same amount back.
    pub const fn reversed(&self) -> Self {
        Self { debit: self.credit, credit: self.debit, amount: self.amount }
    }
}

/// The form in an event's payload; the asset is said once more for readers without a parser.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    debit: Account,
    credit: Account,
    asset: Name,
    amount: Amount,
}

impl From<Transfer> for Wire {
    fn from(transfer: Transfer) -> Self {
        let Transfer { debit, credit, amount } = transfer;
        Self { debit, credit, asset: debit.asset(), amount }
    }
}

impl TryFrom<Wire> for Transfer {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, &'static str> {
        Self::new(wire.debit, wire.credit, wire.amount)
            .filter(|transfer| transfer.asset() == wire.asset)
            .ok_or("a transfer moves one amount between two accounts of one asset")
    }
}
