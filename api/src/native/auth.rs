//! Bearer tokens of the operator and of the auditor.

use journal::{Envelope, IdempotencyKey};
use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use sha2::{Digest, Sha256};

use super::error::Fault;
use crate::web;

/// Somebody with the operator's token.
pub(crate) struct OperatorToken;

/// Somebody with the operator's or the auditor's token.
pub(crate) struct AuditorToken;

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn scheme(registry: &mut Registry, name: &'static str, about: &'static str) {
    registry.create_security_scheme(
        name,
        MetaSecurityScheme {
            ty: "http",
            description: Some(about),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        },
    );
}

/// Is the request's token one of these?
fn check(request: &Request, tokens: &[Option<&vault::Secret>]) -> Result<()> {
    let given = bearer(request).ok_or_else(Fault::unauthorized)?;
    let known = tokens.iter().flatten().any(|token| web::same_secret(given, token));
    if known { Ok(()) } else { Err(Fault::unauthorized().into()) }
}

impl<'a> ApiExtractor<'a> for OperatorToken {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        scheme(registry, "OperatorToken", "The operator's token.");
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["OperatorToken"]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let settings = &web::gateway(request)?.settings;
        check(request, &[Some(&settings.operator_token)]).map(|()| Self)
    }
}

impl<'a> ApiExtractor<'a> for AuditorToken {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        scheme(registry, "AuditorToken", "The auditor's token, or the operator's.");
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["AuditorToken"]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let settings = &web::gateway(request)?.settings;
        let tokens = [settings.auditor_token.as_ref(), Some(&settings.operator_token)];
        check(request, &tokens).map(|()| Self)
    }
}

/// The circumstances of a request to our own APIs, with the idempotency key if one was sent.
pub(crate) struct Circumstances {
    request: Option<String>,
    key: Option<String>,
}

impl Circumstances {
    /// The envelope of a request that a key cannot repeat, because its answer is shown once.
    pub(crate) fn unrepeatable(self, api: &str) -> Envelope {
        Envelope { request: self.request, ..Envelope::of(api) }
    }

    /// The envelope; `said` is what the key is bound to.
    pub(crate) fn envelope(self, api: &str, said: &str) -> Envelope {
        let digest: [u8; 32] = Sha256::digest(said.as_bytes()).into();
        let fingerprint = journal::Hash(digest).to_string();
        let idempotency = self.key.map(|key| IdempotencyKey { key, fingerprint });
        Envelope { request: self.request, idempotency, ..Envelope::of(api) }
    }
}

impl<'a> FromRequest<'a> for Circumstances {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let key = web::idempotency_key(request);
        let key = key.map_err(|bad| Fault::invalid(bad.to_string()))?;
        Ok(Self { request: web::request_id(request), key })
    }
}
