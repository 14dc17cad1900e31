//! Three carriers of one key (`stars.md` §0.1), and the request limits that go with it.

use std::sync::Arc;

use domain::merchant::CredentialKind;
use domain::{CredentialId, MerchantId};
use journal::Envelope;
use poem::http::HeaderValue;
use poem::{Endpoint, FromRequest, IntoResponse, Request, RequestBody, Response, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::error::{Fault, code};
use crate::limiter::{Count, Counted, Who};
use crate::{Gateway, web};

/// An authenticated merchant: the key is right, the account is active, the limit is not reached.
pub(crate) struct Caller {
    pub(crate) merchant_id: MerchantId,
    pub(crate) envelope: Envelope,
}

/// Adds the limit's headers to every response of a request that was counted.
pub(super) async fn counted<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<Response> {
    let counted = Counted::prepare(&mut request);
    let answer = next.call(request).await;
    let Some(Count::At(standing)) = counted.get() else {
        return answer.map(IntoResponse::into_response);
    };
    let mut response = match answer {
        Ok(response) => response.into_response(),
        Err(error) => super::error::render(error).await,
    };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(standing.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(standing.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(standing.reset));
    Ok(response)
}

/// Counts the request; the limit's headers go out whether or not it was exceeded.
pub(super) fn count(
    gateway: &Gateway,
    request: &Request,
    who: Who,
    limit: u32,
) -> Result<(), Fault> {
    let now = gateway.clock.now();
    let standing = gateway.limiter.count(who, limit, now);
    Counted::note(request, standing);
    match standing.filter(|standing| standing.exceeded) {
        Some(standing) => Err(Fault::too_many(standing.wait(now))),
        None => Ok(()),
    }
}

/// The key that decides: the first carrier that is present (`stars.md` §0.1).
fn key(request: &Request) -> Option<String> {
    if let Some(header) = request.headers().get("x-api-key") {
        return header.to_str().ok().map(str::to_owned);
    }
    if let Some(header) = request.headers().get("authorization") {
        let (scheme, key) = header.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned());
    }
    let query = request.uri().query()?;
    query.split('&').find_map(|pair| pair.strip_prefix("api_key=")).map(str::to_owned)
}

fn carried(request: &Request) -> bool {
    let headers = request.headers();
    let query = request.uri().query().unwrap_or_default();
    headers.contains_key("x-api-key")
        || headers.contains_key("authorization")
        || query.split('&').any(|pair| pair.starts_with("api_key="))
}

async fn authenticate(gateway: &Gateway, request: &Request) -> Result<Caller, Fault> {
    if !carried(request) {
        return Err(Fault::unauthorized("API key is required"));
    }
    let invalid = || Fault::unauthorized("Invalid API key");
    let key = key(request).filter(|key| key.starts_with("pk_") && key.len() <= 200);
    let owner = gateway.vault.owner(&key.ok_or_else(invalid)?).await?.ok_or_else(invalid)?;
    let merchant_id = MerchantId(owner.merchant_id);
    let credential = CredentialId(owner.credential_id);
    // The vault knows whose key it is; whether it is still valid, the log knows.
    let listed = gateway.directory.find(merchant_id).ok_or_else(invalid)?;
    if listed.credential(CredentialKind::Stars) != Some(credential) {
        return Err(invalid());
    }
    if !listed.active {
        return Err(Fault::forbidden("Account is inactive"));
    }
    count(
        gateway,
        request,
        ("stars", merchant_id.to_string()),
        gateway.settings.stars_limits.standard,
    )?;
    let envelope = Envelope {
        merchant: Some(merchant_id),
        credential: Some(credential),
        request: web::request_id(request),
        ..Envelope::of(super::NAME)
    };
    Ok(Caller { merchant_id, envelope })
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = |ty, about| MetaSecurityScheme {
            ty,
            description: Some(about),
            name: None,
            key_in: None,
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        let header = MetaSecurityScheme {
            name: Some("X-API-Key"),
            key_in: Some("header"),
            ..scheme("apiKey", "The pk_ key; wins over the other carriers.")
        };
        let bearer = MetaSecurityScheme {
            scheme: Some("bearer"),
            ..scheme("http", "The pk_ key as a bearer token.")
        };
        let query = MetaSecurityScheme {
            name: Some("api_key"),
            key_in: Some("query"),
            ..scheme("apiKey", "The pk_ key in the query.")
        };
        registry.create_security_scheme("ApiKeyHeader", header);
        registry.create_security_scheme("ApiKeyBearer", bearer);
        registry.create_security_scheme("ApiKeyQuery", query);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["ApiKeyHeader", "ApiKeyBearer", "ApiKeyQuery"]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(authenticate(web::gateway(request)?, request).await?)
    }
}

/// Anybody, counted by address: registration.
pub(crate) struct Stranger {
    pub(crate) envelope: Envelope,
}

impl<'a> FromRequest<'a> for Stranger {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let gateway = web::gateway(request)?;
        let who = ("stars-registration", web::address(gateway, request));
        count(gateway, request, who, gateway.settings.stars_limits.registration)?;
        let request_id = web::request_id(request);
        Ok(Self { envelope: Envelope { request: request_id, ..Envelope::of(super::NAME) } })
    }
}

/// Telegram, telling a merchant's bot backend: known by `X-User-Id` alone (`stars.md` §1.4).
pub(crate) struct Told {
    pub(crate) merchant_id: MerchantId,
    pub(crate) envelope: Envelope,
}

impl<'a> FromRequest<'a> for Told {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let gateway = web::gateway(request)?;
        let header = request.headers().get("x-user-id");
        let header = header.ok_or_else(|| Fault::unauthorized("X-User-Id header is required"))?;
        let malformed = || Fault::invalid("X-User-Id must be a uuid");
        let text = header.to_str().map_err(|_| malformed())?;
        let merchant_id: MerchantId = text.parse().map_err(|_| malformed())?;
        if gateway.directory.find(merchant_id).is_none() {
            return Err(Fault::missing(code::NOT_FOUND, "User not found").into());
        }
        let who = ("stars-webhook", merchant_id.to_string());
        count(gateway, request, who, gateway.settings.stars_limits.webhook)?;
        let envelope = Envelope {
            merchant: Some(merchant_id),
            request: web::request_id(request),
            ..Envelope::of(super::NAME)
        };
        Ok(Self { merchant_id, envelope })
    }
}
