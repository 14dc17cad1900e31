//! Fragment buys Stars for TON. There is no public interface to it; the sandbox plays it.

use std::fmt::Write as _;

use domain::ConversionId;
use sha2::{Digest, Sha256};

/// What Fragment says when it takes an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Its own number for the order.
    pub fragment_tx_id: String,
    /// The hash of the transaction that will pay.
    pub ton_tx_hash: String,
}

/// Plays Fragment: every order succeeds. The numbers follow from the conversion's id, so that a
/// submission repeated after a crash is the same submission.
pub fn submit_simulated(conversion: ConversionId) -> Submission {
    let digest = |purpose: &str| {
        let bytes: [u8; 32] = Sha256::digest(format!("{purpose}:{conversion}")).into();
        bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let order = digest("fragment");
    Submission {
        fragment_tx_id: format!("frag_{}", order.get(..24).unwrap_or_default()),
        ton_tx_hash: digest("ton"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_order_gets_the_same_numbers() {
        let (one, two) = (ConversionId(uuid::Uuid::from_u128(1)), ConversionId(uuid::Uuid::nil()));
        assert_eq!(submit_simulated(one), submit_simulated(one));
        assert_ne!(submit_simulated(one), submit_simulated(two));
        assert_eq!(submit_simulated(one).ton_tx_hash.len(), 64);
    }
}
