//! Stars payments over HTTP: the whole way from the socket to the log and back, with the callers on
//! the same machine. The client is a socket and a few lines, so that it costs little.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::Gateway;
use domain::MerchantId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::commands::{Before, Bench, charge, settle};
use super::report::Row;
use crate::serve;

/// Payments by this many connections for so long.
pub(super) async fn measure(
    gateway: &Arc<Gateway>,
    bench: &Bench,
    merchants: &[MerchantId],
    callers: usize,
    time: Duration,
) -> Result<Row, String> {
    settle(bench).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let (stop, stopped) = watch::channel(false);
    let grace = Duration::from_secs(1);
    let server = tokio::spawn(serve::serve(gateway.clone(), listener, stopped, grace));
    let before = Before::now(bench).await?;
    let started = Instant::now();
    let merchants: Arc<[MerchantId]> = merchants.into();
    let mut running = JoinSet::new();
    for caller in 0..callers {
        let merchants = merchants.clone();
        running.spawn(async move {
            let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
            stream.set_nodelay(true).map_err(|error| error.to_string())?;
            let mut client = Client { stream, buffer: Vec::with_capacity(2_048) };
            let mut latencies = Vec::new();
            let mut next = caller;
            while started.elapsed() < time {
                next = next.wrapping_add(callers) % merchants.len();
                let Some(merchant) = merchants.get(next) else { break };
                let asked = Instant::now();
                client.pay(*merchant).await?;
                latencies.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok::<_, String>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(ended) = running.join_next().await {
        latencies.extend(ended.map_err(|error| error.to_string())??);
    }
    let elapsed = started.elapsed();
    let row = before.row(bench, "http", callers, merchants.len(), latencies, elapsed).await;
    stop.send_replace(true);
    server.await.map_err(|error| error.to_string())??;
    row
}

/// One connection that asks and waits in turn.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    async fn pay(&mut self, merchant: MerchantId) -> Result<(), String> {
        let charge = charge();
        let body = format!(
            r#"{{"update_id":1,"message":{{"successful_payment":{{"currency":"XTR","total_amount":100,"invoice_payload":"bench","telegram_payment_charge_id":"{charge}"}}}}}}"#
        );
        let request = format!(
            "POST /api/v1/payments/webhook HTTP/1.1\r\nhost: bench\r\nx-user-id: {merchant}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        self.answer().await
    }

    /// Reads one answer; anything but 200 ends the measurement.
    async fn answer(&mut self) -> Result<(), String> {
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await;
            if read.map_err(|error| error.to_string())? == 0 {
                return Err("the connection was closed".to_owned());
            }
            let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default());
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or_default();
            if self.buffer.len() < end.saturating_add(4).saturating_add(length) {
                continue;
            }
            let well = head.starts_with("HTTP/1.1 200");
            return if well {
                Ok(())
            } else {
                Err(head.lines().next().unwrap_or_default().to_owned())
            };
        }
    }
}
