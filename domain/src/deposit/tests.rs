//! Given, when, then.

use expect_test::expect;

use super::{Command as C, Credit};
use crate::tests::{World, check, credit, id, merchant, register};
use crate::{Amount, Command, DepositId, Name, merchant as m};

fn marked(number: u128, memo: &str) -> Command {
    let (merchant_id, memo) = (merchant(number), memo.to_owned());
    Command::Merchant(m::Command::AssignDepositMemo { merchant_id, memo })
}

fn credited(change: impl FnOnce(&mut Credit)) -> Command {
    let mut new = credit(7, Some("partner_a"), 5);
    change(&mut new);
    Command::Deposit(C::Credit(Box::new(new)))
}

#[test]
fn the_memo_says_whose_it_is_and_the_transaction_counts_once() {
    let mut world = World::given([register(1), marked(1, "partner_a")]);
    check(
        &world,
        &credited(|_| {}),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000007","rail":"tron","tx_id":"tx7","address":"TAddress","memo":"partner_a","merchant_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"5","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"5"}]}
    "#]],
    );
    world.does(&credited(|_| {})).unwrap();
    check(&world, &credited(|new| new.deposit_id = DepositId(id(8))), expect![[""]]);
}

#[test]
fn what_nobody_claims_is_kept_apart() {
    let world = World::given([register(1), marked(1, "partner_a")]);
    check(
        &world,
        &credited(|new| new.memo = Some("partner_b".into())),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000007","rail":"tron","tx_id":"tx7","address":"TAddress","memo":"partner_b","asset":"USDT-TRC20","amount":"5","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"suspense:tron:USDT-TRC20","asset":"USDT-TRC20","amount":"5"}]}
    "#]],
    );
    check(
        &world,
        &credited(|new| new.memo = None),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000007","rail":"tron","tx_id":"tx7","address":"TAddress","asset":"USDT-TRC20","amount":"5","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"suspense:tron:USDT-TRC20","asset":"USDT-TRC20","amount":"5"}]}
    "#]],
    );
}

#[test]
fn every_refusal_is_reached_in_its_order() {
    let mut world = World::given([register(1), marked(1, "partner_a")]);
    check(
        &world,
        &credited(|new| {
            new.amount = Amount::ZERO;
            new.tx_id = String::new();
        }),
        expect![[r#"
            bad_amount: the amount must be greater than zero
        "#]],
    );
    check(
        &world,
        &credited(|new| new.tx_id = "x".repeat(256)),
        expect![[r#"
        bad_reference: the transaction id must have 1 to 255 characters
    "#]],
    );
    check(
        &world,
        &credited(|new| new.address = String::new()),
        expect![[r#"
        bad_reference: the address must have 1 to 255 characters
    "#]],
    );
    check(
        &world,
        &credited(|new| new.asset = Name::literal("NONE")),
        expect![[r#"
        unknown_asset: the asset NONE is not known here
    "#]],
    );
    world.does(&credited(|_| {})).unwrap();
    check(
        &world,
        &credited(|new| new.tx_id = "other".into()),
        expect![[r#"
        already_exists: the deposit exists already
    "#]],
    );
}

#[test]
fn a_memo_is_given_once_and_to_one() {
    let world = World::given([register(1), register(2)]);
    check(
        &world,
        &marked(1, "partner_a"),
        expect![[r#"
        merchant.deposit_memo_assigned {"merchant_id":"00000000-0000-0000-0000-000000000001","memo":"partner_a"}
    "#]],
    );
    check(
        &world,
        &marked(9, "partner_a"),
        expect![[r#"
        not_found: the merchant does not exist
    "#]],
    );
    check(
        &world,
        &marked(1, ""),
        expect![[r#"
            too_long: memo is too long or has a zero character
        "#]],
    );
    let world = World::given([register(1), register(2), marked(1, "partner_a")]);
    check(&world, &marked(1, "partner_b"), expect![[""]]);
    check(
        &world,
        &marked(2, "partner_a"),
        expect![[r#"
        memo_taken: the memo belongs to another merchant
    "#]],
    );
}

#[test]
fn a_memo_that_cannot_be_kept_is_kept_as_far_as_it_goes() {
    let world = World::given([register(1)]);
    check(
        &world,
        &credited(|new| new.memo = Some("a\0b".into())),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000007","rail":"tron","tx_id":"tx7","address":"TAddress","memo":"ab","asset":"USDT-TRC20","amount":"5","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"suspense:tron:USDT-TRC20","asset":"USDT-TRC20","amount":"5"}]}
    "#]],
    );
    let long = credited(|new| new.memo = Some("x".repeat(999)));
    assert!(world.decides(&long).is_ok());
}
