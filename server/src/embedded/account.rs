//! Which user runs the database: PostgreSQL refuses root, so root runs it as somebody harmless.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A user of this machine.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// `None` if we are not root and run it ourselves.
pub(super) fn to_run_as() -> Result<Option<Account>, String> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    let account = ["postgres", "nobody"].into_iter().find_map(|name| entry(&users, name));
    account.map(Some).ok_or_else(|| "root needs a user postgres or nobody for the database".into())
}

fn entry(users: &str, name: &str) -> Option<Account> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let uid = fields.next()?.parse().ok()?;
    Some(Account { uid, gid: fields.next()?.parse().ok()? })
}

/// The folder, or one below `/var/lib` when the user cannot get to it (a home folder of root's).
pub(super) fn reachable(folder: &Path, account: Option<&Account>) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let Some(account) = account else { return absolute };
    let open = |ancestor: &Path| match std::fs::metadata(ancestor) {
        Err(_) => true, // not made yet; we will make it
        Ok(found) => found.mode() & 0o001 != 0 || found.uid() == account.uid,
    };
    if absolute.ancestors().skip(1).all(open) {
        return absolute;
    }
    let elsewhere = PathBuf::from("/var/lib").join(format!("quittance-{}", digest(&absolute)));
    tracing::warn!(folder = %elsewhere.display(), "the database's user cannot reach the data folder");
    elsewhere
}

/// A short name for a path.
pub(super) fn digest(path: &Path) -> String {
    let hash: [u8; 32] = Sha256::digest(path.as_os_str().as_encoded_bytes()).into();
    journal::Hash(hash).to_string().chars().take(12).collect()
}
