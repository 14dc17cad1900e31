//! The log's bytes: golden samples of every event ever written, upcasting, and the worked example of
//! `journal/FORMAT.md`.

use std::path::Path;

use domain::{Event, Timestamp};
use journal::{Hash, Record, Seal, Undecodable, Upcast, decode, decode_with, encode, record_bytes};
use serde_json::{Value, json};

/// Each file is one payload, byte for byte; its name is the type as it stands in the log.
#[test]
fn every_event_ever_written_still_decodes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/events");
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let payload = bytes.strip_suffix(b"\n").unwrap();
        let event = decode(&kind, payload).unwrap_or_else(|bad| panic!("{kind}: {bad}"));
        let (name, version) = journal::split_type(&kind).unwrap();
        assert_eq!(event.type_name(), name);
        if version == 1 {
            let (again, written) = encode(&event).unwrap();
            assert_eq!(again, kind);
            assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8_lossy(payload));
        }
        seen.push(name.to_owned());
    }
    for name in Event::TYPES {
        assert!(seen.iter().any(|seen| seen == name), "{name} has no golden sample");
    }
}

#[test]
fn what_is_unknown_is_an_error_and_never_skipped() {
    let unknown = |kind: &str| decode(kind, b"{}");
    for kind in [
        "payment.lost",
        "payment.settled@2",
        "payment.settled@1",
        "payment.settled@02",
        "payment.settled@x",
    ] {
        assert_eq!(unknown(kind), Err(Undecodable::UnknownType(kind.to_owned())), "{kind}");
    }
    let nil = uuid::Uuid::nil();
    let good = json!({ "payment_id": nil, "merchant_id": nil });
    assert!(decode("payment.settled", good.to_string().as_bytes()).is_ok());
    for bad in [
        json!({ "payment_id": nil }).to_string(),
        json!({ "payment_id": nil, "merchant_id": nil, "more": 1 }).to_string(),
        format!("{good} {good}"),
        "null".to_owned(),
    ] {
        let decoded = decode("payment.settled", bad.as_bytes());
        assert!(matches!(decoded, Err(Undecodable::BadPayload { .. })), "{bad}");
    }
}

#[test]
fn old_versions_are_lifted_step_by_step() {
    fn rename(mut value: Value) -> Option<Value> {
        let id = value.as_object_mut()?.remove("id")?;
        value["payment_id"] = id;
        Some(value)
    }
    #[expect(clippy::unnecessary_wraps, reason = "the shape of a lift")]
    fn owner(mut value: Value) -> Option<Value> {
        value["merchant_id"] = json!(uuid::Uuid::nil());
        Some(value)
    }
    let lifts = [
        Upcast { name: "payment.settled", from: 1, lift: rename },
        Upcast { name: "payment.settled", from: 2, lift: owner },
    ];
    let id = uuid::Uuid::from_u128(1);
    let current = json!({ "payment_id": id, "merchant_id": uuid::Uuid::nil() }).to_string();
    let expected = decode("payment.settled", current.as_bytes());
    let first = json!({ "id": id }).to_string();
    assert_eq!(decode_with("payment.settled", first.as_bytes(), &lifts), expected);
    let second = json!({ "payment_id": id }).to_string();
    assert_eq!(decode_with("payment.settled@2", second.as_bytes(), &lifts), expected);
    assert_eq!(decode_with("payment.settled@3", current.as_bytes(), &lifts), expected);
    assert!(decode_with("payment.settled@4", current.as_bytes(), &lifts).is_err());
    assert!(
        decode_with("payment.settled", b"{}", &lifts).is_err(),
        "a lift that cannot is an error"
    );
}

#[test]
fn the_worked_example_of_the_format_is_right() {
    let mut first = Record {
        position: 0,
        stream: "merchant-00000000-0000-0000-0000-000000000001".into(),
        revision: 1,
        kind: "merchant.deactivated".into(),
        recorded_at: "2026-11-21T14:00:00.000001Z".parse::<Timestamp>().unwrap(),
        payload: br#"{"merchant_id":"00000000-0000-0000-0000-000000000001"}"#.to_vec(),
        meta: br#"{"dialect":"operator"}"#.to_vec(),
        leaf: Hash::default(),
        hash: Hash::default(),
    };
    let mut second = Record { revision: 2, kind: "merchant.activated".into(), ..first.clone() };
    let mut seal = Seal::default();
    seal.seal(&mut first);
    seal.seal(&mut second);
    let format = Path::new(env!("CARGO_MANIFEST_DIR")).join("../journal/FORMAT.md");
    let format = std::fs::read_to_string(format).unwrap();
    let bytes = record_bytes(&first);
    let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let lines: String = format.split_whitespace().collect();
    for part in [
        hex,
        first.leaf.to_string(),
        first.hash.to_string(),
        second.leaf.to_string(),
        second.hash.to_string(),
    ] {
        assert!(lines.contains(&part), "FORMAT.md lacks {part}");
    }
}
