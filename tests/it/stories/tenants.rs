//! No tenant sees another, and a switched-off one may not act.

use serde_json::{Value, json};

use crate::harness::{App, Partner};

#[tokio::test]
async fn another_merchants_things_are_not_there() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let (mine, theirs) = (app.bot(None).await, app.bot(None).await);
    let payment = theirs.payment("t", 5000).await;
    let own = mine.payment("m", 5000).await;
    let lock = theirs.post("/conversions/lock-rate", json!({ "sourceAmount": 1000 })).await.ok();
    let conversion =
        theirs.post("/conversions/create", json!({ "paymentIds": [payment] })).await.ok();
    let conversion = conversion["conversion"]["id"].as_str().unwrap();
    let before = app.see("/ledger/v1/head").await.ok();
    for path in [format!("/payments/{payment}"), format!("/conversions/{conversion}/status")] {
        assert_eq!(mine.get(&path).await.fault(), (404, "NOT_FOUND"), "{path}");
    }
    for body in [
        json!({ "paymentIds": [payment] }),
        json!({ "paymentIds": [own, payment] }),
        json!({ "paymentIds": [own], "rateLockId": lock["id"] }),
    ] {
        assert_eq!(mine.post("/conversions/create", body).await.fault(), (404, "NOT_FOUND"));
    }
    for list in ["/payments", "/conversions"] {
        let text = mine.get(list).await.text;
        assert!(!text.contains(&payment) && !text.contains(conversion), "{text}");
    }
    assert_eq!(mine.get("/payments/stats").await.ok()["stats"]["totalPayments"], 1);
    assert_eq!(app.see("/ledger/v1/head").await.ok(), before, "no trace");
    for path in ["/ledger/v1/head", "/operator/v1/deliveries"] {
        let bearer = format!("Bearer {}", mine.key);
        let answer = app.call("GET", path, &[("authorization", &bearer)], None).await;
        assert_eq!((answer.status, &answer.body["error"]["code"]), (401, &json!("unauthorized")));
    }
}

#[tokio::test]
async fn a_switched_off_merchant_is_paid_but_may_not_act() {
    let app = App::start().await;
    let bot = app.bot(None).await;
    let path = format!("/operator/v1/merchants/{}", bot.id);
    let off = app.tell(&format!("{path}/deactivate"), json!({})).await.ok();
    assert_eq!(off["active"], false);
    assert_eq!(bot.get("/users/me").await.fault(), (403, "FORBIDDEN"));
    assert_eq!(bot.paid("c", 5).await.status, 200, "money is taken in all the same");
    app.tell(&format!("{path}/activate"), json!({})).await.ok();
    assert_eq!(bot.get("/payments/stats").await.ok()["stats"]["totalPayments"], 1);
    let head = app.see("/ledger/v1/head").await.ok()["position"].clone();
    app.tell(&format!("{path}/activate"), json!({})).await.ok();
    assert_eq!(app.see("/ledger/v1/head").await.ok()["position"], head, "twice is once");
}

