//! `/operator/v1`: merchants, corrections, webhook deliveries, and what needs a hand.

use std::sync::Arc;

use domain::adjustment::{self, Direction, Post, Target};
use domain::{AdjustmentId, Command, ConversionId, MerchantId, Name, PaymentId};
use domain::{conversion, merchant, payment};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, Object, OpenApi};
use projections::{deliveries, merchants};
use uuid::Uuid;

use super::auth::{Circumstances, OperatorToken};
use super::error::Fault;
use super::merchants::{self as making, Made, Merchant, NewMerchant};
use super::wire::{self, Digits};
use crate::Gateway;
use crate::json::Text;

/// A correction.
#[derive(Debug, Object)]
pub(crate) struct NewAdjustment {
    /// The whole path; the asset at its end may be left out.
    account: Text,
    /// Shape: STARS.
    asset: Text,
    /// In the asset's units; negative takes away.
    amount: Digits,
    /// Why; kept in the log.
    reason: Text,
}

/// Where the log was when it was done; null if it was so already.
#[derive(Debug, Object)]
pub(crate) struct Done {
    position: Option<u64>,
}

/// A correction that was posted.
#[derive(ApiResponse)]
pub(crate) enum Posted {
    /// Posted.
    #[oai(status = 201)]
    Created(Json<Done>),
}

/// A delivery that is due again.
#[derive(ApiResponse)]
pub(crate) enum Due {
    /// It will be tried at once.
    #[oai(status = 202)]
    Accepted(Json<Retried>),
}

/// Which delivery is due again.
#[derive(Debug, Object)]
pub(crate) struct Retried {
    id: String,
}

/// A webhook on its way, or what became of it.
#[derive(Debug, Object)]
pub(crate) struct Delivery {
    /// What the dialect sends as the delivery's id.
    id: String,
    merchant_id: String,
    dialect: String,
    event: String,
    url: String,
    /// pending, delivered or failed.
    status: String,
    attempts: i32,
    created_at: String,
    /// null at the end.
    next_attempt_at: Option<String>,
    object_id: String,
}

impl From<&deliveries::Row> for Delivery {
    fn from(row: &deliveries::Row) -> Self {
        Self {
            id: row.id.to_string(),
            merchant_id: row.merchant_id.to_string(),
            dialect: row.dialect.clone(),
            event: row.event.clone(),
            url: row.url.clone(),
            status: row.status.clone(),
            attempts: row.attempts,
            created_at: row.created_at.to_string(),
            next_attempt_at: row.next_attempt_at.map(|at| at.to_string()),
            object_id: row.object_id.clone(),
        }
    }
}

/// A page of deliveries.
#[derive(Debug, Object)]
pub(crate) struct Deliveries {
    deliveries: Vec<Delivery>,
    /// Where the next page starts; null at the end.
    next: Option<u64>,
}

/// One try.
#[derive(Debug, Object)]
pub(crate) struct Attempt {
    at: String,
    /// The HTTP status; null if none came back.
    status: Option<i32>,
    /// Why none came back.
    error: Option<String>,
    duration_ms: i64,
}

/// A delivery with its body and every try at it.
#[derive(Debug, Object)]
pub(crate) struct DeliveryDetail {
    id: String,
    merchant_id: String,
    dialect: String,
    event: String,
    url: String,
    status: String,
    created_at: String,
    next_attempt_at: Option<String>,
    object_id: String,
    /// The exact text that is sent.
    body: String,
    attempts: Vec<Attempt>,
}

/// Why a conversion is to fail.
#[derive(Debug, Object)]
pub(crate) struct FailRequest {
    reason: Text,
}

/// The endpoints.
pub(crate) struct Operator {
    gateway: Arc<Gateway>,
}

impl Operator {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Operator {
    /// Make a merchant
    ///
    /// With credentials of all five kinds, shown this once.
    #[oai(path = "/merchants", method = "post", operation_id = "createMerchant")]
    async fn create_merchant(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        body: Json<NewMerchant>,
    ) -> Result<Made, Fault> {
        making::make(&self.gateway, &body.0, asked.unrepeatable("operator")).await
    }

