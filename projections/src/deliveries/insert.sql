-- New deliveries, due at once; a position is told once per dialect, and a test tells of none.
INSERT INTO courier.deliveries
       (id, position, merchant_id, dialect, event, object_id, url, endpoint, body, created_at,
        next_attempt_at)
SELECT id, position, merchant_id, dialect, event, object_id, url, endpoint, body, at, at
  FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::bytea[], $10::timestamptz[])
    AS new (id, position, merchant_id, dialect, event, object_id, url, endpoint, body, at)
    ON CONFLICT ON CONSTRAINT deliveries_once DO NOTHING
