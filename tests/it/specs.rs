//! The committed specifications are the generated ones, and they say what really comes back.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Answer, App, Partner, program};

#[test]
fn committed_specifications_are_the_generated_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    for dialect in ["stars", "partner", "wallet", "ledger", "operator", "sandbox"] {
        let output =
            Command::new(program("quittance")).args(["openapi", "--dialect", dialect]).output();
        let generated = String::from_utf8(output.unwrap().stdout).unwrap();
        let file = folder.join(format!("{dialect}.yaml"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, generated.trim_end().to_owned() + "\n").unwrap();
            continue;
        }
        let committed = std::fs::read_to_string(&file).unwrap();
        assert!(
            committed.trim_end() == generated.trim_end(),
            "openapi/{dialect}.yaml is old: UPDATE_EXPECT=1 cargo test -p quittance-tests specs"
        );
    }
}

/// The operation of a request in a document.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let wanted: Vec<_> = path.split('/').collect();
    let paths = document["paths"].as_object()?.iter();
    // A literal segment wins over a parameter, as it does in the router.
    let mut fitting: Vec<_> = paths
        .filter(|(template, operations)| {
            let segments: Vec<_> = template.split('/').collect();
            let fits =
                |(segment, wanted): (&&str, &&str)| segment.starts_with('{') || segment == wanted;
            segments.len() == wanted.len()
                && segments.iter().zip(&wanted).all(fits)
                && operations.get(method).is_some()
        })
        .collect();
    fitting.sort_by_key(|(template, _)| template.matches('{').count());
    fitting.first().map(|(_, operations)| &operations[method])
}

/// Status, headers and members of an answer are all in the document.
fn is_documented(document: &Value, method: &str, path: &str, answer: &Answer) {
    let operation =
        operation(document, method, path).unwrap_or_else(|| panic!("{path} is not documented"));
    let status = answer.status.to_string();
    let response = &operation["responses"][&status];
    assert!(response.is_object(), "{method} {path} answered {status}, which is not documented");
    for name in answer.headers.keys() {
        let common =
            ["content-type", "content-length", "date", "access-control-expose-headers", "vary"];
        let known = response["headers"].as_object().is_some_and(|headers| {
            headers.keys().any(|known| known.eq_ignore_ascii_case(name.as_str()))
        });
        assert!(known || common.contains(&name.as_str()), "{path} {status}: header {name}");
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        if header["required"] == true {
            assert!(answer.header(name).is_some(), "{path} {status}: {name} is missing");
        }
    }
    let schema = &response["content"]["application/json; charset=utf-8"]["schema"];
    fits(document, schema, &answer.body, path);
}

