//! Given, when, then.

use expect_test::{Expect, expect};

use super::{Command as C, Create, Named, Pay};
use crate::fees::{Percent, Tier, Tiers};
use crate::tests::{
    World, check, fund, id, link, merchant, new_link, pay_link, person, register, register_person,
};
use crate::{Amount, Command, PaymentLinkId, merchant as m, money};

fn created(change: impl FnOnce(&mut Create)) -> Command {
    let mut create = new_link(7, 1, 29_990_000);
    change(&mut create);
    Command::PaymentLink(C::Create(Box::new(create)))
}

fn expire(number: u128) -> Command {
    Command::PaymentLink(C::Expire { payment_link_id: PaymentLinkId(id(number)) })
}

#[test]
fn a_link_is_created_paid_once_and_for_its_whole_amount() {
    let mut world = World::given([register_person(1), fund(9, 77, 29_990_000)]);
    let create = created(|new| {
        new.description = Some("Limited Edition".into());
        new.metadata = Some(r#"{"b":1.50}"#.into());
    });
    check(
        &world,
        &create,
        expect![[r#"
        payment_link.created {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","token":"token7","asset":"USDT-TRC20","amount":"29990000","description":"Limited Edition","metadata":"{\"b\":1.50}","expires_at":"1970-01-01T01:00:00.000000Z"}
    "#]],
    );
    world.does(&create).unwrap();
    check(
        &world,
        &pay_link(7, 77),
        expect![[r#"
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","payer":"77","asset":"USDT-TRC20","amount":"29990000","transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"29990000"}]}
    "#]],
    );
    let link = Named::Token("token7".into());
    let by_token = Pay { link, payer: person(77), asset: Some(money::USDT_TRC20) };
    let by_token = Command::PaymentLink(C::Pay(by_token));
    assert_eq!(world.decides(&by_token), world.decides(&pay_link(7, 77)));
    world.does(&by_token).unwrap();
    check(
        &world,
        &pay_link(7, 77),
        expect![[r#"
        already_paid: the payment link is paid already
    "#]],
    );
    world.now += 3600;
    check(&world, &expire(7), expect![[""]]);
}

#[test]
fn a_late_payment_is_refused_before_and_after_the_expiry_is_a_fact() {
    let mut world = World::given([register(1), fund(9, 77, 50), link(7, 1, 50)]);
    world.now += 3599;
    check(
        &world,
        &expire(7),
        expect![[r#"
        not_due: the payment link can still be paid
    "#]],
    );
    world.does(&expire(7)).unwrap_err();
    assert!(world.decides(&pay_link(7, 77)).is_ok(), "the last second counts");
    world.now += 1;
    check(
        &world,
        &pay_link(7, 77),
        expect![[r#"
        expired: the payment link has expired
    "#]],
    );
    check(
        &world,
        &expire(7),
        expect![[r#"
        payment_link.expired {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001"}
    "#]],
    );
    world.does(&expire(7)).unwrap();
    check(
        &world,
        &pay_link(7, 77),
        expect![[r#"
        expired: the payment link has expired
    "#]],
    );
    check(&world, &expire(7), expect![[""]]);
}

#[test]
fn a_metered_link_is_charged_by_the_holdings() {
    let mut world = World::given([register_person(1), fund(9, 1, 100)]);
    world.calls.payment = Amount::new(9).unwrap();
    let tier = |from, percent: i64| Tier {
        from: Amount::new(from).unwrap(),
        discount: Percent::new(percent.into()).unwrap(),
    };
    world.calls.tiers = Tiers::new(vec![tier(0, 0), tier(100, 25)]).unwrap();
    check(
        &world,
        &created(|_| {}),
        expect![[r#"
        payment_link.created {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","token":"token7","asset":"USDT-TRC20","amount":"29990000","expires_at":"1970-01-01T01:00:00.000000Z","charge":{"base":"9","holdings":"100","tier_from":"100","discount_percent":"25","fee":"7"},"transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:partner_api:USDT-TRC20","asset":"USDT-TRC20","amount":"7"}]}
    "#]],
    );
    check(
        &world,
        &created(|new| new.metered = false),
        expect![[r#"
        payment_link.created {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","token":"token7","asset":"USDT-TRC20","amount":"29990000","expires_at":"1970-01-01T01:00:00.000000Z"}
    "#]],
    );
    world.calls.payment = Amount::new(200).unwrap();
    check(
        &world,
        &created(|_| {}),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20 has 100 and needs 150 base units
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_refusal_is_reached_in_its_order() {
    let mut world = World::given([register_person(1), link(8, 1, 5)]);
    let refuses = |world: &World, change: &dyn Fn(&mut Create), then: Expect| {
        check(world, &created(change), then);
    };
    refuses(
        &world,
        &|new| {
            new.amount = Amount::ZERO;
            new.token = String::new();
        },
        expect![[r#"
            bad_amount: the amount must be greater than zero
        "#]],
    );
    refuses(
        &world,
        &|new| new.token = "x".repeat(65),
        expect![[r#"
            too_long: token is too long or has a zero character
        "#]],
    );
    refuses(
        &world,
        &|new| new.description = Some("é".repeat(501)),
        expect![[r#"
            too_long: description is too long or has a zero character
        "#]],
    );
    refuses(
        &world,
        &|new| new.metadata = Some("x".repeat(16 * 1024 + 1)),
        expect![[r#"
            too_long: metadata is too long or has a zero character
        "#]],
    );
    refuses(
        &world,
        &|new| new.seconds = 59,
        expect![[r#"
        bad_duration: a link lasts 60 to 31622400 seconds
    "#]],
    );
    refuses(
        &world,
        &|new| new.merchant_id = merchant(9),
        expect![[r#"
        merchant_not_found: the merchant does not exist
    "#]],
    );
    refuses(
        &world,
        &|new| new.token = "token8".into(),
        expect![[r#"
        already_exists: the payment link exists already
    "#]],
    );
    refuses(
        &world,
        &|new| new.payment_link_id = PaymentLinkId(id(8)),
        expect![[r#"
        already_exists: the payment link exists already
    "#]],
    );
    check(
        &world,
        &pay_link(9, 77),
        expect![[r#"
        not_found: the payment link does not exist
    "#]],
    );
    check(
        &world,
        &expire(9),
        expect![[r#"
        not_found: the payment link does not exist
    "#]],
    );
    let pay =
        Pay { link: Named::Token("token8".into()), payer: person(77), asset: Some(money::TON) };
    check(
        &world,
        &Command::PaymentLink(C::Pay(pay)),
        expect![[r#"
        other_asset: this link is paid in USDT-TRC20
    "#]],
    );
    check(
        &world,
        &pay_link(8, 1),
        expect![[r#"
        own_link: nobody pays a link of one's own
    "#]],
    );
    check(
        &world,
        &pay_link(8, 77),
        expect![[r#"
        insufficient_funds: customer:77:USDT-TRC20 has 0 and needs 5 base units
    "#]],
    );
    let off = m::Command::Deactivate { merchant_id: merchant(1) };
    world.does(&Command::Merchant(off)).unwrap();
    refuses(
        &world,
        &|_| {},
        expect![[r#"
        inactive: the merchant is deactivated
    "#]],
    );
    world.does(&fund(9, 77, 5)).unwrap();
    assert!(world.decides(&pay_link(8, 77)).is_ok(), "money still reaches a switched-off merchant");
    // And it spends nothing, not even as a payer.
    world.does(&register_person(2)).unwrap();
    world.does(&fund(10, 1, 5)).unwrap();
    world.does(&crate::tests::link(9, 2, 5)).unwrap();
    check(
        &world,
        &pay_link(9, 1),
        expect![[r#"
        inactive: the merchant is deactivated
    "#]],
    );
}
