-- A conversion that was created.
INSERT INTO read.conversions
       (conversion_id, merchant_id, position, payment_ids, source_amount, target, target_amount,
        base_rate, exchange_rate, rate_lock_id, telegram_fee, fragment_fee, status, phase,
        created_at, updated_at)
VALUES ($1, $2, $3, $4, $5::text::numeric, $6, $7::text::numeric, $8::text::numeric,
        $9::text::numeric, $10, $11::text::numeric, $12::text::numeric, 'pending', 'pending',
        $13, $13)
