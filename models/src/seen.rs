//! The one place that says who sees what: an event and a viewer class in, what that class may
//! see, or nothing, out. And the whole state masked for a class.
//!
//! Law (the secrecy square): folding what was shown gives the masked state. Never here: hiding
//! that is done on the screen.

mod counted;
mod own;

pub use own::{Own, own};

use crate::agenda::Level;
use crate::ids::{ItemId, PersonId, RecordingId, VoteId};
use crate::meeting::{Entry, Event, Meeting, Stage};
use crate::minutes::Minutes;
use crate::people::{Office, Participant};
use crate::profile::Roll;
use crate::speech::{Origin, Transcription};
use crate::votes::{Ballot, Ballots, VoteState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For whom something is made that leaves the server: the viewer classes, whose frames are encoded once
/// for each, and the readers of what comes out of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
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

impl Class {
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

    fn sees_papers(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Guest)
    }

    fn sees_decisions(self) -> bool {
        self != Self::Projector
    }

    fn sees_transcript(self) -> bool {
        self == Self::Staff
    }

    fn sees_minutes(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Reader)
    }

    fn sees_opinions(self) -> bool {
        matches!(self, Self::Staff | Self::Member | Self::Guest)
    }

    fn sees_reasons(self) -> bool {
        matches!(self, Self::Staff | Self::Member)
    }
}

/// The class a person has in a meeting; `None` if he may not know of it (R32).
pub fn class_of(meeting: &Meeting, person: &PersonId) -> Option<Class> {
    let class = class_once_convened(meeting, meeting.people.get(person)?);
    match meeting.stage {
        Stage::Blank => None,
        Stage::Preparing => Some(class).filter(|class| *class == Class::Staff),
        Stage::Convened | Stage::InSession { .. } | Stage::Recess { .. } | Stage::Closed { .. } => {
            Some(class)
        }
    }
}

/// The class a participant has from the convening on; staff know of a meeting before.
pub fn class_once_convened(meeting: &Meeting, participant: &Participant) -> Class {
    let holds_office =
        matches!(participant.office, Some(Office::Chair | Office::ViceChair | Office::Secretary));
    if holds_office || meeting.is_chair(&participant.person) {
        Class::Staff
    } else if participant.is_member() {
        Class::Member
    } else {
        Class::Guest
    }
}

/// Whether a participant knows of another: of everyone, or, where people are counted, of those his
/// class knows by name.
pub fn knows(m: &Meeting, person: &PersonId, other: &PersonId) -> bool {
    let row = m.people.get(other);
    match class_of(m, person) {
        Some(class) if counted::is_counted(m, class) => {
            row.is_some_and(|row| counted::is_known(m, row, class))
        }
        Some(_) => row.is_some(),
        None => false,
    }
}

/// What `class` is shown of `entry`; `before` is the whole state the entry is applied to.
pub fn show(before: &Meeting, entry: &Entry, class: Class) -> Option<Entry> {
    let event = if counted::is_counted(before, class) || creates_counted(&entry.event, class) {
        let counted = counted::in_numbers(before, &entry.event, class)?;
        counted::introducing(before, shown(before, &counted, class)?, class)
    } else {
        shown(before, &entry.event, class)?
    };
    Some(Entry { position: entry.position, at: entry.at, event })
}

/// The first event says by itself how people appear: before it there is no profile.
fn creates_counted(event: &Event, class: Class) -> bool {
    matches!(event, Event::MeetingCreated { profile, .. } if profile.roll == Roll::Counted)
        && class != Class::Staff
}

