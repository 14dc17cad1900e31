//! The fold into `read.payment_links`.

use domain::fees::Charge;
use domain::payment_link::{Created, Event as Link, Paid, Received};
use domain::{Event, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, signed, time};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const PAID: &str = include_str!("paid.sql");
pub(super) const EXPIRED: &str =
    "UPDATE read.payment_links SET status = 'expired' WHERE payment_link_id = ANY ($1)";
pub(super) const RECEIVED: &str =
    "UPDATE read.payment_links SET received = $2::text::numeric WHERE payment_link_id = $1";

/// New links since the last write, and what became of links, in order.
#[derive(Default)]
pub(crate) struct Fold {
    new: Vec<(Box<Created>, u64, Timestamp)>,
    received: Vec<Received>,
    paid: Vec<(Box<Paid>, u64, Timestamp)>,
    expired: Vec<Uuid>,
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "payment_links"
    }

    fn apply(&mut self, fact: &Fact) {
        let Event::PaymentLink(event) = &fact.event else { return };
        let (position, at) = (fact.position, fact.recorded_at);
        match event {
            Link::Created(new) => self.new.push((new.clone(), position, at)),
            Link::Received(event) => self.received.push(event.as_ref().clone()),
            Link::Paid(event) => self.paid.push((event.clone(), position, at)),
            Link::Expired(event) => self.expired.push(event.payment_link_id.0),
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let Self { new, received, paid, expired } = std::mem::take(self);
            if !new.is_empty() {
                insert(to, &new).await?;
            }
            for event in received {
                let total = event.total.to_string();
                to.execute(RECEIVED, &[&event.payment_link_id.0, &total]).await?;
            }
            if !paid.is_empty() {
                pay(to, &paid).await?;
            }
            if !expired.is_empty() {
                to.execute(EXPIRED, &[&expired]).await?;
            }
            Ok(())
        })
    }
}

async fn pay(to: &Transaction<'_>, paid: &[(Box<Paid>, u64, Timestamp)]) -> Result<(), Error> {
    let statement = to.prepare(PAID).await?;
    for (event, position, at) in paid {
        let payer = event.payer.map(|id| signed(id.get()));
        let parameters: Parameters<'_> = &[
            &event.payment_link_id.0,
            &payer,
            &event.asset.to_string(),
            &event.amount.to_string(),
            &event.fee.to_string(),
            &event.quote.map(|quote| quote.rate.to_string()),
            &event.quote.map(|quote| quote.source.to_string()),
            &event.quote.map(|quote| time(quote.at)),
            &signed(*position),
            &time(*at),
        ];
        to.execute(&statement, parameters).await?;
    }
    Ok(())
}

/// What a call cost, as the tables keep it.
pub(crate) fn fee(charge: Option<&Charge>) -> String {
    charge.map_or_else(|| "0".to_owned(), |charge| charge.fee.to_string())
}

async fn insert(to: &Transaction<'_>, new: &[(Box<Created>, u64, Timestamp)]) -> Result<(), Error> {
    fn column<'a, T>(
        rows: &'a [(Box<Created>, u64, Timestamp)],
        of: impl Fn(&'a Created) -> T,
    ) -> Vec<T> {
        rows.iter().map(|(event, _, _)| of(event)).collect()
    }
    let ids = column(new, |event| event.payment_link_id.0);
    let merchants = column(new, |event| event.merchant_id.0);
    let positions: Vec<_> = new.iter().map(|(_, position, _)| signed(*position)).collect();
    let dialects = column(new, |event| event.dialect.to_string());
    let tokens = column(new, |event| event.token.as_str());
    let assets = column(new, |event| event.asset.to_string());
    let amounts = column(new, |event| event.amount.to_string());
    let descriptions = column(new, |event| event.description.as_deref());
    let metadata = column(new, |event| event.metadata.as_deref());
    let callbacks = column(new, |event| event.callback_url.as_deref());
    let successes = column(new, |event| event.success_url.as_deref());
    let percents = column(new, |event| event.fee_percent.as_deref());
    let fees = column(new, |event| fee(event.charge.as_ref()));
    let expiries = column(new, |event| event.expires_at.map(time));
    let times: Vec<_> = new.iter().map(|(_, _, at)| time(*at)).collect();
    let parameters: Parameters<'_> = &[
        &ids,
        &merchants,
        &positions,
        &dialects,
        &tokens,
        &assets,
        &amounts,
        &descriptions,
        &metadata,
        &callbacks,
        &successes,
        &percents,
        &fees,
        &expiries,
        &times,
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}
