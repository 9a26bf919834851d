//! What happened, in the past tense. The meaning of an event never changes; a new meaning is a
//! new event, and what reads old logs is an upcast in the store.

use super::Particulars;
use crate::agenda::{Conclusion, Item};
use crate::attendance::How;
use crate::decisions::{DecisionText, Instrument, Place};
use crate::documents::{Page, PaperDraft, PaperFault};
use crate::floor::RequestKind;
use crate::ids::{
    DecisionId, Digest, ItemId, MotionId, PaperId, PersonId, RecordingId, RequestId, SegmentId,
    SentenceId, Text, Time, VoteId,
};
use crate::minutes::Sentence;
use crate::people::Participant;
use crate::profile::Profile;
use crate::speech::{Flaws, Heard, Language, Origin, SoundFault, Speaker};
use crate::votes::{Ballot, Choice, Motion, Outcome, Terms};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An event. JSON: the variant's name in snake case as the only key, its fields below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    MeetingCreated {
        particulars: Particulars,
        profile: Profile,
        people: Vec<Participant>,
    },
    ParticularsChanged {
        particulars: Particulars,
    },
    ParticipantAdded {
        participant: Participant,
    },
    ParticipantRemoved {
        person: PersonId,
    },
    ItemAdded {
        item: ItemId,
        content: Item,
    },
    /// Stands in a view for an item that its class may not know; never in the log.
    ItemWithheld {
        item: ItemId,
    },
    /// Stands in a view where people are counted, around an event that names somebody its class did
    /// not know; never in the log.
    Introduced {
        participant: Participant,
        event: Box<Event>,
    },
    ItemChanged {
        item: ItemId,
        title: Text,
        presenter: Option<PersonId>,
        unit: Text,
        minutes_planned: u32,
    },
    ItemRemoved {
        item: ItemId,
    },
    AgendaOrdered {
        agenda: Vec<ItemId>,
    },
    MotionAdded {
        motion: MotionId,
        content: Motion,
    },
    MotionChanged {
        motion: MotionId,
        text: Text,
    },
    MotionWithdrawn {
        motion: MotionId,
    },
    PaperAdded {
        paper: PaperId,
        draft: PaperDraft,
        by: PersonId,
    },
    PaperRemoved {
        paper: PaperId,
    },
    PaperOpened {
        paper: PaperId,
        pages: u32,
    },
    PageRendered {
        paper: PaperId,
        index: u32,
        page: Page,
    },
    /// One page can't be shown while others can; `page` counts from 0.
    PageFailed {
        paper: PaperId,
        page: u32,
        fault: PaperFault,
    },
    PaperRendered {
        paper: PaperId,
    },
    PaperFailed {
        paper: PaperId,
        fault: PaperFault,
        page: Option<u32>,
    },
    Convened {},

    CheckedIn {
        person: PersonId,
        how: How,
    },
    CheckedOut {
        person: PersonId,
        how: How,
        reason: String,
    },
    AbsenceRecorded {
        person: PersonId,
        reason: String,
    },
    /// The quorum went while the session was open; earlier decisions stand (R4).
    QuorumLost {
        present: u64,
        members: u64,
    },
    QuorumRegained {
        present: u64,
        members: u64,
    },

    SessionOpened {
        present: u64,
        members: u64,
    },
    RecessCalled {},
    SessionResumed {
        present: u64,
        members: u64,
    },
    SessionClosed {
        present: u64,
        members: u64,
    },
    ChairHandedOver {
        to: PersonId,
    },
    ItemStarted {
        item: ItemId,
    },
    ItemConcluded {
        item: ItemId,
        conclusion: Conclusion,
    },
    Objected {
        item: ItemId,
        person: PersonId,
    },
    AdoptedWithoutDebate {
        item: ItemId,
    },
    Recused {
        item: ItemId,
        person: PersonId,
        reason: String,
    },

    SpeechRequested {
        request: RequestId,
        person: PersonId,
        kind: RequestKind,
    },
    RequestWithdrawn {
        request: RequestId,
    },
    FloorGranted {
        request: Option<RequestId>,
        person: PersonId,
        kind: RequestKind,
        item: Option<ItemId>,
        allotted_ms: i64,
    },
    FloorExtended {
        by_ms: i64,
    },
    FloorPaused {},
    FloorResumed {},
    FloorEnded {},

    VoteOpened {
        vote: VoteId,
        motion: MotionId,
        item: Option<ItemId>,
        terms: Terms,
    },
    BallotCast {
        vote: VoteId,
        person: PersonId,
        choice: Choice,
        opinion: String,
    },
    VoteClosed {
        vote: VoteId,
        #[cfg_attr(not(target_arch = "wasm32"), serde(deserialize_with = "crate::bulk::map"))]
        ballots: BTreeMap<PersonId, Ballot>,
        outcome: Outcome,
    },
    VoteVoided {
        vote: VoteId,
        reason: String,
    },

    RecordingStarted {
        recording: RecordingId,
        by: PersonId,
        language: Language,
    },
    RecordingImported {
        recording: RecordingId,
        by: PersonId,
        origin: Origin,
        started: Option<Time>,
        language: Language,
    },
    /// Nothing that is said from now on belongs to it; what was said before may still arrive.
    RecordingEnded {
        recording: RecordingId,
    },
    RecordingStored {
        recording: RecordingId,
        samples: u64,
        digest: Digest,
    },
    SoundFailed {
        recording: RecordingId,
        fault: SoundFault,
    },
    /// Something is missing from the sound, which is used all the same.
    SoundFlawed {
        recording: RecordingId,
        flaws: Flaws,
    },
    SegmentHeard {
        segment: SegmentId,
        recording: RecordingId,
        heard: Heard,
        speaker: Speaker,
    },
    TranscriptReached {
        recording: RecordingId,
        to_ms: u64,
    },
    TranscriptFinished {
        recording: RecordingId,
        model: String,
        synthetic: bool,
    },
    TranscriptUnavailable {
        recording: RecordingId,
        no_model: bool,
    },
    SegmentCorrected {
        segment: SegmentId,
        text: String,
        by: PersonId,
    },
    SpeakerNamed {
        segment: SegmentId,
        person: PersonId,
        by: PersonId,
    },

    MinutesDrafted {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        /// The highest number that was ever given to a sentence; what was left out keeps its own.
        #[serde(default)]
        numbered: u32,
    },
    SentenceWritten {
        sentence: SentenceId,
        content: Sentence,
        after: Option<SentenceId>,
    },
    SentenceEdited {
        sentence: SentenceId,
        text: String,
        by: PersonId,
    },
    /// A person's words in the place of a passage: from then on they are his, and what was said is
    /// only what they rest on.
    SentenceRewritten {
        sentence: SentenceId,
        text: String,
        by: PersonId,
    },
    SentenceRemoved {
        sentence: SentenceId,
    },
    /// Carries the whole text, so that it reads alike for those who never saw the draft.
    MinutesApproved {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        #[serde(default)]
        numbered: u32,
    },
    MinutesReopened {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        #[serde(default)]
        numbered: u32,
    },

    DecisionPrepared {
        decision: DecisionId,
        motion: MotionId,
        vote: Option<VoteId>,
        text: DecisionText,
    },
    DecisionRevised {
        decision: DecisionId,
        text: DecisionText,
    },
    InstrumentTypeset {
        instrument: Instrument,
        document: Digest,
        pages: u32,
    },
    InstrumentFailed {
        instrument: Instrument,
        detail: String,
    },
    Signed {
        instrument: Instrument,
        document: Digest,
        fingerprint: Digest,
        certificate: Digest,
        signer: PersonId,
        /// The chair's, where nothing is said.
        #[serde(default, skip_serializing_if = "Place::is_chair")]
        place: Place,
    },
    Published {
        instrument: Instrument,
        by: PersonId,
    },
}
