//! Reading a log as a stranger would: each record is held against everything that stands before
//! it, numbers are counted again. Never here: files, signatures.

mod documents;
mod votes;

use super::report::{CheckName, Findings, Report};
use super::{SOFTWARE, document_path, sound_path, upload_path};
use crate::instruments::Sheet;
use icabinet_models::decisions::{Instrument, Place, Rendition};
use icabinet_models::ids::{Digest, MeetingId, RecordingId, Text, Time, VoteId};
use icabinet_models::meeting::{
    AttendanceEvent, DecisionsEvent, PapersEvent, SessionEvent, SpeechEvent, VotesEvent,
};
use icabinet_models::minutes::Minutes;
use icabinet_models::minutes::draft::Form;
use icabinet_models::motions::MotionState;
use icabinet_models::record::{RECORD_VERSION, Record};
use icabinet_models::speech::Origin;
use icabinet_models::votes::{Ballot, Verdict};
use icabinet_models::{Entry, Event, Meeting};
use std::collections::{BTreeMap, BTreeSet};

/// The first version of records whose minutes and documents have today's words and form.
const TODAYS_FORM: u32 = 3;

/// The words and the form that a record's program gave to what it made.
fn form_of(record: &Record) -> Form {
    if record.v < TODAYS_FORM.min(RECORD_VERSION) { Form::First } else { Form::Today }
}

/// A signature that the log tells of.
pub(super) struct Signed {
    pub(super) position: u64,
    pub(super) at: Time,
    pub(super) name: String,
    pub(super) document: Digest,
    pub(super) fingerprint: Digest,
    pub(super) certificate: Digest,
    /// The signer's name as the meeting knows him.
    pub(super) signer: String,
    pub(super) place: Place,
    /// The document before it was signed.
    pub(super) typeset: Option<Digest>,
    /// The document with the signature before this one.
    pub(super) before: Option<Digest>,
    /// What the log would have it say.
    pub(super) sheet: Option<Sheet>,
}

/// Folds the log and collects what is wrong with it.
pub(super) struct Judge {
    pub(super) meeting: Meeting,
    pub(super) signed: Vec<Signed>,
    /// Files that the log names.
    pub(super) named: BTreeSet<String>,
    /// Samples and their SHA-256 of each stored recording.
    pub(super) recordings: BTreeMap<RecordingId, (u64, Digest)>,
    quorum: Findings,
    votes: Findings,
    minutes: Findings,
    /// Wording that this version would have made otherwise.
    wording: Findings,
    documents: Findings,
    /// What was set, and in which form.
    set: BTreeMap<Instrument, Form>,
    closed: usize,
    ballots: usize,
    /// Records that are not shown, by the vote that was open then.
    withheld: BTreeMap<VoteId, usize>,
}

impl Judge {
    pub(super) fn new(id: MeetingId) -> Self {
        Self {
            meeting: Meeting::blank(id),
            signed: Vec::new(),
            named: BTreeSet::new(),
            recordings: BTreeMap::new(),
            quorum: Findings::default(),
            votes: Findings::default(),
            minutes: Findings::default(),
            wording: Findings::default(),
            documents: Findings::default(),
            set: BTreeMap::new(),
            closed: 0,
            ballots: 0,
            withheld: BTreeMap::new(),
        }
    }

