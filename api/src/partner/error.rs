//! The only place of the dialect that knows status codes. Refusals of the books become the codes of
//! `partner.md` §0.3 by exhaustive match; accidents are logged in full and answered without detail.

use domain::{Refusal, merchant, payment_link, payout};
use journal::{Failure, Rejection};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use projections::Behind;

use crate::gateway::NotRegistered;

/// The codes of the dialect.
pub(super) mod code {
    pub(crate) const INVALID_API_KEY: &str = "INVALID_API_KEY";
    pub(crate) const PARTNER_INACTIVE: &str = "PARTNER_INACTIVE";
    pub(crate) const RATE_LIMIT_EXCEEDED: &str = "RATE_LIMIT_EXCEEDED";
    pub(crate) const INVALID_AMOUNT: &str = "INVALID_AMOUNT";
    pub(crate) const INSUFFICIENT_BALANCE: &str = "INSUFFICIENT_BALANCE";
    pub(crate) const PAYMENT_NOT_FOUND: &str = "PAYMENT_NOT_FOUND";
    pub(crate) const INVALID_WEBHOOK_URL: &str = "INVALID_WEBHOOK_URL";
    pub(crate) const INVALID_REQUEST: &str = "INVALID_REQUEST";
    pub(crate) const IDEMPOTENCY_KEY_CONFLICT: &str = "IDEMPOTENCY_KEY_CONFLICT";
    pub(crate) const ALREADY_REGISTERED: &str = "ALREADY_REGISTERED";
    pub(crate) const NOT_FOUND: &str = "NOT_FOUND";
    pub(crate) const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
    pub(crate) const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
}

/// How every failure is answered.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Error")]
pub(crate) struct ErrorBody {
    /// Always false.
    pub(crate) success: bool,
    /// What went wrong.
    pub(crate) error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, Object)]
pub(crate) struct ErrorDetail {
    /// For machines.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
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

pub(super) fn body(code: &str, message: impl Into<String>) -> Json<ErrorBody> {
    let error = ErrorDetail { code: code.to_owned(), message: message.into() };
    Json(ErrorBody { success: false, error })
}

impl Fault {
    pub(super) fn refused(code: &str, message: impl Into<String>) -> Self {
        Self::BadRequest(body(code, message))
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::refused(code::INVALID_REQUEST, message)
    }

    pub(super) fn webhook_url(message: &str) -> Self {
        Self::refused(code::INVALID_WEBHOOK_URL, message)
    }

    pub(super) fn already_registered() -> Self {
        Self::refused(code::ALREADY_REGISTERED, "This Telegram ID is already registered")
    }

    pub(super) fn inactive() -> Self {
        Self::Forbidden(body(code::PARTNER_INACTIVE, "Partner account is disabled"))
    }

    pub(super) fn no_payment() -> Self {
        Self::NotFound(body(code::PAYMENT_NOT_FOUND, "Payment not found"))
    }

    pub(super) fn too_many(seconds: i64) -> Self {
        let message = "Too many requests. Please retry later.";
        Self::TooMany(body(code::RATE_LIMIT_EXCEEDED, message), seconds)
    }

    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a partner request failed");
        Self::Internal(body(code::INTERNAL_ERROR, "Internal server error"))
    }

    pub(super) fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a partner request was put off");
        Self::Unavailable(body(code::INTERNAL_ERROR, "Please retry later"), 1)
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::KeyReused => Self::refused(
                code::IDEMPOTENCY_KEY_CONFLICT,
                "This idempotency_key was used with a different request",
            ),
            Rejection::Failed(Failure::Busy | Failure::Unavailable(_)) => {
                Self::unavailable(&rejection)
            }
            Rejection::Failed(Failure::TooLarge { .. }) => {
                Self::TooLarge(body(code::INVALID_REQUEST, rejection.to_string()))
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
            Refusal::PaymentLink(refusal) => from_payment_link(&refusal, message),
            Refusal::Payout(refusal) => from_payout(&refusal, message),
            Refusal::InsufficientFunds { .. } => {
                Self::refused(code::INSUFFICIENT_BALANCE, "Insufficient balance")
            }
            Refusal::TooLarge(_) => Self::refused(code::INVALID_AMOUNT, message),
            // No partner request asks for these.
            Refusal::Deposit(_)
            | Refusal::Payment(_)
            | Refusal::RateLock(_)
            | Refusal::Conversion(_)
            | Refusal::Adjustment(_)
            | Refusal::Undecidable => Self::internal(&message),
        }
    }
}

fn from_merchant(refusal: &merchant::Refusal, message: String) -> Fault {
    use merchant::Refusal as R;
    match refusal {
        R::BadName | R::TooLong(_) => Fault::invalid(message),
        R::TelegramIdTaken(_) => Fault::already_registered(),
        R::Unknown => Fault::unauthorized("Invalid API Key"),
        R::Inactive => Fault::inactive(),
        // Ids, numbers, memos and keys are made here: a collision is our defect.
        R::BadUid
        | R::Exists
        | R::UidTaken(_)
        | R::MemoTaken
        | R::NoCredential(_)
        | R::SameCredential(_) => Fault::internal(&message),
    }
}

fn from_payment_link(refusal: &payment_link::Refusal, message: String) -> Fault {
    use payment_link::Refusal as R;
    match refusal {
        R::BadAmount => Fault::refused(code::INVALID_AMOUNT, message),
        R::TooLong(_) => Fault::invalid(message),
        R::UnknownMerchant => Fault::unauthorized("Invalid API Key"),
        R::Inactive => Fault::inactive(),
        // Nobody pays through this dialect, and ids, tokens and lifetimes are made here.
        R::BadDuration
        | R::Exists
        | R::Unknown
        | R::AlreadyPaid
        | R::Expired
        | R::OwnLink
        | R::OtherAsset(_)
        | R::NoRate(_)
        | R::NotDue => Fault::internal(&message),
    }
}

fn from_payout(refusal: &payout::Refusal, message: String) -> Fault {
    use payout::Refusal as R;
    match refusal {
        R::BadAmount => Fault::refused(code::INVALID_AMOUNT, message),
        R::MemoTooLong => Fault::invalid(message),
        R::OwnAccount => Fault::invalid("telegram_id is your own account"),
        R::UnknownMerchant => Fault::unauthorized("Invalid API Key"),
        R::Inactive => Fault::inactive(),
        R::Exists | R::BadAssets | R::UnknownRecipient => Fault::internal(&message),
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
        404 => Fault::NotFound(body(code::NOT_FOUND, "Route not found")),
        405 => Fault::MethodNotAllowed(body(code::METHOD_NOT_ALLOWED, "Method not allowed")),
        413 => Fault::TooLarge(body(code::INVALID_REQUEST, "The body is too large")),
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
