//! What a call of the partner API costs (`partner.md` §2): a base fee less a discount that grows with
//! the caller's holdings. The charge says everything it was computed from, so anybody can repeat it.

use serde::{Deserialize, Serialize};

use super::Percent;
use crate::{Amount, Rounding};

/// The base fees and the discount tiers. Units: base units of `USDT-TRC20`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// For a payment link.
    pub payment: Amount,
    /// For a withdrawal.
    pub withdrawal: Amount,
    /// The discounts.
    pub tiers: Tiers,
}

/// From these holdings on, this discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The holdings where it starts. Units: base units.
    pub from: Amount,
    /// What is taken off the base fee.
    pub discount: Percent,
}

/// Discount tiers: rising holdings, discounts that never fall. Below the first there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tiers(Vec<Tier>);

impl Tiers {
    /// `None` if two tiers start at the same holdings or a richer one has the smaller discount.
    pub fn new(mut tiers: Vec<Tier>) -> Option<Self> {
        tiers.sort_by_key(|tier| tier.from);
        let rising = tiers.windows(2).all(|pair| match pair {
            [lower, upper] => {
                lower.from < upper.from && lower.discount.decimal() <= upper.discount.decimal()
            }
            [] | [_] | [_, _, _, ..] => true,
        });
        rising.then_some(Self(tiers))
    }

    /// The tier of these holdings, and where the next one starts.
    fn at(&self, holdings: Amount) -> (Tier, Option<Amount>) {
        let none = Tier { from: Amount::ZERO, discount: Percent::ZERO };
        let tier = self.0.iter().rfind(|tier| tier.from <= holdings);
        let next = self.0.iter().find(|tier| tier.from > holdings);
        (tier.copied().unwrap_or(none), next.map(|tier| tier.from))
    }
}

/// One fee and its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// Before the discount. Units of all amounts here: base units of `USDT-TRC20`.
    pub base: Amount,
    /// The caller's own balance and those of its referrals, just before the call.
    pub holdings: Amount,
    /// Where the tier that applied starts.
    pub tier_from: Amount,
    /// Where the next tier starts, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier_below: Option<Amount>,
    /// The tier's discount. Units: hundredths, as text.
    pub discount_percent: String,
    /// base × (1 − discount), rounded up to a base unit.
    pub fee: Amount,
}

impl Charge {
    /// The charge for a call with this base fee; `None` if calls of its kind are free.
    pub(crate) fn new(base: Amount, tiers: &Tiers, holdings: Amount) -> Option<Self> {
        let (tier, tier_below) = tiers.at(holdings);
        let fee = discounted(base, tier.discount)?;
        let discount_percent = tier.discount.decimal().to_string();
        let charge =
            Self { base, holdings, tier_from: tier.from, tier_below, discount_percent, fee };
        (!base.is_zero()).then_some(charge)
    }

    /// Does the fee follow from what is said beside it?
    pub fn is_sound(&self) -> bool {
        let within = self.tier_from <= self.holdings
            && self.tier_below.is_none_or(|below| self.holdings < below);
        let discount = Percent::parse(&self.discount_percent);
        let fee = discount.and_then(|discount| discounted(self.base, discount));
        within && fee == Some(self.fee)
    }
}

/// Rounded up: the discount is rounded down.
fn discounted(base: Amount, discount: Percent) -> Option<Amount> {
    base.minus(discount.of(base, Rounding::Down)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers(steps: &[(u128, i64)]) -> Option<Tiers> {
        let tier = |&(from, percent): &(u128, i64)| Tier {
            from: Amount::new(from).unwrap(),
            discount: Percent::new(percent.into()).unwrap(),
        };
        Tiers::new(steps.iter().map(tier).collect())
    }

    #[test]
    fn the_fee_falls_with_the_holdings_and_is_rounded_up() {
        let tiers = tiers(&[(1_000, 25), (5_000, 50), (50_000, 100)]).unwrap();
        let base = Amount::new(9).unwrap();
        for (holdings, percent, fee) in
            [(0, "0", 9), (999, "0", 9), (1_000, "25", 7), (5_000, "50", 5), (1 << 100, "100", 0)]
        {
            let charge = Charge::new(base, &tiers, Amount::new(holdings).unwrap()).unwrap();
            assert_eq!((charge.discount_percent.as_str(), charge.fee.units()), (percent, fee));
            assert!(charge.is_sound());
            let forged = Charge { fee: Amount::new(1).unwrap(), ..charge.clone() };
            assert!(!forged.is_sound());
            let richer = Charge { holdings: charge.tier_below.unwrap_or_default(), ..charge };
            assert!(!richer.is_sound() || richer.tier_below.is_none());
        }
        assert_eq!(Charge::new(Amount::ZERO, &tiers, base), None, "free calls have no charge");
    }

    #[test]
    fn tiers_rise() {
        assert!(tiers(&[(5, 50), (0, 10)]).is_some(), "in any order");
        assert!(tiers(&[(5, 50), (5, 60)]).is_none());
        assert!(tiers(&[(0, 50), (5, 40)]).is_none());
    }
}
