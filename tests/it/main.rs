//! The gateway from outside: stories through HTTP against the real program on a real PostgreSQL,
//! contracts that every backend keeps, specifications, and the house's own order.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod contract;
mod harness;
mod specs;
mod stories;
mod tidy;
