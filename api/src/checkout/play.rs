//! The sandbox's panel on a payment page: a customer pays, or somebody sends on a network. Forms, so
//! that it works without a script.

use std::sync::Arc;

use domain::adjustment::{self, Direction, Post, Target};
use domain::payment_link::{self, Named, Pay};
use domain::{AdjustmentId, Asset, Command, Name, Refusal, TelegramId};
use journal::{Envelope, Rejection};
use poem::http::StatusCode;
use poem::web::{Data, Form, Path};
use poem::{IntoResponse, Request, Response, handler};
use projections::payment_links::Row;
use serde::Deserialize;
use uuid::Uuid;

use super::{language, missing, payment, put_off, unread, view};
use crate::gateway::{Sent, Unsent};
use crate::{Gateway, links};

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
        _ => Err(Undone::refused("there is no such act")),
    };
    match done {
        // Looking again is a GET, so that reloading pays nothing twice.
        Ok(()) => {
            StatusCode::SEE_OTHER.with_header("location", format!("/pay/{id}")).into_response()
        }
        Err(Undone::Failed(failure)) => put_off(&failure),
        Err(Undone::Refused(refusal)) => {
            let refusal = refusal.unwrap_or_else(|| words.poor.to_owned());
            let (telegram_id, fund) = (played.telegram_id, played.fund.is_some());
            let panel = payment::Panel { telegram_id, fund, refusal: Some(refusal) };
            payment::page(&gateway, words, &id, panel).await
        }
    }
}

/// Why nothing came of it.
enum Undone {
    /// It was turned down; no words: for want of money.
    Refused(Option<String>),
    /// An accident, after which it may yet happen.
    Failed(String),
}

impl Undone {
    fn refused(why: impl ToString) -> Self {
        Self::Refused(Some(why.to_string()))
    }
}

impl From<Rejection> for Undone {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(Refusal::InsufficientFunds { .. }) => Self::Refused(None),
            Rejection::Refused(refusal) => Self::refused(refusal),
            Rejection::KeyReused => Self::refused("this was asked for already"),
            Rejection::Failed(failure) => Self::Failed(failure.to_string()),
        }
    }
}

fn asset<'a>(gateway: &'a Gateway, row: &Row, text: &str) -> Result<&'a Asset, Undone> {
    let usual = gateway.usual(row.asset);
    let id = if text.is_empty() { Some(usual) } else { Name::new(text) };
    let asset = id.and_then(|id| gateway.catalogue.get(id));
    asset.ok_or_else(|| Undone::refused("there is no such asset"))
}

async fn pay(gateway: &Gateway, row: &Row, played: &Played) -> Result<(), Undone> {
    let payer = played.telegram_id.trim().parse::<TelegramId>();
    let payer = payer.map_err(Undone::refused)?;
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
            amount: amount.ok_or_else(|| Undone::refused("there is no price in this asset"))?,
            rail: Name::literal("sandbox"),
            reason: "sandbox money".to_owned(),
        };
        let command = Command::Adjustment(adjustment::Command::Post(Box::new(post)));
        gateway.execute(command, envelope()).await?;
    }
    let link = Named::Id(row.payment_link_id);
    let quote = gateway.worth(asset.id, row.asset);
    let pay = Pay { link, payer, asset: Some(asset.id), quote };
    let command = Command::PaymentLink(payment_link::Command::Pay(pay));
    gateway.execute(command, envelope()).await?;
    Ok(())
}

async fn send(gateway: &Gateway, row: &Row, played: &Played) -> Result<(), Undone> {
    let asset = asset(gateway, row, &played.asset)?;
    let amount = asset.parse(played.amount.trim()).map_err(Undone::refused)?;
    if amount.is_zero() {
        return Err(Undone::refused("the amount must be greater than zero"));
    }
    let none = || Undone::refused("no simulated network carries this asset");
    let address = gateway.networks.deposit_address(&asset.network).ok_or_else(none)?;
    let (network, memo) = (asset.network.clone(), Some(row.token.clone()));
    let sent = Sent { asset: asset.clone(), amount, address, sender: None, memo };
    gateway.networks.send(sent).await.map_err(|unsent| match unsent {
        Unsent::NoNetwork => none(),
        Unsent::BadAddress => Undone::refused("the address is none of the network's"),
        Unsent::Failed(error) => Undone::Failed(error),
    })?;
    let all = gateway.networks.all();
    let depth = all.iter().find(|it| it.network == network).map_or(1, |it| it.confirmations);
    gateway.networks.mine(Some(&network), depth).await.map_err(Undone::Failed)
}
