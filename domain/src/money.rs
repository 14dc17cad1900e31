//! Amounts, assets and rates. Inside, money is a count of base units; decimals exist only at the
//! edges, and every rounding is named by its caller.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::Name;
use crate::fees::Percent;

/// A count of base units of some asset; never negative, at most 2^120.
///
/// It has no `+`: [`Amount::plus`] and [`Amount::minus`] say when there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount: sums of it and signed balances still fit their types.
    pub const MAX: Self = Self(1 << 120);

    /// `None` above [`Amount::MAX`].
    pub fn new(units: u128) -> Option<Self> {
        (units <= Self::MAX.0).then_some(Self(units))
    }

    /// The count of base units.
    pub const fn units(self) -> u128 {
        self.0
    }

    /// Nothing at all?
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it is too large.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::new)
    }

    /// The difference, unless it is negative.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text or number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    /// Not digits with at most one dot.
    #[error("an amount is written in decimal digits")]
    Malformed,
    /// Finer than the asset's base unit.
    #[error("the amount has more decimal places than the asset")]
    TooFine,
    /// Above [`Amount::MAX`].
    #[error("the amount is too large")]
    TooLarge,
}

impl FromStr for Amount {
    type Err = BadAmount;

    fn from_str(text: &str) -> Result<Self, BadAmount> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadAmount::Malformed);
        }
        text.parse().ok().and_then(Self::new).ok_or(BadAmount::TooLarge)
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string of digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Amount, E> {
                text.parse().map_err(E::custom)
            }
        }
        from.deserialize_str(Visitor)
    }
}

/// Which way a division or a rescaling goes. There is no default: the caller says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
    /// To the nearest, and away from zero from the middle on.
    HalfUp,
}

impl From<Rounding> for RoundingStrategy {
    fn from(rounding: Rounding) -> Self {
        match rounding {
            Rounding::Down => Self::ToZero,
            Rounding::Up => Self::AwayFromZero,
            Rounding::HalfUp => Self::MidpointAwayFromZero,
        }
    }
}

/// What can be owned: an id, and how many decimal places its base unit has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Shape: `USDT-TRC20`.
    pub id: Name,
    /// Decimal places: one unit is 10^exponent base units.
    pub exponent: u8,
    /// For people. Shape: `Tether USD`.
    pub name: String,
    /// The chain or system it lives on. Shape: `TON`.
    pub network: String,
    /// Decimal places of prices and percentages in it, at most the exponent: cents, not base units.
    pub scale: u8,
}

impl Asset {
    /// Base units for a decimal in the asset's units; exact, or an error.
    pub fn amount(&self, decimal: Decimal) -> Result<Amount, BadAmount> {
        let units = self.scaled(decimal)?;
        if !units.fract().is_zero() {
            return Err(BadAmount::TooFine);
        }
        Self::whole(units)
    }

    /// Base units for a decimal, rounded to the asset's own scale as the caller says.
    pub fn amount_rounded(
        &self,
        decimal: Decimal,
        rounding: Rounding,
    ) -> Result<Amount, BadAmount> {
        let places = u32::from(self.exponent);
        let rounded = decimal.round_dp_with_strategy(places, rounding.into());
        self.amount(rounded)
    }

    /// Is it money of a chain, with which people pay and are paid here? Stars are only earned and
    /// converted.
    pub fn is_payable(&self) -> bool {
        self.network != FIAT && self.network != TELEGRAM
    }

    /// A share of an amount, rounded down at the money scale: 1 % of 25.50 USDT is 0.25.
    pub fn share(&self, amount: Amount, percent: Percent) -> Option<Amount> {
        let share = self.decimal(amount)?.checked_mul(percent.fraction())?;
        let share = share.round_dp_with_strategy(u32::from(self.scale), Rounding::Down.into());
        self.amount(share).ok()
    }

    /// What a price comes to in this asset at a rate (units of the price's money for one of this
    /// asset's), rounded up at the money scale.
    pub fn priced(&self, price: Decimal, rate: Rate) -> Option<Amount> {
        let exact = price.checked_div(rate.decimal())?;
        let up = exact.round_dp_with_strategy(u32::from(self.scale), Rounding::Up.into());
        self.amount(up).ok()
    }

    /// The decimal in the asset's units, without trailing zeros; `None` when it does not fit one.
    pub fn decimal(&self, amount: Amount) -> Option<Decimal> {
        let units = i128::try_from(amount.units()).ok()?;
        let decimal = Decimal::try_from_i128_with_scale(units, u32::from(self.exponent)).ok()?;
        Some(decimal.normalize())
    }

