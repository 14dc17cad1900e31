//! Facts about deposits; names and fields are frozen (`journal/FORMAT.md`).

use serde::{Deserialize, Serialize};

use crate::{Amount, DepositId, MerchantId, Name, PaymentLinkId, Timestamp, Transfer};

/// What can happen to a deposit: it is credited, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Credited.
    Credited(Box<Credited>),
}

/// `deposit.credited`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credited {
    /// Which.
    pub deposit_id: DepositId,
    /// By which network. Shape: `tron`.
    pub rail: Name,
    /// The transaction on it: one deposit each.
    pub tx_id: String,
    /// Where it arrived.
    pub address: String,
    /// What the sender wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Whose it is; absent if the memo is nobody's and the money lies in suspense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<MerchantId>,
    /// The payment link whose token the memo was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_link_id: Option<PaymentLinkId>,
    /// When the network took it in, by the server's clock; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_at: Option<Timestamp>,
    /// Of what.
    pub asset: Name,
    /// How much, in base units.
    pub amount: Amount,
    /// From our custody to the owner, or into suspense.
    pub transfers: Vec<Transfer>,
}

impl Event {
    /// The deposit it is about.
    pub const fn deposit_id(&self) -> DepositId {
        match self {
            Self::Credited(event) => event.deposit_id,
        }
    }

    /// The money it moves, in order.
    pub fn transfers(&self) -> &[Transfer] {
        match self {
            Self::Credited(event) => &event.transfers,
        }
    }
}
