-- Conversions under way, those that waited longest first.
SELECT conversion_id, merchant_id, position, payment_ids, source_amount::text, target,
       target_amount::text, exchange_rate::text, rate_lock_id, telegram_fee::text,
       fragment_fee::text, status, phase, fragment_tx_id, ton_tx_hash, error_message, created_at,
       updated_at
  FROM read.conversions
 WHERE status NOT IN ('completed', 'failed')
 ORDER BY updated_at
 LIMIT $1
