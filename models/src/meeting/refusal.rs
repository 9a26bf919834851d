//! Why a command was refused: closed codes with data. The frontend makes the sentences.

use super::Edition;
use crate::ids::{PersonId, Time};
use serde::{Deserialize, Serialize};

/// Something that a command named and that isn't there (or that this actor may not know of).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    Meeting,
    Person,
    Item,
    Paper,
    Motion,
    Vote,
    Request,
    Recording,
    Segment,
    Sentence,
    Decision,
    Document,
}

/// What one needs a right for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The secretary's work.
    Prepare,
    /// The chair's work.
    Preside,
    /// Taking part at all.
    TakePart,
    /// A member's ballot.
    Vote,
    /// Results of jobs; no person has it.
    Report,
}

/// Which limit was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    TextTooLong,
    TextMissing,
    TooMany,
    /// A list that names nobody.
    TooFew,
    NotAnIdentifier,
    OutOfRange,
    /// A character that can't be kept, of private use or none at all: its code point.
    Character(u32),
}

/// A refusal. JSON: the code in snake case, alone or as the only key above its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    NotAllowed {
        act: Act,
    },
    Unknown {
        thing: Thing,
    },
    Invalid {
        bound: Bound,
    },

    /// Somebody else changed it since this editor looked; neither text is lost.
    Changed {
        now: Box<Edition>,
    },

    AlreadyExists,
    /// The session isn't in a stage in which this can be done.
    WrongStage,
    NoChair,
    NoSecretary,
    TwoChairs,
    AgendaEmpty,
    NoQuorum {
        present: u64,
        needed: u64,
    },
    NotPresent {
        person: PersonId,
    },
    AlreadyPresent,

    ItemNotOpen,
    ItemAlreadyOpen,
    ItemSettled,
    AnotherItemOpen,
    ItemsStillOpen {
        count: u32,
    },
    NotAConsentItem,
    ObjectionRaised {
        person: PersonId,
    },
    AlreadyRecused,
    /// A recused person can't do this in the item.
    Recused,
    /// Votes and speeches under way have to end first.
    VoteOpen,
    FloorTaken,
    FloorFree,
    AlreadyWaiting,

    MotionNotOpenToVote,
    SecretBallotUnavailable,
    VoteNotOpen,
    VoteClosedAt {
        at: Time,
    },
    NotEntitled,
    AlreadyVoted {
        at: Time,
        position: u64,
    },
    ChoiceNotOffered,
    OpinionMissing,
    /// The text on that tablet isn't the one that is voted on.
    OtherText,

    RecordingRunning,
    NotRecording,
    /// Nothing is recorded while an item above *internal* is dealt with (R33).
    NotRecordedHere,

    MinutesNotBegun,
    MinutesApproved,
    /// A projection of the log isn't edited (R30).
    RecordSentence,
    NotAdopted,
    NotTypeset,
    AlreadySigned,
    NotSigned,
    AlreadyPublished,
    /// Who reads the minutes and what is published may not know of this item (R32).
    ItemRestricted,
}
