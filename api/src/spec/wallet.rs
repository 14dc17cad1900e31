//! What the generated document of the wallet dialect lacks: the slash at the end of its paths, its
//! failures, the examples of the vendor's reference (`seeds/wallet.txt`), and its webhook.

use serde_json::{Value, json};

use super::honest::Dialect;

/// The dialect's part.
pub(super) fn dialect() -> Dialect {
    Dialect {
        failures: &FAILURES,
        examples: of,
        failure,
        reset: "",
        uncounted: &[],
        // There are no limits unless somebody sets them, and no headers for them.
        unlimited: &["createPaymentLink", "createPayout"],
        repeatable: &["createPaymentLink", "createPayout"],
        webhooks: webhooks(),
    }
}

/// The slash is part of the vendor's paths; the framework drops it.
pub(super) fn slashed(mut document: Value) -> Value {
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        let all = std::mem::take(paths).into_iter();
        paths.extend(all.map(|(path, operations)| (format!("{path}/"), operations)));
    }
    document
}

/// Failures of each operation, beside its success.
const FAILURES: [(&str, &[&str]); 2] = [
    ("createPaymentLink", &["400", "401", "413", "429", "500", "503"]),
    ("createPayout", &["400", "401", "404", "413", "429", "500", "503"]),
];

const TOKEN: &str = "12345678-1234-1234-1234-123456789abc";

/// Request and answer of an operation.
fn of(operation: &str) -> (Option<Value>, Option<Value>) {
    match operation {
        "createPaymentLink" => (
            Some(json!({ "amount": "25.50", "callback_url": "https://your-site.com/webhook" })),
            Some(json!({ "message": "Payment link created successfully.",
                "payment_url": format!("https://t.me/your_bot?start=pay_{TOKEN}"),
                "token": TOKEN })),
        ),
        "createPayout" => (
            Some(json!({ "amount": "10.0", "address": "recipient_uid_123",
                "currency_code": "USDT" })),
            Some(json!({ "status": "success",
                "message": "10.0 USDT (TRC20) successfully sent to recipient_username. Fee: 0.1 USDT",
                "transaction_id": 12_345 })),
        ),
        _ => (None, None),
    }
}

/// How a failure looks.
fn failure(operation: &str, status: &str) -> Value {
    json!({ "error": match status {
        "401" => "API key is required in headers.",
        "404" => "Recipient not found.",
        "413" => "The request is too large.",
        "429" => "Too many requests.",
        "500" => "Internal server error.",
        "503" => "Please try again.",
        _ if operation == "createPaymentLink" => "Amount is required.",
        _ => "Insufficient total USDT balance to cover amount and fee.",
    } })
}

/// The members of the webhook, in their order.
fn schema() -> Value {
    const ALL: [(&str, &str, &str); 10] = [
        ("status", "string", "Always success."),
        ("token", "string", "The link's: whoever posts this knows it."),
        ("amount_usd", "string", "The price."),
        ("amount_crypto", "string", "What was paid in this currency."),
        ("fee_crypto", "string", "What of it is the house's."),
        ("net_crypto", "string", "What of it is yours."),
        ("currency", "string", "USDT."),
        ("network", "string", "TRC20."),
        ("payer_id", "integer", "Who paid; null if the money came by a network."),
        ("payee_id", "integer", "You."),
    ];
    let required: Vec<_> = ALL.iter().map(|(name, _, _)| *name).collect();
    let members = ALL.iter().map(|(name, kind, about)| {
        let nullable = *name == "payer_id";
        let member = json!({ "type": kind, "description": about, "nullable": nullable });
        ((*name).to_owned(), member)
    });
    let members: serde_json::Map<_, _> = members.collect();
    json!({ "type": "object", "required": required, "properties": members })
}

/// What the gateway posts to a link's callback URL.
fn webhooks() -> Value {
    let example = json!({ "status": "success", "token": TOKEN, "amount_usd": "25.50",
        "amount_crypto": "25.50", "fee_crypto": "0.25", "net_crypto": "25.25",
        "currency": "USDT", "network": "TRC20", "payer_id": 123_456_789, "payee_id": 987_654_321 });
    let agent = json!({ "name": "User-Agent", "in": "header", "required": true,
        "description": "MyWallet-Webhook/1.0", "schema": { "type": "string" } });
    json!({ "payment.success": { "post": {
        "summary": "A payment link was paid",
        "operationId": "on.payment.success",
        "security": [],
        "parameters": [agent],
        "requestBody": { "required": true, "content": { "application/json": {
            "schema": schema(), "example": example } } },
        "responses": { "200": { "description": "Taken; any 2xx will do." } },
    } } })
}
