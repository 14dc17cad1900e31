//! The endpoints of `partner.md` §1, in its order: parse, execute, render.

use std::sync::Arc;

use domain::merchant::{self, CredentialKind, Event as Merchant};
use domain::payment_link::{self, Create, Event as Link, Named};
use domain::payout::{self, Event as Payout, Order};
use domain::{Asset, Command, Event, PaymentLinkId, PayoutId, Refusal, money};
use journal::Rejection;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use projections::{deliveries, holdings, merchants, payment_links, transactions};
use serde_json::json;
use uuid::Uuid;

use super::auth::{Caller, Stranger};
use super::error::Fault;
use super::{dto, read, registration, webhooks};
use crate::Gateway;
use crate::json::AnyObject;
use crate::web::is_webhook_url;

/// How long a payment link can be paid. Units: seconds.
const LINK_SECONDS: i64 = 24 * 60 * 60;
/// A new name that is taken is made again so often.
const TRIES: usize = 3;

/// The dialect's endpoints.
pub(crate) struct Partner {
    gateway: Arc<Gateway>,
}

impl Partner {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Partner {
    /// Create a payment link
    ///
    /// It lasts 24 hours and is paid once. With an `idempotency_key` it is made once.
    #[oai(path = "/payments", method = "post", operation_id = "createPayment")]
    async fn create_payment(
        &self,
        caller: Caller,
        body: Json<dto::CreatePaymentRequest>,
    ) -> Result<Json<dto::CreatePaymentAnswer>, Fault> {
        let payment = self.created(&caller, &body).await?;
        Ok(Json(dto::CreatePaymentAnswer { success: true, payment }))
    }

    /// Check a payment
    #[oai(path = "/payments/:id", method = "get", operation_id = "getPayment")]
    async fn payment(
        &self,
        caller: Caller,
        /// The link id, or the id that begins with pay_.
        id: Path<String>,
    ) -> Result<Json<dto::PaymentAnswer>, Fault> {
        let named = read::named(&id.0).ok_or_else(Fault::no_payment)?;
        let pool = self.gateway.reads().await?;
        let row = match &named {
            Named::Id(id) => payment_links::get(pool, *id).await?,
            Named::Token(token) => payment_links::by_token(pool, token).await?,
        };
        let own = |row: &payment_links::Row| {
            row.merchant_id == caller.merchant_id && row.dialect == super::NAME
        };
        let row = row.filter(own).ok_or_else(Fault::no_payment)?;
        let payment = dto::Payment::new(row, id.0, &self.gateway.catalogue);
        Ok(Json(dto::PaymentAnswer { success: true, payment }))
    }

    /// Send USDT to a Telegram user
    ///
    /// At once, and for good. With an `idempotency_key` it is sent once.
    #[oai(path = "/withdrawals", method = "post", operation_id = "createWithdrawal")]
    async fn create_withdrawal(
        &self,
        caller: Caller,
        body: Json<dto::CreateWithdrawalRequest>,
    ) -> Result<Json<dto::WithdrawalAnswer>, Fault> {
        let withdrawal = self.withdrawn(&caller, &body).await?;
        Ok(Json(dto::WithdrawalAnswer { success: true, withdrawal }))
    }

    /// Show the balance and the holdings
    #[oai(path = "/balance", method = "get", operation_id = "getBalance")]
    async fn balance(&self, caller: Caller) -> Result<Json<dto::BalanceAnswer>, Fault> {
        let row = holdings::get(self.gateway.reads().await?, caller.merchant_id).await?;
        let balance = dto::Balance::new(row, &self.gateway.catalogue);
        Ok(Json(dto::BalanceAnswer { success: true, balance }))
    }

