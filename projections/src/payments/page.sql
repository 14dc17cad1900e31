-- A page of one merchant's payments, newest first.
SELECT payment_id, merchant_id, position, amount::text, status, telegram_payment_id,
       invoice_payload, conversion_id, created_at, updated_at
  FROM read.payments
 WHERE merchant_id = $1 AND ($2::text IS NULL OR status = $2)
 ORDER BY position DESC
 LIMIT $3 OFFSET $4
