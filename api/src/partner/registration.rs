//! A new partner (`partner.md` §1.12): a merchant that is a Telegram user, with partner keys alone.

use domain::merchant::{self, CredentialKind, Event as Merchant, Register};
use domain::{Event, MerchantId, fees::Percent};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::dto;
use super::error::Fault;
use super::read;
use crate::Gateway;
use crate::gateway::{Registered, new_uid};

/// What the request asks for.
pub(super) fn command(gateway: &Gateway, body: &dto::RegisterRequest) -> Result<Register, Fault> {
    if !gateway.settings.partner.open_registration {
        return Err(Fault::invalid("Registration is closed; ask the operator"));
    }
    let telegram_id = read::telegram_id(body.telegram_id.value())?;
    if body.plan.as_ref().is_some_and(|plan| plan.0 != dto::PLAN) {
        return Err(Fault::invalid(format!("plan must be {}", dto::PLAN)));
    }
    let allow_http = gateway.settings.webhooks_allow_http;
    let url = body.webhook_url.as_ref();
    let url = url.map(|url| read::webhook_url(url, allow_http)).transpose()?.flatten();
    // Asked before keys are made: most who register twice end here.
    if gateway.directory.person(telegram_id).is_some() {
        return Err(Fault::already_registered());
    }
    let name = body.name.as_ref().map(|name| name.0.clone());
    let percent = Percent::new(Decimal::ONE);
    let plan =
        merchant::Plan { id: dto::PLAN.to_owned(), price: gateway.settings.partner.plan_price };
    Ok(Register {
        merchant_id: MerchantId(Uuid::new_v4()),
        uid: new_uid(),
        name: name.unwrap_or_else(|| format!("Partner {telegram_id}")),
        description: None,
        username: None,
        telegram_id: Some(telegram_id),
        webhook_url: url,
        fee_percent: percent.ok_or_else(|| Fault::internal(&"one percent is no percentage"))?,
        scopes: vec!["read".to_owned(), "write".to_owned()],
        credentials: vec![],
        plan: Some(plan),
    })
}

/// The partner and its keys, for the only time.
pub(super) fn answer(made: &Registered) -> Result<dto::RegisterAnswer, Fault> {
    let lost = || Fault::internal(&"a registration caused something else");
    let Some((Event::Merchant(Merchant::Registered(new)), at)) = made.facts.first() else {
        return Err(lost());
    };
    let mut keys = made.credentials.iter();
    let keys = keys.find(|(kind, _)| *kind == CredentialKind::Partner);
    let (_, keys) = keys.ok_or_else(lost)?;
    Ok(dto::RegisterAnswer {
        success: true,
        partner: dto::RegisteredPartner {
            telegram_id: new.telegram_id.ok_or_else(lost)?.to_string(),
            status: "active".to_owned(),
            plan: dto::PLAN.to_owned(),
            api_key: keys.key.reveal().to_owned(),
            secret_key: keys.secret.as_ref().ok_or_else(lost)?.reveal().to_owned(),
            created_at: at.rfc3339_millis(),
        },
    })
}
