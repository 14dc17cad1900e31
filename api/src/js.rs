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
    use std::cell::RefCell;
    use std::io::{BufRead, BufReader, Write as _};
    use std::process::{Command, Stdio};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// Answers each line with what it becomes. Only a line feed ends a line.
    const NODE: &str = "let rest = '';
        process.stdin.setEncoding('utf8').on('data', (chunk) => {
            const lines = (rest + chunk).split('\\n');
            rest = lines.pop();
            for (const line of lines) process.stdout.write(JSON.stringify(JSON.parse(line)) + '\\n');
        });";

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

    /// Texts of JSON values in every spelling: numbers with exponents and zeros to spare, escapes or
    /// plain characters, names that are array indices, names that come twice.
    fn json_text() -> impl Strategy<Value = String> {
        let number = prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
            "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        ];
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            number,
            string_text(),
            name_text(),
        ];
        leaf.prop_recursive(4, 40, 8, |inner| {
            let space = prop_oneof![Just(""), Just(" "), Just("\t")];
            prop_oneof![
                (vec(inner.clone(), 0..6), space.clone())
                    .prop_map(|(items, space)| format!("[{}]", items.join(&format!("{space},")))),
                (vec((name_text(), inner), 0..8), space).prop_map(|(members, space)| {
                    let members: Vec<_> =
                        members.iter().map(|(n, v)| format!("{n}{space}:{space}{v}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    /// A string, some of its characters escaped without need.
    fn string_text() -> impl Strategy<Value = String> {
        vec((any::<char>(), any::<bool>()), 0..12).prop_map(|characters| {
            let mut text = String::from("\"");
            for (character, escaped) in characters {
                if escaped {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        text.extend(format!("\\u{unit:04x}").chars());
                    }
                } else {
                    let plain = quoted(&character.to_string());
                    text.push_str(&plain[1..plain.len() - 1]);
                }
            }
            text.push('"');
            text
        })
    }

    /// Names of members: few, so that they meet, and many of them numbers.
    fn name_text() -> impl Strategy<Value = String> {
        prop_oneof![
            (0_u32..12).prop_map(|number| format!("\"{number}\"")),
            "\"(0[0-9]|-1|1e1|4294967294|4294967295|4294967296|a|b|__proto__|toString)\"",
            string_text(),
        ]
    }

    #[test]
    fn node_writes_any_json_as_we_do() {
        let mut node = Command::new("node")
            .args(["-e", NODE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js is needed for this test");
        let (to, from) = (node.stdin.take().unwrap(), node.stdout.take().unwrap());
        let from = RefCell::new(BufReader::new(from));
        let to = RefCell::new(to);
        let ask = |text: &str| {
            writeln!(to.borrow_mut(), "{text}").unwrap();
            let mut line = String::new();
            from.borrow_mut().read_line(&mut line).unwrap();
            line.trim_end_matches('\n').to_owned()
        };
        let mut runner = TestRunner::new(ProptestConfig::with_cases(3_000));
        runner
            .run(&json_text(), |text| {
                let value: Value = serde_json::from_str(&text).unwrap();
                let ours = stringify(&value);
                prop_assert_eq!(ask(&text), &*ours, "{}", &text);
                prop_assert_eq!(ask(&ours), &*ours, "what we send is its own image");
                let again: Value = serde_json::from_str(&ours).unwrap();
                prop_assert_eq!(stringify(&again), ours);
                Ok(())
            })
            .unwrap();
        drop(to);
        node.wait().unwrap();
    }
}
