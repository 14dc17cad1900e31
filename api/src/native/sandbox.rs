//! `/sandbox/v1`: plays payer, rates and time. Sandbox mode only.

use std::sync::Arc;

use domain::adjustment::{self, Direction, Event as Adjustment, Post, Target};
use domain::{AdjustmentId, Command, Event, Name};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, Object, OpenApi};
use projections::balances;
use uuid::Uuid;

use super::auth::Circumstances;
use super::error::Fault;
use super::merchants::{self as making, Made, NewMerchant};
use super::payer;
use super::wire::{self, Digits, Telegram};
use crate::Gateway;
use crate::json::{Text, Whole};

/// Money from nowhere, for one of merchant, uid or Telegram user.
#[derive(Debug, Object)]
pub(crate) struct FundRequest {
    #[oai(skip_serializing_if_is_none)]
    merchant_id: Option<Text>,
    #[oai(skip_serializing_if_is_none)]
    telegram_id: Option<Telegram>,
    #[oai(skip_serializing_if_is_none)]
    uid: Option<Text>,
    /// Shape: STARS.
    asset: Text,
    /// In the asset's units.
    amount: Digits,
}

/// Money from nowhere, booked.
#[derive(Debug, Object)]
pub(crate) struct Funded {
    position: Option<u64>,
    account: String,
    /// In the asset's units, after it.
    balance: String,
}

/// Money from nowhere, booked.
#[derive(ApiResponse)]
pub(crate) enum FundResponse {
    /// Credited from `external:sandbox:<asset>`.
    #[oai(status = 201)]
    Created(Json<Funded>),
}

/// A rate of the sandbox's table.
#[derive(Debug, Object)]
pub(crate) struct RateEntry {
    base: Text,
    quote: Text,
    /// Units of the quote for one of the base.
    rate: Digits,
}

/// How far to move the clock.
#[derive(Debug, Object)]
pub(crate) struct ClockRequest {
    /// 1 to 31536000.
    advance_seconds: Whole,
}

/// The server's time.
#[derive(Debug, Object)]
pub(crate) struct ClockAnswer {
    now: String,
}

/// What the sandbox is like.
#[derive(Debug, Object)]
pub(crate) struct SandboxState {
    now: String,
    mode: String,
    networks: Vec<payer::Network>,
    rates: Vec<RateEntry>,
}

/// The endpoints.
pub(crate) struct Sandbox {
    gateway: Arc<Gateway>,
}

