//! Requests per minute, and their headers.

use serde_json::json;

use crate::harness::App;

#[tokio::test]
async fn the_sixty_first_request_of_a_minute_is_refused() {
    let app = App::with(&[("QUITTANCE_STARS__STANDARD_PER_MINUTE", "60")]).await;
    let (bot, other) = (app.bot(None).await, app.bot(None).await);
    let first = bot.get("/payments").await;
    assert_eq!(first.header("x-ratelimit-limit"), Some("60"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("59"));
    let reset: i64 = first.header("x-ratelimit-reset").unwrap().parse().unwrap();
    let state = app.see("/sandbox/v1/state").await.ok();
    let now: domain::Timestamp = state["now"].as_str().unwrap().parse().unwrap();
    assert!((reset - now.seconds() - 60).abs() <= 2, "an absolute time, a minute away");
    for _ in 0..59 {
        // Errors count too, and say so.
        let answer = bot.get("/payments/none").await;
        assert_eq!(answer.status, 404);
        assert!(answer.header("x-ratelimit-remaining").is_some());
    }
    let refused = bot.get("/users/me").await;
    assert_eq!(refused.fault(), (429, "RATE_LIMIT_EXCEEDED"));
    let after: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&after));
    assert_eq!(refused.body["error"]["details"]["retryAfter"], after);
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(other.get("/users/me").await.status, 200, "another user has another minute");
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 60 })).await.ok();
    assert_eq!(bot.get("/users/me").await.status, 200, "a new minute");
}

#[tokio::test]
async fn registrations_and_updates_have_limits_of_their_own() {
    let app = App::with(&[
        ("QUITTANCE_STARS__REGISTRATION_PER_MINUTE", "2"),
        ("QUITTANCE_STARS__WEBHOOK_PER_MINUTE", "3"),
    ])
    .await;
    let bot = app.bot(None).await;
    app.bot(None).await;
    let headers = [("content-type", "application/json")];
    let third = app.call("POST", "/api/v1/users/register", &headers, Some(b"{}".to_vec())).await;
    assert_eq!(third.fault(), (429, "RATE_LIMIT_EXCEEDED"), "before the body is looked at");
    for charge in ["a", "b", "c"] {
        assert_eq!(bot.paid(charge, 5).await.status, 200);
    }
    assert_eq!(bot.paid("d", 5).await.fault(), (429, "RATE_LIMIT_EXCEEDED"));
}
