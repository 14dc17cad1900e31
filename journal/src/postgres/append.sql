-- Appends a batch if the head is where the writer thinks it is and the writer's epoch still holds.
-- One statement, one round trip, its own transaction: all or nothing. One row back: appended;
-- none: refused. The row lock on the head makes a repeated try wait for a lost one.
WITH moved AS (
    UPDATE journal.head
       SET position = $1 + $3, hash = $4
     WHERE position = $1 AND epoch = $2
 RETURNING position
), added AS (
    INSERT INTO journal.events
           (position, stream, revision, type, recorded_at, payload, meta, leaf, hash)
    SELECT $1 + place, stream, revision, type, recorded_at, payload, meta, leaf, hash
      FROM unnest($5::text[], $6::bigint[], $7::text[], $8::timestamptz[],
                  $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[])
      WITH ORDINALITY AS new
           (stream, revision, type, recorded_at, payload, meta, leaf, hash, place)
     WHERE EXISTS (SELECT FROM moved)
)
SELECT pg_notify('journal', position::text) FROM moved
