//! `/pay/<id>/events`: tells a page when its payment has changed, so that it need not ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt, unfold};
use poem::http::StatusCode;
use poem::web::sse::{Event, SSE};
use poem::web::{Data, Path};
use poem::{IntoResponse, Response, handler};
use tokio::sync::watch;

use super::unread;
use super::view::State;
use crate::{Gateway, links};

/// Most pages that are told at once; one more asks by itself.
const WATCHERS_MAX: usize = 500;
/// A page looks at most so often, however fast the log grows.
const PAUSE: Duration = Duration::from_millis(500);
/// A page looks at least so often: an expiry is no event until somebody makes it one.
const LOOK: Duration = Duration::from_secs(5);
/// A page that is told for so long connects again, so that none keeps its place for ever.
const LIFE: Duration = Duration::from_secs(600);
/// How often a silent connection is kept alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

static WATCHERS: AtomicUsize = AtomicUsize::new(0);

/// Counts a watcher as long as it lives.
struct Watcher;

impl Watcher {
    fn new() -> Option<Self> {
        let admitted = WATCHERS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
            (count < WATCHERS_MAX).then_some(count.saturating_add(1))
        });
        admitted.ok().map(|_| Self)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        WATCHERS.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Watching {
    gateway: Arc<Gateway>,
    id: String,
    head: watch::Receiver<u64>,
    seen: Option<String>,
    _watcher: Watcher,
}

#[handler]
pub(super) async fn events(Path(id): Path<String>, gateway: Data<&Arc<Gateway>>) -> Response {
    match links::find(&gateway, &id).await {
        Err(error) => return unread(error),
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Ok(Some(_)) => {}
    }
    let Some(watcher) = Watcher::new() else {
        return StatusCode::SERVICE_UNAVAILABLE.with_header("retry-after", "5").into_response();
    };
    let head = gateway.commands.head();
    let gateway = (*gateway).clone();
    let watching = Watching { gateway, id, head, seen: None, _watcher: watcher };
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
                // A timer ends the wait too: by then the clock may say something else.
                let _ = tokio::time::timeout(LOOK, watching.head.changed()).await;
            }
            watching.head.mark_unchanged();
            let Ok(Some(row)) = links::find(&watching.gateway, &watching.id).await else {
                tokio::time::sleep(LOOK).await;
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
