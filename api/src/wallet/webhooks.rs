//! News in the dialect's words (`wallet.md` §5): one body, two headers, the partner's schedule. Pure;
//! the courier posts what is made here.

use domain::notice::Notice;

use super::read::{code, fixed, network};
use crate::webhooks::{Hook, News};

/// Waits after the first, second, … failed try; the try after the last wait is the last.
/// Units: seconds.
pub(crate) const SCHEDULE_SECONDS: [i64; 4] = [60, 300, 1_800, 7_200];

/// The hook for a link that was paid; the dialect tells nothing else.
pub(crate) fn hook(news: News<'_>) -> Option<Hook> {
    match news.notice {
        Notice::LinkPaid { payer, asset, amount, fee, .. } => {
            let link = news.link?;
            let books = news.catalogue;
            let money = |amount| fixed(books, *asset, amount);
            let net = amount.minus(*fee).unwrap_or_default();
            let known = books.get(*asset)?;
            let payer = payer.map_or_else(|| "null".to_owned(), |id| id.to_string());
            let body = format!(
                concat!(
                    r#"{{"status":"success","token":"{}","amount_usd":"{}","amount_crypto":"{}","#,
                    r#""fee_crypto":"{}","net_crypto":"{}","currency":"{}","network":"{}","#,
                    r#""payer_id":{},"payee_id":{}}}"#
                ),
                link.token,
                fixed(books, link.asset, link.amount),
                money(*amount),
                money(*fee),
                money(net),
                code(known.id.as_str()),
                network(known),
                payer,
                news.payee_id,
            );
            let (event, object_id) = ("payment.success", link.token.clone());
            Some(Hook { event, object_id, body: body.into_bytes() })
        }
        Notice::PaymentReceived { .. }
        | Notice::ConversionCompleted { .. }
        | Notice::ConversionFailed { .. }
        | Notice::PayoutCompleted { .. } => None,
    }
}

/// The headers of every try: nothing that identifies or signs.
pub(crate) fn headers() -> [(&'static str, String); 2] {
    [
        ("User-Agent", "MyWallet-Webhook/1.0".to_owned()),
        ("Content-Type", "application/json".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::payment_link::Created;
    use domain::{
        Amount, Catalogue, MerchantId, Name, PaymentLinkId, TelegramId, Timestamp, money,
    };
    use uuid::Uuid;

    #[test]
    fn the_body_is_the_seeds_byte_for_byte() {
        let link = Created {
            payment_link_id: PaymentLinkId(Uuid::nil()),
            merchant_id: MerchantId(Uuid::nil()),
            dialect: Name::literal("wallet"),
            token: "12345678-1234-1234-1234-123456789abc".into(),
            asset: money::USD,
            amount: Amount::new(25_500_000).unwrap(),
            description: None,
            metadata: None,
            callback_url: None,
            success_url: None,
            expires_at: None,
            fee_percent: Some("1".into()),
            charge: None,
            transfers: vec![],
        };
        let notice = Notice::LinkPaid {
            merchant_id: link.merchant_id,
            dialect: link.dialect,
            payment_link_id: link.payment_link_id,
            payer: TelegramId::new(123_456_789),
            asset: money::USDT_TRC20,
            amount: Amount::new(25_500_000).unwrap(),
            fee: Amount::new(250_000).unwrap(),
        };
        let news = News {
            notice: &notice,
            link: Some(&link),
            payee_id: 987_654_321,
            at: Timestamp::default(),
            catalogue: &Catalogue::default(),
        };
        assert_eq!(
            String::from_utf8(hook(news).unwrap().body).unwrap(),
            r#"{"status":"success","token":"12345678-1234-1234-1234-123456789abc","amount_usd":"25.50","amount_crypto":"25.50","fee_crypto":"0.25","net_crypto":"25.25","currency":"USDT","network":"TRC20","payer_id":123456789,"payee_id":987654321}"#
        );
    }
}
