//! Specifications as they are served and committed: what the framework generates, made honest. It
//! says 3.0.0 and emits a key of 3.1, leaves out nulls and our common headers, and documents every
//! failure at every endpoint; all of that is put right here.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Gateway, Mode, native, partner as partner_api, stars as stars_api, wallet as wallet_api,
};

mod examples;
mod honest;
mod native_examples;
mod partner;
mod stars;
mod wallet;

/// Every dialect and API with a specification.
pub const DIALECTS: [&str; 6] = ["stars", "partner", "wallet", "ledger", "operator", "sandbox"];

/// One specification.
pub struct Document {
    /// Shape: `stars`.
    pub name: &'static str,
    /// In a few words.
    pub about: &'static str,
    /// The document.
    pub json: Value,
}

impl Document {
    /// The document as YAML. JSON is YAML; this is the form people read.
    pub fn yaml(&self) -> String {
        let mut text = String::new();
        honest::yaml(&self.json, 0, &mut text);
        text
    }
}

/// All specifications; `gateway` is not called, only its type is looked at.
pub fn documents(gateway: &Arc<Gateway>) -> Vec<Document> {
    let parse = |text: String| serde_json::from_str(&text).unwrap_or(Value::Null);
    let stars = parse(stars_api::service(gateway.clone()).spec());
    let partner = parse(partner_api::service(gateway.clone()).spec());
    let wallet = parse(wallet_api::service(gateway.clone()).spec());
    let ledger = parse(native::ledger_service(gateway.clone()).spec());
    let operator = parse(native::operator_service(gateway.clone()).spec());
    let sandbox = parse(native::sandbox_service(gateway.clone()).spec());
    let document = |name, about, json| Document { name, about, json };
    vec![
        document(
            "stars",
            "Telegram Stars payments and conversions",
            honest::dialect(stars, &stars::dialect()),
        ),
        document(
            "partner",
            "USDT links, withdrawals and holdings",
            honest::dialect(partner, &partner::dialect()),
        ),
        document(
            "wallet",
            "links in dollars and internal payouts",
            wallet::slashed(honest::dialect(wallet, &wallet::dialect())),
        ),
        document("ledger", "the books, for auditors and dashboards", honest::native(ledger)),
        document("operator", "merchants, corrections, deliveries", honest::native(operator)),
        document("sandbox", "plays payer, networks, rates and time", honest::native(sandbox)),
    ]
}

/// Those that are served in this mode.
pub(crate) fn served(gateway: &Arc<Gateway>) -> Vec<Document> {
    let live = gateway.settings.mode == Mode::Live;
    let all = documents(gateway).into_iter();
    all.filter(|document| !(live && document.name == "sandbox")).collect()
}

/// The interactive documentation of one of them; it asks nobody else for anything.
pub(crate) fn documentation(gateway: &Arc<Gateway>, document: &Document) -> String {
    let service = stars_api::service(gateway.clone());
    // The page carries its specification as a script; the honest one takes its place.
    service.swagger_ui_html().replace(&service.spec(), &document.json.to_string())
}
