-- A personal way into one meeting: a link or a QR code. Only digests are kept, of its token and of the
-- secret of the device that used it, which alone may use it again.
CREATE TABLE invitations (
    token BLOB PRIMARY KEY,
    meeting TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES accounts (person),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT,
    device BLOB,
    revoked BIGINT
) WITHOUT ROWID;
CREATE INDEX invitations_of_a_person ON invitations (meeting, person);

-- The sessions that an invitation began end when it is revoked.
ALTER TABLE sessions ADD COLUMN invitation BLOB;
CREATE INDEX sessions_by_invitation ON sessions (invitation) WHERE invitation IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires);
