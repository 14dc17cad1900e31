//! `/sandbox/v1`, the other side of a payment: customers who pay links, senders on simulated networks,
//! and those who mine their blocks.

use std::sync::Arc;

use domain::payment_link::{self, Event as Link, Named, Pay};
use domain::{Command, Event, limits};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::auth::Circumstances;
use super::error::Fault;
use super::wire::{self, Digits, Telegram};
use crate::gateway::{Sent, Unsent};
use crate::json::{Text, Whole};
use crate::{Gateway, links};

/// A customer who pays.
#[derive(Debug, Object)]
pub(crate) struct PayRequest {
    /// A `payment_url`, the token at its end, a link id or a payment id.
    link: Text,
    /// Who pays; digits.
    telegram_id: Telegram,
    /// In what; what the link is over by default.
    #[oai(skip_serializing_if_is_none)]
    asset: Option<Text>,
}

/// A link that was paid.
#[derive(Debug, Object)]
pub(crate) struct PaidAnswer {
    /// Always completed.
    status: String,
    payment_id: String,
    position: u64,
}

/// Somebody who sends.
#[derive(Debug, Object)]
pub(crate) struct DepositRequest {
    /// Where to: an address of the asset's network.
    address: Text,
    /// Shape: USDT-TRC20.
    asset: Text,
    /// In the asset's units.
    amount: Digits,
    /// Where from; somebody's address by default.
    #[oai(skip_serializing_if_is_none)]
    from: Option<Text>,
    /// What is written on it, where the network calls it a comment.
    #[oai(skip_serializing_if_is_none)]
    comment: Option<Text>,
    /// What is written on it, where the network calls it a memo.
    #[oai(skip_serializing_if_is_none)]
    memo: Option<Text>,
}

/// A transaction that waits for the next block.
#[derive(Debug, Object)]
pub(crate) struct DepositAnswer {
    tx_hash: String,
}

/// A transaction on a simulated network.
#[derive(ApiResponse)]
pub(crate) enum DepositResponse {
    /// Seen in the next block, credited after the network's confirmations.
    #[oai(status = 201)]
    Created(Json<DepositAnswer>),
}

/// Blocks to be mined.
#[derive(Debug, Object)]
pub(crate) struct BlocksRequest {
    /// On this network only; on all by default.
    #[oai(skip_serializing_if_is_none)]
    network: Option<Text>,
    /// 1 to 1000.
    count: Whole,
}

/// A fault of a network.
#[derive(Debug, Object)]
pub(crate) struct ChainRequest {
    /// Shape: TRX.
    network: Text,
    /// No more blocks by themselves, or again some.
    #[oai(skip_serializing_if_is_none)]
    halt: Option<bool>,
    /// The next withdrawal fails: of no use before there are any.
    #[oai(skip_serializing_if_is_none)]
    fail_next_withdrawal: Option<bool>,
}

/// The networks as they are now.
#[derive(Debug, Object)]
pub(crate) struct NetworksAnswer {
    networks: Vec<Network>,
}

/// A simulated network.
#[derive(Debug, Object)]
pub(crate) struct Network {
    network: String,
    /// The last block.
    height: u64,
    /// Do no blocks come?
    halted: bool,
    /// How many blocks make a transaction final.
    confirmations: u64,
}

/// The simulated networks.
pub(super) fn networks(gateway: &Gateway) -> Vec<Network> {
    let all = gateway.networks.all().into_iter().map(|it| Network {
        network: it.network,
        height: it.height,
        halted: it.halted,
        confirmations: it.confirmations,
    });
    all.collect()
}

/// The endpoints.
pub(crate) struct Payer {
    gateway: Arc<Gateway>,
}

