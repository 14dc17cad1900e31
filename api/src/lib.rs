//! Answers: one folder per dialect, six files each, and our own APIs. The only room that speaks
//! HTTP to callers. A handler parses, executes and renders; decisions are the domain's, and nothing
//! here calls the outside world.

mod checkout;
mod gateway;
mod js;
mod json;
mod limiter;
mod links;
mod number;
mod page;
mod spec;
mod web;

pub mod native;
pub mod partner;
pub mod stars;
pub mod wallet;
pub mod webhooks;

pub use gateway::{
    Gateway, Limits, Mode, Network, Networks, Rates, SandboxStore, Sending, Sent, Settings,
    Storing, Unsent,
};
pub use limiter::Limiter;
pub use number::js_number;
pub use spec::{DIALECTS, documents};
pub use web::routes;

/// Largest request body. Units: bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
