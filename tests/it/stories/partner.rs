//! A partner from registration to referral holdings, as the vendor tells it.

use serde_json::{Value, json};

use crate::harness::{App, Hooks, Partner, fund, node_believes, pay};

#[tokio::test]
async fn register_link_pay_webhook_balance_withdrawal_referral_holdings() {
    let app = App::start().await;
    let hooks = Hooks::listen().await;
    let partner = Partner::register(&app, 100, Some(&hooks.url)).await;
    assert_eq!(partner.balance().await["available"], 0);
    let asked = json!({ "amount": 29.99, "description": "Limited Edition T-Shirt",
        "metadata": { "user_id": "user_123", "10": 1, "9": "x" } });
    let made = partner.post("/payments", asked).await.ok();
    let link = made["payment"]["link_id"].as_str().unwrap();
    assert_eq!(made["payment"]["status"], "pending");
    assert!(made["payment"]["payment_url"].as_str().unwrap().ends_with(&format!("start={link}")));

    fund(&app, 987_654_321, "50").await;
    let url = made["payment"]["payment_url"].as_str().unwrap();
    assert_eq!(pay(&app, url, 987_654_321).await.ok()["status"], "completed");
    let hook = hooks.wait_for(1).await.remove(0);
    assert_eq!(hook.header("x-paychat-event"), Some("payment.completed"));
    assert_eq!(hook.header("content-type"), Some("application/json"));
    assert!(node_believes(&hook, &partner.secret));
    assert!(
        !node_believes(&hook, "sk_other"),
        "a receiver that believes everything proves nothing"
    );
    let body: Value = serde_json::from_slice(&hook.body).unwrap();
    assert_eq!(body["data"]["payment_id"], link);
    assert_eq!(body["data"]["payer"]["telegram_id"], "987654321");
    let text = String::from_utf8(hook.body.clone()).unwrap();
    assert!(text.contains(r#""metadata":{"9":"x","10":1,"user_id":"user_123"}}"#), "{text}");

    for id in [link, made["payment"]["id"].as_str().unwrap()] {
        let payment = partner.get(&format!("/payments/{id}")).await.ok()["payment"].clone();
        assert_eq!((&payment["id"], &payment["status"]), (&json!(id), &json!("completed")));
        assert_eq!(payment["payer"]["telegram_id"], "987654321");
        assert!(payment["paid_at"].as_str().unwrap() >= payment["created_at"].as_str().unwrap());
    }
    assert_eq!(
        partner.balance().await,
        json!({ "available": 29.99, "currency": "USDT", "total_holdings": 29.99,
                "referral_holdings": 0 })
    );

    let memo = json!({ "telegram_id": "123456789", "amount": 10.00, "memo": "Thanks! 🎉" });
    let sent = partner.post("/withdrawals", memo).await;
    assert!(sent.text.contains(r#""amount":10,"status":"completed""#), "{}", sent.text);
    let hook = hooks.wait_for(2).await.remove(1);
    assert_eq!(hook.header("x-paychat-event"), Some("withdraw.completed"));
    assert!(node_believes(&hook, &partner.secret));
    assert_eq!(
        partner.balance().await,
        json!({ "available": 19.99, "currency": "USDT", "total_holdings": 29.99,
                "referral_holdings": 10 })
    );
    // What a referral does with its money changes the holdings within one read.
    let other = Partner::register(&app, 200, None).await;
    let theirs = other.link(json!(4)).await;
    pay(&app, &theirs, 123_456_789).await.ok();
    assert_eq!(partner.balance().await["referral_holdings"], 6);
    // Whoever pays it later, the first partner stays the referrer.
    other.withdraw(123_456_789, json!(1)).await.ok();
    assert_eq!(partner.balance().await["referral_holdings"], 7);
    assert_eq!(other.balance().await["referral_holdings"], 0);
    // A referral that becomes a partner is still the same person.
    let third = Partner::register(&app, 123_456_789, None).await;
    assert_eq!(third.balance().await["available"], 7);
    assert_eq!(partner.balance().await["referral_holdings"], 7);
    third.withdraw(5, json!(2)).await.ok();
    assert_eq!(partner.balance().await["referral_holdings"], 5);
    app.verify();
}

#[tokio::test]
async fn transactions_are_listed_filtered_and_paged() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("100").await;
    fund(&app, 7, "100").await;
    let first = partner.link(json!(1)).await;
    partner.link(json!(2)).await;
    pay(&app, &first, 7).await.ok();
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 100 })).await.ok();
    partner.withdraw(8, json!(3)).await.ok();
    let list = async |query: &str| {
        let body = partner.get(&format!("/transactions{query}")).await.ok();
        let rows = body["transactions"].as_array().unwrap().iter();
        let rows = rows.map(|row| format!("{} {} {}", row["type"], row["amount"], row["status"]));
        (rows.collect::<Vec<_>>().join(", ").replace('"', ""), body["pagination"].clone())
    };
    let (all, pages) = list("").await;
    assert_eq!(all, "withdraw 3 completed, payment 2 pending, payment 1 completed");
    assert_eq!(pages, json!({ "total": 3, "limit": 20, "offset": 0 }));
    assert_eq!(list("?type=payment&status=completed").await.0, "payment 1 completed");
    assert_eq!(list("?type=withdraw").await.0, "withdraw 3 completed");
    assert_eq!(list("?type=all&status=all&limit=1&offset=1").await.0, "payment 2 pending");
    assert_eq!(list("?limit=1&offset=1").await.1, json!({ "total": 3, "limit": 1, "offset": 1 }));
    assert_eq!(list("?limit=0&offset=-1").await.1["limit"], 20);
    assert_eq!(list("?limit=1000").await.1["limit"], 100);
    // Bounds are inclusive at the precision that is shown.
    let body = partner.get("/transactions?type=withdraw").await.ok();
    let at = body["transactions"][0]["created_at"].as_str().unwrap();
    assert_eq!(list(&format!("?from={at}&to={at}")).await.0, "withdraw 3 completed");
    assert_eq!(list("?to=2020-01-01").await.1["total"], 0);
    for bad in ["?type=withdrawal", "?status=expired", "?from=yesterday", "?to=2020-13-01"] {
        let answer = partner.get(&format!("/transactions{bad}")).await;
        assert_eq!(answer.partner_fault(), (400, "INVALID_REQUEST"), "{bad}");
    }
    // What expires stays pending on the wire, and is expired in the books.
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 86_400 })).await.ok();
    assert_eq!(list("?status=pending").await.0, "payment 2 pending");
}

