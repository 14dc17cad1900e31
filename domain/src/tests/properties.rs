//! Whatever is asked, in whatever order: nothing is created or lost, no floor breaks, the log alone
//! gives the state, and a refusal changes nothing.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{World, id, lock, merchant, pay, register};
use crate::adjustment::{self, Direction, Post, Target};
use crate::conversion::{self, Create, Step};
use crate::{
    Account, AdjustmentId, Amount, Command, ConversionId, Name, PaymentId, RateLockId, State,
    merchant as m, money, payment,
};

/// Commands over few ids, so that they meet.
fn command() -> impl Strategy<Value = Command> {
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
    fn random_histories_keep_every_invariant(commands in proptest::collection::vec((command(), 0_i64..40), 0..80)) {
        let mut world = World::default();
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
        let asset = crate::Asset { id: money::TON, exponent, name: String::new(), network: String::new() };
        let amount = Amount::new(units).unwrap();
        let text = asset.text(i128::try_from(units).unwrap());
        prop_assert_eq!(asset.parse(&text), Ok(amount));
        let account = Account::held(merchant(units), money::STARS);
        prop_assert_eq!(account.to_string().parse(), Ok(account));
    }
}
