//! The aggregate: a meeting's whole state, its commands and events. The only module that knows
//! every topic. `decide` judges, `apply` folds; neither reads a clock nor fails half-way.

mod apply;
mod command;
mod decide;
#[cfg(feature = "door")]
mod door;
mod edition;
mod event;
mod guards;
mod leaving;
mod refusal;
pub mod replay;

pub mod agenda;
pub mod attendance;
pub mod decisions;
pub mod effects;
pub mod floor;
pub mod minutes;
pub mod motions;
pub mod papers;
pub mod participants;
pub mod preparation;
pub mod session;
pub mod speech;
pub mod visibility;
pub mod votes;

pub use agenda::{AgendaCommand, AgendaEvent};
pub use attendance::{AttendanceCommand, AttendanceEvent};
pub use command::Command;
pub use decisions::{DecisionsCommand, DecisionsEvent};
pub use edition::Edition;
pub use event::Event;
pub use floor::{FloorCommand, FloorEvent};
pub use minutes::{MinutesCommand, MinutesEvent};
pub use motions::{MotionsCommand, MotionsEvent};
pub use papers::{PapersCommand, PapersEvent};
pub use participants::{ParticipantsCommand, ParticipantsEvent};
pub use preparation::{Particulars, PreparationCommand, PreparationEvent};
pub use refusal::{Act, Bound, Refusal, Thing};
pub use session::{HandOver, Milestone, Recess, SessionCommand, SessionEvent, Stage};
pub use speech::{SpeechCommand, SpeechEvent};
pub use votes::{VotesCommand, VotesEvent};

use crate::effects::Effect;
use crate::ids::{
    DecisionId, ItemId, MeetingId, MotionId, PaperId, PersonId, RecordingId, SegmentId, Time,
    VoteId,
};
use crate::profile::Profile;
use agenda::{Item, Level};
use attendance::{Absence, Counted, Heads, Stay};
use decisions::{Decision, Instrument, Place, Rendition};
use floor::Floor;
use minutes::Minutes;
use motions::Motion;
use papers::Paper;
use participants::{Office, Participant};
use serde::{Deserialize, Serialize};
use speech::{Recording, Segment};
use std::collections::BTreeMap;
use votes::Vote;

/// A meeting, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    pub id: MeetingId,
    pub particulars: Particulars,
    pub profile: Profile,
    pub stage: Stage,
    pub people: BTreeMap<PersonId, Participant>,
    /// Who presides; the appointed chair unless he handed over (R19).
    pub chair: Option<PersonId>,
    pub stays: BTreeMap<PersonId, Vec<Stay>>,
    pub absences: BTreeMap<PersonId, Absence>,
    /// Order of the items that are on the agenda.
    pub agenda: Vec<ItemId>,
    pub items: BTreeMap<ItemId, Item>,
    pub current: Option<ItemId>,
    pub papers: BTreeMap<PaperId, Paper>,
    pub motions: BTreeMap<MotionId, Motion>,
    pub votes: BTreeMap<VoteId, Vote>,
    pub floor: Floor,
    pub recordings: BTreeMap<RecordingId, Recording>,
    pub transcript: BTreeMap<SegmentId, Segment>,
    pub minutes: Minutes,
    pub decisions: BTreeMap<DecisionId, Decision>,
    pub opened: Option<Milestone>,
    pub closed: Option<Milestone>,
    /// In order; who presided before the first is the appointed chair.
    pub hand_overs: Vec<HandOver>,
    pub recesses: Vec<Recess>,
    /// Position of the last applied entry.
    pub position: u64,
    /// Position of the entry that changed the particulars last; 0 while they are as they were given first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub particulars_since: u64,
    /// Whoever changes people or stays otherwise than by an entry forgets it.
    #[serde(skip)]
    pub(crate) counted: Counted,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(position: &u64) -> bool {
    *position == 0
}

/// Who acts. Roles are looked up in the meeting, never taken from a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Person(PersonId),
    /// A job's result or a deadline.
    System,
    /// Somebody of the office who prepares meetings; `organiser` is his account's right.
    Organiser(PersonId),
}

