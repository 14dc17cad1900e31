//! One carrier of the key, looked at before method and body (`wallet.md` §0).

use std::sync::Arc;

use domain::merchant::CredentialKind;
use domain::{CredentialId, MerchantId};
use journal::{Envelope, IdempotencyKey};
use poem::{Endpoint, IntoResponse, Request, RequestBody, Response, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::error::Fault;
use crate::{Gateway, web};

/// The paths there are; any other is not found, with or without a key.
const PATHS: [&str; 2] = ["/create-payment-link", "/payout"];

/// An authenticated merchant.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) merchant_id: MerchantId,
    envelope: Envelope,
    key: Option<String>,
}

impl Caller {
    /// The envelope of a request that its `Idempotency-Key` makes harmless to repeat; `fingerprint` is
    /// what the key is bound to.
    pub(super) fn once(self, endpoint: &str, fingerprint: String) -> Envelope {
        let idempotency = self.key.map(|key| {
            let key = format!("{endpoint}:{key}");
            IdempotencyKey { key, fingerprint }
        });
        Envelope { idempotency, ..self.envelope }
    }
}

/// Lets nobody past without a key.
pub(super) async fn guarded<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<Response> {
    if PATHS.contains(&request.uri().path().trim_end_matches('/')) {
        let gateway = request.data::<Arc<Gateway>>().cloned();
        let gateway = gateway.ok_or(poem::error::NotFoundError)?;
        match authenticate(&gateway, &request).await {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(fault) => {
                web::drained(&mut request).await;
                return Err(fault.into());
            }
        }
    }
    next.call(request).await.map(IntoResponse::into_response)
}

async fn authenticate(gateway: &Gateway, request: &Request) -> Result<Caller, Fault> {
    let key = request.headers().get("api-key").filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| Fault::unauthorized("API key is required in headers."))?;
    let invalid = || Fault::unauthorized("Invalid API key.");
    let key = key.to_str().ok().filter(|key| key.len() <= 200).ok_or_else(invalid)?;
    let owner = gateway.vault.owner(key).await?.ok_or_else(invalid)?;
    let merchant_id = MerchantId(owner.merchant_id);
    let credential = CredentialId(owner.credential_id);
    // The vault knows whose key it is; whether it is still valid, the log knows.
    let listed = gateway.directory.find(merchant_id).ok_or_else(invalid)?;
    if listed.credential(CredentialKind::Wallet) != Some(credential) || !listed.active {
        return Err(invalid());
    }
    let who = ("wallet", merchant_id.to_string());
    let now = gateway.clock.now();
    let standing = gateway.limiter.count(who, gateway.settings.wallet.limit, now);
    if let Some(standing) = standing.filter(|standing| standing.exceeded) {
        return Err(Fault::too_many(standing.wait(now)));
    }
    let envelope = Envelope {
        merchant: Some(merchant_id),
        credential: Some(credential),
        request: web::request_id(request),
        ..Envelope::of(super::NAME)
    };
    let key = web::idempotency_key(request);
    let key = key.map_err(|_| Fault::bad("Invalid idempotency key."))?;
    Ok(Caller { merchant_id, envelope, key })
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = MetaSecurityScheme {
            ty: "apiKey",
            description: Some("The merchant's wallet key."),
            name: Some("api-key"),
            key_in: Some("header"),
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme("WalletKey", scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["WalletKey"]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let caller = request.extensions().get::<Self>().cloned();
        let nobody = || Fault::unauthorized("API key is required in headers.");
        Ok(caller.ok_or_else(nobody)?)
    }
}
