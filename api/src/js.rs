//! JSON as JavaScript writes it. Receivers of webhooks hash `JSON.stringify(JSON.parse(body))`, so a
//! body must be its own image under that (`stars.md` §6). Our own members are written that way from
//! the start; what a merchant gave us is brought into that form here.

use serde_json::{Map, Number, Value};

/// The value as `JSON.stringify(JSON.parse(text))` writes it, whatever text it was read from.
pub(crate) fn stringify(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// A JSON string as both serde and JavaScript write it.
pub(crate) fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => to.push_str(&value.to_string()),
        Value::Number(number) => to.push_str(&self::number(number)),
        Value::Array(items) => {
            to.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    to.push(',');
                }
                write(item, to);
            }
            to.push(']');
        }
        Value::Object(members) => {
            to.push('{');
            for (place, (name, value)) in ordered(members).into_iter().enumerate() {
                if place > 0 {
                    to.push(',');
                }
                to.push_str(&quoted(name));
                to.push(':');
                write(value, to);
            }
            to.push('}');
        }
    }
}

/// JavaScript puts members whose names are array indices first, in rising order.
fn ordered(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    // A stable sort: the others keep the order they came in.
    members.sort_by_key(|(name, _)| index(name).map_or(u64::MAX, u64::from));
    members
}

/// The array index a member's name is: canonical digits below 2^32 − 1.
fn index(name: &str) -> Option<u32> {
    let canonical = name == "0" || !name.starts_with('0');
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    name.parse().ok().filter(|index| canonical && digits && *index < u32::MAX)
}

/// JavaScript reads every number as the nearest double; what is too large for one it writes as null.
fn number(number: &Number) -> String {
    let nearest: f64 = number.to_string().parse().unwrap_or(f64::NAN);
    if nearest.is_finite() {
        ryu_js::Buffer::new().format_finite(nearest).to_owned()
    } else {
        "null".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Node.js 20 prints for these texts.
    #[test]
    fn texts_become_what_javascript_makes_of_them() {
        for (text, expected) in [
            (r#"{"b":1,"10":2,"9":3}"#, r#"{"9":3,"10":2,"b":1}"#),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"{"01":1,"1":2,"-1":3,"":4}"#, r#"{"1":2,"01":1,"-1":3,"":4}"#),
            (
                r#"{"4294967295":1,"4294967294":2,"a":0}"#,
                r#"{"4294967294":2,"4294967295":1,"a":0}"#,
            ),
            ("[1.50, 1e2, -0, 0.000001, 1e-7]", "[1.5,100,0,0.000001,1e-7]"),
            ("[1e21, 123456789012345678901, 1e400]", "[1e+21,123456789012345680000,null]"),
            (r#""\u0041\u002f\u2028\n\u0001é\ud83d\ude00""#, "\"A/\u{2028}\\n\\u0001é😀\""),
            (r#"{"__proto__":{"x":[]}}"#, r#"{"__proto__":{"x":[]}}"#),
        ] {
            let value = serde_json::from_str(text).unwrap();
            assert_eq!(stringify(&value), expected, "{text}");
        }
    }
}
