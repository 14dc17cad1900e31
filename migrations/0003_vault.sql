-- Secrets, kept apart from the log: what authenticates, and what signs.

CREATE SCHEMA vault;
COMMENT ON SCHEMA vault IS 'Hashes of keys and sealed signing secrets. Not for dashboards.';

CREATE TABLE vault.credentials (
    credential_id uuid        PRIMARY KEY,
    merchant_id   uuid        NOT NULL,
    kind          text        NOT NULL,
    key_hash      bytea       NOT NULL CONSTRAINT credentials_key_hash UNIQUE,
    secret        bytea,
    created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vault.credentials IS 'Which key belongs to which credential. The log says which credential is valid.';
COMMENT ON COLUMN vault.credentials.key_hash IS 'SHA-256 of the public key or token.';
COMMENT ON COLUMN vault.credentials.secret IS 'The signing secret: 24 bytes nonce, then XChaCha20-Poly1305 under the master key with the credential id as associated data.';
