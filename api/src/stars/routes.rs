//! The endpoints of `stars.md` §1, in its order: parse, execute, render.

use std::sync::Arc;

use domain::conversion::{self, Create, Event as Conversion};
use domain::merchant::{self, CredentialKind};
use domain::payment::{self, Event as Payment};
use domain::rate_lock::{self, Event as RateLock};
use domain::{Command, ConversionId, Event, MerchantId, PaymentId, RateLockId, money};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use projections::{conversions, merchants, payments};
use uuid::Uuid;

use super::auth::{Caller, Stranger, Told};
use super::dto::{self, Currency};
use super::error::{Fault, code};
use super::registration;
use super::update::Update;
use crate::Gateway;
use crate::json::Text;
use crate::number::Number;
use crate::page::Page;

/// A registration that worked.
#[derive(ApiResponse)]
pub(crate) enum RegisterResponse {
    /// The app, and its keys for the only time.
    #[oai(status = 201)]
    Created(Json<dto::RegisterAnswer>),
}

/// A conversion that was created.
#[derive(ApiResponse)]
pub(crate) enum CreateResponse {
    /// Pending; the phases follow by themselves.
    #[oai(status = 201)]
    Created(Json<dto::CreateAnswer>),
}

/// The dialect's endpoints.
pub(crate) struct Stars {
    gateway: Arc<Gateway>,
}

impl Stars {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Stars {
    /// Register an app
    ///
    /// Makes an account with its own keys; every call makes a new one.
    #[oai(path = "/users/register", method = "post", operation_id = "registerUser")]
    async fn register(
        &self,
        stranger: Stranger,
        body: Json<dto::RegisterRequest>,
    ) -> Result<RegisterResponse, Fault> {
        let new = registration::read(&body, self.gateway.settings.webhooks_allow_http)?;
        let kinds = [CredentialKind::Stars];
        let made = self.gateway.register(new, &kinds, stranger.envelope).await?;
        Ok(RegisterResponse::Created(Json(registration::answer(&made)?)))
    }

    /// Show the app's profile
    #[oai(path = "/users/me", method = "get", operation_id = "getProfile")]
    async fn profile(&self, caller: Caller) -> Result<Json<dto::ProfileAnswer>, Fault> {
        let row = merchants::get(self.gateway.reads().await?, caller.merchant_id).await?;
        let row = row.ok_or_else(|| Fault::missing(code::NOT_FOUND, "User not found"))?;
        Ok(Json(dto::ProfileAnswer { success: true, user: row.into() }))
    }

    /// Replace the app's keys
    ///
    /// The old pair is void when this answers.
    #[oai(path = "/users/api-keys/regenerate", method = "post", operation_id = "regenerateApiKeys")]
    async fn regenerate(&self, caller: Caller) -> Result<Json<dto::KeysAnswer>, Fault> {
        let merchant_id = caller.merchant_id;
        let (credential, issued) = self.gateway.issue(merchant_id, CredentialKind::Stars).await?;
        let rotate = merchant::Command::Rotate { merchant_id, credential, keeps_secret: false };
        self.gateway.execute(Command::Merchant(rotate), caller.envelope).await?;
        Ok(Json(dto::KeysAnswer {
            success: true,
            api_key: issued.key.reveal().to_owned(),
            api_secret: issued.secret.map(|s| s.reveal().to_owned()).unwrap_or_default(),
            message: "API keys regenerated successfully".to_owned(),
        }))
    }

