-- Webhooks on their way. Not in the log: what was told to whom is no fact about money.

CREATE SCHEMA courier;
COMMENT ON SCHEMA courier IS 'Webhook deliveries and every attempt at them.';

CREATE TABLE courier.checkpoint (
    one      boolean PRIMARY KEY DEFAULT true CONSTRAINT one_row CHECK (one),
    position bigint  NOT NULL
);
COMMENT ON TABLE courier.checkpoint IS 'How far deliveries were made of the log; moved in the transaction that creates them.';
INSERT INTO courier.checkpoint (position) VALUES (0);

CREATE TABLE courier.deliveries (
    seq             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              uuid        NOT NULL CONSTRAINT deliveries_id UNIQUE,
    position        bigint      NOT NULL,
    merchant_id     uuid        NOT NULL,
    dialect         text        NOT NULL,
    event           text        NOT NULL,
    object_id       text        NOT NULL,
    url             text        NOT NULL,
    body            bytea       NOT NULL,
    status          text        NOT NULL DEFAULT 'pending'
                    CONSTRAINT delivery_status CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts        integer     NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz,
    CONSTRAINT deliveries_once UNIQUE (position, dialect)
);
COMMENT ON TABLE courier.deliveries IS 'One webhook to one URL; its body is frozen when it is created.';
COMMENT ON COLUMN courier.deliveries.position IS 'The event that is told.';
COMMENT ON COLUMN courier.deliveries.object_id IS 'What it is about; deliveries about one object keep their order.';
COMMENT ON COLUMN courier.deliveries.next_attempt_at IS 'By the server''s clock; null when delivered or failed.';
CREATE INDEX deliveries_due ON courier.deliveries (next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_by_object ON courier.deliveries (merchant_id, object_id, seq) WHERE status = 'pending';

CREATE TABLE courier.attempts (
    delivery_id uuid        NOT NULL REFERENCES courier.deliveries (id),
    number      integer     NOT NULL,
    at          timestamptz NOT NULL,
    status      integer,
    error       text,
    duration_ms bigint      NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
COMMENT ON TABLE courier.attempts IS 'Every try: the HTTP status that came back, or why none did.';
