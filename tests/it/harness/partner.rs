//! A partner's backend, in verbs; and a JavaScript receiver's view of a webhook.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::hooks::Received;
use super::{Answer, App};

/// A registered partner.
pub(crate) struct Partner<'a> {
    app: &'a App,
    pub(crate) telegram_id: u64,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl<'a> Partner<'a> {
    /// Registers; with webhooks to this URL.
    pub(crate) async fn register(app: &'a App, telegram_id: u64, webhook: Option<&str>) -> Self {
        let mut body = json!({ "telegram_id": telegram_id.to_string() });
        if let Some(url) = webhook {
            body["webhook_url"] = json!(url);
        }
        let made = app.tell("/api/partner/register", body).await.ok();
        Self::known(app, &made["partner"])
    }

    /// A partner that is registered already.
    pub(crate) fn known(app: &'a App, partner: &Value) -> Self {
        let text = |name: &str| partner[name].as_str().unwrap().to_owned();
        let telegram_id = text("telegram_id").parse().unwrap();
        Self { app, telegram_id, key: text("api_key"), secret: text("secret_key") }
    }

    /// The same partner after the gateway was started again.
    pub(crate) fn identity(&self) -> Value {
        json!({ "telegram_id": self.telegram_id.to_string(), "api_key": self.key,
                "secret_key": self.secret })
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        let headers = [("x-api-key", self.key.as_str()), ("content-type", "application/json")];
        let body = body.map(|body| body.as_bytes().to_vec());
        self.app.call(method, &format!("/api/partner{path}"), &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(&body.to_string())).await
    }

    /// A link over this many USDT; its link id.
    pub(crate) async fn link(&self, amount: Value) -> String {
        let made = self.post("/payments", json!({ "amount": amount })).await.ok();
        made["payment"]["link_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn withdraw(&self, telegram_id: u64, amount: Value) -> Answer {
        let to = telegram_id.to_string();
        self.post("/withdrawals", json!({ "telegram_id": to, "amount": amount })).await
    }

    pub(crate) async fn balance(&self) -> Value {
        self.get("/balance").await.ok()["balance"].clone()
    }

    /// USDT from nowhere.
    pub(crate) async fn fund(&self, amount: &str) {
        fund(self.app, self.telegram_id, amount).await;
    }
}

/// USDT from nowhere, for any Telegram user.
pub(crate) async fn fund(app: &App, telegram_id: u64, amount: &str) {
    let body = json!({ "telegram_id": telegram_id.to_string(), "asset": "USDT-TRC20",
                       "amount": amount });
    app.tell("/sandbox/v1/fund", body).await.ok();
}

/// A Telegram user pays a link.
pub(crate) async fn pay(app: &App, link: &str, telegram_id: u64) -> Answer {
    let body = json!({ "link": link, "telegram_id": telegram_id.to_string() });
    app.tell("/sandbox/v1/pay", body).await
}

impl Answer {
    /// Status and code of a failure in the partner dialect, whose envelope is checked.
    pub(crate) fn partner_fault(&self) -> (u16, &str) {
        assert_eq!(self.body["success"], json!(false), "{} {}", self.status, self.text);
        let error = self.body["error"].as_object().expect("an error object");
        assert_eq!(error.len(), 2, "{}", self.text);
        assert!(error["message"].is_string(), "{}", self.text);
        (self.status, self.body["error"]["code"].as_str().unwrap())
    }
}

/// What receivers in Node.js do, as the vendor documents it: parse the body, take the header's first
/// two parts, and sign the parsed object written anew.
const RECEIVER: &str = "
const { createHmac } = require('crypto');
const { body, header, secret } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const [time, given] = header.split(',');
const message = time.replace('t=', '') + '.' + JSON.stringify(JSON.parse(body));
const expected = createHmac('sha256', secret).update(message).digest('hex');
process.stdout.write(String(given.replace('v1=', '') === expected));
";

/// Would a receiver in Node.js with this secret believe the webhook?
pub(crate) fn node_believes(hook: &Received, secret: &str) -> bool {
    let input = json!({
        "body": String::from_utf8(hook.body.clone()).unwrap(),
        "header": hook.header("x-paychat-signature").unwrap(),
        "secret": secret,
    });
    let mut node = Command::new("node")
        .args(["-e", RECEIVER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout == b"true"
}
