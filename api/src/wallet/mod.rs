//! The wallet dialect: TG Wallet's API (`seeds/wallet.txt`; behaviour in `wallet.md`), served at
//! `/api/create-payment-link/` and `/api/payout/`, with and without the slash.
//!
//! Quirks kept: money is text; an error is one sentence and nothing else; a payout's fee comes on top,
//! a link's out of what is paid; webhooks bear no signature but the unguessable token.

mod auth;
mod dto;
mod error;
mod read;
mod routes;
pub mod webhooks;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;

use crate::{Gateway, web};

pub(crate) use read::{code, network};

/// The name in paths, events and tables.
pub const NAME: &str = "wallet";

/// How the dialect behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What a link's token is put behind. Shape: `https://t.me/some_bot?start=pay_`.
    pub link_url: String,
    /// Requests per minute and merchant; 0 is no limit.
    pub limit: u32,
}

pub(crate) type Service = OpenApiService<routes::Wallet, ()>;

/// The service, for its specification and its endpoint.
pub(crate) fn service(gateway: Arc<Gateway>) -> Service {
    let api = routes::Wallet::new(gateway);
    OpenApiService::new(api, "Quittance: wallet", env!("CARGO_PKG_VERSION"))
        .description(
            "Payment links in dollars, paid in any asset, and internal payouts. Compatible with the \
             TG Wallet API.",
        )
        .license(
            poem_openapi::LicenseObject::new("Apache-2.0")
                .url("https://www.apache.org/licenses/LICENSE-2.0"),
        )
        .url_prefix("/api")
        .server("/")
}

/// The endpoint, below whatever path it is nested at.
pub(crate) fn endpoint(gateway: Arc<Gateway>) -> BoxEndpoint<'static, Response> {
    let service = service(gateway);
    service
        .around(web::bounded)
        .with(poem::middleware::CatchPanic::new().with_handler(|_| error::panicked()))
        .around(auth::guarded)
        .catch_all_error(error::render)
        .around(web::identified)
        .with(NormalizePath::new(TrailingSlash::Trim))
        .map_to_response()
        .boxed()
}
