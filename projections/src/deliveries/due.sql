-- Deliveries whose time has come, each only if nothing older about the same object is pending. A few
-- of each endpoint of each merchant ($4), so that a pile for one costs the others nothing; none of
-- endpoints ($3) and merchants ($5) that have as much as they can take.
WITH RECURSIVE piles AS (
    (SELECT merchant_id, endpoint FROM courier.deliveries WHERE status = 'pending'
      ORDER BY merchant_id, endpoint LIMIT 1)
     UNION ALL
    SELECT next.merchant_id, next.endpoint
      FROM piles
     CROSS JOIN LATERAL (SELECT merchant_id, endpoint FROM courier.deliveries
                          WHERE status = 'pending'
                            AND (merchant_id, endpoint) > (piles.merchant_id, piles.endpoint)
                          ORDER BY merchant_id, endpoint LIMIT 1) AS next
)
SELECT top.*
  FROM piles
 CROSS JOIN LATERAL (
    SELECT seq, id, merchant_id, dialect, event, url, status, attempts, created_at,
           next_attempt_at, object_id, endpoint, body
      FROM courier.deliveries AS due
     WHERE status = 'pending' AND due.merchant_id = piles.merchant_id
       AND due.endpoint = piles.endpoint AND next_attempt_at <= $1 AND NOT id = ANY ($2)
       AND NOT EXISTS (SELECT FROM courier.deliveries AS older
                        WHERE older.merchant_id = due.merchant_id
                          AND older.object_id = due.object_id
                          AND older.status = 'pending' AND older.seq < due.seq)
     ORDER BY next_attempt_at
     LIMIT $4) AS top
 WHERE NOT piles.endpoint = ANY ($3) AND NOT piles.merchant_id = ANY ($5)
 ORDER BY top.next_attempt_at
 LIMIT $6
