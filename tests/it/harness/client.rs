//! A Telegram bot's backend, in verbs; and what it is answered.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::App;

/// An HTTP answer, read to the end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// The body of a success.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.body
    }

    /// Status and code of a failure in the stars dialect, whose envelope is checked.
    pub(crate) fn fault(&self) -> (u16, &str) {
        assert_eq!(self.body["success"], json!(false), "{} {}", self.status, self.text);
        let error = self.body["error"].as_object().expect("an error object");
        assert!(error["message"].is_string() && error["details"].is_object(), "{}", self.text);
        assert_eq!(self.body["code"], error["code"]);
        (self.status, self.body["error"]["code"].as_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A registered app.
pub(crate) struct Bot<'a> {
    app: &'a App,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl<'a> Bot<'a> {
    pub(crate) fn new(app: &'a App, user: &Value) -> Self {
        let text = |name: &str| user[name].as_str().unwrap().to_owned();
        Self { app, id: text("id"), key: text("apiKey"), secret: text("apiSecret") }
    }

    /// The same bot after the gateway was started again.
    pub(crate) fn identity(&self) -> Value {
        json!({ "id": self.id, "apiKey": self.key, "apiSecret": self.secret })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let path = format!("/api/v1{path}");
        self.app.call("GET", &path, &[("x-api-key", &self.key)], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let headers = [("x-api-key", self.key.as_str()), ("content-type", "application/json")];
        let body = Some(body.to_string().into_bytes());
        self.app.call("POST", &format!("/api/v1{path}"), &headers, body).await
    }

    /// Telegram tells that Stars were paid.
    pub(crate) async fn paid(&self, charge: &str, stars: u64) -> Answer {
        self.told(json!({ "update_id": 1, "message": { "successful_payment": {
            "currency": "XTR", "total_amount": stars, "invoice_payload": "order",
            "telegram_payment_charge_id": charge, "provider_payment_charge_id": "p" } } }))
            .await
    }

    /// Telegram tells something.
    pub(crate) async fn told(&self, update: Value) -> Answer {
        let headers = [("x-user-id", self.id.as_str()), ("content-type", "application/json")];
        let body = Some(update.to_string().into_bytes());
        self.app.call("POST", "/api/v1/payments/webhook", &headers, body).await
    }

    /// The id of a payment of this many Stars.
    pub(crate) async fn payment(&self, charge: &str, stars: u64) -> String {
        self.paid(charge, stars).await.ok()["payment"]["id"].as_str().unwrap().to_owned()
    }

    /// The status of a conversion.
    pub(crate) async fn status(&self, id: &str) -> String {
        let body = self.get(&format!("/conversions/{id}/status")).await.ok();
        body["status"]["conversion"]["status"].as_str().unwrap().to_owned()
    }

    /// Waits until a conversion has this status.
    pub(crate) async fn reaches(&self, id: &str, status: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let now = self.status(id).await;
            if now == status {
                return;
            }
            assert!(Instant::now() < deadline, "{id} is {now}, not {status}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
