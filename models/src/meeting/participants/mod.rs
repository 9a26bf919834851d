//! Who takes part in a meeting and as what.
//! Never here: accounts, passwords, sessions; whether somebody is in the room (`attendance`).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::{apply, appoint_chair};
pub use command::ParticipantsCommand;
pub(in crate::meeting) use decide::{check_participant, decide, takes};
pub use event::ParticipantsEvent;
pub(crate) use show::redact_event;

use crate::ids::{PersonId, Text};
use serde::{Deserialize, Serialize};

/// How a person is addressed in the record: ông or bà.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Courtesy {
    Mr,
    Ms,
}

/// What a person is in this meeting. Only members count for the quorum and vote (R1, R15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Votes with `weight`; a weight of 0 means 0 (R14).
    Member { weight: u32 },
    /// Attends for a member, may speak, doesn't vote.
    Substitute { principal: PersonId },
    /// Invited; may speak, doesn't vote.
    Guest,
}

/// The work a participant does for the meeting beside what he is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    Chair,
    ViceChair,
    Secretary,
}

/// Standing and office together, as lists and secretaries name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Chair,
    ViceChair,
    Member,
    /// A member who is the meeting's secretary too.
    MemberSecretary,
    Secretary,
    Guest,
}

impl Part {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Chair,
        Self::ViceChair,
        Self::Member,
        Self::MemberSecretary,
        Self::Secretary,
        Self::Guest,
    ];

    /// Its name in requests and fields.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::ViceChair => "vice_chair",
            Self::Member => "member",
            Self::MemberSecretary => "member_secretary",
            Self::Secretary => "secretary",
            Self::Guest => "guest",
        }
    }

    /// The part of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// The part of a participant.
    pub fn of(person: &Participant) -> Self {
        match (person.office, person.is_member()) {
            (Some(Office::Chair), _) => Self::Chair,
            (Some(Office::ViceChair), _) => Self::ViceChair,
            (Some(Office::Secretary), true) => Self::MemberSecretary,
            (Some(Office::Secretary), false) => Self::Secretary,
            (None, true) => Self::Member,
            (None, false) => Self::Guest,
        }
    }

    /// What he is and does in the meeting, with one vote where he has one.
    pub fn place(self) -> (Standing, Option<Office>) {
        let member = Standing::Member { weight: 1 };
        match self {
            Self::Chair => (member, Some(Office::Chair)),
            Self::ViceChair => (member, Some(Office::ViceChair)),
            Self::Member => (member, None),
            Self::MemberSecretary => (member, Some(Office::Secretary)),
            Self::Secretary => (Standing::Guest, Some(Office::Secretary)),
            Self::Guest => (Standing::Guest, None),
        }
    }
}

/// One person in one meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    pub person: PersonId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courtesy: Option<Courtesy>,
    pub position: Text,
    pub unit: Text,
    pub standing: Standing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Office>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// Where he attends, if the meeting is held in several places ("Phường Hồ Sen").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
}

impl Participant {
    /// The weight of this person's vote, if he is a member.
    pub fn weight(&self) -> Option<u32> {
        match &self.standing {
            Standing::Member { weight } => Some(*weight),
            Standing::Substitute { .. } | Standing::Guest => None,
        }
    }

    /// Whether this person counts for the quorum.
    pub fn is_member(&self) -> bool {
        self.weight().is_some()
    }

    /// The same person in another part. Who stays a member keeps the weight of the vote.
    pub fn taking(self, part: Part) -> Self {
        let (standing, office) = part.place();
        let weight = self.weight().filter(|_| matches!(standing, Standing::Member { .. }));
        let standing = weight.map_or(standing, |weight| Standing::Member { weight });
        Self { standing, office, ..self }
    }

    /// The last word of the name: what Vietnamese sort and call by.
    pub fn given_name(&self) -> &str {
        self.name.split_whitespace().next_back().unwrap_or(&self.name)
    }

    /// "ông Đoàn Hữu Thạch", or the bare name when the courtesy isn't known.
    pub fn addressed_vi(&self) -> String {
        match self.courtesy {
            Some(Courtesy::Mr) => format!("ông {}", self.name),
            Some(Courtesy::Ms) => format!("bà {}", self.name),
            None => self.name.clone(),
        }
    }
}
