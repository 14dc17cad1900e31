-- Deliveries whose time has come, each only if nothing older about the same object is pending, and
-- none of endpoints that have as much as they can take.
SELECT seq, id, merchant_id, dialect, event, url, status, attempts, created_at, next_attempt_at,
       object_id, endpoint, body
  FROM courier.deliveries AS due
 WHERE status = 'pending' AND next_attempt_at <= $1 AND NOT id = ANY ($2)
   AND NOT endpoint = ANY ($3)
   AND NOT EXISTS (SELECT FROM courier.deliveries AS older
                    WHERE older.merchant_id = due.merchant_id
                      AND older.object_id = due.object_id
                      AND older.status = 'pending' AND older.seq < due.seq)
 ORDER BY next_attempt_at
 LIMIT $4
