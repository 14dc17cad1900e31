-- Payment links that came to an end.
UPDATE read.payment_links AS link
   SET status = new.status, payer = new.payer, paid_at = new.paid_at
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[])
    AS new (id, status, payer, paid_at)
 WHERE link.payment_link_id = new.id
