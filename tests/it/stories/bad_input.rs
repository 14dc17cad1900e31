//! Bad input gets a clear answer in the dialect's form, and leaves no trace.

use serde_json::{Value, json};

use crate::harness::{Answer, App};

const UNKNOWN: &str = "6a0f1c1e-0000-4000-8000-000000000000";

async fn raw(app: &App, path: &str, content: &str, body: &[u8]) -> Answer {
    app.call("POST", path, &[("content-type", content)], Some(body.to_vec())).await
}

#[tokio::test]
async fn registrations_that_are_wrong_are_refused() {
    let app = App::start().await;
    let path = "/api/v1/users/register";
    let long = "x".repeat(256);
    for (body, why) in [
        (json!({}), "no name"),
        (json!({ "appName": "" }), "empty"),
        (json!({ "appName": "  " }), "blank"),
        (json!({ "appName": long }), "too long"),
        (json!({ "appName": "a\0b" }), "a zero character"),
        (json!({ "appName": 5 }), "a number"),
        (json!({ "appName": null }), "null"),
        (json!({ "appName": "x", "webhookUrl": "ftp://a" }), "another scheme"),
        (json!({ "appName": "x", "webhookUrl": "/relative" }), "relative"),
        (json!({ "appName": "x", "webhookUrl": "http://user@host/" }), "credentials in the URL"),
        (json!({ "appName": "x", "webhookUrl": 5 }), "no text"),
        (json!([]), "no object"),
        (Value::Null, "null"),
    ] {
        let answer = raw(&app, path, "application/json", body.to_string().as_bytes()).await;
        assert_eq!(answer.fault(), (400, "VALIDATION_ERROR"), "{why}");
    }
    for (content, body) in [
        ("application/json", &b"{\"appName\":"[..]),
        ("application/json", b""),
        ("application/json", b"\xff\xfe"),
        ("text/plain", b"{\"appName\":\"x\"}"),
    ] {
        assert_eq!(raw(&app, path, content, body).await.fault(), (400, "VALIDATION_ERROR"));
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(raw(&app, path, "application/json", deep.as_bytes()).await.fault().0, 400);
    let huge = format!("{{\"appName\":\"{}\"}}", "x".repeat(1 << 20));
    assert_eq!(
        raw(&app, path, "application/json", huge.as_bytes()).await.fault(),
        (413, "VALIDATION_ERROR")
    );
    let good =
        raw(&app, path, "application/json; charset=utf-8", br#"{"appName":"x","extra":1}"#).await;
    assert_eq!(good.status, 201, "unknown members are ignored");
    assert_eq!(app.see("/ledger/v1/head").await.ok()["position"], 1, "nothing else was written");
}

#[tokio::test]
async fn updates_that_are_wrong_are_refused() {
    let app = App::start().await;
    let bot = app.bot(None).await;
    let update = |change: fn(&mut Value)| {
        let mut update = json!({ "message": { "successful_payment": {
            "currency": "XTR", "total_amount": 5, "telegram_payment_charge_id": "c" } } });
        change(&mut update["message"]["successful_payment"]);
        update
    };
    let wrong: [fn(&mut Value); 11] = [
        |p| p["currency"] = json!("USD"),
        |p| p["total_amount"] = json!(0),
        |p| p["total_amount"] = json!(-5),
        |p| p["total_amount"] = json!(1.5),
        |p| p["total_amount"] = json!("5"),
        |p| p["total_amount"] = json!(1_000_000_001_u64),
        |p| p["total_amount"] = Value::Null,
        |p| p["telegram_payment_charge_id"] = json!(""),
        |p| p["telegram_payment_charge_id"] = json!("x".repeat(256)),
        |p| p["telegram_payment_charge_id"] = json!(7),
        |p| p["invoice_payload"] = json!({}),
    ];
    for change in wrong {
        let told = bot.told(update(change)).await;
        assert_eq!(told.fault(), (400, "VALIDATION_ERROR"), "{}", update(change));
    }
    let body = update(|_| {}).to_string();
    for (user, expected) in [
        (None, (401, "UNAUTHORIZED")),
        (Some("nobody"), (400, "VALIDATION_ERROR")),
        (Some(UNKNOWN), (404, "NOT_FOUND")),
    ] {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(user.map(|user| ("x-user-id", user)));
        let answer =
            app.call("POST", "/api/v1/payments/webhook", &headers, Some(body.clone().into_bytes()));
        assert_eq!(answer.await.fault(), expected);
    }
    assert_eq!(app.see("/ledger/v1/head").await.ok()["position"], 1);
}

#[tokio::test]
async fn conversions_that_are_wrong_are_refused() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let bot = app.bot(None).await;
    let (big, small) = (bot.payment("big", 5000).await, bot.payment("small", 999).await);
    for (path, body, expected) in [
        ("estimate", json!({ "sourceAmount": 999 }), (400, "MINIMUM_AMOUNT_NOT_MET")),
        ("estimate", json!({ "sourceAmount": 0 }), (400, "VALIDATION_ERROR")),
        ("estimate", json!({ "sourceAmount": 1000.5 }), (400, "VALIDATION_ERROR")),
        ("estimate", json!({ "sourceAmount": "1000" }), (400, "VALIDATION_ERROR")),
        (
            "estimate",
            json!({ "sourceAmount": 1000, "sourceCurrency": "TON" }),
            (400, "VALIDATION_ERROR"),
        ),
        (
            "estimate",
            json!({ "sourceAmount": 1000, "targetCurrency": "DOGE" }),
            (400, "VALIDATION_ERROR"),
        ),
        ("estimate", json!({ "sourceAmount": 1e300 }), (400, "VALIDATION_ERROR")),
        ("lock-rate", json!({ "sourceAmount": 999 }), (400, "MINIMUM_AMOUNT_NOT_MET")),
        (
            "lock-rate",
            json!({ "sourceAmount": 1000, "durationSeconds": 59 }),
            (400, "VALIDATION_ERROR"),
        ),
        (
            "lock-rate",
            json!({ "sourceAmount": 1000, "durationSeconds": 601 }),
            (400, "VALIDATION_ERROR"),
        ),
        ("create", json!({}), (400, "VALIDATION_ERROR")),
        ("create", json!({ "paymentIds": [] }), (400, "VALIDATION_ERROR")),
        ("create", json!({ "paymentIds": "x" }), (400, "VALIDATION_ERROR")),
        ("create", json!({ "paymentIds": ["x"] }), (400, "VALIDATION_ERROR")),
        ("create", json!({ "paymentIds": [big, big] }), (400, "VALIDATION_ERROR")),
        ("create", json!({ "paymentIds": [UNKNOWN] }), (404, "NOT_FOUND")),
        ("create", json!({ "paymentIds": [small] }), (400, "MINIMUM_AMOUNT_NOT_MET")),
        ("create", json!({ "paymentIds": [big], "rateLockId": UNKNOWN }), (404, "NOT_FOUND")),
        ("create", json!({ "paymentIds": [big], "rateLockId": "no uuid" }), (404, "NOT_FOUND")),
        ("create", json!({ "paymentIds": vec![UNKNOWN; 1001] }), (400, "VALIDATION_ERROR")),
    ] {
        let answer = bot.post(&format!("/conversions/{path}"), body.clone()).await;
        assert_eq!(answer.fault(), expected, "{path} {body}");
    }
    let lock = |seconds: u64| {
        bot.post(
            "/conversions/lock-rate",
            json!({ "sourceAmount": 1000, "durationSeconds": seconds }),
        )
    };
    let dollars = bot
        .post("/conversions/lock-rate", json!({ "sourceAmount": 1000, "targetCurrency": "USD" }));
    let create = |lock: &Value| {
        bot.post("/conversions/create", json!({ "paymentIds": [big], "rateLockId": lock["id"] }))
    };
    let dollars = dollars.await.ok();
    assert_eq!(create(&dollars).await.fault(), (400, "VALIDATION_ERROR"), "another currency");
    let (short, long) = (lock(60).await.ok(), lock(600).await.ok());
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 61 })).await.ok();
    let expired = create(&short).await;
    assert_eq!(expired.fault(), (400, "RATE_LOCK_EXPIRED"));
    assert_eq!(expired.body["error"]["details"]["reason"], "expired");
    assert_eq!(create(&long).await.status, 201);
    let third = bot.payment("third", 1000).await;
    let used = bot
        .post("/conversions/create", json!({ "paymentIds": [third], "rateLockId": long["id"] }))
        .await;
    assert_eq!(used.fault(), (400, "RATE_LOCK_EXPIRED"));
    assert_eq!(used.body["error"]["details"]["reason"], "consumed");
    app.verify();
}

