//! `trace` and `statement`: the events that concern one thing, and the movements of one account.

use domain::payment_link::Event as Link;
use domain::{Account, Event};
use serde_json::{Value, json};

use crate::cli::{Format, Verdict};
use crate::render::{self, line};
use crate::source::{Source, Until, facts};

/// Shorter names would name too much.
const NAME_CHARS_MIN: usize = 8;

/// Every event whose stream or payload names the id, with what it moved. Ids are taken as APIs show
/// them (`pay_…`, without hyphens), and payment links by their tokens too.
pub(crate) async fn run(source: &Source, id: &str) -> Result<Verdict, String> {
    if id.len() < NAME_CHARS_MIN {
        return Err(format!("{id} is no id"));
    }
    let bare = id.rsplit('_').next().unwrap_or(id).to_ascii_lowercase();
    let mut names = vec![hyphenated(&bare).unwrap_or(bare)];
    let mut found = 0_u64;
    let read = facts(source, Until::End, |record, fact| {
        if let Event::PaymentLink(Link::Created(new)) = &fact.event
            && names.contains(&new.token)
        {
            names.push(new.payment_link_id.to_string());
        }
        let payload = std::str::from_utf8(&record.payload).unwrap_or_default();
        let names_it = |name: &String| record.stream.ends_with(name) || payload.contains(name);
        if !names.iter().any(names_it) {
            return;
        }
        found += 1;
        line(&format!("{:>8}  {}  {}", record.position, record.recorded_at, record.kind));
        for transfer in fact.event.transfers() {
            let (debit, credit) = (transfer.debit(), transfer.credit());
            line(&format!("          {} from {debit} to {credit}", render::money(transfer)));
        }
    });
    read.await?;
    if found == 0 {
        return Err(format!("nothing in the log names {id}"));
    }
    Ok(Verdict::Clean)
}

/// A uuid that was written without hyphens.
fn hyphenated(text: &str) -> Option<String> {
    let sound = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let part = |from: usize, to: usize| text.get(from..to).filter(|_| sound);
    let parts = [part(0, 8)?, part(8, 12)?, part(12, 16)?, part(16, 20)?, part(20, 32)?];
    Some(parts.join("-"))
}

/// Every movement of an account, with the balance after it.
pub(crate) async fn statement(
    source: &Source,
    account: Account,
    format: Format,
) -> Result<Verdict, String> {
    let mut balance = 0_i128;
    let asset = account.asset();
    let read = facts(source, Until::End, |record, fact| {
        for transfer in fact.event.transfers() {
            let amount = i128::try_from(transfer.amount().units()).unwrap_or(i128::MAX);
            let (amount, counter) = if transfer.credit() == account {
                (amount, transfer.debit())
            } else if transfer.debit() == account {
                (-amount, transfer.credit())
            } else {
                continue;
            };
            balance = balance.saturating_add(amount);
            let (amount, after) = (render::units(asset, amount), render::units(asset, balance));
            let (position, at, kind) = (record.position, record.recorded_at, &record.kind);
            line(&match format {
                Format::Table => {
                    format!("{position:>8}  {at}  {kind:<24} {amount:>20} {after:>20}  {counter}")
                }
                Format::Csv => format!("{position},{at},{kind},{counter},{amount},{after}"),
                Format::Json | Format::Jsonl => Value::to_string(&json!({
                    "position": position,
                    "recorded_at": at.to_string(),
                    "type": kind,
                    "counter_account": counter.to_string(),
                    "amount": amount,
                    "balance_after": after,
                })),
            });
        }
    });
    read.await?;
    Ok(Verdict::Clean)
}
