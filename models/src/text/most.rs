//! How long each text of a command may be, in bytes after cleaning, and how many there may be. A text
//! in two languages has the bound for both together.

/// A person's name.
pub const NAME: usize = 400;
/// A position or a unit.
pub const POSITION: usize = 1_000;
/// A seat or a venue.
pub const PLACE_IN_ROOM: usize = 400;
/// Titles, bodies, places of meetings.
pub const TITLE: usize = 2_000;
/// Numbers, symbols, localities, dates in words, names of profiles.
pub const SHORT: usize = 400;
/// The name of a file.
pub const FILE_NAME: usize = 1_000;
/// Why somebody leaves, is absent, takes no part; why a vote is void, an item urgent.
pub const REASON: usize = 8_000;
/// The text of another opinion.
pub const OPINION: usize = 8_000;
/// A motion, a sentence of the minutes, a paragraph, a passage of the transcript.
pub const PASSAGE: usize = 40_000;
/// What a decision is about, one of its bases, its recipients, its headings.
pub const CLAUSE: usize = 4_000;
/// What the system says of a job.
pub const REPORT: usize = 2_000;
/// A decision, whole.
pub const DECISION: usize = 1_000_000;

/// People of a meeting.
pub const PEOPLE: usize = 50_000;
/// People that one command adds.
pub const PEOPLE_AT_ONCE: usize = 1_000;
/// Items, papers, motions of a meeting; articles, bases, recipients, paragraphs of a decision.
pub const THINGS: usize = 1_000;
/// Choices of a ballot.
pub const CHOICES: usize = 8;

/// Minutes that are planned for an item or a meeting: thirty days.
pub const MINUTES: u32 = 30 * 24 * 60;
/// Seconds of one speech or extension.
pub const SPEECH_SECONDS: u32 = 4 * 3_600;
/// Bytes that a paper may be said to have.
pub const BYTES: u64 = 1 << 40;
