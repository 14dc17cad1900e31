//! The fold into `read.payments`.

use std::collections::HashMap;

use domain::payment::{Event as Payment, Received};
use domain::{ConversionId, Event, PaymentId, Timestamp, money};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, signed, time};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const UPDATE: &str = include_str!("update.sql");

struct Changed {
    status: &'static str,
    conversion: Option<ConversionId>,
    at: Timestamp,
}

/// New payments since the last write, and the last change of each.
#[derive(Default)]
pub(crate) struct Fold {
    new: Vec<(Received, u64, Timestamp)>,
    changed: HashMap<PaymentId, Changed>,
}

impl Model for Fold {
    fn name(&self) -> &'static str {
        "payments"
    }

    fn apply(&mut self, fact: &Fact) {
        let Event::Payment(event) = &fact.event else { return };
        let at = fact.recorded_at;
        let changed = match event {
            Payment::Received(new) => {
                self.new.push((new.as_ref().clone(), fact.position, at));
                return;
            }
            Payment::Started(event) => {
                Changed { status: "converting", conversion: Some(event.conversion_id), at }
            }
            Payment::Converted(event) => {
                Changed { status: "converted", conversion: Some(event.conversion_id), at }
            }
            Payment::Released(_) => Changed { status: "received", conversion: None, at },
            Payment::Settled(event) => {
                let before = self.changed.get(&event.payment_id);
                let conversion = before.and_then(|changed| changed.conversion);
                Changed { status: "settled", conversion, at }
            }
        };
        self.changed.insert(event.payment_id(), changed);
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            let new = std::mem::take(&mut self.new);
            if !new.is_empty() {
                insert(to, &new).await?;
            }
            let changed = std::mem::take(&mut self.changed);
            if !changed.is_empty() {
                let ids: Vec<_> = changed.keys().map(|id| id.0).collect();
                let statuses: Vec<_> = changed.values().map(|changed| changed.status).collect();
                let conversions: Vec<_> =
                    changed.values().map(|changed| changed.conversion.map(|id| id.0)).collect();
                let times: Vec<_> = changed.values().map(|changed| time(changed.at)).collect();
                to.execute(UPDATE, &[&ids, &statuses, &conversions, &times]).await?;
            }
            Ok(())
        })
    }
}

async fn insert(to: &Transaction<'_>, new: &[(Received, u64, Timestamp)]) -> Result<(), Error> {
    fn column<'a, T>(
        rows: &'a [(Received, u64, Timestamp)],
        of: impl Fn(&'a Received) -> T,
    ) -> Vec<T> {
        rows.iter().map(|(event, _, _)| of(event)).collect()
    }
    let ids = column(new, |event| event.payment_id.0);
    let merchants = column(new, |event| event.merchant_id.0);
    let positions: Vec<_> = new.iter().map(|(_, position, _)| signed(*position)).collect();
    let assets: Vec<_> = new.iter().map(|_| money::STARS.to_string()).collect();
    let amounts = column(new, |event| event.amount.to_string());
    let charges = column(new, |event| event.telegram_payment_id.as_str());
    let providers = column(new, |event| event.provider_payment_id.as_deref());
    let payloads = column(new, |event| event.invoice_payload.as_str());
    let payers = column(new, |event| event.payer.map(|id| signed(id.get())));
    let times: Vec<_> = new.iter().map(|(_, _, at)| time(*at)).collect();
    let parameters: Parameters<'_> = &[
        &ids, &merchants, &positions, &assets, &amounts, &charges, &providers, &payloads, &payers,
        &times,
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}
