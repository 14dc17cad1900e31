//! Given, when, then.

use expect_test::expect;

use crate::tests::{World, check, id, lock, merchant, register};
use crate::{Command, RateLockId, money, rate_lock};

fn asked(stars: u64, seconds: i64, rate: &str) -> Command {
    Command::RateLock(rate_lock::Command::Lock {
        rate_lock_id: RateLockId(id(5)),
        merchant_id: merchant(1),
        stars,
        target: money::TON,
        base_rate: rate.parse().unwrap(),
        seconds,
    })
}

#[test]
fn a_lock_promises_the_rate_less_telegrams_share() {
    check(
        &World::given([register(1)]),
        &asked(1000, 300, "0.001"),
        expect![[r#"
            rate_lock.locked {"rate_lock_id":"00000000-0000-0000-0000-000000000005","merchant_id":"00000000-0000-0000-0000-000000000001","source_amount":"1000000","target":"TON","base_rate":"0.001","exchange_rate":"0.00099","locked_until":"1970-01-01T00:05:00.000000Z"}
        "#]],
    );
}

#[test]
fn every_refusal_is_reached_in_its_order() {
    let nobody = World::default();
    let world = World::given([register(1)]);
    check(
        &nobody,
        &asked(1, 1, "0.001"),
        expect![[r#"
        merchant_not_found: the merchant does not exist
    "#]],
    );
    check(
        &World::given([register(1), lock(5, 1)]),
        &asked(1, 1, "0.001"),
        expect![[r#"
        already_exists: the rate lock exists already
    "#]],
    );
    check(
        &world,
        &asked(999, 1, "0.001"),
        expect![[r#"
        below_minimum: a conversion takes at least 1000 Stars
    "#]],
    );
    check(
        &world,
        &asked(1_000_000_000_001, 1, "0.001"),
        expect![[r#"
        above_maximum: a conversion takes at most 1000000000000 Stars
    "#]],
    );
    for seconds in [59, 601] {
        check(
            &world,
            &asked(1000, seconds, "0.00000000000001"),
            expect![[r#"
            bad_duration: durationSeconds must be between 60 and 600
        "#]],
        );
    }
    check(
        &world,
        &asked(1000, 60, "0.00000000000001"),
        expect![[r#"
        bad_rate: the rate cannot be used
    "#]],
    );
}
