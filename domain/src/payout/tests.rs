//! Given, when, then.

use expect_test::expect;

use super::{Command as C, Order, Terms, To};
use crate::tests::{
    World, check, fund, id, merchant, order, person, register, register_person, send,
};
use crate::{AdjustmentId, Amount, Command, Name, adjustment, merchant as m, money};

fn sent(change: impl FnOnce(&mut Order)) -> Command {
    let mut order = order(7, 1, 77, 10);
    change(&mut order);
    Command::Payout(C::Send(Box::new(order)))
}

#[test]
fn the_first_payout_opens_an_account_and_the_first_payer_is_the_referrer() {
    let mut world =
        World::given([register_person(1), register_person(2), fund(8, 1, 30), fund(9, 2, 5)]);
    check(
        &world,
        &sent(|order| order.memo = Some("Thanks".into())),
        expect![[r#"
            customer.opened {"telegram_id":"77"}
            payout.completed {"payout_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient":"77","asset":"USDT-TRC20","amount":"10","memo":"Thanks","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"customer:77:USDT-TRC20","asset":"USDT-TRC20","amount":"10"}]}
            customer.referred {"telegram_id":"77","merchant_id":"00000000-0000-0000-0000-000000000001"}
        "#]],
    );
    world.does(&sent(|_| {})).unwrap();
    check(
        &world,
        &send(6, 1, 77, 20),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000006","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient":"77","asset":"USDT-TRC20","amount":"20","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"customer:77:USDT-TRC20","asset":"USDT-TRC20","amount":"20"}]}
    "#]],
    );
    check(
        &world,
        &send(6, 2, 77, 5),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000006","merchant_id":"00000000-0000-0000-0000-000000000002","dialect":"partner","recipient":"77","asset":"USDT-TRC20","amount":"5","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","credit":"customer:77:USDT-TRC20","asset":"USDT-TRC20","amount":"5"}]}
    "#]],
    );
    world.does(&send(6, 2, 77, 5)).unwrap();
    let holdings = world.state.holdings();
    assert_eq!(holdings.referrer(person(77)), Some(merchant(1)));
    assert_eq!(holdings.of_referrals(merchant(1)).units(), 15, "whoever paid it");
    assert_eq!(holdings.total(merchant(1), world.state.balances()).units(), 35);
    assert_eq!(holdings.of_referrals(merchant(2)), Amount::ZERO);
}

#[test]
fn a_referral_that_becomes_a_merchant_still_counts_once() {
    let mut world = World::given([register_person(1), fund(8, 1, 30), fund(9, 77, 3)]);
    world.does(&send(6, 1, 77, 10)).unwrap();
    assert_eq!(world.state.holdings().of_referrals(merchant(1)).units(), 13);
    world.does(&register_person(77)).unwrap();
    assert_eq!(world.state.holdings().of_referrals(merchant(1)).units(), 13);
    check(
        &world,
        &send(5, 1, 77, 4),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000005","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient":"77","asset":"USDT-TRC20","amount":"4","transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-00000000004d:main:USDT-TRC20","asset":"USDT-TRC20","amount":"4"}]}
    "#]],
    );
    world.does(&send(5, 1, 77, 4)).unwrap();
    assert_eq!(world.state.holdings().of_referrals(merchant(1)).units(), 17);
    let of = |account| world.state.balances().get(&account).available().units();
    assert_eq!(of(crate::Account::main(merchant(77), money::USDT_TRC20)), 17);
}

#[test]
fn amount_and_charge_together_must_be_there() {
    let mut world = World::given([register_person(1), fund(8, 1, 12)]);
    world.calls.withdrawal = Amount::new(2).unwrap();
    check(
        &world,
        &sent(|_| {}),
        expect![[r#"
            customer.opened {"telegram_id":"77"}
            payout.completed {"payout_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient":"77","asset":"USDT-TRC20","amount":"10","charge":{"base":"2","holdings":"12","tier_from":"0","discount_percent":"0","fee":"2"},"transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"customer:77:USDT-TRC20","asset":"USDT-TRC20","amount":"10"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:partner_api:USDT-TRC20","asset":"USDT-TRC20","amount":"2"}]}
            customer.referred {"telegram_id":"77","merchant_id":"00000000-0000-0000-0000-000000000001"}
        "#]],
    );
    check(
        &world,
        &sent(|order| order.amount = Amount::new(11).unwrap()),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20 has 1 and needs 2 base units
    "#]],
    );
}

