-- A deposit that was credited.
INSERT INTO read.deposits
       (deposit_id, merchant_id, position, rail, tx_id, address, memo, asset, amount,
        payment_link_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::numeric, $10, $11)
