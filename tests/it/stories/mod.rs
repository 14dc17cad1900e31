//! One user's story per file.

mod audit;
mod bad_input;
mod convert;
mod crash;
mod deliver;
mod deposit;
mod endpoints;
mod ledger;
mod limits;
mod live;
mod overdraw;
mod pages;
mod partner;
mod partner_input;
mod tenants;
mod wallet;
