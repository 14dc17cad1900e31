-- The read models: plain tables for the API, for dashboards and for anybody with SQL. Nothing here
-- is a source of truth: `quittance rebuild` computes all of it from the log again.
-- Amounts are base units of the row's asset; read.assets says how many make one unit.

CREATE SCHEMA read;
COMMENT ON SCHEMA read IS 'Read models, computed from schema "journal". May be dropped and rebuilt.';

CREATE TABLE read.checkpoints (
    name     text   PRIMARY KEY,
    position bigint NOT NULL
);
COMMENT ON TABLE read.checkpoints IS 'How far each read model has followed the log; moved in the transaction that writes its rows.';
INSERT INTO read.checkpoints (name, position)
SELECT unnest(ARRAY['balances', 'entries', 'merchants', 'payments', 'conversions', 'rate_locks',
                    'fees', 'stats_daily']), 0;

CREATE TABLE read.assets (
    asset    text PRIMARY KEY,
    exponent smallint NOT NULL,
    name     text NOT NULL,
    network  text NOT NULL
);
COMMENT ON TABLE read.assets IS 'What there are books in; written from the configuration at start-up.';
COMMENT ON COLUMN read.assets.exponent IS 'One unit is 10^exponent base units.';

CREATE TABLE read.balances (
    account  text        COLLATE "C" PRIMARY KEY,
    asset    text        NOT NULL,
    debits   numeric(40) NOT NULL,
    credits  numeric(40) NOT NULL,
    balance  numeric(40) NOT NULL GENERATED ALWAYS AS (credits - debits) STORED,
    position bigint      NOT NULL
);
COMMENT ON TABLE read.balances IS 'Every account that ever moved, as it is now.';
COMMENT ON COLUMN read.balances.account IS 'The whole path, e.g. merchant:<id>:main:STARS.';
COMMENT ON COLUMN read.balances.balance IS 'credits - debits: positive is what is owed to the account''s owner.';
COMMENT ON COLUMN read.balances.position IS 'The event that moved it last.';

CREATE TABLE read.entries (
    account         text        COLLATE "C" NOT NULL,
    position        bigint      NOT NULL,
    leg             smallint    NOT NULL,
    recorded_at     timestamptz NOT NULL,
    type            text        NOT NULL,
    counter_account text        COLLATE "C" NOT NULL,
    asset           text        NOT NULL,
    amount          numeric(40) NOT NULL,
    balance_after   numeric(40) NOT NULL,
    PRIMARY KEY (account, position, leg)
);
COMMENT ON TABLE read.entries IS 'Both sides of every transfer: the statement of each account.';
COMMENT ON COLUMN read.entries.leg IS 'Twice the transfer''s place in its event, plus 1 on the credit side.';
COMMENT ON COLUMN read.entries.amount IS 'Negative for a debit, positive for a credit.';

