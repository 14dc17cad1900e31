-- The statement of one account, from its first line on.
SELECT position, leg, recorded_at, type, counter_account, asset, amount::text, balance_after::text
  FROM read.entries
 WHERE account = $1 AND (position, leg) > ($2, $3)
 ORDER BY position, leg
 LIMIT $4