/// Every operation of a dialect's document that a key opens, with another merchant's things in its
/// path or body: what it must answer, and that it leaves no trace. An operation that is not in the
/// table fails the test, so that a new one is thought about.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn no_endpoint_of_any_dialect_shows_or_moves_what_is_another_merchants() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let (mine, theirs) = (app.bot(None).await, app.bot(None).await);
    let payment = theirs.payment("t", 5000).await;
    let own = mine.payment("m", 5000).await;
    let lock = theirs.post("/conversions/lock-rate", json!({ "sourceAmount": 1000 })).await.ok();
    let made = theirs.post("/conversions/create", json!({ "paymentIds": [payment] })).await.ok();
    let conversion = made["conversion"]["id"].as_str().unwrap().to_owned();
    let (me, they) =
        (Partner::register(&app, 100, None).await, Partner::register(&app, 200, None).await);
    they.fund("50").await;
    let link = they.post("/payments", json!({ "amount": 5, "idempotency_key": "k" })).await.ok();
    let (link_id, pay_id) = (link["payment"]["link_id"].clone(), link["payment"]["id"].clone());
    they.withdraw(7, json!(5)).await.ok();
    they.get("/deposit-address").await.ok();
    me.get("/deposit-address").await.ok();
    let before = app.see("/ledger/v1/head").await.ok();

    // Operation, path, body, expected status. 200: it answers of its own and shows nothing.
    let stars = [
        ("getProfile", "/users/me".to_owned(), None, 200),
        ("getPaymentStats", "/payments/stats".into(), None, 200),
        ("getPayment", format!("/payments/{payment}"), None, 404),
        ("listPayments", "/payments".into(), None, 200),
        (
            "estimateConversion",
            "/conversions/estimate".into(),
            Some(json!({ "sourceAmount": 1000 })),
            200,
        ),
        (
            "createConversion",
            "/conversions/create".into(),
            Some(json!({ "paymentIds": [own, payment], "rateLockId": lock["id"] })),
            404,
        ),
        ("getConversionStatus", format!("/conversions/{conversion}/status"), None, 404),
        ("listConversions", "/conversions".into(), None, 200),
        ("getRates", "/rates/current".into(), None, 200),
    ];
    // What writes only one's own is tried below; the rest has no key.
    let stars_elsewhere =
        ["lockRate", "regenerateApiKeys", "registerUser", "receiveTelegramUpdate", "getHealth"];
    let partner = [
        ("getPayment", format!("/payments/{}", link_id.as_str().unwrap()), None, 404),
        ("getPayment", format!("/payments/{}", pay_id.as_str().unwrap()), None, 404),
        (
            "createWithdrawal",
            "/withdrawals".into(),
            Some(json!({ "telegram_id": "7", "amount": 1 })),
            400,
        ),
        ("getBalance", "/balance".into(), None, 200),
        ("listTransactions", "/transactions".into(), None, 200),
        ("getDepositAddress", "/deposit-address".into(), None, 200),
        ("testWebhook", "/webhook-test".into(), Some(json!({})), 400),
    ];
    let partner_elsewhere = [
        "createPayment",
        "setWebhook",
        "regenerateKey",
        "listPlans",
        "getPartner",
        "registerPartner",
    ];
    for (dialect, table, elsewhere) in [
        ("stars", &stars[..], &stars_elsewhere[..]),
        ("partner", &partner[..], &partner_elsewhere[..]),
    ] {
        let document = app.see(&format!("/openapi/{dialect}.json")).await.body;
        for operation in document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|m| m.as_object().unwrap().values())
        {
            let id = operation["operationId"].as_str().unwrap();
            let known = table.iter().any(|(known, ..)| *known == id) || elsewhere.contains(&id);
            assert!(known, "{dialect}: {id} is not in the table");
        }
        for (operation, path, body, status) in table {
            let answer = match (dialect, body) {
                ("stars", None) => mine.get(path).await,
                ("stars", Some(body)) => mine.post(path, body.clone()).await,
                (_, None) => me.get(path).await,
                (_, Some(body)) => me.post(path, body.clone()).await,
            };
            assert_eq!(answer.status, *status, "{operation}: {}", answer.text);
            for theirs in [
                payment.as_str(),
                &conversion,
                &theirs.id,
                link_id.as_str().unwrap(),
                pay_id.as_str().unwrap(),
                "wd_",
            ] {
                let asked = path.contains(theirs)
                    || body.as_ref().is_some_and(|b| b.to_string().contains(theirs));
                assert!(asked || !answer.text.contains(theirs), "{operation} shows {theirs}");
            }
            // Keys of another dialect and of nobody open nothing.
            for key in [if dialect == "stars" { &me.key } else { &mine.key }, "pk_nobody"] {
                let prefix = if dialect == "stars" { "/api/v1" } else { "/api/partner" };
                let method = if body.is_some() { "POST" } else { "GET" };
                let content = body.as_ref().map(|body| body.to_string().into_bytes());
                let headers = [("x-api-key", key), ("content-type", "application/json")];
                let answer = app.call(method, &format!("{prefix}{path}"), &headers, content).await;
                assert_eq!(answer.status, 401, "{operation} with {key}");
            }
        }
    }
    assert_eq!(app.see("/ledger/v1/head").await.ok(), before, "no trace");

    // Writing one's own changes nothing of theirs; the same idempotency key is another one's own.
    let own = me.post("/payments", json!({ "amount": 5, "idempotency_key": "k" })).await.ok();
    assert_ne!(own["payment"]["id"], pay_id);
    me.call("PUT", "/webhook", Some(r#"{"webhook_url":"http://127.0.0.1:9/"}"#)).await.ok();
    me.post("/regenerate-key", json!({})).await.ok();
    mine.post("/conversions/lock-rate", json!({ "sourceAmount": 1000 })).await.ok();
    mine.post("/users/api-keys/regenerate", json!({})).await.ok();
    assert_eq!(they.post("/webhook-test", json!({})).await.status, 400, "they have no webhook");
    assert_eq!(they.get("/transactions").await.ok()["pagination"]["total"], 2);
    assert_eq!(they.balance().await["available"], 45);
    assert_eq!(theirs.get("/users/me").await.status, 200);
}

#[tokio::test]
async fn a_wallet_key_opens_the_wallet_alone_and_spends_its_own_alone() {
    let app = App::start().await;
    let made =
        async |name: &str| app.tell("/sandbox/v1/merchants", json!({ "name": name })).await.ok();
    let (mine, theirs) = (made("A").await, made("B").await);
    let fund =
        json!({ "merchant_id": theirs["merchant_id"], "asset": "USDT-TRC20", "amount": "50" });
    app.tell("/sandbox/v1/fund", fund).await.ok();
    let head = app.see("/ledger/v1/head").await.ok();
    let key =
        |of: &Value, kind: &str| of["credentials"][kind]["api_key"].as_str().unwrap().to_owned();
    let document = app.see("/openapi/wallet.json").await.body;
    assert_eq!(document["paths"].as_object().unwrap().len(), 2, "a new one is thought about here");
    let payout = json!({ "amount": "1", "address": theirs["uid"], "currency_code": "USDT" });
    let call = async |path: &str, name: &str, key: &str, body: &Value| {
        let headers = [(name, key), ("content-type", "application/json")];
        app.call("POST", path, &headers, Some(body.to_string().into_bytes())).await
    };
    for (path, body) in
        [("/api/payout/", &payout), ("/api/create-payment-link/", &json!({ "amount": "1" }))]
    {
        for foreign in [key(&mine, "stars"), key(&mine, "partner"), "wk_nobody".into()] {
            assert_eq!(call(path, "api-key", &foreign, body).await.status, 401, "{path}");
        }
    }
    let own = call("/api/payout/", "api-key", &key(&mine, "wallet"), &payout).await;
    assert_eq!(own.status, 400, "what the other has is not mine to spend: {}", own.text);
    for path in ["/api/v1/users/me", "/api/partner/balance"] {
        let wallet = key(&mine, "wallet");
        let answer = app.call("GET", path, &[("x-api-key", &wallet)], None).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    assert_eq!(app.see("/ledger/v1/head").await.ok(), head, "no trace");
}
