//! Bad input to the partner dialect gets a clear answer with its code, and leaves no trace.

use serde_json::{Value, json};

use crate::harness::{App, Partner};

#[tokio::test]
async fn requests_that_are_wrong_are_refused_with_their_code() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("100").await;
    let head = app.see("/ledger/v1/head").await.ok();
    let nested = (0..11).fold(json!(1), |inner, _| json!({ "a": inner }));
    let large = json!({ "a": "x".repeat(16 * 1024) });
    for (body, code) in [
        (json!({}), "INVALID_AMOUNT"),
        (json!({ "amount": "5" }), "INVALID_AMOUNT"),
        (json!({ "amount": null }), "INVALID_AMOUNT"),
        (json!({ "amount": 0 }), "INVALID_AMOUNT"),
        (json!({ "amount": -1 }), "INVALID_AMOUNT"),
        (json!({ "amount": 0.000_000_4 }), "INVALID_AMOUNT"),
        (json!({ "amount": 1_000_000_000 }), "INVALID_AMOUNT"),
        (json!({ "amount": 5, "description": 5 }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "description": "x".repeat(501) }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "description": "a\0b" }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "metadata": [] }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "metadata": nested }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "metadata": large }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "idempotency_key": "" }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "idempotency_key": "x".repeat(256) }), "INVALID_REQUEST"),
        (json!({ "amount": 5, "idempotency_key": 5 }), "INVALID_REQUEST"),
        (json!([]), "INVALID_REQUEST"),
    ] {
        let answer = partner.post("/payments", body.clone()).await;
        assert_eq!(answer.partner_fault(), (400, code), "{body}");
    }
    for (body, code) in [
        (json!({ "telegram_id": "x", "amount": 0 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "", "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "-5", "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": 1.5, "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "0", "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "123456789012345678901", "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "7" }), "INVALID_AMOUNT"),
        (json!({ "telegram_id": "7", "amount": 1, "memo": "x".repeat(201) }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "100", "amount": 1 }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "7", "amount": 100.000_001 }), "INSUFFICIENT_BALANCE"),
    ] {
        let answer = partner.post("/withdrawals", body.clone()).await;
        assert_eq!(answer.partner_fault(), (400, code), "{body}");
    }
    for body in
        ["{}", r#"{"webhook_url":5}"#, r#"{"webhook_url":"ftp://a"}"#, r#"{"webhook_url":"/a"}"#]
    {
        let answer = partner.call("PUT", "/webhook", Some(body)).await;
        assert_eq!(answer.partner_fault(), (400, "INVALID_WEBHOOK_URL"), "{body}");
    }
    let none = partner.post("/webhook-test", json!({})).await;
    assert_eq!(none.partner_fault(), (400, "INVALID_WEBHOOK_URL"));
    for body in ["", "{", "\u{feff}{}", "null"] {
        let answer = partner.call("POST", "/payments", Some(body)).await;
        assert_eq!(answer.partner_fault(), (400, "INVALID_REQUEST"), "{body:?}");
    }
    let huge = format!("{{\"description\":\"{}\"}}", "x".repeat(1 << 20));
    let answer = partner.call("POST", "/payments", Some(&huge)).await;
    assert_eq!(answer.partner_fault(), (413, "INVALID_REQUEST"));
    assert_eq!(partner.get("/nowhere").await.partner_fault(), (404, "NOT_FOUND"));
    let answer = partner.call("DELETE", "/balance", None).await;
    assert_eq!(answer.partner_fault(), (405, "METHOD_NOT_ALLOWED"));
    for id in ["x", "pay_x", "%00", &"x".repeat(100), "a%2Fb"] {
        let answer = partner.get(&format!("/payments/{id}")).await;
        assert_eq!(answer.partner_fault(), (404, "PAYMENT_NOT_FOUND"), "{id}");
    }
    assert_eq!(app.see("/ledger/v1/head").await.ok(), head, "no trace");
}