    /// Take a Telegram update
    ///
    /// Records a successful payment of Stars, once per charge. The user is named by X-User-Id.
    #[oai(path = "/payments/webhook", method = "post", operation_id = "receiveTelegramUpdate")]
    async fn webhook(
        &self,
        told: Told,
        body: Json<Update>,
    ) -> Result<Json<dto::WebhookAnswer>, Fault> {
        let answer = dto::WebhookAnswer { success: true, ..dto::WebhookAnswer::default() };
        let message = Some("Webhook acknowledged".to_owned());
        Ok(Json(match body.0 {
            Update::Paid(paid) => {
                let receive = paid.into_command(PaymentId(Uuid::new_v4()), told.merchant_id);
                dto::WebhookAnswer { payment: Some(self.receive(receive, told).await?), ..answer }
            }
            Update::PreCheckout(verified) => {
                dto::WebhookAnswer { verified: Some(verified), ..answer }
            }
            Update::Other => dto::WebhookAnswer { message, ..answer },
        }))
    }

    /// Sum up all payments
    #[oai(path = "/payments/stats", method = "get", operation_id = "getPaymentStats")]
    async fn stats(&self, caller: Caller) -> Result<Json<dto::StatsAnswer>, Fault> {
        let rows = payments::stats(self.gateway.reads().await?, caller.merchant_id).await?;
        Ok(Json(dto::StatsAnswer { success: true, stats: rows.into() }))
    }

    /// Show a payment
    #[oai(path = "/payments/:id", method = "get", operation_id = "getPayment")]
    async fn payment(
        &self,
        caller: Caller,
        /// The payment's uuid.
        id: Path<String>,
    ) -> Result<Json<dto::PaymentAnswer>, Fault> {
        let missing = || Fault::missing(code::NOT_FOUND, "Payment not found");
        let id: PaymentId = id.parse().map_err(|_| missing())?;
        let row = payments::get(self.gateway.reads().await?, id).await?;
        let row = row.filter(|row| row.merchant_id == caller.merchant_id).ok_or_else(missing)?;
        Ok(Json(dto::PaymentAnswer { success: true, payment: row.into() }))
    }

    /// List payments, newest first
    #[oai(path = "/payments", method = "get", operation_id = "listPayments")]
    async fn payments(
        &self,
        caller: Caller,
        /// From 1; 1 by default.
        page: Query<Option<String>>,
        /// At most 100; 20 by default.
        limit: Query<Option<String>>,
        /// pending, received, converting, converted, settled or failed.
        status: Query<Option<String>>,
    ) -> Result<Json<dto::PaymentsAnswer>, Fault> {
        const KNOWN: [&str; 6] =
            ["pending", "received", "converting", "converted", "settled", "failed"];
        let status = known_status(status.0.as_deref(), &KNOWN)?;
        let page = Page::read(page.0.as_deref(), limit.0.as_deref());
        let (limit, offset) = page.window();
        let pool = self.gateway.reads().await?;
        let (rows, total) = payments::page(pool, caller.merchant_id, status, limit, offset).await?;
        let payments = rows.into_iter().map(Into::into).collect();
        let (pagination, page) = (pagination(page, total), page.page);
        Ok(Json(dto::PaymentsAnswer { success: true, payments, pagination, total, page }))
    }

    /// Estimate a conversion
    ///
    /// Promises nothing and reserves nothing.
    #[oai(path = "/conversions/estimate", method = "post", operation_id = "estimateConversion")]
    async fn estimate(
        &self,
        _caller: Caller,
        body: Json<dto::EstimateRequest>,
    ) -> Result<Json<dto::EstimateAnswer>, Fault> {
        let stars = Self::source(body.source_amount.0, body.source_currency.as_ref())?;
        let target = body.target_currency.unwrap_or(Currency::Ton);
        Ok(Json(super::estimate::answer(&self.gateway, stars, target)?))
    }

