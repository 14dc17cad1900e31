//! A shop in the wallet dialect: links in dollars, payouts over several networks, and the sentences
//! that are its contract.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Hooks, fund, pay};

/// A merchant with a wallet key.
struct Shop<'a> {
    app: &'a App,
    id: String,
    uid: String,
    key: String,
}

impl<'a> Shop<'a> {
    async fn open(app: &'a App, body: Value) -> Self {
        let made = app.tell("/sandbox/v1/merchants", body).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let key = text(&made["credentials"]["wallet"]["api_key"]);
        Self { app, id: text(&made["merchant_id"]), uid: text(&made["uid"]), key }
    }

    async fn call(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let mut headers =
            vec![("Api-Key", self.key.as_str()), ("content-type", "application/json")];
        headers.extend_from_slice(more);
        self.app.call(method, path, &headers, Some(body.as_bytes().to_vec())).await
    }

    async fn link(&self, body: Value) -> Answer {
        self.call("POST", "/api/create-payment-link/", &[], &body.to_string()).await
    }

    async fn payout(&self, body: Value) -> Answer {
        self.call("POST", "/api/payout/", &[], &body.to_string()).await
    }

    async fn owns(&self, asset: &str, amount: &str) {
        let body = json!({ "merchant_id": self.id, "asset": asset, "amount": amount });
        self.app.tell("/sandbox/v1/fund", body).await.ok();
    }

    /// What is in the spendable main account.
    async fn has(&self, asset: &str) -> String {
        let path = format!("/ledger/v1/accounts?prefix=merchant:{}:main:{asset}", self.id);
        let body = self.app.see(&path).await.ok();
        body["accounts"][0]["balance"].as_str().unwrap_or("0").to_owned()
    }
}

fn sentence(answer: &Answer) -> (u16, &str) {
    assert_eq!(answer.body.as_object().map(serde_json::Map::len), Some(1), "{}", answer.text);
    (answer.status, answer.body["error"].as_str().unwrap())
}

#[tokio::test]
async fn a_link_in_dollars_is_paid_and_told_byte_for_byte() {
    let app = App::start().await;
    let hooks = Hooks::listen().await;
    let shop = Shop::open(&app, json!({ "name": "S", "telegram_id": "987654321" })).await;
    let made = shop.link(json!({ "amount": "25.50", "callback_url": hooks.url })).await;
    assert_eq!(made.status, 201);
    let token = made.body["token"].as_str().unwrap();
    let url = format!("https://t.me/your_bot?start=pay_{token}");
    assert_eq!(
        made.text,
        json!({ "message": "Payment link created successfully.", "payment_url": url,
                "token": token })
        .to_string()
    );
    fund(&app, 123_456_789, "25.50").await;
    assert_eq!(pay(&app, &url, 987_654_321).await.body["error"]["code"], "own_link");
    pay(&app, &url, 123_456_789).await.ok();
    let hook = hooks.wait_for(1).await.remove(0);
    assert_eq!(
        String::from_utf8(hook.body.clone()).unwrap(),
        format!(
            r#"{{"status":"success","token":"{token}","amount_usd":"25.50","amount_crypto":"25.50","fee_crypto":"0.25","net_crypto":"25.25","currency":"USDT","network":"TRC20","payer_id":123456789,"payee_id":987654321}}"#
        )
    );
    assert_eq!(hook.header("user-agent"), Some("MyWallet-Webhook/1.0"));
    assert_eq!(hook.header("content-type"), Some("application/json"));
    let names = hook.head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let names: Vec<_> = names.map(|(name, _)| name.to_ascii_lowercase()).collect();
    let plain = ["user-agent", "content-type", "content-length", "host", "accept"];
    assert!(names.iter().all(|name| plain.contains(&name.as_str())), "{names:?}");
    assert_eq!(shop.has("USDT-TRC20").await, "25.25");
    assert_eq!(pay(&app, token, 123_456_789).await.body["error"]["code"], "already_paid");
    let event = app.see("/ledger/v1/events?type=payment_link.paid").await.ok();
    let quote = &event["events"][0]["payload"]["quote"];
    assert_eq!((&quote["rate"], &quote["source"]), (&json!("1"), &json!("table")));
    assert!(quote["at"].is_string());
    app.verify();
}

