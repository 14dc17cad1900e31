//! Endpoints of every kind: those that hang, reset, redirect or talk without end harm nobody else;
//! those that were down get everything; those whose secret changes miss nothing.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{App, Hooks, Partner, fund, node_believes, pay};

async fn advance(app: &App, seconds: u64) {
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": seconds })).await.ok();
}

/// Waits until the only delivery is in this state.
async fn becomes(app: &App, status: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let list = app.see("/operator/v1/deliveries").await.ok();
        if list["deliveries"][0]["status"] == status {
            return list["deliveries"][0].clone();
        }
        assert!(Instant::now() < deadline, "{list}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_webhook_that_was_queued_when_the_program_died_arrives_by_the_schedule() {
    let mut app = App::start().await;
    let hooks = Hooks::answering(&["500 No"; 4]).await;
    let identity = {
        let partner = Partner::register(&app, 100, Some(&hooks.url)).await;
        fund(&app, 7, "10").await;
        let link = partner.link(json!(0.000_001)).await;
        pay(&app, &link, 7).await.ok();
        partner.identity()
    };
    // Acknowledged, perhaps queued, perhaps tried: whatever it was, it goes on.
    app.kill();
    app.restart();
    let mut received = hooks.wait_for(1).await;
    for (tries, wait) in [(2, 60), (3, 300), (4, 1800)] {
        advance(&app, wait - 1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(hooks.count(), tries - 1, "not before its time");
        advance(&app, 1).await;
        received = hooks.wait_for(tries).await;
    }
    app.kill();
    app.restart();
    advance(&app, 7200).await;
    received = if received.len() < 5 { hooks.wait_for(5).await } else { received };
    becomes(&app, "delivered").await;
    let partner = Partner::known(&app, &identity);
    for hook in &received {
        assert_eq!(hook.body, received[0].body, "the same bytes at every try");
        assert!(String::from_utf8_lossy(&hook.body).contains(r#""amount":0.000001,"#));
        assert!(node_believes(hook, &partner.secret));
        assert_eq!(
            hook.header("x-paychat-delivery-id"),
            received[0].header("x-paychat-delivery-id")
        );
    }
    let metrics = app.call("GET", "/metrics", &[], None).await.text;
    for name in
        ["webhook_delivery_attempts_total", "webhook_delivery_seconds", "webhook_delivery_pending"]
    {
        assert!(metrics.contains(name), "{name} is no metric");
    }
}

#[tokio::test]
async fn endpoints_that_misbehave_harm_nobody_else() {
    let app = App::with(&[("QUITTANCE_WEBHOOKS__CONCURRENCY", "12")]).await;
    let well = Hooks::listen().await;
    let redirecting =
        Hooks::answering(&["302 Found\r\nlocation: http://127.0.0.1:1/elsewhere"; 40]).await;
    let (hanging, endless) = (Hooks::hanging(false).await, Hooks::hanging(true).await);
    let resetting = Hooks::resetting().await;
    let mut sick = Vec::new();
    for (id, url) in [&hanging, &endless, &resetting, &redirecting.url].into_iter().enumerate() {
        sick.push(Partner::register(&app, 1 + id as u64, Some(url)).await);
    }
    for _ in 0..40 {
        for partner in &sick {
            partner.post("/webhook-test", json!({})).await.ok();
        }
    }
    let partner = Partner::register(&app, 100, Some(&well.url)).await;
    let started = Instant::now();
    for _ in 0..20 {
        partner.post("/webhook-test", json!({})).await.ok();
    }
    let received = well.wait_for(20).await;
    assert!(started.elapsed() < Duration::from_secs(8), "they waited for those that hang");
    assert!(received.iter().all(|hook| node_believes(hook, &partner.secret)));
    assert!(partner.get("/balance").await.status == 200);
    // A redirect is no delivery, and is not followed; an answer without end is a status and no more.
    let list = app.see("/operator/v1/deliveries?status=delivered&limit=1000").await.ok();
    let urls = list["deliveries"].as_array().unwrap().iter().map(|row| row["url"].clone());
    let urls: std::collections::BTreeSet<_> = urls.map(|url| url.to_string()).collect();
    assert!(urls.iter().all(|url| !url.contains(&redirecting.url) && !url.contains(&hanging)));
}

fn hmac(key: &str, message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[tokio::test]
async fn standard_headers_come_when_they_are_wanted() {
    let app = App::start().await;
    let hooks = Hooks::listen().await;
    let partner = Partner::register(&app, 100, Some(&hooks.url)).await;
    partner.post("/webhook-test", json!({})).await.ok();
    assert_eq!(hooks.wait_for(1).await[0].header("webhook-id"), None);
    let set = json!({ "webhook_url": hooks.url, "standard_webhooks": true });
    partner.call("PUT", "/webhook", Some(&set.to_string())).await.ok();
    let test = partner.post("/webhook-test", json!({})).await.ok();
    let hook = hooks.wait_for(2).await.remove(1);
    let id = hook.header("webhook-id").unwrap().to_owned();
    assert_eq!(
        (&test["delivery_id"], hook.header("x-paychat-delivery-id")),
        (&json!(id), Some(&*id))
    );
    let at = hook.header("webhook-timestamp").unwrap();
    let message = [format!("{id}.{at}.").as_bytes(), &hook.body].concat();
    let expected = format!("v1,{}", BASE64_STANDARD.encode(hmac(&partner.secret, &message)));
    assert_eq!(hook.header("webhook-signature"), Some(expected.as_str()));
    // Setting the URL again leaves the wish as it was.
    let set = json!({ "webhook_url": format!("{}2", hooks.url) });
    partner.call("PUT", "/webhook", Some(&set.to_string())).await.ok();
    partner.post("/webhook-test", json!({})).await.ok();
    assert!(hooks.wait_for(3).await[2].header("webhook-id").is_some());
}

#[tokio::test]
async fn for_a_day_after_a_rotation_both_secrets_are_good() {
    let app = App::start().await;
    let hooks = Hooks::answering(&["401 Who", "200 OK", "200 OK"]).await;
    let partner = Partner::register(&app, 100, Some(&hooks.url)).await;
    let merchants = app.see("/ledger/v1/events?type=merchant.registered").await.ok();
    let id = merchants["events"][0]["payload"]["merchant_id"].as_str().unwrap().to_owned();
    let rotate = format!("/operator/v1/merchants/{id}/secrets/partner/rotate");
    let rotated = app.tell(&rotate, json!({})).await.ok();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, partner.secret);
    partner.post("/webhook-test", json!({})).await.ok();
    hooks.wait_for(1).await;
    advance(&app, 60).await;
    let received = hooks.wait_for(2).await;
    // A receiver that reads one signature has its turn at the second try at the latest.
    assert!(node_believes(&received[0], &new) && node_believes(&received[1], &partner.secret));
    for hook in &received {
        assert_eq!(hook.header("x-paychat-signature").unwrap().matches("v1=").count(), 2);
    }
    // The API key changes, what signs does not.
    let key = partner.post("/regenerate-key", json!({})).await.ok();
    let identity = json!({ "telegram_id": "100", "api_key": key["api_key"], "secret_key": new });
    assert_eq!(partner.get("/balance").await.partner_fault(), (401, "INVALID_API_KEY"));
    let partner = Partner::known(&app, &identity);
    advance(&app, 86_400).await;
    partner.post("/webhook-test", json!({})).await.ok();
    let hook = hooks.wait_for(3).await.remove(2);
    assert_eq!(hook.header("x-paychat-signature").unwrap().matches("v1=").count(), 1);
    assert!(node_believes(&hook, &new));
    for (bad, status) in [
        (rotate.replace("partner", "wallet"), 422),
        (rotate.replace("partner", "ledger"), 404),
        (rotate.replace(&id, "x"), 404),
    ] {
        assert_eq!(app.tell(&bad, json!({})).await.status, status, "{bad}");
    }
}

#[tokio::test]
async fn who_is_paid_is_told_by_the_bot() {
    let telegram = Hooks::answering(&["500 Oops", "200 OK", "403 Forbidden"]).await;
    let base = telegram.url.trim_end_matches("/hook");
    let app = App::with(&[
        ("QUITTANCE_TELEGRAM__BOT_TOKEN", "42:secret"),
        ("QUITTANCE_TELEGRAM__API_URL", base),
    ])
    .await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("10").await;
    let sent = json!({ "telegram_id": "7", "amount": 2.5, "memo": "Thanks" });
    partner.post("/withdrawals", sent).await.ok();
    telegram.wait_for(1).await;
    advance(&app, 60).await;
    let told = telegram.wait_for(2).await.remove(1);
    assert!(told.head.starts_with("POST /bot42:secret/sendMessage "), "{}", told.head);
    let body: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(body["chat_id"], 7);
    let text = "You have received 2.5 USDT. Open this bot to use it.\n\nThanks";
    assert_eq!(body["text"], text);
    // Who never spoke to the bot cannot be told, and is not tried again.
    partner.withdraw(8, json!(1)).await.ok();
    telegram.wait_for(3).await;
    let database = app.database.as_ref().unwrap();
    let rows = "SELECT status || coalesce(': ' || error, '') FROM courier.messages ORDER BY seq";
    let deadline = Instant::now() + Duration::from_secs(5);
    while database.texts(rows).await != ["sent", "failed: Telegram answered 403"] {
        assert!(Instant::now() < deadline, "{:?}", database.texts(rows).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
