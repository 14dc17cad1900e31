//! `quittance bench`.
use crate::config::Config;
use clap::Args;
/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Seconds per measurement
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}
/// Measures.
pub(crate) async fn run(config: Config, options: &Options) -> Result<(), String> {
    let _ = (config, options.seconds);
    Ok(())
}
