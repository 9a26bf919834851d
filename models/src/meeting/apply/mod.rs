//! Folding an entry into the state, one file a topic. Never here: a judgement. Whatever is unknown
//! is passed over, which is how a masked view stays in step.

mod agenda;
mod floor;
mod instruments;
mod minutes;
mod papers;
mod speech;
mod votes;

use super::{Entry, Event, HandOver, Meeting, Milestone, Recess, Stage};
use crate::attendance::{Absence, Counted, Heads, Left, Stay};
use crate::people::Office;

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    match &entry.event {
        Event::Introduced { participant, event } => {
            m.people.insert(participant.person.clone(), participant.clone());
            m.counted = Counted::default();
            let Entry { position, at, .. } = *entry;
            apply(m, &Entry { position, at, event: (**event).clone() });
        }
        Event::MeetingCreated { .. }
        | Event::ParticularsChanged { .. }
        | Event::ParticipantAdded { .. }
        | Event::ParticipantRemoved { .. }
        | Event::Convened {} => preparation(m, entry),
        Event::ItemAdded { .. }
        | Event::ItemWithheld { .. }
        | Event::ItemChanged { .. }
        | Event::ItemRemoved { .. }
        | Event::AgendaOrdered { .. }
        | Event::ItemStarted { .. }
        | Event::ItemConcluded { .. }
        | Event::Objected { .. }
        | Event::AdoptedWithoutDebate { .. }
        | Event::Recused { .. } => agenda::apply(m, entry),
        Event::PaperAdded { .. }
        | Event::PaperRemoved { .. }
        | Event::PaperOpened { .. }
        | Event::PageRendered { .. }
        | Event::PageFailed { .. }
        | Event::PaperRendered { .. }
        | Event::PaperFailed { .. } => papers::apply(m, entry),
        Event::CheckedIn { person, .. } | Event::CheckedOut { person, .. } => {
            let (heads, was) = (m.heads(), m.is_member_present(person));
            attendance(m, entry);
            let is = m.is_member_present(person);
            let present = heads.present + u64::from(is) - u64::from(was);
            m.counted = Counted(Some(Heads { present, ..heads }));
        }
        Event::AbsenceRecorded { .. } => attendance(m, entry),
        Event::QuorumLost { .. }
        | Event::QuorumRegained { .. }
        | Event::SessionOpened { .. }
        | Event::RecessCalled {}
        | Event::SessionResumed { .. }
        | Event::SessionClosed { .. }
        | Event::ChairHandedOver { .. } => session(m, entry),
        Event::SpeechRequested { .. }
        | Event::RequestWithdrawn { .. }
        | Event::FloorGranted { .. }
        | Event::FloorExtended { .. }
        | Event::FloorPaused {}
        | Event::FloorResumed {}
        | Event::FloorEnded {} => floor::apply(m, entry),
        Event::MotionAdded { .. }
        | Event::MotionChanged { .. }
        | Event::MotionWithdrawn { .. }
        | Event::VoteOpened { .. }
        | Event::BallotCast { .. }
        | Event::VoteClosed { .. }
        | Event::VoteVoided { .. } => votes::apply(m, entry),
        Event::RecordingStarted { .. }
        | Event::RecordingImported { .. }
        | Event::RecordingEnded { .. }
        | Event::RecordingStored { .. }
        | Event::SoundFailed { .. }
        | Event::SoundFlawed { .. }
        | Event::SegmentHeard { .. }
        | Event::TranscriptReached { .. }
        | Event::TranscriptFinished { .. }
        | Event::TranscriptUnavailable { .. }
        | Event::SegmentCorrected { .. }
        | Event::SpeakerNamed { .. } => speech::apply(m, entry),
        Event::MinutesDrafted { .. }
        | Event::SentenceWritten { .. }
        | Event::SentenceEdited { .. }
        | Event::SentenceRewritten { .. }
        | Event::SentenceRemoved { .. }
        | Event::MinutesApproved { .. }
        | Event::MinutesReopened { .. } => minutes::apply(m, entry),
        Event::DecisionPrepared { .. }
        | Event::DecisionRevised { .. }
        | Event::InstrumentTypeset { .. }
        | Event::InstrumentFailed { .. }
        | Event::Signed { .. }
        | Event::Published { .. } => instruments::apply(m, entry),
    }
}

fn preparation(m: &mut Meeting, entry: &Entry) {
    m.counted = Counted::default();
    match &entry.event {
        Event::MeetingCreated { particulars, profile, people } => {
            m.particulars = particulars.clone();
            m.profile = profile.clone();
            m.people = people.iter().map(|p| (p.person.clone(), p.clone())).collect();
            m.stage = Stage::Preparing;
            appoint_chair(m);
        }
        Event::ParticularsChanged { particulars } => {
            m.particulars = particulars.clone();
            m.particulars_since = entry.position;
        }
        Event::ParticipantAdded { participant } => {
            m.people.insert(participant.person.clone(), participant.clone());
            appoint_chair(m);
        }
        Event::ParticipantRemoved { person } => {
            m.people.remove(person);
            appoint_chair(m);
        }
        Event::Convened {} => m.stage = Stage::Convened,
        _ => {}
    }
}

/// While it is prepared, the chair is who is appointed; afterwards only a hand-over changes him.
fn appoint_chair(m: &mut Meeting) {
    if m.stage == Stage::Preparing {
        let appointed = m.people.values().find(|p| p.office == Some(Office::Chair));
        m.chair = appointed.map(|p| p.person.clone());
    }
}

fn attendance(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::CheckedIn { person, how } => m.stays.entry(person.clone()).or_default().push(Stay {
            from: *at,
            how: how.clone(),
            position: *position,
            until: None,
        }),
        Event::CheckedOut { person, how, reason } => {
            if let Some(stay) = m.stays.get_mut(person).and_then(|stays| stays.last_mut()) {
                stay.until = Some(Left {
                    at: *at,
                    how: how.clone(),
                    reason: reason.clone(),
                    position: *position,
                });
            }
        }
        Event::AbsenceRecorded { person, reason } => {
            let absence = Absence { reason: reason.clone(), position: *position };
            m.absences.insert(person.clone(), absence);
        }
        _ => {}
    }
}

fn session(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    let milestone = |present: u64, members: u64| {
        Some(Milestone { at: *at, position: *position, present, members })
    };
    let opened_at = m.opened.map_or(*at, |opened| opened.at);
    match event {
        Event::SessionOpened { present, members } => {
            m.opened = milestone(*present, *members);
            m.stage = Stage::InSession { opened_at: *at };
        }
        Event::RecessCalled {} => {
            m.recesses.push(Recess { since: *at, position: *position, until: None });
            m.stage = Stage::Recess { opened_at, since: *at };
        }
        Event::SessionResumed { present, members } => {
            if let Some(recess) = m.recesses.last_mut() {
                recess.until = milestone(*present, *members);
            }
            m.stage = Stage::InSession { opened_at };
        }
        Event::SessionClosed { present, members } => {
            m.closed = milestone(*present, *members);
            m.stage = Stage::Closed { opened_at, at: *at };
            m.floor.requests.clear();
        }
        Event::ChairHandedOver { to } => {
            let from = m.chair.replace(to.clone());
            let (to, at, position) = (to.clone(), *at, *position);
            m.hand_overs.push(HandOver { from, to, at, position });
        }
        _ => {}
    }
}
