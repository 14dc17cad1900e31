//! What the webhooks of all dialects share: which dialect tells what, the digests, and the headers of
//! Standard Webhooks that any of them may bear beside its own. Pure; the courier posts what is made.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::merchant::CredentialKind;
use domain::notice::Notice;
use domain::payment_link::Created;
use domain::{Catalogue, TelegramId, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault::Secret;

use crate::{partner, stars, wallet};

/// A webhook's name, object and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Shape: `payment.received`.
    pub event: &'static str,
    /// What it is about: hooks about one object keep their order.
    pub object_id: String,
    /// The exact bytes that are signed and sent.
    pub body: Vec<u8>,
}

/// A dialect that has webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "one per dialect, named after it")]
pub enum Dialect {
    Stars,
    Partner,
    Wallet,
}

/// A fact that somebody may want to be told.
#[derive(Debug, Clone, Copy)]
pub struct News<'a> {
    /// The fact, without any dialect's words.
    pub notice: &'a Notice,
    /// The payment link it is about, as it was created.
    pub link: Option<&'a Created>,
    /// The merchant's number where a dialect wants one: its Telegram id, or its serial number.
    pub payee_id: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What there are books in.
    pub catalogue: &'a Catalogue,
}

/// One try at a delivery.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    /// The delivery's id: the same at every try.
    pub id: &'a str,
    /// Shape: `payment.received`.
    pub event: &'a str,
    /// The frozen bytes.
    pub body: &'a [u8],
    /// When.
    pub at: Timestamp,
    /// Every secret that is valid, the newest first; never empty. While there are two, tries take
    /// turns in which goes first, so that a receiver that knows only one of them accepts at the
    /// second try at the latest.
    pub secrets: &'a [Secret],
    /// Does the merchant want the headers of Standard Webhooks too?
    pub standard: bool,
}

impl Dialect {
    const ALL: [Self; 3] = [Self::Stars, Self::Partner, Self::Wallet];

    /// The dialect of this name, if it has webhooks.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// As it stands in events and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stars => stars::NAME,
            Self::Partner => partner::NAME,
            Self::Wallet => wallet::NAME,
        }
    }

    /// Whose secret signs.
    pub const fn credential(self) -> CredentialKind {
        match self {
            Self::Stars => CredentialKind::Stars,
            Self::Partner => CredentialKind::Partner,
            Self::Wallet => CredentialKind::Wallet,
        }
    }

    /// The dialect of a notice, if there is one with webhooks.
    pub fn of(notice: &Notice) -> Option<Self> {
        match notice {
            Notice::PaymentReceived { .. }
            | Notice::ConversionCompleted { .. }
            | Notice::ConversionFailed { .. } => Some(Self::Stars),
            Notice::LinkPaid { dialect, .. } | Notice::PayoutCompleted { dialect, .. } => {
                Self::named(dialect.as_str())
            }
        }
    }

    /// Where news of this dialect go: a link's own address, if it has links with addresses, or the
    /// merchant's.
    pub fn url(self, link: Option<&Created>, merchants: Option<String>) -> Option<String> {
        match self {
            Self::Stars | Self::Partner => merchants,
            Self::Wallet => link?.callback_url.clone(),
        }
    }

    /// The hook for some news; `None` if the dialect does not tell them.
    pub fn hook(self, news: News<'_>) -> Option<Hook> {
        match self {
            Self::Stars => stars::webhooks::hook(news.notice, news.at, news.catalogue),
            Self::Partner => partner::webhooks::hook(news),
            Self::Wallet => wallet::webhooks::hook(news),
        }
    }

    /// What a person who is no merchant is told by the bot, if the dialect promises a message.
    pub fn message(self, notice: &Notice, catalogue: &Catalogue) -> Option<(TelegramId, String)> {
        match self {
            Self::Stars | Self::Wallet => None,
            Self::Partner => partner::webhooks::message(notice, catalogue),
        }
    }

    /// Waits after the first, second, … failed try; the try after the last wait is the last.
    /// Units: seconds.
    pub const fn schedule(self) -> &'static [i64] {
        match self {
            Self::Stars => &stars::webhooks::SCHEDULE_SECONDS,
            Self::Partner => &partner::webhooks::SCHEDULE_SECONDS,
            Self::Wallet => &wallet::webhooks::SCHEDULE_SECONDS,
        }
    }

    /// The headers of one try.
    pub fn headers(self, attempt: Try<'_>) -> Vec<(String, String)> {
        let own: Vec<(&str, String)> = match self {
            Self::Stars => stars::webhooks::headers(&attempt).into(),
            Self::Partner => partner::webhooks::headers(&attempt).into(),
            Self::Wallet => wallet::webhooks::headers().into(),
        };
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        own.chain(attempt.standard.then(|| standard(&attempt)).into_iter().flatten()).collect()
    }

    /// Are its webhooks signed even for merchants who have not asked for it?
    pub const fn signs(self) -> bool {
        match self {
            Self::Stars | Self::Partner => true,
            Self::Wallet => false,
        }
    }
}

/// HMAC-SHA256 with the secret's text as key.
fn digest(secret: &Secret, message: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
        return [0; 32]; // HMAC takes keys of any length.
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Lower-case hex of HMAC-SHA256 with the secret's text as key.
pub(crate) fn signature(secret: &Secret, message: &[u8]) -> String {
    journal::Hash(digest(secret, message)).to_string()
}

/// The headers of the Standard Webhooks specification, version 1. Its `whsec_` secret is the base64
/// of our secret's text.
fn standard(attempt: &Try<'_>) -> [(String, String); 3] {
    let (id, at) = (attempt.id, attempt.at.seconds());
    let message = [format!("{id}.{at}.").as_bytes(), attempt.body].concat();
    let one = |secret| format!("v1,{}", BASE64_STANDARD.encode(digest(secret, &message)));
    let signatures: Vec<_> = attempt.secrets.iter().map(one).collect();
    [
        ("webhook-id".to_owned(), id.to_owned()),
        ("webhook-timestamp".to_owned(), at.to_string()),
        ("webhook-signature".to_owned(), signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_headers_carry_every_valid_secret() {
        let secrets = ["sk_new", "sk_old"].map(|text| Secret::new(text.into()));
        let attempt = Try {
            id: "7c1f",
            event: "test",
            body: b"{}",
            at: Timestamp::from_micros(1_704_628_800_000_000),
            secrets: &secrets,
            standard: true,
        };
        let headers = Dialect::Partner.headers(attempt);
        let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(find("webhook-id"), Some("7c1f"));
        assert_eq!(find("webhook-timestamp"), Some("1704628800"));
        // Node.js: crypto.createHmac('sha256', 'sk_new').update('7c1f.1704628800.{}').digest('base64')
        let both = "v1,tOHiPYhldVGdx3eSdEQ5AeSjjUdss/7mIMCOmvoGkLs= v1,hU66yLOx94PsVZrSvQTY0PRmpnsU3WzCl8tSwpeMSHE=";
        assert_eq!(find("webhook-signature"), Some(both));
        let plain = Dialect::Partner.headers(Try { standard: false, ..attempt });
        assert!(plain.iter().all(|(name, _)| !name.starts_with("webhook-")));
    }
}
