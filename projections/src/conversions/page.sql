-- A page of one merchant's conversions, newest first.
SELECT conversion_id, merchant_id, position, payment_ids, source_amount::text, target,
       target_amount::text, exchange_rate::text, rate_lock_id, telegram_fee::text,
       fragment_fee::text, status, phase, fragment_tx_id, ton_tx_hash, error_message, created_at,
       updated_at
  FROM read.conversions
 WHERE merchant_id = $1 AND ($2::text IS NULL OR status = $2)
 ORDER BY position DESC
 LIMIT $3 OFFSET $4
