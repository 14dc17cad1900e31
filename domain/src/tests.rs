//! A world to test in, and properties of random histories.

mod properties;
mod world;

pub(crate) use world::{World, check, id, lock, merchant, new, pay, receive, register};
