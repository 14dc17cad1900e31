//! Where the log ends, for those who follow it: told by the database at once, and asked for now and
//! then in case a message was lost or another process is the writer.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Config, NoTls};

/// A hint may be lost; this is how long a follower then waits at most.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Keeps `head` at the last position, until nobody watches it any more. Never moves it back.
pub async fn watch_head(config: Config, head: watch::Sender<u64>) {
    while !head.is_closed() {
        if let Err(error) = follow(&config, &head).await {
            tracing::debug!(%error, "the listener lost its connection");
        }
        sleep(ASK_EVERY).await;
    }
}

async fn follow(config: &Config, head: &watch::Sender<u64>) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let (hint, mut hints) = mpsc::channel::<()>(1);
    tokio::spawn(async move {
        // Ends, and with it the channel, when the connection does.
        while let Some(Ok(message)) =
            std::future::poll_fn(|context| connection.poll_message(context)).await
        {
            if let AsyncMessage::Notification(_) = message {
                // A full channel already says what this would.
                let _ = hint.try_send(());
            }
        }
    });
    client.batch_execute("LISTEN journal").await?;
    while !head.is_closed() {
        let last: i64 = client.query_one("SELECT position FROM journal.head", &[]).await?.get(0);
        let last = u64::try_from(last).unwrap_or_default();
        head.send_if_modified(|seen| {
            let moved = last > *seen;
            *seen = last.max(*seen);
            moved
        });
        // Told, asked for, or (the channel closed) in vain: the next query finds out.
        let _ = timeout(ASK_EVERY, hints.recv()).await;
    }
    Ok(())
}
