//! The rates behind the API's port: a table, and what the sources of the network agree on. A pair that
//! has sources is theirs alone: when they have been silent for too long there is no rate, and nothing
//! is sold at yesterday's price.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use adapters::rates::Table;
use api::Rates;
use domain::{Name, Quote, Rate};
use journal::Clock;

/// The source of rates that somebody wrote down.
const TABLE: Name = Name::literal("table");
/// The source of rates that several sources agreed on.
const MEDIAN: Name = Name::literal("median");

/// Two assets.
pub(crate) type Pair = (Name, Name);

/// All rates there are.
#[derive(Debug, Default)]
pub(crate) struct Board {
    table: Table,
    clock: Clock,
    /// Pairs with sources, and the last rate they agreed on.
    live: RwLock<BTreeMap<Pair, Option<Quote>>>,
    /// How long such a rate is good. Units: seconds.
    stale_seconds: i64,
}

impl Board {
    /// A board of these rates, and of these pairs with sources.
    pub(crate) fn new(
        rates: impl IntoIterator<Item = (Pair, Rate)>,
        live: impl IntoIterator<Item = Pair>,
        stale_seconds: i64,
        clock: Clock,
    ) -> Self {
        let live = live.into_iter().map(|pair| (pair, None)).collect();
        Self { table: Table::new(rates), clock, live: RwLock::new(live), stale_seconds }
    }

    /// The sources agree on a rate now.
    pub(crate) fn learn(&self, pair: Pair, rate: Rate) {
        let quote = Quote { rate, source: MEDIAN, at: self.clock.now() };
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = live.get_mut(&pair) {
            *known = Some(quote);
        }
    }

    /// What the sources say of a pair, if it has any.
    fn live(&self, pair: Pair) -> Live {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let fresh = |quote: &Quote| now < quote.at.plus_seconds(self.stale_seconds);
        match live.get(&pair) {
            None => Live::Unasked,
            Some(quote) => quote.filter(fresh).map_or(Live::Silent, Live::Agreed),
        }
    }
}

/// What the sources of a pair say.
enum Live {
    /// It has none.
    Unasked,
    /// Nothing, or nothing lately.
    Silent,
    /// This.
    Agreed(Quote),
}

impl Rates for Board {
    fn get(&self, base: Name, quote: Name) -> Option<Rate> {
        self.quote(base, quote).map(|quote| quote.rate)
    }

    fn quote(&self, base: Name, quote: Name) -> Option<Quote> {
        match self.live((base, quote)) {
            Live::Agreed(quote) => Some(quote),
            Live::Silent => None,
            Live::Unasked => {
                let rate = self.table.get(base, quote)?;
                Some(Quote { rate, source: TABLE, at: self.clock.now() })
            }
        }
    }

    fn all(&self) -> Vec<(Name, Name, Rate)> {
        let table = self.table.all().into_iter().map(|(base, quote, _)| (base, quote));
        let mut pairs: Vec<_> = table.collect();
        pairs.extend(self.live.read().unwrap_or_else(PoisonError::into_inner).keys().copied());
        pairs.sort_unstable();
        pairs.dedup();
        let known = |(base, quote)| Some((base, quote, self.get(base, quote)?));
        pairs.into_iter().filter_map(known).collect()
    }

    fn is_asked(&self, base: Name, quote: Name) -> bool {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.contains_key(&(base, quote))
    }

    fn set(&self, base: Name, quote: Name, rate: Rate) {
        self.table.set(base, quote, rate);
    }
}
