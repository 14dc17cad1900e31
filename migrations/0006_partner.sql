-- What the partner API adds: payment links, payouts, deposits, customers and whom they were brought
-- by; secrets that rotate; webhooks by endpoint; messages to Telegram users; simulated networks.

INSERT INTO read.checkpoints (name, position)
SELECT unnest(ARRAY['payment_links', 'payouts', 'deposits', 'customers', 'referrals']), 0;

CREATE INDEX merchants_by_telegram ON read.merchants (telegram_id) WHERE telegram_id IS NOT NULL;

CREATE TABLE read.payment_links (
    payment_link_id uuid PRIMARY KEY,
    merchant_id     uuid NOT NULL,
    position        bigint NOT NULL,
    dialect         text NOT NULL,
    token           text NOT NULL,
    asset           text NOT NULL,
    amount          numeric(40) NOT NULL,
    description     text,
    metadata        json,
    callback_url    text,
    success_url     text,
    status          text NOT NULL DEFAULT 'pending',
    received        numeric(40) NOT NULL DEFAULT 0,
    payer           bigint,
    paid_asset      text,
    paid_amount     numeric(40),
    paid_fee        numeric(40),
    rate            numeric,
    rate_source     text,
    rate_at         timestamptz,
    paid_position   bigint,
    fee_percent     numeric,
    fee             numeric(40) NOT NULL,
    expires_at      timestamptz,
    created_at      timestamptz NOT NULL,
    paid_at         timestamptz
);
COMMENT ON TABLE read.payment_links IS 'Requests for money and where they stand: pending, completed or expired.';
COMMENT ON COLUMN read.payment_links.position IS 'The event that created it; lists are sorted by it.';
COMMENT ON COLUMN read.payment_links.token IS 'The short name in its URL.';
COMMENT ON COLUMN read.payment_links.metadata IS 'The merchant''s own data, as it was written.';
COMMENT ON COLUMN read.payment_links.asset IS 'In what it is priced; so are amount and received.';
COMMENT ON COLUMN read.payment_links.received IS 'What has come for it on networks.';
COMMENT ON COLUMN read.payment_links.callback_url IS 'Where its own webhooks go.';
COMMENT ON COLUMN read.payment_links.success_url IS 'Where the payer goes when it is paid.';
COMMENT ON COLUMN read.payment_links.payer IS 'The Telegram user who paid; null if the money came by a network.';
COMMENT ON COLUMN read.payment_links.paid_amount IS 'What the payer gave, in base units of paid_asset; so is paid_fee.';
COMMENT ON COLUMN read.payment_links.rate IS 'Units of the link''s money for one of the paid asset''s.';
COMMENT ON COLUMN read.payment_links.paid_position IS 'The event that paid it.';
COMMENT ON COLUMN read.payment_links.expires_at IS 'From then on it cannot be paid; null: never.';
COMMENT ON COLUMN read.payment_links.fee IS 'What making it cost: base units of USDT-TRC20.';
CREATE INDEX payment_links_by_merchant ON read.payment_links (merchant_id, position DESC);
CREATE INDEX payment_links_by_token ON read.payment_links USING hash (token);
CREATE INDEX payment_links_pending ON read.payment_links (expires_at) WHERE status = 'pending';