    /// The exact text in the asset's units, of any size and sign. Shape: `-12.5`.
    pub fn text(&self, units: i128) -> String {
        let digits = units.unsigned_abs().to_string();
        let places = usize::from(self.exponent);
        let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
        let fraction = fraction.trim_end_matches('0');
        let sign = if units < 0 { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }

    /// The amount written in a text of decimal digits; exact, or an error.
    pub fn parse(&self, text: &str) -> Result<Amount, BadAmount> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(BadAmount::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        let places = usize::from(self.exponent);
        if fraction.len() > places {
            return Err(BadAmount::TooFine);
        }
        format!("{}{fraction:0<places$}", whole.trim_start_matches('0')).parse().or_else(|bad| {
            if places == 0 && bad == BadAmount::Malformed { Ok(Amount::ZERO) } else { Err(bad) }
        })
    }

    fn scaled(&self, decimal: Decimal) -> Result<Decimal, BadAmount> {
        if decimal.is_sign_negative() && !decimal.is_zero() {
            return Err(BadAmount::Malformed);
        }
        let factor = Decimal::try_from_i128_with_scale(
            10_i128.checked_pow(u32::from(self.exponent)).ok_or(BadAmount::TooLarge)?,
            0,
        );
        factor.ok().and_then(|factor| decimal.checked_mul(factor)).ok_or(BadAmount::TooLarge)
    }

    fn whole(units: Decimal) -> Result<Amount, BadAmount> {
        let units = u128::try_from(units).map_err(|_| BadAmount::TooLarge)?;
        Amount::new(units).ok_or(BadAmount::TooLarge)
    }
}

/// The assets this gateway keeps books in. The ids are for ever; names may be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue(Vec<Asset>);

/// Telegram Stars. They come whole, their fees do not: three decimal places.
pub const STARS: Name = Name::literal("STARS");
/// Toncoin, in nanotons.
pub const TON: Name = Name::literal("TON");
/// The US dollar, in which links may be priced.
pub const USD: Name = Name::literal("USD");
/// The network of money that no chain carries: prices are written in it, nobody pays with it here.
pub const FIAT: &str = "FIAT";
/// The network of Stars, which is none.
pub const TELEGRAM: &str = "TELEGRAM";
/// Tether on TRON.
pub const USDT_TRC20: Name = Name::literal("USDT-TRC20");

impl Catalogue {
    /// The house's assets and the jettons of the configuration; the first of an id wins.
    pub fn new(jettons: impl IntoIterator<Item = Asset>) -> Self {
        let house = [
            ("STARS", 3, 3, "Telegram Stars", TELEGRAM),
            ("TON", 9, 9, "Toncoin", "TON"),
            ("USDT-TRC20", 6, 2, "Tether USD", "TRX"),
            ("USDT-ARB", 6, 2, "Tether USD", "ARB"),
            ("USDT-ERC20", 6, 2, "Tether USD", "ETH"),
            ("BTC", 8, 8, "Bitcoin", "BTC"),
            ("ETH", 18, 8, "Ether", "ETH"),
            ("USD", 6, 2, "US dollar", FIAT),
            ("EUR", 6, 2, "Euro", FIAT),
            ("GBP", 6, 2, "Pound sterling", FIAT),
        ];
        let house = house.map(|(id, exponent, scale, name, network)| Asset {
            id: Name::literal(id),
            exponent,
            name: name.to_owned(),
            network: network.to_owned(),
            scale,
        });
        let mut assets = house.to_vec();
        for jetton in jettons {
            if !assets.iter().any(|asset| asset.id == jetton.id) {
                assets.push(jetton);
            }
        }
        Self(assets)
    }

    /// The asset of this id.
    pub fn get(&self, id: Name) -> Option<&Asset> {
        self.0.iter().find(|asset| asset.id == id)
    }

    /// All of them, the house's own first.
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.0.iter()
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        let jetton = Asset {
            id: Name::literal("TGR"),
            exponent: 9,
            name: "TGR jetton".to_owned(),
            network: "TON".to_owned(),
            scale: 9,
        };
        Self::new([jetton])
    }
}

/// An amount of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much, in base units.
    pub amount: Amount,
    /// Of what.
    pub asset: Name,
}

/// Units of the quote asset for one unit of the base asset: positive, at most 14 decimal places
/// and below 10^9, so that a rate times the largest conversion is exact in 28 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(Decimal);

impl Rate {
    /// Most decimal places of a rate.
    pub const PLACES_MAX: u32 = 14;

    /// `None` if it is not positive, too fine or too large.
    pub fn new(rate: Decimal) -> Option<Self> {
        let rate = rate.normalize();
        let sound = rate.is_sign_positive()
            && !rate.is_zero()
            && rate.scale() <= Self::PLACES_MAX
            && rate < Decimal::from(1_000_000_000_u64);
        sound.then_some(Self(rate))
    }

    /// The number, without trailing zeros.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Rate {
    type Err = BadAmount;

    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let decimal = Decimal::from_str_exact(text).map_err(|_| BadAmount::Malformed)?;
        Self::new(decimal).ok_or(BadAmount::TooFine)
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A rate, where it came from and when: kept with every amount that was computed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// Units of the price's money for one of the asset's.
    pub rate: Rate,
    /// Shape: `table`, `median`.
    pub source: Name,
    /// When it was good.
    pub at: crate::Timestamp,
}

/// Base units of `STARS` for whole Stars. Units: thousandths of a Star.
pub fn stars(whole: u64) -> Amount {
    Amount(u128::from(whole).saturating_mul(1_000))
}

/// Whole Stars in an amount of `STARS`, rounded down.
pub fn whole_stars(amount: Amount) -> u64 {
    u64::try_from(amount.units().checked_div(1_000).unwrap_or_default()).unwrap_or(u64::MAX)
}
