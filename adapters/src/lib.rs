//! The outside world, behind ports: networks, webhook endpoints, exchange rates, Fragment. The only room with
//! an HTTP client. Nothing here decides, and nothing here knows the log.

pub mod chain;
pub mod courier;
pub mod fragment;
pub mod rates;
pub mod telegram;

/// The outside did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Outage {
    /// What happened, for operators.
    pub reason: String,
    /// Would the same request make sense later?
    pub retryable: bool,
}