/// The value has every required member of the schema, and no member the schema does not know.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        return fits(document, schema, value, place);
    }
    if value.is_null() {
        assert_eq!(schema["nullable"], true, "{place} is null");
        return;
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = value.as_object().unwrap_or_else(|| panic!("{place} is no object"));
            for required in schema["required"].as_array().into_iter().flatten() {
                let required = required.as_str().unwrap();
                assert!(members.contains_key(required), "{place} lacks {required}");
            }
            let Some(known) = schema["properties"].as_object() else { return };
            for (name, value) in members {
                let place = format!("{place}.{name}");
                fits(
                    document,
                    known.get(name).unwrap_or_else(|| panic!("{place} is unknown")),
                    value,
                    &place,
                );
            }
        }
        Some("array") => {
            for item in value.as_array().unwrap_or_else(|| panic!("{place} is no array")) {
                fits(document, &schema["items"], item, place);
            }
        }
        Some("string") => assert!(value.is_string(), "{place} is {value}"),
        Some("integer") => assert!(value.is_i64() || value.is_u64(), "{place} is {value}"),
        Some("number") => assert!(value.is_number(), "{place} is {value}"),
        Some("boolean") => assert!(value.is_boolean(), "{place} is {value}"),
        _ => {}
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn what_comes_back_is_documented() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let stars = app.see("/openapi/stars.json").await.body;
    let bot = app.bot(Some("http://127.0.0.1:9/")).await;
    let payment = bot.payment("c", 5000).await;
    let create = serde_json::json!({ "paymentIds": [payment] });
    let created = bot.post("/conversions/create", create.clone()).await;
    let id = created.body["conversion"]["id"].as_str().unwrap().to_owned();
    is_documented(&stars, "post", "/api/v1/conversions/create", &created);
    let again = bot.post("/conversions/create", create).await;
    is_documented(&stars, "post", "/api/v1/conversions/create", &again);
    for path in [
        "/users/me",
        "/payments",
        "/payments/stats",
        &format!("/payments/{payment}"),
        "/payments/x",
        "/payments?status=x",
        "/conversions",
        &format!("/conversions/{id}/status"),
        "/conversions/x/status",
        "/rates/current",
        "/health",
    ] {
        let bare = path.split('?').next().unwrap();
        is_documented(&stars, "get", &format!("/api/v1{bare}"), &bot.get(path).await);
        let stranger = app.call("GET", &format!("/api/v1{path}"), &[], None).await;
        is_documented(&stars, "get", &format!("/api/v1{bare}"), &stranger);
    }
    for (path, body) in [
        ("/users/register", serde_json::json!({ "appName": "x" })),
        ("/users/register", serde_json::json!({})),
        ("/users/register", serde_json::json!("x".repeat(1 << 20))),
        ("/conversions/estimate", serde_json::json!({ "sourceAmount": 1000 })),
        ("/conversions/estimate", serde_json::json!({ "sourceAmount": 1 })),
        ("/conversions/lock-rate", serde_json::json!({ "sourceAmount": 1000 })),
        ("/payments/webhook", serde_json::json!({})),
        ("/users/api-keys/regenerate", serde_json::json!({})),
    ] {
        is_documented(&stars, "post", &format!("/api/v1{path}"), &bot.post(path, body).await);
    }
    is_documented(&stars, "post", "/api/v1/payments/webhook", &bot.paid("d", 5).await);

    let ledger = app.see("/openapi/ledger.json").await.body;
    for path in [
        "/head",
        "/events",
        "/events/1",
        "/events/99",
        "/events?limit=0",
        "/accounts",
        "/accounts/exchange:STARS/entries",
        "/trial-balance",
        "/stats",
        "/stats?bucket=year",
    ] {
        let bare = path.split('?').next().unwrap();
        let path = format!("/ledger/v1{path}");
        is_documented(&ledger, "get", &format!("/ledger/v1{bare}"), &app.see(&path).await);
        is_documented(
            &ledger,
            "get",
            &format!("/ledger/v1{bare}"),
            &app.call("GET", &path, &[], None).await,
        );
    }
    let operator = app.see("/openapi/operator.json").await.body;
    for path in [
        format!("/operator/v1/merchants/{}", bot.id),
        "/operator/v1/merchants/x".into(),
        "/operator/v1/deliveries".into(),
    ] {
        is_documented(&operator, "get", &path, &app.see(&path).await);
    }
    for (path, body) in [
        ("/merchants".to_owned(), serde_json::json!({ "name": "x" })),
        ("/merchants".to_owned(), serde_json::json!({ "name": "" })),
        (format!("/payments/{payment}/settle"), serde_json::json!({})),
        (format!("/conversions/{id}/fail"), serde_json::json!({ "reason": "r" })),
        (
            "/adjustments".to_owned(),
            serde_json::json!({ "account": "exchange:TON", "asset": "TON", "amount": "1", "reason": "r" }),
        ),
    ] {
        let path = format!("/operator/v1{path}");
        is_documented(&operator, "post", &path, &app.tell(&path, body).await);
    }
}

