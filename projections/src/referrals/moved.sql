-- Takes over the balances of accounts that moved, and of people ($2) who are new here or have
-- become merchants. What read.balances says now counts, so writing it twice does no harm.
UPDATE read.referrals AS referral
   SET balance = there.balance
  FROM read.balances AS there
 WHERE there.account = referral.account
   AND (referral.account = ANY ($1::text[]) OR referral.telegram_id = ANY ($2::bigint[]))
