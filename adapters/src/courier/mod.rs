//! Posts bytes to a URL and says what came back. It does not know what they mean: bodies and
//! signatures are made by the dialects, schedules are kept by the process that asks for a post.

mod guard;

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

use crate::Outage;
pub use guard::is_public;

/// A slower endpoint has failed (`stars.md` §4).
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// Which addresses may be talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Any, this machine included: the sandbox.
    Anywhere,
    /// Public addresses only, whatever the name resolves to: live mode.
    PublicOnly,
}

impl Reach {
    /// May this URL be asked for, as far as it says? What its name resolves to, the client judges.
    pub(crate) fn admits(self, url: &Url) -> Result<(), String> {
        match self {
            Self::PublicOnly if !guard::literal_is_public(url) => {
                Err("the address is not public".to_owned())
            }
            Self::PublicOnly | Self::Anywhere => Ok(()),
        }
    }
}

/// What one post came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The HTTP status, or why there is none.
    pub outcome: Result<u16, String>,
    /// How long it took.
    pub duration: Duration,
}

impl Attempt {
    /// Did the endpoint take it?
    pub fn delivered(&self) -> bool {
        matches!(self.outcome, Ok(200..=299))
    }
}

/// The client for all webhooks.
#[derive(Debug, Clone)]
pub struct Courier {
    client: Client,
    reach: Reach,
}

impl Courier {
    /// A courier; fails only if the TLS library cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, Outage> {
        let client = client(Client::builder().pool_max_idle_per_host(2), reach, TIMEOUT)?;
        Ok(Self { client, reach })
    }

    /// Posts the body with these headers. Redirects are answers like any other and not followed;
    /// what the endpoint says beyond its status is not read.
    pub async fn post(&self, url: &str, headers: &[(String, String)], body: Vec<u8>) -> Attempt {
        let started = Instant::now();
        let outcome = self.try_post(url, headers, body).await;
        Attempt { outcome, duration: started.elapsed() }
    }

    async fn try_post(
        &self,
        url: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<u16, String> {
        let url: Url = url.parse().map_err(|error| format!("bad url: {error}"))?;
        self.reach.admits(&url)?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().map_err(|_| format!("bad header {name}"))?;
            let value = HeaderValue::from_str(value).map_err(|_| format!("bad header {name}"))?;
            map.insert(name, value);
        }
        let sent = self.client.post(url).headers(map).body(body).send().await;
        sent.map(|answer| answer.status().as_u16()).map_err(|error| describe(&error))
    }
}

/// A client with our certificates, that follows nothing and asks no proxy.
pub(crate) fn client(
    builder: ClientBuilder,
    reach: Reach,
    timeout: Duration,
) -> Result<Client, Outage> {
    let broken = |reason: String| Outage { reason, retryable: false };
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = match reach {
        Reach::Anywhere => builder,
        Reach::PublicOnly => builder.dns_resolver(guard::PublicResolver),
    };
    let builder =
        builder.tls_backend_preconfigured(tls).redirect(Policy::none()).timeout(timeout).no_proxy();
    builder.build().map_err(|error| broken(error.to_string()))
}

/// The innermost cause says most: `connection refused` rather than `error sending request`.
pub(crate) fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string().chars().take(300).collect()
}
