//! Registering an app (`stars.md` §1.1).

use domain::merchant::{self, Register};
use domain::{Event, MerchantId};
use uuid::Uuid;

use super::dto;
use super::error::Fault;
use crate::gateway::{Registered, new_uid};

/// The registration in a request.
pub(super) fn read(body: &dto::RegisterRequest, allow_http: bool) -> Result<Register, Fault> {
    let url = body.webhook_url.as_ref().map(|url| url.0.clone());
    if url.as_deref().is_some_and(|url| !crate::web::is_webhook_url(url, allow_http)) {
        return Err(Fault::invalid("webhookUrl must be an absolute http or https URL"));
    }
    let fee_percent = domain::fees::Percent::new(rust_decimal::Decimal::ONE);
    Ok(Register {
        merchant_id: MerchantId(Uuid::new_v4()),
        uid: new_uid(),
        name: body.app_name.0.clone(),
        description: body.description.as_ref().map(|text| text.0.clone()),
        username: None,
        telegram_id: None,
        webhook_url: url,
        fee_percent: fee_percent.ok_or_else(|| Fault::internal(&"one percent is no percentage"))?,
        scopes: vec!["read".to_owned(), "write".to_owned()],
        credentials: vec![],
        plan: None,
    })
}

/// The account that was made, with its keys for the only time.
pub(super) fn answer(made: &Registered) -> Result<dto::RegisterAnswer, Fault> {
    let (Some((Event::Merchant(merchant::Event::Registered(new)), at)), Some((_, issued))) =
        (made.facts.first(), made.credentials.first())
    else {
        return Err(Fault::internal(&"a registration caused nothing"));
    };
    let user = dto::NewUser {
        id: new.merchant_id.to_string(),
        app_name: new.name.clone(),
        api_key: issued.key.reveal().to_owned(),
        api_secret: issued.secret.as_ref().map(|s| s.reveal().to_owned()).unwrap_or_default(),
        kyc_status: "pending".to_owned(),
        created_at: at.rfc3339_seconds(),
    };
    Ok(dto::RegisterAnswer { success: true, user })
}
