//! `read.merchants`: who uses the gateway.

use deadpool_postgres::Pool;
use domain::merchant::{Event as Merchant, Registered};
use domain::{Event, MerchantId, Timestamp};
use journal::Fact;
use tokio_postgres::Transaction;

use crate::Error;
use crate::model::{Model, Writing};
use crate::sql::{Parameters, Reader, signed, time};

const INSERT: &str = include_str!("insert.sql");
const SWITCH: &str =
    "UPDATE read.merchants SET active = $2, updated_at = $3 WHERE merchant_id = $1";
const WEBHOOK: &str =
    "UPDATE read.merchants SET webhook_url = $2, updated_at = $3 WHERE merchant_id = $1";
const TOUCH: &str = "UPDATE read.merchants SET updated_at = $2 WHERE merchant_id = $1";
const GET: &str = "SELECT serial, uid, name, description, username, telegram_id, webhook_url, \
     fee_percent::text, scopes, kyc_status, active, created_at, updated_at \
     FROM read.merchants WHERE merchant_id = $1";

/// Every statement, for the test that prepares them all.
pub const STATEMENTS: [&str; 5] = [INSERT, SWITCH, WEBHOOK, TOUCH, GET];

/// One merchant, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of read.merchants, commented there")]
pub struct Row {
    pub merchant_id: MerchantId,
    pub serial: u64,
    pub uid: String,
    pub name: String,
    pub description: Option<String>,
    pub username: Option<String>,
    pub telegram_id: Option<i64>,
    pub webhook_url: Option<String>,
    pub fee_percent: String,
    pub scopes: Vec<String>,
    pub kyc_status: String,
    pub active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A merchant.
pub async fn get(pool: &Pool, id: MerchantId) -> Result<Option<Row>, Error> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(GET).await?;
    let row = client.query_opt(&statement, &[&id.0]).await?;
    row.map(|row| {
        let reader = Reader { row: &row, table: "read.merchants" };
        Ok(Row {
            merchant_id: id,
            serial: reader.position("serial")?,
            uid: reader.get("uid")?,
            name: reader.get("name")?,
            description: reader.get("description")?,
            username: reader.get("username")?,
            telegram_id: reader.get("telegram_id")?,
            webhook_url: reader.get("webhook_url")?,
            fee_percent: reader.get("fee_percent")?,
            scopes: reader.get("scopes")?,
            kyc_status: reader.get("kyc_status")?,
            active: reader.get("active")?,
            created_at: reader.time("created_at")?,
            updated_at: reader.time("updated_at")?,
        })
    })
    .transpose()
}

/// What happened since the last write, in order: merchants change rarely.
#[derive(Default)]
pub(crate) struct Fold(Vec<(Merchant, Timestamp)>);

impl Model for Fold {
    fn name(&self) -> &'static str {
        "merchants"
    }

    fn apply(&mut self, fact: &Fact) {
        if let Event::Merchant(event) = &fact.event {
            self.0.push((event.clone(), fact.recorded_at));
        }
    }

    fn write<'a>(&'a mut self, to: &'a Transaction<'_>) -> Writing<'a> {
        Box::pin(async move {
            for (event, at) in std::mem::take(&mut self.0) {
                let (id, at) = (event.merchant_id().0, time(at));
                match event {
                    Merchant::Registered(new) => insert(to, &new, at).await?,
                    Merchant::WebhookSet(set) => {
                        to.execute(WEBHOOK, &[&id, &set.url, &at]).await?;
                    }
                    Merchant::CredentialRotated(_)
                    | Merchant::DepositMemoAssigned(_)
                    | Merchant::SecretRotated(_) => {
                        to.execute(TOUCH, &[&id, &at]).await?;
                    }
                    Merchant::Deactivated(_) => {
                        to.execute(SWITCH, &[&id, &false, &at]).await?;
                    }
                    Merchant::Activated(_) => {
                        to.execute(SWITCH, &[&id, &true, &at]).await?;
                    }
                }
            }
            Ok(())
        })
    }
}

async fn insert(
    to: &Transaction<'_>,
    new: &Registered,
    at: std::time::SystemTime,
) -> Result<(), Error> {
    let telegram_id = new.telegram_id.map(|id| signed(id.get()));
    let parameters: Parameters<'_> = &[
        &new.merchant_id.0,
        &signed(new.serial),
        &new.uid,
        &new.name,
        &new.description,
        &new.username,
        &telegram_id,
        &new.webhook_url,
        &new.fee_percent,
        &new.scopes,
        &at,
    ];
    let statement = to.prepare(INSERT).await?;
    to.execute(&statement, parameters).await?;
    Ok(())
}
