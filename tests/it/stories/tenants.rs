//! No tenant sees another, and a switched-off one may not act.

use serde_json::json;

use crate::harness::App;

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
