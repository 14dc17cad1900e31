-- Days from $1 to $2, both included, both optional.
SELECT day::text, asset, payments, payment_volume::text, conversions, payouts, withdrawals,
       fees::text
  FROM read.stats_daily
 WHERE ($1::text IS NULL OR day >= $1::text::date) AND ($2::text IS NULL OR day <= $2::text::date)
 ORDER BY day, asset
