//! The one writer: batches, refuses, remembers, survives.

use std::sync::Arc;
use std::time::Duration;

use domain::merchant::{self, Register};
use domain::payment::{self, Receive};
use domain::{Command, Context, Event, MerchantId, PaymentId, Refusal, State};
use journal::memory::Memory;
use journal::{
    Envelope, Failure, Handle, IdempotencyKey, Journal, Rejection, Replay, Sequencer, Settings,
    Stopped, replay,
};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::batch;
use super::lossy::{Fate, Lossy};

async fn open<J: Journal>(log: Arc<J>, settings: Settings) -> (Handle, JoinHandle<Stopped>) {
    let (sequencer, handle) = Sequencer::open(log, settings, vec![]).await.unwrap();
    (handle, tokio::spawn(sequencer.run()))
}

fn register(id: Uuid) -> Command {
    Command::Merchant(merchant::Command::Register(Box::new(Register {
        merchant_id: MerchantId(id),
        uid: id.to_string(),
        name: "Shop".into(),
        description: None,
        username: None,
        telegram_id: None,
        webhook_url: None,
        fee_percent: domain::fees::Schedule::default().network,
        scopes: vec![],
        credentials: vec![],
        plan: None,
    })))
}

fn pay(merchant: Uuid, charge: &str) -> Command {
    Command::Payment(payment::Command::Receive(Box::new(Receive {
        payment_id: PaymentId(Uuid::new_v4()),
        merchant_id: MerchantId(merchant),
        stars: 5,
        telegram_payment_id: charge.into(),
        provider_payment_id: None,
        invoice_payload: "order".into(),
        update_id: None,
        payer: None,
        update_sha256: String::new(),
    })))
}

fn keyed(key: &str, fingerprint: &str) -> Envelope {
    let idempotency = Some(IdempotencyKey { key: key.into(), fingerprint: fingerprint.into() });
    Envelope { idempotency, ..Envelope::of("test") }
}

