//! Programs under test: one PostgreSQL for all tests, one gateway per test, a place for webhooks.

mod app;
mod client;
mod database;
mod hooks;
mod partner;

pub(crate) use app::{App, audit, program};
pub(crate) use client::{Answer, Bot};
pub(crate) use database::{Database, database};
pub(crate) use hooks::Hooks;
pub(crate) use partner::{Partner, fund, node_believes, pay};
