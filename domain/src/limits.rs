//! Every bound of the domain, in one place.

/// May this text be kept? It has at most so many characters, and no zero character: databases and
/// programs that read the tables cannot hold one.
pub fn fits(text: &str, chars_max: usize) -> bool {
    text.chars().count() <= chars_max && !text.contains('\0')
}

/// Longest name of a merchant (stars `appName`), in characters.
pub const MERCHANT_NAME_CHARS_MAX: usize = 255;
/// Longest free text kept with a merchant, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// Longest URL, in characters (`partner.md` §1.7, `wallet.md` §1).
pub const URL_CHARS_MAX: usize = 2_048;
/// Longest reference given by a payment rail (charge ids, invoice payloads), in characters.
pub const REFERENCE_CHARS_MAX: usize = 255;
/// Most Stars in one payment. Telegram's own limit is far lower.
pub const STARS_PER_PAYMENT_MAX: u64 = 1_000_000_000;
/// Fewest Stars in one conversion (`stars.md` §0.3 `MINIMUM_AMOUNT_NOT_MET`).
pub const STARS_PER_CONVERSION_MIN: u64 = 1_000;
/// Most Stars in one conversion, so that rates times amounts stay exact.
pub const STARS_PER_CONVERSION_MAX: u64 = 1_000_000_000_000;
/// Most payments in one conversion (`stars.md` §1.10).
pub const PAYMENTS_PER_CONVERSION_MAX: usize = 1_000;
/// A rate lock lasts at least so long (`stars.md` §1.9).
pub const LOCK_SECONDS_MIN: i64 = 60;
/// A rate lock lasts at most so long (`stars.md` §1.9).
pub const LOCK_SECONDS_MAX: i64 = 600;
/// Longest reason of a correction or failure, in characters.
pub const REASON_CHARS_MAX: usize = 500;
/// Longest token of a payment link: Telegram's start parameter takes no more, in characters.
pub const LINK_TOKEN_CHARS_MAX: usize = 64;
/// Longest description of a payment link, in characters (`partner.md` §1.1).
pub const LINK_DESCRIPTION_CHARS_MAX: usize = 500;
/// Largest metadata of a payment link, as JSON, in bytes (`partner.md` §1.1).
pub const LINK_METADATA_BYTES_MAX: usize = 16 * 1024;
/// A payment link lasts at least so long. Units: seconds.
pub const LINK_SECONDS_MIN: i64 = 60;
/// A payment link lasts at most so long. Units: seconds.
pub const LINK_SECONDS_MAX: i64 = 366 * 24 * 60 * 60;
/// Longest message to the recipient of a payout, in characters (`partner.md` §1.3).
pub const MEMO_CHARS_MAX: usize = 200;
