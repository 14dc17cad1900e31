//! Everything on one listener, and what all APIs share of HTTP.

use std::sync::Arc;
use std::time::Duration;

use domain::limits;
use poem::error::ReadBodyError;
use poem::http::{HeaderName, HeaderValue, StatusCode};
use poem::middleware::Cors;
use poem::{Body, Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use crate::{BODY_BYTES_MAX, Gateway, Mode, checkout, native, partner, stars, wallet};

/// The id of a request, as our own extensions carry it.
#[derive(Clone)]
struct RequestId(String);

/// All routes.
pub fn routes(gateway: Arc<Gateway>) -> impl Endpoint<Output = Response> {
    let mut route = Route::new()
        .nest("/api/v1", stars::endpoint(gateway.clone()))
        .nest("/v1", stars::endpoint(gateway.clone()))
        .nest("/api/partner", partner::endpoint(gateway.clone()))
        .nest("/api", wallet::endpoint(gateway.clone()))
        .nest("/ledger/v1", native::ledger_endpoint(gateway.clone()))
        .nest("/operator/v1", native::operator_endpoint(gateway.clone()));
    if gateway.settings.mode == Mode::Sandbox {
        route = route.nest("/sandbox/v1", native::sandbox_endpoint(gateway.clone()));
    }
    native::pages(checkout::pages(route, gateway.settings.mode), &gateway)
        .data(gateway)
        .with(Cors::new().allow_credentials(false).expose_headers(EXPOSED))
        .catch_all_error(native::render)
        .around(timed)
        .map_to_response()
}

/// Headers a browser's script may read.
const EXPOSED: [&str; 5] = [
    "x-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
];

/// Counts and times every request.
async fn timed<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
    let started = std::time::Instant::now();
    let response = next.get_response(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("http_requests_total", "status" => status).increment(1);
    metrics::histogram!("http_request_seconds").record(started.elapsed());
    Ok(response)
}

/// Reads a body of at most [`BODY_BYTES_MAX`] before anything looks at it; a larger one is 413. It is
/// read even if nobody will look: who is still sending does not hear an answer.
pub(crate) async fn bounded<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<E::Output> {
    let announced = request.header("content-length").and_then(|length| length.parse().ok());
    let body = request.take_body();
    // A body that announces a sound length cannot be longer.
    if announced.is_some_and(|length: usize| length <= BODY_BYTES_MAX) {
        request.set_body(body.into_bytes().await?);
    } else {
        request.set_body(read(body).await?);
    }
    next.call(request).await
}

/// Reads a body that is not wanted, so that its sender hears why.
pub(crate) async fn drained(request: &mut Request) {
    // What is wrong with the body is of no interest any more.
    let _ = read(request.take_body()).await;
}

/// The body, or the error that it is too large. A sender that is still sending would not hear an
/// answer, so what is too much is read and thrown away, up to a limit of its own.
async fn read(body: Body) -> Result<Vec<u8>> {
    const THROWN_AWAY_MAX: usize = 16 * BODY_BYTES_MAX;
    let mut reader = body.into_async_read();
    let (mut kept, mut chunk, mut length) = (Vec::new(), vec![0; 16 * 1024], 0_usize);
    loop {
        let count = reader.read(&mut chunk).await.map_err(ReadBodyError::Io)?;
        length = length.saturating_add(count);
        if count == 0 || length > THROWN_AWAY_MAX {
            break;
        }
        if length <= BODY_BYTES_MAX {
            kept.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }
    if length > BODY_BYTES_MAX { Err(ReadBodyError::PayloadTooLarge.into()) } else { Ok(kept) }
}

/// Gives the request an id (the caller's, if it is sound) and answers it in `X-Request-Id`.
pub(crate) async fn identified<E: Endpoint>(
    next: Arc<E>,
    mut request: Request,
) -> Result<Response> {
    const HEADER: HeaderName = HeaderName::from_static("x-request-id");
    let sound = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && b != b'"')
    };
    let given = request.headers().get(HEADER).and_then(|id| id.to_str().ok()).filter(sound);
    let id = given.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.get_response(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    Ok(response)
}

/// The request's id.
pub(crate) fn request_id(request: &Request) -> Option<String> {
    request.extensions().get::<RequestId>().map(|id| id.0.clone())
}

/// The header's text is no key. One that was not understood must not be as good as none: what it was
/// to protect would happen twice.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("Idempotency-Key is sent once and has 1 to 255 printable ASCII characters")]
pub(crate) struct BadKey;

/// What makes a request harmless to repeat, if it carries it.
pub(crate) fn idempotency_key(request: &Request) -> Result<Option<String>, BadKey> {
    const CHARS_MAX: usize = 255;
    let mut given = request.headers().get_all("idempotency-key").iter();
    let key = match (given.next(), given.next()) {
        (None, _) => return Ok(None),
        (Some(key), None) => key.to_str().ok(),
        (Some(_), Some(_)) => None,
    };
    let key = key.filter(|key| (1..=CHARS_MAX).contains(&key.len())).ok_or(BadKey)?;
    Ok(Some(key.to_owned()))
}

/// The gateway behind the request.
pub(crate) fn gateway(request: &Request) -> Result<&Gateway> {
    let gateway = request.data::<Arc<Gateway>>().map(AsRef::as_ref);
    gateway.ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into())
}

/// The caller's address, for limits.
pub(crate) fn address(gateway: &Gateway, request: &Request) -> String {
    if gateway.settings.trust_forwarded_for
        && let Some(last) = request.header("x-forwarded-for").and_then(|all| all.rsplit(',').next())
    {
        return last.trim().to_owned();
    }
    match request.remote_addr().as_socket_addr() {
        Some(address) => address.ip().to_string(),
        None => request.remote_addr().to_string(),
    }
}

/// An absolute http or https URL with a host, and https only where http is not allowed.
pub(crate) fn is_webhook_url(url: &str, allow_http: bool) -> bool {
    let Ok(uri) = url.parse::<poem::http::Uri>() else { return false };
    let scheme = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => allow_http,
        Some(_) | None => false,
    };
    let Some(authority) = uri.authority() else { return false };
    let bare = !authority.as_str().contains('@');
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let port = port.is_empty() || authority.port_u16().is_some_and(|port| port > 0);
    scheme && bare && port && is_host(authority.host()) && url.len() <= limits::URL_CHARS_MAX
}

/// Names between dots, or an address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or_default();
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let name = |name: &str| {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !name.is_empty() && name.bytes().all(sound)
    };
    host.strip_suffix('.').unwrap_or(host).split('.').all(name)
}

/// Compares secrets without telling by its duration how much of them agrees: their digests are
/// compared, to the end whatever is found.
pub(crate) fn same_secret(given: &str, kept: &vault::Secret) -> bool {
    let digest = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
    let pairs = digest(given).into_iter().zip(digest(kept.reveal()));
    pairs.fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// A pause that lets a burst pass: what clients of a busy gateway are told to wait.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Plain JSON with a status.
pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let bytes = body.to_string();
    poem::Response::builder()
        .status(status)
        .content_type("application/json; charset=utf-8")
        .body(bytes)
        .into_response()
}
