//! Keys and tokens in the data folder, for a first run that needs no configuration.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use vault::{MasterKey, Secret};

/// The configured token, or the one in the data folder, made if there is none.
pub(crate) fn operator_token(configured: &str, data: &Path) -> Result<Secret, String> {
    if !configured.is_empty() {
        return Ok(Secret::new(configured.to_owned()));
    }
    kept(&data.join("operator.token"), || {
        let issued = vault::issue("processor").map_err(|error| error.to_string())?;
        Ok(Secret::new(format!("op_{}", issued.key.reveal())))
    })
}

/// The configured master key, or the one in the data folder, made if there is none.
pub(crate) fn master_key(configured: &str, data: &Path) -> Result<MasterKey, String> {
    let text = if configured.is_empty() {
        kept(&data.join("master.key"), || {
            MasterKey::random().map(|key| key.text()).map_err(|error| error.to_string())
        })?
    } else {
        Secret::new(configured.to_owned())
    };
    MasterKey::parse(text.reveal()).map_err(|error| error.to_string())
}

/// What a file keeps for us alone to read.
fn kept(file: &Path, make: impl FnOnce() -> Result<Secret, String>) -> Result<Secret, String> {
    let text = |error: std::io::Error| format!("{}: {error}", file.display());
    match std::fs::read_to_string(file) {
        Ok(found) => Ok(Secret::new(found.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let fresh = make()?;
            let mut new = OpenOptions::new();
            let mut new = new.write(true).create_new(true).mode(0o600).open(file).map_err(text)?;
            writeln!(new, "{}", fresh.reveal()).and_then(|()| new.sync_all()).map_err(text)?;
            Ok(fresh)
        }
        Err(error) => Err(text(error)),
    }
}