#[tokio::test]
async fn what_the_partner_dialect_answers_is_documented() {
    let app = App::start().await;
    let document = app.see("/openapi/partner.json").await.body;
    let partner = Partner::register(&app, 100, Some("http://127.0.0.1:9/")).await;
    partner.fund("10").await;
    let link = partner.link(serde_json::json!(5)).await;
    for path in [
        "/balance",
        "/transactions",
        "/transactions?type=x",
        "/deposit-address",
        &format!("/payments/{link}"),
        "/payments/x",
        "/plans",
        "/me?telegram_id=100",
        "/me?telegram_id=101",
        "/me",
    ] {
        let bare = format!("/api/partner{}", path.split('?').next().unwrap());
        is_documented(&document, "get", &bare, &partner.get(path).await);
        let stranger = app.call("GET", &format!("/api/partner{path}"), &[], None).await;
        is_documented(&document, "get", &bare, &stranger);
    }
    for (method, path, body) in [
        ("post", "/payments", r#"{"amount":5,"metadata":{"a":[1]}}"#),
        ("post", "/payments", "{}"),
        ("post", "/withdrawals", r#"{"telegram_id":"7","amount":5}"#),
        ("post", "/withdrawals", r#"{"telegram_id":"7","amount":500}"#),
        ("put", "/webhook", r#"{"webhook_url":"http://127.0.0.1:9/x"}"#),
        ("put", "/webhook", r#"{"webhook_url":null}"#),
        ("put", "/webhook", "{}"),
        ("post", "/webhook-test", ""),
        ("post", "/register", r#"{"telegram_id":"101"}"#),
        ("post", "/register", r#"{"telegram_id":"101"}"#),
        ("post", "/regenerate-key", ""),
    ] {
        let answer = partner.call(&method.to_ascii_uppercase(), path, Some(body)).await;
        is_documented(&document, method, &format!("/api/partner{path}"), &answer);
    }
    let sandbox = app.see("/openapi/sandbox.json").await.body;
    for (path, body) in [
        ("/pay", serde_json::json!({ "link": link, "telegram_id": 7 })),
        ("/pay", serde_json::json!({ "link": "x", "telegram_id": 7 })),
        ("/pay", serde_json::json!({ "link": link, "telegram_id": 8 })),
        ("/deposits", serde_json::json!({ "address": "x", "asset": "USDT-TRC20", "amount": "1" })),
        ("/blocks", serde_json::json!({ "count": 1 })),
        ("/chain", serde_json::json!({ "network": "TRX", "halt": false })),
    ] {
        let path = format!("/sandbox/v1{path}");
        is_documented(&sandbox, "post", &path, &app.tell(&path, body).await);
    }
    let state = app.see("/sandbox/v1/state").await;
    is_documented(&sandbox, "get", "/sandbox/v1/state", &state);
    let operator = app.see("/openapi/operator.json").await.body;
    let merchants = app.see("/ledger/v1/events?type=merchant.registered").await.ok();
    let id = merchants["events"][0]["payload"]["merchant_id"].as_str().unwrap().to_owned();
    for (path, body) in [
        ("webhook", serde_json::json!({ "url": null })),
        ("webhook", serde_json::json!({ "url": "x" })),
        ("secrets/partner/rotate", serde_json::json!({})),
        ("secrets/x/rotate", serde_json::json!({})),
    ] {
        let path = format!("/operator/v1/merchants/{id}/{path}");
        is_documented(&operator, "post", &path, &app.tell(&path, body).await);
    }
}

#[tokio::test]
async fn what_the_wallet_dialect_and_the_sandbox_answer_is_documented() {
    use serde_json::json;
    let app = App::start().await;
    let sandbox = app.see("/openapi/sandbox.json").await.body;
    let wallet = app.see("/openapi/wallet.json").await.body;
    let made = app.tell("/sandbox/v1/merchants", json!({ "name": "S", "uid": "s" })).await;
    is_documented(&sandbox, "post", "/sandbox/v1/merchants", &made);
    let key = made.body["credentials"]["wallet"]["api_key"].as_str().unwrap().to_owned();
    let owner = json!({ "merchant_id": made.body["merchant_id"], "asset": "TON", "amount": "9" });
    is_documented(&sandbox, "post", "/sandbox/v1/fund", &app.tell("/sandbox/v1/fund", owner).await);
    app.tell("/sandbox/v1/merchants", json!({ "name": "R", "uid": "r" })).await.ok();
    let payout =
        |address: &str| json!({ "amount": "1", "address": address, "currency_code": "TON" });
    let mut tokens = Vec::new();
    for (path, body) in [
        ("/api/create-payment-link/", json!({ "amount": "2" })),
        ("/api/create-payment-link/", json!({})),
        ("/api/create-payment-link/", json!("x".repeat(1 << 20))),
        ("/api/payout/", payout("r")),
        ("/api/payout/", payout("nobody")),
        ("/api/payout/", json!({})),
    ] {
        let headers = [("content-type", "application/json"), ("api-key", key.as_str())];
        let bytes = || Some(body.to_string().into_bytes());
        let answer = app.call("POST", path, &headers, bytes()).await;
        is_documented(&wallet, "post", path, &answer);
        tokens.extend(answer.body["token"].as_str().map(str::to_owned));
        let stranger = app.call("POST", path, &headers[..1], bytes()).await;
        is_documented(&wallet, "post", path, &stranger);
    }
    let pay = json!({ "link": tokens[0], "telegram_id": "7", "asset": "TON" });
    let customer = json!({ "telegram_id": "7", "asset": "TON", "amount": "9" });
    let rate = |rate: &str| json!({ "base": "TON", "quote": "USD", "rate": rate });
    for (path, body) in [
        ("/pay", pay.clone()),
        ("/fund", customer),
        ("/pay", pay.clone()),
        ("/pay", pay),
        ("/pay", json!({ "link": "nobody", "telegram_id": "7" })),
        ("/pay", json!({})),
        ("/rates", rate("5")),
        ("/rates", rate("-5")),
        ("/clock", json!({ "advance_seconds": 1 })),
        ("/blocks", json!({ "network": "TRX", "count": 1 })),
        ("/blocks", json!({ "network": "X", "count": 1 })),
        ("/chain", json!({ "network": "TRX", "halt": true })),
        ("/chain", json!({ "network": "TRX", "fail_next_withdrawal": true })),
        ("/deposits", json!({ "address": "x", "asset": "USDT-TRC20", "amount": "1" })),
    ] {
        let path = format!("/sandbox/v1{path}");
        is_documented(&sandbox, "post", &path, &app.tell(&path, body).await);
    }
    let state = app.see("/sandbox/v1/state").await;
    is_documented(&sandbox, "get", "/sandbox/v1/state", &state);
}
