//! Real money: toys are refused, and a second program stands by.

use std::process::Command;

use serde_json::json;

use crate::harness::{App, program};

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const TOKEN: &str = "a-token-of-more-than-thirty-two-characters";

#[tokio::test]
async fn live_mode_refuses_toys() {
    let app = App::with(&[
        ("QUITTANCE_MODE", "live"),
        ("QUITTANCE_MASTER_KEY", KEY),
        ("QUITTANCE_OPERATOR_TOKEN", TOKEN),
    ])
    .await;
    assert_eq!(app.call("GET", "/sandbox/v1/state", &[], None).await.status, 404);
    assert_eq!(app.call("GET", "/openapi/sandbox.yaml", &[], None).await.status, 404);
    assert!(!app.data.join("operator.token").exists(), "nothing secret is made by itself");
    let register = async |url: &str| {
        let body = json!({ "appName": "x", "webhookUrl": url }).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        app.call("POST", "/api/v1/users/register", &headers, Some(body)).await
    };
    assert_eq!(register("http://example.com/").await.fault(), (400, "VALIDATION_ERROR"));
    let made = register("https://127.0.0.1/hook").await.ok();
    let bot = crate::harness::Bot::new(&app, &made["user"]);
    bot.paid("c", 5).await.ok();
    let bearer = format!("Bearer {TOKEN}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let error = loop {
        let list = app
            .call("GET", "/operator/v1/deliveries", &[("authorization", &bearer)], None)
            .await
            .ok();
        if list["deliveries"][0]["attempts"] == 1 {
            let path = format!(
                "/operator/v1/deliveries/{}",
                list["deliveries"][0]["id"].as_str().unwrap()
            );
            let detail = app.call("GET", &path, &[("authorization", &bearer)], None).await.ok();
            break detail["attempts"][0]["error"].as_str().unwrap().to_owned();
        }
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(error, "the address is not public");
}

#[test]
fn live_mode_without_secrets_does_not_start() {
    let output = Command::new(program("quittance")).env("QUITTANCE_MODE", "live").output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("operator_token") && said.contains("master_key"), "{said}");
}

#[tokio::test]
async fn a_second_program_stands_by_and_takes_over() {
    let mut first = App::start().await;
    let identity = first.bot(None).await.identity();
    let mut second = first.beside();
    let waiting = std::thread::spawn(move || {
        second.restart();
        second
    });
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(!waiting.is_finished(), "it stands by");
    crate::harness::Bot::new(&first, &identity).paid("before", 5).await.ok();
    first.kill();
    let second = waiting.join().unwrap();
    let bot = crate::harness::Bot::new(&second, &identity);
    bot.paid("after", 5).await.ok();
    assert_eq!(bot.get("/payments/stats").await.ok()["stats"]["totalPayments"], 2);
    first.verify();
}