#[tokio::test]
async fn a_price_is_paid_in_any_asset_at_the_rate_of_the_moment() {
    let app = App::start().await;
    let shop = Shop::open(&app, json!({ "name": "S" })).await;
    for (asset, amount, net) in [
        ("BTC", "0.000425", "0.00042075"),
        ("ETH", "0.0085", "0.008415"),
        ("TON", "4.636363637", "4.590000001"),
    ] {
        let link = shop.link(json!({ "amount": 25.50 })).await.ok();
        let fund = json!({ "telegram_id": "7", "asset": asset, "amount": amount });
        app.tell("/sandbox/v1/fund", fund).await.ok();
        let body = json!({ "link": link["token"], "telegram_id": "7", "asset": asset });
        app.tell("/sandbox/v1/pay", body).await.ok();
        assert_eq!(shop.has(asset).await, net, "{asset}");
    }
    let link = shop.link(json!({ "amount": "1" })).await.ok();
    for (asset, code) in [("USD", "other_asset"), ("STARS", "other_asset")] {
        let body = json!({ "link": link["token"], "telegram_id": "7", "asset": asset });
        let refused = app.tell("/sandbox/v1/pay", body).await;
        assert_eq!((refused.status, &refused.body["error"]["code"]), (422, &json!(code)));
    }
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 31_000_000 })).await.ok();
    fund(&app, 7, "1").await;
    pay(&app, link["payment_url"].as_str().unwrap(), 7).await.ok();
    app.verify();
}

