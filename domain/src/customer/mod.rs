//! A customer is a Telegram user who has been paid here: its account is opened by the first payout,
//! and the first partner who pays it has referred it, for ever (`partner.md` §1.3). It asks for
//! nothing by itself, so there are no commands: its facts come with the payout that causes them.

mod event;

pub use event::{Event, Opened, Referred};
