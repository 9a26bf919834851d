//! The one place that says who sees what: an event and a viewer class in, what that class may
//! see, or nothing, out. And the whole state masked for a class.
//!
//! Law (the secrecy square): folding what was shown gives the masked state. Never here: hiding
//! that is done on the screen.

mod headcount;
mod personal_rows;
mod view;

pub use personal_rows::{PersonalRows, personal_rows};
pub use view::{ViewEntry, ViewEvent, ViewOnly};

use crate::agenda::Level;
use crate::attendance::Counted;
use crate::ids::{PersonId, VoteId};
use crate::meeting::{
    Entry, Event, Meeting, PreparationEvent, Stage, VotesEvent, agenda, attendance, decisions,
    floor, minutes, motions, papers, participants, preparation, session, speech, votes,
};
use crate::participants::{Office, Participant};
use crate::profile::RosterMode;
use crate::votes::{Ballots, VoteState};
use serde::{Deserialize, Serialize};

/// For whom something is made that leaves the server: the viewer classes, whose frames are encoded once
/// for each, and the readers of what comes out of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewerClass {
    /// Chair, vice chairs, secretaries, and whoever presides.
    Staff,
    Member,
    /// Guests and substitutes.
    Guest,
    /// The screen in the room.
    Projector,
    /// Whoever reads the minutes, a public page, a calendar: everybody, in the end. Nobody is let into
    /// a meeting as one, and no frame is made for them.
    Reader,
}

impl ViewerClass {
    /// The classes that look on while a meeting goes on, in order.
    pub const ALL: [Self; 4] = [Self::Staff, Self::Member, Self::Guest, Self::Projector];

    /// The highest level this class may know of.
    pub fn clearance(self) -> Level {
        match self {
            Self::Staff | Self::Member => Level::Restricted,
            // Publishing is an explicit act on a text that everyone who attends has seen (R34).
            Self::Guest | Self::Projector | Self::Reader => Level::Internal,
        }
    }

    pub(crate) fn sees_papers(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Guest)
    }

    pub(crate) fn sees_decisions(self) -> bool {
        self != Self::Projector
    }

    pub(crate) fn sees_transcript(self) -> bool {
        self == Self::Staff
    }

    pub(crate) fn sees_minutes(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Reader)
    }

    pub(crate) fn sees_opinions(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Guest)
    }

    pub(crate) fn sees_reasons(self) -> bool {
        matches!(self, Self::Staff | Self::Member)
    }
}

/// The class a person has in a meeting; `None` if he may not know of it (R32).
pub fn class_of(meeting: &Meeting, person: &PersonId) -> Option<ViewerClass> {
    let class = class_once_convened(meeting, meeting.people.get(person)?);
    match meeting.stage {
        Stage::Blank => None,
        Stage::Preparing => Some(class).filter(|class| *class == ViewerClass::Staff),
        Stage::Convened | Stage::InSession { .. } | Stage::Recess { .. } | Stage::Closed { .. } => {
            Some(class)
        }
    }
}

/// The class a participant has from the convening on; staff know of a meeting before.
pub fn class_once_convened(meeting: &Meeting, participant: &Participant) -> ViewerClass {
    let holds_office =
        matches!(participant.office, Some(Office::Chair | Office::ViceChair | Office::Secretary));
    if holds_office || meeting.is_chair(&participant.person) {
        ViewerClass::Staff
    } else if participant.is_member() {
        ViewerClass::Member
    } else {
        ViewerClass::Guest
    }
}

/// Whether a participant knows of another: of everyone, or, where people are counted, of those his
/// class knows by name.
pub fn knows(m: &Meeting, person: &PersonId, other: &PersonId) -> bool {
    let row = m.people.get(other);
    match class_of(m, person) {
        Some(class) if headcount::is_counted(m, class) => {
            row.is_some_and(|row| headcount::is_known(m, row, class))
        }
        Some(_) => row.is_some(),
        None => false,
    }
}

/// What `class` is shown of `entry`; `before` is the whole state the entry is applied to.
pub fn redact_event(before: &Meeting, entry: &Entry, class: ViewerClass) -> Option<ViewEntry> {
    let event = if headcount::is_counted(before, class) || creates_counted(&entry.event, class) {
        let counted = headcount::in_numbers(before, &entry.event, class)?;
        headcount::introducing(before, redacted(before, &counted, class)?, class)
    } else {
        redacted(before, &entry.event, class)?
    };
    Some(Entry { position: entry.position, at: entry.at, event })
}

