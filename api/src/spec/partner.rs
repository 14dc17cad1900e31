//! What the generated document of the partner dialect lacks: its failures, the examples of the vendor's
//! reference (`seeds/partner.txt`), and its webhooks.

use serde_json::{Value, json};

use super::honest::Dialect;

/// The dialect's part.
pub(super) fn dialect() -> Dialect {
    Dialect {
        failures: &FAILURES,
        examples: of,
        failure,
        reset: "Seconds until the window ends.",
        uncounted: &[],
        unlimited: &[],
        repeatable: &[],
        webhooks: webhooks(),
    }
}

/// Failures of each operation, beside its success.
const FAILURES: [(&str, &[&str]); 12] = [
    ("createPayment", &["400", "401", "403", "413", "429", "500", "503"]),
    ("getPayment", &["401", "403", "404", "429", "500", "503"]),
    ("createWithdrawal", &["400", "401", "403", "413", "429", "500", "503"]),
    ("getBalance", &["401", "403", "429", "500", "503"]),
    ("listTransactions", &["400", "401", "403", "429", "500", "503"]),
    ("getDepositAddress", &["401", "403", "429", "500", "503"]),
    ("setWebhook", &["400", "401", "403", "413", "429", "500", "503"]),
    ("testWebhook", &["400", "401", "403", "413", "429", "500", "503"]),
    ("regenerateKey", &["401", "403", "413", "429", "500", "503"]),
    ("listPlans", &["429", "500", "503"]),
    ("getPartner", &["400", "429", "500", "503"]),
    ("registerPartner", &["400", "413", "429", "500", "503"]),
];

const AT: &str = "2025-01-07T12:00:00.000Z";
const LATER: &str = "2025-01-08T12:00:00.000Z";
const PAYMENT: &str = "pay_0b0e4b463c0a4d0c9d357c1f2a5f9a01";
const WITHDRAWAL: &str = "wd_5d1c2f6e94a14f5e8f7d0d7a5b6c1e02";
const DELIVERY: &str = "9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c03";

/// Request and answer of an operation.
fn of(operation: &str) -> (Option<Value>, Option<Value>) {
    let about = "Limited Edition T-Shirt";
    let metadata = json!({ "user_id": "user_123", "item": "tshirt_black_L" });
    match operation {
        "createPayment" => (
            Some(json!({ "amount": 29.99, "description": about, "metadata": metadata })),
            Some(json!({ "success": true, "payment": { "id": PAYMENT, "link_id": "x7k2m9",
                "amount": 29.99, "currency": "USDT", "description": about, "status": "pending",
                "payment_url": "https://t.me/paychat_aibot?start=x7k2m9", "expires_at": LATER,
                "metadata": metadata, "created_at": AT } })),
        ),
        "getPayment" => (
            None,
            Some(json!({ "success": true, "payment": { "id": "x7k2m9", "amount": 29.99,
                "currency": "USDT", "description": about, "status": "completed",
                "payer": { "telegram_id": "987654321" }, "paid_at": "2025-01-07T12:30:00.000Z",
                "created_at": AT, "expires_at": LATER } })),
        ),
        "createWithdrawal" => (
            Some(json!({ "telegram_id": "123456789", "amount": 10,
                "memo": "Referral bonus - Thanks!" })),
            Some(json!({ "success": true, "withdrawal": { "id": WITHDRAWAL,
                "telegram_id": "123456789", "amount": 10, "status": "completed",
                "created_at": AT } })),
        ),
        "getBalance" => (
            None,
            Some(json!({ "success": true, "balance": { "available": 1250.5, "currency": "USDT",
                "total_holdings": 3750.5, "referral_holdings": 2500 } })),
        ),
        "listTransactions" => (
            None,
            Some(json!({ "success": true, "transactions": [
                { "id": 2, "type": "payment", "telegram_id": "123456789", "amount": 29.99,
                  "status": "completed", "created_at": AT },
                { "id": 1, "type": "withdraw", "telegram_id": "987654321", "amount": 10,
                  "status": "completed", "created_at": "2025-01-07T11:30:00.000Z" }],
                "pagination": { "total": 156, "limit": 10, "offset": 0 } })),
        ),
        other => of_account(other),
    }
}