CREATE TABLE read.merchants (
    merchant_id   uuid PRIMARY KEY,
    serial        bigint NOT NULL,
    uid           text NOT NULL,
    name          text NOT NULL,
    description   text,
    username      text,
    telegram_id   bigint,
    webhook_url   text,
    fee_percent   numeric NOT NULL,
    scopes        text[] NOT NULL,
    kyc_status    text NOT NULL DEFAULT 'pending',
    active        boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
COMMENT ON TABLE read.merchants IS 'Who uses the gateway, whatever dialect they speak. No secrets.';
COMMENT ON COLUMN read.merchants.serial IS '1 for the first merchant of these books, and so on.';
COMMENT ON COLUMN read.merchants.kyc_status IS 'pending, verified or rejected; starts pending.';
CREATE INDEX merchants_serial ON read.merchants (serial);

CREATE TABLE read.payments (
    payment_id          uuid PRIMARY KEY,
    merchant_id         uuid NOT NULL,
    position            bigint NOT NULL,
    asset               text NOT NULL,
    amount              numeric(40) NOT NULL,
    status              text NOT NULL,
    telegram_payment_id text NOT NULL,
    provider_payment_id text,
    invoice_payload     text NOT NULL,
    payer               bigint,
    conversion_id       uuid,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL
);
COMMENT ON TABLE read.payments IS 'Every payment and where it stands: received, converting, converted or settled.';
COMMENT ON COLUMN read.payments.position IS 'The event that created it; lists are sorted by it.';
COMMENT ON COLUMN read.payments.telegram_payment_id IS 'Telegram''s charge id: one payment each.';
CREATE INDEX payments_by_merchant ON read.payments (merchant_id, position DESC);
CREATE INDEX payments_by_charge ON read.payments USING hash (telegram_payment_id);

CREATE TABLE read.rate_locks (
    rate_lock_id  uuid PRIMARY KEY,
    merchant_id   uuid NOT NULL,
    source_amount numeric(40) NOT NULL,
    target        text NOT NULL,
    base_rate     numeric NOT NULL,
    exchange_rate numeric NOT NULL,
    locked_until  timestamptz NOT NULL,
    conversion_id uuid,
    created_at    timestamptz NOT NULL
);
COMMENT ON TABLE read.rate_locks IS 'Rates promised for a while.';
COMMENT ON COLUMN read.rate_locks.exchange_rate IS 'Target units per Star, after Telegram''s share.';
COMMENT ON COLUMN read.rate_locks.conversion_id IS 'The conversion that used it.';

CREATE TABLE read.conversions (
    conversion_id  uuid PRIMARY KEY,
    merchant_id    uuid NOT NULL,
    position       bigint NOT NULL,
    payment_ids    uuid[] NOT NULL,
    source_amount  numeric(40) NOT NULL,
    target         text NOT NULL,
    target_amount  numeric(40) NOT NULL,
    base_rate      numeric NOT NULL,
    exchange_rate  numeric NOT NULL,
    rate_lock_id   uuid,
    telegram_fee   numeric(40) NOT NULL,
    fragment_fee   numeric(40) NOT NULL,
    status         text NOT NULL,
    phase          text NOT NULL,
    fragment_tx_id text,
    ton_tx_hash    text,
    error_message  text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
COMMENT ON TABLE read.conversions IS 'Stars on their way to another currency, and those that arrived or failed.';
COMMENT ON COLUMN read.conversions.source_amount IS 'Base units of STARS; so are both fees.';
COMMENT ON COLUMN read.conversions.target_amount IS 'Base units of the target.';
COMMENT ON COLUMN read.conversions.phase IS 'The last status before the end; equals status while it runs.';
CREATE INDEX conversions_by_merchant ON read.conversions (merchant_id, position DESC);
CREATE INDEX conversions_running ON read.conversions (updated_at)
    WHERE status NOT IN ('completed', 'failed');

CREATE TABLE read.fees (
    position    bigint      NOT NULL,
    leg         smallint    NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind        text        NOT NULL,
    asset       text        NOT NULL,
    amount      numeric(40) NOT NULL,
    payer       text        NOT NULL,
    PRIMARY KEY (position, leg)
);
COMMENT ON TABLE read.fees IS 'Every fee charged; negative when a failure gave it back.';
COMMENT ON COLUMN read.fees.payer IS 'The account on the other side.';

CREATE TABLE read.stats_daily (
    day            date        NOT NULL,
    asset          text        NOT NULL,
    payments       bigint      NOT NULL,
    payment_volume numeric(40) NOT NULL,
    conversions    bigint      NOT NULL,
    payouts        bigint      NOT NULL,
    withdrawals    bigint      NOT NULL,
    fees           numeric(40) NOT NULL,
    PRIMARY KEY (day, asset)
);
COMMENT ON TABLE read.stats_daily IS 'What happened on each day (UTC), per asset.';
COMMENT ON COLUMN read.stats_daily.conversions IS 'Conversions from this asset that completed.';
COMMENT ON COLUMN read.stats_daily.fees IS 'Fees charged less fees given back.';

-- For dashboards: may look at the read models and nothing else. Give it a password and LOGIN.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quittance_reader') THEN
        CREATE ROLE quittance_reader NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this cluster was faster
END $$;
GRANT USAGE ON SCHEMA read TO quittance_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA read TO quittance_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT ON TABLES TO quittance_reader;
