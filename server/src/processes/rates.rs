//! Asks the sources of rates, and tells the board what they agree on. One that fails is left out; when
//! too few are left the last rate stays until it is stale.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adapters::rates::http::{Asker, Source};
use adapters::rates::median::agreed;
use domain::Rate;
use domain::fees::Percent;
use tokio::task::JoinSet;

use crate::board::{Board, Pair};

/// Who is asked, how often, and how many must agree.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) sources: Vec<Source>,
    pub(crate) every: Duration,
    pub(crate) quorum: usize,
    pub(crate) spread: Percent,
}

/// Runs for ever.
pub(crate) async fn run(board: Arc<Board>, asker: Asker, asking: Asking) {
    loop {
        round(&board, &asker, &asking).await;
        tokio::time::sleep(asking.every).await;
    }
}

async fn round(board: &Board, asker: &Asker, asking: &Asking) {
    let mut answers = JoinSet::new();
    for source in asking.sources.iter().cloned() {
        let asker = asker.clone();
        answers.spawn(async move {
            let said = asker.ask(&source).await;
            (source.name, said)
        });
    }
    let mut said: BTreeMap<Pair, Vec<Rate>> = BTreeMap::new();
    while let Some(joined) = answers.join_next().await {
        let Ok((name, answer)) = joined else { continue };
        let outcome = if answer.is_ok() { "answered" } else { "failed" };
        metrics::counter!("rates_asked_total", "source" => name.clone(), "outcome" => outcome)
            .increment(1);
        match answer {
            Ok(rates) => {
                for (pair, rate) in rates {
                    said.entry(pair).or_default().push(rate);
                }
            }
            Err(outage) => tracing::warn!(name, %outage, "a source of rates failed"),
        }
    }
    for (pair, rates) in said {
        if let Some(rate) = agreed(&rates, asking.quorum, asking.spread) {
            board.learn(pair, rate);
        } else {
            let (base, quote) = pair;
            tracing::warn!(%base, %quote, ?rates, "the sources do not agree");
        }
    }
}