    /// Show a merchant
    #[oai(path = "/merchants/:id", method = "get", operation_id = "getMerchant")]
    async fn merchant(
        &self,
        _token: OperatorToken,
        /// The merchant's uuid.
        id: Path<String>,
    ) -> Result<Json<Merchant>, Fault> {
        self.shown(wire::merchant_id(&id.0)?).await
    }

    /// Switch a merchant off
    #[oai(path = "/merchants/:id/deactivate", method = "post", operation_id = "deactivateMerchant")]
    async fn deactivate(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The merchant's uuid.
        id: Path<String>,
    ) -> Result<Json<Merchant>, Fault> {
        let merchant_id = wire::merchant_id(&id.0)?;
        let command = Command::Merchant(merchant::Command::Deactivate { merchant_id });
        self.gateway.execute(command, asked.envelope("operator", &id.0)).await?;
        self.shown(merchant_id).await
    }

    /// Switch a merchant on
    #[oai(path = "/merchants/:id/activate", method = "post", operation_id = "activateMerchant")]
    async fn activate(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The merchant's uuid.
        id: Path<String>,
    ) -> Result<Json<Merchant>, Fault> {
        let merchant_id = wire::merchant_id(&id.0)?;
        let command = Command::Merchant(merchant::Command::Activate { merchant_id });
        self.gateway.execute(command, asked.envelope("operator", &id.0)).await?;
        self.shown(merchant_id).await
    }

    /// Post a correction
    ///
    /// Against `external:operator:<asset>`. With an Idempotency-Key it is posted once.
    #[oai(path = "/adjustments", method = "post", operation_id = "createAdjustment")]
    async fn adjust(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        body: Json<NewAdjustment>,
    ) -> Result<Posted, Fault> {
        let post = self.adjustment(&body.0)?;
        let envelope = asked.envelope("operator", &body.0.to_json_string());
        let command = Command::Adjustment(adjustment::Command::Post(Box::new(post)));
        let facts = self.gateway.execute(command, envelope).await?;
        Ok(Posted::Created(Json(Done { position: facts.position() })))
    }

    /// List webhook deliveries, oldest first
    #[oai(path = "/deliveries", method = "get", operation_id = "listDeliveries")]
    async fn deliveries(
        &self,
        _token: OperatorToken,
        /// Of this merchant only.
        merchant_id: Query<Option<String>>,
        /// pending, delivered or failed.
        status: Query<Option<String>>,
        /// The `next` of the page before.
        after: Query<Option<u64>>,
        /// 1 to 1000; 100 by default.
        limit: Query<Option<u64>>,
    ) -> Result<Json<Deliveries>, Fault> {
        let limit = wire::limit(limit.0)?;
        let bad = |_| Fault::invalid("merchant_id is a uuid");
        let merchant = merchant_id.0.map(|id| id.parse().map_err(bad)).transpose()?;
        let status = status.0.as_deref();
        if status.is_some_and(|status| !["pending", "delivered", "failed"].contains(&status)) {
            return Err(Fault::invalid("status is pending, delivered or failed"));
        }
        let after = i64::try_from(after.0.unwrap_or_default()).unwrap_or(i64::MAX);
        let rows = deliveries::list(&self.gateway.reads, merchant, status, after, limit).await?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let next = rows.last().filter(|_| full).map(|row| row.seq);
        Ok(Json(Deliveries { deliveries: rows.iter().map(Into::into).collect(), next }))
    }

    /// Show a webhook delivery
    #[oai(path = "/deliveries/:id", method = "get", operation_id = "getDelivery")]
    async fn delivery(
        &self,
        _token: OperatorToken,
        /// The delivery's uuid.
        id: Path<String>,
    ) -> Result<Json<DeliveryDetail>, Fault> {
        let missing = || Fault::missing("delivery");
        let id: Uuid = id.0.parse().map_err(|_| missing())?;
        let found = deliveries::get(&self.gateway.reads, id).await?;
        let (row, attempts) = found.ok_or_else(missing)?;
        Ok(Json(detail(&row, attempts)))
    }

