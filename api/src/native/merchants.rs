//! Merchants as the operator and the sandbox make and see them.

use domain::merchant::{self, CredentialKind, Register};
use domain::{Event, MerchantId, fees::Percent};
use journal::Envelope;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use projections::merchants;
use rust_decimal::Decimal;
use uuid::Uuid;
use vault::Issued;

use super::error::Fault;
use super::wire::{Digits, Telegram};
use crate::Gateway;
use crate::gateway::new_uid;
use crate::json::Text;
use crate::web::is_webhook_url;

/// A merchant to be made.
#[derive(Debug, Object)]
pub(crate) struct NewMerchant {
    /// 1 to 255 characters.
    name: Text,
    /// The public account number; made if absent.
    #[oai(skip_serializing_if_is_none)]
    uid: Option<Text>,
    #[oai(skip_serializing_if_is_none)]
    username: Option<Text>,
    /// The Telegram user it is; digits.
    #[oai(skip_serializing_if_is_none)]
    telegram_id: Option<Telegram>,
    /// Where webhooks go.
    #[oai(skip_serializing_if_is_none)]
    webhook_url: Option<Text>,
    /// The wallet fee and the merchant dialect's transaction fee; 1 by default.
    #[oai(skip_serializing_if_is_none)]
    fee_percent: Option<Digits>,
    /// read, write, admin; read and write by default.
    #[oai(skip_serializing_if_is_none)]
    scopes: Option<Vec<Text>>,
}

/// A `pk_`/`sk_` pair of the stars dialect.
#[derive(Debug, Default, Object)]
pub(crate) struct StarsKeys {
    api_key: String,
    api_secret: String,
}

/// A `pk_`/`sk_` pair of the partner dialect.
#[derive(Debug, Default, Object)]
pub(crate) struct PartnerKeys {
    api_key: String,
    secret_key: String,
}

/// The wallet dialect's key.
#[derive(Debug, Default, Object)]
pub(crate) struct WalletKey {
    api_key: String,
}

/// The merchant dialect's OAuth client.
#[derive(Debug, Default, Object)]
pub(crate) struct OauthClient {
    client_id: String,
    client_secret: String,
}

/// The processor dialect's bearer token.
#[derive(Debug, Default, Object)]
pub(crate) struct ProcessorToken {
    token: String,
}

/// What a merchant authenticates with.
#[derive(Debug, Default, Object)]
pub(crate) struct Credentials {
    stars: StarsKeys,
    partner: PartnerKeys,
    wallet: WalletKey,
    merchant: OauthClient,
    processor: ProcessorToken,
}

/// A merchant that was made; the only time its credentials are shown.
#[derive(Debug, Object)]
pub(crate) struct MadeMerchant {
    merchant_id: String,
    uid: String,
    username: Option<String>,
    telegram_id: Option<String>,
    credentials: Credentials,
}

/// A merchant that was made.
#[derive(ApiResponse)]
pub(crate) enum Made {
    /// Made.
    #[oai(status = 201)]
    Created(Json<MadeMerchant>),
}

/// A merchant as it is.
#[derive(Debug, Object)]
pub(crate) struct Merchant {
    merchant_id: String,
    serial: u64,
    uid: String,
    name: String,
    username: Option<String>,
    telegram_id: Option<String>,
    webhook_url: Option<String>,
    fee_percent: String,
    scopes: Vec<String>,
    kyc_status: String,
    active: bool,
    created_at: String,
    updated_at: String,
}

