//! What the sandbox was told, kept in its tables, and its simulated networks.

mod networks;

use api::{SandboxStore, Storing};
use deadpool_postgres::Pool;
use domain::{Name, Rate};

pub(crate) use networks::{Networks, Valued};

/// Schema `sandbox`.
pub(crate) struct Store(pub(crate) Pool);

impl SandboxStore for Store {
    fn keep_clock(&self, offset_seconds: i64) -> Storing<'_> {
        Box::pin(async move {
            let client = self.0.get().await.map_err(|error| error.to_string())?;
            let update = "UPDATE sandbox.clock SET offset_seconds = greatest(offset_seconds, $1)";
            let kept = client.execute(update, &[&offset_seconds]).await;
            kept.map(drop).map_err(|error| error.to_string())
        })
    }

    fn keep_rate(&self, base: Name, quote: Name, rate: Rate) -> Storing<'_> {
        Box::pin(async move {
            let client = self.0.get().await.map_err(|error| error.to_string())?;
            let upsert = "INSERT INTO sandbox.rates (base, quote, rate) \
                 VALUES ($1, $2, $3::text::numeric) \
                 ON CONFLICT (base, quote) DO UPDATE SET rate = excluded.rate";
            let (base, quote, rate) = (base.to_string(), quote.to_string(), rate.to_string());
            let kept = client.execute(upsert, &[&base, &quote, &rate]).await;
            kept.map(drop).map_err(|error| error.to_string())
        })
    }
}

/// How far the clock is ahead. Units: seconds.
pub(crate) async fn clock_offset(pool: &Pool) -> Result<i64, String> {
    let client = pool.get().await.map_err(|error| error.to_string())?;
    let row = client.query_one("SELECT offset_seconds FROM sandbox.clock", &[]).await;
    Ok(row.map_err(|error| error.to_string())?.get(0))
}

/// The rates that were set.
pub(crate) async fn rates(pool: &Pool) -> Result<Vec<(Name, Name, Rate)>, String> {
    let client = pool.get().await.map_err(|error| error.to_string())?;
    let rows = client.query("SELECT base, quote, rate::text FROM sandbox.rates", &[]).await;
    let read = |row: &tokio_postgres::Row| {
        let text = |column: usize| row.get::<_, String>(column);
        Some((Name::new(&text(0))?, Name::new(&text(1))?, text(2).parse().ok()?))
    };
    Ok(rows.map_err(|error| error.to_string())?.iter().filter_map(read).collect())
}
