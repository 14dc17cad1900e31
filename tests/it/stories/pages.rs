//! The payer's pages and receipts, as a machine sees them; `tests/browser` has a person's view.

use serde_json::{Value, json};

use crate::harness::{App, Partner, fund, pay};

#[tokio::test]
async fn a_payment_page_is_there_in_every_state_and_says_only_what_it_may() {
    let app = App::start().await;
    let partner = Partner::register(&app, 100, None).await;
    let attack = json!({ "amount": 5, "description": "<script>alert(1)</script>\" onload=x" });
    let made = partner.post("/payments", attack).await.ok();
    let (link, id) = (&made["payment"]["link_id"], &made["payment"]["id"]);
    let (link, id) = (link.as_str().unwrap(), id.as_str().unwrap());
    for name in [link, id] {
        let page = app.call("GET", &format!("/pay/{name}"), &[], None).await;
        assert_eq!(page.status, 200, "{name}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !page.text.contains("<script>alert") && page.text.contains("&#60;script"),
            "escaped"
        );
        assert!(page.text.contains(r#"data-state="waiting""#));
        for secret in [&partner.key, &partner.secret] {
            assert!(!page.text.contains(secret.as_str()));
        }
    }
    for nobody in ["x", "pay_x", "..%2f", &"x".repeat(300)] {
        assert_eq!(
            app.call("GET", &format!("/pay/{nobody}"), &[], None).await.status,
            404,
            "{nobody}"
        );
        let receipt = app.call("GET", &format!("/receipts/{nobody}"), &[], None).await;
        assert_eq!((receipt.status, &receipt.body["error"]["code"]), (404, &json!("not_found")));
    }
    assert_eq!(
        app.call("GET", &format!("/receipts/{link}"), &[], None).await.status,
        404,
        "unpaid"
    );
    let spanish = [("accept-language", "es-AR,es;q=0.9")];
    let page = app.call("GET", &format!("/pay/{link}"), &spanish, None).await;
    assert!(page.text.contains(r#"<html lang="es">"#) && page.text.contains("Esperando"));
    app.tell("/sandbox/v1/clock", json!({ "advance_seconds": 86_400 })).await.ok();
    let page = app.call("GET", &format!("/pay/{link}"), &[], None).await;
    assert_eq!((page.status, page.text.contains(r#"data-state="expired""#)), (200, true));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let long = Some(vec![b'a'; 3 << 20]);
    let answer = app.call("POST", "/pay/nobody", &form, long).await;
    assert_eq!(answer.status, 413, "a body has an end");
    for bad in ["", "act=x", "act=pay&telegram_id=x", "act=send&amount=-1", "act=pay"] {
        let path = format!("/pay/{link}");
        let answer = app.call("POST", &path, &form, Some(bad.as_bytes().to_vec())).await;
        assert!([400, 422].contains(&answer.status), "{bad}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_receipt_names_its_place_in_the_log_and_how_to_check_it() {
    let app = App::start().await;
    let shop =
        app.tell("/sandbox/v1/merchants", json!({ "name": "Shop", "telegram_id": "5" })).await.ok();
    let key = shop["credentials"]["wallet"]["api_key"].as_str().unwrap().to_owned();
    let headers = [("api-key", key.as_str()), ("content-type", "application/json")];
    let body = json!({ "amount": "25.50" }).to_string().into_bytes();
    let link = app.call("POST", "/api/create-payment-link/", &headers, Some(body)).await.ok();
    let token = link["token"].as_str().unwrap();
    fund(&app, 987_654_321, "30").await;
    let paid = pay(&app, token, 987_654_321).await.ok();
    let receipt = app.call("GET", &format!("/receipts/{token}"), &[], None).await.ok();
    assert_eq!(receipt["event"]["position"], paid["position"]);
    assert_eq!(
        receipt["paid"],
        json!({ "asset": "USDT-TRC20", "amount": "25.5", "fee": "0.25", "net": "25.25" })
    );
    assert_eq!((&receipt["rate"]["rate"], &receipt["payer"]), (&json!("1"), &json!("•••4321")));
    let event: Value =
        app.see(&format!("/ledger/v1/events/{}", receipt["event"]["position"])).await.ok();
    assert_eq!(
        (&receipt["event"]["leaf"], &receipt["event"]["hash"]),
        (&event["leaf"], &event["hash"])
    );
    for command in receipt["verify"].as_array().unwrap() {
        let words: Vec<_> = command.as_str().unwrap().split(' ').skip(1).collect();
        assert!(app.audit(&words).status.success(), "{command}");
    }
    for name in [token.to_owned(), token.replace('-', ""), format!("pay_{token}")] {
        let trace = String::from_utf8(app.audit(&["trace", &name]).stdout).unwrap();
        assert!(trace.contains("payment_link.paid"), "{name}: {trace}");
    }
    // The auditor finds that head in the log, and would not find another.
    let head = format!("{}:{}", event["position"], event["hash"].as_str().unwrap());
    assert!(app.audit(&["verify", "--head", &head]).status.success());
    let wrong = format!("{}:{}", event["position"], event["leaf"].as_str().unwrap());
    assert_eq!(app.audit(&["verify", "--head", &wrong]).status.code(), Some(1));
    let html = [("accept", "text/html,*/*")];
    let page = app.call("GET", &format!("/receipts/{token}"), &html, None).await;
    assert!(
        page.text.contains(event["hash"].as_str().unwrap()) && !page.text.contains("987654321")
    );
}

#[tokio::test]
async fn who_listens_does_not_keep_the_program_from_stopping() {
    let mut app = App::with(&[("QUITTANCE_HTTP__SHUTDOWN_SECONDS", "300")]).await;
    let partner = Partner::register(&app, 100, None).await;
    let link = partner.link(json!(5)).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut streams = Vec::new();
    for path in [format!("/pay/{link}/events"), "/ledger/v1/stream?after=0".to_owned()] {
        let stream = client.get(format!("{}{path}", app.url)).bearer_auth(app.token());
        let mut stream = stream.send().await.unwrap();
        assert_eq!(stream.status(), 200, "{path}");
        assert!(stream.chunk().await.unwrap().is_some(), "{path}: the state as it is");
        streams.push(stream);
    }
    let started = std::time::Instant::now();
    app.terminate();
    assert!(started.elapsed().as_secs() < 150, "it waited for somebody who never goes");
    for mut stream in streams {
        while let Ok(Some(_)) = stream.chunk().await {}
    }
}
