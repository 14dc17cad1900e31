//! Money arrives on a network: by its memo, in its block, once.

use serde_json::{Value, json};

use crate::harness::{App, Partner};

async fn deposit(
    app: &App,
    address: &str,
    amount: &str,
    memo: Option<&str>,
) -> crate::harness::Answer {
    let mut body = json!({ "address": address, "asset": "USDT-TRC20", "amount": amount });
    if let Some(memo) = memo {
        body["memo"] = json!(memo);
    }
    app.tell("/sandbox/v1/deposits", body).await
}

async fn mine(app: &App, count: u64) -> Value {
    app.tell("/sandbox/v1/blocks", json!({ "network": "TRX", "count": count })).await.ok()
}

async fn account(app: &App, path: &str) -> String {
    let body = app.see(&format!("/ledger/v1/accounts?prefix={path}")).await.ok();
    body["accounts"][0]["balance"].as_str().unwrap_or("0").to_owned()
}

#[tokio::test]
async fn a_deposit_is_credited_by_its_memo_once_it_is_final() {
    let mut app = App::start().await;
    let (identity, address, memo) = {
        let partner = Partner::register(&app, 100, None).await;
        let (one, two) =
            tokio::join!(partner.get("/deposit-address"), partner.get("/deposit-address"));
        assert_eq!(one.text, two.text, "the memo is for ever, whoever asked first");
        let shown = one.ok()["deposit"].clone();
        let text = |name: &str| shown[name].as_str().unwrap().to_owned();
        (partner.identity(), text("address"), text("memo"))
    };
    assert!(address.starts_with('T') && address.len() == 34 && memo.starts_with("partner_"));
    let hash = deposit(&app, &address, "50.5", Some(&memo)).await.ok()["tx_hash"].clone();
    mine(&app, 2).await;
    {
        let partner = Partner::known(&app, &identity);
        assert_eq!(partner.balance().await["available"], 0, "two of three confirmations");
    }
    // Unmined and unconfirmed transactions outlive the program.
    deposit(&app, &address, "7", Some("partner_nobody")).await.ok();
    app.kill();
    app.restart();
    let state = mine(&app, 1).await;
    assert!(state["networks"][0]["height"].as_u64().unwrap() >= 3);
    let partner = Partner::known(&app, &identity);
    assert_eq!(partner.balance().await["available"].to_string(), "50.5");
    mine(&app, 2).await;
    assert_eq!(account(&app, "suspense:tron:USDT-TRC20").await, "7");
    assert_eq!(account(&app, "custody:hot:USDT-TRC20").await, "-57.5");
    mine(&app, 50).await;
    assert_eq!(partner.balance().await["available"].to_string(), "50.5", "once");
    let events = app.see("/ledger/v1/events?type=deposit.credited").await.ok();
    assert_eq!(events["events"].as_array().unwrap().len(), 2);
    assert_eq!(events["events"][0]["payload"]["tx_id"], hash);
    app.verify();
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_and_what_is_others_stays_theirs() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    let shown = partner.get("/deposit-address").await.ok();
    let address = shown["deposit"]["address"].as_str().unwrap().to_owned();
    let wrong = address.replacen('T', "t", 1);
    for (address, amount) in [
        (wrong.as_str(), "1"),
        ("", "1"),
        (&address, "0"),
        (&address, "-1"),
        (&address, "0.0000001"),
    ] {
        assert_eq!(deposit(&app, address, amount, None).await.status, 400, "{address} {amount}");
    }
    let other_asset = json!({ "address": address, "asset": "BTC", "amount": "1" });
    assert_eq!(app.tell("/sandbox/v1/deposits", other_asset).await.status, 400);
    for bad in
        [json!({ "count": 0 }), json!({ "count": 1001 }), json!({ "network": "X", "count": 1 })]
    {
        assert_eq!(app.tell("/sandbox/v1/blocks", bad).await.status, 400);
    }
    // The contract of USDT is a real address, and not ours.
    deposit(&app, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "5", None).await.ok();
    let head = app.see("/ledger/v1/head").await.ok();
    mine(&app, 5).await;
    assert_eq!(app.see("/ledger/v1/head").await.ok(), head);
}

#[tokio::test]
async fn blocks_come_by_themselves_unless_the_network_stands_still() {
    let app = App::with(&[("QUITTANCE_SANDBOX__BLOCK_MS", "20")]).await;
    let height = async || {
        let state = app.call("GET", "/sandbox/v1/state", &[], None).await.ok();
        state["networks"][0]["height"].as_u64().unwrap()
    };
    let pause = || tokio::time::sleep(std::time::Duration::from_millis(300));
    let first = height().await;
    pause().await;
    assert!(height().await > first);
    let halt = json!({ "network": "TRX", "halt": true });
    let halted = app.tell("/sandbox/v1/chain", halt).await.ok();
    assert_eq!(halted["networks"][0]["halted"], true);
    pause().await;
    let still = height().await;
    pause().await;
    assert_eq!(height().await, still);
}
