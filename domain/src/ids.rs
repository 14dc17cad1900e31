//! One newtype per id, so that a payment id can never stand where a merchant id is meant.
//! Ids are made outside the domain and passed in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A uuid newtype: parse and display round-trip, and nothing else.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Only the hyphenated form is an id; the other spellings uuid knows are not.
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse::<uuid::fmt::Hyphenated>().map(|id| Self(id.into_uuid()))
            }
        }
    };
}

id! {
    /// A business that uses the gateway, whatever dialect it speaks.
    MerchantId
}
id! {
    /// One incoming payment.
    PaymentId
}
id! {
    /// An exchange rate promised for a while.
    RateLockId
}
id! {
    /// Stars on their way to another currency.
    ConversionId
}
id! {
    /// A key pair, token or app; its secrets live in the vault, never here.
    CredentialId
}
id! {
    /// A request for money that somebody may pay, once.
    PaymentLinkId
}
id! {
    /// Money sent from one balance of these books to another.
    PayoutId
}
id! {
    /// Money that arrived by a network.
    DepositId
}
id! {
    /// What signs webhooks; the vault keeps it.
    SecretId
}
id! {
    /// A correction by the operator, or sandbox money.
    AdjustmentId
}

/// A Telegram user id: a positive integer, shown as a string of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TelegramId(u64);

impl TelegramId {
    /// Telegram promises at most 52 significant bits.
    const MAX: u64 = 1 << 52;

    /// `None` for zero and for what no Telegram user can have.
    pub fn new(id: u64) -> Option<Self> {
        (id > 0 && id < Self::MAX).then_some(Self(id))
    }

    /// The number itself.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TelegramId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is not a Telegram user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a telegram id is a string of digits, greater than 0 and below 2^52")]
pub struct BadTelegramId;

impl FromStr for TelegramId {
    type Err = BadTelegramId;

    fn from_str(text: &str) -> Result<Self, BadTelegramId> {
        // `u64::from_str` takes a leading plus; an id does not.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadTelegramId);
        }
        text.parse().ok().and_then(Self::new).ok_or(BadTelegramId)
    }
}

impl Serialize for TelegramId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TelegramId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
