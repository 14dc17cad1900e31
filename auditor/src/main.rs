//! `quittance-audit`: checks the books from the log's bytes. It imports the domain and the journal
//! and nothing else of the gateway's: no read model, no API, no line of what it checks balances
//! against. Exit code 0: nothing found; 1: findings; 2: could not run.

mod charges;
mod cli;
mod render;
mod shares;
mod source;
mod sums;
mod trace;
mod verify;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()).await {
        Ok(cli::Verdict::Clean) => ExitCode::SUCCESS,
        Ok(cli::Verdict::Findings) => ExitCode::from(1),
        Err(error) => {
            render::complain(&error);
            ExitCode::from(2)
        }
    }
}