#[tokio::test]
async fn a_link_lasts_a_day_and_is_paid_once() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    fund(&app, 7, "10").await;
    let (paid, late) = (partner.link(json!(1)).await, partner.link(json!(2)).await);
    let refused = |answer: crate::harness::Answer| {
        (answer.status, answer.body["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(refused(pay(&app, "nowhere", 7).await), (404, "not_found".into()));
    assert_eq!(refused(pay(&app, &paid, 100).await), (422, "own_link".into()));
    assert_eq!(refused(pay(&app, &paid, 8).await), (422, "insufficient_funds".into()));
    // Two customers at once: one pays.
    fund(&app, 9, "10").await;
    let (one, two) = tokio::join!(pay(&app, &paid, 7), pay(&app, &paid, 9));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [200, 422]);
    assert_eq!(refused(pay(&app, &paid, 7).await), (422, "already_paid".into()));
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 86_400 })).await.ok();
    assert_eq!(refused(pay(&app, &late, 9).await), (422, "expired".into()));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let events = app.see("/ledger/v1/events?type=payment_link.expired").await.ok();
        if events["events"].as_array().is_some_and(|events| events.len() == 1) {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the expiry did not become a fact");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(refused(pay(&app, &late, 9).await), (422, "expired".into()));
    let shown = partner.get(&format!("/payments/{late}")).await.ok();
    assert_eq!(shown["payment"]["status"], "pending", "the dialect knows no expired");
    assert_eq!(partner.balance().await["available"], 1);
}

#[tokio::test]
async fn calls_are_charged_by_holdings_and_the_auditor_repeats_it() {
    let app = App::with(&[
        ("QUITTANCE_PARTNER__PAYMENT_FEE", "0.1"),
        ("QUITTANCE_PARTNER__WITHDRAWAL_FEE", "0.000003"),
    ])
    .await;
    let partner = Partner::register(&app, 100, None).await;
    let broke = partner.post("/payments", json!({ "amount": 5 })).await;
    assert_eq!(broke.partner_fault(), (400, "INSUFFICIENT_BALANCE"));
    assert_eq!(broke.body["error"]["message"], "Insufficient balance");
    partner.fund("1000").await;
    let key = json!({ "amount": 5, "idempotency_key": "once" });
    let first = partner.post("/payments", key.clone()).await;
    // 1000 in holdings are 25 % off.
    assert_eq!(partner.balance().await["available"].to_string(), "999.925");
    assert_eq!(partner.post("/payments", key).await.text, first.text);
    assert_eq!(partner.balance().await["available"].to_string(), "999.925", "charged once");
    partner.get("/transactions").await.ok();
    partner.withdraw(7, json!(500)).await.ok();
    assert_eq!(partner.balance().await["available"].to_string(), "499.924997");
    assert_eq!(partner.balance().await["total_holdings"].to_string(), "999.924997");
    // Who is paid for the first time may have had something before: it counts from then on.
    fund(&app, 300, "42").await;
    let other = Partner::register(&app, 300, None).await;
    partner.withdraw(300, json!(0.000_001)).await.ok();
    assert_eq!(other.balance().await["available"].to_string(), "42.000001");
    assert_eq!(partner.balance().await["total_holdings"].to_string(), "1041.924994");
    app.verify();
    // Amount and fee together must be there, and a refusal leaves nothing behind.
    let head = app.see("/ledger/v1/head").await.ok();
    let all = partner.withdraw(7, json!(499.924_993)).await;
    assert_eq!(all.partner_fault(), (400, "INSUFFICIENT_BALANCE"));
    assert_eq!(app.see("/ledger/v1/head").await.ok(), head);
    fund(&app, 7, "4000.1").await;
    partner.withdraw(7, json!(1)).await.ok();
    // 5000 and more with the referral's: half of 0.000003, rounded up.
    assert_eq!(partner.balance().await["available"].to_string(), "498.924991");
    app.verify();
    let database = app.database.as_ref().unwrap();
    database.execute("UPDATE read.referrals SET balance = balance + 1").await;
    let output = app.audit(&["verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("read.holdings: "), "{said}");
}
