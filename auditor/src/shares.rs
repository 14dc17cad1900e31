//! The house's shares computed again: of every payment of a link and of every payout, in integers, by
//! the percentage the merchant was registered with; and what has come for each link.

use std::collections::HashMap;

use domain::merchant::Event as Merchant;
use domain::payment_link::{Event as Link, Paid, Received};
use domain::payout::{Completed, Event as Payout};
use domain::{Account, Catalogue, Event, FeeKind, MerchantId, Name, PaymentLinkId, Transfer};

/// Amount and share, in base units.
type Part = (u128, u128);

/// Percentages, and links with what has come for them.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    percents: HashMap<MerchantId, String>,
    links: HashMap<PaymentLinkId, Standing>,
    catalogue: Catalogue,
}

#[derive(Debug)]
struct Standing {
    percent: Option<String>,
    paid: bool,
    total: u128,
    came: HashMap<Name, Part>,
}

impl Shares {
    /// A share, rounded down at the money scale; of an asset that is not the house's at its last unit.
    fn of(&self, asset: Name, amount: u128, percent: Option<&str>) -> Option<u128> {
        let (whole, fraction) =
            percent.map_or(("0", ""), |it| it.split_once('.').unwrap_or((it, "")));
        let hundredths: u128 = format!("{whole}{fraction}").parse().ok()?;
        let places = u32::try_from(fraction.len()).ok()?;
        let divisor = 10_u128.checked_pow(places.checked_add(2)?)?;
        let share = amount.checked_mul(hundredths)?.checked_div(divisor)?;
        let known = self.catalogue.get(asset);
        let finer = known.map_or(0, |asset| asset.exponent.saturating_sub(asset.scale));
        let step = 10_u128.checked_pow(u32::from(finer))?;
        share.checked_sub(share.checked_rem(step)?)
    }

    /// What is wrong with the shares in an event that was not taken in yet.
    pub(crate) fn faults(&self, event: &Event) -> Vec<String> {
        let taken = fees(event.transfers());
        match event {
            Event::PaymentLink(Link::Received(received)) => self.received(received, taken),
            Event::PaymentLink(Link::Paid(paid)) => self.paid(paid, taken),
            Event::Payout(Payout::Completed(done)) => self.payout(done, taken),
            Event::PaymentLink(Link::Created(new)) => {
                let percent = self.percents.get(&new.merchant_id);
                let own = new.fee_percent.is_none() || new.fee_percent.as_ref() == percent;
                said(own, || "the link has another percentage than its merchant".to_owned())
            }
            // A correction says why itself.
            Event::Adjustment(_) => vec![],
            Event::PaymentLink(Link::Expired(_))
            | Event::Merchant(_)
            | Event::Payment(_)
            | Event::RateLock(_)
            | Event::Conversion(_)
            | Event::Customer(_)
            | Event::Deposit(_) => {
                said(taken == 0, || format!("{taken} went to fees that nothing explains"))
            }
        }
    }

    fn received(&self, event: &Received, taken: u128) -> Vec<String> {
        let Some(link) = self.links.get(&event.payment_link_id) else {
            return vec!["money came for a link that does not exist".to_owned()];
        };
        let (amount, before) = link.before(event.asset);
        let all = amount.saturating_add(event.amount.units());
        let share = self.of(event.asset, all, link.percent.as_deref()).unwrap_or_default();
        let share = share.saturating_sub(before);
        let total = link.total.saturating_add(event.value.unwrap_or_default().units());
        let mut faults = agrees(share, event.fee.units(), taken);
        faults.extend(said(total == event.total.units(), || {
            format!("{total} has come for the link, the event says {}", event.total)
        }));
        faults
    }

    fn paid(&self, event: &Paid, taken: u128) -> Vec<String> {
        let Some(link) = self.links.get(&event.payment_link_id).filter(|link| !link.paid) else {
            return vec!["a link was paid that could not be".to_owned()];
        };
        let (amount, before) = link.before(event.asset);
        // The payer's own part is the one transfer that is no fee.
        let part: u128 = event.transfers.iter().filter(|it| !is_fee(it)).map(units).sum();
        let all = amount.saturating_add(part);
        let share = self.of(event.asset, all, link.percent.as_deref()).unwrap_or_default();
        let mut faults = agrees(share, event.fee.units(), taken.saturating_add(before));
        faults.extend(said(all == event.amount.units(), || {
            format!("{all} was paid, the event says {}", event.amount)
        }));
        faults
    }

    fn payout(&self, event: &Completed, taken: u128) -> Vec<String> {
        let Some(fee) = &event.fee else {
            return said(taken == 0, || format!("{taken} went to fees that nothing explains"));
        };
        let share = self.of(event.asset, event.amount.units(), Some(&fee.percent));
        let mut faults = agrees(share.unwrap_or_default(), fee.amount.units(), taken);
        let own = self.percents.get(&event.merchant_id) == Some(&fee.percent);
        faults.extend(said(own, || "the payout has another percentage than its merchant".into()));
        faults
    }

