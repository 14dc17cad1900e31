//! Money that no customer moved: the operator's corrections, and play money in the sandbox. Each
//! names its reason and has its own external account on the other side.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{Command, Direction, Post, Refusal, Target};
pub(crate) use decide::decide;
pub use event::{Event, Posted};
