-- Payouts that were made.
INSERT INTO read.payouts
       (payout_id, merchant_id, position, dialect, recipient, recipient_merchant_id, asset, amount,
        memo, fee, created_at)
SELECT id, merchant_id, position, dialect, recipient, payee, asset, amount::numeric, memo,
       fee::numeric, at
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::uuid[],
              $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[])
    AS new (id, merchant_id, position, dialect, recipient, payee, asset, amount, memo, fee, at)
