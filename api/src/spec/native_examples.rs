//! Examples for the documents of our own APIs.

use serde_json::{Value, json};

const MERCHANT: &str = "3f2e1d0c-5b4a-4938-8271-605f4e3d2c04";
const DELIVERY: &str = "7c1f2a5f-9a01-4b46-8c0a-4d0c9d350b0e";
const AT: &str = "2026-11-21T14:00:00.000000Z";
const HASH: &str = "33adf427242d8068955410b554807962f02771eb0b4f1658c7192a73f00010cd";

/// Request and answer of an operation.
pub(super) fn of(operation: &str) -> (Option<Value>, Option<Value>) {
    let done = json!({ "position": 42 });
    match operation {
        "createAdjustment" => (
            Some(json!({ "account": format!("merchant:{MERCHANT}:main:STARS"), "asset": "STARS",
                "amount": "-12.5", "reason": "refund of order 17" })),
            Some(done),
        ),
        "failConversion" => (Some(json!({ "reason": "the rail is closed" })), Some(done)),
        "settlePayment" => (None, Some(done)),
        "retryDelivery" => (None, Some(json!({ "id": DELIVERY }))),
        "createMerchant" | "createSandboxMerchant" => (
            Some(json!({ "name": "My Shop", "webhook_url": "https://shop.example/hook" })),
            Some(made()),
        ),
        "getMerchant" | "activateMerchant" | "deactivateMerchant" => (None, Some(merchant())),
        "listDeliveries" => {
            (None, Some(json!({ "deliveries": [delivery(json!(1))], "next": null })))
        }
        "getDelivery" => {
            let attempt = json!({ "at": AT, "status": 500, "error": null, "duration_ms": 12 });
            let mut detail = delivery(json!([attempt]));
            if let Some(detail) = detail.as_object_mut() {
                let body = r#"{"event":"payment.received","timestamp":1763733600000,"data":{}}"#;
                detail.insert("body".to_owned(), json!(body));
            }
            (None, Some(detail))
        }
        "setMerchantWebhook" => (
            Some(json!({ "url": "https://shop.example/hook", "standard": true })),
            Some(json!({ "merchant_id": MERCHANT, "url": "https://shop.example/hook",
                "standard": true })),
        ),
        "rotateSecret" => (
            None,
            Some(json!({ "merchant_id": MERCHANT, "dialect": "partner", "secret": "sk_…",
                "both_until": AT })),
        ),
        "renewCredential" => (
            None,
            Some(json!({ "merchant_id": MERCHANT, "dialect": "partner", "api_key": "pk_…",
                "secret": "sk_…" })),
        ),
        "pay" => (
            Some(json!({ "link": "https://t.me/paychat_aibot?start=x7k2m9",
                "telegram_id": "987654321" })),
            Some(json!({ "status": "completed",
                "payment_id": "pay_0b0e4b463c0a4d0c9d357c1f2a5f9a01", "position": 42 })),
        ),
        "deposit" => (
            Some(json!({ "address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "asset": "USDT-TRC20",
                "amount": "50.5", "memo": "partner_abc123" })),
            Some(json!({ "tx_hash": HASH })),
        ),
        "mine" => (Some(json!({ "network": "TRX", "count": 3 })), Some(networks())),
        "breakChain" => (Some(json!({ "network": "TRX", "halt": false })), Some(networks())),
        other => of_books(other),
    }
}

fn of_books(operation: &str) -> (Option<Value>, Option<Value>) {
    let account = format!("merchant:{MERCHANT}:main:STARS");
    let answer = match operation {
        "getHead" => json!({ "position": 42, "hash": HASH, "recorded_at": AT }),
        "listEvents" => json!({ "events": [event()], "next": null }),
        "getEvent" => event(),
        "listAccounts" => json!({ "accounts": [{ "account": account, "asset": "STARS",
            "debits": "5000", "credits": "7500.5", "balance": "2500.5" }], "next": null }),
        "listEntries" => json!({ "entries": [{ "position": 42, "recorded_at": AT,
            "type": "payment.received", "counter_account": "external:telegram:STARS",
            "amount": "5000", "balance_after": "5000" }], "next": null }),
        "getTrialBalance" => json!({ "position": 42, "assets": [{ "asset": "STARS",
            "debits": "15000", "credits": "15000", "difference": "0" }] }),
        "getStats" => json!({ "rows": [{ "day": "2026-11-21", "asset": "STARS", "payments": 1,
            "payment_volume": "5000", "conversions": 1, "payouts": 0, "withdrawals": 0,
            "fees": "75" }] }),
        other => return of_sandbox(other),
    };
    (None, Some(answer))
}

fn of_sandbox(operation: &str) -> (Option<Value>, Option<Value>) {
    let rate = json!({ "base": "STARS", "quote": "TON", "rate": "0.001" });
    match operation {
        "fund" => (
            Some(json!({ "merchant_id": MERCHANT, "asset": "TON", "amount": "1.5" })),
            Some(json!({ "position": 42, "account": format!("merchant:{MERCHANT}:main:TON"),
                "balance": "1.5" })),
        ),
        "setRate" => (Some(rate.clone()), Some(rate)),
        "advanceClock" => (Some(json!({ "advance_seconds": 600 })), Some(json!({ "now": AT }))),
        "getSandboxState" => (
            None,
            Some(json!({ "now": AT, "mode": "sandbox", "networks": [],
            "rates": [rate] })),
        ),
        _ => (None, None),
    }
}

fn event() -> Value {
    json!({ "position": 42, "stream": format!("merchant-{MERCHANT}"), "revision": 2,
        "type": "merchant.deactivated", "recorded_at": AT,
        "payload": { "merchant_id": MERCHANT }, "meta": { "dialect": "operator" },
        "leaf": HASH, "hash": HASH })
}

fn delivery(attempts: Value) -> Value {
    json!({ "id": DELIVERY, "merchant_id": MERCHANT, "dialect": "stars",
        "event": "payment.received", "url": "https://shop.example/hook", "status": "pending",
        "attempts": attempts, "created_at": AT, "next_attempt_at": AT, "object_id": DELIVERY })
}

fn merchant() -> Value {
    json!({ "merchant_id": MERCHANT, "serial": 1, "uid": "100200300400", "name": "My Shop",
        "username": null, "telegram_id": null, "webhook_url": "https://shop.example/hook",
        "fee_percent": "1", "scopes": ["read", "write"], "kyc_status": "pending", "active": true,
        "created_at": AT, "updated_at": AT })
}

fn made() -> Value {
    json!({ "merchant_id": MERCHANT, "uid": "100200300400", "username": null, "telegram_id": null,
        "credentials": {
            "stars": { "api_key": "pk_…", "api_secret": "sk_…" },
            "partner": { "api_key": "pk_…", "secret_key": "sk_…" },
            "wallet": { "api_key": "wk_…" },
            "merchant": { "client_id": "…", "client_secret": "…" },
            "processor": { "token": "…" },
        } })
}

fn networks() -> Value {
    json!({ "networks": [
        { "network": "TRX", "height": 120, "halted": false, "confirmations": 3 }] })
}
