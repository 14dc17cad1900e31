//! What the auditor writes.

use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{Catalogue, Name, Transfer};
use journal::Record;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::sums::Sums;

/// One line to standard output; when nobody reads any more, there is nobody to tell.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Why it could not run.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "quittance-audit: {text}");
}

/// Base units in the asset's units; as they are if the asset is not one of the house's.
pub(crate) fn units(asset: Name, units: i128) -> String {
    let catalogue = Catalogue::default();
    catalogue.get(asset).map_or_else(|| units.to_string(), |asset| asset.text(units))
}

/// A transfer's amount and asset.
pub(crate) fn money(transfer: &Transfer) -> String {
    let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
    format!("{} {}", units(transfer.asset(), amount), transfer.asset())
}

/// Every account.
pub(crate) fn balances(sums: &Sums, format: Format) {
    let rows = sums.iter().map(|(account, sum)| {
        let id = account.rsplit(':').next().and_then(Name::new);
        let text = |amount| id.map_or_else(|| i128::to_string(&amount), |id| units(id, amount));
        (account, text(sum.debits), text(sum.credits), text(sum.balance()))
    });
    let object = |(account, debits, credits, balance): (&str, String, String, String)| json!({ "account": account, "debits": debits, "credits": credits, "balance": balance });
    match format {
        Format::Table => rows.for_each(|(account, _, _, balance)| {
            line(&format!("{balance:>24}  {account}"));
        }),
        Format::Csv => {
            line("account,debits,credits,balance");
            rows.for_each(|(account, debits, credits, balance)| {
                line(&format!("{account},{debits},{credits},{balance}"));
            });
        }
        Format::Json => line(&Value::Array(rows.map(object).collect()).to_string()),
        Format::Jsonl => rows.map(object).for_each(|row| line(&row.to_string())),
    }
}

/// A record as an export has it: readable, and with the hashed bytes.
pub(crate) fn exported(record: &Record) -> Value {
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    json!({
        "position": record.position,
        "stream": record.stream,
        "revision": record.revision,
        "type": record.kind,
        "recorded_at": record.recorded_at.to_string(),
        "payload": json(&record.payload),
        "meta": json(&record.meta),
        "payload_base64": BASE64_STANDARD.encode(&record.payload),
        "meta_base64": BASE64_STANDARD.encode(&record.meta),
        "leaf": record.leaf.to_string(),
        "hash": record.hash.to_string(),
    })
}
