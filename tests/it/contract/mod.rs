//! What every backend of the log promises, what the sequencer makes of it, and the log's bytes.

mod bytes;
mod journal;
mod lossy;
mod sequencer;

use ::journal::{Batch, EVENT_BYTES_MAX, Envelope, Head, Record, Seal};
use domain::{Event, MerchantId, Timestamp, merchant};

/// `count` sealed records after a head; `tag` tells batches apart.
pub(crate) fn batch(head: Head, count: usize, tag: &str) -> Batch {
    let mut seal = Seal { position: head.position, hash: head.hash };
    let records = (0..count).map(|number| {
        let id = MerchantId(uuid::Uuid::new_v4());
        let event =
            Event::Merchant(merchant::Event::Deactivated(merchant::Switched { merchant_id: id }));
        let (kind, payload) = ::journal::encode(&event).unwrap();
        let meta = Envelope { request: Some(format!("{tag}-{number}")), ..Envelope::of("test") };
        let mut record = Record {
            position: 0,
            stream: event.stream().to_string(),
            revision: 1,
            kind,
            recorded_at: Timestamp::from_micros(1_700_000_000_123_456),
            payload,
            meta: serde_json::to_vec(&meta).unwrap(),
            leaf: ::journal::Hash::default(),
            hash: ::journal::Hash::default(),
        };
        seal.seal(&mut record);
        record
    });
    Batch { expected: head.position, records: records.collect() }
}

/// A batch whose only event is larger than any log takes.
pub(crate) fn oversized(head: Head) -> Batch {
    let mut batch = batch(head, 1, "large");
    batch.records[0].payload = vec![b' '; EVENT_BYTES_MAX + 1];
    batch
}