impl From<merchants::Row> for Merchant {
    fn from(row: merchants::Row) -> Self {
        Self {
            merchant_id: row.merchant_id.to_string(),
            serial: row.serial,
            uid: row.uid,
            name: row.name,
            username: row.username,
            telegram_id: row.telegram_id.map(|id| id.to_string()),
            webhook_url: row.webhook_url,
            fee_percent: row.fee_percent,
            scopes: row.scopes,
            kyc_status: row.kyc_status,
            active: row.active,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// Makes a merchant with credentials of all five kinds.
pub(crate) async fn make(
    gateway: &Gateway,
    body: &NewMerchant,
    envelope: Envelope,
) -> Result<Made, Fault> {
    let new = register(gateway, body)?;
    let made = gateway.register(new, &CredentialKind::ALL, envelope).await?;
    let Some((Event::Merchant(merchant::Event::Registered(new)), _)) = made.facts.first() else {
        return Err(Fault::internal(&"a registration caused nothing"));
    };
    Ok(Made::Created(Json(MadeMerchant {
        merchant_id: new.merchant_id.to_string(),
        uid: new.uid.clone(),
        username: new.username.clone(),
        telegram_id: new.telegram_id.map(|id| id.to_string()),
        credentials: credentials(&made.credentials),
    })))
}

fn register(gateway: &Gateway, body: &NewMerchant) -> Result<Register, Fault> {
    const SCOPES: [&str; 3] = ["read", "write", "admin"];
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.0.clone());
    let scopes = body.scopes.as_ref().map(|scopes| scopes.iter().map(|s| s.0.clone()).collect());
    let scopes: Vec<String> = scopes.unwrap_or_else(|| vec!["read".into(), "write".into()]);
    if !scopes.iter().all(|scope| SCOPES.contains(&scope.as_str())) {
        return Err(Fault::invalid("scopes are read, write and admin"));
    }
    let webhook_url = text(&body.webhook_url);
    let allow_http = gateway.settings.webhooks_allow_http;
    if webhook_url.as_deref().is_some_and(|url| !is_webhook_url(url, allow_http)) {
        return Err(Fault::invalid("webhook_url must be an absolute http or https URL"));
    }
    let percent = match &body.fee_percent {
        None => Some(Decimal::ONE),
        Some(digits) => Decimal::from_str_exact(&digits.0).ok(),
    };
    let percent = percent.and_then(Percent::new);
    Ok(Register {
        merchant_id: MerchantId(Uuid::new_v4()),
        uid: text(&body.uid).unwrap_or_else(new_uid),
        name: body.name.0.clone(),
        description: None,
        username: text(&body.username),
        telegram_id: body.telegram_id.map(|id| id.0),
        webhook_url,
        fee_percent: percent.ok_or_else(|| Fault::invalid("fee_percent is 0 to 100"))?,
        scopes,
        credentials: vec![],
        plan: None,
    })
}

fn credentials(issued: &[(CredentialKind, Issued)]) -> Credentials {
    let mut all = Credentials::default();
    for (kind, issued) in issued {
        let key = issued.key.reveal().to_owned();
        let secret = issued.secret.as_ref().map(|s| s.reveal().to_owned()).unwrap_or_default();
        match kind {
            CredentialKind::Stars => all.stars = StarsKeys { api_key: key, api_secret: secret },
            CredentialKind::Partner => {
                all.partner = PartnerKeys { api_key: key, secret_key: secret };
            }
            CredentialKind::Wallet => all.wallet = WalletKey { api_key: key },
            CredentialKind::Merchant => {
                all.merchant = OauthClient { client_id: key, client_secret: secret };
            }
            CredentialKind::Processor => all.processor = ProcessorToken { token: key },
        }
    }
    all
}

/// A merchant of this name and otherwise of defaults, as JSON.
pub(super) async fn make_named(gateway: &Gateway, name: &str) -> Result<String, String> {
    use poem_openapi::types::{ParseFromJSON, ToJSON};
    let body = NewMerchant::parse_from_json(Some(serde_json::json!({ "name": name })));
    let body = body.map_err(poem_openapi::types::ParseError::into_message)?;
    match make(gateway, &body, Envelope::of("operator")).await {
        Ok(Made::Created(made)) => Ok(made.0.to_json_string()),
        Err(fault) => Err(fault.message()),
    }
}
