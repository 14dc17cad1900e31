-- Records after a position, of one stream or type if asked for.
SELECT position, stream, revision, type, recorded_at, payload, meta, leaf, hash
  FROM journal.events
 WHERE position > $1
   AND ($2::text IS NULL OR stream = $2)
   AND ($3::text IS NULL OR type = $3)
 ORDER BY position
 LIMIT $4
