//! One suite for all backends of the log.

use std::sync::Arc;
use std::time::Duration;

use journal::memory::Memory;
use journal::postgres::Postgres;
use journal::{Batch, Failure, Journal, Lease, Outcome, Settled, append_surely};

use super::lossy::{Fate, Lossy};
use super::{batch, oversized};
use crate::harness::{Database, database};

const PATIENCE: Duration = Duration::from_secs(10);

/// The suite, on a log nobody has used.
async fn keeps_the_contract<J: Journal>(log: Arc<J>) {
    let (lease, head) = log.acquire().await.unwrap();
    assert_eq!((head.position, lease.epoch), (0, 1));

    // Exactly at the head, or not at all; what was written is read back byte for byte, in order.
    let first = batch(head, 3, "first");
    assert_eq!(log.append(lease, &first).await, Outcome::Appended);
    assert_eq!(log.read(0, 10).await.unwrap(), first.records);
    assert_eq!(log.read(1, 1).await.unwrap(), first.records[1..2]);
    assert_eq!(log.append(lease, &batch(head, 1, "stale")).await, Outcome::Refused);
    let head = log.head().await.unwrap();
    assert_eq!((head.position, head.hash), (3, first.records[2].hash));
    let ahead = Batch { expected: 4, ..batch(head, 1, "ahead") };
    assert_eq!(log.append(lease, &ahead).await, Outcome::Refused);

    // The same append again is recognized as done, not done again.
    assert_eq!(append_surely(log.as_ref(), lease, &first, PATIENCE).await, Settled::Appended);
    let behind = batch(journal::Head::default(), 1, "behind");
    assert_eq!(append_surely(log.as_ref(), lease, &behind, PATIENCE).await, Settled::Conflict);
    assert_eq!(log.head().await.unwrap().position, 3);

    // Too large is refused before anything is written.
    let large = log.append(lease, &oversized(head)).await;
    assert!(matches!(large, Outcome::Failed(Failure::TooLarge { .. })), "{large:?}");

    in_doubt(log.clone(), lease).await;
    race(log.clone(), lease).await;

    let head = log.head().await.unwrap();
    let many = batch(head, 3_000, "many");
    assert_eq!(log.append(lease, &many).await, Outcome::Appended);
    assert_eq!(log.read(head.position, 5_000).await.unwrap(), many.records);

    // Whoever acquires last writes; the one before is told so, whatever it believes.
    let (next, head) = log.acquire().await.unwrap();
    assert_eq!(next.epoch, 2);
    let late = batch(head, 1, "late");
    assert_eq!(log.append(lease, &late).await, Outcome::Refused);
    assert_eq!(append_surely(log.as_ref(), lease, &late, PATIENCE).await, Settled::Fenced);
    assert_eq!(log.append(next, &late).await, Outcome::Appended);
    // Even a deposed writer may answer for what it wrote.
    assert_eq!(append_surely(log.as_ref(), lease, &late, PATIENCE).await, Settled::Appended);
}

/// A lost reply ends in one copy, in whatever order the tries land.
async fn in_doubt<J: Journal>(log: Arc<J>, lease: Lease) {
    for fates in [
        &[Fate::ReplyLost][..],
        &[Fate::RequestLost],
        &[Fate::LandsLate],
        &[Fate::RequestLost, Fate::LandsLate, Fate::ReplyLost],
    ] {
        let head = log.head().await.unwrap();
        let lossy = Lossy::new(log.clone(), fates);
        let wanted = batch(head, 2, "doubt");
        assert_eq!(append_surely(&lossy, lease, &wanted, PATIENCE).await, Settled::Appended);
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(log.read(head.position, 10).await.unwrap(), wanted.records, "{fates:?}");
    }
}

