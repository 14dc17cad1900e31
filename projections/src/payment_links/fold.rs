//! The fold into `read.payment_links`.

use std::collections::HashMap;
use std::time::SystemTime;

use domain::fees::Charge;
use domain::payment_link::{Created, Event as Link};
use domain::{Event, PaymentLinkId, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, signed, time};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const UPDATE: &str = include_str!("update.sql");

struct Ended {
    status: &'static str,
    payer: Option<i64>,
    paid_at: Option<SystemTime>,
}

/// New links since the last write, and those that came to an end.
#[derive(Default)]
pub(crate) struct Fold {
    new: Vec<(Box<Created>, u64, Timestamp)>,
    ended: HashMap<PaymentLinkId, Ended>,
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "payment_links"
    }

    fn apply(&mut self, fact: &Fact) {
        let Event::PaymentLink(event) = &fact.event else { return };
        let ended = match event {
            Link::Created(new) => {
                self.new.push((new.clone(), fact.position, fact.recorded_at));
                return;
            }
            Link::Paid(event) => Ended {
                status: "completed",
                payer: Some(signed(event.payer.get())),
                paid_at: Some(time(fact.recorded_at)),
            },
            Link::Expired(_) => Ended { status: "expired", payer: None, paid_at: None },
        };
        self.ended.insert(event.payment_link_id(), ended);
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let new = std::mem::take(&mut self.new);
            if !new.is_empty() {
                insert(to, &new).await?;
            }
            let ended = std::mem::take(&mut self.ended);
            if !ended.is_empty() {
                let ids: Vec<_> = ended.keys().map(|id| id.0).collect();
                let statuses: Vec<_> = ended.values().map(|ended| ended.status).collect();
                let payers: Vec<_> = ended.values().map(|ended| ended.payer).collect();
                let times: Vec<_> = ended.values().map(|ended| ended.paid_at).collect();
                to.execute(UPDATE, &[&ids, &statuses, &payers, &times]).await?;
            }
            Ok(())
        })
    }
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
    let fees = column(new, |event| fee(event.charge.as_ref()));
    let expiries = column(new, |event| time(event.expires_at));
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
        &fees,
        &expiries,
        &times,
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}
