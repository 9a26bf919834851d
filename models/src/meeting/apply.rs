//! Folding an entry into the state. Never here: a judgement. Whatever is unknown is passed over,
//! which is how a masked view stays in step.

use super::{Entry, Event, Meeting, Milestone, Stage};
use crate::agenda::{ItemState, Recusal};
use crate::attendance::{Absence, Left, Stay};
use crate::decisions::{Decision, Instrument, Publication, Rendition};
use crate::documents::{Paper, PaperState};
use crate::floor::{PastTurn, Request, Turn};
use crate::ids::{PaperId, RecordingId, SentenceId};
use crate::minutes::Minutes;
use crate::people::Office;
use crate::speech::{Capture, Corrected, Origin, Recording, Segment, Speaker, Transcription};
use crate::votes::{Ballot, Ballots, MotionState, Verdict, Vote, VoteState};
use std::collections::BTreeMap;

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    match &entry.event {
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
        | Event::Recused { .. } => agenda(m, entry),
        Event::PaperAdded { .. }
        | Event::PaperRemoved { .. }
        | Event::PaperOpened { .. }
        | Event::PageRendered { .. }
        | Event::PaperRendered { .. }
        | Event::PaperFailed { .. } => papers(m, entry),
        Event::CheckedIn { .. } | Event::CheckedOut { .. } | Event::AbsenceRecorded { .. } => {
            attendance(m, entry);
        }
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
        | Event::FloorEnded {} => floor(m, entry),
        Event::MotionAdded { .. }
        | Event::MotionChanged { .. }
        | Event::MotionWithdrawn { .. }
        | Event::VoteOpened { .. }
        | Event::BallotCast { .. }
        | Event::VoteClosed { .. }
        | Event::VoteVoided { .. } => votes(m, entry),
        Event::RecordingStarted { .. }
        | Event::RecordingImported { .. }
        | Event::RecordingStored { .. }
        | Event::SoundFailed { .. }
        | Event::SegmentHeard { .. }
        | Event::TranscriptReached { .. }
        | Event::TranscriptFinished { .. }
        | Event::TranscriptUnavailable { .. }
        | Event::SegmentCorrected { .. }
        | Event::SpeakerNamed { .. } => speech(m, entry),
        Event::MinutesDrafted { .. }
        | Event::SentenceWritten { .. }
        | Event::SentenceEdited { .. }
        | Event::SentenceRemoved { .. }
        | Event::MinutesApproved { .. }
        | Event::MinutesReopened { .. } => minutes(m, entry),
        Event::DecisionPrepared { .. }
        | Event::DecisionRevised { .. }
        | Event::InstrumentTypeset { .. }
        | Event::InstrumentFailed { .. }
        | Event::Signed { .. }
        | Event::Published { .. } => instruments(m, entry),
    }
}

fn preparation(m: &mut Meeting, entry: &Entry) {
    match &entry.event {
        Event::MeetingCreated { particulars, profile, people } => {
            m.particulars = particulars.clone();
            m.profile = profile.clone();
            m.people = people.iter().map(|p| (p.person.clone(), p.clone())).collect();
            m.stage = Stage::Preparing;
            appoint_chair(m);
        }
        Event::ParticularsChanged { particulars } => m.particulars = particulars.clone(),
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

fn agenda(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::ItemAdded { item, content } => {
            m.items.insert(*item, content.clone());
            m.agenda.push(*item);
        }
        Event::ItemWithheld { item } => m.agenda.push(*item),
        Event::ItemChanged { item, title, presenter, unit, minutes_planned } => {
            if let Some(found) = m.items.get_mut(item) {
                found.title = title.clone();
                found.presenter = presenter.clone();
                found.unit = unit.clone();
                found.minutes_planned = *minutes_planned;
            }
        }
        Event::ItemRemoved { item } => {
            m.agenda.retain(|id| id != item);
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Removed;
            }
        }
        Event::AgendaOrdered { agenda } => m.agenda = agenda.clone(),
        Event::ItemStarted { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Open { since: *at, position: *position };
                m.current = Some(*item);
            }
        }
        Event::ItemConcluded { item, conclusion } => {
            if let Some(found) = m.items.get_mut(item) {
                let since = found.open_since();
                found.state = ItemState::Concluded {
                    since,
                    at: *at,
                    position: *position,
                    conclusion: conclusion.clone(),
                };
            }
            if m.current == Some(*item) {
                m.current = None;
            }
        }
        Event::Objected { item, person } => {
            if let Some(found) = m.items.get_mut(item) {
                found.objections.push(person.clone());
            }
        }
        Event::AdoptedWithoutDebate { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::AdoptedWithoutDebate { at: *at, position: *position };
            }
            for motion in m.motions.values_mut().filter(|motion| motion.item == Some(*item)) {
                if motion.state == MotionState::Proposed {
                    motion.state = MotionState::AdoptedWithoutDebate;
                }
            }
        }
        Event::Recused { item, person, reason } => {
            if let Some(found) = m.items.get_mut(item) {
                let recusal = Recusal { reason: reason.clone(), since: *at, position: *position };
                found.recusals.insert(person.clone(), recusal);
            }
        }
        _ => {}
    }
}

