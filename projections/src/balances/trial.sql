-- All debits and credits per asset, now or at a position.
SELECT asset AS account, asset, sum(debits)::text AS debits, sum(credits)::text AS credits
  FROM (SELECT asset, debits, credits FROM read.balances WHERE $1::bigint IS NULL
         UNION ALL
        SELECT asset, greatest(-amount, 0), greatest(amount, 0) FROM read.entries
         WHERE $1::bigint IS NOT NULL AND position <= $1) AS moved
 GROUP BY asset
 ORDER BY asset
