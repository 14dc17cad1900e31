//! The wire shapes of `partner.md` §1: member order as there, in snake case, amounts as JSON numbers of
//! USDT, times with milliseconds.

mod account;

use domain::payment_link::Created;
use domain::payout::Completed;
use domain::{Amount, Catalogue, PaymentLinkId, PayoutId, Timestamp, money};
use poem_openapi::Object;
use projections::{holdings, payment_links, transactions};

use crate::json::{AnyNumber, AnyObject, AnyText, Text};
use crate::number::Number;

pub(crate) use account::*;

/// The dialect's only currency.
const CURRENCY: &str = "USDT";

/// A payment link to be made.
#[derive(Debug, Object)]
pub(crate) struct CreatePaymentRequest {
    /// USDT; at least 0.000001, rounded half-up to six decimals.
    pub(crate) amount: AnyNumber,
    /// What it is for; at most 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) description: Option<Text>,
    /// Your own data, returned in webhooks; at most 16 kB and 10 levels.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) metadata: Option<AnyObject>,
    /// Makes a repetition harmless; 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) idempotency_key: Option<Text>,
    /// An addition: where the customer goes from the payment page; an absolute http or https URL.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) success_url: Option<Text>,
}

/// Money to be sent.
#[derive(Debug, Object)]
pub(crate) struct CreateWithdrawalRequest {
    /// The recipient's Telegram id: digits.
    pub(crate) telegram_id: AnyText,
    /// USDT; at least 0.000001, rounded half-up to six decimals.
    pub(crate) amount: AnyNumber,
    /// Shown to the recipient; at most 200 characters.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) memo: Option<Text>,
    /// Makes a repetition harmless; 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) idempotency_key: Option<Text>,
}

/// Where webhooks go from now on.
#[derive(Debug, Object)]
pub(crate) struct SetWebhookRequest {
    /// An absolute https:// URL; null sends none.
    pub(crate) webhook_url: AnyText,
    /// Send the headers of Standard Webhooks too? An addition; false by default.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) standard_webhooks: Option<bool>,
}

/// Somebody who wants to be a partner.
#[derive(Debug, Object)]
pub(crate) struct RegisterRequest {
    /// The partner's Telegram id: digits.
    pub(crate) telegram_id: AnyText,
    /// `founding_member`, the only one.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) plan: Option<Text>,
    /// Shown to people; 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) name: Option<Text>,
    /// An absolute https:// URL.
    #[oai(skip_serializing_if_is_none)]
    pub(crate) webhook_url: Option<AnyText>,
}

/// A payment link as it was made.
#[derive(Debug, Object)]
pub(crate) struct NewPayment {
    /// Shape: pay_ and letters and digits.
    pub(crate) id: String,
    /// The name in the URL.
    pub(crate) link_id: String,
    pub(crate) amount: Number,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    pub(crate) status: String,
    /// Where the customer pays.
    pub(crate) payment_url: String,
    /// From then on it cannot be paid.
    pub(crate) expires_at: String,
    /// As it was given.
    pub(crate) metadata: AnyObject,
    pub(crate) created_at: String,
}

/// The id a payment link is shown with.
pub(crate) fn payment_id(id: PaymentLinkId) -> String {
    format!("pay_{}", id.0.simple())
}

/// The id a withdrawal is shown with.
pub(crate) fn withdrawal_id(id: PayoutId) -> String {
    format!("wd_{}", id.0.simple())
}

impl NewPayment {
    pub(crate) fn new(event: &Created, at: Timestamp, link_url: &str, books: &Catalogue) -> Self {
        let metadata = event.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let metadata =
            metadata.unwrap_or_else(|| serde_json::Value::Object(serde_json::Map::new()));
        Self {
            id: payment_id(event.payment_link_id),
            link_id: event.token.clone(),
            amount: usdt(books, event.amount),
            currency: CURRENCY.to_owned(),
            description: event.description.clone(),
            status: "pending".to_owned(),
            payment_url: format!("{link_url}{}", event.token),
            expires_at: event.expires_at.map(Timestamp::rfc3339_millis).unwrap_or_default(),
            metadata: metadata.into(),
            created_at: at.rfc3339_millis(),
        }
    }
}

/// A payment link's answer.
#[derive(Debug, Object)]
pub(crate) struct CreatePaymentAnswer {
    pub(crate) success: bool,
    pub(crate) payment: NewPayment,
}

/// Who paid.
#[derive(Debug, Object)]
pub(crate) struct Payer {
    pub(crate) telegram_id: String,
}

/// A payment as it is.
#[derive(Debug, Object)]
pub(crate) struct Payment {
    /// The id that was asked for.
    pub(crate) id: String,
    pub(crate) amount: Number,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    /// pending or completed; a link that has expired stays pending.
    pub(crate) status: String,
    /// null until it is paid, and for money that came by a network.
    pub(crate) payer: Option<Payer>,
    /// null until it is paid.
    pub(crate) paid_at: Option<String>,
    pub(crate) created_at: String,
    /// An addition: from then on it cannot be paid.
    pub(crate) expires_at: String,
}

