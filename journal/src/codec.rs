//! Facts to bytes and back. A type without a suffix is version 1; `name@2` is version 2. Payloads
//! of older versions are lifted step by step to today's before they are read; what is unknown is an
//! error, never skipped.

use domain::Event;
use serde_json::Value;

/// How one version of a payload becomes the next.
#[derive(Debug, Clone, Copy)]
pub struct Upcast {
    /// The type's name, without version.
    pub name: &'static str,
    /// The version it starts from.
    pub from: u32,
    /// What changes.
    pub lift: fn(Value) -> Option<Value>,
}

/// Every lift there is, oldest first. All types are at version 1.
const UPCASTS: &[Upcast] = &[];

/// A record that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// No such type, or a version from the future.
    #[error("the event type {0} is unknown")]
    UnknownType(String),
    /// The payload is not what its type says.
    #[error("the payload is not that of {kind}: {reason}")]
    BadPayload {
        /// The type.
        kind: String,
        /// What is wrong.
        reason: String,
    },
}

/// Type and payload of a fact, as they go into the log.
pub fn encode(event: &Event) -> Result<(String, Vec<u8>), Undecodable> {
    let name = event.type_name();
    let version = current(name, UPCASTS);
    let kind = if version == 1 { name.to_owned() } else { format!("{name}@{version}") };
    match serde_json::to_vec(event) {
        Ok(payload) => Ok((kind, payload)),
        Err(error) => Err(Undecodable::BadPayload { kind, reason: error.to_string() }),
    }
}

/// The fact in a payload of this type.
pub fn decode(kind: &str, payload: &[u8]) -> Result<Event, Undecodable> {
    decode_with(kind, payload, UPCASTS)
}

/// [`decode`], with lifts of the caller's.
pub fn decode_with(kind: &str, payload: &[u8], lifts: &[Upcast]) -> Result<Event, Undecodable> {
    let bad = |reason: String| Undecodable::BadPayload { kind: kind.to_owned(), reason };
    let unknown = || Undecodable::UnknownType(kind.to_owned());
    let (name, version) = split_type(kind).ok_or_else(unknown)?;
    let current = current(name, lifts);
    if version > current {
        return Err(unknown());
    }
    if version == current {
        let mut reader = serde_json::Deserializer::from_slice(payload);
        let event =
            Event::deserialize(name, &mut reader).map_err(|error| bad(error.to_string()))?;
        let event = event.ok_or_else(unknown)?;
        reader.end().map_err(|error| bad(error.to_string()))?;
        return Ok(event);
    }
    let mut value: Value =
        serde_json::from_slice(payload).map_err(|error| bad(error.to_string()))?;
    for from in version..current {
        let lift = lifts.iter().find(|lift| lift.name == name && lift.from == from);
        let lift = lift.ok_or_else(unknown)?.lift;
        value = lift(value).ok_or_else(|| bad(format!("version {from} lacks a field")))?;
    }
    let event = Event::deserialize(name, value).map_err(|error| bad(error.to_string()))?;
    event.ok_or_else(unknown)
}

/// Name and version of a type as it stands in the log; `None` if it is not written so.
pub fn split_type(kind: &str) -> Option<(&str, u32)> {
    match kind.split_once('@') {
        None => Some((kind, 1)),
        Some((name, version)) => {
            let number = version.parse().ok().filter(|number| *number > 1)?;
            (version == u32::to_string(&number)).then_some((name, number))
        }
    }
}

/// The version written today.
fn current(name: &str, lifts: &[Upcast]) -> u32 {
    let last = lifts.iter().filter(|lift| lift.name == name).map(|lift| lift.from).max();
    last.unwrap_or(0).saturating_add(1)
}
