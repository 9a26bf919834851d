-- Who brought which bytes to which meeting: only what came that way may be named in a command there.
CREATE TABLE uploads (
    meeting TEXT NOT NULL,
    blob BYTEA NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (meeting, blob, person)
);
