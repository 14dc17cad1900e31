//! What runs for as long as the program: conversions taking their steps, links expiring,
//! webhooks and messages on
//! their way, rates being asked for.
//! Each can be killed between any two lines and goes on from the log and its tables.

pub(crate) mod conversions;
pub(crate) mod courier;
pub(crate) mod deliveries;
pub(crate) mod links;
pub(crate) mod messages;
pub(crate) mod rates;
