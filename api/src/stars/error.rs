//! The only place of the dialect that knows status codes. Refusals of the books become the codes of
//! `stars.md` §0.3 by exhaustive match; accidents are logged in full and answered without detail.

use std::collections::HashMap;

use domain::{Refusal, conversion, merchant, payment, rate_lock};
use journal::{Failure, Rejection};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use projections::Behind;
use serde_json::{Value, json};

use crate::gateway::NotRegistered;

/// The codes of the dialect.
pub(super) mod code {
    pub(crate) const UNAUTHORIZED: &str = "UNAUTHORIZED";
    pub(crate) const FORBIDDEN: &str = "FORBIDDEN";
    pub(crate) const NOT_FOUND: &str = "NOT_FOUND";
    pub(crate) const VALIDATION: &str = "VALIDATION_ERROR";
    pub(crate) const RATE_LIMIT: &str = "RATE_LIMIT_EXCEEDED";
    pub(crate) const MINIMUM: &str = "MINIMUM_AMOUNT_NOT_MET";
    pub(crate) const BALANCE: &str = "INSUFFICIENT_BALANCE";
    pub(crate) const LOCK_EXPIRED: &str = "RATE_LOCK_EXPIRED";
    pub(crate) const IN_PROGRESS: &str = "CONVERSION_IN_PROGRESS";
    pub(crate) const INTERNAL: &str = "INTERNAL_ERROR";
}

/// How every failure is answered. `code` and `details` stand at the top once more for the SDK.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Error")]
pub(crate) struct ErrorBody {
    /// Always false.
    pub(crate) success: bool,
    /// What went wrong.
    pub(crate) error: ErrorDetail,
    /// The same code, where the official SDK looks for it.
    pub(crate) code: String,
    /// The same details, where the official SDK looks for them.
    pub(crate) details: HashMap<String, Value>,
}

/// What went wrong.
#[derive(Debug, Clone, Object)]
pub(crate) struct ErrorDetail {
    /// For machines.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
    /// What the code concerns; empty when there is nothing to say.
    pub(crate) details: HashMap<String, Value>,
}

/// A request that failed.
#[derive(Debug, Clone, ApiResponse)]
pub(crate) enum Fault {
    /// The request is malformed, or the books refuse it.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// No key, or one that is not valid.
    #[oai(status = 401)]
    Unauthorized(Json<ErrorBody>),
    /// The account is switched off.
    #[oai(status = 403)]
    Forbidden(Json<ErrorBody>),
    /// Not there, or somebody else's.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// The path exists, the method does not.
    #[oai(status = 405)]
    MethodNotAllowed(Json<ErrorBody>),
    /// A payment is part of a conversion under way.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// The body is larger than 1 MiB.
    #[oai(status = 413)]
    TooLarge(Json<ErrorBody>),
    /// Too many requests in this minute.
    #[oai(status = 429)]
    TooMany(
        Json<ErrorBody>,
        /// Seconds until the window ends.
        #[oai(header = "Retry-After")]
        i64,
    ),
    /// A failure of ours.
    #[oai(status = 500)]
    Internal(Json<ErrorBody>),
    /// Too busy, or the database is away for a moment.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait before trying again.
        #[oai(header = "Retry-After")]
        i64,
    ),
}

fn body(code: &str, message: impl Into<String>, details: Value) -> Json<ErrorBody> {
    let details: HashMap<_, _> = match details {
        Value::Object(map) => map.into_iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            HashMap::new()
        }
    };
    let error =
        ErrorDetail { code: code.to_owned(), message: message.into(), details: details.clone() };
    Json(ErrorBody { success: false, error, code: code.to_owned(), details })
}

