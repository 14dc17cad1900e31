//! The partner dialect: `PAYchat`'s Partner API (`seeds/partner.txt`; behaviour in `partner.md`),
//! served at `/api/partner`.
//!
//! Quirks kept: every success is 200; a link that has expired is still called pending; the status of
//! a payment is asked for by either of its two ids and answered with the one that was used; the
//! reset of a request limit is relative; `withdraw` and `withdrawal` each where the vendor has them.

mod auth;
mod dto;
mod error;
mod read;
mod registration;
mod routes;
pub mod webhooks;

use std::sync::Arc;

use domain::Amount;
use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;

use crate::{Gateway, web};

pub(crate) use dto::payment_id;

/// The name in paths, events and tables.
pub const NAME: &str = "partner";

/// How the dialect behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its request limits.
    pub limits: Limits,
    /// May anybody register?
    pub open_registration: bool,
    /// What a link's token is put behind. Shape: `https://t.me/some_bot?start=`.
    pub link_url: String,
    /// Where USDT is sent on TRON in live mode; in the sandbox it is the simulated network's.
    pub deposit_address: Option<String>,
    /// What the one plan costs, once. Units: base units of `USDT-TRC20`.
    pub plan_price: Amount,
}

/// Requests per minute (`partner.md` §0.2); 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Payment links made, per partner.
    pub payments: u32,
    /// Withdrawals, per partner.
    pub withdrawals: u32,
    /// Everything that is read, per partner; and what anybody may read, per address.
    pub reads: u32,
    /// Webhook settings and keys, per partner.
    pub settings: u32,
    /// Registrations, per address.
    pub registration: u32,
}

pub(crate) type Service = OpenApiService<routes::Partner, ()>;

/// The service, for its specification and its endpoint.
pub(crate) fn service(gateway: Arc<Gateway>) -> Service {
    let api = routes::Partner::new(gateway);
    OpenApiService::new(api, "Quittance: partner", env!("CARGO_PKG_VERSION"))
        .description(
            "USDT payment links, withdrawals to Telegram users, referral holdings. Compatible with \
             the PAYchat Partner API.",
        )
        .license(
            poem_openapi::LicenseObject::new("Apache-2.0")
                .url("https://www.apache.org/licenses/LICENSE-2.0"),
        )
        .url_prefix("/api/partner")
        .server("/")
}

/// The endpoint, below whatever path it is nested at.
pub(crate) fn endpoint(gateway: Arc<Gateway>) -> BoxEndpoint<'static, Response> {
    let service = service(gateway);
    service
        .around(web::bounded)
        .with(poem::middleware::CatchPanic::new().with_handler(|_| error::panicked()))
        .around(auth::counted)
        .catch_all_error(error::render)
        .around(web::identified)
        .map_to_response()
        .boxed()
}
