//! One user's story per file.

mod audit;
mod bad_input;
mod convert;
mod crash;
mod deliver;
mod ledger;
mod limits;
mod live;
mod tenants;