impl Payment {
    pub(crate) fn new(row: payment_links::Row, id: String, books: &Catalogue) -> Self {
        let payer = row.payment.as_ref().and_then(|payment| payment.payer);
        Self {
            id,
            amount: usdt(books, row.amount),
            currency: CURRENCY.to_owned(),
            description: row.description,
            status: shown(&row.status).to_owned(),
            payer: payer.map(|id| Payer { telegram_id: id.to_string() }),
            paid_at: row.payment.map(|payment| payment.at.rfc3339_millis()),
            created_at: row.created_at.rfc3339_millis(),
            expires_at: row.expires_at.map(Timestamp::rfc3339_millis).unwrap_or_default(),
        }
    }
}

/// The dialect knows no expired status.
fn shown(status: &str) -> &str {
    if status == "completed" { "completed" } else { "pending" }
}

/// A payment's answer.
#[derive(Debug, Object)]
pub(crate) struct PaymentAnswer {
    pub(crate) success: bool,
    pub(crate) payment: Payment,
}

/// A withdrawal that was made.
#[derive(Debug, Object)]
pub(crate) struct Withdrawal {
    /// Shape: wd_ and letters and digits.
    pub(crate) id: String,
    pub(crate) telegram_id: String,
    pub(crate) amount: Number,
    /// Always completed.
    pub(crate) status: String,
    pub(crate) created_at: String,
}

impl Withdrawal {
    pub(crate) fn new(event: &Completed, at: Timestamp, books: &Catalogue) -> Self {
        Self {
            id: withdrawal_id(event.payout_id),
            telegram_id: event.recipient.map(|id| id.to_string()).unwrap_or_default(),
            amount: usdt(books, event.amount),
            status: "completed".to_owned(),
            created_at: at.rfc3339_millis(),
        }
    }
}

/// A withdrawal's answer.
#[derive(Debug, Object)]
pub(crate) struct WithdrawalAnswer {
    pub(crate) success: bool,
    pub(crate) withdrawal: Withdrawal,
}

/// What there is.
#[derive(Debug, Object)]
pub(crate) struct Balance {
    /// What can be withdrawn or sent.
    pub(crate) available: Number,
    pub(crate) currency: String,
    /// The own balance and those of referred users.
    pub(crate) total_holdings: Number,
    /// The balances of referred users.
    pub(crate) referral_holdings: Number,
}

impl Balance {
    pub(crate) fn new(row: holdings::Row, books: &Catalogue) -> Self {
        Self {
            available: usdt(books, row.available),
            currency: CURRENCY.to_owned(),
            total_holdings: usdt(books, row.total_holdings),
            referral_holdings: usdt(books, row.referral_holdings),
        }
    }
}

/// The balance's answer.
#[derive(Debug, Object)]
pub(crate) struct BalanceAnswer {
    pub(crate) success: bool,
    pub(crate) balance: Balance,
}

/// Where to send USDT.
#[derive(Debug, Object)]
pub(crate) struct Deposit {
    /// On TRON; the same for all partners.
    pub(crate) address: String,
    pub(crate) network: String,
    pub(crate) currency: String,
    /// Tells whose it is.
    pub(crate) memo: String,
    pub(crate) note: String,
}

impl Deposit {
    pub(crate) fn new(address: String, memo: String) -> Self {
        Self {
            address,
            network: "TRON (TRC20)".to_owned(),
            currency: CURRENCY.to_owned(),
            memo,
            note: "Include the memo when sending to identify your deposit".to_owned(),
        }
    }
}

/// The deposit address's answer.
#[derive(Debug, Object)]
pub(crate) struct DepositAnswer {
    pub(crate) success: bool,
    pub(crate) deposit: Deposit,
}

/// A payment link or a withdrawal.
#[derive(Debug, Object)]
pub(crate) struct Transaction {
    pub(crate) id: u64,
    /// payment or withdraw.
    #[oai(rename = "type")]
    pub(crate) kind: String,
    /// Who paid, or who was paid; null while nobody has.
    pub(crate) telegram_id: Option<String>,
    pub(crate) amount: Number,
    /// pending or completed.
    pub(crate) status: String,
    pub(crate) created_at: String,
}

impl Transaction {
    pub(crate) fn new(row: transactions::Row, books: &Catalogue) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            telegram_id: row.telegram_id.map(|id| id.to_string()),
            amount: usdt(books, row.amount),
            status: shown(&row.status).to_owned(),
            created_at: row.created_at.rfc3339_millis(),
        }
    }
}

/// Where in a list this page is.
#[derive(Debug, Clone, Copy, Object)]
pub(crate) struct Pagination {
    /// How many there are of the filter.
    pub(crate) total: u64,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
}

/// A page of transactions, newest first.
#[derive(Debug, Object)]
pub(crate) struct TransactionsAnswer {
    pub(crate) success: bool,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) pagination: Pagination,
}

/// An amount in USDT.
pub(crate) fn usdt(books: &Catalogue, amount: Amount) -> Number {
    let decimal = books.get(money::USDT_TRC20).and_then(|asset| asset.decimal(amount));
    Number(decimal.unwrap_or_default())
}
