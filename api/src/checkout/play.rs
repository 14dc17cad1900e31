//! The sandbox's panel on a payment page: a customer pays, or somebody sends on a network. Forms, so
//! that it works without a script.

use std::sync::Arc;

use domain::adjustment::{self, Direction, Post, Target};
use domain::payment_link::{self, Named, Pay};
use domain::{AdjustmentId, Asset, Command, Name, TelegramId};
use journal::Envelope;
use poem::http::StatusCode;
use poem::web::{Data, Form, Path};
use poem::{IntoResponse, Request, Response, handler};
use projections::payment_links::Row;
use serde::Deserialize;
use uuid::Uuid;

use super::{language, missing, payment, unread, view};
use crate::gateway::{Sent, Unsent};
use crate::{Gateway, Mode, links};

/// What the panel sends.
#[derive(Debug, Deserialize)]
pub(super) struct Played {
    act: String,
    #[serde(default)]
    telegram_id: String,
    #[serde(default)]
    asset: String,
    #[serde(default)]
    amount: String,
    fund: Option<String>,
}

#[handler]
pub(super) async fn play(
    request: &Request,
    Path(id): Path<String>,
    gateway: Data<&Arc<Gateway>>,
    form: poem::Result<Form<Played>>,
) -> Response {
    if gateway.settings.mode == Mode::Live {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let words = language(request);
    let Ok(Form(played)) = form else { return StatusCode::BAD_REQUEST.into_response() };
    let row = match links::find(&gateway, &id).await {
        Ok(Some(row)) => row,
        Ok(None) => return missing(words),
        Err(error) => return unread(error),
    };
    let done = match played.act.as_str() {
        "pay" => pay(&gateway, &row, &played).await,
        "send" => send(&gateway, &row, &played).await,
        _ => Err("there is no such act".to_owned()),
    };
    match done {
        // Looking again is a GET, so that reloading pays nothing twice.
        Ok(()) => {
            StatusCode::SEE_OTHER.with_header("location", format!("/pay/{id}")).into_response()
        }
        Err(refusal) => payment::page(&gateway, words, &id, Some(refusal)).await,
    }
}

fn asset<'a>(gateway: &'a Gateway, row: &Row, text: &str) -> Result<&'a Asset, String> {
    let usual = gateway.usual(row.asset);
    let id = if text.is_empty() { Some(usual) } else { Name::new(text) };
    let asset = id.and_then(|id| gateway.catalogue.get(id));
    asset.ok_or_else(|| "there is no such asset".to_owned())
}

async fn pay(gateway: &Gateway, row: &Row, played: &Played) -> Result<(), String> {
    let payer = played.telegram_id.trim().parse::<TelegramId>();
    let payer = payer.map_err(|bad| bad.to_string())?;
    let asset = asset(gateway, row, &played.asset)?;
    let envelope = || Envelope::of("sandbox");
    if played.fund.is_some() {
        let options = view::options(gateway, row).into_iter();
        let option = options.into_iter().find(|option| option.id == asset.id.as_str());
        let amount = option.and_then(|option| asset.parse(&option.amount).ok());
        let post = Post {
            adjustment_id: AdjustmentId(Uuid::new_v4()),
            target: Target::Person { telegram_id: payer, asset: asset.id },
            direction: Direction::Credit,
            amount: amount.ok_or_else(|| "there is no price in this asset".to_owned())?,
            rail: Name::literal("sandbox"),
            reason: "sandbox money".to_owned(),
        };
        let command = Command::Adjustment(adjustment::Command::Post(Box::new(post)));
        gateway.execute(command, envelope()).await.map_err(|error| error.to_string())?;
    }
    let link = Named::Id(row.payment_link_id);
    let quote = gateway.worth(asset.id, row.asset);
    let pay = Pay { link, payer, asset: Some(asset.id), quote };
    let command = Command::PaymentLink(payment_link::Command::Pay(pay));
    gateway.execute(command, envelope()).await.map(drop).map_err(|error| error.to_string())
}

async fn send(gateway: &Gateway, row: &Row, played: &Played) -> Result<(), String> {
    let asset = asset(gateway, row, &played.asset)?;
    let amount = asset.parse(played.amount.trim()).map_err(|bad| bad.to_string())?;
    if amount.is_zero() {
        return Err("the amount must be greater than zero".to_owned());
    }
    let address = gateway.networks.deposit_address(&asset.network);
    let address = address.ok_or_else(|| "no simulated network carries this asset".to_owned())?;
    let (network, memo) = (asset.network.clone(), Some(row.token.clone()));
    let sent = Sent { asset: asset.clone(), amount, address, sender: None, memo };
    gateway.networks.send(sent).await.map_err(|unsent| match unsent {
        Unsent::NoNetwork => "no simulated network carries this asset".to_owned(),
        Unsent::BadAddress => "the address is none of the network's".to_owned(),
        Unsent::Failed(error) => error,
    })?;
    let all = gateway.networks.all();
    let depth = all.iter().find(|it| it.network == network).map_or(1, |it| it.confirmations);
    gateway.networks.mine(Some(&network), depth).await
}
