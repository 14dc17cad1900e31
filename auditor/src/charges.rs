//! Charges computed again: who brought whom, what those people had at that moment, and what followed
//! from it for a fee. Kept by the paths of accounts, beside the domain's own holdings and not with
//! their help.

use std::collections::HashMap;

use domain::customer::Event as Customer;
use domain::fees::Charge;
use domain::merchant::Event as Merchant;
use domain::payment_link::Event as Link;
use domain::payout::Event as Payout;
use domain::{Account, Event, FeeKind, MerchantId, TelegramId};

use crate::sums::Sums;

/// Referrals so far, and the sums of their balances. Units: base units of `USDT-TRC20`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Referrals {
    referrers: HashMap<TelegramId, MerchantId>,
    merchants: HashMap<TelegramId, MerchantId>,
    watched: HashMap<String, MerchantId>,
    sums: HashMap<MerchantId, i128>,
}

fn main(merchant: MerchantId) -> String {
    format!("merchant:{merchant}:main:USDT-TRC20")
}

impl Referrals {
    /// What a merchant's referrals have together.
    pub(crate) fn of(&self, merchant: MerchantId) -> i128 {
        self.sums.get(&merchant).copied().unwrap_or_default()
    }

    /// All merchants that have brought anybody.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (MerchantId, i128)> {
        self.sums.iter().map(|(merchant, sum)| (*merchant, *sum))
    }

    /// Takes in an event; `sums` have not yet.
    pub(crate) fn follow(&mut self, event: &Event, sums: &Sums) {
        if let Event::Customer(Customer::Referred(event)) = event {
            let path = match self.merchants.get(&event.telegram_id) {
                Some(merchant) => main(*merchant),
                None => format!("customer:{}:USDT-TRC20", event.telegram_id),
            };
            self.referrers.insert(event.telegram_id, event.merchant_id);
            self.watch(path, event.merchant_id, sums);
        }
        if let Event::Merchant(Merchant::Registered(new)) = event
            && let Some(person) = new.telegram_id
        {
            self.merchants.insert(person, new.merchant_id);
            if let Some(referrer) = self.referrers.get(&person).copied() {
                let before = format!("customer:{person}:USDT-TRC20");
                self.add(referrer, -sums.get(&before).balance());
                self.watched.remove(&before);
                self.watch(main(new.merchant_id), referrer, sums);
            }
        }
        for transfer in event.transfers() {
            let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
            for (account, amount) in [(transfer.debit(), -amount), (transfer.credit(), amount)] {
                if let Some(referrer) = self.watched.get(&account.to_string()).copied() {
                    self.add(referrer, amount);
                }
            }
        }
    }

    fn watch(&mut self, path: String, referrer: MerchantId, sums: &Sums) {
        self.add(referrer, sums.get(&path).balance());
        self.watched.insert(path, referrer);
    }

    fn add(&mut self, referrer: MerchantId, amount: i128) {
        let sum = self.sums.entry(referrer).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// What is wrong with an event's charge, or with a fee that no charge explains; neither `self` nor
    /// `sums` have taken the event in.
    pub(crate) fn faults(&self, event: &Event, sums: &Sums) -> Vec<String> {
        let charged: u128 = event
            .transfers()
            .iter()
            .filter(|transfer| is_api_fee(transfer.credit()))
            .map(|transfer| transfer.amount().units())
            .sum();
        let Some((merchant, charge)) = charge_of(event) else {
            // A correction says why itself.
            let unexplained = charged > 0 && !matches!(event, Event::Adjustment(_));
            let unexplained = unexplained.then(|| "a fee that no charge explains".to_owned());
            return unexplained.into_iter().collect();
        };
        let mut faults = Vec::new();
        if !charge.is_sound() {
            faults.push("the fee does not follow from its charge".to_owned());
        }
        if charged != charge.fee.units() {
            faults.push(format!("{charged} was charged, the charge says {}", charge.fee));
        }
        let held = format!("merchant:{merchant}:main:held:USDT-TRC20");
        let own = sums.get(&main(merchant)).balance().saturating_add(sums.get(&held).balance());
        let holdings = own.saturating_add(self.of(merchant));
        if i128::try_from(charge.holdings.units()) != Ok(holdings) {
            faults.push(format!("the charge says holdings {}, it was {holdings}", charge.holdings));
        }
        faults
    }
}

fn is_api_fee(account: Account) -> bool {
    matches!(account, Account::Fees { kind: FeeKind::PartnerApi, .. })
}

/// The charge in an event, and who paid it.
fn charge_of(event: &Event) -> Option<(MerchantId, &Charge)> {
    match event {
        Event::PaymentLink(Link::Created(new)) => Some((new.merchant_id, new.charge.as_ref()?)),
        Event::Payout(Payout::Completed(done)) => Some((done.merchant_id, done.charge.as_ref()?)),
        Event::PaymentLink(Link::Received(_) | Link::Paid(_) | Link::Expired(_))
        | Event::Merchant(_)
        | Event::Payment(_)
        | Event::RateLock(_)
        | Event::Conversion(_)
        | Event::Adjustment(_)
        | Event::Customer(_)
        | Event::Deposit(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, payload: &str) -> Event {
        journal::decode(kind, payload.as_bytes()).unwrap()
    }

    #[test]
    fn a_charge_that_was_tampered_with_is_found() {
        let merchant = "00000000-0000-0000-0000-000000000001";
        let fund = format!(
            r#"{{"adjustment_id":"{merchant}","account":"merchant:{merchant}:main:USDT-TRC20","rail":"sandbox","reason":"r","transfers":[{{"debit":"external:sandbox:USDT-TRC20","credit":"merchant:{merchant}:main:USDT-TRC20","asset":"USDT-TRC20","amount":"100"}}]}}"#
        );
        let created = |holdings: &str, fee: &str, paid: &str| {
            event(
                "payment_link.created",
                &format!(
                    r#"{{"payment_link_id":"{merchant}","merchant_id":"{merchant}","dialect":"partner","token":"t","asset":"USDT-TRC20","amount":"5","expires_at":"2026-11-21T00:00:00Z","charge":{{"base":"10","holdings":"{holdings}","tier_from":"0","tier_below":"1000","discount_percent":"25","fee":"{fee}"}},"transfers":[{{"debit":"merchant:{merchant}:main:USDT-TRC20","credit":"fees:partner_api:USDT-TRC20","asset":"USDT-TRC20","amount":"{paid}"}}]}}"#
                ),
            )
        };
        let mut sums = Sums::default();
        let mut referrals = Referrals::default();
        let fund = event("adjustment.posted", &fund);
        referrals.follow(&fund, &sums);
        sums.post(&fund);
        let faults = |event: Event| referrals.faults(&event, &sums).join("; ");
        assert_eq!(faults(created("100", "8", "8")), "", "7.5 rounded up");
        assert_eq!(faults(created("100", "7", "7")), "the fee does not follow from its charge");
        assert_eq!(faults(created("100", "8", "9")), "9 was charged, the charge says 8");
        assert_eq!(faults(created("99", "8", "8")), "the charge says holdings 99, it was 100");
    }
}
