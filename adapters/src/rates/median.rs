//! What several sources say together: the median of those that agree, if they are enough.

use domain::Rate;
use domain::fees::Percent;
use rust_decimal::Decimal;

/// The median of the rates that are no further from the median of all than `spread`; `None` if fewer
/// than `quorum` of them are left.
pub fn agreed(rates: &[Rate], quorum: usize, spread: Percent) -> Option<Rate> {
    let middle = median(rates)?;
    let near = middle.decimal().checked_mul(spread.fraction())?;
    let close = |rate: &&Rate| (rate.decimal() - middle.decimal()).abs() <= near;
    let close: Vec<_> = rates.iter().filter(close).copied().collect();
    if close.len() < quorum { None } else { median(&close) }
}

/// The middle one; of an even number, the mean of the two in the middle, cut off at the places of a
/// rate.
fn median(rates: &[Rate]) -> Option<Rate> {
    let mut sorted = rates.to_vec();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    let upper = sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = sorted.get(half.checked_sub(1)?)?;
    let mean = lower.decimal().checked_add(upper.decimal())?.checked_div(Decimal::TWO)?;
    Rate::new(mean.trunc_with_scale(Rate::PLACES_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(rates: &[&str], quorum: usize) -> Option<String> {
        let rates: Vec<Rate> = rates.iter().map(|rate| rate.parse().unwrap()).collect();
        let spread = Percent::new(5.into()).unwrap();
        agreed(&rates, quorum, spread).map(|rate| rate.to_string())
    }

    #[test]
    fn outliers_do_not_count_and_too_few_say_nothing() {
        assert_eq!(says(&["100"], 1).as_deref(), Some("100"));
        assert_eq!(says(&["100", "102"], 2).as_deref(), Some("101"));
        assert_eq!(says(&["100", "101", "9000"], 2).as_deref(), Some("100.5"));
        assert_eq!(says(&["100", "101", "0.01"], 3), None, "one of three is far off");
        assert_eq!(says(&["100", "200"], 1), None, "nobody knows which of the two is right");
        assert_eq!(says(&[], 1), None);
    }
}
