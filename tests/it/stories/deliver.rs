//! Webhooks arrive: in the end, in order, and as they were frozen.

use serde_json::json;

use super::convert::signed;
use crate::harness::{App, Hooks};

#[tokio::test]
async fn a_webhook_is_tried_by_the_schedule_and_then_given_up() {
    let app = App::start().await;
    let refusing = Hooks::answering(&["500 Oops"; 6]).await;
    let bot = app.bot(Some(&refusing.url)).await;
    bot.paid("c", 1000).await.ok();
    let mut received = refusing.wait_for(1).await;
    for (tries, wait) in [(2, 30), (3, 60), (4, 300), (5, 900)] {
        app.tell("/sandbox/v1/clock", json!({ "advance_seconds": wait })).await.ok();
        received = refusing.wait_for(tries).await;
    }
    assert!(received.iter().all(|hook| hook.body == received[0].body), "the same bytes each time");
    let delivery = loop {
        let list = app.see("/operator/v1/deliveries").await.ok();
        if list["deliveries"][0]["status"] == "failed" {
            break list["deliveries"][0].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((&delivery["attempts"], &delivery["next_attempt_at"]), (&json!(5), &json!(null)));
    let id = delivery["id"].as_str().unwrap();
    assert_eq!(received[0].header("x-event-id"), Some(id));
    let detail = app.see(&format!("/operator/v1/deliveries/{id}")).await.ok();
    assert_eq!(detail["attempts"].as_array().unwrap().len(), 5);
    assert_eq!(detail["attempts"][0]["status"], 500);
    assert_eq!(detail["body"].as_str().unwrap().as_bytes(), received[0].body);
    let retried = app.tell(&format!("/operator/v1/deliveries/{id}/retry"), json!({})).await;
    assert_eq!(retried.status, 202);
    refusing.wait_for(6).await;
}

#[tokio::test]
async fn a_webhook_survives_a_crash_and_is_signed_with_the_key_of_the_day() {
    let mut app = App::start().await;
    let hooks = Hooks::answering(&["302 Found\r\nlocation: http://127.0.0.1:1/"]).await;
    let identity = {
        let bot = app.bot(Some(&hooks.url)).await;
        bot.paid("c", 1000).await.ok();
        hooks.wait_for(1).await;
        let keys = bot.post("/users/api-keys/regenerate", json!({})).await.ok();
        keys["apiSecret"].as_str().unwrap().to_owned()
    };
    app.kill();
    app.restart();
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 30 })).await.ok();
    let received = hooks.wait_for(2).await;
    assert_eq!(received[0].body, received[1].body);
    let signature = received[1].header("x-webhook-signature").unwrap();
    assert_eq!(signature, signed(&identity, &received[1].body), "a redirect is no delivery");
}
