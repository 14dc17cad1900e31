//! `/receipts/<token, link id or payment id>`: what was paid, and where the log says so. JSON, or a
//! page that prints.

use std::sync::Arc;

use askama::Template;
use journal::Record;
use journal::postgres::{Browse, browse};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{IntoResponse, Request, Response, handler};
use projections::deposits;
use projections::payment_links::{Payment, Row};
use serde_json::{Value, json};

use super::view::Arrival;
use super::words::Words;
use super::{language, missing, rendered, unread, view};
use crate::links::{self, Unread};
use crate::{Gateway, wallet, web};

/// The page.
#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt {
    words: &'static Words,
    token: String,
    id: String,
    merchant: String,
    description: Option<String>,
    price: String,
    paid: String,
    fee: String,
    net: String,
    rate: Option<String>,
    payer: Option<String>,
    /// Everything that came on networks.
    arrivals: Vec<Arrival>,
    at: String,
    position: u64,
    kind: String,
    leaf: String,
    hash: String,
}

#[handler]
pub(super) async fn show(
    request: &Request,
    Path(id): Path<String>,
    gateway: Data<&Arc<Gateway>>,
) -> Response {
    let accept = request.header("accept").unwrap_or_default();
    let html = accept.contains("text/html");
    let words = language(request);
    let found = match links::find(&gateway, &id).await {
        Ok(found) => found,
        Err(error) => return unread(error),
    };
    let paid = found.and_then(|row| row.payment.clone().map(|payment| (row, payment)));
    let Some((row, payment)) = paid else {
        return if html { missing(words) } else { unpaid() };
    };
    let proof = match proof(&gateway, row, payment).await {
        Ok(proof) => proof,
        Err(error) => return unread(error),
    };
    if html {
        rendered(StatusCode::OK, &page(&gateway, words, &proof))
    } else {
        web::json(StatusCode::OK, &document(&gateway, &proof))
    }
}

/// What a receipt is written from.
struct Proof {
    row: Row,
    payment: Payment,
    arrivals: Vec<deposits::Row>,
    record: Record,
}

async fn proof(gateway: &Gateway, row: Row, payment: Payment) -> Result<Proof, Unread> {
    let record = record(gateway, payment.position).await?;
    let arrivals = deposits::of_link(&gateway.reads, row.payment_link_id).await;
    Ok(Proof { row, payment, arrivals: arrivals.map_err(Unread::Failed)?, record })
}

fn unpaid() -> Response {
    let message = "there is no paid payment of this name";
    let body = json!({ "error": { "code": "not_found", "message": message, "details": {} } });
    web::json(StatusCode::NOT_FOUND, &body).into_response()
}

/// The event that paid it, from the log.
async fn record(gateway: &Gateway, position: u64) -> Result<Record, Unread> {
    let after = position.saturating_sub(1);
    let wanted = Browse { after, limit: 1, ..Browse::default() };
    let found = browse(&gateway.reads, &wanted).await;
    let found = found.map_err(|error| Unread::Failed(projections::Error::Journal(error)))?;
    let malformed = || Unread::Failed(projections::Error::Malformed("journal.events"));
    found.into_iter().next().filter(|record| record.position == position).ok_or_else(malformed)
}

/// The last four digits are enough for who paid to know it was them.
fn masked(payer: i64) -> String {
    let digits = payer.to_string();
    let shown = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    format!("•••{shown}")
}

fn page(gateway: &Gateway, words: &'static Words, proof: &Proof) -> Receipt {
    let Proof { row, payment, arrivals, record } = proof;
    let net = payment.amount.minus(payment.fee).unwrap_or_default();
    let code = wallet::code(payment.asset.as_str());
    let listed = gateway.directory.find(row.merchant_id);
    Receipt {
        words,
        token: row.token.clone(),
        id: links::shown(row.payment_link_id, &row.dialect),
        merchant: listed.map(|listed| listed.name).unwrap_or_default(),
        description: row.description.clone(),
        price: view::money(gateway, row.asset, row.amount),
        paid: view::money(gateway, payment.asset, payment.amount),
        fee: view::money(gateway, payment.asset, payment.fee),
        net: view::money(gateway, payment.asset, net),
        rate: payment.quote.map(|quote| {
            format!("1 {code} = {} {} ({}, {})", quote.rate, row.asset, quote.source, quote.at)
        }),
        payer: payment.payer.map(masked),
        arrivals: arrivals.iter().map(|it| Arrival::of(gateway, words, it)).collect(),
        at: payment.at.rfc3339_seconds(),
        position: payment.position,
        kind: record.kind.clone(),
        leaf: record.leaf.to_string(),
        hash: record.hash.to_string(),
    }
}

fn document(gateway: &Gateway, proof: &Proof) -> Value {
    let Proof { row, payment, arrivals, record } = proof;
    let text = |asset: domain::Name, amount: domain::Amount| {
        let units = i128::try_from(amount.units()).unwrap_or(i128::MAX);
        gateway.catalogue.get(asset).map_or_else(|| amount.to_string(), |it| it.text(units))
    };
    let net = payment.amount.minus(payment.fee).unwrap_or_default();
    let money = |amount| text(payment.asset, amount);
    let listed = gateway.directory.find(row.merchant_id);
    json!({
        "payment_id": links::shown(row.payment_link_id, &row.dialect),
        "token": row.token,
        "dialect": row.dialect,
        "merchant": listed.map(|listed| listed.name),
        "description": row.description,
        "status": "completed",
        "price": { "asset": row.asset.as_str(), "amount": text(row.asset, row.amount) },
        "paid": {
            "asset": payment.asset.as_str(), "amount": money(payment.amount),
            "fee": money(payment.fee), "net": money(net),
        },
        "rate": payment.quote.map(|quote| json!({
            "rate": quote.rate.to_string(), "source": quote.source.as_str(),
            "at": quote.at.to_string(),
        })),
        "payer": payment.payer.map(masked),
        "arrivals": arrivals.iter().map(|it| json!({
            "asset": it.asset.as_str(), "amount": text(it.asset, it.amount),
            "fee": text(it.asset, it.fee), "outcome": it.outcome, "transaction": it.tx_id,
            "position": it.position, "at": it.created_at.to_string(),
        })).collect::<Vec<_>>(),
        "paid_at": payment.at.to_string(),
        "event": {
            "position": record.position, "stream": record.stream, "type": record.kind,
            "recorded_at": record.recorded_at.to_string(),
            "leaf": record.leaf.to_string(), "hash": record.hash.to_string(),
        },
        "verify": [
            format!("quittance-audit trace {}", row.payment_link_id),
            format!("quittance-audit verify --head {}:{}", record.position, record.hash),
        ],
    })
}