/// Writers that do not know of each other: some win, none leaves a gap.
async fn race<J: Journal>(log: Arc<J>, lease: Lease) {
    let start = log.head().await.unwrap().position;
    let writers = (0..3).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            let mut won = 0;
            for _ in 0..60 {
                let head = log.head().await.unwrap();
                let one = batch(head, 1, &format!("writer{writer}"));
                won += u64::from(log.append(lease, &one).await == Outcome::Appended);
            }
            won
        })
    });
    let mut won = 0;
    for writer in writers.collect::<Vec<_>>() {
        won += writer.await.unwrap();
    }
    let head = log.head().await.unwrap();
    assert_eq!(head.position, start + won);
    let all = log.read(start, 1_000).await.unwrap();
    let mut seal =
        journal::Seal { position: start, hash: log.read(start - 1, 1).await.unwrap()[0].hash };
    all.iter().for_each(|record| seal.follow(record).unwrap());
    assert_eq!((seal.position, seal.hash), (head.position, head.hash));
}

async fn postgres() -> (Database, Arc<Postgres>) {
    let database = database().await;
    database.migrate();
    let log = Arc::new(Postgres::new(database.config.clone(), database.pool.clone()));
    (database, log)
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    keeps_the_contract(Arc::new(Memory::default())).await;
}

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let (_database, log) = postgres().await;
    keeps_the_contract(log).await;
}

/// The reply is lost while the transaction is still open on the server: the repetition waits for it,
/// whichever way it ends.
#[tokio::test]
async fn a_repetition_waits_for_an_open_transaction() {
    for commits in [true, false] {
        let (database, log) = postgres().await;
        let (lease, head) = log.acquire().await.unwrap();
        let wanted = batch(head, 1, "open");
        let record = &wanted.records[0];
        let zombie = database.pool.get().await.unwrap();
        zombie.batch_execute("BEGIN").await.unwrap();
        let moved = "UPDATE journal.head SET position = 1, hash = $1 WHERE position = 0";
        zombie.execute(moved, &[&record.hash.0.as_slice()]).await.unwrap();
        let insert = "INSERT INTO journal.events VALUES (1, $1, 1, $2, \
             'epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4, $5, $6, $7)";
        let (leaf, hash) = (record.leaf.0.as_slice(), record.hash.0.as_slice());
        let at = record.recorded_at.micros();
        zombie
            .execute(
                insert,
                &[&record.stream, &record.kind, &at, &record.payload, &record.meta, &leaf, &hash],
            )
            .await
            .unwrap();
        assert!(log.read(0, 10).await.unwrap().is_empty(), "not there, which proves nothing");
        let again = tokio::spawn({
            let (log, wanted) = (log.clone(), wanted.clone());
            async move { append_surely(log.as_ref(), lease, &wanted, PATIENCE).await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!again.is_finished(), "it waits");
        zombie.batch_execute(if commits { "COMMIT" } else { "ROLLBACK" }).await.unwrap();
        assert_eq!(again.await.unwrap(), Settled::Appended);
        assert_eq!(log.read(0, 10).await.unwrap(), wanted.records, "one copy");
    }
}

/// Every statement of every room is one the schema understands.
#[tokio::test]
async fn every_statement_prepares() {
    let (database, _) = postgres().await;
    let client = database.pool.get().await.unwrap();
    let all = journal::postgres::STATEMENTS
        .into_iter()
        .chain(projections::balances::STATEMENTS)
        .chain(projections::entries::STATEMENTS)
        .chain(projections::merchants::STATEMENTS)
        .chain(projections::payments::STATEMENTS)
        .chain(projections::conversions::STATEMENTS)
        .chain(projections::deliveries::STATEMENTS)
        .chain(projections::rate_locks::STATEMENTS)
        .chain(projections::fees::STATEMENTS)
        .chain(projections::stats_daily::STATEMENTS)
        .chain(projections::payment_links::STATEMENTS)
        .chain(projections::payouts::STATEMENTS)
        .chain(projections::deposits::STATEMENTS)
        .chain(projections::customers::STATEMENTS)
        .chain(projections::referrals::STATEMENTS)
        .chain(projections::transactions::STATEMENTS)
        .chain(projections::holdings::STATEMENTS)
        .chain(projections::messages::STATEMENTS);
    for statement in all {
        client.prepare(statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
}
