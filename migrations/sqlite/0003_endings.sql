-- What a person's account began, so that all of it ends together, and what strangers tried, in numbers.

-- A closed account signs in no more and keeps its name in the record.
ALTER TABLE accounts ADD COLUMN closed BIGINT;

-- A device that was signed in as a person before is not locked out by what strangers try. Only a
-- digest of its secret is kept.
CREATE TABLE devices (
    secret BLOB NOT NULL,
    person TEXT NOT NULL REFERENCES accounts (person),
    name TEXT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (secret, person)
);
CREATE INDEX devices_of_a_person ON devices (person, used);

-- What the device of a session calls itself, and the screen's token that began it.
ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN screen_token BLOB;
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_screen ON sessions (screen_token) WHERE screen_token IS NOT NULL;

-- Who made an invitation, the class that it was made for, and what used it.
ALTER TABLE invitations ADD COLUMN made_by TEXT;
ALTER TABLE invitations ADD COLUMN class TEXT;
ALTER TABLE invitations ADD COLUMN device_name TEXT;
CREATE INDEX invitations_by_person ON invitations (person);

-- Screens end: by themselves, when they are revoked, with the account of who made them.
ALTER TABLE screens ADD COLUMN made_by TEXT;
ALTER TABLE screens ADD COLUMN expires BIGINT;
ALTER TABLE screens ADD COLUMN revoked BIGINT;
CREATE INDEX screens_of_a_meeting ON screens (meeting);

-- A row may stand for several tries of one window.
ALTER TABLE sign_ins ADD COLUMN tries BIGINT NOT NULL DEFAULT 1;

-- Documents that wait for a signature end with what their signer began.
CREATE INDEX signings_of_a_person ON signings (person);
