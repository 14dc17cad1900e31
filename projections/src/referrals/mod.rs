//! `read.referrals`: who brought whom, and what those people have. Written after `read.balances` and
//! `read.merchants`, which it looks at.

use std::collections::BTreeSet;

use domain::customer::{Event as Customer, Referred};
use domain::merchant::Event as Merchant;
use domain::{Account, Event, Hold, MerchantId, Purse, TelegramId, Timestamp, money};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::model::{Model, Writing};
use crate::sql::{signed, time};

const INSERT: &str = include_str!("insert.sql");
const MOVED: &str = include_str!("moved.sql");
const BECAME: &str = "UPDATE read.referrals \
     SET account = 'merchant:' || $2::uuid || ':main:USDT-TRC20', balance = 0 \
     WHERE telegram_id = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 3] = [INSERT, MOVED, BECAME];

/// What has happened since the last write.
#[derive(Default)]
pub(crate) struct Fold {
    new: Vec<(Referred, u64, Timestamp)>,
    became: Vec<(TelegramId, MerchantId)>,
    moved: BTreeSet<Account>,
}

/// May a person's USDT lie there?
fn personal(account: Account) -> bool {
    match account {
        Account::Customer { asset, .. }
        | Account::Merchant { purse: Purse::Main, hold: Hold::Spendable, asset, .. } => {
            asset == money::USDT_TRC20
        }
        Account::Merchant { .. }
        | Account::Fees { .. }
        | Account::Exchange { .. }
        | Account::External { .. }
        | Account::Custody { .. }
        | Account::Suspense { .. } => false,
    }
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "referrals"
    }

    fn apply(&mut self, fact: &Fact) {
        let sides = fact.event.transfers().iter().flat_map(|t| [t.debit(), t.credit()]);
        self.moved.extend(sides.filter(|account| personal(*account)));
        if let Event::Customer(Customer::Referred(new)) = &fact.event {
            self.new.push((*new, fact.position, fact.recorded_at));
        }
        if let Event::Merchant(Merchant::Registered(new)) = &fact.event
            && let Some(telegram_id) = new.telegram_id
        {
            self.became.push((telegram_id, new.merchant_id));
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let Self { new, became, moved } = std::mem::take(self);
            if !new.is_empty() {
                let ids: Vec<_> = new.iter().map(|(new, _, _)| person(new.telegram_id)).collect();
                let merchants: Vec<_> = new.iter().map(|(new, _, _)| new.merchant_id.0).collect();
                let positions: Vec<_> = new.iter().map(|(_, p, _)| signed(*p)).collect();
                let times: Vec<_> = new.iter().map(|(_, _, at)| time(*at)).collect();
                to.execute(INSERT, &[&ids, &merchants, &positions, &times]).await?;
            }
            for (telegram_id, merchant) in &became {
                to.execute(BECAME, &[&person(*telegram_id), &merchant.0]).await?;
            }
            let accounts: Vec<_> = moved.iter().map(ToString::to_string).collect();
            let people = new.iter().map(|(new, _, _)| new.telegram_id);
            let people: Vec<_> =
                people.chain(became.iter().map(|(id, _)| *id)).map(person).collect();
            if !accounts.is_empty() || !people.is_empty() {
                to.execute(MOVED, &[&accounts, &people]).await?;
            }
            Ok(())
        })
    }
}

fn person(id: TelegramId) -> i64 {
    signed(id.get())
}
