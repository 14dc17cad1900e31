-- Deliveries in the order they were made.
SELECT seq, id, merchant_id, dialect, event, url, status, attempts, created_at, next_attempt_at,
       object_id, endpoint, body
  FROM courier.deliveries
 WHERE ($1::uuid IS NULL OR merchant_id = $1) AND ($2::text IS NULL OR status = $2) AND seq > $3
 ORDER BY seq
 LIMIT $4
