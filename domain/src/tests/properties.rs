//! Whatever is asked, in whatever order: nothing is created or lost, no floor breaks, the log alone
//! gives the state, and a refusal changes nothing.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    World, credit, fund, id, link, lock, merchant, pay, pay_link, person, register,
    register_person, send,
};
use crate::adjustment::{self, Direction, Post, Target};
use crate::conversion::{self, Create, Step};
use crate::{
    Account, AdjustmentId, Amount, Command, ConversionId, Name, PaymentId, PaymentLinkId,
    RateLockId, State, deposit, merchant as m, money, payment, payment_link,
};

/// Commands over few ids, so that they meet.
fn command() -> impl Strategy<Value = Command> {
    prop_oneof![2 => of_stars(), 1 => between_people()]
}

/// Merchants, Stars and what becomes of them.
fn of_stars() -> impl Strategy<Value = Command> {
    let few = 1_u128..4;
    let stars = prop_oneof![Just(0_u64), 1..3_000_u64, Just(999), Just(1_000)];
    prop_oneof![
        few.clone().prop_map(register),
        (1_u128..12, few.clone(), stars).prop_map(|(number, to, stars)| pay(number, to, stars)),
        (few.clone(), few.clone()).prop_map(|(number, to)| lock(number, to)),
        creation(),
        (few.clone(), step()).prop_map(|(number, step)| {
            let conversion_id = ConversionId(id(number));
            Command::Conversion(conversion::Command::Advance { conversion_id, step })
        }),
        few.clone().prop_map(|number| {
            let (conversion_id, reason) = (ConversionId(id(number)), "because".to_owned());
            Command::Conversion(conversion::Command::Fail { conversion_id, reason })
        }),
        (1_u128..12).prop_map(|number| {
            Command::Payment(payment::Command::Settle { payment_id: PaymentId(id(number)) })
        }),
        adjustment(),
        few.clone().prop_map(|n| {
            Command::Merchant(m::Command::Deactivate { merchant_id: merchant(n) })
        }),
        few.prop_map(|n| Command::Merchant(m::Command::Activate { merchant_id: merchant(n) })),
    ]
}

/// Money between Telegram users, some of whom are or become merchants.
fn between_people() -> impl Strategy<Value = Command> {
    let (number, person) = (100_u128..110, 1_u64..7);
    let units = prop_oneof![Just(0_u128), 1..50_u128];
    prop_oneof![
        person.clone().prop_map(register_person),
        (200_u128..240, person.clone(), units.clone()).prop_map(|(n, to, u)| fund(n, to, u)),
        (number.clone(), 1_u128..7, units.clone()).prop_map(|(n, of, u)| link(n, of, u)),
        (number.clone(), person.clone()).prop_map(|(n, payer)| pay_link(n, payer)),
        (300_u128..340, 1_u128..7, person, units.clone()).prop_map(|(n, f, t, u)| send(n, f, t, u)),
        number.clone().prop_map(|n| {
            let payment_link_id = PaymentLinkId(id(n));
            Command::PaymentLink(payment_link::Command::Expire { payment_link_id })
        }),
        (1_u128..7).prop_map(|n| {
            let (merchant_id, memo) = (merchant(n), format!("memo{}", n % 4));
            Command::Merchant(m::Command::AssignDepositMemo { merchant_id, memo })
        }),
        (number, 0_u8..5, units).prop_map(|(n, memo, u)| {
            let new = credit(n, Some(&format!("memo{memo}")), u);
            Command::Deposit(deposit::Command::Credit(Box::new(new)))
        }),
    ]
}