/// The first event says by itself how people appear: before it there is no profile.
fn creates_counted(event: &Event, class: ViewerClass) -> bool {
    let Event::Preparation(PreparationEvent::MeetingCreated { profile, .. }) = event else {
        return false;
    };
    profile.roll == RosterMode::Counted && class != ViewerClass::Staff
}

fn redacted(m: &Meeting, event: &Event, class: ViewerClass) -> Option<ViewEvent> {
    let event = match event {
        Event::Agenda(event) => return agenda::redact_event(m, event, class),
        Event::Preparation(event) => {
            Event::Preparation(preparation::redact_event(m, event, class)?)
        }
        Event::Participants(event) => {
            Event::Participants(participants::redact_event(m, event, class)?)
        }
        Event::Motions(event) => Event::Motions(motions::redact_event(m, event, class)?),
        Event::Papers(event) => Event::Papers(papers::redact_event(m, event, class)?),
        Event::Attendance(event) => Event::Attendance(attendance::redact_event(m, event, class)?),
        Event::Session(event) => Event::Session(session::redact_event(m, event, class)?),
        Event::Floor(event) => Event::Floor(floor::redact_event(m, event, class)?),
        Event::Votes(event) => Event::Votes(votes::redact_event(m, event, class)?),
        Event::Speech(event) => Event::Speech(speech::redact_event(m, event, class)?),
        Event::Minutes(event) => Event::Minutes(minutes::redact_event(m, event, class)?),
        Event::Decisions(event) => Event::Decisions(decisions::redact_event(m, event, class)?),
    };
    Some(event.into())
}

/// How many have voted in the open vote, and of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnout {
    pub vote: VoteId,
    pub cast: u32,
    pub entitled: u32,
}

/// The turnout that `class` is told while a vote is open; `m` is the whole state. Nothing where the
/// vote itself is not for this class.
pub fn turnout(m: &Meeting, class: ViewerClass) -> Option<Turnout> {
    let (id, vote) = m.open_vote()?;
    let ballots = vote.known_ballots()?;
    if m.level_of(vote.item) > class.clearance() {
        return None;
    }
    let count = |heads: usize| u32::try_from(heads).unwrap_or(u32::MAX);
    let (cast, entitled) = (count(ballots.len()), count(vote.terms.entitled.len()));
    Some(Turnout { vote: id, cast, entitled })
}

/// Whether an exported record leaves out what this event says: the ballots of a vote that was voided
/// are shown to nobody (R21). `m` is the state at the end of the log.
pub fn is_withheld_from_record(m: &Meeting, event: &Event) -> bool {
    let Event::Votes(VotesEvent::BallotCast { vote, .. }) = event else { return false };
    m.votes.get(vote).is_some_and(|vote| matches!(vote.state, VoteState::Void { .. }))
}

/// Folds an entry that was shown into a view: what every viewer's replica does.
pub fn fold(view: &mut Meeting, entry: &ViewEntry) {
    let Entry { position, at, .. } = *entry;
    match &entry.event {
        ViewEvent::Event(event) => fold_event(view, Entry { position, at, event }),
        ViewEvent::Only(ViewOnly::ItemWithheld { item }) => view.agenda.push(*item),
        ViewEvent::Only(ViewOnly::Introduced { participant, event }) => {
            view.people.insert(participant.person.clone(), participant.clone());
            view.counted = Counted::default();
            fold_event(view, Entry { position, at, event });
        }
    }
    view.position = position;
}

fn fold_event(view: &mut Meeting, entry: Entry<&Event>) {
    view.apply_event(entry);
    if let Event::Votes(VotesEvent::VoteOpened { vote, .. }) = entry.event
        && let Some(vote) = view.votes.get_mut(vote)
    {
        vote.state = VoteState::Open { ballots: Ballots::Withheld };
    }
}

/// The whole state as `class` may know it.
pub fn redact_state(m: &Meeting, class: ViewerClass) -> Meeting {
    let mut view = m.clone();
    let topics = [
        agenda::redact_state,
        motions::redact_state,
        papers::redact_state,
        attendance::redact_state,
        floor::redact_state,
        votes::redact_state,
        speech::redact_state,
        minutes::redact_state,
        decisions::redact_state,
    ];
    for mask in topics {
        mask(m, &mut view, class);
    }
    if headcount::is_counted(m, class) {
        headcount::redact_state(m, &mut view, class);
    }
    view
}
