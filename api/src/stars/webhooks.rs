//! Notices in the dialect's words (`stars.md` §4): names, bodies byte for byte, signature, schedule.
//! Pure; the courier posts what is made here.

use domain::notice::Notice;
use domain::{Catalogue, Timestamp, money};

use super::dto::units;
use crate::js::quoted;
use crate::number::js_number;
use crate::webhooks::{Hook, Try, signature};

/// Waits after the first, second, … failed try; the try after the last wait is the last.
/// Units: seconds.
pub(crate) const SCHEDULE_SECONDS: [i64; 4] = [30, 60, 300, 900];

/// The hook for a notice that is this dialect's. Compact JSON in the member order of the seed, and a fixed point of
/// JavaScript's `JSON.stringify(JSON.parse(·))`, because receivers hash exactly that.
pub(crate) fn hook(notice: &Notice, at: Timestamp, catalogue: &Catalogue) -> Option<Hook> {
    let at = at.millis();
    let body = |event: &str, data: String| {
        format!(r#"{{"event":"{event}","timestamp":{at},"data":{{{data}}}}}"#).into_bytes()
    };
    Some(match notice {
        Notice::PaymentReceived { payment_id, amount, .. } => {
            let stars = money::whole_stars(*amount);
            let data = format!(r#""paymentId":"{payment_id}","starsAmount":{stars}"#);
            let event = "payment.received";
            Hook { event, object_id: payment_id.to_string(), body: body(event, data) }
        }
        Notice::ConversionCompleted { conversion_id, target, amount, tx_hash, .. } => {
            let amount = js_number(units(catalogue, *target, *amount).0);
            let hash = quoted(tx_hash);
            let data =
                format!(r#""conversionId":"{conversion_id}","tonAmount":{amount},"txHash":{hash}"#);
            let event = "conversion.completed";
            Hook { event, object_id: conversion_id.to_string(), body: body(event, data) }
        }
        Notice::ConversionFailed { conversion_id, reason, .. } => {
            let reason = quoted(reason);
            let data = format!(r#""conversionId":"{conversion_id}","errorMessage":{reason}"#);
            let event = "conversion.failed";
            Hook { event, object_id: conversion_id.to_string(), body: body(event, data) }
        }
        Notice::LinkPaid { .. } | Notice::PayoutCompleted { .. } => return None,
    })
}

/// The headers of one try. There is room for one signature: while two secrets are valid, they take
/// turns.
pub(crate) fn headers(attempt: &Try<'_>) -> [(&'static str, String); 4] {
    let sign = |secret| signature(secret, attempt.body);
    [
        ("Content-Type", "application/json".to_owned()),
        ("X-Webhook-Signature", attempt.secrets.first().map(sign).unwrap_or_default()),
        ("X-Event-Id", attempt.id.to_owned()),
        ("User-Agent", "TelegramPaymentGateway/1.0".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(body: &str) -> String {
        signature(&vault::Secret::new("sk_test_secret".into()), body.as_bytes())
    }

    #[test]
    fn signatures_match_the_vectors_of_the_specification() {
        assert_eq!(
            sign(
                r#"{"event":"payment.received","timestamp":1699564800000,"data":{"paymentId":"payment-uuid","starsAmount":1000}}"#
            ),
            "5bebdad164aa330e621f44effa3af041cce7735af085f049cbb2760bc22a0175"
        );
        assert_eq!(
            sign(
                r#"{"event":"conversion.completed","timestamp":1699564800000,"data":{"conversionId":"conversion-uuid","tonAmount":4.95,"txHash":"ton_hash_456"}}"#
            ),
            "41c869bb71ddeaa02f95288d77e5e2f7ea3edbfd595be74eb9ffb811c6d11344"
        );
    }

    #[test]
    fn bodies_are_the_seeds_byte_for_byte() {
        let at = Timestamp::from_micros(1_699_564_800_000_999);
        let id = uuid::Uuid::nil();
        let merchant_id = domain::MerchantId(id);
        let notice = Notice::ConversionCompleted {
            merchant_id,
            conversion_id: domain::ConversionId(id),
            target: money::TON,
            amount: domain::Amount::new(4_950_000_000).unwrap(),
            tx_hash: "ton_hash_456".into(),
        };
        let made = hook(&notice, at, &Catalogue::default()).unwrap();
        assert_eq!(
            String::from_utf8(made.body).unwrap(),
            format!(
                r#"{{"event":"conversion.completed","timestamp":1699564800000,"data":{{"conversionId":"{id}","tonAmount":4.95,"txHash":"ton_hash_456"}}}}"#
            )
        );
    }
}
