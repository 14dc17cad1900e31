//! The chart of accounts: colon paths that auditors and plain-text accounting tools read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{MerchantId, Name, TelegramId};

/// One account, in one asset. Its text ends in the asset: `merchant:<id>:main:STARS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What is owed to a merchant; never below zero.
    Merchant {
        /// Whose.
        id: MerchantId,
        /// The main balance or a sub-account.
        purse: Purse,
        /// Spendable, or reserved by something under way.
        hold: Hold,
        /// Of what.
        asset: Name,
    },
    /// What is owed to a Telegram user who is no merchant; never below zero.
    Customer {
        /// Whose.
        telegram_id: TelegramId,
        /// Of what.
        asset: Name,
    },
    /// What the house has earned.
    Fees {
        /// For what.
        kind: FeeKind,
        /// Of what.
        asset: Name,
    },
    /// The other side of a trade between two assets.
    Exchange {
        /// Of what.
        asset: Name,
    },
    /// The other side of what came in or went out by a rail.
    External {
        /// Shape: `telegram`, `sandbox`, `operator`.
        rail: Name,
        /// Of what.
        asset: Name,
    },
    /// What lies on a chain in our own keeping: negative, because it is owed to others.
    Custody {
        /// Where.
        place: Place,
        /// Of what.
        asset: Name,
    },
    /// What came in and belongs to nobody known.
    Suspense {
        /// Shape: `tron`.
        rail: Name,
        /// Of what.
        asset: Name,
    },
}

/// Which of a merchant's balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purse {
    /// The master account.
    Main,
    /// A sub-account.
    Wallet(Name),
}

/// Whether the owner can spend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hold {
    /// Yes.
    Spendable,
    /// Not now: a conversion, withdrawal or transfer under way has reserved it.
    Held,
}

/// Where coins of ours lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The wallet that receives and pays by itself.
    Hot,
    /// The wallet that takes a person to open.
    Cold,
}

impl Place {
    const ALL: [Self; 2] = [Self::Hot, Self::Cold];

    /// As it stands in the account's path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Cold => "cold",
        }
    }
}

/// What a fee was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names of specs/native.md, Decisions")]
pub enum FeeKind {
    Wallet,
    Merchant,
    Network,
    Telegram,
    Fragment,
    PartnerApi,
    PartnerPlan,
}

impl FeeKind {
    const ALL: [Self; 7] = [
        Self::Wallet,
        Self::Merchant,
        Self::Network,
        Self::Telegram,
        Self::Fragment,
        Self::PartnerApi,
        Self::PartnerPlan,
    ];

    /// As it stands in the account's path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Merchant => "merchant",
            Self::Network => "network",
            Self::Telegram => "telegram",
            Self::Fragment => "fragment",
            Self::PartnerApi => "partner_api",
            Self::PartnerPlan => "partner_plan",
        }
    }
}

impl Account {
    /// A merchant's spendable main balance.
    pub const fn main(id: MerchantId, asset: Name) -> Self {
        Self::Merchant { id, purse: Purse::Main, hold: Hold::Spendable, asset }
    }

    /// What is reserved of a merchant's main balance.
    pub const fn held(id: MerchantId, asset: Name) -> Self {
        Self::Merchant { id, purse: Purse::Main, hold: Hold::Held, asset }
    }

    /// The asset this account is kept in.
    pub const fn asset(&self) -> Name {
        match self {
            Self::Merchant { asset, .. }
            | Self::Customer { asset, .. }
            | Self::Fees { asset, .. }
            | Self::Exchange { asset }
            | Self::External { asset, .. }
            | Self::Custody { asset, .. }
            | Self::Suspense { asset, .. } => *asset,
        }
    }

    /// Must the balance stay at or above zero?
    pub const fn has_floor(&self) -> bool {
        match self {
            Self::Merchant { .. } | Self::Customer { .. } => true,
            Self::Fees { .. }
            | Self::Exchange { .. }
            | Self::External { .. }
            | Self::Custody { .. }
            | Self::Suspense { .. } => false,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Merchant { id, purse, hold, asset } => {
                write!(f, "merchant:{id}:")?;
                match purse {
                    Purse::Main => f.write_str("main:")?,
                    Purse::Wallet(wallet) => write!(f, "wallet:{wallet}:")?,
                }
                match hold {
                    Hold::Spendable => {}
                    Hold::Held => f.write_str("held:")?,
                }
                asset.fmt(f)
            }
            Self::Customer { telegram_id, asset } => write!(f, "customer:{telegram_id}:{asset}"),
            Self::Fees { kind, asset } => write!(f, "fees:{}:{asset}", kind.as_str()),
            Self::Exchange { asset } => write!(f, "exchange:{asset}"),
            Self::External { rail, asset } => write!(f, "external:{rail}:{asset}"),
            Self::Custody { place, asset } => write!(f, "custody:{}:{asset}", place.as_str()),
            Self::Suspense { rail, asset } => write!(f, "suspense:{rail}:{asset}"),
        }
    }
}

/// The text is not an account's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an account")]
pub struct BadAccount;

impl FromStr for Account {
    type Err = BadAccount;

    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let mut parts = text.split(':');
        let mut next = || parts.next().ok_or(BadAccount);
        let name = |part: &str| Name::new(part).ok_or(BadAccount);
        let account = match next()? {
            "merchant" => {
                let id = next()?.parse().map_err(|_| BadAccount)?;
                let purse = match next()? {
                    "main" => Purse::Main,
                    "wallet" => Purse::Wallet(name(next()?)?),
                    _ => return Err(BadAccount),
                };
                let (hold, asset) = match next()? {
                    "held" => (Hold::Held, next()?),
                    asset => (Hold::Spendable, asset),
                };
                Self::Merchant { id, purse, hold, asset: name(asset)? }
            }
            "customer" => Self::Customer {
                telegram_id: next()?.parse().map_err(|_| BadAccount)?,
                asset: name(next()?)?,
            },
            "fees" => {
                let kind = next()?;
                let known = FeeKind::ALL.into_iter().find(|known| known.as_str() == kind);
                Self::Fees { kind: known.ok_or(BadAccount)?, asset: name(next()?)? }
            }
            "exchange" => Self::Exchange { asset: name(next()?)? },
            "external" => Self::External { rail: name(next()?)?, asset: name(next()?)? },
            "custody" => {
                let place = next()?;
                let known = Place::ALL.into_iter().find(|known| known.as_str() == place);
                Self::Custody { place: known.ok_or(BadAccount)?, asset: name(next()?)? }
            }
            "suspense" => Self::Suspense { rail: name(next()?)?, asset: name(next()?)? },
            _ => return Err(BadAccount),
        };
        if parts.next().is_some() { Err(BadAccount) } else { Ok(account) }
    }
}

impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Account;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account path")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Account, E> {
                text.parse().map_err(E::custom)
            }
        }
        from.deserialize_str(Visitor)
    }
}
