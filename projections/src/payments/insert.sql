-- Payments that arrived.
INSERT INTO read.payments
       (payment_id, merchant_id, position, asset, amount, status, telegram_payment_id,
        provider_payment_id, invoice_payload, payer, created_at, updated_at)
SELECT payment_id, merchant_id, position, asset, amount::numeric, 'received',
       telegram_payment_id, provider_payment_id, invoice_payload, payer, at, at
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::bigint[], $10::timestamptz[])
    AS new (payment_id, merchant_id, position, asset, amount, telegram_payment_id,
            provider_payment_id, invoice_payload, payer, at)
