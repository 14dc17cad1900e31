//! Quittance: a payment gateway on an event-sourced double-entry ledger. This room runs what the
//! others are: configuration, the embedded database, long-lived processes, the command line.

mod bench;
mod board;
mod books;
mod cli;
mod config;
mod database;
mod embedded;
mod openapi;
mod processes;
mod rebuild;
mod sandbox;
mod secrets;
mod serve;
mod wire;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(cli::run(cli));
            runtime.shutdown_timeout(std::time::Duration::from_secs(2));
            ended
        }
        Err(error) => Err(error.to_string()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