impl Payer {
    /// Most blocks mined at once.
    const BLOCKS_MAX: u64 = 1_000;

    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Payer {
    /// Pay as a customer
    ///
    /// From the customer's balance; fund it first.
    #[oai(path = "/pay", method = "post", operation_id = "pay")]
    async fn pay(
        &self,
        asked: Circumstances,
        body: Json<PayRequest>,
    ) -> Result<Json<PaidAnswer>, Fault> {
        let link = links::named(&body.link.0).ok_or_else(|| Fault::missing("payment link"))?;
        let found = links::find(&self.gateway, link).await?;
        let found = found.ok_or_else(|| Fault::missing("payment link"))?;
        let asset = match &body.asset {
            Some(text) => wire::asset(&self.gateway.catalogue, &text.0)?.id,
            None => self.gateway.usual(found.asset),
        };
        let link = Named::Id(found.payment_link_id);
        let quote = self.gateway.worth(asset, found.asset);
        let pay = Pay { link, payer: body.telegram_id.0, asset: Some(asset), quote };
        let envelope = asked.envelope("sandbox", &body.0.to_json_string());
        let command = Command::PaymentLink(payment_link::Command::Pay(pay));
        let facts = self.gateway.execute(command, envelope).await?;
        match (facts.first(), facts.position()) {
            (Some((Event::PaymentLink(Link::Paid(paid)), _)), Some(position)) => {
                let payment_id = links::shown(paid.payment_link_id, paid.dialect.as_str());
                Ok(Json(PaidAnswer { status: "completed".to_owned(), payment_id, position }))
            }
            other => Err(Fault::internal(&format!("a payment caused {other:?}"))),
        }
    }

    /// Send on a simulated network
    #[oai(path = "/deposits", method = "post", operation_id = "deposit")]
    async fn deposit(&self, body: Json<DepositRequest>) -> Result<DepositResponse, Fault> {
        let asset = wire::asset(&self.gateway.catalogue, &body.asset.0)?.clone();
        let amount = asset.parse(&body.amount.0).map_err(|bad| Fault::invalid(bad.to_string()))?;
        if amount.is_zero() {
            return Err(Fault::invalid("amount must be greater than zero"));
        }
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.0.clone());
        let (sender, memo) = (text(&body.from), text(&body.memo).or_else(|| text(&body.comment)));
        let fits = |text: &String| limits::fits(text, limits::REFERENCE_CHARS_MAX);
        if !sender.iter().chain(&memo).all(fits) {
            return Err(Fault::invalid("from, memo and comment have at most 255 characters"));
        }
        let sent = Sent { asset, amount, address: body.address.0.clone(), sender, memo };
        let tx_hash = self.gateway.networks.send(sent).await.map_err(|unsent| match unsent {
            Unsent::NoNetwork => Fault::invalid("no simulated network carries this asset"),
            Unsent::BadAddress => Fault::invalid("address is none of the asset's network"),
            Unsent::Failed(error) => Fault::busy(&error),
        })?;
        Ok(DepositResponse::Created(Json(DepositAnswer { tx_hash })))
    }

    /// Mine blocks
    ///
    /// At once; what becomes final by them is booked when this answers.
    #[oai(path = "/blocks", method = "post", operation_id = "mine")]
    async fn blocks(&self, body: Json<BlocksRequest>) -> Result<Json<NetworksAnswer>, Fault> {
        let count = body.count.0;
        if !(1..=Self::BLOCKS_MAX).contains(&count) {
            return Err(Fault::invalid("count is 1 to 1000"));
        }
        let network = body.network.as_ref().map(|text| text.0.as_str());
        network.map_or(Ok(()), |network| self.known(network))?;
        let mined = self.gateway.networks.mine(network, count).await;
        mined.map_err(|error| Fault::busy(&error))?;
        Ok(Json(NetworksAnswer { networks: networks(&self.gateway) }))
    }

    /// Break a network
    #[oai(path = "/chain", method = "post", operation_id = "breakChain")]
    async fn chain(&self, body: Json<ChainRequest>) -> Result<Json<NetworksAnswer>, Fault> {
        self.known(&body.network.0)?;
        if body.fail_next_withdrawal == Some(true) {
            return Err(Fault::invalid("nothing is withdrawn on this network"));
        }
        if let Some(halted) = body.halt {
            let halted = self.gateway.networks.halt(&body.network.0, halted).await;
            halted.map_err(|error| Fault::busy(&error))?;
        }
        Ok(Json(NetworksAnswer { networks: networks(&self.gateway) }))
    }
}

impl Payer {
    fn known(&self, network: &str) -> Result<(), Fault> {
        let known = self.gateway.networks.all().iter().any(|it| it.network == network);
        if known {
            Ok(())
        } else {
            Err(Fault::invalid("there is no simulated network of this name"))
        }
    }
}
