//! What the generated documents get wrong, put right: which failures an operation can have, headers
//! that every answer carries, members that may be null, parameters read by extractors.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::examples;

/// Members that are always there and may be null.
const NULLABLE: [(&str, &[&str]); 23] = [
    ("Profile", &["webhookUrl"]),
    ("ConversionState", &["fragmentTxId", "tonTxHash"]),
    ("ConversionProgress", &["estimatedCompletion"]),
    ("Head", &["recorded_at"]),
    ("Events", &["next"]),
    ("Accounts", &["next"]),
    ("Entries", &["next"]),
    ("Done", &["position"]),
    ("Delivery", &["next_attempt_at"]),
    ("DeliveryDetail", &["next_attempt_at"]),
    ("Deliveries", &["next"]),
    ("Attempt", &["status", "error"]),
    ("MadeMerchant", &["username", "telegram_id"]),
    ("Merchant", &["username", "telegram_id", "webhook_url"]),
    ("Funded", &["position"]),
    ("NewPayment", &["description"]),
    ("Payment", &["description", "payer", "paid_at"]),
    ("Transaction", &["telegram_id"]),
    ("Webhook", &["webhook_url"]),
    ("MeAnswer", &["partner"]),
    ("EndpointAnswer", &["url"]),
    ("SetWebhookRequest", &["webhook_url"]),
    ("EndpointRequest", &["url"]),
];

/// Operations of our own APIs that an idempotency key makes harmless to repeat.
const REPEATABLE: [&str; 7] = [
    "createAdjustment",
    "fund",
    "pay",
    "deactivateMerchant",
    "activateMerchant",
    "failConversion",
    "settlePayment",
];

/// What a dialect's document lacks.
pub(super) struct Dialect {
    /// Failures of each operation, beside its success.
    pub(super) failures: &'static [(&'static str, &'static [&'static str])],
    /// Request and answer of an operation.
    pub(super) examples: fn(&str) -> (Option<Value>, Option<Value>),
    /// How a failure of an operation with this status looks.
    pub(super) failure: fn(&str, &str) -> Value,
    /// What `X-RateLimit-Reset` means.
    pub(super) reset: &'static str,
    /// Statuses without the limit's headers.
    pub(super) uncounted: &'static [&'static str],
    /// Operations without a limit.
    pub(super) unlimited: &'static [&'static str],
    /// Operations that an `Idempotency-Key` makes harmless to repeat.
    pub(super) repeatable: &'static [&'static str],
    /// What the gateway posts.
    pub(super) webhooks: Value,
}

/// A dialect's document.
pub(super) fn dialect(mut document: Value, dialect: &Dialect) -> Value {
    each_operation(&mut document, |_, _, operation| {
        let id = text(operation, "operationId");
        let known = dialect.failures.iter().find(|(known, _)| *known == id);
        let failures = known.map_or(&[][..], |(_, failures)| failures);
        keep_failures(operation, |status| failures.contains(&status));
        let limited = !dialect.unlimited.contains(&id.as_str());
        each_response(operation, |status, response| {
            header(response, "X-Request-Id", "The request's id.", "string");
            if limited && !dialect.uncounted.contains(&status) {
                header(response, "X-RateLimit-Limit", "Requests per minute.", "integer");
                header(response, "X-RateLimit-Remaining", "How many are left.", "integer");
                header(response, "X-RateLimit-Reset", dialect.reset, "integer");
            }
        });
        if dialect.repeatable.contains(&id.as_str()) {
            let about = "Makes a repetition harmless, for ever. An addition.";
            parameter(operation, "Idempotency-Key", about, false);
        }
        if id == "receiveTelegramUpdate" {
            parameter(operation, "X-User-Id", "The user's uuid.", true);
        }
        examples::add_to(operation, (dialect.examples)(&id), |status| {
            (dialect.failure)(&id, status)
        });
    });
    nullable(&mut document);
    if let Some(root) = document.as_object_mut() {
        root.insert("x-webhooks".to_owned(), dialect.webhooks.clone());
    }
    document
}

