//! Where the log comes from: a database or an export. Either way record by record, as bytes.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Timestamp;
use journal::postgres::{READ_COLUMNS, record_of};
use journal::{Fact, Hash, Head, Ledger, Record};
use serde_json::Value;
use tokio_postgres::{Client, NoTls};

/// Rows per read.
const PAGE: i64 = 5_000;

/// A log to be checked.
pub(crate) enum Source {
    /// Its tables.
    Database(Client),
    /// An export of it.
    File(PathBuf),
}

/// Up to where it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// The end.
    End,
    /// This position.
    Position(u64),
    /// This time.
    Time(Timestamp),
}

impl Source {
    /// Connects for reading only.
    pub(crate) async fn connect(url: &str) -> Result<Self, String> {
        let connected = tokio_postgres::connect(url, NoTls).await;
        let (client, connection) = connected.map_err(|error| format!("the database: {error}"))?;
        tokio::spawn(connection);
        // One snapshot for everything, however much is appended meanwhile.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        client.batch_execute(begin).await.map_err(|error| error.to_string())?;
        Ok(Self::Database(client))
    }

    /// What the database says the end is.
    pub(crate) async fn head(&self) -> Result<Option<Head>, String> {
        let Self::Database(client) = self else { return Ok(None) };
        let row = client.query_one("SELECT position, epoch, hash FROM journal.head", &[]).await;
        let row = row.map_err(|error| format!("journal.head: {error}"))?;
        let number = |column: usize| u64::try_from(row.get::<_, i64>(column)).unwrap_or_default();
        let hash = Hash::try_from(row.get::<_, &[u8]>(2)).unwrap_or_default();
        Ok(Some(Head { position: number(0), epoch: number(1), hash }))
    }
}

/// Every record in the order it is found, whatever it says.
pub(crate) async fn records(
    source: &Source,
    mut each: impl FnMut(&Record) -> Result<(), String>,
) -> Result<(), String> {
    let client = match source {
        Source::Database(client) => client,
        Source::File(path) => {
            let file = std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
            for (number, line) in BufReader::new(file).lines().enumerate() {
                let line = line.map_err(|error| error.to_string())?;
                let place = number.saturating_add(1);
                let record = imported(&line).ok_or_else(|| format!("line {place} is no record"))?;
                each(&record)?;
            }
            return Ok(());
        }
    };
    let page = format!(
        "SELECT {READ_COLUMNS} FROM journal.events WHERE position > $1 ORDER BY position LIMIT $2"
    );
    let page = client.prepare(&page).await.map_err(|error| format!("journal.events: {error}"))?;
    let mut after = i64::MIN;
    loop {
        let rows =
            client.query(&page, &[&after, &PAGE]).await.map_err(|error| error.to_string())?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get(0);
        for row in &rows {
            each(&record_of(row).map_err(|error| error.to_string())?)?;
        }
    }
}

/// Every fact of a sound log, up to somewhere; the first fault ends it.
pub(crate) async fn facts(
    source: &Source,
    until: Until,
    mut each: impl FnMut(&Record, &Fact),
) -> Result<(), String> {
    let mut ledger = Ledger::default();
    let mut ended = false;
    let read = records(source, |record| {
        ended = ended
            || match until {
                Until::End => false,
                Until::Position(position) => record.position > position,
                Until::Time(time) => record.recorded_at > time,
            };
        if !ended {
            let fact = ledger.follow(record).map_err(|corrupt| corrupt.to_string())?;
            each(record, &fact);
        }
        Ok(())
    });
    read.await
}

/// The record in a line of an export.
fn imported(line: &str) -> Option<Record> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value.get(name)?.as_str();
    let bytes = |name: &str| BASE64_STANDARD.decode(text(name)?).ok();
    Some(Record {
        position: value.get("position")?.as_u64()?,
        stream: text("stream")?.to_owned(),
        revision: value.get("revision")?.as_u64()?,
        kind: text("type")?.to_owned(),
        recorded_at: text("recorded_at")?.parse().ok()?,
        payload: bytes("payload_base64")?,
        meta: bytes("meta_base64")?,
        leaf: text("leaf")?.parse().ok()?,
        hash: text("hash")?.parse().ok()?,
    })
}
