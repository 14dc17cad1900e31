//! Networks as the gateway needs them: what has arrived, and how deep it lies. A real network and a
//! simulated one look the same from above.

pub mod simulated;
pub mod tron;

use domain::{Amount, Name, Timestamp};

/// One transfer of an asset to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Unique on its network.
    pub hash: String,
    /// Who sent it, if that is known.
    pub sender: Option<String>,
    /// Where it arrived.
    pub address: String,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// What the sender wrote.
    pub memo: Option<String>,
    /// When it was taken into a block, by our clock; `None` until then.
    pub at: Option<Timestamp>,
}

/// A network.
pub trait Chain: Send + Sync {
    /// As assets name it. Shape: `TRX`.
    fn network(&self) -> Name;

    /// As accounts name it. Shape: `tron`.
    fn rail(&self) -> Name;

    /// The last block.
    fn height(&self) -> u64;

    /// How many blocks, its own included, make a transaction final.
    fn confirmations(&self) -> u64;

    /// Is this an address of the network, checksum and all?
    fn is_address(&self, text: &str) -> bool;

    /// Final transactions that were not settled yet, in the order of the chain.
    fn arrivals(&self) -> Vec<Transaction>;

    /// A transaction was dealt with and need not be told again.
    fn settle(&self, hash: &str);
}
