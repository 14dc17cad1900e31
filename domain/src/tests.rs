//! A world to test in, and properties of random histories.

mod properties;
mod world;

pub(crate) use world::{
    World, check, credit, fund, id, link, lock, merchant, new, new_link, order, pay, pay_link,
    person, receive, register, register_person, send,
};
