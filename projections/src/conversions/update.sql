-- A conversion that took a step. What a step does not say stays; a failure keeps the phase.
UPDATE read.conversions
   SET status = $2,
       phase = CASE WHEN $2 = 'failed' THEN phase ELSE $2 END,
       fragment_tx_id = coalesce($3, fragment_tx_id),
       ton_tx_hash = coalesce($4, ton_tx_hash),
       error_message = coalesce($5, error_message),
       updated_at = $6
 WHERE conversion_id = $1