#[tokio::test]
async fn registrations_are_once_per_person_and_keys_open_only_their_dialect() {
    let app = App::start().await;
    for (body, code) in [
        (json!({}), "INVALID_REQUEST"),
        (json!({ "telegram_id": "x" }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "5", "plan": "gold" }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "5", "name": "" }), "INVALID_REQUEST"),
        (json!({ "telegram_id": "5", "webhook_url": "nowhere" }), "INVALID_WEBHOOK_URL"),
    ] {
        let answer = app.tell("/api/partner/register", body.clone()).await;
        assert_eq!(answer.partner_fault(), (400, code), "{body}");
    }
    let made = app.tell("/sandbox/v1/merchants", json!({ "name": "M", "telegram_id": "5" })).await;
    let made = made.ok();
    let again = app.tell("/api/partner/register", json!({ "telegram_id": 5 })).await;
    assert_eq!(again.partner_fault(), (400, "ALREADY_REGISTERED"));
    let me = app.call("GET", "/api/partner/me?telegram_id=5", &[], None).await.ok();
    assert_eq!((&me["is_partner"], &me["partner"]["status"]), (&json!(true), &json!("active")));
    assert!(!me.to_string().contains("pk_") && !me.to_string().contains("sk_"));
    let nobody = app.call("GET", "/api/partner/me?telegram_id=6", &[], None).await.ok();
    assert_eq!(nobody, json!({ "success": true, "is_partner": false, "partner": null }));

    let key = |kind: &str| made["credentials"][kind]["api_key"].as_str().unwrap().to_owned();
    let balance = async |headers: &[(&str, &str)], query: &str| {
        app.call("GET", &format!("/api/partner/balance{query}"), headers, None).await
    };
    assert_eq!(balance(&[("x-api-key", &key("partner"))], "").await.status, 200);
    let missing = balance(&[], "").await;
    assert_eq!(missing.partner_fault(), (401, "INVALID_API_KEY"));
    assert_eq!(missing.body["error"]["message"], "API Key is required");
    let bearer = format!("Bearer {}", key("partner"));
    for (headers, query) in [
        (vec![("x-api-key", "pk_unknown".to_owned())], String::new()),
        (vec![("x-api-key", key("stars"))], String::new()),
        (vec![("authorization", bearer)], String::new()),
        (vec![], format!("?api_key={}", key("partner"))),
    ] {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(balance(&headers, &query).await.partner_fault(), (401, "INVALID_API_KEY"));
    }
    let id = made["merchant_id"].as_str().unwrap();
    app.tell(&format!("/operator/v1/merchants/{id}/deactivate"), json!({})).await.ok();
    let off = balance(&[("x-api-key", &key("partner"))], "").await;
    assert_eq!(off.partner_fault(), (403, "PARTNER_INACTIVE"));
    let me = app.call("GET", "/api/partner/me?telegram_id=5", &[], None).await.ok();
    assert_eq!(me["partner"]["status"], "inactive");
}

#[tokio::test]
async fn a_plan_is_paid_for_by_the_person_who_registers() {
    let app = App::with(&[("QUITTANCE_PARTNER__PLAN_PRICE", "30")]).await;
    let plans = app.call("GET", "/api/partner/plans", &[], None).await.ok();
    assert_eq!(plans["plans"][0]["price"], 30);
    let register = json!({ "telegram_id": "5" });
    let poor = app.tell("/api/partner/register", register.clone()).await;
    assert_eq!(poor.partner_fault(), (400, "INSUFFICIENT_BALANCE"));
    crate::harness::fund(&app, 5, "50").await;
    let partner =
        Partner::known(&app, &app.tell("/api/partner/register", register).await.ok()["partner"]);
    assert_eq!(partner.balance().await["available"], 20);
    app.verify();
}

/// A request that was done is never answered that it was one too many, whatever limits are off.
#[tokio::test]
async fn without_a_limit_of_its_own_a_request_counts_for_nobody() {
    let app = App::with(&[("QUITTANCE_PARTNER__READS_PER_MINUTE", "2")]).await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("10").await;
    for _ in 0..5 {
        let sent = partner.withdraw(7, json!(1)).await;
        assert_eq!((sent.status, sent.header("x-ratelimit-limit")), (200, None));
    }
    assert_eq!(partner.get("/balance").await.ok()["balance"]["available"], 5);
}

