//! `verify`: every record, the chain, the order, the floors, the sums, and what the database says of
//! them. The first fault in the log ends the reading, because nothing after it can be trusted.

use std::collections::{BTreeMap, BTreeSet};

use domain::MerchantId;
use indicatif::{ProgressBar, ProgressStyle};
use journal::{Hash, Head, Ledger};

use crate::charges::Referrals;
use crate::cli::{KnownHead, Verdict};
use crate::render::line;
use crate::shares::Shares;
use crate::source::{Source, records};
use crate::sums::{Sum, Sums};

/// `read.balances` as the database has it, and how far it followed the log.
struct ReadModel {
    position: u64,
    accounts: Vec<(String, Sum)>,
    /// `read.holdings`: what each merchant's referrals have.
    referrals: Vec<(MerchantId, i128)>,
}

/// Everything that was folded.
struct Folded {
    ledger: Ledger,
    sums: Sums,
    referrals: Referrals,
    shares: Shares,
    /// The sums where the read model stands.
    then: Option<(Sums, Referrals)>,
    /// The hash at the position of the known head.
    known: Option<Hash>,
    findings: Vec<String>,
}

/// Verifies a log.
pub(crate) async fn run(source: &Source, known: Option<KnownHead>) -> Result<Verdict, String> {
    let head = source.head().await?;
    let read = read_model(source).await?;
    let bar = progress(head);
    let mut folded = fold(source, known, read.as_ref().map(|read| read.position), &bar).await?;
    bar.finish_and_clear();
    let sound = folded.findings.is_empty();
    if sound {
        check_heads(&mut folded, head, known);
        check_sums(&mut folded);
        if let Some(read) = &read {
            compare(&mut folded, read);
        }
    }
    report(&folded, read.is_some() && sound);
    Ok(if folded.findings.is_empty() { Verdict::Clean } else { Verdict::Findings })
}

async fn fold(
    source: &Source,
    known: Option<KnownHead>,
    read_at: Option<u64>,
    bar: &ProgressBar,
) -> Result<Folded, String> {
    let mut folded = Folded {
        ledger: Ledger::default(),
        sums: Sums::default(),
        referrals: Referrals::default(),
        shares: Shares::default(),
        then: (read_at == Some(0)).then(Default::default),
        known: None,
        findings: vec![],
    };
    let reading = records(source, |record| {
        if !folded.findings.is_empty() {
            return Ok(());
        }
        match folded.ledger.follow(record) {
            Err(corrupt) => folded.findings.push(corrupt.to_string()),
            Ok(fact) => {
                let mut charged = folded.referrals.faults(&fact.event, &folded.sums);
                charged.extend(folded.shares.faults(&fact.event));
                folded.referrals.follow(&fact.event, &folded.sums);
                folded.shares.follow(&fact.event);
                folded.sums.post(&fact.event);
                let broken = folded.sums.broken_floors(&fact.event).into_iter();
                let place = record.position;
                let broken = broken.map(|path| format!("position {place}: {path} is below zero"));
                folded.findings.extend(broken);
                let charged = charged.into_iter().map(|it| format!("position {place}: {it}"));
                folded.findings.extend(charged);
                if read_at == Some(place) {
                    folded.then = Some((folded.sums.clone(), folded.referrals.clone()));
                }
                if known.is_some_and(|known| known.position == place) {
                    folded.known = Some(record.hash);
                }
                bar.set_position(place);
            }
        }
        Ok(())
    });
    reading.await?;
    Ok(folded)
}

/// The end must be where the database and the auditor's notes say.
fn check_heads(folded: &mut Folded, head: Option<Head>, known: Option<KnownHead>) {
    let seal = folded.ledger.seal;
    if let Some(head) = head
        && (head.position != seal.position || head.hash != seal.hash)
    {
        let fault = format!(
            "position {}: the log ends here and its head says {} {}",
            seal.position, head.position, head.hash
        );
        folded.findings.push(fault);
    }
    let Some(known) = known else { return };
    let there = if known.position == 0 { Some(Hash::default()) } else { folded.known };
    let fault = match there {
        None => format!(
            "position {}: the log ends here, before the known head at {}",
            seal.position, known.position
        ),
        Some(hash) if hash != known.hash => {
            format!("position {}: the chain hash is not that of the known head", known.position)
        }
        Some(_) => return,
    };
    folded.findings.push(fault);
}