#[test]
fn every_refusal_is_reached_in_its_order() {
    let mut world = World::given([register_person(1), fund(8, 1, 30), send(5, 1, 77, 1)]);
    check(
        &world,
        &sent(|order| {
            order.amount = Amount::ZERO;
            order.memo = Some("x".repeat(201));
        }),
        expect![[r#"
            bad_amount: the amount must be greater than zero
        "#]],
    );
    check(
        &world,
        &sent(|order| order.memo = Some("x".repeat(201))),
        expect![[r#"
        too_long: the memo has more than 200 characters
    "#]],
    );
    check(
        &world,
        &sent(|order| order.merchant_id = merchant(9)),
        expect![[r#"
        merchant_not_found: the merchant does not exist
    "#]],
    );
    check(
        &world,
        &send(5, 1, 77, 1),
        expect![[r#"
        already_exists: the payout exists already
    "#]],
    );
    check(
        &world,
        &sent(|order| order.to = To::Person(person(1))),
        expect![[r#"
        own_account: the recipient is the merchant's own account
    "#]],
    );
    check(
        &world,
        &sent(|order| order.amount = Amount::new(30).unwrap()),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20 has 29 and needs 30 base units
    "#]],
    );
    world.does(&register(2)).unwrap();
    let off = m::Command::Deactivate { merchant_id: merchant(1) };
    world.does(&Command::Merchant(off)).unwrap();
    check(
        &world,
        &sent(|_| {}),
        expect![[r#"
        inactive: the merchant is deactivated
    "#]],
    );
}

fn shared(assets: &[&'static str], to: &str, units: u128) -> Command {
    sent(|order| {
        order.to = To::Uid(to.into());
        order.assets = assets.iter().map(|id| Name::literal(id)).collect();
        order.amount = Amount::new(units).unwrap();
        order.terms = Terms::Share;
    })
}

fn owns(number: u128, asset: &'static str, units: u128) -> Command {
    Command::Adjustment(adjustment::Command::Post(Box::new(adjustment::Post {
        adjustment_id: AdjustmentId(id(number)),
        target: adjustment::Target::Merchant { id: merchant(1), asset: Name::literal(asset) },
        direction: adjustment::Direction::Credit,
        amount: Amount::new(units).unwrap(),
        rail: Name::literal("sandbox"),
        reason: "play".into(),
    })))
}

#[test]
fn a_share_goes_on_top_and_is_rounded_down_at_the_money_scale() {
    let world = World::given([register(1), register(2), owns(8, "USDT-TRC20", 10_100_000)]);
    check(
        &world,
        &shared(&["USDT-TRC20"], "uid2", 10_000_000),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient_merchant_id":"00000000-0000-0000-0000-000000000002","asset":"USDT-TRC20","amount":"10000000","fee":{"percent":"1","amount":"100000"},"transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","asset":"USDT-TRC20","amount":"10000000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"fees:wallet:USDT-TRC20","asset":"USDT-TRC20","amount":"100000"}]}
    "#]],
    );
    check(
        &world,
        &shared(&["USDT-TRC20"], "uid2", 10_000_001),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20 has 99999 and needs 100000 base units
    "#]],
    );
    // 0.99 has no cent to share.
    check(
        &world,
        &shared(&["USDT-TRC20"], "uid2", 990_000),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient_merchant_id":"00000000-0000-0000-0000-000000000002","asset":"USDT-TRC20","amount":"990000","fee":{"percent":"1","amount":"0"},"transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","asset":"USDT-TRC20","amount":"990000"}]}
    "#]],
    );
}

#[test]
fn several_networks_are_drawn_on_in_their_order_and_the_fee_after_the_amount() {
    let world = World::given([
        register(1),
        register(2),
        owns(8, "USDT-TRC20", 6_000_000),
        owns(9, "USDT-ARB", 4_050_000),
        owns(10, "USDT-ERC20", 60_000),
    ]);
    let all = ["USDT-TRC20", "USDT-ARB", "USDT-ERC20"];
    check(
        &world,
        &shared(&all, "uid2", 10_000_000),
        expect![[r#"
        payout.completed {"payout_id":"00000000-0000-0000-0000-000000000007","merchant_id":"00000000-0000-0000-0000-000000000001","dialect":"partner","recipient_merchant_id":"00000000-0000-0000-0000-000000000002","asset":"USDT-TRC20","amount":"10000000","fee":{"percent":"1","amount":"100000"},"transfers":[{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","asset":"USDT-TRC20","amount":"6000000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-ARB","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-ARB","asset":"USDT-ARB","amount":"4000000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-ARB","credit":"fees:wallet:USDT-ARB","asset":"USDT-ARB","amount":"50000"},{"debit":"merchant:00000000-0000-0000-0000-000000000001:main:USDT-ERC20","credit":"fees:wallet:USDT-ERC20","asset":"USDT-ERC20","amount":"50000"}]}
    "#]],
    );
    check(
        &world,
        &shared(&all, "uid2", 10_010_001),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000001:main:USDT-ERC20 has 60000 and needs 60001 base units
    "#]],
    );
    check(
        &world,
        &shared(&all, "uid9", 1),
        expect![[r#"
        recipient_not_found: the recipient does not exist
    "#]],
    );
    check(
        &world,
        &shared(&all, "uid1", 1),
        expect![[r#"
        own_account: the recipient is the merchant's own account
    "#]],
    );
    check(
        &world,
        &shared(&["USDT-TRC20", "BTC"], "uid2", 1),
        expect![[r#"
        unknown_asset: there is no such money here
    "#]],
    );
    check(
        &world,
        &shared(&["NONE"], "uid2", 1),
        expect![[r#"
        unknown_asset: there is no such money here
    "#]],
    );
    check(
        &world,
        &shared(&["USD"], "uid2", 1),
        expect![[r#"
        unknown_asset: there is no such money here
    "#]],
    );
    check(
        &world,
        &shared(&[], "uid2", 1),
        expect![[r#"
        unknown_asset: there is no such money here
    "#]],
    );
}