impl Actor {
    /// The person behind it.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) | Self::Organiser(person) => Some(person),
            Self::System => None,
        }
    }
}

/// What `decide` may know beside the meeting.
#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Actor,
    pub now: Time,
}

/// What was decided: the events to append and the work to enqueue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
}

impl Decided {
    fn one(event: impl Into<Event>) -> Self {
        Self { events: vec![event.into()], effects: Vec::new() }
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }
}

/// An event where it stands in the log, or what a viewer is told of it. The actor is in the stored
/// record, not in views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<E = Event> {
    pub position: u64,
    pub at: Time,
    pub event: E,
}

impl Meeting {
    /// The meeting before its first event.
    pub fn blank(id: MeetingId) -> Self {
        Self {
            id,
            particulars: Particulars::default(),
            profile: Profile::board(),
            stage: Stage::Blank,
            people: BTreeMap::new(),
            chair: None,
            stays: BTreeMap::new(),
            absences: BTreeMap::new(),
            agenda: Vec::new(),
            items: BTreeMap::new(),
            current: None,
            papers: BTreeMap::new(),
            motions: BTreeMap::new(),
            votes: BTreeMap::new(),
            floor: Floor::default(),
            recordings: BTreeMap::new(),
            transcript: BTreeMap::new(),
            minutes: Minutes::NotBegun,
            decisions: BTreeMap::new(),
            opened: None,
            closed: None,
            hand_overs: Vec::new(),
            recesses: Vec::new(),
            position: 0,
            particulars_since: 0,
            counted: Counted::default(),
        }
    }

    /// Whether `person` is in the room.
    pub fn is_present(&self, person: &PersonId) -> bool {
        self.stays.get(person).is_some_and(|stays| attendance::is_present(stays))
    }

    /// Everyone on the list, with whether he is in the room: both are in the order of people, so
    /// that among thousands nobody is looked up.
    pub fn roll_call(&self) -> impl Iterator<Item = (&Participant, bool)> {
        let mut stays = self.stays.iter().peekable();
        self.people.values().map(move |row| {
            while stays.next_if(|(person, _)| **person < row.person).is_some() {}
            let own = stays.next_if(|(person, _)| **person == row.person);
            (row, own.is_some_and(|(_, stays)| attendance::is_present(stays)))
        })
    }

    /// Whether `person` does the secretary's work in this meeting.
    pub fn is_secretary(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(|p| p.office == Some(Office::Secretary))
    }

    /// Who signs a document before the chair: the secretary under whose name the minutes have a place.
    pub fn countersigner(&self, instrument: Instrument) -> Option<&Participant> {
        let secretary = match instrument {
            Instrument::Minutes => {
                self.people.values().find(|p| p.office == Some(Office::Secretary))?
            }
            Instrument::Decision(_) => return None,
        };
        (!self.is_chair(&secretary.person)).then_some(secretary)
    }

    /// Whether a set document waits for the signature of `person`, and in which place. The chair
    /// may sign without waiting for the secretary.
    pub fn place_of(&self, instrument: Instrument, person: &PersonId) -> Option<Place> {
        let Some(Rendition::Typeset { countersigned, .. }) = self.rendition(instrument) else {
            return None;
        };
        let countersigns = self.countersigner(instrument).is_some_and(|p| p.person == *person);
        match (self.is_chair(person), countersigns, countersigned) {
            (true, _, _) => Some(Place::Chair),
            (false, true, None) => Some(Place::Secretary),
            (false, _, _) => None,
        }
    }

    /// Whether `person` presides now.
    pub fn is_chair(&self, person: &PersonId) -> bool {
        self.chair.as_ref() == Some(person)
    }

    /// All members of the body, in heads.
    pub fn member_count(&self) -> u64 {
        self.heads().members
    }

    /// Members who are present, each once (R1). `recused` are left out where the profile says so.
    pub fn members_present(&self, item: Option<ItemId>) -> u64 {
        let present = self.heads().present;
        let Some(item) = item.and_then(|id| self.items.get(&id)) else { return present };
        if self.profile.recused_counts_as_present {
            return present;
        }
        let recused = item.recusals.keys().filter(|person| self.is_member_present(person));
        present - recused.count() as u64
    }

