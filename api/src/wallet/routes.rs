//! The two endpoints of `wallet.md`: parse, execute, render.

use std::sync::Arc;

use domain::payment_link::{self, Create, Event as Link};
use domain::payout::{self, Completed, Event as Done, Order, To};
use domain::{Asset, Command, Event, Name, PaymentLinkId, PayoutId, money};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use uuid::Uuid;

use super::auth::Caller;
use super::dto;
use super::error::Fault;
use super::read;
use crate::Gateway;

/// Decimals of a price.
const USD_PLACES: u8 = 2;

/// A payment link that was made.
#[derive(ApiResponse)]
pub(crate) enum LinkResponse {
    /// Ready to be paid.
    #[oai(status = 201)]
    Created(Json<dto::PaymentLink>),
}

/// The dialect's endpoints.
pub(crate) struct Wallet {
    gateway: Arc<Gateway>,
}

impl Wallet {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}

#[OpenApi]
impl Wallet {
    /// Create a payment link
    ///
    /// Priced in dollars, paid once in any asset at the rate of that moment; the fee is taken then.
    #[oai(path = "/create-payment-link", method = "post", operation_id = "createPaymentLink")]
    async fn create_payment_link(
        &self,
        caller: Caller,
        body: Json<dto::CreatePaymentLinkRequest>,
    ) -> Result<LinkResponse, Fault> {
        let create = self.creation(&caller, &body)?;
        let callback = create.callback_url.clone().unwrap_or_default();
        let success = create.success_url.clone().unwrap_or_default();
        let amount = create.amount.to_string();
        let envelope = caller.once("link", read::fingerprint(&[&amount, &callback, &success]));
        let command = Command::PaymentLink(payment_link::Command::Create(Box::new(create)));
        let facts = self.gateway.execute(command, envelope).await?;
        let Some((Event::PaymentLink(Link::Created(new)), _)) = facts.first() else {
            return Err(Fault::internal(&"a creation caused something else"));
        };
        Ok(LinkResponse::Created(Json(dto::PaymentLink {
            message: "Payment link created successfully.".to_owned(),
            payment_url: format!("{}{}", self.gateway.settings.wallet.link_url, new.token),
            token: new.token.clone(),
        })))
    }

    /// Send money to another user
    ///
    /// At once; the fee comes on top, and several networks of one currency are drawn on in order.
    #[oai(path = "/payout", method = "post", operation_id = "createPayout")]
    async fn payout(
        &self,
        caller: Caller,
        body: Json<dto::PayoutRequest>,
    ) -> Result<Json<dto::Payout>, Fault> {
        let asked = Asked::of(&body)?;
        let order = self.order(&caller, &asked)?;
        // The amount as it was written: it is part of the answer.
        let said = [asked.amount.as_str(), &asked.address, &asked.code];
        let envelope = caller.once("payout", read::fingerprint(&said));
        let command = Command::Payout(payout::Command::Send(Box::new(order)));
        let facts = self.gateway.execute(command, envelope).await?;
        match (facts.first(), facts.position()) {
            (Some((Event::Payout(Done::Completed(done)), _)), Some(transaction_id)) => {
                let message = self.message(done, &asked)?;
                let status = "success".to_owned();
                Ok(Json(dto::Payout { status, message, transaction_id }))
            }
            other => Err(Fault::internal(&format!("a payout caused {other:?}"))),
        }
    }
}

/// A payout as it was asked for.
struct Asked {
    amount: String,
    address: String,
    code: String,
}

impl Asked {
    fn of(body: &dto::PayoutRequest) -> Result<Self, Fault> {
        let all = [&body.amount, &body.address, &body.currency_code].map(read::text);
        let [Some(amount), Some(address), Some(code)] = all else {
            let missing = "Amount, address (recipient UID), and currency_code are required.";
            return Err(Fault::bad(missing));
        };
        Ok(Self { amount, address, code: code.to_ascii_uppercase() })
    }
}

impl Wallet {
    fn creation(
        &self,
        caller: &Caller,
        body: &dto::CreatePaymentLinkRequest,
    ) -> Result<Create, Fault> {
        if read::is_wrong(&body.amount) {
            return Err(Fault::bad("Invalid amount."));
        }
        let amount = read::text(&body.amount).ok_or_else(|| Fault::bad("Amount is required."))?;
        let usd = self.gateway.catalogue.get(money::USD);
        let usd = usd.ok_or_else(|| Fault::internal(&"USD is not in the catalogue"))?;
        let amount = read::amount(&amount, usd, USD_PLACES)?;
        let allow_http = self.gateway.settings.webhooks_allow_http;
        let id = Uuid::new_v4();
        Ok(Create {
            payment_link_id: PaymentLinkId(id),
            merchant_id: caller.merchant_id,
            dialect: Name::literal(super::NAME),
            token: id.to_string(),
            asset: money::USD,
            amount,
            description: None,
            metadata: None,
            callback_url: read::url(
                body.callback_url.as_ref(),
                allow_http,
                "Invalid callback URL.",
            )?,
            success_url: read::url(body.success_url.as_ref(), true, "Invalid success URL.")?,
            seconds: None,
            terms: payment_link::Terms::Share,
        })
    }

    fn order(&self, caller: &Caller, asked: &Asked) -> Result<Order, Fault> {
        // A malformed amount is told before an unknown currency, whose places nobody knows.
        read::decimal(&asked.amount)?;
        let assets = read::assets(&self.gateway.catalogue, &asked.code);
        let first = assets.first().ok_or_else(|| Fault::bad("Unsupported currency code."))?;
        let amount = read::amount(&asked.amount, first, read::places(first))?;
        Ok(Order {
            payout_id: PayoutId(Uuid::new_v4()),
            merchant_id: caller.merchant_id,
            dialect: Name::literal(super::NAME),
            to: To::Uid(asked.address.clone()),
            assets: assets.iter().map(|asset| asset.id).collect(),
            amount,
            memo: None,
            terms: payout::Terms::Share,
        })
    }

    /// The amount as the client wrote it, the default network, and the fee without trailing zeros.
    fn message(&self, done: &Completed, asked: &Asked) -> Result<String, Fault> {
        let asset = self.gateway.catalogue.get(done.asset);
        let asset: &Asset = asset.ok_or_else(|| Fault::internal(&"an asset is gone"))?;
        let fee = done.fee.as_ref().map(|fee| fee.amount).unwrap_or_default();
        let fee = asset.text(i128::try_from(fee.units()).unwrap_or(i128::MAX));
        let payee = done.recipient_merchant_id.and_then(|id| self.gateway.directory.find(id));
        let name = payee.and_then(|listed| listed.username);
        let name = name.as_deref().map(|name| name.trim().trim_start_matches('@'));
        let payee = name.filter(|name| !name.is_empty()).unwrap_or(&asked.address);
        let (amount, code, network) = (&asked.amount, &asked.code, read::network(asset));
        Ok(format!("{amount} {code} ({network}) successfully sent to {payee}. Fee: {fee} {code}"))
    }
}
