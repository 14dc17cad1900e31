//! Fee schedules: what is charged, of what, and how it is rounded.

mod calls;

use rust_decimal::Decimal;

use crate::{Amount, Rate, Rounding};

pub use calls::{Calls, Charge, Tier, Tiers};

/// A share, in hundredths. Shape: `0.5` is half a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(Decimal);

impl Percent {
    /// Nothing at all.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// `None` unless 0 ≤ percent ≤ 100 with at most 6 decimal places.
    pub fn new(percent: Decimal) -> Option<Self> {
        let percent = percent.normalize();
        let sound = !percent.is_sign_negative() || percent.is_zero();
        (sound && percent <= Decimal::ONE_HUNDRED && percent.scale() <= 6).then_some(Self(percent))
    }

    /// From its text in an event.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::from_str_exact(text).ok().and_then(Self::new)
    }

    /// The number of hundredths.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The share as a fraction: 0.01 for one percent.
    pub fn fraction(self) -> Decimal {
        self.0.checked_div(Decimal::ONE_HUNDRED).unwrap_or_default()
    }

    /// This share of an amount of base units.
    pub fn of(self, amount: Amount, rounding: Rounding) -> Option<Amount> {
        let units =
            Decimal::try_from_i128_with_scale(i128::try_from(amount.units()).ok()?, 2).ok()?;
        let share = units.checked_mul(self.0)?.round_dp_with_strategy(0, rounding.into());
        u128::try_from(share).ok().and_then(Amount::new)
    }

    /// What is left of a rate after this share: rate × (1 − percent).
    pub fn off(self, rate: Rate) -> Option<Rate> {
        let keep = Decimal::ONE_HUNDRED.checked_sub(self.0)?.checked_div(Decimal::ONE_HUNDRED)?;
        Rate::new(rate.decimal().checked_mul(keep)?)
    }
}

/// What a Stars conversion costs (`stars.md` §2). The network fee is shown in estimates only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Telegram's share; it also lowers the exchange rate.
    pub telegram: Percent,
    /// Fragment's share.
    pub fragment: Percent,
    /// The network's share, in estimates.
    pub network: Percent,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            telegram: Percent(Decimal::ONE),
            fragment: Percent(Decimal::new(5, 1)),
            network: Percent(Decimal::new(2, 1)),
        }
    }
}

/// The fees of one amount of Stars. Units: base units of `STARS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fees {
    /// Telegram's.
    pub telegram: Amount,
    /// Fragment's.
    pub fragment: Amount,
    /// The network's.
    pub network: Amount,
}

impl Schedule {
    /// The fees of this many Stars, rounded down (they are exact for whole Stars at the house's
    /// percentages). `None` only beyond the limits of the books.
    pub fn fees(&self, stars: Amount) -> Option<Fees> {
        Some(Fees {
            telegram: self.telegram.of(stars, Rounding::Down)?,
            fragment: self.fragment.of(stars, Rounding::Down)?,
            network: self.network.of(stars, Rounding::Down)?,
        })
    }

    /// The rate a customer gets: the base rate less Telegram's share (`stars.md` §2).
    pub fn exchange_rate(&self, base: Rate) -> Option<Rate> {
        self.telegram.off(base)
    }
}