    /// Whether `person` is a member and in the room.
    pub(crate) fn is_member_present(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(Participant::is_member) && self.is_present(person)
    }

    pub(crate) fn heads(&self) -> Heads {
        self.counted.0.unwrap_or_else(|| {
            let mut heads = Heads { members: 0, present: 0 };
            for (_, is_present) in self.roll_call().filter(|(row, _)| row.is_member()) {
                heads.members += 1;
                heads.present += u64::from(is_present);
            }
            heads
        })
    }

    /// Whether there is a quorum now.
    pub fn has_quorum(&self) -> bool {
        self.profile.quorum.reached(self.members_present(None), self.member_count())
    }

    /// The vote that is open, if one is. There is never more than one.
    pub fn open_vote(&self) -> Option<(VoteId, &Vote)> {
        self.votes.iter().find(|(_, vote)| vote.is_open()).map(|(id, vote)| (*id, vote))
    }

    /// The number an item has on the agenda, from 1.
    pub fn number_of(&self, item: ItemId) -> Option<usize> {
        self.agenda.iter().position(|id| *id == item).map(|index| index + 1)
    }

    /// The level of an item; what belongs to no item is internal.
    pub fn level_of(&self, item: Option<ItemId>) -> Level {
        item.and_then(|id| self.items.get(&id)).map_or(Level::Internal, |item| item.level)
    }

    /// How far the PDF of an instrument is.
    pub fn rendition(&self, instrument: Instrument) -> Option<&Rendition> {
        match instrument {
            Instrument::Decision(id) => self.decisions.get(&id).map(|d| &d.rendition),
            Instrument::Minutes => self.minutes.rendition(),
        }
    }

    /// The digest of what an instrument is set from; `None` if there is no such instrument.
    pub fn source_digest(&self, instrument: Instrument) -> Option<crate::ids::Digest> {
        let bytes = match instrument {
            Instrument::Decision(id) => crate::canonical::bytes(&self.decisions.get(&id)?.text),
            Instrument::Minutes => match &self.minutes {
                Minutes::Approved { sentences, order, .. } => {
                    crate::canonical::bytes(&(sentences, order))
                }
                Minutes::NotBegun | Minutes::Draft { .. } => return None,
            },
        };
        Some(crate::ids::Digest::of(&bytes))
    }

    /// Judges somebody's own row, as adding him to any meeting would.
    ///
    /// # Errors
    /// The refusal that it would be answered with.
    pub fn takes(participant: &Participant) -> Result<(), Refusal> {
        participants::takes(participant)
    }

    /// Judges a command, as it is once it went through the door (`Command::at_the_door`). Changes
    /// nothing; the same arguments give the same answer everywhere.
    pub fn decide(&self, context: &Context, command: &Command) -> Result<Decided, Refusal> {
        decide::decide(self, context, command)
    }

    /// As [`Self::decide`] for what is pressed in the room (presence, session, floor, votes), for an
    /// answer on the spot; `None` for what the office does, which only the server judges.
    pub fn decide_in_room(
        &self,
        context: &Context,
        command: &Command,
    ) -> Option<Result<Decided, Refusal>> {
        decide::decide_in_room(self, context, command)
    }

    /// Folds one entry into the state. Total: an entry about something unknown changes nothing
    /// but the position, which is how a masked view stays in step.
    pub fn apply(&mut self, entry: &Entry) {
        let Entry { position, at, event } = entry;
        self.apply_event(Entry { position: *position, at: *at, event });
    }

    /// As [`Self::apply`], of an event that stands elsewhere.
    pub(crate) fn apply_event(&mut self, entry: Entry<&Event>) {
        apply::apply(self, entry);
        self.position = entry.position;
    }

    /// SHA-256 over the canonical bytes of the state: equal state, equal hash, on every machine.
    pub fn state_digest(&self) -> crate::ids::Digest {
        crate::ids::Digest::of(&crate::canonical::bytes(self))
    }
}