    /// Lock a rate
    ///
    /// For 60 to 600 seconds; one conversion may use it.
    #[oai(path = "/conversions/lock-rate", method = "post", operation_id = "lockRate")]
    async fn lock_rate(
        &self,
        caller: Caller,
        body: Json<dto::LockRequest>,
    ) -> Result<Json<dto::LockAnswer>, Fault> {
        let stars = Self::source(body.source_amount.0, body.source_currency.as_ref())?;
        let target = body.target_currency.unwrap_or(Currency::Ton);
        let seconds = body.duration_seconds.map_or(300, |seconds| seconds.0);
        let lock = rate_lock::Command::Lock {
            rate_lock_id: RateLockId(Uuid::new_v4()),
            merchant_id: caller.merchant_id,
            stars,
            target: target.asset(),
            base_rate: super::estimate::base_rate(&self.gateway, target)?,
            seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        };
        let facts = self.gateway.execute(Command::RateLock(lock), caller.envelope).await?;
        match facts.first() {
            Some((Event::RateLock(RateLock::Locked(locked)), _)) => Ok(Json(locked_answer(locked))),
            other => Err(Fault::internal(&format!("a lock caused {other:?}"))),
        }
    }

    /// Create a conversion
    ///
    /// Holds the Stars of the payments; the phases follow by themselves.
    #[oai(path = "/conversions/create", method = "post", operation_id = "createConversion")]
    async fn create(
        &self,
        caller: Caller,
        body: Json<dto::CreateRequest>,
    ) -> Result<CreateResponse, Fault> {
        let create = self.creation(caller.merchant_id, &body)?;
        let command = Command::Conversion(conversion::Command::Create(Box::new(create)));
        let facts = self.gateway.execute(command, caller.envelope).await?;
        match facts.first() {
            Some((Event::Conversion(Conversion::Created(created)), at)) => {
                let conversion = dto::NewConversion::new(created, at, &self.gateway.catalogue);
                let answer = dto::CreateAnswer { success: true, conversion };
                Ok(CreateResponse::Created(Json(answer)))
            }
            other => Err(Fault::internal(&format!("a creation caused {other:?}"))),
        }
    }

    /// Follow a conversion
    #[oai(path = "/conversions/:id/status", method = "get", operation_id = "getConversionStatus")]
    async fn status(
        &self,
        caller: Caller,
        /// The conversion's uuid.
        id: Path<String>,
    ) -> Result<Json<dto::StatusAnswer>, Fault> {
        let missing = || Fault::missing(code::NOT_FOUND, "Conversion not found");
        let id: ConversionId = id.parse().map_err(|_| missing())?;
        let row = conversions::get(self.gateway.reads().await?, id).await?;
        let row = row.filter(|row| row.merchant_id == caller.merchant_id).ok_or_else(missing)?;
        let status = dto::ConversionStatus::new(row, &self.gateway.catalogue);
        let (conversion, progress) = (status.conversion.clone(), status.progress.clone());
        Ok(Json(dto::StatusAnswer { success: true, status, conversion, progress }))
    }

    /// List conversions, newest first
    #[oai(path = "/conversions", method = "get", operation_id = "listConversions")]
    async fn conversions(
        &self,
        caller: Caller,
        /// From 1; 1 by default.
        page: Query<Option<String>>,
        /// At most 100; 20 by default.
        limit: Query<Option<String>>,
        /// One of the seven status values.
        status: Query<Option<String>>,
    ) -> Result<Json<dto::ConversionsAnswer>, Fault> {
        let known = conversion::Status::ALL.map(conversion::Status::as_str);
        let status = known_status(status.0.as_deref(), &known)?;
        let page = Page::read(page.0.as_deref(), limit.0.as_deref());
        let (limit, offset) = page.window();
        let pool = self.gateway.reads().await?;
        let (rows, total) =
            conversions::page(pool, caller.merchant_id, status, limit, offset).await?;
        let catalogue = &self.gateway.catalogue;
        let conversions =
            rows.into_iter().map(|row| dto::ConversionItem::new(row, catalogue)).collect();
        let (pagination, page) = (pagination(page, total), page.page);
        Ok(Json(dto::ConversionsAnswer { success: true, conversions, pagination, total, page }))
    }

    /// Show the rates of the moment
    #[oai(path = "/rates/current", method = "get", operation_id = "getRates")]
    async fn rates(&self, _caller: Caller) -> Result<Json<dto::RatesAnswer>, Fault> {
        Ok(Json(super::estimate::rates(&self.gateway)))
    }

