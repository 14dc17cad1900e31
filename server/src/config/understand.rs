//! What the texts of the partner's and the networks' settings mean.

use std::time::Duration;

use adapters::chain::simulated::Kind;
use adapters::chain::tron;
use adapters::rates::http::Source;
use api::partner::{Limits, Settings};
use api::wallet;
use domain::fees::{Calls, Percent, Tier, Tiers};
use domain::{Amount, Catalogue, Name, money};

use super::Config;
use crate::processes::rates::Asking;

/// An amount of USDT.
fn usdt(books: &Catalogue, name: &str, text: &str, faults: &mut Vec<String>) -> Option<Amount> {
    let amount = books.get(money::USDT_TRC20).and_then(|asset| asset.parse(text).ok());
    if amount.is_none() {
        faults.push(format!("{name} is an amount of USDT, not {text}"));
    }
    amount
}

/// What calls of the partner API cost.
pub(super) fn calls(config: &Config, books: &Catalogue, faults: &mut Vec<String>) -> Option<Calls> {
    let fee = &config.partner;
    let payment = usdt(books, "partner.payment_fee", &fee.payment_fee, faults);
    let withdrawal = usdt(books, "partner.withdrawal_fee", &fee.withdrawal_fee, faults);
    let tiers = config.partner_tiers.iter().map(|(from, percent)| {
        let discount = Percent::parse(percent);
        if discount.is_none() {
            faults.push(format!("partner_tiers.{from} is 0 to 100, not {percent}"));
        }
        Some(Tier { from: usdt(books, "partner_tiers", from, faults)?, discount: discount? })
    });
    let tiers: Option<Vec<_>> = tiers.collect();
    let tiers = tiers.and_then(|tiers| {
        let rising = Tiers::new(tiers);
        if rising.is_none() {
            faults.push("partner_tiers: more holdings never have the smaller discount".into());
        }
        rising
    });
    Some(Calls { payment: payment?, withdrawal: withdrawal?, tiers: tiers? })
}

/// How the partner dialect behaves.
pub(super) fn partner(
    config: &Config,
    books: &Catalogue,
    open_registration: bool,
    faults: &mut Vec<String>,
) -> Option<Settings> {
    let partner = &config.partner;
    let address = Some(partner.deposit_address.clone()).filter(|address| !address.is_empty());
    if address.as_deref().is_some_and(|address| !tron::is_address(address)) {
        faults.push("partner.deposit_address is no address of TRON".into());
    }
    check_url("partner.link_url", &partner.link_url, faults);
    Some(Settings {
        limits: Limits {
            payments: partner.payments_per_minute,
            withdrawals: partner.withdrawals_per_minute,
            reads: partner.reads_per_minute,
            settings: partner.settings_per_minute,
            registration: partner.registration_per_minute,
        },
        open_registration,
        link_url: partner.link_url.clone(),
        deposit_address: address,
        plan_price: usdt(books, "partner.plan_price", &partner.plan_price, faults)?,
    })
}

/// How the wallet dialect behaves.
pub(super) fn wallet(config: &Config, faults: &mut Vec<String>) -> wallet::Settings {
    let wallet = &config.wallet;
    check_url("wallet.link_url", &wallet.link_url, faults);
    wallet::Settings { link_url: wallet.link_url.clone(), limit: wallet.requests_per_minute }
}

fn check_url(name: &str, url: &str, faults: &mut Vec<String>) {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        faults.push(format!("{name} is an http or https URL"));
    }
}

/// How much of a price may be missing where a rate was asked.
pub(super) fn tolerance(config: &Config, faults: &mut Vec<String>) -> Percent {
    let percent = Percent::parse(&config.links.tolerance_percent);
    if percent.is_none() {
        faults.push("links.tolerance_percent is 0 to 100".into());
    }
    percent.unwrap_or(Percent::ZERO)
}

/// The networks there are, and how many blocks make their transactions final.
pub(super) fn chains(config: &Config, faults: &mut Vec<String>) -> Vec<(Kind, u64)> {
    let known = |name: &str| Kind::ALL.into_iter().find(|kind| kind.network().as_str() == name);
    for (name, count) in &config.confirmations {
        if known(name).is_none() || *count == 0 {
            faults.push(format!("confirmations.{name} = {count} is no count of a known network"));
        }
    }
    let of = |kind: Kind| config.confirmations.get(kind.network().as_str()).copied();
    Kind::ALL.into_iter().map(|kind| (kind, of(kind).unwrap_or(1))).collect()
}

/// Who is asked for rates. Shape of a pair's places: `coingecko:bitcoin.usd binance:price`.
pub(super) fn asking(
    config: &Config,
    books: &Catalogue,
    faults: &mut Vec<String>,
) -> Option<Asking> {
    let http = &config.rates_http;
    let spread = Percent::parse(&http.spread_percent);
    if spread.is_none() || http.poll_seconds == 0 || http.quorum == 0 {
        faults.push("rates_http: poll_seconds, quorum and spread_percent are positive".into());
    }
    if u64::from(http.stale_seconds) <= http.poll_seconds {
        faults.push("rates_http: a rate is stale before the next is asked for".into());
    }
    let mut sources: Vec<Source> = config
        .rate_sources
        .iter()
        .map(|(name, url)| {
            check_url(&format!("rate_sources.{name}"), url, faults);
            if config.mode == "live" && !url.starts_with("https://") {
                faults.push(format!("rate_sources.{name} is an https URL in live mode"));
            }
            Source { name: name.to_ascii_lowercase(), url: url.clone(), pairs: vec![] }
        })
        .collect();
    let asset = |id: &str| Name::new(id).filter(|id| books.get(*id).is_some());
    for (text, places) in &config.rate_pairs {
        let pair =
            text.split_once('/').and_then(|(base, quote)| Some((asset(base)?, asset(quote)?)));
        for place in places.split_whitespace() {
            let known = place.split_once(':').and_then(|(name, path)| {
                let source = sources.iter_mut().find(|it| it.name == name.to_ascii_lowercase())?;
                // A source has one voice.
                let new = source.pairs.iter().all(|(known, _)| Some(*known) != pair);
                source.pairs.push((pair?, path.parse().ok()?));
                new.then_some(())
            });
            if known.is_none() {
                faults.push(format!(
                    "rate_pairs: {text} = {place} names no pair, source or path, or a source again"
                ));
            }
        }
        if places.split_whitespace().count() < http.quorum {
            faults.push(format!("rate_pairs: {text} has fewer sources than rates_http.quorum"));
        }
    }
    let every = Duration::from_secs(http.poll_seconds);
    Some(Asking { sources, every, quorum: http.quorum, spread: spread? })
}