#[tokio::test]
async fn registration_can_be_closed_and_keys_be_renewed_by_the_operator() {
    let app = App::with(&[("QUITTANCE_PARTNER__OPEN_REGISTRATION", "false")]).await;
    crate::harness::fund(&app, 5, "50").await;
    let closed = app.tell("/api/partner/register", json!({ "telegram_id": "5" })).await;
    assert_eq!(closed.partner_fault(), (400, "INVALID_REQUEST"));
    let made = json!({ "name": "M", "telegram_id": "5" });
    let made = app.tell("/operator/v1/merchants", made).await.ok();
    let id = made["merchant_id"].as_str().unwrap();
    let lost = made["credentials"]["partner"]["api_key"].as_str().unwrap().to_owned();
    let renew = format!("/operator/v1/merchants/{id}/credentials/partner/renew");
    let renewed = app.tell(&renew, json!({})).await.ok();
    let identity = json!({ "telegram_id": "5", "api_key": renewed["api_key"],
                           "secret_key": renewed["secret"] });
    let partner = Partner::known(&app, &identity);
    assert_eq!(partner.balance().await["available"], 50, "the person's money is the merchant's");
    let void = app.call("GET", "/api/partner/balance", &[("x-api-key", &lost)], None).await;
    assert_eq!(void.partner_fault(), (401, "INVALID_API_KEY"));
}

#[tokio::test]
async fn every_answer_says_what_is_left_of_the_minute() {
    let app = App::with(&[
        ("QUITTANCE_PARTNER__PAYMENTS_PER_MINUTE", "2"),
        ("QUITTANCE_PARTNER__WITHDRAWALS_PER_MINUTE", "1"),
        ("QUITTANCE_PARTNER__READS_PER_MINUTE", "5"),
        ("QUITTANCE_PARTNER__SETTINGS_PER_MINUTE", "3"),
        ("QUITTANCE_PARTNER__REGISTRATION_PER_MINUTE", "1"),
    ])
    .await;
    let partner = Partner::register(&app, 100, None).await;
    let standing = |answer: &crate::harness::Answer| -> (u64, u64) {
        let number = |name: &str| answer.header(name).unwrap().parse::<u64>().unwrap();
        assert!((1..=60).contains(&number("x-ratelimit-reset")), "it is relative");
        (number("x-ratelimit-limit"), number("x-ratelimit-remaining"))
    };
    let bad: Value = json!({ "amount": 0 });
    assert_eq!(standing(&partner.post("/payments", bad.clone()).await), (2, 1));
    assert_eq!(standing(&partner.post("/payments", bad.clone()).await), (2, 0));
    let exceeded = partner.post("/payments", bad).await;
    assert_eq!(exceeded.partner_fault(), (429, "RATE_LIMIT_EXCEEDED"));
    let message = &exceeded.body["error"]["message"];
    assert_eq!(message, "Too many requests. Please retry later.");
    assert_eq!(standing(&exceeded), (2, 0));
    assert_eq!(exceeded.header("retry-after"), exceeded.header("x-ratelimit-reset"));
    // Each class has a bucket of its own; reads share one.
    assert_eq!(standing(&partner.withdraw(7, json!(1)).await), (1, 0));
    assert_eq!(standing(&partner.get("/balance").await), (5, 4));
    assert_eq!(standing(&partner.get("/transactions").await), (5, 3));
    assert_eq!(standing(&partner.post("/webhook-test", json!({})).await), (3, 2));
    assert_eq!(standing(&partner.call("PUT", "/webhook", Some("{}")).await), (3, 1));
    // Without a partner it is the address's.
    let stranger = app.call("GET", "/api/partner/balance", &[], None).await;
    assert_eq!((stranger.status, standing(&stranger)), (401, (5, 4)));
    assert_eq!(standing(&app.call("GET", "/api/partner/plans", &[], None).await), (5, 3));
    assert_eq!(standing(&app.call("GET", "/api/partner/nowhere", &[], None).await), (5, 2));
    let again = app.tell("/api/partner/register", json!({ "telegram_id": "101" })).await;
    assert_eq!(again.partner_fault(), (429, "RATE_LIMIT_EXCEEDED"));
    // Guessing keys is limited too.
    let guess = async || {
        let headers = [("x-api-key", "pk_guess")];
        app.call("GET", "/api/partner/balance", &headers, None).await.status
    };
    let guesses = [guess().await, guess().await, guess().await];
    assert_eq!(guesses, [401, 401, 429]);
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 60 })).await.ok();
    assert_eq!(standing(&partner.post("/payments", json!({ "amount": 1 })).await), (2, 1));
}
