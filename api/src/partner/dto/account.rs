//! Plans, partners, keys and webhooks (`partner.md` §1.7–1.12).

use domain::{Amount, Catalogue};
use poem_openapi::Object;

use super::{CURRENCY, usdt};
use crate::number::Number;

/// Where webhooks go.
#[derive(Debug, Object)]
pub(crate) struct Webhook {
    pub(crate) webhook_url: Option<String>,
    pub(crate) updated_at: String,
}

/// The webhook's answer.
#[derive(Debug, Object)]
pub(crate) struct WebhookAnswer {
    pub(crate) success: bool,
    pub(crate) webhook: Webhook,
}

/// A test webhook is on its way.
#[derive(Debug, Object)]
pub(crate) struct WebhookTestAnswer {
    pub(crate) success: bool,
    pub(crate) message: String,
    /// What X-PAYchat-Delivery-ID will say.
    pub(crate) delivery_id: String,
}

/// The new key; the old one is void already.
#[derive(Debug, Object)]
pub(crate) struct KeyAnswer {
    pub(crate) success: bool,
    pub(crate) api_key: String,
}

/// A plan that can be bought.
#[derive(Debug, Object)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Requests per minute.
    pub(crate) rate_limit: u64,
    pub(crate) price: Number,
    pub(crate) currency: String,
    pub(crate) billing: String,
    pub(crate) lifetime: bool,
}

/// The only plan.
pub(crate) const PLAN: &str = "founding_member";

impl Plan {
    pub(crate) fn only(rate_limit: u32, price: Amount, books: &Catalogue) -> Self {
        Self {
            id: PLAN.to_owned(),
            name: "Founding Member".to_owned(),
            rate_limit: u64::from(rate_limit),
            price: usdt(books, price),
            currency: CURRENCY.to_owned(),
            billing: "one_time".to_owned(),
            lifetime: true,
        }
    }
}

/// The plans' answer.
#[derive(Debug, Object)]
pub(crate) struct PlansAnswer {
    pub(crate) success: bool,
    pub(crate) plans: Vec<Plan>,
}

/// A partner, as anybody may see it.
#[derive(Debug, Object)]
pub(crate) struct PublicPartner {
    pub(crate) telegram_id: String,
    /// active or inactive.
    pub(crate) status: String,
    pub(crate) plan: String,
    pub(crate) created_at: String,
}

/// Is somebody a partner?
#[derive(Debug, Object)]
pub(crate) struct MeAnswer {
    pub(crate) success: bool,
    pub(crate) is_partner: bool,
    /// null for who is none.
    pub(crate) partner: Option<PublicPartner>,
}

/// A new partner. The only time its keys are shown.
#[derive(Debug, Object)]
pub(crate) struct RegisteredPartner {
    pub(crate) telegram_id: String,
    pub(crate) status: String,
    pub(crate) plan: String,
    /// Authenticates. Shape: pk_ and 48 hex digits.
    pub(crate) api_key: String,
    /// Signs webhooks. Shape: sk_ and 64 hex digits.
    pub(crate) secret_key: String,
    pub(crate) created_at: String,
}

/// A registration's answer.
#[derive(Debug, Object)]
pub(crate) struct RegisterAnswer {
    pub(crate) success: bool,
    pub(crate) partner: RegisteredPartner,
}
