//! Given, when, then.

use expect_test::expect;

use super::{Command as C, Create, Step};
use crate::tests::{World, check, id, lock, merchant, pay, register};
use crate::{Account, Command, ConversionId, PaymentId, RateLockId, adjustment, money};

fn create(payments: &[u128], lock: Option<u128>) -> Command {
    created(|create| {
        create.payment_ids = payments.iter().map(|n| PaymentId(id(*n))).collect();
        create.rate_lock_id = lock.map(|n| RateLockId(id(n)));
    })
}

fn created(change: impl FnOnce(&mut Create)) -> Command {
    let mut create = Create {
        conversion_id: ConversionId(id(100)),
        merchant_id: merchant(1),
        payment_ids: vec![PaymentId(id(10)), PaymentId(id(11))],
        target: money::TON,
        base_rate: "0.001".parse().unwrap(),
        rate_lock_id: None,
    };
    change(&mut create);
    Command::Conversion(C::Create(Box::new(create)))
}

fn step(step: Step) -> Command {
    Command::Conversion(C::Advance { conversion_id: ConversionId(id(100)), step })
}

fn commit() -> Command {
    step(Step::Commit { fragment_tx_id: "frag".into(), ton_tx_hash: "hash".into() })
}

fn fail(reason: &str) -> Command {
    let conversion_id = ConversionId(id(100));
    Command::Conversion(C::Fail { conversion_id, reason: reason.into() })
}

/// Two merchants; the first has payments of 3000 and 2000 Stars and a lock of number 50.
fn given(more: impl IntoIterator<Item = Command>) -> World {
    let start = [register(1), register(2), pay(10, 1, 3000), pay(11, 1, 2000), lock(50, 1)];
    World::given(start.into_iter().chain(more))
}

fn balance(world: &World, account: &str) -> i128 {
    world.state.balances().get(&account.parse::<Account>().unwrap()).net()
}

#[test]
fn a_creation_holds_the_stars_and_uses_the_lock() {
    check(
        &given([]),
        &create(&[10, 11], Some(50)),
        expect![[r#"
            conversion.created {"conversion_id":"00000000-0000-0000-0000-000000000064","merchant_id":"00000000-0000-0000-0000-000000000001","payment_ids":["00000000-0000-0000-0000-00000000000a","00000000-0000-0000-0000-00000000000b"],"source_amount":"5000000","target":"TON","target_amount":"4950000000","base_rate":"0.001","exchange_rate":"0.00099","rate_lock_id":"00000000-0000-0000-0000-000000000032","telegram_fee":"50000","fragment_fee":"25000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:STARS","credit":"merchant:00000000-0000-0000-0000-000000000001:main:held:STARS","asset":"STARS","amount":"5000000"}]}
            payment.conversion_started {"payment_id":"00000000-0000-0000-0000-00000000000a","merchant_id":"00000000-0000-0000-0000-000000000001","conversion_id":"00000000-0000-0000-0000-000000000064"}
            payment.conversion_started {"payment_id":"00000000-0000-0000-0000-00000000000b","merchant_id":"00000000-0000-0000-0000-000000000001","conversion_id":"00000000-0000-0000-0000-000000000064"}
            rate_lock.consumed {"rate_lock_id":"00000000-0000-0000-0000-000000000032","merchant_id":"00000000-0000-0000-0000-000000000001","conversion_id":"00000000-0000-0000-0000-000000000064"}
        "#]],
    );
}

#[test]
fn the_phases_post_the_table_of_the_specification() {
    let mut world = given([create(&[10, 11], Some(50)), step(Step::LockRate), step(Step::Prepare)]);
    let [main, held] = ["main", "main:held"].map(|p| format!("merchant:{}:{p}", merchant(1)));
    assert_eq!(balance(&world, &format!("{held}:STARS")), 5_000_000);
    world.does(&commit()).unwrap();
    assert_eq!(balance(&world, &format!("{held}:STARS")), 0);
    assert_eq!(balance(&world, "fees:telegram:STARS"), 50_000);
    assert_eq!(balance(&world, "fees:fragment:STARS"), 25_000);
    assert_eq!(balance(&world, "exchange:STARS"), 4_925_000);
    world.does(&step(Step::Confirm)).unwrap();
    assert_eq!(balance(&world, &format!("{held}:TON")), 4_950_000_000);
    assert_eq!(balance(&world, "exchange:TON"), -4_950_000_000);
    let last = world.does(&step(Step::Complete)).unwrap();
    assert_eq!(last.len(), 3, "both payments are converted with it");
    assert_eq!(balance(&world, &format!("{main}:TON")), 4_950_000_000);
    assert_eq!(world.state.running_conversions().count(), 0);
}