impl Fault {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::BadRequest(body(code::VALIDATION, message, Value::Null))
    }

    pub(super) fn refused(code: &str, message: impl Into<String>, details: Value) -> Self {
        Self::BadRequest(body(code, message, details))
    }

    pub(super) fn unauthorized(message: &str) -> Self {
        Self::Unauthorized(body(code::UNAUTHORIZED, message, Value::Null))
    }

    pub(super) fn forbidden(message: &str) -> Self {
        Self::Forbidden(body(code::FORBIDDEN, message, Value::Null))
    }

    pub(super) fn missing(code: &str, message: impl Into<String>) -> Self {
        Self::NotFound(body(code, message, Value::Null))
    }

    pub(super) fn too_many(seconds: i64) -> Self {
        let details = json!({ "retryAfter": seconds });
        Self::TooMany(body(code::RATE_LIMIT, "Too many requests", details), seconds)
    }

    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a stars request failed");
        Self::Internal(body(code::INTERNAL, "Internal server error", Value::Null))
    }

    fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a stars request was put off");
        Self::Unavailable(body(code::INTERNAL, "Please try again", Value::Null), 1)
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::KeyReused => Self::invalid(rejection.to_string()),
            Rejection::Failed(Failure::Busy | Failure::Unavailable(_)) => {
                Self::unavailable(&rejection)
            }
            Rejection::Failed(Failure::TooLarge { .. }) => {
                Self::TooLarge(body(code::VALIDATION, rejection.to_string(), Value::Null))
            }
            Rejection::Failed(Failure::Corrupt(_)) => Self::internal(&rejection),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Merchant(refusal) => from_merchant(&refusal, message),
            Refusal::Payment(refusal) => from_payment(&refusal, message),
            Refusal::RateLock(refusal) => from_rate_lock(&refusal, message),
            Refusal::Conversion(refusal) => from_conversion(&refusal, message),
            Refusal::InsufficientFunds { .. } => {
                Self::refused(code::BALANCE, "Not enough Stars available", Value::Null)
            }
            Refusal::TooLarge(_) => Self::invalid(message),
            // No stars request asks for these.
            Refusal::Adjustment(_)
            | Refusal::PaymentLink(_)
            | Refusal::Payout(_)
            | Refusal::Deposit(_)
            | Refusal::Undecidable => Self::internal(&message),
        }
    }
}

fn from_merchant(refusal: &merchant::Refusal, message: String) -> Fault {
    match refusal {
        merchant::Refusal::BadName => Fault::invalid("appName must have 1 to 255 characters"),
        merchant::Refusal::TooLong(_) => Fault::invalid(message),
        merchant::Refusal::Unknown => Fault::unauthorized("Invalid API key"),
        merchant::Refusal::Inactive => Fault::forbidden("Account is inactive"),
        // Ids, numbers and keys are made here: a collision is our defect.
        merchant::Refusal::BadUid
        | merchant::Refusal::Exists
        | merchant::Refusal::UidTaken(_)
        | merchant::Refusal::TelegramIdTaken(_)
        | merchant::Refusal::MemoTaken
        | merchant::Refusal::NoCredential(_)
        | merchant::Refusal::SameCredential(_) => Fault::internal(&message),
    }
}

fn from_payment(refusal: &payment::Refusal, message: String) -> Fault {
    match refusal {
        payment::Refusal::BadAmount | payment::Refusal::BadReference(_) => Fault::invalid(message),
        payment::Refusal::UnknownMerchant => Fault::missing(code::NOT_FOUND, "User not found"),
        payment::Refusal::ChargeReused { telegram_payment_id } => {
            metrics::counter!("stars_charges_reused_total").increment(1);
            tracing::warn!(telegram_payment_id, "a charge came again with other facts");
            let details = json!({ "telegramPaymentId": telegram_payment_id });
            Fault::refused(code::VALIDATION, message, details)
        }
        payment::Refusal::Unknown => Fault::missing(code::NOT_FOUND, "Payment not found"),
        payment::Refusal::NotConverted { status } => {
            Fault::refused(code::VALIDATION, message, json!({ "status": status }))
        }
    }
}

