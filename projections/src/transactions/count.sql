-- How many transactions there are of a filter; the conditions are those of page.sql.
SELECT count(*) AS transactions
  FROM read.transactions
 WHERE merchant_id = $1 AND dialect = $2
   AND ($3::text IS NULL OR type = $3)
   AND ($4::text[] IS NULL OR status = ANY ($4))
   AND ($5::timestamptz IS NULL OR date_trunc('milliseconds', created_at) >= $5)
   AND ($6::timestamptz IS NULL OR date_trunc('milliseconds', created_at) <= $6)
