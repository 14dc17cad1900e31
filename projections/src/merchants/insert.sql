-- A new merchant.
INSERT INTO read.merchants
       (merchant_id, serial, uid, name, description, username, telegram_id, webhook_url,
        fee_percent, scopes, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::numeric, $10, $11, $11)
