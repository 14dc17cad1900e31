//! A bot's backend receives Stars, locks a rate, converts and is told.

use std::io::Write;
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::harness::{App, Hooks};

/// HMAC-SHA256 in hex over the body, as a receiver in Rust computes it.
pub(crate) fn signed(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The vendor's own algorithm on the vendor's own platform: parse the body, stringify it again, and
/// compare the HMAC of that with the header.
fn accepted_by_node(secret: &str, signature: &str, body: &[u8]) -> bool {
    const RECEIVER: &str = "
        const { createHmac } = require('crypto');
        const [secret, signature] = process.argv.slice(1);
        const body = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const ours = createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex');
        process.exit(ours === signature ? 0 : 1);";
    let mut node = Command::new("node")
        .args(["-e", RECEIVER, secret, signature])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(body).unwrap();
    node.wait().unwrap().success()
}

#[tokio::test]
async fn stars_become_ton() {
    let (app, hooks) = (App::start().await, Hooks::listen().await);
    let bot = app.bot(Some(&hooks.url)).await;
    let me = bot.get("/users/me").await.ok();
    assert_eq!(me["user"]["apiKey"], "pk_***");
    assert_eq!(me["user"]["webhookUrl"], json!(hooks.url));

    let first = bot.paid("c1", 3000).await.ok();
    assert_eq!(first["payment"]["starsAmount"].to_string(), "3000");
    assert_eq!(first["payment"]["status"], "received");
    let (one, two) = (first["payment"]["id"].clone(), bot.payment("c2", 2000).await);

    let estimate = bot.post("/conversions/estimate", json!({ "sourceAmount": 1000 })).await;
    assert!(
        estimate.text.contains(r#""estimatedAmount":0.99,"exchangeRate":0.00099,"fees":{"telegram":10,"fragment":5,"network":2,"total":17},"netAmount":0.983"#),
        "{}",
        estimate.text
    );
    let lock = bot.post("/conversions/lock-rate", json!({ "sourceAmount": 1000, "sourceCurrency": "STARS", "targetCurrency": "TON", "durationSeconds": 60 }));
    let lock = lock.await.ok();
    assert_eq!(lock["rateLock"]["exchangeRate"].to_string(), "0.00099");

    let body = json!({ "paymentIds": [one, two], "targetCurrency": "TON", "rateLockId": lock["rateLock"]["id"] });
    let created = bot.post("/conversions/create", body.clone()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let conversion = &created.body["conversion"];
    assert_eq!(conversion["status"], "pending");
    assert_eq!(conversion["targetAmount"].to_string(), "4.95");
    assert_eq!(conversion["fees"].to_string(), r#"{"telegram":50,"fragment":25,"total":75}"#);
    assert_eq!(conversion["paymentIds"], body["paymentIds"]);
    let id = conversion["id"].as_str().unwrap();
    bot.reaches(id, "completed").await;

    let status = bot.get(&format!("/conversions/{id}/status")).await.ok();
    assert_eq!(status["status"]["progress"]["percentage"], 100);
    assert_eq!(status["status"]["progress"]["estimatedCompletion"], Value::Null);
    let hash = status["status"]["conversion"]["tonTxHash"].clone();

    let again = bot.post("/conversions/create", body).await;
    assert_eq!(again.fault(), (400, "VALIDATION_ERROR"));
    assert_eq!(again.body["error"]["details"]["status"], "converted");

    let sums = bot.get("/payments/stats").await.ok();
    assert_eq!(sums["stats"]["totalStars"].to_string(), "5000");
    assert_eq!(
        sums["stats"]["byStatus"].to_string(),
        r#"{"pending":0,"received":0,"converting":0,"converted":2,"settled":0,"failed":0}"#
    );
    let list = bot.get("/payments?limit=1&status=converted").await.ok();
    assert_eq!(list["payments"][0]["id"], json!(two), "newest first");
    assert_eq!(list["pagination"].to_string(), r#"{"page":1,"limit":1,"total":2,"pages":2}"#);

    let received = hooks.wait_for(3).await;
    for hook in &received {
        let signature = hook.header("x-webhook-signature").unwrap();
        assert_eq!(signature, signed(&bot.secret, &hook.body));
        assert!(accepted_by_node(&bot.secret, signature, &hook.body));
        assert!(!accepted_by_node("another secret", signature, &hook.body));
        assert_eq!(hook.header("content-type"), Some("application/json"));
    }
    let done: Vec<Value> =
        received.iter().map(|hook| serde_json::from_slice(&hook.body).unwrap()).collect();
    let done = done.iter().find(|hook| hook["event"] == "conversion.completed").unwrap();
    assert_eq!(
        done["data"].to_string(),
        format!(r#"{{"conversionId":"{id}","tonAmount":4.95,"txHash":{hash}}}"#)
    );
    app.verify();
    let trace = app.audit(&["trace", id]);
    let trace = String::from_utf8(trace.stdout).unwrap();
    for kind in ["created", "rate_locked", "prepared", "committed", "confirmed", "completed"] {
        assert_eq!(trace.matches(&format!("conversion.{kind}\n")).count(), 1, "{kind} in {trace}");
    }
}

#[tokio::test]
async fn of_two_creations_at_once_one_wins() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let bot = app.bot(None).await;
    for round in 0..10 {
        let payment = bot.payment(&format!("c{round}"), 1000).await;
        let create = || bot.post("/conversions/create", json!({ "paymentIds": [payment] }));
        let (a, b, c) = tokio::join!(create(), create(), create());
        let mut statuses = [a.status, b.status, c.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409]);
        let loser = [a, b, c].into_iter().find(|answer| answer.status == 409).unwrap();
        assert_eq!(loser.fault(), (409, "CONVERSION_IN_PROGRESS"));
    }
    app.verify();
}

#[tokio::test]
async fn a_delivery_repeated_by_telegram_is_one_payment() {
    let app = App::start().await;
    let (bot, other) = (app.bot(None).await, app.bot(None).await);
    let first = bot.paid("charge", 1500).await.ok();
    let again = bot.paid("charge", 1500).await.ok();
    assert_eq!(first["payment"], again["payment"]);
    let changed = bot.paid("charge", 1501).await;
    assert_eq!(changed.fault(), (400, "VALIDATION_ERROR"));
    assert_eq!(changed.body["error"]["details"]["telegramPaymentId"], "charge");
    assert_eq!(other.paid("charge", 1500).await.fault(), (400, "VALIDATION_ERROR"));
    let events = app.see("/ledger/v1/events?type=payment.received").await.ok();
    assert_eq!(events["events"].as_array().unwrap().len(), 1);
    let many = (0..20).map(|_| bot.paid("burst", 7));
    let ids: std::collections::BTreeSet<_> = futures(many)
        .await
        .into_iter()
        .map(|answer| answer.ok()["payment"]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1, "twenty at once are one");
    let verified = bot.told(json!({ "pre_checkout_query": { "currency": "XTR" } })).await.ok();
    assert_eq!(verified, json!({ "success": true, "verified": true }));
    let other = bot.told(json!({ "update_id": 5, "edited_message": {} })).await.ok();
    assert_eq!(other, json!({ "success": true, "message": "Webhook acknowledged" }));
    app.verify();
}

/// All of them at once.
pub(crate) async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pinned: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, slot) in pinned.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *slot = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

#[tokio::test]
async fn a_failed_conversion_gives_the_stars_back() {
    let app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "60000")]).await;
    let bot = app.bot(None).await;
    let payment = bot.payment("c", 1000).await;
    let create = || bot.post("/conversions/create", json!({ "paymentIds": [payment] }));
    let id = create().await.ok()["conversion"]["id"].as_str().unwrap().to_owned();
    let fail = format!("/operator/v1/conversions/{id}/fail");
    app.tell(&fail, json!({ "reason": "no rail" })).await.ok();
    let status = bot.get(&format!("/conversions/{id}/status")).await.ok();
    assert_eq!(status["status"]["conversion"]["errorMessage"], "no rail");
    assert_eq!(status["status"]["conversion"]["status"], "failed");
    let again =
        app.tell(&format!("/operator/v1/conversions/{id}/fail"), json!({ "reason": "x" })).await;
    assert_eq!((again.status, again.body["error"]["code"].as_str()), (422, Some("not_next")));
    assert_eq!(create().await.status, 201, "the payment is free again");
    app.verify();
}
