//! What the database does alone: the same append statement at a batch size, and the log read back
//! into a state.

use std::time::{Duration, Instant};

use domain::{Event, MerchantId, PaymentId, Timestamp, Transfer, money, payment};
use journal::{Batch, Envelope, Hash, Journal, Outcome, Record, Replay, Seal, encode, replay};
use uuid::Uuid;

use super::report::{Raw, as_f64};
use crate::books::Books;
use crate::wire;

/// Appends batches of this size for so long. The records are made beforehand, so that nothing but the
/// statement is measured; sealing them is part of making them.
pub(super) async fn appends(books: &Books, size: usize, time: Duration) -> Result<Raw, String> {
    let journal = wire::journal(books);
    let (lease, head) = journal.acquire().await.map_err(|error| error.to_string())?;
    let mut seal = Seal { position: head.position, hash: head.hash };
    let (mut events, mut spent) = (0_u64, Duration::ZERO);
    while spent < time {
        let batch = batch(&mut seal, size)?;
        let started = Instant::now();
        let outcome = journal.append(lease, &batch).await;
        spent += started.elapsed();
        if outcome != Outcome::Appended {
            return Err(format!("a raw append ended in {outcome:?}"));
        }
        events += u64::try_from(size).unwrap_or_default();
    }
    Ok(Raw { batch: size, events_per_second: as_f64(events) / spent.as_secs_f64() })
}

/// Payments like those of the other measurements, of merchants nobody knows.
fn batch(seal: &mut Seal, size: usize) -> Result<Batch, String> {
    let expected = seal.position;
    let meta = serde_json::to_vec(&Envelope::of("bench")).map_err(|error| error.to_string())?;
    let telegram = "external:telegram:STARS".parse().map_err(|_| "no account")?;
    let mut records = Vec::with_capacity(size);
    for _ in 0..size {
        let (merchant_id, payment_id) = (MerchantId(Uuid::new_v4()), PaymentId(Uuid::new_v4()));
        let credit = domain::Account::main(merchant_id, money::STARS);
        let transfer = Transfer::new(telegram, credit, money::stars(100));
        let event = Event::Payment(payment::Event::Received(Box::new(payment::Received {
            payment_id,
            merchant_id,
            amount: money::stars(100),
            telegram_payment_id: format!("raw-{payment_id}"),
            provider_payment_id: None,
            invoice_payload: "bench".to_owned(),
            update_id: None,
            payer: None,
            update_sha256: "00".repeat(32),
            transfers: transfer.into_iter().collect(),
        })));
        let (kind, payload) = encode(&event).map_err(|error| error.to_string())?;
        let mut record = Record {
            position: 0,
            stream: event.stream().to_string(),
            revision: 1,
            kind,
            recorded_at: Timestamp::from_micros(1_800_000_000_000_000),
            payload,
            meta: meta.clone(),
            leaf: Hash::default(),
            hash: Hash::default(),
        };
        seal.seal(&mut record);
        records.push(record);
    }
    Ok(Batch { expected, records })
}

/// Events per second from the log to the state, and how many there were.
pub(super) async fn replay_rate(books: &Books) -> Result<(f64, u64), String> {
    let journal = wire::journal(books);
    let started = Instant::now();
    let replayed = replay(&journal, Replay::Silent, |_| {}).await;
    let events = replayed.map_err(|error| error.to_string())?.seal.position;
    Ok((as_f64(events) / started.elapsed().as_secs_f64(), events))
}
