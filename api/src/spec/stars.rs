//! What the generated document of the stars dialect lacks: its failures, the examples of the vendor's
//! reference (`seeds/stars.txt`) with ids that are ids, and its webhooks.

use serde_json::{Value, json};

use super::honest::Dialect;

/// The dialect's part.
pub(super) fn dialect() -> Dialect {
    Dialect {
        failures: &FAILURES,
        examples: of,
        failure,
        reset: "Seconds since 1970.",
        // A request that never reached its limit's bucket was not counted.
        uncounted: &["401", "403", "404", "413"],
        unlimited: &["getHealth"],
        repeatable: &[],
        webhooks: webhooks(),
    }
}

/// Failures of each stars operation, beside its success.
const FAILURES: [(&str, &[&str]); 14] = [
    ("registerUser", &["400", "413", "429", "500", "503"]),
    ("getProfile", &["401", "403", "404", "429", "500", "503"]),
    ("regenerateApiKeys", &["401", "403", "413", "429", "500", "503"]),
    ("receiveTelegramUpdate", &["400", "401", "404", "413", "429", "500", "503"]),
    ("getPaymentStats", &["401", "403", "429", "500", "503"]),
    ("getPayment", &["401", "403", "404", "429", "500", "503"]),
    ("listPayments", &["400", "401", "403", "429", "500", "503"]),
    ("estimateConversion", &["400", "401", "403", "413", "429", "500", "503"]),
    ("lockRate", &["400", "401", "403", "413", "429", "500", "503"]),
    ("createConversion", &["400", "401", "403", "404", "409", "413", "429", "500", "503"]),
    ("getConversionStatus", &["401", "403", "404", "429", "500", "503"]),
    ("listConversions", &["400", "401", "403", "429", "500", "503"]),
    ("getRates", &["401", "403", "429", "500", "503"]),
    ("getHealth", &[]),
];

const PAYMENT: &str = "0b0e4b46-3c0a-4d0c-9d35-7c1f2a5f9a01";
const CONVERSION: &str = "5d1c2f6e-94a1-4f5e-8f7d-0d7a5b6c1e02";
const LOCK: &str = "9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c03";
const USER: &str = "3f2e1d0c-5b4a-4938-8271-605f4e3d2c04";
const AT: &str = "2025-11-12T18:00:00Z";

/// Request and answer of a stars operation.
fn of(operation: &str) -> (Option<Value>, Option<Value>) {
    let fees = json!({ "telegram": 10, "fragment": 5, "network": 2, "total": 17 });
    let item = json!({ "id": PAYMENT, "starsAmount": 1000, "status": "received", "createdAt": AT });
    match operation {
        "registerUser" => (
            Some(
                json!({ "appName": "My Telegram Bot", "webhookUrl": "https://myapp.com/webhook" }),
            ),
            Some(json!({ "success": true, "user": { "id": USER, "appName": "My Telegram Bot",
                "apiKey": "pk_…", "apiSecret": "sk_…", "kycStatus": "pending", "createdAt": AT } })),
        ),
        "getProfile" => (
            None,
            Some(json!({ "success": true, "user": { "id": USER,
            "appName": "My Telegram Bot", "apiKey": "pk_***",
            "webhookUrl": "https://myapp.com/webhook", "kycStatus": "pending",
            "createdAt": AT, "updatedAt": AT } })),
        ),
        "regenerateApiKeys" => (
            None,
            Some(json!({ "success": true, "apiKey": "pk_…",
            "apiSecret": "sk_…", "message": "API keys regenerated successfully" })),
        ),
        "receiveTelegramUpdate" => (
            Some(json!({ "update_id": 123_456_789, "message": { "successful_payment": {
                "currency": "XTR", "total_amount": 1000, "invoice_payload": "user_defined_payload",
                "telegram_payment_charge_id": "tg_charge_123",
                "provider_payment_charge_id": "provider_123" } } })),
            Some(json!({ "success": true, "payment": { "id": PAYMENT, "starsAmount": 1000,
                "status": "received", "telegramPaymentId": "tg_charge_123", "createdAt": AT } })),
        ),
        "getPaymentStats" => (
            None,
            Some(json!({ "success": true, "stats": { "totalPayments": 150,
            "totalStars": 750_000, "byStatus": { "pending": 5, "received": 120, "converting": 10,
            "converted": 10, "settled": 5, "failed": 0 } } })),
        ),
        "getPayment" => (
            None,
            Some(json!({ "success": true, "payment": { "id": PAYMENT,
            "userId": USER, "telegramInvoiceId": "inv_123", "starsAmount": 1000,
            "status": "received", "telegramPaymentId": "tg_charge_123", "createdAt": AT,
            "updatedAt": AT } })),
        ),
        "listPayments" => (
            None,
            Some(json!({ "success": true, "payments": [item],
            "pagination": { "page": 1, "limit": 20, "total": 150, "pages": 8 },
            "total": 150, "page": 1 })),
        ),
        "estimateConversion" => (
            Some(
                json!({ "sourceAmount": 1000, "sourceCurrency": "STARS", "targetCurrency": "TON" }),
            ),
            Some(json!({ "success": true, "estimate": { "sourceAmount": 1000,
                "sourceCurrency": "STARS", "targetCurrency": "TON", "estimatedAmount": 0.99,
                "exchangeRate": 0.00099, "fees": fees, "netAmount": 0.983,
                "validUntil": 1_699_564_800_000_u64 }, "starsAmount": 1000, "tonEquivalent": 0.99,
                "targetCurrency": "TON", "exchangeRate": 0.00099, "fees": fees,
                "netAmount": 0.983 })),
        ),
        other => of_conversions(other),
    }
}

