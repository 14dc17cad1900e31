//! A network in memory: transactions wait until a block is mined, and are final some blocks later.
//! Whoever holds it keeps what it is told, and tells it again after a restart.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Name, Timestamp};
use sha2::{Digest, Sha256};

use super::{Chain, Transaction, tron};

/// Which network to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TRON, with its addresses.
    Tron,
}

impl Kind {
    /// Every network that can be played.
    pub const ALL: [Self; 1] = [Self::Tron];

    /// As assets name it.
    pub const fn network(self) -> Name {
        match self {
            Self::Tron => Name::literal("TRX"),
        }
    }

    const fn rail(self) -> Name {
        match self {
            Self::Tron => Name::literal("tron"),
        }
    }

    /// An address of this network for a purpose. Nobody has its key.
    pub fn address(self, purpose: &str) -> String {
        let digest: [u8; 32] = Sha256::digest(format!("simulated {purpose}")).into();
        let mut hash = [0; 20];
        hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        match self {
            Self::Tron => tron::address(hash),
        }
    }
}

/// A transaction and the block it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The transaction.
    pub transaction: Transaction,
    /// Its block; `None` until one is mined.
    pub block: Option<u64>,
}

#[derive(Debug)]
struct State {
    height: u64,
    halted: bool,
    open: Vec<Placed>,
}

/// A simulated network.
#[derive(Debug)]
pub struct Simulated {
    kind: Kind,
    confirmations: u64,
    state: Mutex<State>,
}

impl Simulated {
    /// A network as it was: its height, whether it stands still, and what is not settled.
    pub fn new(
        kind: Kind,
        confirmations: u64,
        height: u64,
        halted: bool,
        open: Vec<Placed>,
    ) -> Self {
        let state = Mutex::new(State { height, halted, open });
        Self { kind, confirmations, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address for deposits.
    pub fn deposit_address(&self) -> String {
        self.kind.address("hot wallet")
    }

    /// A transaction waits for the next block.
    pub fn submit(&self, transaction: Transaction) {
        self.state().open.push(Placed { transaction, block: None });
    }

    /// Mines blocks at some time; the first takes in what waits. Returns that block.
    pub fn mine(&self, count: u64, at: Timestamp) -> u64 {
        let mut state = self.state();
        let first = state.height.saturating_add(1);
        state.height = state.height.saturating_add(count);
        if count > 0 {
            state.open.iter_mut().for_each(|placed| {
                if placed.block.is_none() {
                    (placed.block, placed.transaction.at) = (Some(first), Some(at));
                }
            });
        }
        first
    }

    /// Stops the blocks, or lets them come again.
    pub fn halt(&self, halted: bool) {
        self.state().halted = halted;
    }

    /// Do no blocks come?
    pub fn halted(&self) -> bool {
        self.state().halted
    }
}

impl Chain for Simulated {
    fn network(&self) -> Name {
        self.kind.network()
    }

    fn rail(&self) -> Name {
        self.kind.rail()
    }

    fn height(&self) -> u64 {
        self.state().height
    }

    fn confirmations(&self) -> u64 {
        self.confirmations
    }

    fn is_address(&self, text: &str) -> bool {
        match self.kind {
            Kind::Tron => tron::is_address(text),
        }
    }

    fn arrivals(&self) -> Vec<Transaction> {
        let state = self.state();
        let last = state.height.saturating_add(1).saturating_sub(self.confirmations);
        let deep = |placed: &&Placed| placed.block.is_some_and(|block| block <= last);
        state.open.iter().filter(deep).map(|placed| placed.transaction.clone()).collect()
    }

    fn settle(&self, hash: &str) {
        self.state().open.retain(|placed| placed.transaction.hash != hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Amount, money};

    fn transaction(hash: &str) -> Transaction {
        Transaction {
            hash: hash.to_owned(),
            sender: None,
            address: Kind::Tron.address("hot wallet"),
            asset: money::USDT_TRC20,
            amount: Amount::new(5).unwrap(),
            memo: None,
            at: None,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    #[test]
    fn a_transaction_arrives_once_it_lies_deep_enough() {
        let chain = Simulated::new(Kind::Tron, 3, 10, false, vec![]);
        chain.submit(transaction("a"));
        assert!(chain.arrivals().is_empty());
        assert_eq!(chain.mine(1, at(1)), 11);
        chain.submit(transaction("b"));
        chain.mine(1, at(1));
        assert!(chain.arrivals().is_empty(), "two of three");
        chain.mine(1, at(1));
        assert_eq!(chain.arrivals(), vec![Transaction { at: Some(at(1)), ..transaction("a") }]);
        chain.settle("a");
        assert!(chain.arrivals().is_empty());
        chain.mine(5, at(2));
        assert_eq!(
            (chain.height(), chain.arrivals()),
            (18, vec![Transaction { at: Some(at(1)), ..transaction("b") }])
        );
    }

    #[test]
    fn simulated_addresses_are_real_ones() {
        let chain = Simulated::new(Kind::Tron, 1, 0, false, vec![]);
        assert!(chain.is_address(&chain.deposit_address()));
        assert_ne!(chain.deposit_address(), Kind::Tron.address("somebody"));
    }
}
