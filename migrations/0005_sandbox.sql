-- What the sandbox was told: how far its clock is ahead, and its exchange rates.

CREATE SCHEMA sandbox;
COMMENT ON SCHEMA sandbox IS 'Settings of the sandbox; unused in live mode.';

CREATE TABLE sandbox.clock (
    one            boolean PRIMARY KEY DEFAULT true CONSTRAINT one_row CHECK (one),
    offset_seconds bigint  NOT NULL DEFAULT 0
);
COMMENT ON TABLE sandbox.clock IS 'How far the server''s clock is ahead of the system''s.';
INSERT INTO sandbox.clock DEFAULT VALUES;

CREATE TABLE sandbox.rates (
    base  text    NOT NULL,
    quote text    NOT NULL,
    rate  numeric NOT NULL,
    PRIMARY KEY (base, quote)
);
COMMENT ON TABLE sandbox.rates IS 'Rates set through the sandbox API; they win over the configured table.';
COMMENT ON COLUMN sandbox.rates.rate IS 'Units of the quote asset for one unit of the base asset.';
