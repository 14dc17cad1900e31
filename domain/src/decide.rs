//! The one way from a command to facts: the aggregate's rules, then the floors.

use crate::{
    Catalogue, Command, Event, Refusal, State, Timestamp, adjustment, conversion, deposit, fees,
    merchant, payment, payment_link, payout, rate_lock,
};

/// What a decision may know beside the state: all of it comes from outside.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The time the facts will carry.
    pub now: Timestamp,
    /// What a conversion costs.
    pub fees: &'a fees::Schedule,
    /// What a call of the partner API costs.
    pub calls: &'a fees::Calls,
    /// What there are books in.
    pub catalogue: &'a Catalogue,
}

/// The facts that follow from a command, or the refusal. No facts: it is so already.
///
/// The same state, context and command give the same answer, and the state is not touched.
pub fn decide(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    fn all<E>(facts: Vec<E>, wrap: fn(E) -> Event) -> Vec<Event> {
        facts.into_iter().map(wrap).collect()
    }
    let facts = match command {
        Command::Merchant(command) => {
            all(merchant::decide(state, context, command)?, Event::Merchant)
        }
        Command::Payment(command) => all(payment::decide(state, command)?, Event::Payment),
        Command::RateLock(command) => {
            all(rate_lock::decide(state, context, command)?, Event::RateLock)
        }
        Command::Conversion(command) => conversion::decide(state, context, command)?,
        Command::Adjustment(command) => {
            all(adjustment::decide(state, context, command)?, Event::Adjustment)
        }
        Command::PaymentLink(command) => {
            all(payment_link::decide(state, context, command)?, Event::PaymentLink)
        }
        Command::Payout(command) => payout::decide(state, context, command)?,
        Command::Deposit(command) => deposit::decide(state, context, command)?,
    };
    state.balances().check(facts.iter().flat_map(Event::transfers).copied())?;
    Ok(facts)
}
