-- Payments that changed. A settled payment keeps its conversion.
UPDATE read.payments AS payment
   SET status = new.status,
       conversion_id = CASE WHEN new.status = 'settled'
                            THEN coalesce(new.conversion_id, payment.conversion_id)
                            ELSE new.conversion_id END,
       updated_at = new.at
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])
    AS new (payment_id, status, conversion_id, at)
 WHERE payment.payment_id = new.payment_id
