//! A merchant's endpoint: keeps what it is sent, answers what the test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// One request that came in: headers in lower case, and the exact body.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// An endpoint on a port of its own.
#[derive(Clone)]
pub(crate) struct Hooks {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Hooks {
    /// Answers 200 to everything.
    pub(crate) async fn listen() -> Self {
        Self::answering(&[]).await
    }

    /// Answers with these status lines first, then 200.
    pub(crate) async fn answering(first: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(first.iter().copied().collect()));
        let hooks = Self { url, received: Arc::default(), answers };
        let ours = hooks.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(ours.clone().serve(stream));
            }
        });
        hooks
    }

    async fn serve(self, mut stream: tokio::net::TcpStream) {
        let mut bytes = Vec::new();
        loop {
            let mut chunk = [0; 4096];
            let Ok(count @ 1..) = stream.read(&mut chunk).await else { return };
            bytes.extend_from_slice(&chunk[..count]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.unwrap_or("0").trim().parse().unwrap();
            if bytes.len() < end + 4 + length {
                continue;
            }
            let body = bytes[end + 4..end + 4 + length].to_vec();
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            self.received.lock().unwrap().push(Received { head, body });
            let status = self.answers.lock().unwrap().pop_front().unwrap_or("200 OK");
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            return;
        }
    }

    /// Takes connections and never answers, or answers without end.
    pub(crate) async fn hanging(nonsense: bool) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hang", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
                    if nonsense && stream.write_all(head).await.is_ok() {
                        while stream.write_all(&[b'x'; 8_192]).await.is_ok() {}
                    }
                    let mut sink = [0; 1024];
                    while stream.read(&mut sink).await.is_ok_and(|count| count > 0) {}
                    tokio::time::sleep(Duration::from_secs(60)).await;
                });
            }
        });
        url
    }

    /// Takes connections and resets them.
    pub(crate) async fn resetting() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/reset", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let stream = stream.into_std().unwrap();
                // Closing with unread data makes it a reset.
                std::thread::sleep(Duration::from_millis(5));
                drop(stream);
            }
        });
        url
    }

    /// How many requests have come in.
    pub(crate) fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// Waits until this many requests have come in, and returns all.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let received = self.received.lock().unwrap().clone();
            if received.len() >= count {
                return received;
            }
            assert!(Instant::now() < deadline, "{} of {count} webhooks came", received.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
