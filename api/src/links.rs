//! Payment links by whatever name somebody has for them: the payer's URL, its token, the id the
//! merchant was given, or our own.

use domain::payment_link::Named;
use domain::{PaymentLinkId, limits};
use projections::payment_links::{self, Row};
use uuid::Uuid;

use crate::{Gateway, partner};

/// Why a link could not be looked up.
pub(crate) enum Unread {
    /// The read models are behind.
    Behind(projections::Behind),
    /// The database failed.
    Failed(projections::Error),
}

/// What names the link in whatever the payer was given: the end of a URL's path or of its query.
pub(crate) fn named(link: &str) -> Option<&str> {
    link.trim().rsplit(['/', '=']).next().filter(|name| !name.is_empty())
}

/// Which link an id may name. A token may be a uuid, and begin with `pay_` in a URL.
pub(crate) fn names(text: &str) -> Vec<Named> {
    let bare = text.strip_prefix("pay_").unwrap_or(text);
    let sound = (1..=limits::LINK_TOKEN_CHARS_MAX).contains(&bare.len())
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !sound {
        return vec![];
    }
    let id = Uuid::parse_str(bare).ok().map(|id| Named::Id(PaymentLinkId(id)));
    [Named::Token(bare.to_owned())].into_iter().chain(id).collect()
}

/// The link of this name.
pub(crate) async fn find(gateway: &Gateway, text: &str) -> Result<Option<Row>, Unread> {
    let pool = gateway.reads().await.map_err(Unread::Behind)?;
    for name in names(text) {
        let found = match &name {
            Named::Id(id) => payment_links::get(pool, *id).await,
            Named::Token(token) => payment_links::by_token(pool, token).await,
        };
        if let Some(row) = found.map_err(Unread::Failed)? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The id a link's dialect shows it with.
pub(crate) fn shown(id: PaymentLinkId, dialect: &str) -> String {
    if dialect == partner::NAME { partner::payment_id(id) } else { id.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_many_names() {
        assert_eq!(named("https://t.me/bot?start=x7k2m9"), Some("x7k2m9"));
        assert_eq!(named("http://here/pay/x7k2m9"), Some("x7k2m9"));
        assert_eq!(named(" x7k2m9 "), Some("x7k2m9"));
        assert_eq!(named("https://t.me/"), None);
        assert!(matches!(names("x7k2m9")[..], [Named::Token(_)]));
        let id = "12345678-1234-1234-1234-123456789abc";
        for text in [id.to_owned(), format!("pay_{id}"), format!("pay_{}", id.replace('-', ""))] {
            assert!(
                matches!(&names(&text)[..], [Named::Token(_), Named::Id(it)] if it.to_string() == id)
            );
        }
        for bad in ["a/b", "", "a b", "é", &"x".repeat(65)] {
            assert!(names(bad).is_empty(), "{bad}");
        }
    }
}