    /// List payments and withdrawals, newest first
    #[oai(path = "/transactions", method = "get", operation_id = "listTransactions")]
    #[expect(clippy::too_many_arguments, reason = "one per query parameter")]
    async fn transactions(
        &self,
        caller: Caller,
        /// payment or withdraw; all by default.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// pending or completed; all by default.
        status: Query<Option<String>>,
        /// Created then or later: an ISO 8601 date or date and time.
        from: Query<Option<String>>,
        /// Created then or earlier.
        to: Query<Option<String>>,
        /// At most 100; 20 by default.
        limit: Query<Option<String>>,
        /// How many to skip; 0 by default.
        offset: Query<Option<String>>,
    ) -> Result<Json<dto::TransactionsAnswer>, Fault> {
        let status = read::choice("status", status.0.as_deref(), ["pending", "completed"])?;
        let (limit, offset) = read::window(limit.0.as_deref(), offset.0.as_deref());
        let filter = transactions::Filter {
            dialect: super::NAME,
            kind: read::choice("type", kind.0.as_deref(), ["payment", "withdraw"])?,
            // What has expired is shown as pending.
            statuses: status.map(|status| match status {
                "pending" => vec!["pending", "expired"],
                other => vec![other],
            }),
            from: read::instant("from", from.0.as_deref())?,
            to: read::instant("to", to.0.as_deref())?,
            limit,
            offset,
        };
        let pool = self.gateway.reads().await?;
        let (rows, total) = transactions::page(pool, caller.merchant_id, &filter).await?;
        let books = &self.gateway.catalogue;
        let transactions = rows.into_iter().map(|row| dto::Transaction::new(row, books)).collect();
        let (limit, offset) = (limit.unsigned_abs(), offset.unsigned_abs());
        let pagination = dto::Pagination { total, limit, offset };
        Ok(Json(dto::TransactionsAnswer { success: true, transactions, pagination }))
    }

    /// Show where to send USDT
    ///
    /// The memo tells whose it is; the address is everybody's.
    #[oai(path = "/deposit-address", method = "get", operation_id = "getDepositAddress")]
    async fn deposit_address(&self, caller: Caller) -> Result<Json<dto::DepositAnswer>, Fault> {
        let simulated = self.gateway.networks.deposit_address(&self.usdt()?.network);
        let address = simulated.or_else(|| self.gateway.settings.partner.deposit_address.clone());
        let address = address.ok_or_else(|| Fault::unavailable(&"no deposit address is set"))?;
        let memo = match &caller.listed.deposit_memo {
            Some(memo) => memo.clone(),
            None => self.memo(&caller).await?,
        };
        let deposit = dto::Deposit::new(address, memo);
        Ok(Json(dto::DepositAnswer { success: true, deposit }))
    }

    /// Set where webhooks go
    #[oai(path = "/webhook", method = "put", operation_id = "setWebhook")]
    async fn set_webhook(
        &self,
        caller: Caller,
        body: Json<dto::SetWebhookRequest>,
    ) -> Result<Json<dto::WebhookAnswer>, Fault> {
        let allow_http = self.gateway.settings.webhooks_allow_http;
        let url = read::webhook_url(&body.webhook_url, allow_http)?;
        let standard = body.standard_webhooks.unwrap_or(caller.listed.standard_webhooks);
        let merchant_id = caller.merchant_id;
        let set = merchant::Command::SetWebhook { merchant_id, url: url.clone(), standard };
        let facts = self.gateway.execute(Command::Merchant(set), caller.envelope).await?;
        let at = facts.first().map(|(_, at)| at).unwrap_or_default();
        let webhook = dto::Webhook { webhook_url: url, updated_at: at.rfc3339_millis() };
        Ok(Json(dto::WebhookAnswer { success: true, webhook }))
    }

    /// Send a test webhook
    #[oai(path = "/webhook-test", method = "post", operation_id = "testWebhook")]
    async fn test_webhook(&self, caller: Caller) -> Result<Json<dto::WebhookTestAnswer>, Fault> {
        let url = caller.listed.webhook_url;
        let url = url.ok_or_else(|| Fault::webhook_url("No webhook URL is set"))?;
        let (id, at) = (Uuid::new_v4(), self.gateway.clock.now());
        let hook = webhooks::test(&id.to_string(), at);
        let new = deliveries::New {
            id,
            position: None,
            merchant_id: caller.merchant_id,
            dialect: super::NAME,
            event: hook.event,
            object_id: hook.object_id,
            url,
            body: hook.body,
            at,
        };
        deliveries::add(&self.gateway.reads, &new).await?;
        Ok(Json(dto::WebhookTestAnswer {
            success: true,
            message: "Test webhook sent".to_owned(),
            delivery_id: id.to_string(),
        }))
    }

