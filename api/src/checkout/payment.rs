//! `/pay/<token, link id or payment id>`: 200 in every state of a known link.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};
use projections::deposits;
use projections::payment_links::Row;

use super::view::{self, Arrival, Option_, State};
use super::words::Words;
use super::{language, missing, rendered, unread};
use crate::links::{self, Unread};
use crate::{Gateway, Mode};

/// The page.
#[derive(Template)]
#[template(path = "checkout.html")]
struct Checkout {
    words: &'static Words,
    id: String,
    merchant: String,
    description: Option<String>,
    state: &'static str,
    headline: &'static str,
    note: Option<&'static str>,
    price: String,
    due: String,
    received: Option<String>,
    options: Vec<Option_>,
    /// Where the payer goes on to, once it is paid.
    onward: Option<String>,
    telegram: String,
    qr: Option<(String, usize)>,
    /// Seconds since 1970, and how many are left.
    expiry: Option<(i64, String)>,
    paid: Option<Paid>,
    arrivals: Vec<Arrival>,
    sandbox: bool,
    panel: Panel,
}

/// The sandbox's panel: what was typed into it, and what went wrong with that.
pub(super) struct Panel {
    pub(super) telegram_id: String,
    pub(super) fund: bool,
    pub(super) refusal: Option<String>,
}

impl Default for Panel {
    fn default() -> Self {
        Self { telegram_id: "987654321".to_owned(), fund: true, refusal: None }
    }
}

/// What a paid page says beside the price.
struct Paid {
    amount: String,
    position: u64,
    at: String,
}

#[handler]
pub(super) async fn show(
    request: &Request,
    Path(id): Path<String>,
    gateway: Data<&Arc<Gateway>>,
) -> Response {
    page(&gateway, language(request), &id, Panel::default()).await
}

/// The page as it is now.
pub(super) async fn page(
    gateway: &Gateway,
    words: &'static Words,
    id: &str,
    panel: Panel,
) -> Response {
    let row = match links::find(gateway, id).await {
        Ok(Some(row)) => row,
        Ok(None) => return missing(words),
        Err(error) => return unread(error),
    };
    let arrivals = match deposits::of_link(&gateway.reads, row.payment_link_id).await {
        Ok(arrivals) => arrivals,
        Err(error) => return unread(Unread::Failed(error)),
    };
    let refused = panel.refusal.is_some();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    rendered(status, &checkout(gateway, words, row, &arrivals, panel))
}

fn checkout(
    gateway: &Gateway,
    words: &'static Words,
    row: Row,
    arrivals: &[deposits::Row],
    panel: Panel,
) -> Checkout {
    let state = State::of(&row, gateway);
    let came = |outcomes: &[&str]| {
        arrivals.iter().any(|arrival| outcomes.contains(&arrival.outcome.as_str()))
    };
    let open = matches!(state, State::Waiting | State::Underpaid);
    let (headline, note) = match state {
        State::Waiting | State::Underpaid if came(&["unvalued"]) => {
            (words.underpaid, Some(words.late_note))
        }
        State::Waiting => (words.waiting, None),
        State::Underpaid => (words.underpaid, None),
        State::Paid if came(&["overpaid", "duplicate"]) => (words.paid, Some(words.more_note)),
        State::Paid => (words.paid, Some(words.paid_note)),
        State::Expired if !arrivals.is_empty() => (words.expired, Some(words.late_note)),
        State::Expired => (words.expired, Some(words.expired_note)),
    };
    let telegram = view::telegram(gateway, &row);
    let listed = gateway.directory.find(row.merchant_id);
    let left = |at: domain::Timestamp| at.seconds().saturating_sub(gateway.clock.now().seconds());
    let received = Some(row.received).filter(|received| !received.is_zero());
    Checkout {
        words,
        id: row.token.clone(),
        merchant: listed.map(|listed| listed.name).unwrap_or_default(),
        description: row.description.clone(),
        state: state.as_str(),
        headline,
        note,
        price: view::money(gateway, row.asset, row.amount),
        due: view::money(gateway, row.asset, view::due(&row)),
        received: received.map(|received| view::money(gateway, row.asset, received)),
        onward: row.success_url.clone().filter(|_| state == State::Paid),
        options: if open { view::options(gateway, &row) } else { vec![] },
        qr: if open { super::uri::qr(&telegram) } else { None },
        telegram,
        expiry: row.expires_at.filter(|_| open).map(|at| (at.seconds(), clock(left(at)))),
        paid: row.payment.as_ref().map(|payment| Paid {
            amount: view::money(gateway, payment.asset, payment.amount),
            position: payment.position,
            at: payment.at.rfc3339_seconds(),
        }),
        arrivals: arrivals.iter().map(|it| Arrival::of(gateway, words, it)).collect(),
        sandbox: open && gateway.settings.mode == Mode::Sandbox,
        panel,
    }
}

/// Seconds as a clock shows them. Shape: `23:59:59`.
fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, rest) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{rest:02}", minutes / 60, minutes % 60)
}
