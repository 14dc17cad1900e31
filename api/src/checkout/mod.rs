//! Pages where a person pays, and keeps the receipt. Rendered here, without a request to anybody
//! else; they work without a script, and a small one of ours makes them live.

mod payment;
mod play;
mod receipt;
mod uri;
mod view;
mod watch;
mod words;

use std::sync::Arc;

use askama::Template;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result, Route, get, handler};
use poem::{EndpointExt, endpoint::BoxEndpoint};

use crate::links::Unread;
use crate::{Mode, web};

/// Adds the pages to the routes; only the sandbox has a panel to send forms from.
pub(crate) fn pages(route: Route, mode: Mode) -> Route {
    let payment = match mode {
        Mode::Sandbox => get(payment::show).post(play::play),
        Mode::Live => get(payment::show),
    };
    route
        .at("/pay/:id", page(payment.around(web::bounded).map_to_response()))
        .at("/pay/:id/events", page(get(watch::events)))
        .at("/receipts/:id", page(get(receipt::show)))
        .at("/assets/style.css", get(style))
        .at("/assets/checkout.js", get(script))
        .at("/assets/icon.svg", get(icon))
}

/// An endpoint whose answers are pages.
pub(crate) fn page(
    endpoint: impl Endpoint<Output = Response> + 'static,
) -> BoxEndpoint<'static, Response> {
    endpoint.around(guarded).boxed()
}

/// Only what comes from here may run, look, or be talked to; nobody may frame it, and where a payer
/// came from is nobody's business.
async fn guarded<E: Endpoint<Output = Response>>(
    next: Arc<E>,
    request: Request,
) -> Result<Response> {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
        img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'";
    let mut response = next.get_response(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A page, or the accident that there is none.
pub(crate) fn rendered(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            Response::builder().status(status).content_type("text/html; charset=utf-8").body(html)
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What cannot be read at the moment.
fn unread(unread: Unread) -> Response {
    let cause = match unread {
        Unread::Behind(behind) => behind.to_string(),
        Unread::Failed(error) => error.to_string(),
    };
    put_off(&cause)
}

/// An accident: the same may go well in a moment.
fn put_off(cause: &str) -> Response {
    tracing::warn!(cause, "a page was put off");
    StatusCode::SERVICE_UNAVAILABLE.with_header("retry-after", "1").into_response()
}

fn language(request: &Request) -> &'static words::Words {
    words::of(request.header("accept-language"))
}

/// There is no such payment.
#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    words: &'static words::Words,
}

fn missing(words: &'static words::Words) -> Response {
    rendered(StatusCode::NOT_FOUND, &Missing { words })
}

fn asset(content_type: &'static str, body: &'static str) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}

#[handler]
fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../templates/style.css"))
}

#[handler]
fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../templates/icon.svg"))
}

#[handler]
fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../templates/checkout.js"))
}