fn of_account(operation: &str) -> (Option<Value>, Option<Value>) {
    let partner = json!({ "telegram_id": "123456789", "status": "active",
        "plan": "founding_member", "created_at": AT });
    match operation {
        "getDepositAddress" => (
            None,
            Some(json!({ "success": true, "deposit": {
                "address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "network": "TRON (TRC20)",
                "currency": "USDT", "memo": "partner_abc123",
                "note": "Include the memo when sending to identify your deposit" } })),
        ),
        "setWebhook" => (
            Some(json!({ "webhook_url": "https://your-server.com/webhooks/paychat" })),
            Some(json!({ "success": true, "webhook": {
                "webhook_url": "https://your-server.com/webhooks/paychat", "updated_at": AT } })),
        ),
        "testWebhook" => (
            None,
            Some(json!({ "success": true, "message": "Test webhook sent",
                "delivery_id": DELIVERY })),
        ),
        "regenerateKey" => (None, Some(json!({ "success": true, "api_key": "pk_…" }))),
        "listPlans" => (
            None,
            Some(json!({ "success": true, "plans": [{ "id": "founding_member",
                "name": "Founding Member", "rate_limit": 500, "price": 0, "currency": "USDT",
                "billing": "one_time", "lifetime": true }] })),
        ),
        "getPartner" => {
            (None, Some(json!({ "success": true, "is_partner": true, "partner": partner })))
        }
        "registerPartner" => (
            Some(json!({ "telegram_id": "123456789", "name": "My Shop" })),
            Some(json!({ "success": true, "partner": { "telegram_id": "123456789",
                "status": "active", "plan": "founding_member", "api_key": "pk_…",
                "secret_key": "sk_…", "created_at": AT } })),
        ),
        _ => (None, None),
    }
}

/// How a failure looks.
fn failure(_: &str, status: &str) -> Value {
    let (code, message) = match status {
        "401" => ("INVALID_API_KEY", "API Key is required"),
        "403" => ("PARTNER_INACTIVE", "Partner account is disabled"),
        "404" => ("PAYMENT_NOT_FOUND", "Payment not found"),
        "413" => ("INVALID_REQUEST", "The body is too large"),
        "429" => ("RATE_LIMIT_EXCEEDED", "Too many requests. Please retry later."),
        "500" | "503" => ("INTERNAL_ERROR", "Internal server error"),
        _ => ("INSUFFICIENT_BALANCE", "Insufficient balance"),
    };
    json!({ "success": false, "error": { "code": code, "message": message } })
}

/// What the gateway posts to a partner's webhook URL.
fn webhooks() -> Value {
    let hook = |event: &str, about: &str, data: Value| {
        let header = |name: &str, about: &str| {
            json!({ "name": name, "in": "header", "required": true, "description": about,
                    "schema": { "type": "string" } })
        };
        let signature = "t=<seconds>,v1=<hex>: HMAC-SHA256 over t, a dot and the body, with the \
             secret key's text as key. For a day after a rotation a second v1 follows.";
        let example = json!({ "event": event, "data": data, "created_at": AT });
        json!({ "post": {
            "summary": about,
            "operationId": format!("on.{event}"),
            "security": [],
            "parameters": [header("X-PAYchat-Event", "The event's name."),
                           header("X-PAYchat-Signature", signature),
                           header("X-PAYchat-Delivery-ID", "The same at every try.")],
            "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "type": "object" }, "example": example } } },
            "responses": { "200": { "description": "Taken; any 2xx will do." } },
        } })
    };
    json!({
        "payment.completed": hook("payment.completed", "A customer has paid",
            json!({ "payment_id": "x7k2m9", "amount": 29.99,
                    "payer": { "telegram_id": "987654321" } })),
        "withdraw.completed": hook("withdraw.completed", "A withdrawal was sent",
            json!({ "withdrawal_id": WITHDRAWAL, "telegram_id": "123456789", "amount": 10,
                    "memo": "Referral bonus" })),
        "test": hook("test", "A test was asked for",
            json!({ "message": "This is a test webhook" })),
    })
}
