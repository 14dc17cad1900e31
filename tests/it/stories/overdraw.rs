//! Many at once: nothing is spent twice, nothing is done twice.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{App, Partner};

#[tokio::test]
async fn a_hundred_withdrawals_on_a_balance_for_ten_are_ten() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("105").await;
    let all = (0..100_u64).map(|number| partner.withdraw(1_000 + number % 7, json!(10)));
    let answers = join_all(all).await;
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 10);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused.partner_fault(), (400, "INSUFFICIENT_BALANCE"));
    }
    assert_eq!(partner.balance().await["available"], 5);
    assert_eq!(partner.get("/transactions").await.ok()["pagination"]["total"], 10);
    app.verify();
}

#[tokio::test]
async fn concurrent_duplicates_make_one() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    partner.fund("1000").await;
    let link = json!({ "amount": 5, "idempotency_key": "same" });
    let sent = json!({ "telegram_id": "7", "amount": 5, "idempotency_key": "same" });
    let links = join_all((0..20).map(|_| partner.post("/payments", link.clone()))).await;
    let payouts = join_all((0..20).map(|_| partner.post("/withdrawals", sent.clone()))).await;
    for answers in [links, payouts] {
        let texts: BTreeSet<_> = answers.into_iter().map(|answer| answer.text).collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts.first().unwrap().starts_with(r#"{"success":true"#));
    }
    assert_eq!(partner.get("/transactions").await.ok()["pagination"]["total"], 2);
    assert_eq!(partner.balance().await["available"], 995);
    // The same key with another request is refused, and with another order of members it is not.
    let other = json!({ "telegram_id": 7, "amount": 6, "idempotency_key": "same" });
    let conflict = partner.post("/withdrawals", other).await;
    assert_eq!(conflict.partner_fault(), (400, "IDEMPOTENCY_KEY_CONFLICT"));
    let spelled = r#"{"idempotency_key":"same","amount":5.00,"telegram_id":7,"more":true}"#;
    let again = partner.call("POST", "/withdrawals", Some(spelled)).await;
    assert_eq!(again.ok()["withdrawal"]["amount"], 5);
    // A refused request does not use its key up.
    let mut large = json!({ "telegram_id": "7", "amount": 5000, "idempotency_key": "later" });
    assert_eq!(partner.post("/withdrawals", large.clone()).await.status, 400);
    partner.fund("5000").await;
    assert_eq!(partner.post("/withdrawals", large.clone()).await.status, 200);
    // Another partner's key of the same name is another key.
    let other = Partner::register(&app, 200, None).await;
    other.fund("10").await;
    large["amount"] = json!(1);
    other.post("/withdrawals", large).await.ok();
    assert_eq!(other.balance().await["available"], 9);
}