fn papers(m: &mut Meeting, entry: &Entry) {
    let set = |m: &mut Meeting, id: PaperId, change: &dyn Fn(PaperState) -> PaperState| {
        if let Some(paper) = m.papers.get_mut(&id) {
            let state = std::mem::replace(&mut paper.state, PaperState::Waiting);
            paper.state = change(state);
        }
    };
    match &entry.event {
        Event::PaperAdded { paper, draft, by } => {
            m.papers.insert(
                *paper,
                Paper {
                    item: draft.item,
                    title: draft.title.clone(),
                    number: draft.number.clone(),
                    level: draft.level,
                    file_name: draft.file_name.clone(),
                    blob: draft.blob,
                    bytes: draft.bytes,
                    added_at: entry.at,
                    added_by: by.clone(),
                    state: PaperState::Waiting,
                },
            );
        }
        Event::PaperRemoved { paper } => set(m, *paper, &|_| PaperState::Removed),
        Event::PaperOpened { paper, pages } => {
            let total = *pages;
            set(m, *paper, &|_| PaperState::Rendering { total, pages: Vec::new() });
        }
        Event::PageRendered { paper, page, .. } => set(m, *paper, &|state| match state {
            PaperState::Rendering { total, mut pages } => {
                pages.push(page.clone());
                PaperState::Rendering { total, pages }
            }
            other => other,
        }),
        Event::PaperRendered { paper } => set(m, *paper, &|state| match state {
            PaperState::Rendering { pages, .. } => PaperState::Ready { pages },
            other => other,
        }),
        Event::PaperFailed { paper, fault, page } => set(m, *paper, &|state| match state {
            PaperState::Rendering { pages, .. } => {
                PaperState::Faulty { fault: *fault, page: *page, pages }
            }
            PaperState::Removed => PaperState::Removed,
            _ => PaperState::Faulty { fault: *fault, page: *page, pages: Vec::new() },
        }),
        _ => {}
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
        Event::RecessCalled {} => m.stage = Stage::Recess { opened_at, since: *at },
        Event::SessionResumed { .. } => m.stage = Stage::InSession { opened_at },
        Event::SessionClosed { present, members } => {
            m.closed = milestone(*present, *members);
            m.stage = Stage::Closed { opened_at, at: *at };
            m.floor.requests.clear();
        }
        Event::ChairHandedOver { to } => m.chair = Some(to.clone()),
        _ => {}
    }
}

fn floor(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    let floor = &mut m.floor;
    match event {
        Event::SpeechRequested { request, person, kind } => {
            floor.asked = floor.asked.max(request.0);
            let request_ = Request { person: person.clone(), kind: kind.clone(), asked_at: *at };
            floor.requests.insert(*request, request_);
        }
        Event::RequestWithdrawn { request } => {
            floor.requests.remove(request);
        }
        Event::FloorGranted { request, person, kind, item, allotted_ms } => {
            if let Some(request) = request {
                floor.requests.remove(request);
            }
            floor.speaking = Some(Turn {
                person: person.clone(),
                kind: kind.clone(),
                item: *item,
                started: *at,
                position: *position,
                allotted_ms: *allotted_ms,
                used_ms: 0,
                running_since: Some(*at),
            });
        }
        Event::FloorExtended { by_ms } => {
            if let Some(turn) = &mut floor.speaking {
                turn.allotted_ms = turn.allotted_ms.saturating_add(*by_ms);
            }
        }
        Event::FloorPaused {} => {
            if let Some(turn) = &mut floor.speaking {
                turn.used_ms = turn.used_at(*at);
                turn.running_since = None;
            }
        }
        Event::FloorResumed {} => {
            if let Some(turn) = &mut floor.speaking {
                turn.running_since = Some(*at);
            }
        }
        Event::FloorEnded {} => {
            if let Some(turn) = floor.speaking.take() {
                floor.past.push(PastTurn {
                    person: turn.person,
                    kind: turn.kind,
                    item: turn.item,
                    started: turn.started,
                    ended: *at,
                    position: turn.position,
                });
            }
        }
        _ => {}
    }
}

