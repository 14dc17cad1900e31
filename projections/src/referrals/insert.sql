-- People who were brought; their account is their merchant's, if they are one.
INSERT INTO read.referrals (telegram_id, merchant_id, account, balance, position, created_at)
SELECT new.telegram_id, new.merchant_id,
       coalesce('merchant:' || merchant.merchant_id || ':main:USDT-TRC20',
                'customer:' || new.telegram_id || ':USDT-TRC20'),
       0, new.position, new.at
  FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::timestamptz[])
    AS new (telegram_id, merchant_id, position, at)
  LEFT JOIN read.merchants AS merchant ON merchant.telegram_id = new.telegram_id
