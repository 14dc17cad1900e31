-- A payment link, as it is shown.
SELECT payment_link_id, merchant_id, position, dialect, token, asset, amount::text, description,
       callback_url, success_url, status, received::text, payer, paid_asset, paid_amount::text, paid_fee::text,
       rate::text, rate_source, rate_at, paid_position, fee_percent::text, fee::text, expires_at,
       created_at, paid_at
  FROM read.payment_links
