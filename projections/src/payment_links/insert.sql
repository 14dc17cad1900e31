-- New payment links.
INSERT INTO read.payment_links
       (payment_link_id, merchant_id, position, dialect, token, asset, amount, description,
        metadata, callback_url, success_url, fee_percent, fee, expires_at, created_at)
SELECT id, merchant_id, position, dialect, token, asset, amount::numeric, description,
       metadata::json, callback_url, success_url, fee_percent::numeric, fee::numeric, expires_at,
       at
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
              $13::text[], $14::timestamptz[], $15::timestamptz[])
    AS new (id, merchant_id, position, dialect, token, asset, amount, description, metadata,
            callback_url, success_url, fee_percent, fee, expires_at, at)
