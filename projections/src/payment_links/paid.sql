-- A payment link that was paid.
UPDATE read.payment_links
   SET status = 'completed', payer = $2, paid_asset = $3, paid_amount = $4::text::numeric,
       paid_fee = $5::text::numeric, rate = $6::text::numeric, rate_source = $7, rate_at = $8,
       paid_position = $9, paid_at = $10
 WHERE payment_link_id = $1
