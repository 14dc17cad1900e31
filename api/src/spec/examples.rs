//! Puts examples into documents.

use serde_json::{Value, json};

use super::native_examples;

/// A code that a status comes with in our own APIs.
fn native_code(status: &str) -> &'static str {
    match status {
        "401" => "unauthorized",
        "404" => "not_found",
        "409" => "conflict",
        "413" => "too_large",
        "422" => "insufficient_funds",
        "500" => "internal",
        "503" => "busy",
        _ => "invalid_request",
    }
}

/// Adds the examples of one of our own operations.
pub(super) fn add_native(id: &str, operation: &mut Value) {
    add_to(operation, native_examples::of(id), |status| {
        let code = native_code(status);
        json!({ "error": { "code": code, "message": "what went wrong", "details": {} } })
    });
}

pub(super) fn add_to(
    operation: &mut Value,
    (request, answer): (Option<Value>, Option<Value>),
    failure: impl Fn(&str) -> Value,
) {
    if let (Some(body), Some(example)) = (operation.get_mut("requestBody"), request) {
        put(body, &example);
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if !status.starts_with('2') {
            put(response, &failure(status));
        } else if let Some(answer) = &answer {
            put(response, answer);
        }
    }
}

fn put(at: &mut Value, example: &Value) {
    let content = at.get_mut("content").and_then(Value::as_object_mut);
    for (_, media) in content.into_iter().flatten() {
        if let Some(media) = media.as_object_mut() {
            media.insert("example".to_owned(), example.clone());
        }
    }
}
