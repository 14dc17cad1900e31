-- Legs, in the order of the log.
INSERT INTO read.entries
       (account, position, leg, recorded_at, type, counter_account, asset, amount, balance_after)
SELECT account, position, leg, recorded_at, type, counter_account, asset, amount::numeric,
       balance_after::numeric
  FROM unnest($1::text[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::text[],
              $6::text[], $7::text[], $8::text[], $9::text[])
    AS new (account, position, leg, recorded_at, type, counter_account, asset, amount,
            balance_after)