fn shown(m: &Meeting, event: &Event, class: Class) -> Option<Event> {
    let item_seen = |item: Option<ItemId>| m.level_of(item) <= class.clearance();
    let same = || Some(event.clone());
    let when = |visible: bool| visible.then(|| event.clone());
    match event {
        Event::MeetingCreated { .. }
        | Event::ParticularsChanged { .. }
        | Event::ParticipantAdded { .. }
        | Event::ParticipantRemoved { .. }
        | Event::AgendaOrdered { .. }
        | Event::ItemRemoved { .. }
        | Event::Convened {}
        | Event::CheckedIn { .. }
        | Event::QuorumLost { .. }
        | Event::QuorumRegained { .. }
        | Event::SessionOpened { .. }
        | Event::RecessCalled {}
        | Event::SessionResumed { .. }
        | Event::SessionClosed { .. }
        | Event::ChairHandedOver { .. }
        | Event::SpeechRequested { .. }
        | Event::RequestWithdrawn { .. }
        | Event::FloorExtended { .. }
        | Event::FloorPaused {}
        | Event::FloorResumed {}
        | Event::FloorEnded {} => same(),
        Event::FloorGranted { request, person, kind, item, allotted_ms } => {
            Some(Event::FloorGranted {
                request: *request,
                person: person.clone(),
                kind: kind.clone(),
                item: item.filter(|_| item_seen(*item)),
                allotted_ms: *allotted_ms,
            })
        }
        Event::CheckedOut { person, how, .. } if !class.sees_reasons() => Some(Event::CheckedOut {
            person: person.clone(),
            how: how.clone(),
            reason: String::new(),
        }),
        Event::AbsenceRecorded { person, .. } if !class.sees_reasons() => {
            Some(Event::AbsenceRecorded { person: person.clone(), reason: String::new() })
        }
        Event::CheckedOut { .. } | Event::AbsenceRecorded { .. } => same(),
        Event::ItemAdded { item, content } => {
            if content.level <= class.clearance() {
                same()
            } else {
                Some(Event::ItemWithheld { item: *item })
            }
        }
        Event::ItemWithheld { .. } | Event::Introduced { .. } => same(),
        Event::Recused { item, person, .. } if !class.sees_reasons() && item_seen(Some(*item)) => {
            Some(Event::Recused { item: *item, person: person.clone(), reason: String::new() })
        }
        Event::ItemChanged { item, .. }
        | Event::ItemStarted { item }
        | Event::ItemConcluded { item, .. }
        | Event::Objected { item, .. }
        | Event::AdoptedWithoutDebate { item }
        | Event::Recused { item, .. } => when(item_seen(Some(*item))),
        Event::PaperAdded { draft, .. } => {
            when(class.sees_papers() && draft.level <= class.clearance() && item_seen(draft.item))
        }
        Event::PaperRemoved { paper }
        | Event::PaperOpened { paper, .. }
        | Event::PageRendered { paper, .. }
        | Event::PageFailed { paper, .. }
        | Event::PaperRendered { paper }
        | Event::PaperFailed { paper, .. } => when(sees_paper(m, *paper, class)),
        Event::MotionAdded { content, .. } => when(item_seen(content.item)),
        Event::MotionChanged { motion, .. } | Event::MotionWithdrawn { motion } => {
            when(m.motions.get(motion).is_some_and(|motion| item_seen(motion.item)))
        }
        Event::VoteOpened { item, .. } => when(item_seen(*item)),
        Event::BallotCast { .. } => None,
        Event::VoteClosed { vote, ballots, outcome } => {
            m.votes.get(vote).filter(|vote| item_seen(vote.item))?;
            Some(Event::VoteClosed {
                vote: *vote,
                ballots: opinions_for(ballots, class),
                outcome: outcome.clone(),
            })
        }
        Event::VoteVoided { vote, .. } => {
            when(m.votes.get(vote).is_some_and(|vote| item_seen(vote.item)))
        }
        // Whoever is in the room knows that it is being recorded, and by whom.
        Event::RecordingStarted { .. } | Event::RecordingEnded { .. } => same(),
        Event::RecordingStored { recording, .. }
        | Event::SoundFailed { recording, .. }
        | Event::SoundFlawed { recording, .. } => {
            when(class.sees_transcript() || is_live(m, *recording))
        }
        Event::RecordingImported { .. }
        | Event::SegmentHeard { .. }
        | Event::TranscriptReached { .. }
        | Event::TranscriptFinished { .. }
        | Event::TranscriptUnavailable { .. }
        | Event::SegmentCorrected { .. }
        | Event::SpeakerNamed { .. } => when(class.sees_transcript()),
        Event::MinutesDrafted { .. }
        | Event::SentenceWritten { .. }
        | Event::SentenceEdited { .. }
        | Event::SentenceRewritten { .. }
        | Event::SentenceRemoved { .. } => when(class.sees_transcript()),
        Event::MinutesApproved { .. } => when(class.sees_minutes()),
        // To a class that never saw the draft, reopened minutes are as not begun.
        Event::MinutesReopened { .. } if class.sees_minutes() && !class.sees_transcript() => {
            Some(Event::MinutesReopened {
                sentences: BTreeMap::new(),
                order: Vec::new(),
                numbered: 0,
            })
        }
        Event::MinutesReopened { .. } => when(class.sees_minutes()),
        Event::DecisionPrepared { motion, .. } => {
            when(class.sees_decisions() && sees_motion(m, *motion, class))
        }
        Event::DecisionRevised { decision, .. } => when(sees_decision(m, *decision, class)),
        Event::InstrumentTypeset { instrument, .. }
        | Event::InstrumentFailed { instrument, .. }
        | Event::Signed { instrument, .. }
        | Event::Published { instrument, .. } => when(match instrument {
            crate::decisions::Instrument::Decision(id) => sees_decision(m, *id, class),
            crate::decisions::Instrument::Minutes => class.sees_minutes(),
        }),
    }
}

