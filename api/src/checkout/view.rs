//! A payment link as its payer sees it: what is due, in what, and how it can be sent.

use domain::{Amount, Asset, Name, Quote};
use projections::deposits;
use projections::payment_links::Row;

use super::uri::{self, Ask};
use super::words::Words;
use crate::{Gateway, partner, wallet};

/// Where a payment stands, for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Waiting,
    Underpaid,
    Paid,
    Expired,
}

impl State {
    /// Of a link, by the clock: the fact of an expiry may be a moment late.
    pub(crate) fn of(row: &Row, gateway: &Gateway) -> Self {
        let over = row.expires_at.is_some_and(|at| gateway.clock.now() >= at);
        match row.status.as_str() {
            "completed" => Self::Paid,
            "expired" => Self::Expired,
            _ if over => Self::Expired,
            _ if row.received.is_zero() => Self::Waiting,
            _ => Self::Underpaid,
        }
    }

    /// As style sheets and scripts know it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Underpaid => "underpaid",
            Self::Paid => "paid",
            Self::Expired => "expired",
        }
    }
}

/// One asset a link can be paid in.
#[derive(Debug)]
pub(crate) struct Option_ {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) network: String,
    /// What to send, in the asset's units.
    pub(crate) amount: String,
    /// Shape: `1 BTC = 60000 USD`.
    pub(crate) rate: Option<String>,
    pub(crate) by_network: Option<ByNetwork>,
}

/// How money is sent on a network.
#[derive(Debug)]
pub(crate) struct ByNetwork {
    pub(crate) address: String,
    pub(crate) memo: String,
    pub(crate) uri: Option<String>,
    pub(crate) qr: String,
    pub(crate) size: usize,
}

/// An amount with its code. Shape: `25.50 USD`.
pub(crate) fn money(gateway: &Gateway, asset: Name, amount: Amount) -> String {
    let text = fixed(gateway, asset, amount);
    format!("{text} {}", wallet::code(asset.as_str()))
}

/// An amount with at least two of its decimals, if it has any.
fn fixed(gateway: &Gateway, asset: Name, amount: Amount) -> String {
    let Some(asset) = gateway.catalogue.get(asset) else { return amount.to_string() };
    let text = asset.text(i128::try_from(amount.units()).unwrap_or(i128::MAX));
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{whole}.{fraction:0<2}"),
        None if asset.scale >= 2 => format!("{text}.00"),
        None => text,
    }
}

/// Money that came on a network, for a person.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) amount: String,
    pub(crate) network: String,
    pub(crate) outcome: &'static str,
    pub(crate) transaction: String,
}

impl Arrival {
    pub(crate) fn of(gateway: &Gateway, words: &'static Words, row: &deposits::Row) -> Self {
        let asset = gateway.catalogue.get(row.asset);
        Self {
            amount: money(gateway, row.asset, row.amount),
            network: asset.map_or("", wallet::network).to_owned(),
            outcome: words.outcome(&row.outcome),
            transaction: row.tx_id.clone(),
        }
    }
}

/// What is left to be paid, in the link's own money.
pub(crate) fn due(row: &Row) -> Amount {
    let rest = row.amount.minus(row.received).filter(|rest| !rest.is_zero());
    rest.unwrap_or(row.amount)
}

/// Every asset the link can be paid in now: its own, or any with a rate.
pub(crate) fn options(gateway: &Gateway, row: &Row) -> Vec<Option_> {
    let own = gateway.catalogue.get(row.asset);
    let payable: Vec<&Asset> = match own {
        Some(own) if own.is_payable() => vec![own],
        Some(_) | None => gateway.catalogue.iter().filter(|asset| asset.is_payable()).collect(),
    };
    let options = payable.into_iter().filter_map(|asset| option(gateway, row, asset));
    let mut options: Vec<_> = options.collect();
    // What can be sent from any wallet comes first.
    options.sort_by_key(|option| option.by_network.is_none());
    options
}

fn option(gateway: &Gateway, row: &Row, asset: &Asset) -> Option<Option_> {
    let quote = gateway.worth(asset.id, row.asset);
    let amount = if asset.id == row.asset {
        due(row)
    } else {
        let price = gateway.catalogue.get(row.asset)?.decimal(due(row))?;
        asset.priced(price, quote?.rate).filter(|amount| !amount.is_zero())?
    };
    let code = wallet::code(asset.id.as_str()).to_owned();
    let amount = asset.text(i128::try_from(amount.units()).ok()?);
    Some(Option_ {
        id: asset.id.to_string(),
        network: wallet::network(asset).to_owned(),
        rate: quote.map(|quote| rate(&code, &quote, row)),
        by_network: by_network(gateway, row, asset, &amount),
        code,
        amount,
    })
}

fn rate(code: &str, quote: &Quote, row: &Row) -> String {
    format!("1 {code} = {} {}", quote.rate, row.asset)
}

fn by_network(gateway: &Gateway, row: &Row, asset: &Asset, amount: &str) -> Option<ByNetwork> {
    let address = gateway.networks.deposit_address(&asset.network)?;
    let ask = Ask { address: &address, amount, memo: &row.token };
    let uri = uri::payment(asset.id.as_str(), &asset.network, ask);
    let (qr, size) = uri::qr(uri.as_deref().unwrap_or(&address))?;
    Some(ByNetwork { memo: row.token.clone(), uri, qr, size, address })
}

/// Where the link is paid in Telegram.
pub(crate) fn telegram(gateway: &Gateway, row: &Row) -> String {
    let settings = &gateway.settings;
    let prefix = if row.dialect == partner::NAME {
        &settings.partner.link_url
    } else {
        &settings.wallet.link_url
    };
    format!("{prefix}{}", row.token)
}
