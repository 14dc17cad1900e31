//! Given, when, then.

use expect_test::{Expect, expect};

use super::{Command as C, Create, Event, Named, Outcome, Pay, Terms};
use crate::fees::{Percent, Tier, Tiers};
use crate::tests::{
    World, check, credit, fund, id, link, merchant, new_link, pay_link, person, register,
    register_person,
};
use crate::{
    Amount, Command, Name, PaymentLinkId, Quote, Timestamp, deposit, merchant as m, money,
};

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
            payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","payer":"77","asset":"USDT-TRC20","amount":"29990000","fee":"0","transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"29990000"}]}
        "#]],
    );
    let link = Named::Token("token7".into());
    let by_token = Pay { link, payer: person(77), asset: Some(money::USDT_TRC20), quote: None };
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
        &created(|new| new.terms = Terms::Share),
        expect![[r#"
            payment_link.created {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","token":"token7","asset":"USDT-TRC20","amount":"29990000","expires_at":"1970-01-01T01:00:00.000000Z","fee_percent":"1"}
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
        &|new| new.seconds = Some(59),
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
    let pay = Pay {
        link: Named::Token("token8".into()),
        payer: person(77),
        asset: Some(money::TON),
        quote: None,
    };
    check(
        &world,
        &Command::PaymentLink(C::Pay(pay)),
        expect![[r#"
            other_asset: this link is not paid in TON
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

/// A link over so many dollars (base units), for a share.
fn dollars(units: u128, seconds: Option<i64>) -> Command {
    created(|new| {
        new.asset = money::USD;
        new.amount = Amount::new(units).unwrap();
        new.terms = Terms::Share;
        new.seconds = seconds;
    })
}

fn quote(rate: &str) -> Quote {
    let at = Timestamp::from_micros(0);
    Quote { rate: rate.parse().unwrap(), source: Name::literal("table"), at }
}

fn pays(asset: Name, rate: Option<&str>) -> Command {
    let link = Named::Token("token7".into());
    let quote = rate.map(quote);
    Command::PaymentLink(C::Pay(Pay { link, payer: person(77), asset: Some(asset), quote }))
}

/// Money on TRON with the link's token as memo, worth a dollar each unless there is no rate.
fn sent(number: u128, units: u128, rate: Option<&str>) -> Command {
    let mut credit = credit(number, Some(" token7 "), units);
    credit.quotes = rate.map(|rate| (money::USD, quote(rate))).into_iter().collect();
    Command::Deposit(deposit::Command::Credit(Box::new(credit)))
}

#[test]
fn a_price_in_dollars_is_paid_in_any_asset_at_the_rate_of_the_moment() {
    let world =
        World::given([register_person(1), dollars(25_500_000, None), fund(9, 77, 99_000_000)]);
    check(
        &world,
        &pays(money::USDT_TRC20, Some("1")),
        expect![[r#"
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","payer":"77","asset":"USDT-TRC20","amount":"25500000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"250000","transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"25500000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"250000"}]}
    "#]],
    );
    // Rounded up at the money scale, so that the price is never missed.
    check(
        &world,
        &pays(money::USDT_TRC20, Some("0.999")),
        expect![[r#"
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","payer":"77","asset":"USDT-TRC20","amount":"25530000","quote":{"rate":"0.999","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"250000","transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"25530000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"250000"}]}
    "#]],
    );
    check(
        &world,
        &pays(Name::literal("BTC"), Some("60000")),
        expect![[r#"
        insufficient_funds: customer:77:BTC has 0 and needs 42500 base units
    "#]],
    );
    check(
        &world,
        &pays(money::USDT_TRC20, None),
        expect![[r#"
        no_rate: there is no price in USDT-TRC20 at the moment
    "#]],
    );
    check(
        &world,
        &pays(money::USD, Some("1")),
        expect![[r#"
        other_asset: this link is not paid in USD
    "#]],
    );
    check(
        &world,
        &pays(Name::literal("NONE"), Some("1")),
        expect![[r#"
        other_asset: this link is not paid in NONE
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_comes_by_a_network_is_never_lost() {
    let mut world = World::given([
        register_person(1),
        dollars(10_000_000, Some(3600)),
        fund(9, 77, 50_000_000),
    ]);
    // Too little, then the rest from a balance.
    check(
        &world,
        &sent(1, 4_000_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"4000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"4000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"4000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"4000000","total":"4000000","outcome":"underpaid","fee":"40000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"40000"}]}
    "#]],
    );
    let mut part = world.clone();
    part.does(&sent(1, 4_000_000, Some("1"))).unwrap();
    check(
        &part,
        &pays(money::USDT_TRC20, Some("1")),
        expect![[r#"
            payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","payer":"77","asset":"USDT-TRC20","amount":"10000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"100000","transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"6000000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"60000"}]}
        "#]],
    );
    // Too little, then enough; then once more.
    check(
        &part,
        &sent(2, 6_000_000, Some("1")),
        expect![[r#"
            deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000002","rail":"tron","tx_id":"tx2","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"6000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"6000000"}]}
            payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000002","asset":"USDT-TRC20","amount":"6000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"6000000","total":"10000000","outcome":"paid","fee":"60000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"60000"}]}
            payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","deposit_id":"00000000-0000-0000-0000-000000000002","asset":"USDT-TRC20","amount":"10000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"100000"}
        "#]],
    );
    part.does(&sent(2, 6_000_000, Some("1"))).unwrap();
    check(
        &part,
        &sent(3, 1_000_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000003","rail":"tron","tx_id":"tx3","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"1000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"1000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000003","asset":"USDT-TRC20","amount":"1000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"1000000","total":"11000000","outcome":"duplicate","fee":"10000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"10000"}]}
    "#]],
    );
    check(&part, &sent(2, 6_000_000, Some("1")), expect![[""]]);
    // Too much; a little less at a rate that moved; no rate at all; too late.
    check(
        &world,
        &sent(1, 11_000_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"11000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"11000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"11000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"11000000","total":"11000000","outcome":"overpaid","fee":"110000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"110000"}]}
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"11000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"110000"}
    "#]],
    );
    check(
        &world,
        &sent(1, 9_900_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"9900000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"9900000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"9900000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"9900000","total":"9900000","outcome":"paid","fee":"90000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"90000"}]}
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"9900000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"fee":"90000"}
    "#]],
    );
    check(
        &world,
        &sent(1, 9_890_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"9890000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"9890000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"9890000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"9890000","total":"9890000","outcome":"underpaid","fee":"90000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"90000"}]}
    "#]],
    );
    check(
        &world,
        &sent(1, 10_000_000, None),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"10000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"10000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"10000000","total":"0","outcome":"unvalued","fee":"100000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"100000"}]}
    "#]],
    );
    world.now += 3600;
    check(
        &world,
        &sent(1, 10_000_000, Some("1")),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"10000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"10000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"10000000","quote":{"rate":"1","source":"table","at":"1970-01-01T00:00:00.000000Z"},"value":"10000000","total":"10000000","outcome":"late","fee":"100000","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"100000"}]}
    "#]],
    );
}

#[test]
fn a_link_in_what_is_paid_is_enough_only_to_the_last_unit() {
    let world = World::given([register(1), link(7, 1, 5_000_000)]);
    check(
        &world,
        &sent(1, 4_999_999, None),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"4999999","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"4999999"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"4999999","value":"4999999","total":"4999999","outcome":"underpaid","fee":"0"}
    "#]],
    );
    check(
        &world,
        &sent(1, 5_000_000, None),
        expect![[r#"
        deposit.credited {"deposit_id":"00000000-0000-0000-0000-000000000001","rail":"tron","tx_id":"tx1","address":"TAddress","memo":" token7 ","merchant_id":"00000000-0000-0000-0000-000000000001","payment_link_id":"00000000-0000-0000-0000-000000000007","asset":"USDT-TRC20","amount":"5000000","transfers":[{"debit":"custody:hot:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","asset":"USDT-TRC20","amount":"5000000"}]}
        payment_link.received {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"5000000","value":"5000000","total":"5000000","outcome":"paid","fee":"0"}
        payment_link.paid {"payment_link_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","deposit_id":"00000000-0000-0000-0000-000000000001","asset":"USDT-TRC20","amount":"5000000","fee":"0"}
    "#]],
    );
}

/// What a deposit makes of the link, and the share that is taken of it.
fn outcome(world: &mut World, number: u128, units: u128, rate: Option<&str>) -> (Outcome, u128) {
    let facts = world.does(&sent(number, units, rate)).unwrap();
    let received = facts.iter().find_map(|fact| {
        let crate::Event::PaymentLink(Event::Received(event)) = fact else { return None };
        Some((event.outcome, event.fee.units()))
    });
    received.unwrap()
}

#[test]
fn what_was_asked_for_is_enough_and_not_too_much() {
    // 25.50 dollars: what the rounded-up price comes to, and what rates do meanwhile.
    for (units, rate, expected) in [
        (25_500_000, "1", Outcome::Paid),
        (25_530_000, "0.999", Outcome::Paid),
        (28_340_000, "0.9", Outcome::Paid),
        (25_530_000, "1", Outcome::Paid),
        (25_760_000, "1", Outcome::Paid),
        (25_770_000, "1", Outcome::Overpaid),
        (25_250_000, "1", Outcome::Paid),
        (25_240_000, "1", Outcome::Underpaid),
    ] {
        let mut world = World::given([register_person(1), dollars(25_500_000, None)]);
        assert_eq!(outcome(&mut world, 1, units, Some(rate)).0, expected, "{units} at {rate}");
    }
}

#[test]
fn in_parts_the_share_is_what_it_is_in_one() {
    let mut world = World::given([register_person(1), dollars(25_500_000, None)]);
    let mut shares = 0;
    for number in 1..=25 {
        let (status, share) = outcome(&mut world, number, 990_000, Some("1"));
        assert_eq!(status, Outcome::Underpaid);
        shares += share;
    }
    let (status, share) = outcome(&mut world, 26, 750_000, Some("1"));
    assert_eq!((status, shares + share), (Outcome::Paid, 250_000));
}

#[test]
fn what_was_on_its_way_in_time_pays_a_link_that_expired_meanwhile() {
    let mut world = World::given([register_person(1), dollars(10_000_000, Some(3600))]);
    let start = world.now;
    world.now += 3600;
    world.does(&expire(7)).unwrap();
    let mut mined = |number: u128, seconds: i64| {
        let Command::Deposit(deposit::Command::Credit(mut new)) =
            sent(number, 5_000_000, Some("1"))
        else {
            unreachable!()
        };
        new.at = Some(Timestamp::default().plus_seconds(start + seconds));
        let facts = world.does(&Command::Deposit(deposit::Command::Credit(new))).unwrap();
        facts.iter().map(crate::Event::type_name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(mined(1, 3599), "deposit.credited payment_link.received");
    assert_eq!(mined(2, 3600), "deposit.credited payment_link.received");
    assert_eq!(mined(3, 3599), "deposit.credited payment_link.received payment_link.paid");
}