fn from_rate_lock(refusal: &rate_lock::Refusal, message: String) -> Fault {
    match refusal {
        rate_lock::Refusal::BelowMinimum => Fault::refused(code::MINIMUM, message, Value::Null),
        rate_lock::Refusal::UnknownMerchant => Fault::unauthorized("Invalid API key"),
        rate_lock::Refusal::AboveMaximum | rate_lock::Refusal::BadDuration => {
            Fault::invalid(message)
        }
        rate_lock::Refusal::BadRate | rate_lock::Refusal::Exists => Fault::internal(&message),
    }
}

fn from_conversion(refusal: &conversion::Refusal, message: String) -> Fault {
    use conversion::Refusal as R;
    match refusal {
        R::UnknownPayment(id) => {
            Fault::NotFound(body(code::NOT_FOUND, message, json!({ "paymentId": id.to_string() })))
        }
        R::InProgress(id) => Fault::Conflict(body(
            code::IN_PROGRESS,
            message,
            json!({ "paymentId": id.to_string() }),
        )),
        R::NotReceived { payment_id, status } => {
            let details = json!({ "paymentId": payment_id.to_string(), "status": status });
            Fault::refused(code::VALIDATION, message, details)
        }
        R::BelowMinimum { stars } => Fault::refused(
            code::MINIMUM,
            message,
            json!({ "minimum": domain::limits::STARS_PER_CONVERSION_MIN, "amount": stars }),
        ),
        R::UnknownLock | R::Unknown => Fault::missing(code::NOT_FOUND, message),
        R::LockExpired => {
            Fault::refused(code::LOCK_EXPIRED, message, json!({ "reason": "expired" }))
        }
        R::LockConsumed => {
            Fault::refused(code::LOCK_EXPIRED, message, json!({ "reason": "consumed" }))
        }
        R::LockForOther(_) | R::BadPayments | R::AboveMaximum | R::BadRate => {
            Fault::invalid(message)
        }
        R::Exists | R::NotNext { .. } | R::BadReason => Fault::internal(&message),
    }
}

impl From<Behind> for Fault {
    fn from(behind: Behind) -> Self {
        Self::unavailable(&behind)
    }
}

impl From<projections::Error> for Fault {
    fn from(error: projections::Error) -> Self {
        match error {
            projections::Error::Pool(_) | projections::Error::Database(_) => {
                Self::unavailable(&error)
            }
            projections::Error::Journal(_)
            | projections::Error::Malformed(_)
            | projections::Error::UnknownModel(_) => Self::internal(&error),
        }
    }
}

impl From<vault::Error> for Fault {
    fn from(error: vault::Error) -> Self {
        match error {
            vault::Error::Pool(_) | vault::Error::Database(_) => Self::unavailable(&error),
            vault::Error::Cipher => Self::internal(&error),
        }
    }
}

impl From<NotRegistered> for Fault {
    fn from(not: NotRegistered) -> Self {
        match not {
            NotRegistered::Rejected(rejection) => rejection.into(),
            NotRegistered::Vault(error) => error.into(),
        }
    }
}

/// The framework's own errors, in the dialect's form; ours pass as they are.
pub(super) async fn render(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let message = error.to_string();
    let fault = match error.status().as_u16() {
        404 => Fault::missing(code::NOT_FOUND, "Route not found"),
        405 => Fault::MethodNotAllowed(body(code::VALIDATION, "Method not allowed", Value::Null)),
        413 => Fault::TooLarge(body(code::VALIDATION, "The body is too large", Value::Null)),
        415 => Fault::invalid("Content-Type must be application/json"),
        400..500 => Fault::invalid(message),
        _ => Fault::internal(&message),
    };
    fault.into_response()
}

/// A handler panicked.
pub(super) fn panicked() -> Response {
    Fault::internal(&"a handler panicked").into_response()
}
