//! The only place of the dialect that knows status codes. An error is one sentence (`wallet.md` §0);
//! refusals of the books become the sentences of §1 and §2 by exhaustive match.

use domain::{Refusal, merchant, payment_link, payout};
use journal::{Failure, Rejection};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};

/// How every failure is answered.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Error")]
pub(crate) struct ErrorBody {
    /// What went wrong, in a sentence that does not change.
    pub(crate) error: String,
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
    /// Not there.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// The path exists, the method does not.
    #[oai(status = 405)]
    MethodNotAllowed(Json<ErrorBody>),
    /// The body is larger than 1 MiB.
    #[oai(status = 413)]
    TooLarge(Json<ErrorBody>),
    /// Too many requests in this minute, where a limit is set.
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

fn body(sentence: impl Into<String>) -> Json<ErrorBody> {
    Json(ErrorBody { error: sentence.into() })
}

impl Fault {
    pub(super) fn bad(sentence: impl Into<String>) -> Self {
        Self::BadRequest(body(sentence))
    }

    pub(super) fn unauthorized(sentence: &str) -> Self {
        Self::Unauthorized(body(sentence))
    }

    pub(super) fn no_recipient() -> Self {
        Self::NotFound(body("Recipient not found."))
    }

    pub(super) fn too_many(seconds: i64) -> Self {
        Self::TooMany(body("Too many requests."), seconds)
    }

    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a wallet request failed");
        Self::Internal(body("Internal server error."))
    }

    fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a wallet request was put off");
        Self::Unavailable(body("Please try again."), 1)
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::KeyReused => Self::bad("Idempotency key was used with a different request."),
            Rejection::Failed(Failure::Busy | Failure::Unavailable(_)) => {
                Self::unavailable(&rejection)
            }
            Rejection::Failed(Failure::TooLarge { .. }) => {
                Self::TooLarge(body("The request is too large."))
            }
            Rejection::Failed(Failure::Corrupt(_)) => Self::internal(&rejection),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::PaymentLink(refusal) => from_payment_link(&refusal, &message),
            Refusal::Payout(refusal) => from_payout(&refusal, &message),
            // The account ends in an asset whose code the request named.
            Refusal::InsufficientFunds { account, .. } => {
                let id = account.asset();
                let code = super::code(id.as_str());
                Self::bad(format!("Insufficient total {code} balance to cover amount and fee."))
            }
            Refusal::TooLarge(_) => Self::bad("Invalid amount."),
            Refusal::Merchant(merchant::Refusal::Inactive) => {
                Self::unauthorized("Invalid API key.")
            }
            // No wallet request asks for these.
            Refusal::Merchant(_)
            | Refusal::Payment(_)
            | Refusal::RateLock(_)
            | Refusal::Conversion(_)
            | Refusal::Adjustment(_)
            | Refusal::Deposit(_)
            | Refusal::Undecidable => Self::internal(&message),
        }
    }
}

fn from_payment_link(refusal: &payment_link::Refusal, message: &str) -> Fault {
    use payment_link::Refusal as R;
    match refusal {
        R::BadAmount => Fault::bad("Amount must be greater than zero."),
        R::TooLong(_) => Fault::bad("Invalid callback URL."),
        R::UnknownMerchant | R::Inactive => Fault::unauthorized("Invalid API key."),
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

fn from_payout(refusal: &payout::Refusal, message: &str) -> Fault {
    use payout::Refusal as R;
    match refusal {
        R::BadAmount => Fault::bad("Amount must be greater than zero."),
        R::BadAssets => Fault::bad("Unsupported currency code."),
        R::UnknownRecipient => Fault::no_recipient(),
        R::OwnAccount => Fault::bad("You cannot send to yourself."),
        R::UnknownMerchant | R::Inactive => Fault::unauthorized("Invalid API key."),
        R::MemoTooLong | R::Exists => Fault::internal(&message),
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

/// The framework's own errors, in the dialect's form; ours pass as they are.
pub(super) async fn render(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let message = error.to_string();
    let fault = match error.status().as_u16() {
        404 => Fault::NotFound(body("Not found.")),
        405 => Fault::MethodNotAllowed(body("Method not allowed.")),
        413 => Fault::TooLarge(body("The request is too large.")),
        400..500 => Fault::bad("Invalid JSON."),
        _ => Fault::internal(&message),
    };
    fault.into_response()
}

/// A handler panicked.
pub(super) fn panicked() -> Response {
    Fault::internal(&"a handler panicked").into_response()
}
