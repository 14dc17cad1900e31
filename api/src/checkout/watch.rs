//! `/pay/<id>/events`: tells a page when its payment has changed, so that it need not ask.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt, unfold};
use poem::http::StatusCode;
use poem::web::sse::{Event, SSE};
use poem::web::{Data, Path};
use poem::{IntoResponse, Response, handler};
use projections::Listener;

use super::unread;
use super::view::State;
use crate::{Gateway, links};

/// A page looks at most so often, however much happens to its link.
const PAUSE: Duration = Duration::from_millis(500);
/// A page looks at least so often: somebody may have missed something.
const LOOK: Duration = Duration::from_secs(30);
/// A page that is told for so long connects again, so that none keeps its place for ever.
const LIFE: Duration = Duration::from_secs(600);
/// How often a silent connection is kept alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Watching {
    gateway: Arc<Gateway>,
    id: String,
    listener: Listener,
    seen: Option<String>,
}

#[handler]
pub(super) async fn events(Path(id): Path<String>, gateway: Data<&Arc<Gateway>>) -> Response {
    let row = match links::find(&gateway, &id).await {
        Err(error) => return unread(error),
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Ok(Some(row)) => row,
    };
    let Some(listener) = gateway.pulse.listen(row.payment_link_id) else {
        return StatusCode::SERVICE_UNAVAILABLE.with_header("retry-after", "5").into_response();
    };
    let watching = Watching { gateway: (*gateway).clone(), id, listener, seen: None };
    let stopped = watching.gateway.stopped();
    let over = async move {
        // Either ends it.
        let _ = tokio::time::timeout(LIFE, stopped).await;
    };
    SSE::new(states(watching).take_until(Box::pin(over))).keep_alive(HEARTBEAT).into_response()
}

/// The state at first, and then whenever it is another.
fn states(watching: Watching) -> BoxStream<'static, Event> {
    unfold(watching, |mut watching| async move {
        loop {
            if watching.seen.is_some() {
                tokio::time::sleep(PAUSE).await;
                // A timer ends the wait too.
                let _ = tokio::time::timeout(LOOK, watching.listener.changed()).await;
            }
            let Ok(Some(row)) = links::find(&watching.gateway, &watching.id).await else {
                tokio::time::sleep(PAUSE * 10).await;
                continue;
            };
            let state = State::of(&row, &watching.gateway).as_str();
            let now = format!(r#"{{"state":"{state}","received":"{}"}}"#, row.received);
            if watching.seen.as_deref() != Some(&now) {
                watching.seen = Some(now.clone());
                return Some((Event::message(now), watching));
            }
        }
    })
    .boxed()
}