fn votes(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::MotionAdded { motion, content } => {
            m.motions.insert(*motion, content.clone());
        }
        Event::MotionChanged { motion, text } => {
            if let Some(found) = m.motions.get_mut(motion) {
                found.text = text.clone();
            }
        }
        Event::MotionWithdrawn { motion } => set_motion(m, *motion, MotionState::Withdrawn),
        Event::VoteOpened { vote, motion, item, terms } => {
            let vote_ = Vote {
                motion: *motion,
                item: *item,
                opened_at: *at,
                position: *position,
                terms: terms.clone(),
                state: VoteState::Open { ballots: Ballots::Known(BTreeMap::new()) },
            };
            m.votes.insert(*vote, vote_);
            set_motion(m, *motion, MotionState::Voting);
        }
        Event::BallotCast { vote, person, choice, opinion } => {
            if let Some(vote) = m.votes.get_mut(vote)
                && let VoteState::Open { ballots: Ballots::Known(ballots) } = &mut vote.state
            {
                let ballot = Ballot {
                    choice: *choice,
                    opinion: opinion.clone(),
                    at: *at,
                    position: *position,
                };
                ballots.insert(person.clone(), ballot);
            }
        }
        Event::VoteClosed { vote, ballots, outcome } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Closed {
                at: *at,
                position: *position,
                ballots: ballots.clone(),
                outcome: outcome.clone(),
            };
            let motion = found.motion;
            let state = match outcome.verdict {
                Verdict::Passed => MotionState::Adopted,
                Verdict::Failed => MotionState::Rejected,
                Verdict::NoDecision => MotionState::Undecided,
            };
            set_motion(m, motion, state);
        }
        Event::VoteVoided { vote, reason } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Void { at: *at, position: *position, reason: reason.clone() };
            let motion = found.motion;
            set_motion(m, motion, MotionState::Proposed);
        }
        _ => {}
    }
}

fn set_motion(m: &mut Meeting, motion: crate::ids::MotionId, state: MotionState) {
    if let Some(found) = m.motions.get_mut(&motion) {
        found.state = state;
    }
}

fn speech(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::RecordingStarted { recording, by, language } => {
            m.recordings.insert(
                *recording,
                Recording {
                    origin: Origin::Live,
                    by: by.clone(),
                    started: Some(*at),
                    language: *language,
                    capture: Capture::Recording,
                    transcription: Transcription::Waiting,
                },
            );
        }
        Event::RecordingImported { recording, by, origin, started, language } => {
            m.recordings.insert(
                *recording,
                Recording {
                    origin: origin.clone(),
                    by: by.clone(),
                    started: *started,
                    language: *language,
                    capture: Capture::Recording,
                    transcription: Transcription::Waiting,
                },
            );
        }
        Event::RecordingStored { recording, samples, digest } => {
            if let Some(found) = m.recordings.get_mut(recording) {
                found.capture = Capture::Stored { samples: *samples, digest: *digest };
            }
        }
        Event::SoundFailed { recording, fault } => {
            if let Some(found) = m.recordings.get_mut(recording) {
                found.capture = Capture::Faulty { fault: *fault };
            }
        }
        Event::SegmentHeard { segment, recording, heard, speaker }
            if m.recordings.contains_key(recording) =>
        {
            let segment_ = Segment {
                recording: *recording,
                heard: heard.clone(),
                speaker: speaker.clone(),
                corrected: None,
                position: *position,
            };
            m.transcript.insert(*segment, segment_);
        }
        Event::TranscriptReached { recording, to_ms } => {
            set_transcription(m, *recording, Transcription::Running { to_ms: *to_ms });
        }
        Event::TranscriptFinished { recording, model, synthetic } => {
            let done = Transcription::Done { model: model.clone(), synthetic: *synthetic };
            set_transcription(m, *recording, done);
        }
        Event::TranscriptUnavailable { recording, no_model } => {
            let state = if *no_model { Transcription::NoModel } else { Transcription::Failed };
            set_transcription(m, *recording, state);
        }
        Event::SegmentCorrected { segment, text, by } => {
            if let Some(found) = m.transcript.get_mut(segment) {
                found.corrected = Some(Corrected { text: text.clone(), by: by.clone(), at: *at });
            }
        }
        Event::SpeakerNamed { segment, person, by } => {
            if let Some(found) = m.transcript.get_mut(segment) {
                found.speaker = Speaker::Named { person: person.clone(), by: by.clone() };
            }
        }
        _ => {}
    }
}

