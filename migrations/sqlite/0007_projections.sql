-- The read model: what lists and public pages read in the place of logs. It is written with the entries
-- that it is made from, and can be thrown away: `icabinet rebuild` makes it again.

-- Up to which entry it is made, and by which version of the making; a program of before leaves both.
ALTER TABLE heads ADD COLUMN projected BIGINT NOT NULL DEFAULT 0;
ALTER TABLE heads ADD COLUMN projection INTEGER NOT NULL DEFAULT 0;
CREATE INDEX heads_behind ON heads (meeting) WHERE projected <> position;
CREATE INDEX heads_by_projection ON heads (projection);

-- A line of a list. Times are in milliseconds since 1970.
CREATE TABLE meetings (
    meeting TEXT PRIMARY KEY,
    scheduled BIGINT NOT NULL,
    -- Those who take part know of it once it is convened; its office knows of it before.
    convened BOOLEAN NOT NULL,
    closed BOOLEAN NOT NULL,
    particulars TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- When the vote that is open closes by itself.
    vote_closes BIGINT,
    -- Sound in it waits for a model that turns it into text.
    awaits_model BOOLEAN NOT NULL,
    -- A document of it could not be set.
    unset_document BOOLEAN NOT NULL
);
CREATE INDEX meetings_vote_closes ON meetings (vote_closes) WHERE vote_closes IS NOT NULL;
CREATE INDEX meetings_unfinished ON meetings (meeting) WHERE awaits_model OR unset_document;

-- Who takes part in what, as which viewer class once it is convened, and what waits there for them.
CREATE TABLE participations (
    person TEXT NOT NULL,
    meeting TEXT NOT NULL,
    class TEXT NOT NULL,
    waits TEXT NOT NULL,
    PRIMARY KEY (person, meeting)
) WITHOUT ROWID;
CREATE INDEX participations_by_meeting ON participations (meeting);

-- What of a meeting is public: its line in the list, and all that its pages say.
CREATE TABLE publications (
    meeting TEXT PRIMARY KEY,
    scheduled BIGINT NOT NULL,
    line TEXT NOT NULL,
    pages TEXT NOT NULL
);
CREATE INDEX publications_by_time ON publications (scheduled DESC, meeting);
