//! What can be asked of a merchant, and every way to be told no.

use super::{CredentialKind, Issued};
use crate::{Amount, MerchantId, SecretId, TelegramId, fees::Percent, limits};

/// Requests.
#[derive(Debug, Clone)]
pub enum Command {
    /// A new merchant.
    Register(Box<Register>),
    /// Replace the credential of this kind.
    Rotate {
        /// Whose.
        merchant_id: MerchantId,
        /// The new one.
        credential: Issued,
        /// Do webhooks go on being signed as before?
        keeps_secret: bool,
    },
    /// Send webhooks there from now on.
    SetWebhook {
        /// Whose.
        merchant_id: MerchantId,
        /// Where to; `None` sends none.
        url: Option<String>,
        /// With the headers of Standard Webhooks too?
        standard: bool,
    },
    /// Mark deposits with this, unless there is a memo already.
    AssignDepositMemo {
        /// Whose.
        merchant_id: MerchantId,
        /// Unique.
        memo: String,
    },
    /// Sign webhooks with a new secret; the one before stays valid for a day.
    RotateSecret {
        /// Whose.
        merchant_id: MerchantId,
        /// For which dialect.
        kind: CredentialKind,
        /// The new one, in the vault.
        secret_id: SecretId,
    },
    /// Switch off.
    Deactivate {
        /// Who.
        merchant_id: MerchantId,
    },
    /// Switch on.
    Activate {
        /// Who.
        merchant_id: MerchantId,
    },
}

/// A new merchant.
#[derive(Debug, Clone)]
pub struct Register {
    /// Its id.
    pub merchant_id: MerchantId,
    /// Its public account number.
    pub uid: String,
    /// For people; not blank.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Telegram's or a dialect's user name.
    pub username: Option<String>,
    /// The Telegram user it is.
    pub telegram_id: Option<TelegramId>,
    /// Where webhooks go.
    pub webhook_url: Option<String>,
    /// The wallet fee and the merchant dialect's transaction fee.
    pub fee_percent: Percent,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Its first credentials.
    pub credentials: Vec<Issued>,
    /// What it buys by registering.
    pub plan: Option<Plan>,
}

/// A plan of the partner API (`partner.md` §1.10).
#[derive(Debug, Clone)]
pub struct Plan {
    /// Shape: `founding_member`.
    pub id: String,
    /// Paid once. Units: base units of `USDT-TRC20`.
    pub price: Amount,
}

impl Register {
    /// Can its texts be kept? Checked with every registration; callers that spend something on one
    /// may ask beforehand.
    pub fn check(&self) -> Result<(), Refusal> {
        let longer = |text: &Option<String>, most: usize| {
            text.as_ref().is_some_and(|text| !limits::fits(text, most))
        };
        if self.name.trim().is_empty() || !limits::fits(&self.name, limits::MERCHANT_NAME_CHARS_MAX)
        {
            return Err(Refusal::BadName);
        }
        if longer(&self.description, limits::DESCRIPTION_CHARS_MAX) {
            return Err(Refusal::TooLong("description"));
        }
        if longer(&self.username, limits::MERCHANT_NAME_CHARS_MAX) {
            return Err(Refusal::TooLong("username"));
        }
        if longer(&self.webhook_url, limits::URL_CHARS_MAX) {
            return Err(Refusal::TooLong("webhook_url"));
        }
        // Who is sent money by a uid is found without the blanks around it.
        let bare = !self.uid.is_empty() && self.uid.trim() == self.uid;
        if !bare || !limits::fits(&self.uid, limits::REFERENCE_CHARS_MAX) {
            return Err(Refusal::BadUid);
        }
        Ok(())
    }
}

/// Refusals, in the order they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Blank or over the limit.
    #[error("the name must have 1 to 255 characters")]
    BadName,
    /// Over its limit.
    #[error("{0} is too long or has a zero character")]
    TooLong(&'static str),
    /// Empty, over the limit, or with blanks around it.
    #[error("the uid must have 1 to 255 characters, without blanks around them")]
    BadUid,
    /// This id is in use.
    #[error("the merchant exists already")]
    Exists,
    /// This account number is in use.
    #[error("the uid {0} belongs to another merchant")]
    UidTaken(String),
    /// This person is a merchant already.
    #[error("the telegram id {0} belongs to another merchant")]
    TelegramIdTaken(TelegramId),
    /// No such merchant.
    #[error("the merchant does not exist")]
    Unknown,
    /// It is switched off.
    #[error("the merchant is deactivated")]
    Inactive,
    /// This memo marks another merchant's deposits.
    #[error("the memo belongs to another merchant")]
    MemoTaken,
    /// It has no credential of this kind.
    #[error("the merchant has no {} credential", .0.as_str())]
    NoCredential(CredentialKind),
    /// A rotation to the very credential that is valid.
    #[error("this {} credential is the valid one already", .0.as_str())]
    SameCredential(CredentialKind),
}

impl Refusal {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadName => "bad_name",
            Self::TooLong(_) => "too_long",
            Self::BadUid => "bad_uid",
            Self::Exists => "already_exists",
            Self::UidTaken(_) => "uid_taken",
            Self::TelegramIdTaken(_) => "telegram_id_taken",
            Self::Unknown => "not_found",
            Self::Inactive => "inactive",
            Self::MemoTaken => "memo_taken",
            Self::NoCredential(_) => "no_credential",
            Self::SameCredential(_) => "same_credential",
        }
    }
}
