//! The command line (`native.md`).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::Timestamp;
use journal::Hash;

use crate::source::{Source, Until};
use crate::sums::Sums;
use crate::{render, source, trace, verify};

/// Checks the books of Quittance from the log's bytes alone.
#[derive(Debug, Parser)]
#[command(name = "quittance-audit", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every record, the chain, every balance, and the read models against them
    Verify {
        #[command(flatten)]
        from: From,
        /// A head you trust: the log must still contain it
        #[arg(long, value_name = "POSITION:HASH")]
        head: Option<KnownHead>,
    },
    /// Show every account's balance
    Balances {
        #[command(flatten)]
        from: From,
        /// As of a position or an RFC 3339 time
        #[arg(long)]
        at: Option<Until>,
        /// How to write it
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Show every movement of one account
    Statement {
        #[command(flatten)]
        from: From,
        /// The whole path
        account: String,
        /// How to write it
        #[arg(long, default_value = "table")]
        format: Format,
    },
    /// Show everything that concerns a payment or conversion
    Trace {
        #[command(flatten)]
        from: From,
        /// Its uuid
        id: String,
    },
    /// Write the log
    Export {
        #[command(flatten)]
        from: From,
        /// How to write it
        #[arg(long, default_value = "jsonl")]
        format: Format,
    },
}

/// Where the log is.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct From {
    /// A PostgreSQL connection string
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The data folder of a running server
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// An export
    #[arg(long, value_name = "EVENTS.jsonl")]
    file: Option<PathBuf>,
}

/// A head somebody has noted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownHead {
    pub(crate) position: u64,
    pub(crate) hash: Hash,
}

impl std::str::FromStr for KnownHead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let wrong = "a head is a position, a colon and 64 hex digits";
        let (position, hash) = text.split_once(':').ok_or(wrong)?;
        let position = position.parse().map_err(|_| wrong)?;
        Ok(Self { position, hash: hash.parse().map_err(|()| wrong)? })
    }
}

impl std::str::FromStr for Until {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        let time: Result<Timestamp, _> = text.parse();
        time.map(Self::Time).map_err(|_| "a position, or a time like 2026-11-21T14:00:00Z")
    }
}

/// How to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// One JSON object per line.
    Jsonl,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was.
    Findings,
}

/// Does what was asked.
pub(crate) async fn run(cli: Cli) -> Result<Verdict, String> {
    match cli.command {
        Command::Verify { from, head } => verify::run(&from.open().await?, head).await,
        Command::Balances { from, at, format } => {
            let mut sums = Sums::default();
            let until = at.unwrap_or(Until::End);
            source::facts(&from.open().await?, until, |_, fact| sums.post(&fact.event)).await?;
            render::balances(&sums, format);
            Ok(Verdict::Clean)
        }
        Command::Statement { from, account, format } => {
            let account = account.parse().map_err(|_| format!("{account} is no account"))?;
            trace::statement(&from.open().await?, account, format).await
        }
        Command::Trace { from, id } => trace::run(&from.open().await?, &id).await,
        Command::Export { from, format: Format::Jsonl | Format::Json } => {
            let source = from.open().await?;
            let exported = source::records(&source, |record| {
                render::line(&render::exported(record).to_string());
                Ok(())
            });
            exported.await?;
            Ok(Verdict::Clean)
        }
        Command::Export { format: Format::Table | Format::Csv, .. } => {
            Err("the log is exported as jsonl".to_owned())
        }
    }
}

impl From {
    async fn open(self) -> Result<Source, String> {
        if let Some(file) = self.file {
            return Ok(Source::File(file));
        }
        if let Some(url) = self.database {
            return Source::connect(&url).await;
        }
        let file = self.data.unwrap_or_else(|| PathBuf::from("./data")).join("database.url");
        let url = std::fs::read_to_string(&file).map_err(|error| {
            format!("{}: {error} (is this the data folder of a server?)", file.display())
        })?;
        let connected = Source::connect(url.trim()).await;
        connected.map_err(|error| {
            format!("{error}; it runs while the gateway of {} does", file.display())
        })
    }
}