    /// Judges a record on the state that the ones before it leave, and folds it.
    pub(super) fn take(&mut self, record: &Record) {
        match &record.event {
            Event::Session(
                SessionEvent::SessionOpened { present, members }
                | SessionEvent::SessionResumed { present, members },
            )
            | Event::Attendance(AttendanceEvent::QuorumRegained { present, members }) => {
                self.presence(record, *present, *members, Some(true));
            }
            Event::Attendance(AttendanceEvent::QuorumLost { present, members }) => {
                self.presence(record, *present, *members, Some(false));
            }
            Event::Session(SessionEvent::SessionClosed { present, members }) => {
                self.presence(record, *present, *members, None);
            }
            Event::Votes(VotesEvent::VoteOpened { vote, motion, item, terms }) => {
                let known = self.meeting.motions.get(motion);
                let same = known.is_some_and(|known| {
                    known.text == terms.text && known.rule == terms.rule && known.item == *item
                });
                let fresh =
                    !self.meeting.votes.contains_key(vote) && self.meeting.open_vote().is_none();
                let at = place(*vote, record);
                self.votes.unless(
                    same && fresh,
                    format!("{}: không đúng nội dung đã đưa ra", at.vi),
                    format!("{}: not the motion that was put", at.en),
                );
                self.opened(*vote, *item, terms, record);
            }
            Event::Votes(VotesEvent::BallotCast { vote, person, choice, opinion }) => {
                let ballot = Ballot {
                    choice: *choice,
                    opinion: opinion.clone(),
                    at: record.at,
                    position: record.position,
                };
                self.cast(*vote, person, &ballot, record);
            }
            Event::Votes(VotesEvent::VoteClosed { vote, ballots, outcome }) => {
                self.close(*vote, ballots, outcome, record);
            }
            Event::Session(
                SessionEvent::RecessCalled {} | SessionEvent::ChairHandedOver { .. },
            )
            | Event::Attendance(
                AttendanceEvent::CheckedIn { .. }
                | AttendanceEvent::CheckedOut { .. }
                | AttendanceEvent::AbsenceRecorded { .. },
            )
            | Event::Votes(VotesEvent::VoteVoided { .. })
            | Event::Preparation(_)
            | Event::Participants(_)
            | Event::Agenda(_)
            | Event::Motions(_)
            | Event::Floor(_) => {}
            Event::Papers(event) => self.paper(event),
            Event::Speech(event) => self.sound(event),
            Event::Decisions(event) => self.document(record, event),
            Event::Minutes(event) => self.minutes(record, event),
        }
        let entry = Entry { position: record.position, at: record.at, event: record.event.clone() };
        self.meeting.apply(&entry);
    }

    /// A record whose content isn't shown: ballots of a vote that turns out to be void, nothing else.
    pub(super) fn withheld(&mut self, position: u64) {
        match self.meeting.open_vote() {
            Some((vote, _)) => *self.withheld.entry(vote).or_default() += 1,
            None => self.votes.add(
                format!("bản ghi {position} không hiện nội dung, nhưng lúc đó không biểu quyết"),
                format!("record {position} is withheld, but no vote was open then"),
            ),
        }
        self.meeting.position = position;
    }

    fn presence(&mut self, record: &Record, present: u64, members: u64, enough: Option<bool>) {
        let m = &self.meeting;
        let (here, all) = (m.members_present(None), m.member_count());
        let holds = (present, members) == (here, all)
            && enough.is_none_or(|enough| enough == m.profile.quorum.reached(here, all));
        let position = record.position;
        self.quorum.unless(
            holds,
            format!("bản ghi {position} ghi {present}/{members}, đếm lại được {here}/{all}"),
            format!(
                "record {position} says {present}/{members}, counting again gives {here}/{all}"
            ),
        );
    }

    fn paper(&mut self, event: &PapersEvent) {
        if let PapersEvent::PaperAdded { draft, .. } = event {
            self.named.insert(document_path(&draft.blob));
        }
    }

    fn sound(&mut self, event: &SpeechEvent) {
        if let SpeechEvent::RecordingImported { origin, .. } = event
            && let Origin::Imported { file_name, blob } = origin
        {
            self.named.insert(upload_path(blob, file_name));
        }
        if let SpeechEvent::RecordingStored { recording, samples, digest } = event {
            self.named.insert(sound_path(*recording));
            self.recordings.insert(*recording, (*samples, *digest));
        }
    }