    /// Deliver a webhook again
    #[oai(path = "/deliveries/:id/retry", method = "post", operation_id = "retryDelivery")]
    async fn retry(
        &self,
        _token: OperatorToken,
        /// The delivery's uuid.
        id: Path<String>,
    ) -> Result<Due, Fault> {
        let missing = || Fault::missing("delivery");
        let id: Uuid = id.0.parse().map_err(|_| missing())?;
        let now = self.gateway.clock.now();
        if !deliveries::retry(&self.gateway.reads, id, now).await? {
            return Err(missing());
        }
        Ok(Due::Accepted(Json(Retried { id: id.to_string() })))
    }

    /// Give a conversion up
    #[oai(path = "/conversions/:id/fail", method = "post", operation_id = "failConversion")]
    async fn fail(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The conversion's uuid.
        id: Path<String>,
        body: Json<FailRequest>,
    ) -> Result<Json<Done>, Fault> {
        let conversion_id =
            id.0.parse::<ConversionId>().map_err(|_| Fault::missing("conversion"))?;
        let reason = body.reason.0.clone();
        let said = format!("{conversion_id} {reason}");
        let fail = conversion::Command::Fail { conversion_id, reason };
        let envelope = asked.envelope("operator", &said);
        let facts = self.gateway.execute(Command::Conversion(fail), envelope).await?;
        Ok(Json(Done { position: facts.position() }))
    }

    /// Settle a converted payment
    #[oai(path = "/payments/:id/settle", method = "post", operation_id = "settlePayment")]
    async fn settle(
        &self,
        _token: OperatorToken,
        asked: Circumstances,
        /// The payment's uuid.
        id: Path<String>,
    ) -> Result<Json<Done>, Fault> {
        let payment_id = id.0.parse::<PaymentId>().map_err(|_| Fault::missing("payment"))?;
        let settle = payment::Command::Settle { payment_id };
        let envelope = asked.envelope("operator", &id.0);
        let facts = self.gateway.execute(Command::Payment(settle), envelope).await?;
        Ok(Json(Done { position: facts.position() }))
    }
}

impl Operator {
    async fn shown(&self, id: MerchantId) -> Result<Json<Merchant>, Fault> {
        let row = merchants::get(self.gateway.reads().await?, id).await?;
        Ok(Json(row.ok_or_else(|| Fault::missing("merchant"))?.into()))
    }

    fn adjustment(&self, body: &NewAdjustment) -> Result<Post, Fault> {
        let asset = wire::asset(&self.gateway.catalogue, &body.asset.0)?;
        let path = &body.account.0;
        let account = path.parse().or_else(|_| format!("{path}:{}", asset.id).parse());
        let account: domain::Account =
            account.map_err(|_| Fault::invalid("account is the path of an account"))?;
        if account.asset() != asset.id {
            return Err(Fault::invalid("account and asset do not agree"));
        }
        let (direction, digits) = match body.amount.0.strip_prefix('-') {
            Some(digits) => (Direction::Debit, digits),
            None => (Direction::Credit, body.amount.0.as_str()),
        };
        let amount = asset.parse(digits).map_err(|bad| Fault::invalid(bad.to_string()))?;
        Ok(Post {
            adjustment_id: AdjustmentId(Uuid::new_v4()),
            target: Target::Account(account),
            direction,
            amount,
            rail: Name::literal("operator"),
            reason: body.reason.0.clone(),
        })
    }
}

fn detail(row: &deliveries::Row, attempts: Vec<deliveries::Attempt>) -> DeliveryDetail {
    let Delivery {
        id,
        merchant_id,
        dialect,
        event,
        url,
        status,
        attempts: _,
        created_at,
        next_attempt_at,
        object_id,
    } = row.into();
    let attempts = attempts.into_iter().map(|attempt| Attempt {
        at: attempt.at.to_string(),
        status: attempt.status,
        error: attempt.error,
        duration_ms: attempt.duration_ms,
    });
    DeliveryDetail {
        id,
        merchant_id,
        dialect,
        event,
        url,
        status,
        created_at,
        next_attempt_at,
        object_id,
        body: String::from_utf8_lossy(&row.body).into_owned(),
        attempts: attempts.collect(),
    }
}
