//! TRON's addresses: base58check over the byte 0x41 and 20 bytes of a key's hash. 34 characters that
//! begin with T.

use sha2::{Digest, Sha256};

/// The byte before the hash on the main network.
const PREFIX: u8 = 0x41;

/// The address of a 20-byte hash.
pub fn address(hash: [u8; 20]) -> String {
    let mut bytes = [&[PREFIX], hash.as_slice()].concat();
    bytes.extend(checksum(&bytes));
    bs58::encode(bytes).into_string()
}

/// Is this an address, its checksum included?
pub fn is_address(text: &str) -> bool {
    // Decoding is quadratic in the length.
    if text.len() != 34 {
        return false;
    }
    let Ok(bytes) = bs58::decode(text).into_vec() else { return false };
    let Some((payload, sum)) = bytes.split_last_chunk::<4>() else { return false };
    payload.len() == 21 && payload.first() == Some(&PREFIX) && checksum(payload) == *sum
}

fn checksum(payload: &[u8]) -> [u8; 4] {
    let twice: [u8; 32] = Sha256::digest(Sha256::digest(payload)).into();
    let [a, b, c, d, ..] = twice;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_addresses_are_addresses() {
        // The contract of USDT, and the address of the zero hash.
        assert!(is_address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"));
        assert_eq!(address([0; 20]), "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb");
    }

    #[test]
    fn a_typing_error_is_no_address() {
        assert!(!is_address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T"));
        assert!(!is_address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6"));
        assert!(!is_address("0R7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"));
        assert!(!is_address(""));
        assert!(!is_address("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), "bitcoin's");
    }
}