    /// Replace the API key
    ///
    /// The old key is void when this answers; the secret key stays.
    #[oai(path = "/regenerate-key", method = "post", operation_id = "regenerateKey")]
    async fn regenerate_key(&self, caller: Caller) -> Result<Json<dto::KeyAnswer>, Fault> {
        let merchant_id = caller.merchant_id;
        let kind = CredentialKind::Partner;
        let (credential, issued) = self.gateway.issue_key(merchant_id, kind).await?;
        let rotate = merchant::Command::Rotate { merchant_id, credential, keeps_secret: true };
        self.gateway.execute(Command::Merchant(rotate), caller.envelope).await?;
        Ok(Json(dto::KeyAnswer { success: true, api_key: issued.key.reveal().to_owned() }))
    }

    /// List the plans
    #[oai(path = "/plans", method = "get", operation_id = "listPlans")]
    async fn plans(&self, _stranger: Stranger) -> Result<Json<dto::PlansAnswer>, Fault> {
        let settings = &self.gateway.settings.partner;
        let limit = settings.limits.payments;
        let plan = dto::Plan::only(limit, settings.plan_price, &self.gateway.catalogue);
        Ok(Json(dto::PlansAnswer { success: true, plans: vec![plan] }))
    }

    /// Is somebody a partner?
    #[oai(path = "/me", method = "get", operation_id = "getPartner")]
    async fn me(
        &self,
        _stranger: Stranger,
        /// The Telegram id to look up: digits.
        telegram_id: Query<Option<String>>,
    ) -> Result<Json<dto::MeAnswer>, Fault> {
        let asked = read::telegram_id(&json!(telegram_id.0))?;
        let id = self.gateway.directory.person(asked);
        let listed = id.and_then(|id| Some((id, self.gateway.directory.find(id)?)));
        let listed = listed.filter(|(_, it)| it.credential(CredentialKind::Partner).is_some());
        let partner = match listed {
            None => None,
            Some((id, listed)) => {
                let row = merchants::get(self.gateway.reads().await?, id).await?;
                row.map(|row| dto::PublicPartner {
                    telegram_id: asked.to_string(),
                    status: if listed.active { "active" } else { "inactive" }.to_owned(),
                    plan: dto::PLAN.to_owned(),
                    created_at: row.created_at.rfc3339_millis(),
                })
            }
        };
        Ok(Json(dto::MeAnswer { success: true, is_partner: partner.is_some(), partner }))
    }

    /// Become a partner
    ///
    /// Once per Telegram id; the keys are shown this once.
    #[oai(path = "/register", method = "post", operation_id = "registerPartner")]
    async fn register(
        &self,
        stranger: Stranger,
        body: Json<dto::RegisterRequest>,
    ) -> Result<Json<dto::RegisterAnswer>, Fault> {
        let new = registration::command(&self.gateway, &body)?;
        let kinds = [CredentialKind::Partner];
        let made = self.gateway.register(new, &kinds, stranger.envelope).await?;
        Ok(Json(registration::answer(&made)?))
    }
}

impl Partner {
    fn usdt(&self) -> Result<&Asset, Fault> {
        let asset = self.gateway.catalogue.get(money::USDT_TRC20);
        asset.ok_or_else(|| Fault::internal(&"USDT-TRC20 is not in the catalogue"))
    }

