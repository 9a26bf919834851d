-- The whole store of the embedded default. Applied migrations are never edited.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE accounts (
    person TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    name TEXT NOT NULL,
    courtesy TEXT,
    position_vi TEXT NOT NULL DEFAULT '',
    position_en TEXT NOT NULL DEFAULT '',
    unit_vi TEXT NOT NULL DEFAULT '',
    unit_en TEXT NOT NULL DEFAULT '',
    organiser BOOLEAN NOT NULL DEFAULT FALSE,
    administrator BOOLEAN NOT NULL DEFAULT FALSE,
    created BIGINT NOT NULL
);

-- A session belongs to a person or is a room's screen; only a digest of its token is kept.
CREATE TABLE sessions (
    token BLOB PRIMARY KEY,
    person TEXT REFERENCES accounts (person),
    screen TEXT,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);

-- Never deleted.
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX sign_ins_by_login ON sign_ins (login, at);

CREATE TABLE screens (token BLOB PRIMARY KEY, meeting TEXT NOT NULL, created BIGINT NOT NULL);

-- The head row orders all writers of a meeting.
CREATE TABLE heads (
    meeting TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    hash BLOB NOT NULL,
    created BIGINT NOT NULL
);

-- Append-only; record holds the canonical bytes that the hash covers.
CREATE TABLE entries (
    meeting TEXT NOT NULL,
    position BIGINT NOT NULL,
    record TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (meeting, position)
) WITHOUT ROWID;
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_last BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TABLE answers (
    meeting TEXT NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (meeting, actor, command)
) WITHOUT ROWID;

-- Stands behind the rule that a principal has one effective ballot; never holds its content.
CREATE TABLE ballots (
    meeting TEXT NOT NULL,
    vote BIGINT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (meeting, vote, person)
) WITHOUT ROWID;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    meeting TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL,
    created BIGINT NOT NULL,
    trouble TEXT
);
CREATE INDEX jobs_to_do ON jobs (state, not_before);

CREATE TABLE device_keys (
    key_id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES accounts (person),
    device TEXT NOT NULL,
    public_key BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    certificate BLOB,
    not_after BIGINT,
    serial TEXT,
    created BIGINT NOT NULL,
    confirmed_by TEXT,
    revoked_at BIGINT
);

-- Bytes prepared for one signer; the blob is named by the digest.
CREATE TABLE signings (
    document TEXT PRIMARY KEY,
    meeting TEXT NOT NULL,
    instrument TEXT NOT NULL,
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    key_id TEXT NOT NULL,
    created BIGINT NOT NULL
);
