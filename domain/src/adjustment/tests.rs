//! Given, when, then.

use expect_test::expect;

use super::{Command as C, Direction, Post, Target};
use crate::tests::{World, check, id, merchant, register};
use crate::{AdjustmentId, Amount, Command, Name, money};

fn post(change: impl FnOnce(&mut Post)) -> Command {
    let mut post = Post {
        adjustment_id: AdjustmentId(id(9)),
        target: Target::Uid { uid: "uid1".into(), asset: money::TON },
        direction: Direction::Credit,
        amount: Amount::new(5).unwrap(),
        rail: Name::literal("operator"),
        reason: "goodwill".into(),
    };
    change(&mut post);
    Command::Adjustment(C::Post(Box::new(post)))
}

#[test]
fn a_correction_names_its_reason_and_its_other_side() {
    check(
        &World::given([register(1)]),
        &post(|_| {}),
        expect![[r#"
        adjustment.posted {"adjustment_id":"00000000-0000-0000-0000-000000000009","account":"merchant:00000000-0000-0000-0000-000000000001:main:TON","rail":"operator","reason":"goodwill","transfers":[{"debit":"external:operator:TON","credit":"merchant:00000000-0000-0000-0000-000000000001:main:TON","asset":"TON","amount":"5"}]}
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_refusal_is_reached_in_its_order() {
    let world = World::given([register(1)]);
    check(
        &world,
        &post(|p| {
            p.reason = " ".into();
            p.target = Target::Merchant { id: merchant(9), asset: money::TON };
        }),
        expect![[r#"
        bad_reason: the reason must have 1 to 500 characters
    "#]],
    );
    for target in [
        Target::Merchant { id: merchant(9), asset: money::TON },
        Target::Uid { uid: "nobody".into(), asset: money::TON },
        Target::Account(crate::Account::held(merchant(9), money::TON)),
    ] {
        check(
            &world,
            &post(|p| p.target = target),
            expect![[r#"
            not_found: the owner of the account does not exist
        "#]],
        );
    }
    check(
        &world,
        &post(|p| p.target = Target::Account("exchange:NONE".parse().unwrap())),
        expect![[r#"
        unknown_asset: the asset NONE is not known here
    "#]],
    );
    check(
        &World::given([register(1), post(|_| {})]),
        &post(|p| p.amount = Amount::ZERO),
        expect![[r#"
        already_exists: the adjustment exists already
    "#]],
    );
    for pointless in [
        post(|p| p.amount = Amount::ZERO),
        post(|p| p.target = Target::Account("external:operator:TON".parse().unwrap())),
    ] {
        check(
            &world,
            &pointless,
            expect![[r#"
            bad_amount: an adjustment moves a positive amount to or from an account that is not its own other side
        "#]],
        );
    }
    check(
        &world,
        &post(|p| p.direction = Direction::Debit),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:TON has 0 and needs 5 base units
    "#]],
    );
    let most = || {
        post(|p| {
            p.amount = Amount::MAX;
            p.target = Target::Account("exchange:TON".parse().unwrap());
        })
    };
    let mut full = World::given([register(1)]);
    for number in 0..63 {
        full.does(&post(|p| {
            p.adjustment_id = AdjustmentId(id(1000 + number));
            p.amount = Amount::MAX;
            p.target = Target::Account("exchange:TON".parse().unwrap());
        }))
        .unwrap();
    }
    check(
        &full,
        &most(),
        expect![[r#"
        too_large: external:operator:TON cannot take so much
    "#]],
    );
}
