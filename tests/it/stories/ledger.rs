//! An auditor and a dashboard look at the books through the API.

use serde_json::json;

use crate::harness::{App, Partner, pay};

#[tokio::test]
async fn the_books_as_they_are_and_as_they_were() {
    let app = App::start().await;
    let bot = app.bot(None).await;
    let fund = json!({ "merchant_id": bot.id, "asset": "TON", "amount": "1.5" });
    let funded = app.tell("/sandbox/v1/fund", fund.clone()).await;
    assert_eq!(funded.status, 201);
    let account = format!("merchant:{}:main:TON", bot.id);
    assert_eq!(funded.body["account"], json!(account));
    assert_eq!(funded.body["balance"], "1.5");
    let position = funded.body["position"].as_u64().unwrap();
    let correction =
        json!({ "account": account, "asset": "TON", "amount": "-0.5", "reason": "typo" });
    assert_eq!(app.tell("/operator/v1/adjustments", correction).await.status, 201);
    let now = app.see(&format!("/ledger/v1/accounts?prefix={account}")).await.ok();
    assert_eq!(
        now["accounts"][0],
        json!({ "account": account, "asset": "TON", "debits": "0.5", "credits": "1.5", "balance": "1" })
    );
    let then = app.see(&format!("/ledger/v1/accounts?prefix={account}&at={position}")).await.ok();
    assert_eq!(then["accounts"][0]["balance"], "1.5");
    let entries = app.see(&format!("/ledger/v1/accounts/{account}/entries")).await.ok();
    assert_eq!(entries["entries"][1]["amount"], "-0.5");
    assert_eq!(entries["entries"][1]["balance_after"], "1");
    assert_eq!(entries["entries"][1]["counter_account"], "external:operator:TON");
    let trial = app.see("/ledger/v1/trial-balance").await.ok();
    assert_eq!(trial["assets"][0]["difference"], "0");
    let earlier = app.see("/ledger/v1/trial-balance?at=2000-01-01T00:00:00Z").await.ok();
    assert_eq!(earlier, json!({ "position": 0, "assets": [] }));
    let below = json!({ "account": account, "asset": "TON", "amount": "-2", "reason": "too much" });
    let refused = app.tell("/operator/v1/adjustments", below).await;
    assert_eq!(
        (refused.status, &refused.body["error"]["code"]),
        (422, &json!("insufficient_funds"))
    );
    for bad in [
        json!({ "account": "merchant:x", "asset": "TON", "amount": "1", "reason": "r" }),
        json!({ "account": account, "asset": "BTC", "amount": "1", "reason": "r" }),
        json!({ "account": account, "asset": "TON", "amount": "1.0000000001", "reason": "r" }),
        json!({ "account": account, "asset": "TON", "amount": "x", "reason": "r" }),
        json!({ "account": account, "asset": "TON", "amount": "1" }),
    ] {
        assert_eq!(app.tell("/operator/v1/adjustments", bad.clone()).await.status, 400, "{bad}");
    }
    let event = app.see(&format!("/ledger/v1/events/{position}?raw=true")).await.ok();
    assert_eq!(event["type"], "adjustment.posted");
    assert_eq!(event["meta"]["dialect"], "sandbox");
    assert!(event["payload_base64"].is_string());
    assert_eq!(app.see("/ledger/v1/events/999").await.status, 404);
    assert_eq!(app.see("/ledger/v1/events?limit=1001").await.status, 400);
    let page = app.see("/ledger/v1/events?limit=2").await.ok();
    assert_eq!(page["next"], 2);
    let stats = app.see("/ledger/v1/stats").await.ok();
    assert_eq!(stats["rows"], json!([]), "no payment yet");
    app.verify();
}

#[tokio::test]
async fn an_idempotency_key_makes_a_repetition_harmless_for_ever() {
    let mut app = App::start().await;
    let id = app.bot(None).await.id.clone();
    let body = |amount: &str| {
        json!({ "merchant_id": id, "asset": "TON", "amount": amount }).to_string().into_bytes()
    };
    let headers = [("idempotency-key", "k1"), ("content-type", "application/json")];
    let fund = async |app: &App, amount: &str| {
        app.call("POST", "/sandbox/v1/fund", &headers, Some(body(amount))).await
    };
    let first = fund(&app, "1").await.ok();
    assert_eq!(fund(&app, "1").await.ok()["position"], first["position"]);
    app.kill();
    app.restart();
    assert_eq!(fund(&app, "1").await.ok()["position"], first["position"], "the log remembers");
    let other = fund(&app, "2").await;
    assert_eq!((other.status, &other.body["error"]["code"]), (409, &json!("conflict")));
    let account = app.see(&format!("/ledger/v1/accounts?prefix=merchant:{id}")).await.ok();
    assert_eq!(account["accounts"][0]["balance"], "1");
}

