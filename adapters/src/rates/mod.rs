//! Exchange rates: a table from the configuration, which the sandbox may change, and what sources on
//! the network say.

pub mod http;
pub mod median;

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use domain::{Name, Rate};

/// Rates by pair. A pair that is not in the table has no rate: nothing is guessed.
#[derive(Debug, Default)]
pub struct Table {
    rates: RwLock<BTreeMap<(Name, Name), Rate>>,
}

impl Table {
    /// A table of these rates.
    pub fn new(rates: impl IntoIterator<Item = ((Name, Name), Rate)>) -> Self {
        Self { rates: RwLock::new(rates.into_iter().collect()) }
    }

    /// Units of `quote` for one unit of `base`.
    pub fn get(&self, base: Name, quote: Name) -> Option<Rate> {
        self.rates.read().unwrap_or_else(PoisonError::into_inner).get(&(base, quote)).copied()
    }

    /// Sets a rate.
    pub fn set(&self, base: Name, quote: Name, rate: Rate) {
        let mut rates = self.rates.write().unwrap_or_else(PoisonError::into_inner);
        rates.insert((base, quote), rate);
    }

    /// All rates, sorted by pair.
    pub fn all(&self) -> Vec<(Name, Name, Rate)> {
        let rates = self.rates.read().unwrap_or_else(PoisonError::into_inner);
        rates.iter().map(|((base, quote), rate)| (*base, *quote, *rate)).collect()
    }
}
