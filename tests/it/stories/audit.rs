//! Somebody tampers; the auditor finds it, names the place, and exits with 1.

use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::harness::{App, audit};

async fn busy() -> App {
    let app = App::start().await;
    let bot = app.bot(None).await;
    for number in 0..3 {
        let payment = bot.payment(&format!("c{number}"), 1000).await;
        let created =
            bot.post("/conversions/create", json!({ "paymentIds": [payment] })).await.ok();
        bot.reaches(created["conversion"]["id"].as_str().unwrap(), "completed").await;
    }
    bot.get("/payments").await.ok();
    app
}

fn found(output: &std::process::Output, part: &str) {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(part), "{part} is not in: {said}");
}

fn write(lines: &[String]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("qe-{}.jsonl", uuid::Uuid::new_v4().simple()));
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    path
}

fn verify(lines: &[String], more: &[&str]) -> std::process::Output {
    let path = write(lines);
    let arguments: Vec<&str> = std::iter::once("verify").chain(more.iter().copied()).collect();
    let output = audit(&arguments, &["--file", path.to_str().unwrap()]);
    std::fs::remove_file(path).unwrap();
    output
}

#[tokio::test]
async fn corruption_of_an_export_is_found() {
    let app = busy().await;
    let output = app.audit(&["export", "--format", "jsonl"]);
    let export: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(Into::into).collect();
    let last: Value = serde_json::from_str(export.last().unwrap()).unwrap();
    let head = format!("{}:{}", last["position"], last["hash"].as_str().unwrap());
    assert!(verify(&export, &["--head", &head]).status.success());

    let edit = |change: &dyn Fn(&mut Value)| {
        let mut lines = export.clone();
        let mut row: Value = serde_json::from_str(&lines[4]).unwrap();
        change(&mut row);
        lines[4] = row.to_string();
        lines
    };
    let payload = |row: &mut Value| {
        let bytes = BASE64_STANDARD.decode(row["payload_base64"].as_str().unwrap()).unwrap();
        let text = String::from_utf8(bytes).unwrap().replacen('1', "2", 1);
        row["payload_base64"] = json!(BASE64_STANDARD.encode(text));
    };
    found(&verify(&edit(&payload), &[]), "position 5: the leaf hash does not match");
    found(
        &verify(&edit(&|row| row["leaf"] = row["hash"].clone()), &[]),
        "position 5: the leaf hash",
    );
    found(
        &verify(&edit(&|row| row["hash"] = row["leaf"].clone()), &[]),
        "position 5: the chain hash",
    );
    found(&verify(&edit(&|row| row["revision"] = json!(9)), &[]), "position 5: the leaf hash");
    let mut removed = export.clone();
    removed.remove(4);
    found(&verify(&removed, &[]), "position 6: the position is not the next one");
    let mut swapped = export.clone();
    swapped.swap(4, 5);
    found(&verify(&swapped, &[]), "position 6: the position is not the next one");
    let truncated = &export[..export.len() - 1];
    assert!(verify(truncated, &[]).status.success(), "a shorter log is a sound log");
    found(&verify(truncated, &["--head", &head]), "before the known head");
    let wrong = format!("{}:{}", 3, last["hash"].as_str().unwrap());
    found(
        &verify(&export, &["--head", &wrong]),
        "position 3: the chain hash is not that of the known head",
    );
    let broken = verify(&["{}".to_owned()], &[]);
    assert_eq!(broken.status.code(), Some(2), "what is no export cannot be verified");
}

#[tokio::test]
async fn corruption_of_the_database_is_found() {
    let app = busy().await;
    let database = app.database.as_ref().unwrap();
    let head = app.see("/ledger/v1/head").await.ok();
    let head = format!("{}:{}", head["position"], head["hash"].as_str().unwrap());
    app.verify();
    for statement in [
        "UPDATE journal.events SET type = 'x'",
        "DELETE FROM journal.events",
        "TRUNCATE journal.events",
    ] {
        let client = database.pool.get().await.unwrap();
        let error = client.batch_execute(statement).await.unwrap_err();
        assert!(error.as_db_error().unwrap().message().contains("append-only"), "{error}");
    }
    database
        .execute("UPDATE read.balances SET credits = credits + 1 WHERE account = 'exchange:STARS'")
        .await;
    found(&app.audit(&["verify"]), "read.balances: exchange:STARS");
    database
        .execute("UPDATE read.balances SET credits = credits - 1 WHERE account = 'exchange:STARS'")
        .await;
    database
        .execute("UPDATE read.balances SET account = 'exchange:X' WHERE account = 'exchange:STARS'")
        .await;
    found(&app.audit(&["verify"]), "exchange:STARS is missing");
    database
        .execute("UPDATE read.balances SET account = 'exchange:STARS' WHERE account = 'exchange:X'")
        .await;
    app.verify();
    let tamper = async |sql: &str| {
        database.execute(&format!("SET session_replication_role = replica; {sql}; SET session_replication_role = origin")).await;
    };
    tamper("UPDATE journal.events SET payload = replace(encode(payload, 'escape'), '1000000', '9000000')::bytea WHERE position = 2").await;
    found(&app.audit(&["verify"]), "position 2: the leaf hash does not match");
    tamper("UPDATE journal.events SET payload = replace(encode(payload, 'escape'), '9000000', '1000000')::bytea WHERE position = 2").await;
    app.verify();
    tamper("DELETE FROM journal.events WHERE position = (SELECT position FROM journal.head)").await;
    found(&app.audit(&["verify"]), "its head says");
    tamper("UPDATE journal.head SET (position, hash) = (SELECT position, hash FROM journal.events ORDER BY position DESC LIMIT 1)").await;
    found(&app.audit(&["verify", "--head", &head]), "before the known head");
    tamper("DELETE FROM journal.events WHERE position = 3").await;
    found(&app.audit(&["verify"]), "position 4: the position is not the next one");
    let nowhere = audit(&["verify"], &["--data", "/nonexistent"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[tokio::test]
async fn balances_and_statements_come_from_the_log() {
    let app = busy().await;
    let said = |arguments: &[&str]| String::from_utf8(app.audit(arguments).stdout).unwrap();
    assert!(said(&["balances", "--format", "csv"]).contains("exchange:STARS,0,2955,2955\n"));
    assert_eq!(said(&["balances", "--at", "1"]), "");
    assert_eq!(said(&["balances", "--at", "2000-01-01T00:00:00Z"]), "");
    let json: Value = serde_json::from_str(&said(&["balances", "--format", "json"])).unwrap();
    assert!(json.as_array().unwrap().len() > 5);
    let statement = said(&["statement", "exchange:TON", "--format", "csv"]);
    assert_eq!(statement.lines().count(), 3);
    assert!(statement.lines().last().unwrap().ends_with(",-0.99,-2.97"), "{statement}");
}
