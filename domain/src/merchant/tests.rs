//! Given, when, then.

use expect_test::expect;

use super::{Command as C, CredentialKind, Issued, Plan, Register};
use crate::adjustment::{self, Direction, Post, Target};
use crate::tests::{World, check, fund, id, merchant, new, person, register};
use crate::{AdjustmentId, Amount, Command, CredentialId, Name, SecretId, TelegramId, money};

fn registered(change: impl FnOnce(&mut Register)) -> Command {
    let mut new = new(2);
    change(&mut new);
    Command::Merchant(C::Register(Box::new(new)))
}

fn rotate(to: u128) -> Command {
    let credential = Issued {
        credential_id: CredentialId(id(to)),
        kind: CredentialKind::Stars,
        fingerprint: "ff".into(),
    };
    Command::Merchant(C::Rotate { merchant_id: merchant(1), credential, keeps_secret: false })
}

#[test]
fn a_merchant_takes_over_the_balance_of_the_person_it_is() {
    let person = TelegramId::new(77).unwrap();
    let fund = Command::Adjustment(adjustment::Command::Post(Box::new(Post {
        adjustment_id: AdjustmentId(id(9)),
        target: Target::Person { telegram_id: person, asset: money::TON },
        direction: Direction::Credit,
        amount: Amount::new(5).unwrap(),
        rail: Name::literal("sandbox"),
        reason: "play".into(),
    })));
    let world = World::given([register(1), fund]);
    check(
        &world,
        &registered(|new| new.telegram_id = Some(person)),
        expect![[r#"
        merchant.registered {"merchant_id":"00000000-0000-0000-0000-000000000002","serial":2,"uid":"uid2","name":"Shop","telegram_id":"77","fee_percent":"1","scopes":["read"],"credentials":[{"credential_id":"00000000-0000-0000-0000-000000000002","kind":"stars","fingerprint":"00"}],"transfers":[{"debit":"customer:77:TON","credit":"merchant:00000000-0000-0000-0000-000000000002:main:TON","asset":"TON","amount":"5"}]}
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_refusal_of_a_registration_is_reached_in_its_order() {
    let taken = TelegramId::new(5).unwrap();
    let mut first = new(1);
    first.telegram_id = Some(taken);
    let world = World::given([Command::Merchant(C::Register(Box::new(first)))]);
    for name in [" ".to_owned(), "x".repeat(256)] {
        check(
            &world,
            &registered(|new| {
                new.name = name;
                new.merchant_id = merchant(1);
            }),
            expect![[r#"
            bad_name: the name must have 1 to 255 characters
        "#]],
        );
    }
    check(
        &world,
        &registered(|new| new.description = Some("x".repeat(2_001))),
        expect![[r#"
            too_long: description is too long or has a zero character
        "#]],
    );
    check(
        &world,
        &registered(|new| new.username = Some("x".repeat(256))),
        expect![[r#"
            too_long: username is too long or has a zero character
        "#]],
    );
    check(
        &world,
        &registered(|new| new.webhook_url = Some("x".repeat(2_049))),
        expect![[r#"
            too_long: webhook_url is too long or has a zero character
        "#]],
    );
    check(
        &world,
        &registered(|new| new.uid.clear()),
        expect![[r#"
            bad_uid: the uid must have 1 to 255 characters, without blanks around them
        "#]],
    );
    check(
        &world,
        &registered(|new| {
            new.merchant_id = merchant(1);
            new.uid = "uid1".into();
        }),
        expect![[r#"
        already_exists: the merchant exists already
    "#]],
    );
    check(
        &world,
        &registered(|new| {
            new.uid = "uid1".into();
            new.telegram_id = Some(taken);
        }),
        expect![[r#"
        uid_taken: the uid uid1 belongs to another merchant
    "#]],
    );
    check(
        &world,
        &registered(|new| new.telegram_id = Some(taken)),
        expect![[r#"
        telegram_id_taken: the telegram id 5 belongs to another merchant
    "#]],
    );
}

#[test]
fn keys_are_replaced_while_the_merchant_is_active() {
    let world = World::given([register(1)]);
    check(
        &world,
        &rotate(8),
        expect![[r#"
        merchant.credential_rotated {"merchant_id":"00000000-0000-0000-0000-000000000001","replaces":"00000000-0000-0000-0000-000000000001","credential":{"credential_id":"00000000-0000-0000-0000-000000000008","kind":"stars","fingerprint":"ff"}}
    "#]],
    );
    check(
        &world,
        &rotate(1),
        expect![[r#"
        same_credential: this stars credential is the valid one already
    "#]],
    );
    let off = Command::Merchant(C::Deactivate { merchant_id: merchant(1) });
    check(
        &World::given([register(1), off]),
        &rotate(8),
        expect![[r#"
        inactive: the merchant is deactivated
    "#]],
    );
    check(
        &World::default(),
        &rotate(8),
        expect![[r#"
        not_found: the merchant does not exist
    "#]],
    );
}

#[test]
fn switching_twice_is_switching_once() {
    let off = Command::Merchant(C::Deactivate { merchant_id: merchant(1) });
    let on = Command::Merchant(C::Activate { merchant_id: merchant(1) });
    check(
        &World::given([register(1)]),
        &off,
        expect![[r#"
        merchant.deactivated {"merchant_id":"00000000-0000-0000-0000-000000000001"}
    "#]],
    );
    check(&World::given([register(1), off.clone()]), &off, expect![""]);
    check(
        &World::given([register(1), off.clone()]),
        &on,
        expect![[r#"
        merchant.activated {"merchant_id":"00000000-0000-0000-0000-000000000001"}
    "#]],
    );
    check(&World::given([register(1)]), &on, expect![""]);
    check(
        &World::default(),
        &off,
        expect![[r#"
        not_found: the merchant does not exist
    "#]],
    );
}

#[test]
fn a_plan_is_paid_from_what_the_person_had() {
    let world = World::given([fund(9, 77, 50)]);
    let buys = |price: u128| {
        registered(|new| {
            new.telegram_id = Some(person(77));
            new.plan =
                Some(Plan { id: "founding_member".into(), price: Amount::new(price).unwrap() });
        })
    };
    check(
        &world,
        &buys(40),
        expect![[r#"
        merchant.registered {"merchant_id":"00000000-0000-0000-0000-000000000002","serial":1,"uid":"uid2","name":"Shop","telegram_id":"77","fee_percent":"1","scopes":["read"],"credentials":[{"credential_id":"00000000-0000-0000-0000-000000000002","kind":"stars","fingerprint":"00"}],"plan":{"id":"founding_member","price":"40"},"transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","asset":"USDT-TRC20","amount":"50"},{"debit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","credit":"fees:partner_plan:USDT-TRC20","asset":"USDT-TRC20","amount":"40"}]}
    "#]],
    );
    check(
        &world,
        &buys(0),
        expect![[r#"
        merchant.registered {"merchant_id":"00000000-0000-0000-0000-000000000002","serial":1,"uid":"uid2","name":"Shop","telegram_id":"77","fee_percent":"1","scopes":["read"],"credentials":[{"credential_id":"00000000-0000-0000-0000-000000000002","kind":"stars","fingerprint":"00"}],"plan":{"id":"founding_member","price":"0"},"transfers":[{"debit":"customer:77:USDT-TRC20","credit":"merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20","asset":"USDT-TRC20","amount":"50"}]}
    "#]],
    );
    check(
        &world,
        &buys(51),
        expect![[r#"
        insufficient_funds: merchant:00000000-0000-0000-0000-000000000002:main:USDT-TRC20 has 50 and needs 51 base units
    "#]],
    );
}

#[test]
fn webhooks_are_set_and_their_secret_rotates_with_a_day_of_both() {
    let mut world = World::given([register(1)]);
    let set = |merchant_id, url: Option<String>| {
        Command::Merchant(C::SetWebhook { merchant_id, url, standard: true })
    };
    check(
        &world,
        &set(merchant(1), Some("https://a.example/".into())),
        expect![[r#"
        merchant.webhook_set {"merchant_id":"00000000-0000-0000-0000-000000000001","url":"https://a.example/","standard":true}
    "#]],
    );
    check(
        &world,
        &set(merchant(1), Some("x".repeat(2_049))),
        expect![[r#"
            too_long: webhook_url is too long or has a zero character
        "#]],
    );
    check(
        &world,
        &set(merchant(9), None),
        expect![[r#"
        not_found: the merchant does not exist
    "#]],
    );
    let rotates = |merchant_id, kind| {
        let secret_id = SecretId(id(5));
        Command::Merchant(C::RotateSecret { merchant_id, kind, secret_id })
    };
    check(
        &world,
        &rotates(merchant(1), CredentialKind::Stars),
        expect![[r#"
        merchant.secret_rotated {"merchant_id":"00000000-0000-0000-0000-000000000001","kind":"stars","secret_id":"00000000-0000-0000-0000-000000000005","both_until":"1970-01-02T00:00:00.000000Z"}
    "#]],
    );
    check(
        &world,
        &rotates(merchant(1), CredentialKind::Partner),
        expect![[r#"
        no_credential: the merchant has no partner credential
    "#]],
    );
    world.does(&Command::Merchant(C::Deactivate { merchant_id: merchant(1) })).unwrap();
    check(
        &world,
        &rotates(merchant(1), CredentialKind::Stars),
        expect![[r#"
        inactive: the merchant is deactivated
    "#]],
    );
}
