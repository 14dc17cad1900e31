//! The only place of our own APIs that knows status codes (`native.md`): a refusal of the books is
//! 422 with its own code; accidents are logged in full and answered without detail.

use std::collections::HashMap;

use domain::Refusal;
use journal::{Failure, Rejection};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use projections::Behind;
use serde_json::Value;

use crate::gateway::NotRegistered;
use crate::links::Unread;
use crate::web::RETRY_AFTER;

/// How every failure is answered.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Error")]
pub(crate) struct ErrorBody {
    pub(crate) error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, Object)]
pub(crate) struct ErrorDetail {
    /// For machines; stable.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
    /// What the code concerns; empty when there is nothing to say.
    pub(crate) details: HashMap<String, Value>,
}

/// A request that failed.
#[derive(Debug, Clone, ApiResponse)]
pub(crate) enum Fault {
    /// The request is malformed.
    #[oai(status = 400)]
    Invalid(Json<ErrorBody>),
    /// No token, or not the right one.
    #[oai(status = 401)]
    Unauthorized(Json<ErrorBody>),
    /// Not there.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// The path exists, the method does not.
    #[oai(status = 405)]
    MethodNotAllowed(Json<ErrorBody>),
    /// The idempotency key was used for another request.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// The body is larger than 1 MiB.
    #[oai(status = 413)]
    TooLarge(Json<ErrorBody>),
    /// The books refuse it; the code is the refusal's.
    #[oai(status = 422)]
    Refused(Json<ErrorBody>),
    /// A failure of ours.
    #[oai(status = 500)]
    Internal(Json<ErrorBody>),
    /// Too busy, or the database is away for a moment.
    #[oai(status = 503)]
    Busy(
        Json<ErrorBody>,
        /// Seconds to wait before trying again.
        #[oai(header = "Retry-After")]
        u64,
    ),
}

fn body(code: &str, message: impl Into<String>) -> Json<ErrorBody> {
    let (code, message, details) = (code.to_owned(), message.into(), HashMap::new());
    Json(ErrorBody { error: ErrorDetail { code, message, details } })
}

impl Fault {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(body("invalid_request", message))
    }

    pub(super) fn unauthorized() -> Self {
        Self::Unauthorized(body("unauthorized", "a valid bearer token is required"))
    }

    pub(super) fn missing(what: &str) -> Self {
        Self::NotFound(body("not_found", format!("{what} not found")))
    }

    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request to our own API failed");
        Self::Internal(body("internal", "internal error"))
    }

    /// What it says to people.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Invalid(body)
            | Self::Unauthorized(body)
            | Self::NotFound(body)
            | Self::MethodNotAllowed(body)
            | Self::Conflict(body)
            | Self::TooLarge(body)
            | Self::Refused(body)
            | Self::Internal(body)
            | Self::Busy(body, _) => body.error.message.clone(),
        }
    }

    pub(super) fn busy(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a request to our own API was put off");
        Self::Busy(body("busy", "please try again"), RETRY_AFTER.as_secs())
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::KeyReused => Self::Conflict(body("conflict", rejection.to_string())),
            Rejection::Failed(Failure::Busy | Failure::Unavailable(_)) => Self::busy(&rejection),
            Rejection::Failed(Failure::TooLarge { .. }) => {
                Self::TooLarge(body("too_large", rejection.to_string()))
            }
            Rejection::Failed(Failure::Corrupt(_)) => Self::internal(&rejection),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let mut answer = body(refusal.code(), refusal.to_string());
        match &refusal {
            Refusal::InsufficientFunds { account, needed, available } => {
                let said = [
                    ("account", account.to_string()),
                    ("needed_units", needed.to_string()),
                    ("available_units", available.to_string()),
                ];
                let said = said.map(|(name, text)| (name.to_owned(), Value::String(text)));
                answer.error.details.extend(said);
                Self::Refused(answer)
            }
            Refusal::Merchant(domain::merchant::Refusal::Unknown)
            | Refusal::Payment(domain::payment::Refusal::Unknown)
            | Refusal::Conversion(domain::conversion::Refusal::Unknown)
            | Refusal::PaymentLink(domain::payment_link::Refusal::Unknown)
            | Refusal::Adjustment(domain::adjustment::Refusal::UnknownOwner) => {
                Self::NotFound(answer)
            }
            Refusal::Undecidable => Self::internal(&refusal),
            Refusal::Merchant(_)
            | Refusal::Payment(_)
            | Refusal::RateLock(_)
            | Refusal::Conversion(_)
            | Refusal::Adjustment(_)
            | Refusal::PaymentLink(_)
            | Refusal::Payout(_)
            | Refusal::Deposit(_)
            | Refusal::TooLarge(_) => Self::Refused(answer),
        }
    }
}

impl From<Behind> for Fault {
    fn from(behind: Behind) -> Self {
        Self::busy(&behind)
    }
}

impl From<projections::Error> for Fault {
    fn from(error: projections::Error) -> Self {
        match error {
            projections::Error::Pool(_) | projections::Error::Database(_) => Self::busy(&error),
            projections::Error::Journal(failure) => failure.into(),
            projections::Error::Malformed(_) | projections::Error::UnknownModel(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Behind(behind) => behind.into(),
            Unread::Failed(error) => error.into(),
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Rejection::Failed(failure).into()
    }
}

impl From<NotRegistered> for Fault {
    fn from(not: NotRegistered) -> Self {
        match not {
            NotRegistered::Rejected(rejection) => rejection.into(),
            NotRegistered::Vault(vault::Error::Cipher) => Self::internal(&vault::Error::Cipher),
            NotRegistered::Vault(error @ (vault::Error::Pool(_) | vault::Error::Database(_))) => {
                Self::busy(&error)
            }
        }
    }
}

/// The framework's own errors, in our form; ours pass as they are.
pub(crate) async fn render(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let message = error.to_string();
    let fault = match error.status().as_u16() {
        404 => Fault::missing("route"),
        405 => Fault::MethodNotAllowed(body("invalid_request", "method not allowed")),
        413 => Fault::TooLarge(body("too_large", "the body is larger than 1 MiB")),
        400..500 => Fault::invalid(message),
        _ => Fault::internal(&message),
    };
    fault.into_response()
}

/// A handler panicked.
pub(super) fn panicked() -> Response {
    Fault::internal(&"a handler panicked").into_response()
}