fn is_live(m: &Meeting, recording: RecordingId) -> bool {
    m.recordings.get(&recording).is_some_and(|found| found.origin == Origin::Live)
}

fn sees_paper(m: &Meeting, paper: crate::ids::PaperId, class: Class) -> bool {
    m.papers.get(&paper).is_some_and(|paper| {
        class.sees_papers()
            && paper.level <= class.clearance()
            && m.level_of(paper.item) <= class.clearance()
    })
}

fn sees_motion(m: &Meeting, motion: crate::ids::MotionId, class: Class) -> bool {
    m.motions.get(&motion).is_some_and(|motion| m.level_of(motion.item) <= class.clearance())
}

fn sees_decision(m: &Meeting, decision: crate::ids::DecisionId, class: Class) -> bool {
    class.sees_decisions()
        && m.decisions.get(&decision).is_some_and(|d| sees_motion(m, d.motion, class))
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
pub fn turnout(m: &Meeting, class: Class) -> Option<Turnout> {
    let (id, vote) = m.open_vote()?;
    let VoteState::Open { ballots: Ballots::Known(ballots) } = &vote.state else { return None };
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
    let Event::BallotCast { vote, .. } = event else { return false };
    m.votes.get(vote).is_some_and(|vote| matches!(vote.state, VoteState::Void { .. }))
}

fn opinions_for(ballots: &BTreeMap<PersonId, Ballot>, class: Class) -> BTreeMap<PersonId, Ballot> {
    let mut ballots = ballots.clone();
    if !class.sees_opinions() {
        for ballot in ballots.values_mut() {
            ballot.opinion.clear();
        }
    }
    ballots
}

/// Folds an entry that was shown into a view: what every viewer's replica does.
pub fn fold(view: &mut Meeting, entry: &Entry) {
    view.apply(entry);
    if let Event::VoteOpened { vote, .. } = &entry.event
        && let Some(vote) = view.votes.get_mut(vote)
    {
        vote.state = VoteState::Open { ballots: Ballots::Withheld };
    }
}

/// The whole state as `class` may know it.
pub fn mask(m: &Meeting, class: Class) -> Meeting {
    let mut view = m.clone();
    let clearance = class.clearance();
    view.papers.retain(|id, _| sees_paper(m, *id, class));
    view.motions.retain(|id, _| sees_motion(m, *id, class));
    view.votes.retain(|_, vote| m.level_of(vote.item) <= clearance);
    view.decisions.retain(|id, _| sees_decision(m, *id, class));
    view.items.retain(|_, item| item.level <= clearance);
    view.current = view.current.filter(|item| view.items.contains_key(item));
    for turn in view.floor.speaking.iter_mut() {
        turn.item = turn.item.filter(|item| m.level_of(Some(*item)) <= clearance);
    }
    for turn in &mut view.floor.past {
        turn.item = turn.item.filter(|item| m.level_of(Some(*item)) <= clearance);
    }
    for vote in view.votes.values_mut() {
        match &mut vote.state {
            VoteState::Open { ballots } => *ballots = Ballots::Withheld,
            VoteState::Closed { ballots, .. } => *ballots = opinions_for(ballots, class),
            VoteState::Void { .. } => {}
        }
    }
    if !class.sees_reasons() {
        for absence in view.absences.values_mut() {
            absence.reason.clear();
        }
        for left in view.stays.values_mut().flatten().filter_map(|stay| stay.until.as_mut()) {
            left.reason.clear();
        }
        for recusal in view.items.values_mut().flat_map(|item| item.recusals.values_mut()) {
            recusal.reason.clear();
        }
    }
    if !class.sees_transcript() {
        view.recordings.retain(|_, recording| recording.origin == Origin::Live);
        for recording in view.recordings.values_mut() {
            recording.transcription = Transcription::Waiting;
        }
        view.transcript.clear();
        if matches!(view.minutes, Minutes::Draft { .. }) || !class.sees_minutes() {
            view.minutes = Minutes::NotBegun;
        }
    }
    if counted::is_counted(m, class) {
        counted::mask(m, &mut view, class);
    }
    view
}