#[tokio::test]
async fn routes_methods_and_carriers() {
    let app = App::start().await;
    let bot = app.bot(None).await;
    let key = bot.key.as_str();
    let get =
        async |path: &str, headers: &[(&str, &str)]| app.call("GET", path, headers, None).await;
    assert_eq!(get("/api/v1/nothing", &[]).await.fault(), (404, "NOT_FOUND"));
    assert_eq!(get("/v1/nothing", &[]).await.fault(), (404, "NOT_FOUND"));
    let deleted = app.call("DELETE", "/api/v1/payments", &[], None).await;
    assert_eq!(deleted.fault(), (405, "VALIDATION_ERROR"));
    let (bearer, secret) = (format!("Bearer {key}"), format!("Bearer {}", bot.secret));
    for (path, headers, status) in [
        ("/api/v1/users/me".to_owned(), vec![("x-api-key", key)], 200),
        ("/v1/users/me".to_owned(), vec![("authorization", bearer.as_str())], 200),
        (format!("/api/v1/users/me?api_key={key}"), vec![], 200),
        ("/api/v1/users/me".to_owned(), vec![("x-api-key", key), ("authorization", &secret)], 200),
        ("/api/v1/users/me".to_owned(), vec![("authorization", &secret)], 401),
        (format!("/api/v1/users/me?api_key={key}"), vec![("x-api-key", "pk_wrong")], 401),
        ("/api/v1/users/me".to_owned(), vec![], 401),
        ("/api/v1/payments/no-uuid".to_owned(), vec![("x-api-key", key)], 404),
        (format!("/api/v1/payments/{UNKNOWN}"), vec![("x-api-key", key)], 404),
        (format!("/api/v1/conversions/{UNKNOWN}/status"), vec![("x-api-key", key)], 404),
        ("/api/v1/payments?status=lost".to_owned(), vec![("x-api-key", key)], 400),
        ("/api/v1/conversions?status=in_progress".to_owned(), vec![("x-api-key", key)], 400),
        ("/api/v1/payments?page=x&limit=-1".to_owned(), vec![("x-api-key", key)], 200),
    ] {
        let answer = get(&path, &headers).await;
        assert_eq!(answer.status, status, "{path} {}", answer.text);
        assert!(answer.header("x-request-id").is_some());
        if status >= 400 {
            answer.fault();
        }
    }
    let echoed = get("/api/v1/health", &[("x-request-id", "mine-1")]).await;
    assert_eq!(echoed.header("x-request-id"), Some("mine-1"));
    let many: Vec<(String, String)> =
        (0..300).map(|n| (format!("x-h{n}"), "v".repeat(50))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let flooded = get("/api/v1/health", &many).await;
    assert!([200, 431].contains(&flooded.status), "{}", flooded.status);
    assert_eq!(get("/api/v1/health", &[]).await.status, 200, "and it serves on");

    let keys = bot.post("/users/api-keys/regenerate", json!({})).await.ok();
    assert_eq!(keys["message"], "API keys regenerated successfully");
    assert_eq!(
        bot.get("/users/me").await.fault(),
        (401, "UNAUTHORIZED"),
        "the old key is void at once"
    );
    let new = keys["apiKey"].as_str().unwrap();
    assert_eq!(get("/api/v1/users/me", &[("x-api-key", new)]).await.status, 200);
}
