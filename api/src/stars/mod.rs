//! The stars dialect: Telegram Payment Gateway's REST API (`seeds/stars.txt`; behaviour in
//! `stars.md`), served at `/api/v1` and `/v1`.
//!
//! Quirks kept: three time formats; `status` of a conversion is an object; the network fee is in an
//! estimate's total and not in a conversion's; members the official SDK reads stand beside the
//! documented ones.

mod auth;
mod dto;
mod error;
mod estimate;
mod registration;
mod routes;
mod update;
pub mod webhooks;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;

use crate::{Gateway, web};

/// The name in paths, events and tables.
pub const NAME: &str = "stars";

pub(crate) type Service = OpenApiService<routes::Stars, ()>;

/// The service, for its specification and its endpoint.
pub(crate) fn service(gateway: Arc<Gateway>) -> Service {
    OpenApiService::new(routes::Stars::new(gateway), "Quittance: stars", env!("CARGO_PKG_VERSION"))
        .description(
            "Telegram Stars payments, rate locks and three-phase conversions. Compatible with the \
             Telegram Payment Gateway REST API; also served under /v1.",
        )
        .license(
            poem_openapi::LicenseObject::new("Apache-2.0")
                .url("https://www.apache.org/licenses/LICENSE-2.0"),
        )
        .url_prefix("/api/v1")
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
