//! `/`: what is served here, for somebody who has never seen it.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use super::pages::Documents;
use crate::{Gateway, Mode, checkout};

/// The page.
#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    mode: &'static str,
    sandbox: bool,
    base: String,
    dialects: Vec<Dialect>,
    apis: Vec<(&'static str, &'static str)>,
}

/// An API of somebody's that is spoken here.
struct Dialect {
    name: &'static str,
    vendor: &'static str,
    about: &'static str,
    served: bool,
    /// Three lines for a shell.
    start: Vec<String>,
}

#[handler]
pub(super) fn landing(
    request: &Request,
    gateway: Data<&Arc<Gateway>>,
    documents: Data<&Documents>,
) -> Response {
    // What the browser called us; a name that is none is left out.
    let sound = |host: &&str| {
        host.len() <= 255
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b))
    };
    let host = request.header("host").filter(sound).unwrap_or("127.0.0.1:3000");
    // Behind a proxy of ours, what the browser asked the proxy for.
    let secure = gateway.settings.trust_forwarded_for
        && request.header("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let base = format!("{}://{host}", if secure { "https" } else { "http" });
    let mode = gateway.settings.mode;
    let dialects = dialects(&base, mode);
    let apis = documents.iter().map(|document| (document.name, document.about));
    let own = apis.filter(|(name, _)| !dialects.iter().any(|dialect| dialect.name == *name));
    let page = Landing {
        mode: mode.as_str(),
        sandbox: mode == Mode::Sandbox,
        apis: own.collect(),
        base,
        dialects,
    };
    checkout::rendered(StatusCode::OK, &page)
}

fn dialects(base: &str, mode: Mode) -> Vec<Dialect> {
    let json = "-H 'Content-Type: application/json'";
    let post = |path: &str, body: &str| format!("curl -X POST {base}{path} {json} -d '{body}'");
    // With real money the operator makes merchants.
    let newcomer = |path: &str, body: &str| match mode {
        Mode::Sandbox => post(path, body),
        Mode::Live => {
            let bearer = "-H 'Authorization: Bearer …'";
            let body = r#"{"name":"My Shop","telegram_id":"123456789"}"#;
            format!("{} {bearer}", post("/operator/v1/merchants", body))
        }
    };
    vec![
        Dialect {
            name: "stars",
            vendor: "Telegram Payment Gateway",
            about: "Telegram Stars payments, rate locks, three-phase conversions",
            served: true,
            start: vec![
                post("/api/v1/users/register", r#"{"appName":"My Bot"}"#),
                "KEY=pk_…   # apiKey of the answer".to_owned(),
                format!("curl {base}/api/v1/rates/current -H \"X-API-Key: $KEY\""),
            ],
        },
        Dialect {
            name: "partner",
            vendor: "PAYchat Partner API",
            about: "USDT links, withdrawals to Telegram users, referral holdings, signed webhooks",
            served: true,
            start: vec![
                newcomer("/api/partner/register", r#"{"telegram_id":"123456789"}"#),
                "KEY=pk_…   # api_key of the answer".to_owned(),
                post("/api/partner/payments", r#"{"amount":29.99}"#) + " -H \"X-API-Key: $KEY\"",
            ],
        },
        Dialect {
            name: "wallet",
            vendor: "TG Wallet",
            about: "payment links in dollars, paid in any asset; internal payouts",
            served: true,
            start: vec![
                newcomer("/sandbox/v1/merchants", r#"{"name":"My Shop"}"#),
                "KEY=wk_…   # credentials.wallet.api_key of the answer".to_owned(),
                post("/api/create-payment-link/", r#"{"amount":"25.50"}"#)
                    + " -H \"api-key: $KEY\"",
            ],
        },
        Dialect {
            name: "processor",
            vendor: "TON payment processor",
            about: "deposit addresses, income, withdrawals in base units",
            served: false,
            start: vec![],
        },
        Dialect {
            name: "merchant",
            vendor: "CryptoFuse",
            about: "OAuth2, currencies and rates, payments, withdrawals, sub-accounts",
            served: false,
            start: vec![],
        },
    ]
}
