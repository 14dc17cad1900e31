//! `quittance openapi`: the specifications, printed or written.

use std::path::Path;

use crate::cli::say;
use crate::config::Config;
use crate::wire;

/// Prints the documents, or writes `<dialect>.yaml` for each.
pub(crate) fn run(
    config: &Config,
    dialect: Option<&str>,
    dir: Option<&Path>,
) -> Result<(), String> {
    let gateway = wire::described(config)?;
    let documents = api::documents(&gateway);
    let wanted = documents.iter().filter(|document| dialect.is_none_or(|d| d == document.name));
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return Err(format!("there is no dialect {}", dialect.unwrap_or_default()));
    }
    for document in wanted {
        match dir {
            None => say(&document.yaml()),
            Some(dir) => {
                let file = dir.join(format!("{}.yaml", document.name));
                std::fs::write(&file, document.yaml())
                    .map_err(|error| format!("{}: {error}", file.display()))?;
            }
        }
    }
    Ok(())
}