#[tokio::test]
async fn the_pages_and_the_stream_are_there() {
    let app = App::start().await;
    for path in [
        "/",
        "/docs",
        "/docs/stars",
        "/docs/ledger",
        "/openapi/stars.yaml",
        "/openapi/stars.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/health",
        "/api/v1/health",
    ] {
        assert_eq!(app.see(path).await.status, 200, "{path}");
    }
    assert!(app.see("/docs/stars").await.text.contains("x-webhooks"), "the honest document");
    assert_eq!(app.see("/nothing").await.status, 404);
    let bot = app.bot(None).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let stream = client
        .get(format!("{}/ledger/v1/stream", app.url))
        .bearer_auth(app.token())
        .header("last-event-id", "1");
    let mut stream = stream.send().await.unwrap();
    bot.paid("c", 5).await.ok();
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(text.contains("id: 2") && text.contains("payment.received"), "{text}");
}

/// Links, payouts, deposits and referrals, some of whom become partners.
async fn between_partners(app: &App) {
    let one = Partner::register(app, 100, None).await;
    one.fund("100").await;
    for person in 7..12 {
        one.withdraw(person, json!(person)).await.ok();
    }
    let two = Partner::register(app, 9, None).await;
    two.withdraw(7, json!(1)).await.ok();
    let link = two.link(json!(2.5)).await;
    pay(app, &link, 8).await.ok();
    one.link(json!(1)).await;
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 90_000 })).await.ok();
    let deposit = one.get("/deposit-address").await.ok()["deposit"].clone();
    let sent = json!({ "address": deposit["address"], "asset": "USDT-TRC20", "amount": "3",
                       "memo": deposit["memo"] });
    app.tell("/sandbox/v1/deposits", sent).await.ok();
    app.tell("/sandbox/v1/blocks", json!({ "count": 3 })).await.ok();
    // Until the expiry is a fact, the books are not at rest.
    let expired = "/ledger/v1/events?type=payment_link.expired";
    while app.see(expired).await.ok()["events"].as_array().unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn rebuilt_read_models_equal_the_live_ones() {
    let app = App::start().await;
    let bot = app.bot(None).await;
    for number in 0..20 {
        let payment = bot.payment(&format!("c{number}"), 1000 + number).await;
        let created =
            bot.post("/conversions/create", json!({ "paymentIds": [payment] })).await.ok();
        let id = created["conversion"]["id"].as_str().unwrap();
        if number % 3 == 0 {
            // It may have completed already; either way the log says so.
            app.tell(&format!("/operator/v1/conversions/{id}/fail"), json!({ "reason": "x" }))
                .await;
        } else {
            bot.reaches(id, "completed").await;
        }
        app.tell(&format!("/operator/v1/payments/{payment}/settle"), json!({})).await;
    }
    between_partners(&app).await;
    bot.get("/payments").await.ok();
    let database = app.database.as_ref().unwrap();
    let dump = async || {
        let mut all = Vec::new();
        for name in projections::NAMES.into_iter().chain(["transactions", "holdings"]) {
            let sql = format!("SELECT t::text FROM read.{name} AS t ORDER BY 1");
            all.extend(database.texts(&sql).await);
        }
        all
    };
    let live = dump().await;
    assert!(live.len() > 100);
    for names in [&[][..], &["payments", "entries"], &["referrals"], &["balances", "merchants"]] {
        let rebuilt = std::process::Command::new(crate::harness::program("quittance"))
            .arg("rebuild")
            .args(names)
            .arg("--data")
            .arg(&app.data)
            .env("QUITTANCE_DATABASE_URL", &database.url)
            .output()
            .unwrap();
        assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
        assert_eq!(dump().await, live);
    }
    let reader = "SET ROLE quittance_reader; SELECT count(*) FROM read.payments";
    database.execute(reader).await;
    let client = database.pool.get().await.unwrap();
    client.batch_execute("SET ROLE quittance_reader").await.unwrap();
    assert!(client.batch_execute("SELECT * FROM vault.credentials").await.is_err());
    assert!(client.batch_execute("DELETE FROM read.payments").await.is_err());
}
