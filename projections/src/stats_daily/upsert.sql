-- Adds what has happened to each day.
INSERT INTO read.stats_daily AS there
       (day, asset, payments, payment_volume, conversions, payouts, withdrawals, fees)
SELECT date '1970-01-01' + day, asset, payments, volume::numeric, conversions, payouts, 0,
       fees::numeric
  FROM unnest($1::integer[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[],
              $7::text[])
    AS new (day, asset, payments, volume, conversions, payouts, fees)
    ON CONFLICT (day, asset) DO UPDATE
   SET payments = there.payments + excluded.payments,
       payment_volume = there.payment_volume + excluded.payment_volume,
       conversions = there.conversions + excluded.conversions,
       payouts = there.payouts + excluded.payouts,
       fees = there.fees + excluded.fees