#[tokio::test]
async fn a_payout_has_its_fee_on_top_and_its_amount_as_it_was_written() {
    let app = App::start().await;
    let shop = Shop::open(&app, json!({ "name": "S" })).await;
    let payee =
        json!({ "name": "R", "uid": "recipient_uid_123", "username": "@recipient_username" });
    let payee = Shop::open(&app, payee).await;
    let ask =
        |amount: Value| json!({ "amount": amount, "address": payee.uid, "currency_code": "usdt" });
    shop.owns("USDT-TRC20", "10.09").await;
    let insufficient = "Insufficient total USDT balance to cover amount and fee.";
    assert_eq!(sentence(&shop.payout(ask(json!("10.0"))).await), (400, insufficient));
    shop.owns("USDT-TRC20", "0.01").await;
    let head = app.see("/ledger/v1/head").await.ok()["position"].as_u64().unwrap();
    let sent = shop.payout(ask(json!("10.0"))).await;
    let message = "10.0 USDT (TRC20) successfully sent to recipient_username. Fee: 0.1 USDT";
    assert_eq!(sent.status, 200);
    assert_eq!(
        sent.text,
        json!({ "status": "success", "message": message, "transaction_id": head + 1 }).to_string()
    );
    assert_eq!(
        (shop.has("USDT-TRC20").await.as_str(), payee.has("USDT-TRC20").await.as_str()),
        ("0", "10")
    );
    // A number is read as it stands; several networks are drawn on, the default one first.
    shop.owns("USDT-ERC20", "4").await;
    shop.owns("USDT-ARB", "3").await;
    shop.owns("USDT-TRC20", "2").await;
    let raw = format!(r#"{{"amount":6.00,"address":"{}","currency_code":"USDT"}}"#, payee.uid);
    let key = [("idempotency-key", "k")];
    let sent = shop.call("POST", "/api/payout", &key, &raw).await;
    assert!(sent.text.contains("6.00 USDT (TRC20) successfully sent"), "{}", sent.text);
    assert!(sent.text.contains("Fee: 0.06 USDT"), "{}", sent.text);
    assert_eq!(shop.call("POST", "/api/payout", &key, &raw).await.text, sent.text, "once");
    let other = shop.call("POST", "/api/payout", &key, &raw.replace("6.00", "1")).await;
    let reused = "Idempotency key was used with a different request.";
    assert_eq!(sentence(&other), (400, reused));
    // A key that is not understood is not as good as none: the money would be sent twice.
    let again = [("idempotency-key", "k"), ("idempotency-key", "l")];
    for bad in [&[("idempotency-key", "überweisung")][..], &[("idempotency-key", "")], &again] {
        let answer = shop.call("POST", "/api/payout", bad, &raw).await;
        assert_eq!(sentence(&answer), (400, "Invalid idempotency key."), "{bad:?}");
    }
    assert_eq!(
        [payee.has("USDT-TRC20").await, payee.has("USDT-ARB").await, payee.has("USDT-ERC20").await],
        ["12", "3", "1"]
    );
    assert_eq!(shop.has("USDT-ERC20").await, "2.94");
    app.verify();
}

#[tokio::test]
async fn a_hundred_payouts_from_one_balance_never_overdraw() {
    let app = App::start().await;
    let shop = Shop::open(&app, json!({ "name": "S" })).await;
    let payee = Shop::open(&app, json!({ "name": "R" })).await;
    shop.owns("USDT-TRC20", "60").await;
    shop.owns("USDT-ARB", "45").await;
    let ask = json!({ "amount": "10", "address": payee.uid, "currency_code": "USDT" });
    let answers = join_all((0..100).map(|_| shop.payout(ask.clone()))).await;
    let done: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(done.len(), 10);
    let ids: std::collections::BTreeSet<_> =
        done.iter().map(|answer| answer.body["transaction_id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), 10);
    app.verify();
}

#[tokio::test]
async fn the_sentences_are_the_contract() {
    let app = App::start().await;
    let shop = Shop::open(&app, json!({ "name": "S" })).await;
    shop.owns("USDT-TRC20", "5").await;
    let head = app.see("/ledger/v1/head").await.ok();
    for path in
        ["/api/create-payment-link/", "/api/create-payment-link", "/api/payout/", "/api/payout"]
    {
        let content = [("content-type", "application/json")];
        let nobody = app.call("POST", path, &content, Some(b"{".to_vec())).await;
        assert_eq!(sentence(&nobody), (401, "API key is required in headers."));
        let nobody = app.call("GET", path, &[("api-key", "")], None).await;
        assert_eq!(sentence(&nobody), (401, "API key is required in headers."));
        let wrong = app.call("POST", path, &[("api-key", "wk_x")], None).await;
        assert_eq!(sentence(&wrong), (401, "Invalid API key."));
        let method = shop.call("GET", path, &[], "").await;
        assert_eq!(sentence(&method), (405, "Method not allowed."));
        for bad in ["", "{", "[]", "null", "\"x\""] {
            let answer = shop.call("POST", path, &[], bad).await;
            assert_eq!(sentence(&answer), (400, "Invalid JSON."), "{path} {bad}");
        }
    }
    assert_eq!(sentence(&shop.call("POST", "/api/other/", &[], "{}").await), (404, "Not found."));
    for (body, expected) in [
        (json!({}), "Amount is required."),
        (json!({ "amount": "" }), "Amount is required."),
        (json!({ "amount": null }), "Amount is required."),
        (json!({ "amount": "x" }), "Invalid amount."),
        (json!({ "amount": "-1" }), "Invalid amount."),
        (json!({ "amount": "1e3" }), "Invalid amount."),
        (json!({ "amount": "1.001" }), "Invalid amount."),
        (json!({ "amount": "1000000000" }), "Invalid amount."),
        (json!({ "amount": [] }), "Invalid amount."),
        (json!({ "amount": "0" }), "Amount must be greater than zero."),
        (json!({ "amount": "0.00" }), "Amount must be greater than zero."),
        (json!({ "amount": "0.000" }), "Amount must be greater than zero."),
        (json!({ "amount": "1", "callback_url": "x" }), "Invalid callback URL."),
        (json!({ "amount": "1", "callback_url": "http://a:99999/" }), "Invalid callback URL."),
        (json!({ "amount": "1", "callback_url": "http://.../" }), "Invalid callback URL."),
        (json!({ "amount": "1", "callback_url": 5 }), "Invalid callback URL."),
    ] {
        assert_eq!(sentence(&shop.link(body.clone()).await), (400, expected), "{body}");
    }
    let required = "Amount, address (recipient UID), and currency_code are required.";
    let ask = |amount: &str, address: &str, code: &str| json!({ "amount": amount, "address": address, "currency_code": code });
    for (body, status, expected) in [
        (json!({}), 400, required),
        (json!({ "amount": "1", "address": "u" }), 400, required),
        (ask("1", "u", " "), 400, required),
        (ask("x", "u", "USDT"), 400, "Invalid amount."),
        (ask("0", "u", "USDT"), 400, "Amount must be greater than zero."),
        (ask("0.0000001", "u", "USDT"), 400, "Invalid amount."),
        (ask("0.1234567", "u", "DOGE"), 400, "Unsupported currency code."),
        (ask("0.0000000", "u", "DOGE"), 400, "Amount must be greater than zero."),
        (ask("1", "u", "STARS"), 400, "Unsupported currency code."),
        (ask("1", "u", "USD"), 400, "Unsupported currency code."),
        (ask("1", "nobody", "USDT"), 404, "Recipient not found."),
        (ask("1", &shop.uid, "USDT"), 400, "You cannot send to yourself."),
    ] {
        assert_eq!(sentence(&shop.payout(body.clone()).await), (status, expected), "{body}");
    }
    assert_eq!(app.see("/ledger/v1/head").await.ok(), head, "no trace");
    // A key of another dialect opens nothing, nor does that of a switched-off merchant.
    app.tell(&format!("/operator/v1/merchants/{}/deactivate", shop.id), json!({})).await.ok();
    assert_eq!(sentence(&shop.link(json!({})).await), (401, "Invalid API key."));
}

#[tokio::test]
async fn what_comes_by_a_network_is_never_lost() {
    let app = App::start().await;
    let hooks = Hooks::listen().await;
    let shop = Shop::open(&app, json!({ "name": "S", "telegram_id": "55" })).await;
    let link = shop.link(json!({ "amount": "10", "callback_url": hooks.url })).await.ok();
    let token = link["token"].as_str().unwrap();
    let made =
        app.tell("/sandbox/v1/merchants", json!({ "name": "P", "telegram_id": "56" })).await.ok();
    let key = made["credentials"]["partner"]["api_key"].as_str().unwrap();
    let deposit =
        app.call("GET", "/api/partner/deposit-address", &[("x-api-key", key)], None).await.ok();
    let address = deposit["deposit"]["address"].as_str().unwrap();
    let send = async |amount: &str| {
        let body =
            json!({ "address": address, "asset": "USDT-TRC20", "amount": amount, "memo": token });
        app.tell("/sandbox/v1/deposits", body).await.ok();
        app.tell("/sandbox/v1/blocks", json!({ "count": 3 })).await.ok();
    };
    send("4").await;
    assert_eq!(hooks.count(), 0, "too little is not told");
    send("6.5").await;
    let hook = hooks.wait_for(1).await.remove(0);
    let told = String::from_utf8(hook.body).unwrap();
    assert!(
        told.contains(r#""amount_usd":"10.00","amount_crypto":"10.50","fee_crypto":"0.10""#)
            && told.contains(r#""payer_id":null,"payee_id":55"#),
        "{told}"
    );
    send("1").await;
    let events = app.see("/ledger/v1/events?type=payment_link.received").await.ok();
    let outcomes = events["events"].as_array().unwrap().iter();
    let outcomes: Vec<_> = outcomes.map(|event| event["payload"]["outcome"].clone()).collect();
    assert_eq!(outcomes, ["underpaid", "overpaid", "duplicate"]);
    let receipt = app.call("GET", &format!("/receipts/{token}"), &[], None).await.ok();
    assert_eq!(receipt["paid"]["net"], "10.4");
    let arrivals = receipt["arrivals"].as_array().unwrap().iter();
    let arrivals: Vec<_> = arrivals.map(|it| (&it["amount"], &it["fee"], &it["outcome"])).collect();
    let arrived =
        [("4", "0.04", "underpaid"), ("6.5", "0.06", "overpaid"), ("1", "0.01", "duplicate")];
    let arrived = arrived.map(|(amount, fee, outcome)| (json!(amount), json!(fee), json!(outcome)));
    assert_eq!(arrivals, arrived.each_ref().map(|(amount, fee, outcome)| (amount, fee, outcome)));
    // All of it is the shop's, less one percent of each.
    assert_eq!(shop.has("USDT-TRC20").await, "11.39");
    assert_eq!(hooks.count(), 1);
    app.verify();
}

#[tokio::test]
async fn rates_come_from_sources_that_agree_and_an_outage_is_a_refusal() {
    // Two that agree, one that is mad; then silence.
    let prices = |ton: &str| {
        let body = format!(r#"{{"ton":{{"usd":{ton}}}}}"#);
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let sources = [prices("5.00"), prices("\"5.10\""), prices("900")];
    let (one, two, mad) = tokio::join!(
        Source::serve(sources[0].clone()),
        Source::serve(sources[1].clone()),
        Source::serve(sources[2].clone())
    );
    let app = App::with(&[
        ("QUITTANCE_RATES_HTTP__ENABLED", "true"),
        ("QUITTANCE_RATES_HTTP__POLL_SECONDS", "1"),
        ("QUITTANCE_RATES_HTTP__QUORUM", "2"),
        ("QUITTANCE_RATE_SOURCES__ONE", &one.url),
        ("QUITTANCE_RATE_SOURCES__TWO", &two.url),
        ("QUITTANCE_RATE_SOURCES__MAD", &mad.url),
        ("QUITTANCE_RATE_PAIRS__TON/USD", "one:ton.usd two:ton.usd mad:ton.usd"),
    ])
    .await;
    let shop = Shop::open(&app, json!({ "name": "S" })).await;
    let fund = json!({ "telegram_id": "7", "asset": "TON", "amount": "100" });
    app.tell("/sandbox/v1/fund", fund).await.ok();
    let pays = async || {
        let link = shop.link(json!({ "amount": "5.05" })).await.ok();
        let body = json!({ "link": link["token"], "telegram_id": "7", "asset": "TON" });
        app.tell("/sandbox/v1/pay", body).await
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while pays().await.status != 200 {
        assert!(std::time::Instant::now() < deadline, "no rate came");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(
        shop.has("TON").await,
        "0.99",
        "5.05 dollars at the median of 5.00 and 5.10, less 1 %"
    );
    let event = app.see("/ledger/v1/events?type=payment_link.paid").await.ok();
    let quote = &event["events"][0]["payload"]["quote"];
    assert_eq!((&quote["rate"], &quote["source"]), (&json!("5.05"), &json!("median")));
    // The last good rate stays while it is fresh; a stale one sells nothing.
    for source in [&one, &two, &mad] {
        source.silence();
    }
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(pays().await.status, 200);
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 900 })).await.ok();
    let refused = pays().await;
    assert_eq!((refused.status, &refused.body["error"]["code"]), (422, &json!("no_rate")));
    // What has no source is the table's as before.
    crate::harness::fund(&app, 7, "1").await;
    let link = shop.link(json!({ "amount": "1" })).await.ok();
    pay(&app, link["token"].as_str().unwrap(), 7).await.ok();
}

/// A source of rates, until it is silenced.
struct Source {
    url: String,
    silent: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Source {
    async fn serve(answer: String) -> Self {
        use std::sync::atomic::{AtomicBool, Ordering};
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let silent = std::sync::Arc::new(AtomicBool::new(false));
        let quiet = silent.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                if !quiet.load(Ordering::Relaxed) {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        });
        Self { url, silent }
    }

    fn silence(&self) {
        self.silent.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}