    async fn created(
        &self,
        caller: &Caller,
        body: &dto::CreatePaymentRequest,
    ) -> Result<dto::NewPayment, Fault> {
        let amount = read::amount(body.amount.value(), self.usdt()?)?;
        let metadata = read::metadata(body.metadata.as_ref())?;
        let description = body.description.as_ref().map(|text| text.0.clone());
        let success_url = body.success_url.as_ref().map(|url| url.0.clone());
        if success_url.as_deref().is_some_and(|url| !is_webhook_url(url, true)) {
            return Err(Fault::invalid("success_url must be an absolute http or https URL"));
        }
        let meant = [
            json!(amount.to_string()),
            json!(description),
            json!(body.metadata.as_ref().map(AnyObject::value)),
            json!(success_url),
        ];
        let key = read::once(body.idempotency_key.as_ref(), &meant)?;
        let envelope = caller.once("payments", key);
        let create = || Create {
            payment_link_id: PaymentLinkId(Uuid::new_v4()),
            merchant_id: caller.merchant_id,
            dialect: read::dialect(),
            token: read::random(12),
            asset: money::USDT_TRC20,
            amount,
            description: description.clone(),
            metadata: metadata.clone(),
            callback_url: None,
            success_url: success_url.clone(),
            seconds: Some(LINK_SECONDS),
            terms: payment_link::Terms::Metered,
        };
        let command = || Command::PaymentLink(payment_link::Command::Create(Box::new(create())));
        let mut done = self.gateway.execute(command(), envelope.clone()).await;
        for _ in 1..TRIES {
            let taken = Rejection::Refused(Refusal::PaymentLink(payment_link::Refusal::Exists));
            if done != Err(taken) {
                break;
            }
            done = self.gateway.execute(command(), envelope.clone()).await;
        }
        let (facts, url) = (done?, &self.gateway.settings.partner.link_url);
        match facts.first() {
            Some((Event::PaymentLink(Link::Created(new)), at)) => {
                Ok(dto::NewPayment::new(new, at, url, &self.gateway.catalogue))
            }
            other => Err(Fault::internal(&format!("a creation caused {other:?}"))),
        }
    }

    async fn withdrawn(
        &self,
        caller: &Caller,
        body: &dto::CreateWithdrawalRequest,
    ) -> Result<dto::Withdrawal, Fault> {
        let recipient = read::telegram_id(body.telegram_id.value())?;
        let amount = read::amount(body.amount.value(), self.usdt()?)?;
        let memo = body.memo.as_ref().map(|memo| memo.0.clone());
        let meant = [json!(recipient.to_string()), json!(amount.to_string()), json!(memo)];
        let key = read::once(body.idempotency_key.as_ref(), &meant)?;
        let order = Order {
            payout_id: PayoutId(Uuid::new_v4()),
            merchant_id: caller.merchant_id,
            dialect: read::dialect(),
            to: payout::To::Person(recipient),
            assets: vec![money::USDT_TRC20],
            amount,
            memo,
            terms: payout::Terms::Metered,
        };
        let command = Command::Payout(payout::Command::Send(Box::new(order)));
        let facts = self.gateway.execute(command, caller.once("withdrawals", key)).await?;
        let done = facts.facts.iter().find_map(|fact| {
            let Event::Payout(Payout::Completed(done)) = &fact.event else { return None };
            Some((done, fact.recorded_at))
        });
        let (done, at) = done.ok_or_else(|| Fault::internal(&"a payout caused something else"))?;
        Ok(dto::Withdrawal::new(done, at, &self.gateway.catalogue))
    }

    /// Gives the partner its memo: on the first call, and for ever.
    async fn memo(&self, caller: &Caller) -> Result<String, Fault> {
        let merchant_id = caller.merchant_id;
        for _ in 0..TRIES {
            let memo = format!("partner_{}", read::random(12));
            let assign = merchant::Command::AssignDepositMemo { merchant_id, memo };
            let command = Command::Merchant(assign);
            let facts = match self.gateway.execute(command, caller.envelope.clone()).await {
                Err(Rejection::Refused(Refusal::Merchant(merchant::Refusal::MemoTaken))) => {
                    continue;
                }
                done => done?,
            };
            if let Some((Event::Merchant(Merchant::DepositMemoAssigned(new)), _)) = facts.first() {
                return Ok(new.memo.clone());
            }
            // A call at the same time was faster; the directory has seen its fact.
            let listed = self.gateway.directory.find(merchant_id);
            if let Some(memo) = listed.and_then(|listed| listed.deposit_memo) {
                return Ok(memo);
            }
        }
        Err(Fault::internal(&"no memo could be assigned"))
    }
}