CREATE TABLE read.payouts (
    payout_id   uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    position    bigint NOT NULL,
    dialect     text NOT NULL,
    recipient   bigint,
    recipient_merchant_id uuid,
    asset       text NOT NULL,
    amount      numeric(40) NOT NULL,
    memo        text,
    fee         numeric(40) NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE read.payouts IS 'Money sent from a merchant to a Telegram user or another merchant, at once.';
COMMENT ON COLUMN read.payouts.amount IS 'What the recipient got, without the fee.';
COMMENT ON COLUMN read.payouts.recipient IS 'The Telegram user who was paid; null if it was a merchant, by its account number.';
COMMENT ON COLUMN read.payouts.fee IS 'What it cost the merchant: a share in the asset, or a charge in USDT-TRC20.';
CREATE INDEX payouts_by_merchant ON read.payouts (merchant_id, position DESC);
CREATE INDEX payouts_by_recipient ON read.payouts (recipient, position DESC);

CREATE TABLE read.deposits (
    deposit_id  uuid PRIMARY KEY,
    merchant_id uuid,
    position    bigint NOT NULL,
    rail        text NOT NULL,
    tx_id       text NOT NULL,
    address     text NOT NULL,
    memo        text,
    asset       text NOT NULL,
    amount      numeric(40) NOT NULL,
    payment_link_id uuid,
    outcome     text,
    fee         numeric(40) NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE read.deposits IS 'Money that arrived by a network.';
COMMENT ON COLUMN read.deposits.merchant_id IS 'Whose it is; null while it lies in suspense.';
COMMENT ON COLUMN read.deposits.payment_link_id IS 'The link whose token it bore.';
COMMENT ON COLUMN read.deposits.outcome IS 'What it made of that link: underpaid, paid, overpaid, late, duplicate or unvalued.';
COMMENT ON COLUMN read.deposits.fee IS 'The house''s share of what came for a link.';
CREATE INDEX deposits_by_merchant ON read.deposits (merchant_id, position DESC);
CREATE INDEX deposits_by_link ON read.deposits (payment_link_id) WHERE payment_link_id IS NOT NULL;
CREATE INDEX deposits_by_transaction ON read.deposits (rail, tx_id);

CREATE TABLE read.customers (
    telegram_id bigint PRIMARY KEY,
    position    bigint NOT NULL,
    opened_at   timestamptz NOT NULL
);
COMMENT ON TABLE read.customers IS 'Telegram users who were paid here. Their balances are in read.balances, customer:<id>:<asset>.';

CREATE TABLE read.referrals (
    telegram_id bigint PRIMARY KEY,
    merchant_id uuid NOT NULL,
    account     text COLLATE "C" NOT NULL,
    balance     numeric(40) NOT NULL,
    position    bigint NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE read.referrals IS 'Who brought whom: the first merchant to pay a Telegram user.';
COMMENT ON COLUMN read.referrals.account IS 'Where that person''s USDT is: its customer account, or its merchant''s.';
COMMENT ON COLUMN read.referrals.balance IS 'What is there. Base units of USDT-TRC20.';
CREATE INDEX referrals_by_merchant ON read.referrals (merchant_id) INCLUDE (balance);
CREATE INDEX referrals_by_account ON read.referrals (account);

CREATE VIEW read.transactions AS
SELECT position AS id, merchant_id, dialect, 'payment'::text AS type, payment_link_id AS object_id,
       payer AS telegram_id, asset, amount, status, created_at
  FROM read.payment_links
 UNION ALL
SELECT position, merchant_id, dialect, 'withdraw'::text, payout_id, recipient, asset, amount,
       'completed'::text, created_at
  FROM read.payouts;
COMMENT ON VIEW read.transactions IS 'Payment links and payouts in one list; the id is the position of the event that made it.';

CREATE VIEW read.holdings AS
SELECT merchant.merchant_id,
       coalesce(own.balance, 0) AS available,
       coalesce(held.balance, 0) AS held,
       coalesce(referred.balance, 0) AS referral_holdings,
       coalesce(own.balance, 0) + coalesce(held.balance, 0) + coalesce(referred.balance, 0)
           AS total_holdings
  FROM read.merchants AS merchant
  LEFT JOIN read.balances AS own
         ON own.account = 'merchant:' || merchant.merchant_id || ':main:USDT-TRC20'
  LEFT JOIN read.balances AS held
         ON held.account = 'merchant:' || merchant.merchant_id || ':main:held:USDT-TRC20'
  LEFT JOIN LATERAL (SELECT sum(balance) AS balance FROM read.referrals
                      WHERE referrals.merchant_id = merchant.merchant_id) AS referred ON true;
COMMENT ON VIEW read.holdings IS 'What decides a merchant''s discount: its own USDT and that of the people it brought. Base units.';

CREATE TABLE vault.secrets (
    secret_id   uuid        PRIMARY KEY,
    merchant_id uuid        NOT NULL,
    kind        text        NOT NULL,
    secret      bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vault.secrets IS 'Signing secrets that replaced those of vault.credentials. The log says which are valid.';
COMMENT ON COLUMN vault.secrets.secret IS 'Sealed as in vault.credentials, with the secret''s id as associated data.';

-- A test webhook tells of no event. Endpoints are kept apart so that one that hangs delays no other.
ALTER TABLE courier.deliveries ALTER position DROP NOT NULL;
ALTER TABLE courier.deliveries ADD endpoint text COLLATE "C" NOT NULL DEFAULT '';
UPDATE courier.deliveries SET endpoint = substring(url FROM '^[^/]+//[^/?#]+');
ALTER TABLE courier.deliveries ALTER endpoint DROP DEFAULT;
COMMENT ON COLUMN courier.deliveries.position IS 'The event that is told; null for a test.';
COMMENT ON COLUMN courier.deliveries.endpoint IS 'Scheme, host and port of the URL: what posts are limited by.';
DROP INDEX courier.deliveries_due;
CREATE INDEX deliveries_due ON courier.deliveries (merchant_id, endpoint, next_attempt_at) WHERE status = 'pending';

CREATE TABLE courier.messages (
    seq             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position        bigint      NOT NULL CONSTRAINT messages_once UNIQUE,
    telegram_id     bigint      NOT NULL,
    text            text        NOT NULL,
    status          text        NOT NULL DEFAULT 'pending'
                    CONSTRAINT message_status CHECK (status IN ('pending', 'sent', 'failed')),
    attempts        integer     NOT NULL DEFAULT 0,
    error           text,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz
);
COMMENT ON TABLE courier.messages IS 'What Telegram users are told by the bot; empty without one.';
COMMENT ON COLUMN courier.messages.position IS 'The event that is told.';
COMMENT ON COLUMN courier.messages.error IS 'Why the last try failed.';
CREATE INDEX messages_due ON courier.messages (next_attempt_at) WHERE status = 'pending';

CREATE TABLE sandbox.networks (
    network text   PRIMARY KEY,
    height  bigint NOT NULL DEFAULT 0,
    halted  boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE sandbox.networks IS 'Simulated networks.';
COMMENT ON COLUMN sandbox.networks.height IS 'The last block.';
COMMENT ON COLUMN sandbox.networks.halted IS 'No more blocks until it is set going again.';

CREATE TABLE sandbox.transactions (
    seq       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    network   text        NOT NULL,
    tx_hash   text        NOT NULL CONSTRAINT transactions_hash UNIQUE,
    sender    text,
    address   text        NOT NULL,
    asset     text        NOT NULL,
    amount    numeric(40) NOT NULL,
    memo      text,
    block     bigint,
    mined_at  timestamptz,
    done      boolean     NOT NULL DEFAULT false
);
COMMENT ON TABLE sandbox.transactions IS 'What was sent on the simulated networks.';
COMMENT ON COLUMN sandbox.transactions.block IS 'The block it is in; null until it is mined.';
COMMENT ON COLUMN sandbox.transactions.mined_at IS 'When that block was mined.';
COMMENT ON COLUMN sandbox.transactions.done IS 'Has the gateway seen it with its confirmations?';
CREATE INDEX transactions_open ON sandbox.transactions (network, seq) WHERE NOT done;
