//! Our own APIs (`native.md`): the ledger for auditors and dashboards, the operator's tools, the
//! sandbox's toys, and a few pages. Amounts are decimal strings with their asset; errors are
//! `{"error": {"code", "message", "details"}}`.

mod auth;
mod endpoints;
mod error;
mod landing;
mod ledger;
mod merchants;
mod operator;
mod pages;
mod payer;
mod sandbox;
mod wire;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response};
use poem_openapi::{LicenseObject, OpenApi, OpenApiService};

use crate::{Gateway, web};

pub(crate) use error::render;
pub(crate) use pages::pages;

fn served<T: OpenApi + 'static>(service: OpenApiService<T, ()>) -> BoxEndpoint<'static, Response> {
    service
        .around(web::bounded)
        .with(poem::middleware::CatchPanic::new().with_handler(|_| error::panicked()))
        .catch_all_error(error::render)
        .around(web::identified)
        .map_to_response()
        .boxed()
}

fn described<T: OpenApi>(api: T, title: &str, prefix: &str, about: &str) -> OpenApiService<T, ()> {
    OpenApiService::new(api, format!("Quittance: {title}"), env!("CARGO_PKG_VERSION"))
        .description(about)
        .license(
            LicenseObject::new("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0"),
        )
        .url_prefix(prefix)
        .server("/")
}

pub(crate) fn ledger_service(gateway: Arc<Gateway>) -> OpenApiService<ledger::Ledger, ()> {
    let about = "The log, accounts, statements and statistics, for auditors and dashboards.";
    described(ledger::Ledger::new(gateway), "ledger", "/ledger/v1", about)
}

/// The operator's calls, and those about webhook endpoints.
type OperatorApi = (operator::Operator, endpoints::Endpoints);
/// The sandbox's calls, and those of its payers and senders.
type SandboxApi = (sandbox::Sandbox, payer::Payer);

pub(crate) fn operator_service(gateway: Arc<Gateway>) -> OpenApiService<OperatorApi, ()> {
    let about = "Merchants, corrections, webhook deliveries, and conversions that need a hand.";
    let api = (operator::Operator::new(gateway.clone()), endpoints::Endpoints::new(gateway));
    described(api, "operator", "/operator/v1", about)
}

pub(crate) fn sandbox_service(gateway: Arc<Gateway>) -> OpenApiService<SandboxApi, ()> {
    let about = "Plays payer, networks, rates and time. Served in sandbox mode only, to anybody.";
    let api = (sandbox::Sandbox::new(gateway.clone()), payer::Payer::new(gateway));
    described(api, "sandbox", "/sandbox/v1", about)
}

pub(crate) fn ledger_endpoint(gateway: Arc<Gateway>) -> BoxEndpoint<'static, Response> {
    served(ledger_service(gateway))
}

pub(crate) fn operator_endpoint(gateway: Arc<Gateway>) -> BoxEndpoint<'static, Response> {
    served(operator_service(gateway))
}

pub(crate) fn sandbox_endpoint(gateway: Arc<Gateway>) -> BoxEndpoint<'static, Response> {
    served(sandbox_service(gateway))
}

/// Makes a merchant from the command line; returns it with its credentials as JSON.
pub async fn new_merchant(gateway: &Gateway, name: &str) -> Result<String, String> {
    merchants::make_named(gateway, name).await
}
