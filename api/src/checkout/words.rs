//! What the pages say, in the languages they speak. The first that a browser asks for wins.

/// All sentences of the payer's pages in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) lang: &'static str,
    pub(crate) pay_to: &'static str,
    pub(crate) amount_due: &'static str,
    pub(crate) still_due: &'static str,
    pub(crate) received: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) in_telegram: &'static str,
    pub(crate) open_telegram: &'static str,
    pub(crate) address: &'static str,
    pub(crate) memo: &'static str,
    pub(crate) memo_note: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) open_wallet: &'static str,
    pub(crate) expires_in: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) underpaid: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) paid_note: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) expired_note: &'static str,
    pub(crate) more_note: &'static str,
    pub(crate) late_note: &'static str,
    pub(crate) by_network: &'static str,
    pub(crate) part: &'static str,
    pub(crate) more: &'static str,
    pub(crate) late: &'static str,
    pub(crate) twice: &'static str,
    pub(crate) unvalued: &'static str,
    pub(crate) poor: &'static str,
    pub(crate) onward: &'static str,
    pub(crate) receipt: &'static str,
    pub(crate) verify: &'static str,
    pub(crate) event: &'static str,
    pub(crate) sandbox: &'static str,
    pub(crate) sandbox_note: &'static str,
    pub(crate) as_customer: &'static str,
    pub(crate) telegram_id: &'static str,
    pub(crate) asset: &'static str,
    pub(crate) fund_first: &'static str,
    pub(crate) send: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) fee: &'static str,
    pub(crate) net: &'static str,
    pub(crate) payer: &'static str,
    pub(crate) time: &'static str,
    pub(crate) how: &'static str,
    pub(crate) back: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    pay_to: "Pay to",
    amount_due: "Amount due",
    still_due: "Still due",
    received: "Received",
    choose: "Pay with",
    rate: "Rate",
    in_telegram: "In Telegram",
    open_telegram: "Open in Telegram",
    address: "Address",
    memo: "Memo",
    memo_note: "Without the memo your payment cannot be recognised.",
    scan: "Scan to pay",
    open_wallet: "Open in a wallet",
    expires_in: "Expires in",
    waiting: "Waiting for payment",
    underpaid: "Partly paid",
    paid: "Paid",
    paid_note: "Thank you. The payment is complete.",
    expired: "Expired",
    expired_note: "This request can no longer be paid. Ask for a new one.",
    more_note: "More than the price has arrived. Ask the shop about the rest.",
    late_note: "Money arrived for this request. The shop has it: ask there before you pay more.",
    by_network: "Received on the network",
    part: "in part",
    more: "more than asked for",
    late: "too late",
    twice: "paid before",
    unvalued: "without a rate",
    poor: "there is not enough money",
    onward: "Continue to the shop",
    receipt: "Receipt",
    verify: "Verify this payment",
    event: "Event",
    sandbox: "Sandbox",
    sandbox_note: "Play money. Nothing here is real.",
    as_customer: "Pay as customer",
    telegram_id: "Telegram ID",
    asset: "Asset",
    fund_first: "Give the customer the money first",
    send: "Send on the network",
    amount: "Amount",
    refused: "It was refused",
    not_found: "There is no such payment.",
    fee: "Fee",
    net: "Net",
    payer: "Payer",
    time: "Time",
    how: "How to check it",
    back: "Back to the payment",
};

const SPANISH: Words = Words {
    lang: "es",
    pay_to: "Pagar a",
    amount_due: "Importe",
    still_due: "Falta por pagar",
    received: "Recibido",
    choose: "Pagar con",
    rate: "Cambio",
    in_telegram: "En Telegram",
    open_telegram: "Abrir en Telegram",
    address: "Dirección",
    memo: "Memo",
    memo_note: "Sin el memo no se puede reconocer el pago.",
    scan: "Escanear para pagar",
    open_wallet: "Abrir en un monedero",
    expires_in: "Caduca en",
    waiting: "Esperando el pago",
    underpaid: "Pagado en parte",
    paid: "Pagado",
    paid_note: "Gracias. El pago está completo.",
    expired: "Caducado",
    expired_note: "Esta solicitud ya no se puede pagar. Pida una nueva.",
    more_note: "Ha llegado más que el precio. Pregunte a la tienda por el resto.",
    late_note: "Ha llegado dinero para esta solicitud. Lo tiene la tienda: pregunte allí antes de volver a pagar.",
    by_network: "Recibido por la red",
    part: "en parte",
    more: "más de lo pedido",
    late: "demasiado tarde",
    twice: "ya estaba pagado",
    unvalued: "sin cambio",
    poor: "no hay suficiente dinero",
    onward: "Continuar a la tienda",
    receipt: "Recibo",
    verify: "Verificar este pago",
    event: "Evento",
    sandbox: "Pruebas",
    sandbox_note: "Dinero de juego. Aquí nada es real.",
    as_customer: "Pagar como cliente",
    telegram_id: "ID de Telegram",
    asset: "Activo",
    fund_first: "Dar antes el dinero al cliente",
    send: "Enviar por la red",
    amount: "Cantidad",
    refused: "Se ha rechazado",
    not_found: "No existe este pago.",
    fee: "Comisión",
    net: "Neto",
    payer: "Pagador",
    time: "Hora",
    how: "Cómo comprobarlo",
    back: "Volver al pago",
};

impl Words {
    /// What a deposit made of its link, as `read.deposits` has it.
    pub(crate) fn outcome(&self, outcome: &str) -> &'static str {
        match outcome {
            "underpaid" => self.part,
            "overpaid" => self.more,
            "late" => self.late,
            "duplicate" => self.twice,
            "unvalued" => self.unvalued,
            _ => self.paid,
        }
    }
}

/// The language a browser prefers among those there are; English if it says nothing of use. Weights
/// are taken in the order of the header, which is how browsers write it.
pub(crate) fn of(accept_language: Option<&str>) -> &'static Words {
    let asked = accept_language.unwrap_or_default().split(',').take(16);
    for language in asked {
        let language = language.split([';', '-', '_']).next().unwrap_or_default().trim();
        match language.to_ascii_lowercase().as_str() {
            "en" => return &ENGLISH,
            "es" => return &SPANISH,
            _ => {}
        }
    }
    &ENGLISH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_there_is_wins() {
        let lang = |header| of(header).lang;
        assert_eq!(lang(None), "en");
        assert_eq!(lang(Some("es-MX,es;q=0.9,en;q=0.8")), "es");
        assert_eq!(lang(Some("de-DE,de;q=0.9,en;q=0.8,es;q=0.7")), "en");
        assert_eq!(lang(Some("fr")), "en");
        assert_eq!(lang(Some("*")), "en");
    }
}
