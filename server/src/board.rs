//! The rates behind the API's port: a table, and what the sources of the network say.

use adapters::rates::Table;
use api::Rates;
use domain::{Name, Quote, Rate};
use journal::Clock;

/// The source of rates that somebody wrote down.
const TABLE: Name = Name::literal("table");

/// All rates there are.
#[derive(Debug, Default)]
pub(crate) struct Board {
    table: Table,
    clock: Clock,
}

impl Board {
    /// A board of these rates.
    pub(crate) fn new(rates: impl IntoIterator<Item = ((Name, Name), Rate)>, clock: Clock) -> Self {
        Self { table: Table::new(rates), clock }
    }
}

impl Rates for Board {
    fn get(&self, base: Name, quote: Name) -> Option<Rate> {
        self.table.get(base, quote)
    }

    fn quote(&self, base: Name, quote: Name) -> Option<Quote> {
        let rate = self.get(base, quote)?;
        Some(Quote { rate, source: TABLE, at: self.clock.now() })
    }

    fn all(&self) -> Vec<(Name, Name, Rate)> {
        self.table.all()
    }

    fn set(&self, base: Name, quote: Name, rate: Rate) {
        self.table.set(base, quote, rate);
    }
}
