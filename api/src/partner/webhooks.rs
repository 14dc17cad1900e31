//! News in the dialect's words (`partner.md` §4): names, bodies byte for byte, signature, schedule.
//! Pure; the courier posts what is made here.

use domain::notice::Notice;
use domain::{Amount, Catalogue, TelegramId, Timestamp};
use serde_json::Value;

use super::dto::{usdt, withdrawal_id};
use crate::js::{quoted, stringify};
use crate::number::js_number;
use crate::webhooks::{Hook, News, Try, signature};

/// Waits after the first, second, … failed try; the try after the last wait is the last.
/// Units: seconds.
pub(crate) const SCHEDULE_SECONDS: [i64; 4] = [60, 300, 1_800, 7_200];

/// The hook for news that are this dialect's. Compact JSON in the member order of the seed, and a
/// fixed point of JavaScript's `JSON.stringify(JSON.parse(·))`, because receivers hash exactly that.
pub(crate) fn hook(news: News<'_>) -> Option<Hook> {
    match news.notice {
        Notice::LinkPaid { payer, .. } => {
            // The payment is known to its payer by the name in the URL. Who paid on a network has no
            // Telegram id, and the amount is the link's whatever came.
            let link = news.link?;
            let (id, amount) = (quoted(&link.token), number(news.catalogue, link.amount));
            let metadata = metadata(link.metadata.as_deref());
            let payer = payer.map_or_else(|| "null".to_owned(), |id| format!(r#""{id}""#));
            let data = format!(
                r#""payment_id":{id},"amount":{amount},"payer":{{"telegram_id":{payer}}}{metadata}"#
            );
            Some(made("payment.completed", link.token.clone(), &data, news.at))
        }
        Notice::PayoutCompleted { payout_id, recipient, amount, memo, .. } => {
            let recipient = (*recipient)?;
            let (id, amount) = (withdrawal_id(*payout_id), number(news.catalogue, *amount));
            let memo = memo.as_deref().map_or_else(|| "null".to_owned(), quoted);
            let data = format!(
                r#""withdrawal_id":"{id}","telegram_id":"{recipient}","amount":{amount},"memo":{memo}"#
            );
            Some(made("withdraw.completed", id, &data, news.at))
        }
        Notice::PaymentReceived { .. }
        | Notice::ConversionCompleted { .. }
        | Notice::ConversionFailed { .. } => None,
    }
}

/// What the recipient of a withdrawal is told (`partner.md` §1.3).
pub(crate) fn message(notice: &Notice, books: &Catalogue) -> Option<(TelegramId, String)> {
    let Notice::PayoutCompleted { recipient, amount, memo, .. } = notice else { return None };
    let amount = usdt(books, *amount).0;
    let memo = memo.as_deref().map(|memo| format!("\n\n{memo}")).unwrap_or_default();
    let text = format!("You have received {amount} USDT. Open this bot to use it.{memo}");
    Some(((*recipient)?, text))
}

/// The hook that `POST /webhook-test` sends; `id` is its delivery's.
pub(crate) fn test(id: &str, at: Timestamp) -> Hook {
    made("test", id.to_owned(), r#""message":"This is a test webhook""#, at)
}

fn made(event: &'static str, object_id: String, data: &str, at: Timestamp) -> Hook {
    let at = at.rfc3339_millis();
    let body = format!(r#"{{"event":"{event}","data":{{{data}}},"created_at":"{at}"}}"#);
    Hook { event, object_id, body: body.into_bytes() }
}

/// An amount of USDT as JavaScript writes it.
fn number(books: &Catalogue, amount: Amount) -> String {
    js_number(usdt(books, amount).0)
}

/// The last member, if the payment was made with any.
fn metadata(kept: Option<&str>) -> String {
    let value = kept.and_then(|text| serde_json::from_str::<Value>(text).ok());
    match value {
        Some(value) if value.as_object().is_some_and(|members| !members.is_empty()) => {
            format!(r#","metadata":{}"#, stringify(&value))
        }
        Some(_) | None => String::new(),
    }
}

/// The headers of one try. The vendor's parser reads the first two parts of the signature, so while
/// two secrets are valid the second one's stands behind them.
pub(crate) fn headers(attempt: &Try<'_>) -> [(&'static str, String); 4] {
    let at = attempt.at.seconds();
    let message = [format!("{at}.").as_bytes(), attempt.body].concat();
    let signatures = attempt.secrets.iter().map(|key| format!(",v1={}", signature(key, &message)));
    [
        ("Content-Type", "application/json".to_owned()),
        ("X-PAYchat-Event", attempt.event.to_owned()),
        ("X-PAYchat-Signature", format!("t={at}{}", signatures.collect::<String>())),
        ("X-PAYchat-Delivery-ID", attempt.id.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::payment_link::Created;
    use domain::{MerchantId, PaymentLinkId, PayoutId, money};
    use uuid::Uuid;
    use vault::Secret;

    fn signed(body: &[u8], secrets: &[&str]) -> String {
        let secrets: Vec<_> = secrets.iter().map(|s| Secret::new((*s).to_owned())).collect();
        let attempt = Try {
            id: "d",
            event: "e",
            body,
            at: Timestamp::from_micros(1_704_628_800_000_000),
            secrets: &secrets,
            standard: false,
        };
        headers(&attempt)[2].1.clone()
    }

    fn link(metadata: Option<&str>) -> Created {
        Created {
            payment_link_id: PaymentLinkId(Uuid::nil()),
            merchant_id: MerchantId(Uuid::nil()),
            dialect: domain::Name::literal("partner"),
            token: "x7k2m9".into(),
            asset: money::USDT_TRC20,
            amount: Amount::new(29_990_000).unwrap(),
            description: None,
            metadata: metadata.map(Into::into),
            callback_url: None,
            success_url: None,
            expires_at: None,
            fee_percent: None,
            charge: None,
            transfers: vec![],
        }
    }

    fn told(notice: &Notice, link: Option<&Created>) -> String {
        let at = "2025-01-07T12:00:00.000999Z".parse().unwrap();
        let catalogue = &Catalogue::default();
        let hook = hook(News { notice, link, payee_id: 1, at, catalogue }).unwrap();
        String::from_utf8(hook.body).unwrap()
    }

    #[test]
    fn bodies_and_signatures_match_the_vectors_of_the_specification() {
        let paid = Notice::LinkPaid {
            merchant_id: MerchantId(Uuid::nil()),
            dialect: domain::Name::literal("partner"),
            payment_link_id: PaymentLinkId(Uuid::nil()),
            payer: TelegramId::new(987_654_321),
            asset: money::USDT_TRC20,
            amount: Amount::new(29_990_000).unwrap(),
            fee: Amount::ZERO,
        };
        let body = told(&paid, Some(&link(None)));
        assert_eq!(
            body,
            r#"{"event":"payment.completed","data":{"payment_id":"x7k2m9","amount":29.99,"payer":{"telegram_id":"987654321"}},"created_at":"2025-01-07T12:00:00.000Z"}"#
        );
        assert_eq!(
            signed(body.as_bytes(), &["sk_your_secret_key"]),
            "t=1704628800,v1=74bbfe2a782ad0e7f4affa3b2750e67525a5f41cc631dad2e847f6ae0c2a0cb2"
        );
        let body = told(&paid, Some(&link(Some(r#"{"b":1.50,"10":2,"9":1e2}"#))));
        assert!(
            body.contains(
                r#""payer":{"telegram_id":"987654321"},"metadata":{"9":100,"10":2,"b":1.5}},"#
            ),
            "{body}"
        );
        assert!(!told(&paid, Some(&link(Some("{}")))).contains("metadata"));
        let body = r#"{"event":"withdraw.completed","data":{"withdrawal_id":"wd_xyz789","telegram_id":"123456789","amount":10,"memo":"Referral bonus"},"created_at":"2025-01-07T12:00:00.000Z"}"#;
        assert_eq!(
            signed(body.as_bytes(), &["sk_your_secret_key"]),
            "t=1704628800,v1=dc9005bf8779c30c98897badc8f8b342cd748bb306ca94f89a59c301a1b4b6ea"
        );
        assert_eq!(signed(b"{}", &["a", "b"]).matches(",v1=").count(), 2);
    }

    #[test]
    fn a_withdrawal_is_told_with_the_smallest_amount_in_javascripts_form() {
        let sent = Notice::PayoutCompleted {
            merchant_id: MerchantId(Uuid::nil()),
            dialect: domain::Name::literal("partner"),
            payout_id: PayoutId(Uuid::nil()),
            recipient: TelegramId::new(123_456_789),
            asset: money::USDT_TRC20,
            amount: Amount::new(1).unwrap(),
            memo: None,
        };
        assert_eq!(
            told(&sent, None),
            r#"{"event":"withdraw.completed","data":{"withdrawal_id":"wd_00000000000000000000000000000000","telegram_id":"123456789","amount":0.000001,"memo":null},"created_at":"2025-01-07T12:00:00.000Z"}"#
        );
    }
}
