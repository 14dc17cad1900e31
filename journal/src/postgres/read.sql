-- Records after a position, in order.
SELECT position, stream, revision, type, recorded_at, payload, meta, leaf, hash
  FROM journal.events
 WHERE position > $1
 ORDER BY position
 LIMIT $2
