//! The program dies at any moment: what was acknowledged is there, exactly once, and what was under
//! way goes on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{App, Bot, Hooks};

#[tokio::test]
async fn a_conversion_goes_on_from_every_phase() {
    let mut app = App::with(&[("QUITTANCE_CONVERSIONS__PHASE_DELAY_MS", "250")]).await;
    let hooks = Hooks::listen().await;
    let identity = app.bot(Some(&hooks.url)).await.identity();
    let phases =
        ["pending", "rate_locked", "phase1_prepared", "phase2_committed", "phase3_confirmed"];
    for (number, phase) in phases.into_iter().enumerate() {
        let id = {
            let bot = Bot::new(&app, &identity);
            let payment = bot.payment(&format!("c{number}"), 1000).await;
            let lock =
                bot.post("/conversions/lock-rate", json!({ "sourceAmount": 1000 })).await.ok();
            let body = json!({ "paymentIds": [payment], "rateLockId": lock["id"] });
            let id = bot.post("/conversions/create", body).await.ok()["conversion"]["id"].clone();
            let id = id.as_str().unwrap().to_owned();
            bot.reaches(&id, phase).await;
            id
        };
        app.kill();
        app.restart();
        Bot::new(&app, &identity).reaches(&id, "completed").await;
        let stream = format!("/ledger/v1/events?stream=conversion-{id}");
        let events = app.see(&stream).await.ok();
        let types: Vec<_> = events["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["type"].as_str().unwrap())
            .collect();
        assert_eq!(
            types,
            ["created", "rate_locked", "prepared", "committed", "confirmed", "completed"]
                .map(|t| format!("conversion.{t}")),
            "killed in {phase}"
        );
    }
    app.verify();
    assert_eq!(hooks.wait_for(10).await.len(), 10, "five payments and five conversions were told");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_everything_dies_under_load() {
    let mut app = App::embedded(&[]);
    let identity = app.bot(None).await.identity();
    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    for round in 0..3 {
        let stop = Arc::new(AtomicBool::new(false));
        let (url, user) = (app.url.clone(), identity["id"].as_str().unwrap().to_owned());
        let loads: Vec<_> = (0..8)
            .map(|worker| {
                tokio::spawn(load(
                    url.clone(),
                    user.clone(),
                    format!("{round}-{worker}"),
                    stop.clone(),
                ))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(700)).await;
        if round == 1 {
            kill_database(&app); // the database too, and then the program
        }
        app.kill();
        stop.store(true, Ordering::Relaxed);
        for load in loads {
            acknowledged.extend(load.await.unwrap());
        }
        app.restart();
    }
    assert!(acknowledged.len() > 50, "only {} payments", acknowledged.len());
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = app
            .see(&format!("/ledger/v1/events?type=payment.received&limit=1000&after={after}"))
            .await
            .ok();
        for event in page["events"].as_array().unwrap() {
            let text = |name: &str| event["payload"][name].as_str().unwrap().to_owned();
            found.entry(text("telegram_payment_id")).or_default().push(text("payment_id"));
        }
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert!(found.values().all(|ids| ids.len() == 1), "a charge was booked twice");
    for (charge, id) in &acknowledged {
        assert_eq!(found.get(charge), Some(&vec![id.clone()]), "{charge} was acknowledged");
    }
    app.see("/readyz").await;
    app.verify();
}

/// Pays as fast as it is answered; returns what was acknowledged.
async fn load(
    url: String,
    user: String,
    name: String,
    stop: Arc<AtomicBool>,
) -> BTreeMap<String, String> {
    let client =
        reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
    let mut acknowledged = BTreeMap::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let charge = format!("{name}-{number}");
        let body = json!({ "message": { "successful_payment": {
            "total_amount": 1, "telegram_payment_charge_id": charge } } });
        let sent = client
            .post(format!("{url}/api/v1/payments/webhook"))
            .header("x-user-id", &user)
            .json(&body)
            .send();
        let Ok(answer) = sent.await else { break };
        if answer.status() == 200
            && let Ok(body) = answer.json::<Value>().await
        {
            acknowledged.insert(charge, body["payment"]["id"].as_str().unwrap().to_owned());
        }
    }
    acknowledged
}

fn kill_database(app: &App) {
    let pid = std::fs::read_to_string(app.data.join("pg/cluster/postmaster.pid")).unwrap();
    let pid = pid.lines().next().unwrap().to_owned();
    assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
}

#[tokio::test]
async fn a_database_that_dies_is_started_again() {
    let mut app = App::embedded(&[]);
    let bot = app.bot(None).await;
    bot.paid("before", 1000).await.ok();
    kill_database(&app);
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        let after = bot.paid("after", 1000).await;
        if after.status == 200 {
            break;
        }
        assert_eq!(after.fault().0, 503);
        assert!(after.header("retry-after").is_some());
        assert!(std::time::Instant::now() < deadline, "it did not come back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A backend may outlive its server for a moment and take the payment; newcomers have to wait.
    while app.audit(&["verify"]).status.code() == Some(2) {
        assert!(std::time::Instant::now() < deadline, "it takes no newcomers");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    app.verify();
    let data = app.data.clone();
    app.terminate();
    assert!(!data.join("pg/cluster/postmaster.pid").exists(), "a clean stop stops the database");
    app.restart();
    let second = std::process::Command::new(crate::harness::program("quittance"))
        .arg("--data")
        .arg(&data)
        .output();
    let second = second.unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another quittance runs"));
}