async fn burst(handle: &Handle, merchant: Uuid, count: usize) {
    let tasks: Vec<_> = (0..count)
        .map(|number| {
            let (handle, command) = (handle.clone(), pay(merchant, &format!("c{number}")));
            tokio::spawn(async move { handle.execute(command, Envelope::of("test")).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_was_answered_is_in_the_log_and_gives_the_state() {
    let log = Arc::new(Memory::default());
    let (handle, running) = open(log.clone(), Settings::default()).await;
    let merchant = Uuid::new_v4();
    handle.execute(register(merchant), Envelope::of("test")).await.unwrap();
    burst(&handle, merchant, 500).await;
    let again = handle.execute(pay(merchant, "c7"), Envelope::of("test")).await.unwrap();
    assert!(again.facts.is_empty(), "it was so already");
    assert_eq!(*handle.head().borrow(), 501);
    drop(handle);
    assert_eq!(running.await.unwrap(), Stopped::Closed);
    let ledger = replay(&log, Replay::Silent, |_| {}).await.unwrap();
    let account = domain::Account::main(MerchantId(merchant), domain::money::STARS);
    assert_eq!(ledger.state.balances().get(&account).net(), 500 * 5_000);
}

#[tokio::test]
async fn losing_every_other_reply_changes_nothing() {
    let log = Arc::new(Memory::default());
    let fates = [Fate::ReplyLost, Fate::RequestLost, Fate::LandsLate].repeat(3);
    let lossy = Arc::new(Lossy::new(log.clone(), &fates));
    let (handle, _) = open(lossy, Settings::default()).await;
    let merchant = Uuid::new_v4();
    handle.execute(register(merchant), Envelope::of("test")).await.unwrap();
    burst(&handle, merchant, 50).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(log.head().await.unwrap().position, 51);
    replay(&log, Replay::Silent, |_| {}).await.unwrap();
}

#[tokio::test]
async fn a_key_is_used_once_for_ever() {
    let log = Arc::new(Memory::default());
    let (handle, _) = open(log.clone(), Settings::default()).await;
    let (id, other) = (Uuid::new_v4(), Uuid::new_v4());
    let envelope = || keyed("k", "f");
    let (a, b) = tokio::join!(
        handle.execute(register(id), envelope()),
        handle.execute(register(other), envelope())
    );
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!((a.replayed, b.replayed, &a.facts), (false, true, &b.facts));
    let reused = handle.execute(register(other), keyed("k", "g")).await;
    assert_eq!(reused, Err(Rejection::KeyReused));
    let (handle, _) = open(log, Settings::default()).await;
    let later = handle.execute(register(other), envelope()).await.unwrap();
    assert_eq!((later.replayed, &later.facts), (true, &a.facts));
}

#[tokio::test]
async fn a_full_queue_turns_away_before_it_accepts() {
    let log = Arc::new(Memory::default());
    let settings = Settings { queue: 4, ..Settings::default() };
    let (sequencer, handle) = Sequencer::open(log.clone(), settings, vec![]).await.unwrap();
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let handle = handle.clone();
            tokio::spawn(async move {
                handle.execute(register(Uuid::new_v4()), Envelope::of("t")).await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    tokio::spawn(sequencer.run());
    let (mut done, mut busy) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(rejection) => {
                assert_eq!(rejection, Rejection::Failed(Failure::Busy));
                busy += 1;
            }
        }
    }
    assert_eq!((done, busy), (4, 6));
    assert_eq!(log.head().await.unwrap().position, 4, "what was turned away left no trace");
}

fn panics_on_settling(
    state: &State,
    context: &Context<'_>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    assert!(!matches!(command, Command::Payment(payment::Command::Settle { .. })), "poison");
    journal::decide_purely(state, context, command)
}

#[tokio::test]
async fn a_panic_in_a_decision_is_a_refusal() {
    let log = Arc::new(Memory::default());
    let settings = Settings { decide: panics_on_settling, ..Settings::default() };
    let (handle, _) = open(log.clone(), settings).await;
    let poison = Command::Payment(payment::Command::Settle { payment_id: PaymentId(Uuid::nil()) });
    let refused = handle.execute(poison, Envelope::of("test")).await;
    assert_eq!(refused, Err(Rejection::Refused(Refusal::Undecidable)));
    handle.execute(register(Uuid::new_v4()), Envelope::of("test")).await.unwrap();
    assert_eq!(log.head().await.unwrap().position, 1);
}

#[tokio::test]
async fn a_log_that_moved_without_us_is_read_again() {
    let log = Arc::new(Memory::default());
    let (handle, _) = open(log.clone(), Settings::default()).await;
    handle.execute(register(Uuid::new_v4()), Envelope::of("test")).await.unwrap();
    let head = log.head().await.unwrap();
    let lease = journal::Lease { epoch: head.epoch };
    let mut foreign = batch(head, 1, "foreign");
    // Later than the sequencer's clock would say, as a restored backup may be.
    foreign.records[0].recorded_at = domain::Timestamp::from_micros(4_000_000_000_000_000);
    let mut seal = journal::Seal { position: head.position, hash: head.hash };
    seal.seal(&mut foreign.records[0]);
    assert_eq!(log.append(lease, &foreign).await, journal::Outcome::Appended);
    let facts = handle.execute(register(Uuid::new_v4()), Envelope::of("test")).await.unwrap();
    assert_eq!(facts.position(), Some(3));
    assert_eq!(facts.first().unwrap().1, foreign.records[0].recorded_at, "time never goes back");
    replay(&log, Replay::Silent, |_| {}).await.unwrap();
}

#[tokio::test]
async fn a_deposed_writer_stops_and_acknowledges_nothing() {
    let log = Arc::new(Memory::default());
    let (old, running) = open(log.clone(), Settings::default()).await;
    let (new, _) = open(log.clone(), Settings::default()).await;
    let late = old.execute(register(Uuid::new_v4()), Envelope::of("test")).await;
    assert!(matches!(late, Err(Rejection::Failed(Failure::Unavailable(_)))), "{late:?}");
    assert_eq!(running.await.unwrap(), Stopped::Deposed);
    new.execute(register(Uuid::new_v4()), Envelope::of("test")).await.unwrap();
    assert_eq!(log.head().await.unwrap().position, 1);
}
