-- The last balance of each account that has one.
SELECT wanted.account, last.balance_after::text
  FROM (SELECT DISTINCT unnest($1::text[]) COLLATE "C" AS account) AS wanted
 CROSS JOIN LATERAL (SELECT balance_after FROM read.entries
                      WHERE entries.account = wanted.account
                      ORDER BY position DESC, leg DESC
                      LIMIT 1) AS last
