//! The house's order: who may import whom, that every file says what it is, how long it may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each room may import of ours. An arrow that is not here needs a decision in docs/adr.
const ARROWS: [(&str, &[&str]); 9] = [
    ("quittance-domain", &[]),
    ("quittance-journal", &["quittance-domain"]),
    ("quittance-projections", &["quittance-domain", "quittance-journal"]),
    ("quittance-vault", &[]),
    ("quittance-adapters", &["quittance-domain"]),
    (
        "quittance-api",
        &["quittance-domain", "quittance-journal", "quittance-projections", "quittance-vault"],
    ),
    (
        "quittance",
        &[
            "quittance-domain",
            "quittance-journal",
            "quittance-projections",
            "quittance-vault",
            "quittance-adapters",
            "quittance-api",
        ],
    ),
    ("quittance-audit", &["quittance-domain", "quittance-journal"]),
    ("quittance-tests", &["quittance-domain", "quittance-journal", "quittance-projections"]),
];

/// Outside crates that only some rooms may touch.
const WALLS: [(&str, &[&str]); 5] = [
    ("reqwest", &["quittance-adapters", "quittance-tests"]),
    ("poem", &["quittance-api", "quittance"]),
    ("poem-openapi", &["quittance-api"]),
    ("chacha20poly1305", &["quittance-vault"]),
    (
        "tokio",
        &[
            "quittance-journal",
            "quittance-projections",
            "quittance-vault",
            "quittance-adapters",
            "quittance-api",
            "quittance",
            "quittance-audit",
            "quittance-tests",
        ],
    ),
];

/// The dialects there are.
const DIALECTS: [&str; 3] = ["stars", "partner", "wallet"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every crate of ours and its direct dependencies, those of tests left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output();
    let metadata: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let name = package["name"].as_str().unwrap().to_owned();
            let of_tests = name == "quittance-tests";
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let dependencies =
                dependencies.filter(|dependency| of_tests || dependency["kind"].is_null());
            (
                name,
                dependencies
                    .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn arrows_point_only_where_they_may() {
    let found = dependencies();
    let rooms: BTreeSet<_> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), rooms);
    for (room, allowed) in ARROWS {
        for dependency in found[room].iter().filter(|name| name.starts_with("quittance")) {
            assert!(allowed.contains(&dependency.as_str()), "{room} imports {dependency}");
        }
    }
    for (outside, allowed) in WALLS {
        for (room, dependencies) in &found {
            assert!(
                !dependencies.contains(outside) || allowed.contains(&room.as_str()),
                "{room} imports {outside}"
            );
        }
    }
}

/// Every source file of ours.
fn sources() -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let listed = String::from_utf8(output.unwrap().stdout).unwrap();
    let files = listed
        .lines()
        .filter(|path| Path::new(path).extension().is_some_and(|e| e == "rs" || e == "sql"));
    files
        .filter_map(|path| {
            Some((path.to_owned(), std::fs::read_to_string(root().join(path)).ok()?))
        })
        .collect()
}

#[test]
fn every_file_says_what_it_is_and_fits_its_room() {
    let sources = sources();
    assert!(sources.len() > 100);
    for (path, text) in &sources {
        let rust = Path::new(path).extension().is_some_and(|ending| ending == "rs");
        let opening = if rust { "//! " } else { "-- " };
        assert!(text.starts_with(opening), "{path} does not say what it is");
        let cap = if path.contains("tests") { 600 } else { 400 };
        assert!(text.lines().count() <= cap, "{path} has more than {cap} lines");
        for word in ["TODO", "FIXME", "unimplemented!", "#[ignore", "#[allow("] {
            assert!(!text.contains(word) || path.ends_with("tidy.rs"), "{path} contains {word}");
        }
    }
}

#[test]
fn aggregates_and_dialects_have_the_same_files() {
    let has = |folder: &str, files: &[&str]| {
        for file in files {
            assert!(root().join(folder).join(file).exists(), "{folder} lacks {file}");
        }
    };
    for aggregate in [
        "merchant",
        "payment",
        "rate_lock",
        "conversion",
        "adjustment",
        "payment_link",
        "payout",
        "deposit",
    ] {
        has(
            &format!("domain/src/{aggregate}"),
            &["mod.rs", "event.rs", "command.rs", "decide.rs", "tests.rs"],
        );
    }
    for dialect in DIALECTS {
        has(
            &format!("api/src/{dialect}"),
            &["mod.rs", "auth.rs", "dto.rs", "error.rs", "routes.rs", "webhooks.rs"],
        );
    }
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("domain/src")) {
        if path.ends_with("decide.rs") || path.ends_with("state.rs") {
            assert!(!text.contains("_ =>") && !text.contains("(_, _)"), "{path} hides a case");
        }
    }
}