    fn document(&mut self, record: &Record, event: &DecisionsEvent) {
        let position = record.position;
        match event {
            DecisionsEvent::InstrumentTypeset { instrument, document, .. } => {
                self.named.insert(document_path(document));
                self.set.insert(*instrument, form_of(record));
            }
            DecisionsEvent::DecisionPrepared { motion, vote, .. } => {
                let m = &self.meeting;
                let adopted = m.motions.get(motion).is_some_and(|known| {
                    matches!(known.state, MotionState::Adopted | MotionState::AdoptedWithoutDebate)
                });
                let passed = vote.is_none_or(|vote| {
                    m.votes.get(&vote).is_some_and(|vote| {
                        vote.motion == *motion
                            && vote.outcome().is_some_and(|o| o.verdict == Verdict::Passed)
                    })
                });
                self.documents.unless(
                    adopted && passed,
                    format!("bản ghi {position}: quyết định về nội dung không được thông qua"),
                    format!("record {position}: a decision on what was not adopted"),
                );
            }
            DecisionsEvent::Signed { .. } => self.sign(record),
            DecisionsEvent::Published { instrument, .. } => {
                let signed = self.meeting.rendition(*instrument).and_then(Rendition::signed);
                self.documents.unless(
                    signed.is_some(),
                    format!("bản ghi {position}: công bố văn bản chưa ký"),
                    format!("record {position}: published without a signature"),
                );
            }
            DecisionsEvent::DecisionRevised { .. } | DecisionsEvent::InstrumentFailed { .. } => {}
        }
    }

    /// Puts the checks of the log's meaning into the report; what belongs to documents is handed
    /// on to the check of the files.
    pub(super) fn conclude(mut self, software: &str, report: &mut Report) -> Findings {
        let (closed, ballots) = (self.closed, self.ballots);
        if let Some((vote, _)) = self.meeting.open_vote() {
            self.votes.unless(
                !self.withheld.contains_key(&vote),
                format!("lượt biểu quyết {vote}: phiếu không hiện mà lượt chưa bị hủy"),
                format!("vote {vote}: ballots are withheld, but it was never voided"),
            );
        }
        let withheld: usize = self.withheld.values().sum();
        let void = match withheld {
            0 => Text::default(),
            count => Text::both(
                format!("; {count} phiếu của lượt bị hủy không hiện nội dung"),
                format!("; withheld ballots of votes that were voided: {count}"),
            ),
        };
        self.quorum.conclude(
            report,
            CheckName::Quorum,
            Text::both(
                "đếm lại từ việc điểm danh, đúng",
                "counted again from attendance, as written",
            ),
        );
        self.votes.conclude(
            report,
            CheckName::Votes,
            Text::both(
                format!("{closed} lượt, {ballots} phiếu, đếm lại đúng như kết quả{}", void.vi),
                format!(
                    "votes: {closed}, ballots: {ballots}, counted again: as declared{}",
                    void.en
                ),
            ),
        );
        let mut minutes = self.minutes;
        if !self.wording.is_empty() {
            // Another version could word it otherwise; but which version it was is only claimed,
            // so that is a hint and no excuse.
            let (told, hint) = (self.wording.told(), other_version(software));
            minutes.add(told.vi + &hint.vi, told.en + &hint.en);
        }
        let good = match self.meeting.minutes {
            Minutes::NotBegun => Text::both("chưa lập", "not begun"),
            Minutes::Draft { .. } | Minutes::Approved { .. } => Text::both(
                "các câu lập từ nhật ký nói đúng nhật ký",
                "the sentences made from the log say what the log says",
            ),
        };
        minutes.conclude(report, CheckName::Minutes, good);
        self.documents
    }
}

/// What to do where the record says that another version made it; blank otherwise.
pub(super) fn other_version(software: &str) -> Text {
    if software == SOFTWARE {
        return Text::default();
    }
    Text::both(
        format!(
            " (hồ sơ ghi lập bằng {software}, đây là {SOFTWARE}: hãy kiểm tra bằng đúng phiên bản ấy)"
        ),
        format!(
            " (the record says it was made by {software}, this is {SOFTWARE}: check it with that version)"
        ),
    )
}

fn place(vote: VoteId, record: &Record) -> Text {
    let position = record.position;
    Text::both(
        format!("lượt biểu quyết {vote}, bản ghi {position}"),
        format!("vote {vote}, record {position}"),
    )
}