    /// Takes in an event.
    pub(crate) fn follow(&mut self, event: &Event) {
        match event {
            Event::Merchant(Merchant::Registered(new)) => {
                self.percents.insert(new.merchant_id, new.fee_percent.clone());
            }
            Event::PaymentLink(Link::Created(new)) => {
                let percent = new.fee_percent.clone();
                let link = Standing { percent, paid: false, total: 0, came: HashMap::new() };
                self.links.insert(new.payment_link_id, link);
            }
            Event::PaymentLink(Link::Received(event)) => {
                if let Some(link) = self.links.get_mut(&event.payment_link_id) {
                    link.total = event.total.units();
                    let (amount, share) = link.came.entry(event.asset).or_default();
                    *amount = amount.saturating_add(event.amount.units());
                    *share = share.saturating_add(event.fee.units());
                }
            }
            Event::PaymentLink(Link::Paid(event)) => {
                if let Some(link) = self.links.get_mut(&event.payment_link_id) {
                    (link.paid, link.came) = (true, HashMap::new());
                }
            }
            Event::Merchant(_)
            | Event::PaymentLink(Link::Expired(_))
            | Event::Payment(_)
            | Event::RateLock(_)
            | Event::Conversion(_)
            | Event::Adjustment(_)
            | Event::Customer(_)
            | Event::Payout(_)
            | Event::Deposit(_) => {}
        }
    }
}

impl Standing {
    /// What came before in this asset: of a paid link everything counts by itself.
    fn before(&self, asset: Name) -> Part {
        if self.paid { (0, 0) } else { self.came.get(&asset).copied().unwrap_or_default() }
    }
}

fn units(transfer: &Transfer) -> u128 {
    transfer.amount().units()
}

fn is_fee(transfer: &Transfer) -> bool {
    matches!(transfer.credit(), Account::Fees { kind: FeeKind::Wallet, .. })
}

/// What goes to the house's share account.
fn fees(transfers: &[Transfer]) -> u128 {
    transfers.iter().filter(|transfer| is_fee(transfer)).map(units).sum()
}

/// The share as it is computed, as the event says it, and as it was taken.
fn agrees(share: u128, said_share: u128, taken: u128) -> Vec<String> {
    let mut faults =
        said(share == said_share, || format!("the share is {share}, the event says {said_share}"));
    faults.extend(said(taken == said_share, || {
        format!("{taken} was taken, the event says a share of {said_share}")
    }));
    faults
}

/// The fault, unless all is well.
fn said(well: bool, fault: impl FnOnce() -> String) -> Vec<String> {
    if well { vec![] } else { vec![fault()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-0000-0000-000000000001";

    fn event(kind: &str, payload: &str) -> Event {
        journal::decode(kind, payload.replace("ID", ID).as_bytes()).unwrap()
    }

    fn moved(debit: &str, credit: &str, amount: u32) -> String {
        format!(
            r#"{{"debit":"{debit}:USDT-TRC20","credit":"{credit}:USDT-TRC20","asset":"USDT-TRC20","amount":"{amount}"}}"#
        )
    }

    fn received(amount: u32, total: u32, fee: u32, taken: u32) -> Event {
        let fees = moved("merchant:ID:main", "fees:wallet", taken);
        event(
            "payment_link.received",
            &format!(
                r#"{{"payment_link_id":"ID","merchant_id":"ID","deposit_id":"ID","asset":"USDT-TRC20","amount":"{amount}","value":"{amount}","total":"{total}","outcome":"underpaid","fee":"{fee}","transfers":[{fees}]}}"#
            ),
        )
    }

    fn paid(part: u32, amount: u32, fee: u32, taken: u32) -> Event {
        let fees = moved("merchant:ID:main", "fees:wallet", taken);
        let part = moved("customer:7", "merchant:ID:main", part);
        event(
            "payment_link.paid",
            &format!(
                r#"{{"payment_link_id":"ID","merchant_id":"ID","dialect":"wallet","payer":"7","asset":"USDT-TRC20","amount":"{amount}","fee":"{fee}","transfers":[{part},{fees}]}}"#
            ),
        )
    }

    #[test]
    fn a_share_that_was_tampered_with_is_found() {
        let mut shares = Shares::default();
        shares.percents.insert(ID.parse().unwrap(), "1".to_owned());
        let created = event(
            "payment_link.created",
            r#"{"payment_link_id":"ID","merchant_id":"ID","dialect":"wallet","token":"t","asset":"USDT-TRC20","amount":"25500000","fee_percent":"1"}"#,
        );
        assert!(shares.faults(&created).is_empty());
        shares.follow(&created);
        let faults = |shares: &Shares, event: &Event| shares.faults(event).join("; ");
        let part = received(10_990_000, 10_990_000, 100_000, 100_000);
        assert_eq!(faults(&shares, &part), "", "0.1099, rounded down to cents");
        for (bad, found) in [
            (received(10_990_000, 10_990_000, 110_000, 110_000), "the share is 100000, the event"),
            (received(10_990_000, 10_990_000, 100_000, 90_000), "90000 was taken, the event says"),
            (received(10_990_000, 11_000_000, 100_000, 100_000), "10990000 has come for the link"),
        ] {
            let faults = faults(&shares, &bad);
            assert!(faults.starts_with(found), "{faults}");
        }
        shares.follow(&part);
        // The rest from a balance: the share of the whole, less what was taken.
        assert_eq!(faults(&shares, &paid(14_510_000, 25_500_000, 250_000, 150_000)), "");
        let alone = faults(&shares, &paid(14_510_000, 14_510_000, 140_000, 140_000));
        assert!(alone.contains("the share is 250000") && alone.contains("25500000 was paid"));
        shares.follow(&paid(14_510_000, 25_500_000, 250_000, 150_000));
        let again = faults(&shares, &paid(25_500_000, 25_500_000, 250_000, 250_000));
        assert_eq!(again, "a link was paid that could not be");
        // What comes twice has a share of its own.
        assert_eq!(faults(&shares, &received(1_000_000, 11_990_000, 10_000, 10_000)), "");
    }
}
