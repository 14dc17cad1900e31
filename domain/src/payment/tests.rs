//! Given, when, then.

use expect_test::expect;

use crate::tests::{World, check, id, pay, receive, register};
use crate::{Command, PaymentId, payment};

fn settle(number: u128) -> Command {
    Command::Payment(payment::Command::Settle { payment_id: PaymentId(id(number)) })
}

fn received(change: impl FnOnce(&mut payment::Receive)) -> Command {
    let mut receive = receive(7, 1, 1000);
    change(&mut receive);
    Command::Payment(payment::Command::Receive(Box::new(receive)))
}

#[test]
fn stars_are_credited_in_base_units() {
    check(
        &World::given([register(1)]),
        &pay(7, 1, 1000),
        expect![[r#"
            payment.received {"payment_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","amount":"1000000","telegram_payment_id":"charge7","invoice_payload":"order","update_sha256":"ab","transfers":[{"debit":"external:telegram:STARS","credit":"merchant:00000000-0000-0000-0000-000000000001:main:STARS","asset":"STARS","amount":"1000000"}]}
        "#]],
    );
}

#[test]
fn a_charge_is_booked_once() {
    let world = World::given([register(1), register(2), pay(7, 1, 1000)]);
    check(&world, &pay(7, 1, 1000), expect![""]);
    for other in [pay(7, 1, 1001), pay(7, 2, 1000)] {
        check(
            &world,
            &other,
            expect![[r#"
            charge_reused: this charge was received before with another amount or for another user
        "#]],
        );
    }
}

#[test]
fn every_refusal_is_reached_in_its_order() {
    let world = World::given([register(1)]);
    let bad_amount = expect![[r#"
        bad_amount: a payment is 1 to 1000000000 Stars
    "#]];
    check(
        &world,
        &received(|r| {
            r.stars = 0;
            r.telegram_payment_id.clear();
        }),
        &bad_amount,
    );
    check(&world, &received(|r| r.stars = 1_000_000_001), bad_amount);
    check(
        &world,
        &received(|r| {
            r.telegram_payment_id.clear();
            r.merchant_id = crate::tests::merchant(9);
        }),
        expect![[r#"
            bad_reference: telegram_payment_charge_id must have 1 to 255 characters
        "#]],
    );
    check(
        &world,
        &received(|r| r.provider_payment_id = Some("x".repeat(256))),
        expect![[r#"
            bad_reference: provider_payment_charge_id must have 1 to 255 characters
        "#]],
    );
    check(
        &world,
        &received(|r| r.invoice_payload = "x".repeat(256)),
        expect![[r#"
            bad_reference: invoice_payload must have 1 to 255 characters
        "#]],
    );
    check(
        &world,
        &pay(7, 9, 1),
        expect![[r#"
        merchant_not_found: the merchant does not exist
    "#]],
    );
    check(
        &world,
        &settle(7),
        expect![[r#"
        not_found: the payment does not exist
    "#]],
    );
    check(
        &World::given([register(1), pay(7, 1, 5)]),
        &settle(7),
        expect![[r#"
        not_converted: a payment that is received cannot be settled
    "#]],
    );
}