fn creation() -> impl Strategy<Value = Command> {
    let payments = proptest::collection::vec(1_u128..12, 0..4);
    (1_u128..4, 1_u128..4, payments, proptest::option::of(1_u128..4)).prop_map(
        |(number, to, payments, lock)| {
            let create = Create {
                conversion_id: ConversionId(id(number)),
                merchant_id: merchant(to),
                payment_ids: payments.into_iter().map(|n| PaymentId(id(n))).collect(),
                target: money::TON,
                base_rate: "0.001".parse().unwrap(),
                rate_lock_id: lock.map(|n| RateLockId(id(n))),
            };
            Command::Conversion(conversion::Command::Create(Box::new(create)))
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::LockRate),
        Just(Step::Prepare),
        Just(Step::Commit { fragment_tx_id: "f".into(), ton_tx_hash: "t".into() }),
        Just(Step::Confirm),
        Just(Step::Complete),
    ]
}

fn adjustment() -> impl Strategy<Value = Command> {
    let direction = prop_oneof![Just(Direction::Credit), Just(Direction::Debit)];
    (1_u128..20, 1_u128..4, 0_u128..5_000_000, direction).prop_map(
        |(number, to, units, direction)| {
            Command::Adjustment(adjustment::Command::Post(Box::new(Post {
                adjustment_id: AdjustmentId(id(number)),
                target: Target::Merchant { id: merchant(to), asset: money::STARS },
                direction,
                amount: Amount::new(units).unwrap(),
                rail: Name::literal("operator"),
                reason: "correction".into(),
            })))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_histories_keep_every_invariant(commands in proptest::collection::vec((command(), 0_i64..40), 0..120)) {
        let mut world = World::default();
        world.calls.payment = Amount::new(1).unwrap();
        world.calls.withdrawal = Amount::new(2).unwrap();
        for (command, pause) in &commands {
            world.now += pause;
            let before = world.state.clone();
            if world.does(command).is_err() {
                prop_assert_eq!(&before, &world.state, "a refusal changes nothing");
            }
            let mut assets: BTreeMap<Name, i128> = BTreeMap::new();
            for (account, balance) in world.state.balances().sorted() {
                *assets.entry(account.asset()).or_default() += balance.net();
                prop_assert!(!account.has_floor() || balance.net() >= 0, "{} is below zero", account);
            }
            prop_assert!(assets.values().all(|sum| *sum == 0), "debits are not credits");
        }
        // What referrals have is what their accounts say, however often it moved.
        for number in 1..7 {
            let referred = (1..7).map(person).filter(|p| {
                world.state.holdings().referrer(*p) == Some(merchant(number))
            });
            let sum: u128 = referred
                .map(|p| world.state.balances().get(&world.state.person(p, money::USDT_TRC20)).available().units())
                .sum();
            prop_assert_eq!(world.state.holdings().of_referrals(merchant(number)).units(), sum);
        }
        let mut replayed = State::default();
        world.log.iter().for_each(|event| replayed.evolve(event));
        prop_assert_eq!(&replayed, &world.state, "the log alone gives the state");
        // What is held is exactly what running conversions hold.
        for number in 1..4 {
            let held = world.state.balances().get(&Account::held(merchant(number), money::STARS)).net();
            let running = world.state.running_conversions().filter_map(|id| world.state.conversion(id));
            let expected: u128 = running
                .filter(|c| c.merchant_id == merchant(number) && c.status < conversion::Status::Committed)
                .map(|c| c.source_amount.units())
                .sum();
            prop_assert_eq!(u128::try_from(held).unwrap(), expected);
        }
    }

    #[test]
    fn texts_of_amounts_and_accounts_round_trip(units in 0_u128..(1 << 120), exponent in 0_u8..19) {
        let asset = crate::Asset { id: money::TON, exponent, name: String::new(), network: String::new(), scale: exponent };
        let amount = Amount::new(units).unwrap();
        let text = asset.text(i128::try_from(units).unwrap());
        prop_assert_eq!(asset.parse(&text), Ok(amount));
        let account = Account::held(merchant(units), money::STARS);
        prop_assert_eq!(account.to_string().parse(), Ok(account));
    }
}
