//! Reading a log as a stranger would: each record is held against everything that stands before
//! it, numbers are counted again. Never here: files, signatures.

use super::report::{CheckName, Findings, Report};
use super::{SOFTWARE, certificate_path, document_path, sound_path, upload_path};
use crate::instruments::{self, Sheet};
use icabinet_models::canonical::{RECORD_VERSION, Record};
use icabinet_models::decisions::{Instrument, Place, Rendition};
use icabinet_models::ids::{
    Digest, MeetingId, PersonId, RecordingId, SentenceId, Text, Time, VoteId,
};
use icabinet_models::minutes::draft::{self, Form};
use icabinet_models::minutes::{Minutes, Sentence};
use icabinet_models::speech::Origin;
use icabinet_models::votes::{
    self, Ballot, Ballots, MotionState, Outcome, Terms, Verdict, VoteState, text_digest,
};
use icabinet_models::{Actor, Entry, Event, Meeting};
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
            Event::SessionOpened { present, members }
            | Event::SessionResumed { present, members }
            | Event::QuorumRegained { present, members } => {
                self.presence(record, *present, *members, Some(true));
            }
            Event::QuorumLost { present, members } => {
                self.presence(record, *present, *members, Some(false));
            }
            Event::SessionClosed { present, members } => {
                self.presence(record, *present, *members, None);
            }
            Event::VoteOpened { vote, motion, item, terms } => {
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
            Event::BallotCast { vote, person, choice, opinion } => {
                let ballot = Ballot {
                    choice: *choice,
                    opinion: opinion.clone(),
                    at: record.at,
                    position: record.position,
                };
                self.cast(*vote, person, &ballot, record);
            }
            Event::VoteClosed { vote, ballots, outcome } => {
                self.close(*vote, ballots, outcome, record);
            }
            _ => self.others(record),
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

    /// Counts who may vote again from presence, membership and recusals (R9).
    fn opened(
        &mut self,
        vote: VoteId,
        item: Option<icabinet_models::ids::ItemId>,
        terms: &Terms,
        record: &Record,
    ) {
        let m = &self.meeting;
        let recusals = item.and_then(|id| m.items.get(&id)).map(|item| &item.recusals);
        let mut entitled = BTreeMap::new();
        let (mut recused, mut absent) = (Vec::new(), Vec::new());
        let (mut all, mut present) = (0u64, 0u64);
        for participant in m.people.values() {
            let Some(weight) = participant.weight() else { continue };
            let person = &participant.person;
            let out = recusals.is_some_and(|recusals| recusals.contains_key(person));
            all += u64::from(weight);
            if !m.is_present(person) {
                absent.push(person.clone());
                continue;
            }
            if out {
                recused.push(person.clone());
            } else {
                entitled.insert(person.clone(), weight);
            }
            if !out || m.profile.recused_counts_as_present {
                present += u64::from(weight);
            }
        }
        let weight = |people: &[PersonId]| -> u64 {
            let weights = people.iter().filter_map(|person| m.people.get(person)?.weight());
            weights.map(u64::from).sum()
        };
        let holds = terms.entitled == entitled
            && (&terms.recused, &terms.absent) == (&recused, &absent)
            && (terms.recused_weight, terms.absent_weight) == (weight(&recused), weight(&absent))
            && (terms.members, terms.present_weight) == (all, present)
            && (terms.member_heads, terms.present) == (m.member_count(), m.members_present(item))
            && terms.text_digest == text_digest(&terms.text)
            && (&terms.profile, terms.profile_version) == (&m.profile.name, m.profile.version)
            && (terms.quorum, &terms.choices) == (m.profile.quorum, &m.profile.choices)
            && terms.may_change_ballot == m.profile.may_change_ballot
            && m.chair.as_ref() == Some(&terms.chair)
            && terms.quorum.reached(terms.present, terms.member_heads);
        let at = place(vote, record);
        self.votes.unless(
            holds,
            format!("{}: người được biểu quyết hoặc quy tắc không đúng với nhật ký", at.vi),
            format!("{}: who may vote, or the rule, isn't what the log gives", at.en),
        );
    }

    fn cast(&mut self, id: VoteId, person: &PersonId, ballot: &Ballot, record: &Record) {
        self.ballots += 1;
        let allowed = self.meeting.votes.get(&id).is_some_and(|vote| {
            let VoteState::Open { ballots: Ballots::Known(cast) } = &vote.state else {
                return false;
            };
            vote.terms.entitled.contains_key(person)
                && vote.terms.choices.contains(&ballot.choice)
                && vote.terms.closes_at.is_none_or(|closes| ballot.at <= closes)
                && (vote.terms.may_change_ballot || !cast.contains_key(person))
        });
        let own = record.actor == Actor::Person(person.clone());
        let at = place(id, record);
        self.votes.unless(
            allowed && own,
            format!("{}: phiếu của {person} không được phép", at.vi),
            format!("{}: the ballot of {person} was not allowed", at.en),
        );
    }

    fn close(
        &mut self,
        id: VoteId,
        told: &BTreeMap<PersonId, Ballot>,
        outcome: &Outcome,
        record: &Record,
    ) {
        self.closed += 1;
        let at = place(id, record);
        self.votes.unless(
            !self.withheld.contains_key(&id),
            format!("{}: có phiếu không hiện trong lượt được tính", at.vi),
            format!("{}: ballots are withheld of a vote that counts", at.en),
        );
        let m = &self.meeting;
        let open = m.votes.get(&id).and_then(|vote| match &vote.state {
            VoteState::Open { ballots: Ballots::Known(cast) } => Some((vote, cast)),
            _ => None,
        });
        let Some((vote, cast)) = open else {
            self.votes.add(
                format!("{}: không có lượt biểu quyết nào đang mở", at.vi),
                format!("{}: no such vote was open", at.en),
            );
            return;
        };
        self.votes.unless(
            cast == told,
            format!("{}: phiếu trong kết quả khác phiếu đã bỏ", at.vi),
            format!("{}: the ballots of the result aren't the ones that were cast", at.en),
        );
        let tally = votes::tally(&vote.terms, cast);
        let chair = cast.get(&vote.terms.chair).map(|ballot| ballot.choice);
        let again = votes::outcome(&vote.terms, tally, chair, m.members_present(vote.item));
        self.votes.unless(
            again == *outcome,
            format!(
                "{}: kết quả ghi {:?}, {} tán thành; đếm lại được {:?}, {} tán thành",
                at.vi, outcome.verdict, outcome.tally.yes, again.verdict, again.tally.yes
            ),
            format!(
                "{}: the result says {:?}, {} yes; counting again gives {:?}, {} yes",
                at.en, outcome.verdict, outcome.tally.yes, again.verdict, again.tally.yes
            ),
        );
    }

    fn others(&mut self, record: &Record) {
        match &record.event {
            Event::PaperAdded { draft, .. } => {
                self.named.insert(document_path(&draft.blob));
            }
            Event::RecordingImported { origin: Origin::Imported { file_name, blob }, .. } => {
                self.named.insert(upload_path(blob, file_name));
            }
            Event::RecordingStored { recording, samples, digest } => {
                self.named.insert(sound_path(*recording));
                self.recordings.insert(*recording, (*samples, *digest));
            }
            Event::InstrumentTypeset { instrument, document, .. } => {
                self.named.insert(document_path(document));
                self.set.insert(*instrument, form_of(record));
            }
            Event::DecisionPrepared { motion, vote, .. } => {
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
                    format!(
                        "bản ghi {}: quyết định về nội dung không được thông qua",
                        record.position
                    ),
                    format!("record {}: a decision on what was not adopted", record.position),
                );
            }
            Event::Signed { .. } => self.sign(record),
            Event::Published { instrument, .. } => {
                let signed = self.meeting.rendition(*instrument).and_then(Rendition::signed);
                self.documents.unless(
                    signed.is_some(),
                    format!("bản ghi {}: công bố văn bản chưa ký", record.position),
                    format!("record {}: published without a signature", record.position),
                );
            }
            Event::MinutesDrafted { .. }
            | Event::MinutesApproved { .. }
            | Event::MinutesReopened { .. }
            | Event::SentenceWritten { .. }
            | Event::SentenceEdited { .. }
            | Event::SentenceRewritten { .. }
            | Event::SentenceRemoved { .. } => self.minutes(record),
            _ => {}
        }
    }

    /// Sentences of the record are projections: from the log, unedited, complete (R30).
    fn minutes(&mut self, record: &Record) {
        let old = &self.meeting.minutes;
        let is_record = |id: &SentenceId| {
            old.in_order().iter().any(|(known, sentence)| known == id && sentence.is_record())
        };
        let position = record.position;
        let touched = match &record.event {
            Event::MinutesDrafted { sentences, order, .. } => {
                let told = order.iter().filter_map(|id| sentences.get(id));
                let told: Vec<&Sentence> = told.filter(|sentence| sentence.is_record()).collect();
                let again = draft::draft_as(&self.meeting, form_of(record));
                let same = again.iter().filter(|sentence| sentence.is_record()).eq(told);
                self.wording.unless(
                    same,
                    format!("bản ghi {position}: dự thảo biên bản không nói đúng nhật ký"),
                    format!("record {position}: the draft minutes don't say what the log says"),
                );
                false
            }
            Event::SentenceWritten { content, .. } => content.is_record(),
            Event::SentenceEdited { sentence, .. }
            | Event::SentenceRewritten { sentence, .. }
            | Event::SentenceRemoved { sentence } => is_record(sentence),
            Event::MinutesApproved { sentences, order, .. }
            | Event::MinutesReopened { sentences, order, .. } => {
                let told = order.iter().filter_map(|id| Some((*id, sentences.get(id)?)));
                !told.eq(old.in_order()) || matches!(old, Minutes::NotBegun)
            }
            _ => false,
        };
        self.minutes.unless(
            !touched,
            format!("bản ghi {position}: câu lập từ nhật ký bị sửa, thêm hoặc bỏ"),
            format!(
                "record {position}: a sentence made from the log was changed, added or left out"
            ),
        );
    }

    fn sign(&mut self, record: &Record) {
        let Event::Signed { instrument, document, fingerprint, certificate, signer, place } =
            &record.event
        else {
            return;
        };
        let m = &self.meeting;
        self.named.insert(document_path(document));
        self.named.insert(certificate_path(certificate));
        let typeset = match m.rendition(*instrument) {
            Some(Rendition::Typeset { document, .. }) => Some(*document),
            _ => None,
        };
        let before = m.rendition(*instrument).and_then(Rendition::countersigned);
        let before = before.map(|signed| signed.document);
        let in_place = match place {
            Place::Chair => m.is_chair(signer),
            Place::Secretary => {
                let countersigner = m.countersigner(*instrument);
                before.is_none() && countersigner.is_some_and(|p| p.person == *signer)
            }
        };
        let rightful =
            in_place && record.actor == Actor::Person(signer.clone()) && typeset.is_some();
        self.documents.unless(
            rightful,
            format!("bản ghi {}: người ký không phải người được ký ở chỗ ấy", record.position),
            format!("record {}: signed by somebody whose place it wasn't", record.position),
        );
        let form = self.set.get(instrument).copied().unwrap_or_default();
        self.signed.push(Signed {
            position: record.position,
            at: record.at,
            name: instruments::name(m, *instrument),
            document: *document,
            fingerprint: *fingerprint,
            certificate: *certificate,
            signer: m.people.get(signer).map(|p| p.name.clone()).unwrap_or_default(),
            place: *place,
            typeset,
            before,
            sheet: instruments::sheet_as(m, *instrument, form).ok(),
        });
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
