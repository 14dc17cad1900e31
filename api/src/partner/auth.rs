//! One carrier of the key, and the request limits (`partner.md` §0.1, §0.2). Every answer says how
//! many requests are left: the partner's own bucket, or the address's where there is no partner.

use std::sync::Arc;

use domain::merchant::CredentialKind;
use domain::{CredentialId, MerchantId};
use journal::{Envelope, IdempotencyKey};
use poem::http::{HeaderValue, Method};
use poem::{Endpoint, FromRequest, IntoResponse, Request, RequestBody, Response, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use projections::Listed;

use super::error::{Fault, code};
use crate::limiter::{Count, Counted, Standing, Who};
use crate::{Gateway, web};

/// An authenticated partner: the key is right, the account is active, the limit is not reached.
pub(crate) struct Caller {
    pub(crate) merchant_id: MerchantId,
    pub(crate) listed: Listed,
    pub(crate) envelope: Envelope,
}

impl Caller {
    /// The envelope of a request that its key makes harmless to repeat; keys are the endpoint's own.
    pub(super) fn once(&self, endpoint: &str, key: Option<(String, String)>) -> Envelope {
        let idempotency = key.map(|(key, fingerprint)| {
            let key = format!("{endpoint}:{key}");
            IdempotencyKey { key, fingerprint }
        });
        Envelope { idempotency, ..self.envelope.clone() }
    }
}

/// Adds the limit's headers to every response; what no partner was counted for counts for the
/// address, so that guessing keys is limited too.
pub(super) async fn counted<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<Response> {
    let counted = Counted::prepare(&mut request);
    let gateway = request.data::<Arc<Gateway>>().cloned();
    let gateway = gateway.ok_or(poem::error::NotFoundError)?;
    let who = ("partner-address", web::address(&gateway, &request));
    let answer = next.call(request).await;
    let mut response = match answer {
        Ok(response) => response.into_response(),
        Err(error) => super::error::render(error).await,
    };
    let now = gateway.clock.now();
    // What was counted has its answer, whatever the count; the rest never reached a handler.
    let (standing, late) = match counted.get() {
        Some(Count::Unlimited) => (None, false),
        Some(Count::At(standing)) => (Some(standing), false),
        None => (gateway.limiter.count(who, gateway.settings.partner.limits.reads, now), true),
    };
    let Some(standing) = standing else { return Ok(response) };
    if late && standing.exceeded {
        response = Fault::too_many(standing.wait(now)).into_response();
    }
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(standing.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(standing.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(standing.wait(now)));
    Ok(response)
}

/// Counts the request; the limit's headers go out whether or not it was exceeded.
fn count(gateway: &Gateway, request: &Request, who: Who, limit: u32) -> Option<Standing> {
    let standing = gateway.limiter.count(who, limit, gateway.clock.now());
    Counted::note(request, standing);
    standing
}

fn within(gateway: &Gateway, standing: Option<Standing>) -> Result<(), Fault> {
    match standing.filter(|standing| standing.exceeded) {
        Some(standing) => Err(Fault::too_many(standing.wait(gateway.clock.now()))),
        None => Ok(()),
    }
}

/// The bucket of a partner's request, and its size.
fn bucket(gateway: &Gateway, request: &Request) -> (&'static str, u32) {
    let limits = gateway.settings.partner.limits;
    let path = request.uri().path();
    if request.method() == Method::GET {
        ("partner-reads", limits.reads)
    } else if path.ends_with("/payments") {
        ("partner-payments", limits.payments)
    } else if path.ends_with("/withdrawals") {
        ("partner-withdrawals", limits.withdrawals)
    } else {
        ("partner-settings", limits.settings)
    }
}

async fn authenticate(gateway: &Gateway, request: &Request) -> Result<Caller, Fault> {
    let header = request.headers().get("x-api-key");
    let header = header.ok_or_else(|| Fault::unauthorized("API Key is required"))?;
    let invalid = || Fault::unauthorized("Invalid API Key");
    let key = header.to_str().ok().filter(|key| key.starts_with("pk_") && key.len() <= 200);
    let owner = gateway.vault.owner(key.ok_or_else(invalid)?).await?.ok_or_else(invalid)?;
    let merchant_id = MerchantId(owner.merchant_id);
    let credential = CredentialId(owner.credential_id);
    // The vault knows whose key it is; whether it is still valid, the log knows.
    let listed = gateway.directory.find(merchant_id).ok_or_else(invalid)?;
    if listed.credential(CredentialKind::Partner) != Some(credential) {
        return Err(invalid());
    }
    let (class, limit) = bucket(gateway, request);
    let standing = count(gateway, request, (class, merchant_id.to_string()), limit);
    if !listed.active {
        return Err(Fault::inactive());
    }
    within(gateway, standing)?;
    let envelope = Envelope {
        merchant: Some(merchant_id),
        credential: Some(credential),
        request: web::request_id(request),
        ..Envelope::of(super::NAME)
    };
    Ok(Caller { merchant_id, listed, envelope })
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = MetaSecurityScheme {
            ty: "apiKey",
            description: Some("The pk_ key."),
            name: Some("X-API-Key"),
            key_in: Some("header"),
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme("PartnerKey", scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["PartnerKey"]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(authenticate(web::gateway(request)?, request).await?)
    }
}

/// Anybody, counted by address.
pub(crate) struct Stranger {
    pub(crate) envelope: Envelope,
}

impl<'a> FromRequest<'a> for Stranger {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let gateway = web::gateway(request)?;
        let limits = gateway.settings.partner.limits;
        let address = web::address(gateway, request);
        let (who, limit) = if request.method() == Method::GET {
            (("partner-address", address), limits.reads)
        } else {
            (("partner-registration", address), limits.registration)
        };
        within(gateway, count(gateway, request, who, limit))?;
        let request_id = web::request_id(request);
        Ok(Self { envelope: Envelope { request: request_id, ..Envelope::of(super::NAME) } })
    }
}

impl Fault {
    pub(super) fn unauthorized(message: &str) -> Self {
        Self::Unauthorized(super::error::body(code::INVALID_API_KEY, message))
    }
}
