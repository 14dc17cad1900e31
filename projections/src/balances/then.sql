-- Accounts as they were at a position, from their statements.
SELECT account, asset,
       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::text AS debits,
       coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::text AS credits
  FROM read.entries
 WHERE starts_with(account, $1) AND ($2::text IS NULL OR asset = $2) AND account > $3
   AND position <= $5
 GROUP BY account, asset
 ORDER BY account
 LIMIT $4