    /// Is the service up?
    #[oai(path = "/health", method = "get", operation_id = "getHealth")]
    async fn health(&self) -> Json<dto::Health> {
        let timestamp = self.gateway.clock.now().rfc3339_seconds();
        Json(dto::Health { status: "ok".to_owned(), timestamp })
    }
}

impl Stars {
    /// Books a payment; a charge that was booked before is answered as it is now.
    async fn receive(
        &self,
        receive: payment::Receive,
        told: Told,
    ) -> Result<dto::PaymentReceipt, Fault> {
        let charge = receive.telegram_payment_id.clone();
        let command = Command::Payment(payment::Command::Receive(Box::new(receive)));
        let facts = self.gateway.execute(command, told.envelope).await?;
        match facts.first() {
            Some((Event::Payment(Payment::Received(new)), at)) => {
                Ok(dto::PaymentReceipt::new(new, at))
            }
            Some(other) => Err(Fault::internal(&format!("a payment caused {other:?}"))),
            None => {
                let row = payments::by_charge(self.gateway.reads().await?, &charge).await?;
                let lost = || Fault::internal(&"a known charge has no payment");
                Ok(row.ok_or_else(lost)?.into())
            }
        }
    }

    /// Whole Stars to convert, by the rules of `stars.md` §1.8.
    fn source(stars: u64, currency: Option<&Text>) -> Result<u64, Fault> {
        if currency.is_some_and(|currency| currency.0 != money::STARS.as_str()) {
            return Err(Fault::invalid("sourceCurrency must be STARS"));
        }
        if stars == 0 {
            return Err(Fault::invalid("sourceAmount must be at least 1"));
        }
        Ok(stars)
    }

    fn creation(
        &self,
        merchant_id: MerchantId,
        body: &dto::CreateRequest,
    ) -> Result<Create, Fault> {
        let bad = || Fault::invalid("paymentIds must be an array of uuids");
        let payment_ids = body.payment_ids.iter().map(|id| id.0.parse().map_err(|_| bad()));
        let target = body.target_currency.unwrap_or(Currency::Ton);
        // What is no uuid is no lock of anybody's; the nil id gets that answer in its turn.
        let lock = |id: &Text| id.0.parse().unwrap_or(RateLockId(Uuid::nil()));
        Ok(Create {
            conversion_id: ConversionId(Uuid::new_v4()),
            merchant_id,
            payment_ids: payment_ids.collect::<Result<_, Fault>>()?,
            target: target.asset(),
            base_rate: super::estimate::base_rate(&self.gateway, target)?,
            rate_lock_id: body.rate_lock_id.as_ref().map(lock),
        })
    }
}

fn locked_answer(locked: &rate_lock::Locked) -> dto::LockAnswer {
    let lock = dto::RateLock {
        id: locked.rate_lock_id.to_string(),
        exchange_rate: Number(locked.exchange_rate.decimal()),
        locked_until: locked.locked_until.millis(),
        source_amount: dto::stars(locked.source_amount),
        target_currency: Currency::text(locked.target),
    };
    dto::LockAnswer {
        success: true,
        id: lock.id.clone(),
        exchange_rate: lock.exchange_rate,
        locked_until: lock.locked_until,
        stars_amount: lock.source_amount,
        target_currency: lock.target_currency.clone(),
        rate_lock: lock,
    }
}

fn known_status<'a>(status: Option<&'a str>, known: &[&str]) -> Result<Option<&'a str>, Fault> {
    match status {
        Some(status) if !known.contains(&status) => {
            Err(Fault::invalid(format!("status must be one of {}", known.join(", "))))
        }
        Some(_) | None => Ok(status),
    }
}

fn pagination(page: Page, total: u64) -> dto::Pagination {
    let Page { page: number, limit } = page;
    dto::Pagination { page: number, limit, total, pages: page.pages(total) }
}
