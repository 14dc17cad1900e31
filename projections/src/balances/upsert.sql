-- Adds what has moved to each account.
INSERT INTO read.balances AS there (account, asset, debits, credits, position)
SELECT account, asset, debits::numeric, credits::numeric, position
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
    AS new (account, asset, debits, credits, position)
    ON CONFLICT (account) DO UPDATE
   SET debits = there.debits + excluded.debits,
       credits = there.credits + excluded.credits,
       position = excluded.position
