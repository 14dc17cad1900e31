//! `/operator/v1`: where a merchant's webhooks go and what signs them. For dialects that have no call
//! for it.

use std::sync::Arc;

use domain::merchant::{self, CredentialKind, Event as Merchant};
use domain::{Command, Event};
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::auth::{Circumstances, OperatorToken};
use super::error::Fault;
use super::wire;
use crate::Gateway;
use crate::json::AnyText;
use crate::web::is_webhook_url;
use crate::webhooks::Dialect;

/// Where webhooks go from now on.
#[derive(Debug, Object)]
pub(crate) struct EndpointRequest {
    /// An absolute URL; null sends none.
    url: AnyText,
    /// Send the headers of Standard Webhooks beside the dialect's own? Stays as it is by default.
    #[oai(skip_serializing_if_is_none)]
    standard: Option<bool>,
}

/// Where webhooks go.
#[derive(Debug, Object)]
pub(crate) struct EndpointAnswer {
    merchant_id: String,
    url: Option<String>,
    standard: bool,
}

/// A new secret; the only time it is shown.
#[derive(Debug, Object)]
pub(crate) struct SecretAnswer {
    merchant_id: String,
    dialect: String,
    secret: String,
    /// Until then webhooks are signed with the old secret too.
    both_until: String,
}

/// New keys; the only time they are shown.
#[derive(Debug, Object)]
pub(crate) struct CredentialAnswer {
    merchant_id: String,
    dialect: String,
    api_key: String,
    secret: String,
}

/// The endpoints.
pub(crate) struct Endpoints {
    gateway: Arc<Gateway>,
}

impl Endpoints {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Endpoints {
    /// Set where a merchant's webhooks go
    #[oai(path = "/merchants/:id/webhook", method = "post", operation_id = "setMerchantWebhook")]
    async fn set(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The merchant's uuid.
        id: Path<String>,
        body: Json<EndpointRequest>,
    ) -> Result<Json<EndpointAnswer>, Fault> {
        let merchant_id = wire::merchant_id(&id.0)?;
        let listed = self.gateway.directory.find(merchant_id);
        let listed = listed.ok_or_else(|| Fault::missing("merchant"))?;
        let allow_http = self.gateway.settings.webhooks_allow_http;
        let url = match &body.url.0 {
            Some(Value::Null) => None,
            Some(Value::String(url)) if is_webhook_url(url, allow_http) => Some(url.clone()),
            Some(_) | None => {
                return Err(Fault::invalid("url must be an absolute http or https URL, or null"));
            }
        };
        let standard = body.standard.unwrap_or(listed.standard_webhooks);
        let set = merchant::Command::SetWebhook { merchant_id, url: url.clone(), standard };
        let envelope = asked.unrepeatable("operator");
        self.gateway.execute(Command::Merchant(set), envelope).await?;
        Ok(Json(EndpointAnswer { merchant_id: merchant_id.to_string(), url, standard }))
    }

    /// Rotate what signs a merchant's webhooks
    ///
    /// For a day webhooks are signed with the old secret and the new one.
    #[oai(
        path = "/merchants/:id/secrets/:dialect/rotate",
        method = "post",
        operation_id = "rotateSecret"
    )]
    async fn rotate(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The merchant's uuid.
        id: Path<String>,
        /// stars or partner.
        dialect: Path<String>,
    ) -> Result<Json<SecretAnswer>, Fault> {
        let merchant_id = wire::merchant_id(&id.0)?;
        let dialect = Dialect::named(&dialect.0).ok_or_else(|| Fault::missing("dialect"))?;
        let kind: CredentialKind = dialect.credential();
        if self.gateway.directory.find(merchant_id).is_none() {
            return Err(Fault::missing("merchant"));
        }
        let issued = self.gateway.issue_secret(merchant_id, kind).await?;
        let (secret_id, secret) = issued.ok_or_else(|| Fault::missing("secret"))?;
        let rotate = merchant::Command::RotateSecret { merchant_id, kind, secret_id };
        let envelope = asked.unrepeatable("operator");
        let facts = self.gateway.execute(Command::Merchant(rotate), envelope).await?;
        let Some((Event::Merchant(Merchant::SecretRotated(rotated)), _)) = facts.first() else {
            return Err(Fault::internal(&"a rotation caused something else"));
        };
        Ok(Json(SecretAnswer {
            merchant_id: merchant_id.to_string(),
            dialect: dialect.name().to_owned(),
            secret: secret.reveal().to_owned(),
            both_until: rotated.both_until.to_string(),
        }))
    }

    /// Replace a merchant's keys
    ///
    /// For a merchant that has lost them; the old key and its secret are void when this answers.
    #[oai(
        path = "/merchants/:id/credentials/:dialect/renew",
        method = "post",
        operation_id = "renewCredential"
    )]
    async fn renew(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The merchant's uuid.
        id: Path<String>,
        /// stars or partner.
        dialect: Path<String>,
    ) -> Result<Json<CredentialAnswer>, Fault> {
        let merchant_id = wire::merchant_id(&id.0)?;
        let dialect = Dialect::named(&dialect.0).ok_or_else(|| Fault::missing("dialect"))?;
        if self.gateway.directory.find(merchant_id).is_none() {
            return Err(Fault::missing("merchant"));
        }
        let (credential, issued) = self.gateway.issue(merchant_id, dialect.credential()).await?;
        let rotate = merchant::Command::Rotate { merchant_id, credential, keeps_secret: false };
        let envelope = asked.unrepeatable("operator");
        self.gateway.execute(Command::Merchant(rotate), envelope).await?;
        Ok(Json(CredentialAnswer {
            merchant_id: merchant_id.to_string(),
            dialect: dialect.name().to_owned(),
            api_key: issued.key.reveal().to_owned(),
            secret: issued.secret.map(|secret| secret.reveal().to_owned()).unwrap_or_default(),
        }))
    }
}
