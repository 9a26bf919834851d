//! What people and jobs can ask of a meeting. Closed; who asks is in the context, never here.

use super::Particulars;
use crate::agenda::{Conclusion, ItemDraft};
use crate::decisions::{DecisionText, Instrument};
use crate::documents::{Page, PaperDraft, PaperFault};
use crate::floor::RequestKind;
use crate::ids::{
    DecisionId, Digest, ItemId, MotionId, PaperId, PersonId, RecordingId, RequestId, SegmentId,
    SentenceId, Text, Time, VoteId,
};
use crate::minutes::Section;
use crate::people::Participant;
use crate::profile::Profile;
use crate::speech::{Flaws, Heard, Language, SoundFault};
use crate::votes::{Choice, MotionDraft};
use serde::{Deserialize, Serialize};

/// A command. JSON: the variant's name in snake case as the only key, its fields below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    // preparing: an organiser creates, the meeting's secretary goes on
    CreateMeeting {
        particulars: Particulars,
        profile: Profile,
        people: Vec<Participant>,
    },
    ChangeParticulars {
        particulars: Particulars,
        /// [`super::Edition::digest`] of what the editor saw; older programs don't say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    AddParticipant {
        participant: Participant,
    },
    /// All of them or none: the refusal is of the first who can't be added.
    AddParticipants {
        participants: Vec<Participant>,
    },
    RemoveParticipant {
        person: PersonId,
    },
    AddItem {
        draft: ItemDraft,
    },
    ChangeItem {
        item: ItemId,
        title: Text,
        presenter: Option<PersonId>,
        unit: Text,
        minutes_planned: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    RemoveItem {
        item: ItemId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    /// `to` is the index on the agenda, from 0.
    MoveItem {
        item: ItemId,
        to: u32,
    },
    AddMotion {
        draft: MotionDraft,
    },
    ChangeMotion {
        motion: MotionId,
        text: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    WithdrawMotion {
        motion: MotionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    AddPaper {
        draft: PaperDraft,
    },
    RemovePaper {
        paper: PaperId,
    },
    Convene {},

    // presence
    CheckIn {
        person: Option<PersonId>,
    },
    CheckOut {
        person: Option<PersonId>,
        reason: String,
    },
    RecordAbsence {
        person: PersonId,
        reason: String,
    },

    // session
    OpenSession {},
    CallRecess {},
    Resume {},
    CloseSession {},
    /// By the chair; by the secretary while the chair is away or takes no part.
    HandOverChair {
        to: PersonId,
    },
    /// By a vice chair while the chair is away or takes no part; by the appointed chair who is back.
    TakeChair {},
    StartItem {
        item: ItemId,
    },
    ConcludeItem {
        item: ItemId,
        conclusion: Conclusion,
    },
    Object {
        item: ItemId,
    },
    AdoptWithoutDebate {
        item: ItemId,
    },
    Recuse {
        item: ItemId,
        person: Option<PersonId>,
        reason: String,
    },

    // floor
    AskToSpeak {
        kind: RequestKind,
    },
    WithdrawRequest {
        request: RequestId,
    },
    GrantFloor {
        request: RequestId,
        seconds: Option<u32>,
    },
    GiveFloor {
        person: PersonId,
        seconds: Option<u32>,
    },
    ExtendFloor {
        seconds: u32,
    },
    PauseFloor {},
    ResumeFloor {},
    EndFloor {},

    // votes
    OpenVote {
        motion: MotionId,
        seconds: Option<u32>,
    },
    CastBallot {
        vote: VoteId,
        choice: Choice,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        opinion: String,
        /// Of the text that was on the screen.
        text_digest: Digest,
    },
    CloseVote {
        vote: VoteId,
    },
    VoidVote {
        vote: VoteId,
        reason: String,
    },

    // speech
    StartRecording {
        language: Language,
    },
    /// By the desk, or by whose device it is.
    EndRecording {
        recording: RecordingId,
    },
    /// By the system, when the last sample is on disk.
    StoreRecording {
        recording: RecordingId,
        samples: u64,
        digest: Digest,
    },
    ImportRecording {
        file_name: String,
        blob: Digest,
        started: Option<Time>,
        language: Language,
    },
    CorrectSegment {
        segment: SegmentId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    NameSpeaker {
        segment: SegmentId,
        person: PersonId,
    },

    // minutes
    DraftMinutes {},
    WriteSentence {
        section: Section,
        text: String,
    },
    EditSentence {
        sentence: SentenceId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    RemoveSentence {
        sentence: SentenceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    ApproveMinutes {},
    ReopenMinutes {},

    // decisions
    PrepareDecision {
        motion: MotionId,
        text: DecisionText,
    },
    ReviseDecision {
        decision: DecisionId,
        text: DecisionText,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    /// Sent by the server for the signer, after it checked the signature itself.
    Sign {
        instrument: Instrument,
        document: Digest,
        fingerprint: Digest,
        certificate: Digest,
        /// The document with the signature before this one, to which this one was added.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Digest>,
    },
    Publish {
        instrument: Instrument,
    },

    // results of jobs
    PaperOpened {
        paper: PaperId,
        pages: u32,
    },
    PageRendered {
        paper: PaperId,
        index: u32,
        page: Page,
    },
    /// One page can't be shown; `page` counts from 0.
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
    SoundFailed {
        recording: RecordingId,
        fault: SoundFault,
    },
    /// What is wrong with sound that can be used all the same; told before it is stored.
    SoundFlawed {
        recording: RecordingId,
        flaws: Flaws,
    },
    Transcribed {
        recording: RecordingId,
        to_ms: u64,
        heard: Vec<Heard>,
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
    /// `source` is [`super::Meeting::source_digest`] of what was set; older work is passed over.
    InstrumentTypeset {
        instrument: Instrument,
        source: Digest,
        document: Digest,
        pages: u32,
    },
    InstrumentFailed {
        instrument: Instrument,
        source: Digest,
        detail: String,
    },
}
