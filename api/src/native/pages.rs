//! Pages: what is served here, documentation, specifications, health and metrics.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::{Data, Html, Path};
use poem::{EndpointExt, IntoResponse, Response, Route, get, handler};
use serde_json::json;

use super::landing::landing;
use crate::{Gateway, checkout, spec, web};

/// Adds the pages to the routes.
pub(crate) fn pages(mut route: Route, gateway: &Arc<Gateway>) -> Route {
    let documents = Arc::new(spec::served(gateway));
    for document in documents.iter() {
        route = route.at(format!("/docs/{}", document.name), get(docs).data(documents.clone()));
    }
    route
        .at("/", checkout::page(get(landing).data(documents.clone()).map_to_response()))
        .at("/docs", get(contents).data(documents.clone()))
        .at("/openapi/:file", get(specification).data(documents))
        .at("/health", get(health))
        .at("/healthz", get(alive))
        .at("/readyz", get(ready))
        .at("/metrics", get(metrics_page))
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;\
padding:0 1rem;color:#1b1f24;background:#fff}a{color:#0b57d0}code{background:#f1f3f4;\
padding:.1em .3em;border-radius:3px}li{margin:.3em 0}@media(prefers-color-scheme:dark)\
{body{color:#e6e6e6;background:#16181c}a{color:#8ab4f8}code{background:#2a2d33}}";

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    ))
}

/// Every specification that is served.
pub(super) type Documents = Arc<Vec<spec::Document>>;

fn links(documents: &[spec::Document]) -> String {
    let line = |document: &spec::Document| {
        let (name, about) = (document.name, document.about);
        format!(
            "<li><a href=\"/docs/{name}\">{name}</a>: {about} (<a href=\"/openapi/{name}.yaml\">\
             yaml</a>, <a href=\"/openapi/{name}.json\">json</a>)"
        )
    };
    documents.iter().map(line).collect()
}

#[handler]
fn contents(documents: Data<&Documents>) -> Html<String> {
    page("Documentation", &format!("<ul>{}</ul>", links(&documents)))
}

#[handler]
fn docs(
    uri: &poem::http::Uri,
    gateway: Data<&Arc<Gateway>>,
    documents: Data<&Documents>,
) -> Response {
    let name = uri.path().trim_start_matches("/docs/");
    match documents.iter().find(|document| document.name == name) {
        Some(document) => Html(spec::documentation(gateway.0, document)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[handler]
fn specification(Path(file): Path<String>, documents: Data<&Documents>) -> poem::Result<Response> {
    let found = |ending: &str| {
        let name = file.strip_suffix(ending)?;
        documents.iter().find(|document| document.name == name)
    };
    if let Some(document) = found(".yaml") {
        let yaml = document.yaml().into_response();
        return Ok(yaml.with_content_type("application/yaml").into_response());
    }
    match found(".json") {
        Some(document) => Ok(web::json(StatusCode::OK, &document.json)),
        None => Err(poem::error::NotFoundError.into()),
    }
}

#[handler]
fn alive() -> &'static str {
    "ok"
}

#[handler]
fn health(gateway: Data<&Arc<Gateway>>) -> Response {
    let now = gateway.clock.now();
    let uptime = now.seconds().saturating_sub(gateway.started.seconds()).max(0);
    let body = json!({
        "status": "ok",
        "timestamp": now.rfc3339_seconds(),
        "uptime": uptime,
        "environment": gateway.settings.mode.as_str(),
    });
    web::json(StatusCode::OK, &body)
}

#[handler]
async fn ready(gateway: Data<&Arc<Gateway>>) -> Response {
    let database = match gateway.reads.get().await {
        Ok(client) => client.simple_query("SELECT 1").await.is_ok(),
        Err(_) => false,
    };
    let read_models = gateway.progress.caught_up().await.is_ok();
    let body = json!({
        "database": database,
        "log": { "position": *gateway.commands.head().borrow() },
        "read_models": read_models,
    });
    let ready = database && read_models;
    web::json(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &body)
}

#[handler]
fn metrics_page(gateway: Data<&Arc<Gateway>>) -> Response {
    let head = *gateway.commands.head().borrow();
    #[expect(clippy::cast_precision_loss, reason = "a gauge is no money")]
    {
        metrics::gauge!("journal_position").set(head as f64);
        metrics::gauge!("projections_lag_events").set(gateway.progress.lag() as f64);
    }
    let text = (gateway.metrics)();
    text.with_content_type("text/plain; version=0.0.4").into_response()
}
