//! The command line (`native.md`).

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::{bench, books, openapi, rebuild, serve};

/// A payment gateway on an event-sourced double-entry ledger.
#[derive(Debug, Parser)]
#[command(name = "quittance", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the APIs are served
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<String>,
    /// The data folder
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Settings, over the defaults
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the APIs (the default)
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Compute read models again from the log; all, or those named
    Rebuild {
        /// Which read models
        names: Vec<String>,
    },
    /// Print the specifications, or write them to a folder
    Openapi {
        /// Only this one
        #[arg(long)]
        dialect: Option<String>,
        /// Write files here instead of printing
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Measure this machine, on books of its own
    Bench(bench::Options),
    /// Merchants
    Merchant {
        #[command(subcommand)]
        command: MerchantCommand,
    },
}

#[derive(Debug, Subcommand)]
enum MerchantCommand {
    /// Make a merchant with credentials of all kinds and print them once
    New {
        /// For people
        name: String,
    },
}

/// Does what was asked.
pub(crate) async fn run(cli: Cli) -> Result<(), String> {
    let mut config = Config::load(cli.config.as_deref(), std::env::vars())?;
    if let Some(listen) = cli.listen {
        config.listen = listen;
    }
    if let Some(data) = cli.data {
        config.data = data;
    }
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config).await,
        Command::Migrate => books::migrate(&config).await,
        Command::Rebuild { names } => rebuild::run(&config, &names).await,
        Command::Openapi { dialect, dir } => {
            openapi::run(&config, dialect.as_deref(), dir.as_deref())
        }
        Command::Bench(options) => bench::run(config, &options).await,
        Command::Merchant { command: MerchantCommand::New { name } } => {
            serve::new_merchant(config, &name).await
        }
    }
}

/// Says something to whoever started the program.
pub(crate) fn say(text: &str) {
    // When nobody listens any more there is nobody to tell.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Says what went wrong.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "quittance: {text}");
}