impl Sandbox {
    /// One year is the furthest the clock moves at once. Units: seconds.
    const ADVANCE_MAX: u64 = 31_536_000;

    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Sandbox {
    /// Make a merchant
    ///
    /// As the operator's call, for a quick start.
    #[oai(path = "/merchants", method = "post", operation_id = "createSandboxMerchant")]
    async fn merchant(&self, asked: Circumstances, body: Json<NewMerchant>) -> Result<Made, Fault> {
        making::make(&self.gateway, &body.0, asked.unrepeatable("sandbox")).await
    }

    /// Credit play money
    #[oai(path = "/fund", method = "post", operation_id = "fund")]
    async fn fund(
        &self,
        asked: Circumstances,
        body: Json<FundRequest>,
    ) -> Result<FundResponse, Fault> {
        let post = self.funding(&body.0)?;
        let envelope = asked.envelope("sandbox", &body.0.to_json_string());
        let command = Command::Adjustment(adjustment::Command::Post(Box::new(post)));
        let facts = self.gateway.execute(command, envelope).await?;
        let Some((Event::Adjustment(Adjustment::Posted(posted)), _)) = facts.first() else {
            return Err(Fault::internal(&"a funding caused nothing"));
        };
        let account = posted.account.to_string();
        let balance = self.balance(&account).await?;
        let position = facts.position();
        Ok(FundResponse::Created(Json(Funded { position, account, balance })))
    }

    /// Set a rate
    #[oai(path = "/rates", method = "post", operation_id = "setRate")]
    async fn rate(&self, body: Json<RateEntry>) -> Result<Json<RateEntry>, Fault> {
        let pair = |text: &Text| self.currency(&text.0);
        let (base, quote) = (pair(&body.base)?, pair(&body.quote)?);
        let rate = body.rate.0.parse();
        let rate = rate.map_err(|_| Fault::invalid("rate is positive, with at most 14 places"))?;
        if self.gateway.rates.is_asked(base, quote) {
            return Err(Fault::invalid("this rate is asked of sources, see [rate_pairs]"));
        }
        let kept = self.gateway.sandbox.keep_rate(base, quote, rate).await;
        kept.map_err(|error| Fault::internal(&error))?;
        self.gateway.rates.set(base, quote, rate);
        Ok(body)
    }

    /// Move the clock forward
    ///
    /// Expiries, retries, locks and rate windows follow; it survives a restart.
    #[oai(path = "/clock", method = "post", operation_id = "advanceClock")]
    async fn clock(&self, body: Json<ClockRequest>) -> Result<Json<ClockAnswer>, Fault> {
        let seconds = body.advance_seconds.0;
        let seconds = Some(seconds).filter(|seconds| (1..=Self::ADVANCE_MAX).contains(seconds));
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
        let seconds = seconds.ok_or_else(|| Fault::invalid("advance_seconds is 1 to 31536000"))?;
        let offset = self.gateway.clock.advance(seconds);
        let kept = self.gateway.sandbox.keep_clock(offset).await;
        kept.map_err(|error| Fault::internal(&error))?;
        Ok(Json(ClockAnswer { now: self.gateway.clock.now().to_string() }))
    }

    /// Show time, rates and networks
    #[oai(path = "/state", method = "get", operation_id = "getSandboxState")]
    async fn state(&self) -> Json<SandboxState> {
        let rates = self.gateway.rates.all().into_iter().map(|(base, quote, rate)| RateEntry {
            base: Text(base.to_string()),
            quote: Text(quote.to_string()),
            rate: Digits(rate.to_string()),
        });
        Json(SandboxState {
            now: self.gateway.clock.now().to_string(),
            mode: self.gateway.settings.mode.as_str().to_owned(),
            networks: payer::networks(&self.gateway),
            rates: rates.collect(),
        })
    }
}

impl Sandbox {
    fn funding(&self, body: &FundRequest) -> Result<Post, Fault> {
        let asset = wire::asset(&self.gateway.catalogue, &body.asset.0)?;
        let target = match (&body.merchant_id, body.telegram_id, &body.uid) {
            (Some(id), None, None) => {
                let id = id.0.parse().map_err(|_| Fault::missing("merchant"))?;
                Target::Merchant { id, asset: asset.id }
            }
            (None, Some(telegram_id), None) => {
                Target::Person { telegram_id: telegram_id.0, asset: asset.id }
            }
            (None, None, Some(uid)) => Target::Uid { uid: uid.0.clone(), asset: asset.id },
            (None | Some(_), None | Some(_), None | Some(_)) => {
                return Err(Fault::invalid("name one of merchant_id, telegram_id and uid"));
            }
        };
        let amount = asset.parse(&body.amount.0).map_err(|bad| Fault::invalid(bad.to_string()))?;
        Ok(Post {
            adjustment_id: AdjustmentId(Uuid::new_v4()),
            target,
            direction: Direction::Credit,
            amount,
            rail: Name::literal("sandbox"),
            reason: "sandbox money".to_owned(),
        })
    }

    async fn balance(&self, account: &str) -> Result<String, Fault> {
        let filter = balances::Filter {
            prefix: account.to_owned(),
            limit: 1,
            ..balances::Filter::default()
        };
        let rows = balances::list(self.gateway.reads().await?, &filter).await?;
        let units = rows.first().map_or(0, |row| row.credits.saturating_sub(row.debits));
        let asset = rows.first().map(|row| row.asset.clone()).unwrap_or_default();
        Ok(wire::amount(&self.gateway.catalogue, &asset, units))
    }

    fn currency(&self, text: &str) -> Result<Name, Fault> {
        wire::asset(&self.gateway.catalogue, text).map(|asset| asset.id)
    }
}
