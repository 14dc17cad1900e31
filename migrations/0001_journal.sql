-- The log: the only truth. Everything in schema "read" can be computed from it.
-- The bytes and hashes are specified in journal/FORMAT.md.

CREATE SCHEMA journal;
COMMENT ON SCHEMA journal IS 'The append-only log of facts. Written by the sequencer alone.';

-- One row: where the log ends and who may write. Updated by every append, hence the low fill factor.
CREATE TABLE journal.head (
    ledger   smallint PRIMARY KEY DEFAULT 1 CONSTRAINT one_ledger CHECK (ledger = 1),
    position bigint   NOT NULL,
    epoch    bigint   NOT NULL,
    hash     bytea    NOT NULL CONSTRAINT head_hash_is_sha256 CHECK (length(hash) = 32)
) WITH (fillfactor = 10);
COMMENT ON TABLE journal.head IS 'The end of the log, and the epoch of the one writer that may append.';
COMMENT ON COLUMN journal.head.position IS 'Last position; 0 before the first event.';
COMMENT ON COLUMN journal.head.epoch IS 'Raised by whoever takes over writing; an append of a lower epoch is refused.';
COMMENT ON COLUMN journal.head.hash IS 'Chain hash at the last position; 32 zero bytes before the first event.';
INSERT INTO journal.head (position, epoch, hash) VALUES (0, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE journal.events (
    position    bigint      PRIMARY KEY,
    stream      text        COLLATE "C" NOT NULL,
    revision    bigint      NOT NULL,
    type        text        COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    payload     bytea       NOT NULL,
    meta        bytea       NOT NULL,
    leaf        bytea       NOT NULL,
    hash        bytea       NOT NULL,
    CONSTRAINT events_stream_revision UNIQUE (stream, revision)
);
-- The hashed bytes stay as they are, and readable in place.
ALTER TABLE journal.events ALTER payload SET STORAGE EXTERNAL, ALTER meta SET STORAGE EXTERNAL;
COMMENT ON TABLE journal.events IS 'One fact per row, gapless, hash-chained. Never updated, never deleted.';
COMMENT ON COLUMN journal.events.position IS 'Place in the log, from 1, without gaps.';
COMMENT ON COLUMN journal.events.stream IS 'The aggregate''s history, e.g. payment-<uuid>.';
COMMENT ON COLUMN journal.events.revision IS 'Place in the stream, from 1, without gaps.';
COMMENT ON COLUMN journal.events.type IS 'Type and version, e.g. payment.received or payment.received@2.';
COMMENT ON COLUMN journal.events.recorded_at IS 'When it was decided, in microseconds; never earlier than the event before.';
COMMENT ON COLUMN journal.events.payload IS 'The fact: the exact JSON bytes that were hashed. Amounts are strings of base units.';
COMMENT ON COLUMN journal.events.meta IS 'The envelope of the command: the exact JSON bytes that were hashed.';
COMMENT ON COLUMN journal.events.leaf IS 'SHA-256 of the canonical record.';
COMMENT ON COLUMN journal.events.hash IS 'SHA-256 over the hash before and the leaf.';

CREATE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'journal.events is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE ON journal.events
    FOR EACH ROW EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER events_are_not_truncated BEFORE TRUNCATE ON journal.events
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON journal.events FROM PUBLIC, CURRENT_USER;
