//! Prices as JSON over HTTP. Where in the answer a price stands is configuration: `CoinGecko`'s
//! `{"bitcoin":{"usd":60000}}` is `bitcoin.usd`, Binance's `[{"symbol":"BTCUSDT","price":"60000"}]` is
//! `symbol=BTCUSDT.price`.

use std::str::FromStr;
use std::time::Duration;

use domain::{Name, Rate};
use reqwest::Client;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::Outage;
use crate::courier::{self, Reach};

/// A slower source has failed.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A longer answer is none.
const BYTES_MAX: usize = 1024 * 1024;

/// Where a price stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// The member of this name.
    Member(String),
    /// Of a list, the object whose member of this name has this text.
    Where(String, String),
}

/// The text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a path is member names and name=text, with dots between them")]
pub struct BadPath;

impl FromStr for Path {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        let step = |part: &str| match part.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Step::Where(name.to_owned(), value.to_owned()))
            }
            None if !part.is_empty() => Ok(Step::Member(part.to_owned())),
            Some(_) | None => Err(BadPath),
        };
        text.split('.').map(step).collect::<Result<_, _>>().map(Self)
    }
}

impl Path {
    /// The price there: a positive decimal, as a number or as text. Anything else is no price.
    pub fn rate(&self, answer: &Value) -> Option<Rate> {
        let mut at = answer;
        for step in &self.0 {
            at = match step {
                Step::Member(name) => at.get(name)?,
                Step::Where(name, text) => {
                    let named =
                        |item: &&Value| item.get(name).and_then(Value::as_str) == Some(text);
                    at.as_array()?.iter().find(named)?
                }
            };
        }
        let text = match at {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let decimal = Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok()?;
        Rate::new(decimal.trunc_with_scale(Rate::PLACES_MAX))
    }
}

/// One source: a URL, and where which prices stand.
#[derive(Debug, Clone)]
pub struct Source {
    /// For people.
    pub name: String,
    /// What is asked.
    pub url: String,
    /// Units of the second asset for one of the first.
    pub pairs: Vec<((Name, Name), Path)>,
}

/// Asks sources.
#[derive(Debug, Clone)]
pub struct Asker {
    client: Client,
    reach: Reach,
}

impl Asker {
    /// A client; fails only if the TLS library cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, Outage> {
        // Public sources turn away who does not say what they are.
        const AGENT: &str = concat!("Quittance/", env!("CARGO_PKG_VERSION"));
        let client = courier::client(Client::builder().user_agent(AGENT), reach, TIMEOUT)?;
        Ok(Self { client, reach })
    }

    /// What a source says: the prices that are prices. A source that does not answer, or answers no
    /// JSON, says nothing.
    pub async fn ask(&self, source: &Source) -> Result<Vec<((Name, Name), Rate)>, Outage> {
        let failed = |reason: String| Outage { reason, retryable: true };
        let told = |error: &reqwest::Error| failed(courier::describe(error));
        let url = source.url.parse().map_err(|error| failed(format!("bad url: {error}")))?;
        self.reach.admits(&url).map_err(failed)?;
        let mut answer = self.client.get(url).send().await.map_err(|error| told(&error))?;
        if !answer.status().is_success() {
            return Err(failed(format!("it answered {}", answer.status().as_u16())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| told(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BYTES_MAX {
                return Err(failed("it answered more than 1 MiB".to_owned()));
            }
        }
        let json: Value = serde_json::from_slice(&bytes)
            .map_err(|error| failed(format!("it answered no JSON: {error}")))?;
        let rate = |(pair, path): &((Name, Name), Path)| Some((*pair, path.rate(&json)?));
        Ok(source.pairs.iter().filter_map(rate).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn found(path: &str, json: &str) -> Option<String> {
        let path: Path = path.parse().unwrap();
        path.rate(&serde_json::from_str(json).unwrap()).map(|rate| rate.to_string())
    }

    #[test]
    fn prices_are_found_and_garbage_is_none() {
        assert_eq!(
            found("bitcoin.usd", r#"{"bitcoin":{"usd":60000.5}}"#).as_deref(),
            Some("60000.5")
        );
        let binance = r#"[{"symbol":"ETHUSDT","price":"3000.10"},{"symbol":"X"}]"#;
        assert_eq!(found("symbol=ETHUSDT.price", binance).as_deref(), Some("3000.1"));
        assert_eq!(found("p", r#"{"p":6e4}"#).as_deref(), Some("60000"));
        assert_eq!(
            found("p", r#"{"p":0.123456789012345678901234567890}"#).as_deref(),
            Some("0.12345678901234")
        );
        for bad in [
            r#"{"p":0}"#,
            r#"{"p":-1}"#,
            r#"{"p":"NaN"}"#,
            r#"{"p":"inf"}"#,
            r#"{"p":null}"#,
            r#"{"p":[]}"#,
            r#"{"p":"60,000"}"#,
            r#"{"p":1e300}"#,
            r#"{"p":1e-300}"#,
            "{}",
            "[]",
            "5",
        ] {
            assert_eq!(found("p", bad), None, "{bad}");
        }
        assert!("".parse::<Path>().is_err() && "a..b".parse::<Path>().is_err());
    }

    async fn serve(answer: Vec<u8>) -> Source {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        let pair = (domain::money::TON, domain::money::USD);
        Source { name: "test".into(), url, pairs: vec![(pair, "ton.usd".parse().unwrap())] }
    }

    #[tokio::test]
    async fn a_source_that_fails_says_why() {
        let asker = Asker::new(Reach::Anywhere).unwrap();
        let body = |status: &str, body: &str| {
            format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
        };
        let ask = async |answer: String| {
            let source = serve(answer.into_bytes()).await;
            asker.ask(&source).await.map(|rates| rates.len()).map_err(|outage| outage.reason)
        };
        assert_eq!(ask(body("200 OK", r#"{"ton":{"usd":5.5}}"#)).await, Ok(1));
        assert_eq!(ask(body("200 OK", r#"{"ton":{"usd":0}}"#)).await, Ok(0));
        assert_eq!(ask(body("500 No", "{}")).await, Err("it answered 500".into()));
        assert!(ask(body("200 OK", "<html>")).await.unwrap_err().contains("no JSON"));
        assert!(ask("garbage".into()).await.is_err());
        let long = body("200 OK", &" ".repeat(BYTES_MAX + 1));
        assert!(ask(long).await.unwrap_err().contains("1 MiB"));
        let nobody = Source { url: "http://127.0.0.1:1/".into(), ..serve(vec![]).await };
        assert!(asker.ask(&nobody).await.is_err());
        let careful = Asker::new(Reach::PublicOnly).unwrap();
        let refused = careful.ask(&nobody).await.unwrap_err().reason;
        assert_eq!(refused, "the address is not public");
    }
}
