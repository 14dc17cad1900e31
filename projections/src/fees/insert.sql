-- Fees, in the order of the log.
INSERT INTO read.fees (position, leg, recorded_at, kind, asset, amount, payer)
SELECT position, leg, recorded_at, kind, asset, amount::numeric, payer
  FROM unnest($1::bigint[], $2::smallint[], $3::timestamptz[], $4::text[], $5::text[],
              $6::text[], $7::text[])
    AS new (position, leg, recorded_at, kind, asset, amount, payer)
