-- Accounts as they are now.
SELECT account, asset, debits::text, credits::text
  FROM read.balances
 WHERE starts_with(account, $1) AND ($2::text IS NULL OR asset = $2) AND account > $3
 ORDER BY account
 LIMIT $4