/// Debits equal credits, and the domain's own fold agrees with the auditor's sums.
fn check_sums(folded: &mut Folded) {
    for (asset, sum) in folded.sums.by_asset() {
        if sum.balance() != 0 {
            folded
                .findings
                .push(format!("{asset}: debits and credits differ by {}", sum.balance()));
        }
    }
    for (account, balance) in folded.ledger.state.balances().sorted() {
        let ours = folded.sums.get(&account.to_string()).balance();
        if balance.net() != ours {
            let theirs = balance.net();
            folded.findings.push(format!("{account}: the state says {theirs}, the log {ours}"));
        }
    }
}

/// The read model must say what the log says, where it stands.
fn compare(folded: &mut Folded, read: &ReadModel) {
    let Some((then, referrals)) = &folded.then else {
        let fault = format!("read.balances stands at {}, which is not in the log", read.position);
        folded.findings.push(fault);
        return;
    };
    let mut faults = Vec::new();
    for (account, theirs) in &read.accounts {
        let ours = then.get(account);
        if ours != *theirs {
            let (theirs, ours) = (theirs.balance(), ours.balance());
            faults.push(format!("read.balances: {account} is {theirs}, the log says {ours}"));
        }
    }
    let listed: BTreeSet<_> = read.accounts.iter().map(|(account, _)| account.as_str()).collect();
    for (account, _) in then.iter().filter(|(account, _)| !listed.contains(account)) {
        faults.push(format!("read.balances: {account} is missing"));
    }
    let said: BTreeMap<_, _> = read.referrals.iter().copied().collect();
    let all: BTreeSet<_> =
        referrals.iter().map(|(merchant, _)| merchant).chain(said.keys().copied()).collect();
    for merchant in all {
        let ours = referrals.of(merchant);
        let theirs = said.get(&merchant).copied().unwrap_or_default();
        if theirs != ours {
            faults.push(format!("read.holdings: {merchant} is {theirs}, the log says {ours}"));
        }
    }
    folded.findings.extend(faults);
}

async fn read_model(source: &Source) -> Result<Option<ReadModel>, String> {
    let Source::Database(client) = source else { return Ok(None) };
    let there = "SELECT to_regclass('read.balances') IS NOT NULL";
    let text = |error: tokio_postgres::Error| format!("read.balances: {error}");
    if !client.query_one(there, &[]).await.map_err(text)?.get::<_, bool>(0) {
        return Ok(None);
    }
    let at = "SELECT position FROM read.checkpoints WHERE name = 'balances'";
    let at = client.query_opt(at, &[]).await.map_err(text)?;
    let position = at.map_or(0, |row| row.get::<_, i64>(0));
    let rows = "SELECT account, debits::text, credits::text FROM read.balances";
    let rows = client.query(rows, &[]).await.map_err(text)?;
    let number = |text: String| text.parse().unwrap_or(i128::MAX);
    let accounts = rows
        .iter()
        .map(|row| (row.get(0), Sum { debits: number(row.get(1)), credits: number(row.get(2)) }));
    let accounts = accounts.collect();
    let position = u64::try_from(position).unwrap_or_default();
    let referrals = referrals(client).await?;
    Ok(Some(ReadModel { position, accounts, referrals }))
}

async fn referrals(client: &tokio_postgres::Client) -> Result<Vec<(MerchantId, i128)>, String> {
    let text = |error: tokio_postgres::Error| format!("read.holdings: {error}");
    let there = "SELECT to_regclass('read.holdings') IS NOT NULL";
    if !client.query_one(there, &[]).await.map_err(text)?.get::<_, bool>(0) {
        return Ok(vec![]);
    }
    let rows = "SELECT merchant_id, referral_holdings::text FROM read.holdings \
         WHERE referral_holdings <> 0";
    let rows = client.query(rows, &[]).await.map_err(text)?;
    let row = |row: &tokio_postgres::Row| {
        (MerchantId(row.get(0)), row.get::<_, &str>(1).parse().unwrap_or(i128::MAX))
    };
    Ok(rows.iter().map(row).collect())
}

fn progress(head: Option<Head>) -> ProgressBar {
    let style = "verify {bar:40} {pos}/{len} events, {per_sec}, {eta}";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = head.map_or_else(ProgressBar::no_length, |head| ProgressBar::new(head.position));
    bar.with_style(style)
}

fn report(folded: &Folded, compared: bool) {
    for finding in &folded.findings {
        line(&format!("FAULT  {finding}"));
    }
    let seal = folded.ledger.seal;
    if folded.findings.is_empty() {
        let accounts = folded.sums.iter().count();
        line(&format!("{} events and {accounts} accounts verified, nothing found", seal.position));
        if compared {
            line("read.balances agrees with the log");
        }
        line(&format!("head {}:{}", seal.position, seal.hash));
    }
}
