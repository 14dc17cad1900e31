//! `quittance rebuild`: read models computed again from the log.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use journal::Journal;
use journal::postgres::Postgres;

use crate::books::Books;
use crate::cli::say;
use crate::config::Config;

/// Rebuilds all read models, or those named.
pub(crate) async fn run(config: &Config, names: &[String]) -> Result<(), String> {
    let books = Books::open(config).await?;
    let journal = Arc::new(Postgres::new(books.postgres.clone(), books.pool.clone()));
    let head = journal.head().await.map_err(|error| error.to_string())?;
    let bar = ProgressBar::new(head.position);
    let style =
        ProgressStyle::with_template("rebuild {bar:40} {pos}/{len} events, {per_sec}, {eta}");
    bar.set_style(style.map_err(|error| error.to_string())?);
    let rebuilt =
        projections::rebuild(journal, books.pool.clone(), names, |at| bar.set_position(at));
    let rebuilt = rebuilt.await.map_err(|error| error.to_string());
    bar.finish_and_clear();
    let closed = books.close().await;
    let which = if names.is_empty() { "all read models".to_owned() } else { names.join(", ") };
    say(&format!("{which} rebuilt up to position {}", rebuilt?));
    closed
}