fn set_transcription(m: &mut Meeting, recording: RecordingId, state: Transcription) {
    if let Some(found) = m.recordings.get_mut(&recording) {
        found.transcription = state;
    }
}

fn minutes(m: &mut Meeting, entry: &Entry) {
    match &entry.event {
        // How it reads for a class that never saw the draft.
        Event::MinutesReopened { sentences, .. } if sentences.is_empty() => {
            m.minutes = Minutes::NotBegun;
        }
        Event::MinutesDrafted { sentences, order }
        | Event::MinutesReopened { sentences, order } => {
            m.minutes = Minutes::Draft { sentences: sentences.clone(), order: order.clone() };
        }
        Event::MinutesApproved { sentences, order } => {
            m.minutes = Minutes::Approved {
                sentences: sentences.clone(),
                order: order.clone(),
                at: entry.at,
                rendition: Rendition::Waiting,
                published: None,
            };
        }
        event => {
            if let Minutes::Draft { sentences, order } = &mut m.minutes {
                edit_sentence(sentences, order, event, entry.at);
            }
        }
    }
}

fn edit_sentence(
    sentences: &mut BTreeMap<SentenceId, crate::minutes::Sentence>,
    order: &mut Vec<SentenceId>,
    event: &Event,
    at: crate::ids::Time,
) {
    match event {
        Event::SentenceWritten { sentence, content, after } => {
            sentences.insert(*sentence, content.clone());
            let index = after
                .and_then(|after| order.iter().position(|id| *id == after))
                .map_or(0, |index| index + 1);
            order.insert(index, *sentence);
        }
        Event::SentenceEdited { sentence, text, by } => {
            if let Some(found) = sentences.get_mut(sentence) {
                found.text = text.clone();
                // What a person rewrote is his; the passage it came from stays named if it is one.
                if !matches!(found.source, crate::minutes::Source::Speech { .. }) {
                    found.source = crate::minutes::Source::Person { person: by.clone(), at };
                }
            }
        }
        // The text stays in the log; its number is never given again because the map keeps it.
        Event::SentenceRemoved { sentence } => order.retain(|id| id != sentence),
        _ => {}
    }
}

fn instruments(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::DecisionPrepared { decision, motion, vote, text } => {
            m.decisions.insert(
                *decision,
                Decision {
                    motion: *motion,
                    vote: *vote,
                    text: text.clone(),
                    prepared_at: *at,
                    rendition: Rendition::Waiting,
                    published: None,
                },
            );
        }
        Event::DecisionRevised { decision, text } => {
            if let Some(found) = m.decisions.get_mut(decision) {
                found.text = text.clone();
                found.rendition = Rendition::Waiting;
            }
        }
        Event::InstrumentTypeset { instrument, document, pages } => {
            let state = Rendition::Typeset { document: *document, pages: *pages };
            set_rendition(m, *instrument, state);
        }
        Event::InstrumentFailed { instrument, detail } => {
            set_rendition(m, *instrument, Rendition::Failed { detail: detail.clone() });
        }
        Event::Signed { instrument, document, fingerprint, certificate, signer } => {
            let state = Rendition::Signed {
                document: *document,
                fingerprint: *fingerprint,
                signer: signer.clone(),
                certificate: *certificate,
                at: *at,
                position: *position,
            };
            set_rendition(m, *instrument, state);
        }
        Event::Published { instrument, by } => {
            let publication = Some(Publication { at: *at, by: by.clone(), position: *position });
            match instrument {
                Instrument::Decision(id) => {
                    if let Some(found) = m.decisions.get_mut(id) {
                        found.published = publication;
                    }
                }
                Instrument::Minutes => {
                    if let Minutes::Approved { published, .. } = &mut m.minutes {
                        *published = publication;
                    }
                }
            }
        }
        _ => {}
    }
}

fn set_rendition(m: &mut Meeting, instrument: Instrument, state: Rendition) {
    match instrument {
        Instrument::Decision(id) => {
            if let Some(found) = m.decisions.get_mut(&id) {
                found.rendition = state;
            }
        }
        Instrument::Minutes => {
            if let Minutes::Approved { rendition, .. } = &mut m.minutes {
                *rendition = state;
            }
        }
    }
}