/// A document of our own APIs.
pub(super) fn native(mut document: Value) -> Value {
    each_operation(&mut document, |path, method, operation| {
        let secured = operation.get("security").is_some();
        let named = path.contains('{') || path.ends_with("/fund") || path.ends_with("/pay");
        let writes = method == "post";
        let bodied = operation.get("requestBody").is_some();
        let asks = operation.get("parameters").is_some() || bodied;
        keep_failures(operation, |status| match status {
            "400" => asks || writes,
            "401" => secured,
            "404" => named,
            "409" | "413" | "422" => writes,
            "405" => false,
            _ => true,
        });
        each_response(operation, |_, response| {
            header(response, "X-Request-Id", "The request's id.", "string");
        });
        if REPEATABLE.contains(&text(operation, "operationId").as_str()) {
            parameter(
                operation,
                "Idempotency-Key",
                "Makes a repetition harmless, for ever.",
                false,
            );
        }
        examples::add_native(&text(operation, "operationId"), operation);
    });
    nullable(&mut document);
    document
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn each_operation(document: &mut Value, mut change: impl FnMut(&str, &str, &mut Value)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            change(path, method, operation);
            // Operations without a key say so, or readers take it for forgotten.
            if let Some(operation) = operation.as_object_mut() {
                operation.entry("security").or_insert_with(|| json!([]));
            }
        }
    }
}

fn keep_failures(operation: &mut Value, mut possible: impl FnMut(&str) -> bool) {
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        responses.retain(|status, _| status.starts_with('2') || possible(status));
    }
}

fn each_response(operation: &mut Value, mut change: impl FnMut(&str, &mut Value)) {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut)
            && let Some(retry) = headers.remove("RETRY-AFTER")
        {
            headers.insert("Retry-After".to_owned(), retry);
        }
        change(status, response);
    }
}

fn header(response: &mut Value, name: &str, about: &str, schema: &str) {
    let Some(response) = response.as_object_mut() else { return };
    let headers = response.entry("headers").or_insert_with(|| Value::Object(Map::new()));
    if let Some(headers) = headers.as_object_mut() {
        let header = json!({ "description": about, "schema": { "type": schema } });
        headers.insert(name.to_owned(), header);
    }
}

fn parameter(operation: &mut Value, name: &str, about: &str, required: bool) {
    let Some(operation) = operation.as_object_mut() else { return };
    let parameters = operation.entry("parameters").or_insert_with(|| Value::Array(vec![]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(json!({
            "name": name, "in": "header", "required": required, "description": about,
            "schema": { "type": "string" },
        }));
    }
}

/// The generator knows no null: members that may be null are required and nullable, and optional
/// members of requests may be null instead of absent.
fn nullable(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        let known = NULLABLE.iter().find(|(known, _)| known == name);
        let always = known.map_or(&[][..], |(_, members)| members);
        let asked = name.ends_with("Request") || name.starts_with("New");
        let required: Vec<String> = always.iter().map(|name| (*name).to_owned()).collect();
        let Some(schema) = schema.as_object_mut() else { continue };
        let there = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_required = |name: &str| there.iter().any(|there| there.as_str() == Some(name));
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (member, schema) in members.into_iter().flatten() {
            let always = always.contains(&member.as_str());
            if let Some(schema) = schema.as_object_mut()
                && (always || (asked && !is_required(member)))
            {
                allow_null(schema, always);
            }
        }
        let added = required.into_iter().filter(|name| !is_required(name)).map(Value::String);
        let all: Vec<_> = there.iter().cloned().chain(added).collect();
        if !all.is_empty() {
            schema.insert("required".to_owned(), Value::Array(all));
        }
    }
}

/// Null has no meaning beside a reference alone: clients are generated right if the reference is part
/// of an object that may be null.
fn allow_null(schema: &mut Map<String, Value>, always: bool) {
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    if let Some(parts) = parts.filter(|_| always) {
        parts.retain(|part| part.get("$ref").is_some());
        schema.insert("type".to_owned(), json!("object"));
    }
    if schema.contains_key("type") {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Writes a JSON value as block YAML; scalars stay as JSON writes them, which YAML reads.
pub(super) fn yaml(value: &Value, depth: usize, to: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                let name = Value::String(name.clone());
                // Writing to a String cannot fail.
                let _ = write!(to, "{indent}{name}:");
                nested(value, depth, to);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(to, "{indent}-");
                nested(item, depth, to);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            let _ = writeln!(to, "{indent}{value}");
        }
    }
}

fn nested(value: &Value, depth: usize, to: &mut String) {
    let block = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if block {
        to.push('\n');
        yaml(value, depth.saturating_add(1), to);
    } else {
        let _ = writeln!(to, " {value}");
    }
}
