-- A page of one merchant's transactions in one dialect, newest first. Times are compared as they are
-- shown: in milliseconds.
SELECT id, type, telegram_id, amount::text, status, created_at
  FROM read.transactions
 WHERE merchant_id = $1 AND dialect = $2
   AND ($3::text IS NULL OR type = $3)
   AND ($4::text[] IS NULL OR status = ANY ($4))
   AND ($5::timestamptz IS NULL OR date_trunc('milliseconds', created_at) >= $5)
   AND ($6::timestamptz IS NULL OR date_trunc('milliseconds', created_at) <= $6)
 ORDER BY id DESC
 LIMIT $7 OFFSET $8