#[test]
fn a_failure_undoes_whatever_was_posted() {
    let steps = [step(Step::Prepare), commit(), step(Step::Confirm)];
    for taken in 0..=steps.len() {
        let start = std::iter::once(create(&[10, 11], None));
        let mut world = given(start.chain(steps.iter().take(taken).cloned()));
        world.does(&fail("no luck")).unwrap();
        for (account, balance) in world.state.balances().sorted() {
            let spendable = account == Account::main(merchant(1), money::STARS);
            let telegram = account.to_string() == "external:telegram:STARS";
            let expected = if spendable {
                5_000_000
            } else if telegram {
                -5_000_000
            } else {
                0
            };
            assert_eq!(balance.net(), expected, "{account} after {taken} steps");
        }
        world.does(&created(|c| c.conversion_id = ConversionId(id(101)))).unwrap();
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn creation_is_refused_in_the_order_of_the_specification() {
    let bad = expect![[r#"
        bad_payments: a conversion takes 1 to 1000 different payments
    "#]];
    check(&given([]), &create(&[], None), &bad);
    check(&given([]), &create(&[10, 10], None), &bad);
    check(&given([]), &create(&(0..1001).collect::<Vec<_>>(), None), bad);
    check(
        &given([create(&[10], None)]),
        &create(&[99], None),
        expect![[r#"
        already_exists: the conversion exists already
    "#]],
    );
    let unknown = expect![[r#"
        payment_not_found: Payment not found
    "#]];
    check(&given([]), &create(&[10, 99], None), &unknown);
    check(&given([pay(12, 2, 5000)]), &create(&[12], None), unknown);
    let again = |payments: &[u128]| {
        let payments: Vec<_> = payments.iter().map(|n| PaymentId(id(*n))).collect();
        created(|c| {
            c.conversion_id = ConversionId(id(101));
            c.payment_ids = payments;
        })
    };
    check(
        &given([create(&[10], None)]),
        &again(&[11, 10]),
        expect![[r#"
        conversion_in_progress: a payment is part of a conversion in progress
    "#]],
    );
    let done = [
        create(&[10], None),
        step(Step::Prepare),
        commit(),
        step(Step::Confirm),
        step(Step::Complete),
    ];
    check(
        &given(done),
        &again(&[10]),
        expect![[r#"
        payment_not_received: a payment that is converted cannot be converted
    "#]],
    );
    check(
        &given([pay(12, 1, 999)]),
        &create(&[12], Some(99)),
        expect![[r#"
        below_minimum: a conversion takes at least 1000 Stars
    "#]],
    );
    check(
        &given([lock(51, 2)]),
        &create(&[10], Some(51)),
        expect![[r#"
        rate_lock_not_found: Rate lock not found
    "#]],
    );
    let mut late = given([]);
    late.now = 60;
    assert!(late.decides(&create(&[10], Some(50))).is_ok(), "the last instant counts");
    late.now = 61;
    check(
        &late,
        &create(&[10], Some(50)),
        expect![[r#"
        rate_lock_expired: the rate lock has expired
    "#]],
    );
    let used = given([create(&[10], Some(50))]);
    let second = created(|c| {
        c.conversion_id = ConversionId(id(101));
        c.payment_ids = vec![PaymentId(id(11))];
        c.rate_lock_id = Some(RateLockId(id(50)));
    });
    check(
        &used,
        &second,
        expect![[r#"
        rate_lock_consumed: the rate lock was used before
    "#]],
    );
    let dollars = created(|c| {
        c.target = crate::Name::literal("USD");
        c.rate_lock_id = Some(RateLockId(id(50)));
    });
    check(
        &given([]),
        &dollars,
        expect![[r#"
        rate_lock_for_other_currency: the rate lock is for TON
    "#]],
    );
    check(
        &given([]),
        &created(|c| c.target = crate::Name::literal("NONE")),
        expect![[r#"
        bad_rate: the rate cannot be used
    "#]],
    );
    let taken = Command::Adjustment(adjustment::Command::Post(Box::new(adjustment::Post {
        adjustment_id: crate::AdjustmentId(id(1)),
        target: adjustment::Target::Merchant { id: merchant(1), asset: money::STARS },
        direction: adjustment::Direction::Debit,
        amount: crate::Amount::new(1).unwrap(),
        rail: crate::Name::literal("operator"),
        reason: "refund".into(),
    })));
    check(
        &given([taken]),
        &create(&[10, 11], None),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:STARS has 4999999 and needs 5000000 base units
    "#]],
    );
}

#[test]
fn steps_come_in_order_and_ends_are_ends() {
    check(
        &given([]),
        &step(Step::Prepare),
        expect![[r#"
        not_found: Conversion not found
    "#]],
    );
    check(
        &given([]),
        &fail("x"),
        expect![[r#"
        not_found: Conversion not found
    "#]],
    );
    check(
        &given([create(&[10], Some(50))]),
        &step(Step::Prepare),
        expect![[r#"
        not_next: a conversion that is pending cannot become phase1_prepared
    "#]],
    );
    check(
        &given([create(&[10], None)]),
        &step(Step::LockRate),
        expect![[r#"
        not_next: a conversion that is pending cannot become rate_locked
    "#]],
    );
    check(
        &given([create(&[10], None)]),
        &fail(" "),
        expect![[r#"
        bad_reason: the reason must have 1 to 500 characters
    "#]],
    );
    let failed = given([create(&[10], None), fail("x")]);
    check(
        &failed,
        &fail("y"),
        expect![[r#"
        not_next: a conversion that is failed cannot become failed
    "#]],
    );
    check(
        &failed,
        &step(Step::Prepare),
        expect![[r#"
        not_next: a conversion that is failed cannot become phase1_prepared
    "#]],
    );
}
