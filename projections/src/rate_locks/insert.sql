-- A rate that was promised.
INSERT INTO read.rate_locks
       (rate_lock_id, merchant_id, source_amount, target, base_rate, exchange_rate, locked_until,
        created_at)
VALUES ($1, $2, $3::text::numeric, $4, $5::text::numeric, $6::text::numeric, $7, $8)
