//! The fold into `read.conversions`.

use domain::conversion::{Created, Event as Conversion, Status};
use domain::{ConversionId, Event, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, signed, time};

pub(super) const INSERT: &str = include_str!("insert.sql");
pub(super) const UPDATE: &str = include_str!("update.sql");

struct Changed {
    id: ConversionId,
    status: Status,
    fragment_tx_id: Option<String>,
    ton_tx_hash: Option<String>,
    error_message: Option<String>,
    at: Timestamp,
}

enum Step {
    Created(Box<Created>, u64, Timestamp),
    Changed(Changed),
}

/// What happened since the last write, in order.
#[derive(Default)]
pub(crate) struct Fold(Vec<Step>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "conversions"
    }

    fn apply(&mut self, fact: &Fact) {
        let Event::Conversion(event) = &fact.event else { return };
        let (id, at) = (event.conversion_id(), fact.recorded_at);
        let to = |status| Changed {
            id,
            status,
            fragment_tx_id: None,
            ton_tx_hash: None,
            error_message: None,
            at,
        };
        self.0.push(Step::Changed(match event {
            Conversion::Created(created) => {
                self.0.push(Step::Created(created.clone(), fact.position, at));
                return;
            }
            Conversion::RateLocked(_) => to(Status::RateLocked),
            Conversion::Prepared(_) => to(Status::Prepared),
            Conversion::Committed(event) => Changed {
                fragment_tx_id: Some(event.fragment_tx_id.clone()),
                ton_tx_hash: Some(event.ton_tx_hash.clone()),
                ..to(Status::Committed)
            },
            Conversion::Confirmed(_) => to(Status::Confirmed),
            Conversion::Completed(_) => to(Status::Completed),
            Conversion::Failed(event) => {
                Changed { error_message: Some(event.reason.clone()), ..to(Status::Failed) }
            }
        }));
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            for step in std::mem::take(&mut self.0) {
                match step {
                    Step::Created(created, position, at) => {
                        insert(to, &created, position, at).await?;
                    }
                    Step::Changed(changed) => update(to, &changed).await?,
                }
            }
            Ok(())
        })
    }
}

async fn insert(
    to: &Transaction<'_>,
    new: &Created,
    position: u64,
    at: Timestamp,
) -> Result<(), Error> {
    let payments: Vec<_> = new.payment_ids.iter().map(|id| id.0).collect();
    let lock = new.rate_lock_id.map(|id| id.0);
    let parameters: Parameters<'_> = &[
        &new.conversion_id.0,
        &new.merchant_id.0,
        &signed(position),
        &payments,
        &new.source_amount.to_string(),
        &new.target.as_str(),
        &new.target_amount.to_string(),
        &new.base_rate.to_string(),
        &new.exchange_rate.to_string(),
        &lock,
        &new.telegram_fee.to_string(),
        &new.fragment_fee.to_string(),
        &time(at),
    ];
    to.execute(INSERT, parameters).await?;
    Ok(())
}

async fn update(to: &Transaction<'_>, changed: &Changed) -> Result<(), Error> {
    let Changed { id, status, fragment_tx_id, ton_tx_hash, error_message, at } = changed;
    let at = time(*at);
    let parameters: Parameters<'_> =
        &[&id.0, &status.as_str(), fragment_tx_id, ton_tx_hash, error_message, &at];
    to.execute(UPDATE, parameters).await?;
    Ok(())
}