fn of_conversions(operation: &str) -> (Option<Value>, Option<Value>) {
    let state = json!({ "id": CONVERSION, "status": "phase2_committed", "sourceAmount": 5000,
        "targetAmount": 4.95, "fragmentTxId": "frag_tx_123", "tonTxHash": "ton_hash_456" });
    let progress = json!({ "phase": "phase2_committed", "percentage": 66,
        "estimatedCompletion": 1_699_565_400_000_u64 });
    match operation {
        "lockRate" => (
            Some(json!({ "sourceAmount": 1000, "sourceCurrency": "STARS", "targetCurrency": "TON",
                "durationSeconds": 300 })),
            Some(json!({ "success": true, "rateLock": { "id": LOCK, "exchangeRate": 0.00099,
                "lockedUntil": 1_699_565_100_000_u64, "sourceAmount": 1000, "targetCurrency": "TON" },
                "id": LOCK, "exchangeRate": 0.00099, "lockedUntil": 1_699_565_100_000_u64,
                "starsAmount": 1000, "targetCurrency": "TON" })),
        ),
        "createConversion" => (
            Some(json!({ "paymentIds": [PAYMENT], "targetCurrency": "TON", "rateLockId": LOCK })),
            Some(json!({ "success": true, "conversion": { "id": CONVERSION,
                "paymentIds": [PAYMENT], "sourceCurrency": "STARS", "targetCurrency": "TON",
                "sourceAmount": 5000, "targetAmount": 4.95, "exchangeRate": 0.00099,
                "status": "pending", "fees": { "telegram": 50, "fragment": 25, "total": 75 },
                "createdAt": AT } })),
        ),
        "getConversionStatus" => (
            None,
            Some(json!({ "success": true,
            "status": { "conversion": state, "progress": progress },
            "conversion": state, "progress": progress })),
        ),
        "listConversions" => (
            None,
            Some(json!({ "success": true, "conversions": [{
            "id": CONVERSION, "sourceAmount": 5000, "targetAmount": 4.95, "status": "completed",
            "createdAt": AT }], "pagination": { "page": 1, "limit": 20, "total": 50, "pages": 3 },
            "total": 50, "page": 1 })),
        ),
        "getRates" => (
            None,
            Some(json!({ "success": true, "rates": {
            "STARS": { "TON": 0.00099, "USD": 0.005_445, "EUR": 0.00495 },
            "TON": { "USD": 5.5, "EUR": 5 } } })),
        ),
        "getHealth" => (None, Some(json!({ "status": "ok", "timestamp": AT }))),
        _ => (None, None),
    }
}

/// A code that a status comes with in the stars dialect.
fn code(status: &str) -> &'static str {
    match status {
        "401" => "UNAUTHORIZED",
        "403" => "FORBIDDEN",
        "404" => "NOT_FOUND",
        "409" => "CONVERSION_IN_PROGRESS",
        "429" => "RATE_LIMIT_EXCEEDED",
        "500" | "503" => "INTERNAL_ERROR",
        _ => "VALIDATION_ERROR",
    }
}

/// How a failure looks.
fn failure(_: &str, status: &str) -> Value {
    let code = code(status);
    let error = json!({ "code": code, "message": "Human-readable error message", "details": {} });
    json!({ "success": false, "error": error, "code": code, "details": {} })
}

/// What the gateway posts to an app's webhook URL.
fn webhooks() -> Value {
    let hook = |event: &str, about: &str, data: Value| {
        let example = json!({ "event": event, "timestamp": 1_699_564_800_000_u64, "data": data });
        let header = |name: &str, about: &str| {
            json!({ "name": name, "in": "header", "required": true, "description": about,
                    "schema": { "type": "string" } })
        };
        let signature = "Lower-case hex of HMAC-SHA256 over the body, with the apiSecret as key.";
        json!({ "post": {
            "summary": about,
            "operationId": format!("on.{event}"),
            "security": [],
            "parameters": [header("X-Webhook-Signature", signature),
                           header("X-Event-Id", "The delivery's id; the same at every try.")],
            "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "type": "object" }, "example": example } } },
            "responses": { "200": { "description": "Taken; any 2xx will do." } },
        } })
    };
    json!({
        "payment.received": hook("payment.received", "Stars were received",
            json!({ "paymentId": PAYMENT, "starsAmount": 1000 })),
        "conversion.completed": hook("conversion.completed", "A conversion is completed",
            json!({ "conversionId": CONVERSION, "tonAmount": 4.95, "txHash": "ton_hash_456" })),
        "conversion.failed": hook("conversion.failed", "A conversion failed and was undone",
            json!({ "conversionId": CONVERSION, "errorMessage": "no rail" })),
    })
}
