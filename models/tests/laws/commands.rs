//! Commands from raw bytes, one function a topic, fitted to the meeting as it stands.
//! Never here: who gives them, and any law.

use super::generator::{OPINION, PEOPLE, REASON, RESTRICTED, SPOKEN};
use crate::support::{Hall, guest, item, member, motion};
use icabinet_models::Command;
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::decisions::{Article, DecisionText, Instrument, Rendition};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{
    DecisionId, Digest, ItemId, MotionId, PaperId, PersonId, RecordingId, RequestId, SegmentId,
    SentenceId, Text, VoteId,
};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, FloorCommand, MinutesCommand,
    MotionsCommand, PapersCommand, ParticipantsCommand, PreparationCommand, SessionCommand,
    SpeechCommand, VotesCommand,
};
use icabinet_models::minutes::Section;
use icabinet_models::motions::{Motion, MotionState};
use icabinet_models::papers::{Page, PaperDraft, PaperFault};
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Flaws, Heard, Language, SoundFault, Strike};
use icabinet_models::votes::BallotKind;

/// A text that names the marker of the item's level, where it has one.
pub fn secret(hall: &Hall, item: Option<ItemId>, text: &str) -> String {
    if hall.meeting.level_of(item) == Level::Restricted {
        format!("{RESTRICTED} {text}")
    } else {
        text.to_owned()
    }
}

fn of_motion(hall: &Hall, motion: MotionId) -> Option<ItemId> {
    hall.meeting.motions.get(&motion).and_then(|motion| motion.item)
}

fn of_vote(hall: &Hall, vote: VoteId) -> Option<ItemId> {
    hall.meeting.votes.get(&vote).and_then(|vote| vote.item)
}

fn choice(a: u8) -> Choice {
    [Choice::Yes, Choice::No, Choice::Abstain, Choice::Other][usize::from(a % 4)]
}

fn named(a: u8) -> Option<PersonId> {
    a.is_multiple_of(3).then(|| PersonId::from(PEOPLE[usize::from(a / 3 % 10)]))
}

fn someone(a: u8) -> PersonId {
    PersonId::from(PEOPLE[usize::from(a % 9)])
}

pub fn voting(hall: &Hall, what: u8, a: u8, b: u8) -> Command {
    let latest = hall.meeting.votes.keys().next_back().copied().unwrap_or(VoteId(1));
    let vote = if b < 200 { latest } else { VoteId(u32::from(b % 4)) };
    let current = hall.meeting.current;
    let fitting = hall.meeting.motions.iter().find(|(_, motion)| motion.item == current);
    match what % 10 {
        0..=4 => {
            let choice = choice(a);
            let mut command = hall.ballot(vote, choice);
            if let Command::Votes(VotesCommand::CastBallot { opinion, text_digest, .. }) =
                &mut command
            {
                if choice == Choice::Other {
                    *opinion = secret(hall, of_vote(hall, vote), OPINION);
                }
                if a > 250 {
                    *text_digest = Digest::of(b"another text");
                }
            }
            command
        }
        5 | 6 => {
            let motion = fitting.map(|(id, _)| *id).filter(|_| b < 200);
            let motion = motion.unwrap_or(MotionId(u32::from(a % 8)));
            let seconds = a.is_multiple_of(5).then_some(u32::from(b % 40));
            Command::Votes(VotesCommand::OpenVote { motion, seconds })
        }
        7 | 8 => Command::Votes(VotesCommand::CloseVote { vote }),
        _ => Command::Votes(VotesCommand::VoidVote {
            vote,
            reason: secret(hall, of_vote(hall, vote), "lỗi máy"),
        }),
    }
}

pub fn session(hall: &Hall, what: u8, a: u8, b: u8) -> Command {
    let item = match hall.meeting.current {
        Some(current) if b < 160 => current,
        _ => ItemId(u32::from(a % 6)),
    };
    let request = hall.meeting.floor.requests.keys().next().copied();
    let request = request.unwrap_or(RequestId(u32::from(b % 5)));
    let seconds = b.is_multiple_of(4).then_some(u32::from(b));
    let reason = || REASON.to_owned();
    match what % 24 {
        0..=2 => Command::Attendance(AttendanceCommand::CheckIn { person: named(a) }),
        3 => {
            Command::Attendance(AttendanceCommand::CheckOut { person: named(a), reason: reason() })
        }
        4 => Command::Attendance(AttendanceCommand::RecordAbsence {
            person: someone(a),
            reason: reason(),
        }),
        5 => Command::Session(SessionCommand::OpenSession {}),
        6 => Command::Session(SessionCommand::CallRecess {}),
        7 => Command::Session(SessionCommand::Resume {}),
        8 => Command::Session(SessionCommand::CloseSession {}),
        9 if b < 64 => Command::Session(SessionCommand::TakeChair {}),
        9 => Command::Session(SessionCommand::HandOverChair { to: someone(a) }),
        10..=12 => Command::Agenda(AgendaCommand::StartItem { item: ItemId(u32::from(a % 6)) }),
        13 | 14 => Command::Agenda(AgendaCommand::ConcludeItem {
            item,
            conclusion: conclusion(hall, item, a),
        }),
        15 => Command::Agenda(AgendaCommand::Object { item: ItemId(u32::from(a % 5)) }),
        16 => Command::Agenda(AgendaCommand::AdoptWithoutDebate {
            item: ItemId(2 + u32::from(a % 2)),
        }),
        17 => Command::Agenda(AgendaCommand::Recuse {
            item,
            person: named(a),
            reason: secret(hall, Some(item), REASON),
        }),
        18 | 19 => Command::Floor(FloorCommand::AskToSpeak { kind: request_kind(a) }),
        20 => match a % 3 {
            0 => Command::Floor(FloorCommand::WithdrawRequest { request }),
            _ => Command::Floor(FloorCommand::GrantFloor { request, seconds }),
        },
        21 if b < 128 || hall.meeting.floor.speaking.is_none() => {
            Command::Floor(FloorCommand::GiveFloor { person: someone(a), seconds })
        }
        21 | 22 => match (a % 3, &hall.meeting.floor.speaking) {
            (0, _) => Command::Floor(FloorCommand::ExtendFloor { seconds: u32::from(b) }),
            (1, Some(turn)) if turn.running_since.is_none() => {
                Command::Floor(FloorCommand::ResumeFloor {})
            }
            _ => Command::Floor(FloorCommand::PauseFloor {}),
        },
        23 if a < 128 => Command::Floor(FloorCommand::ResumeFloor {}),
        _ => Command::Floor(FloorCommand::EndFloor {}),
    }
}

fn conclusion(hall: &Hall, item: ItemId, a: u8) -> Conclusion {
    match a % 4 {
        0 => Conclusion::Decided,
        1 => Conclusion::Deferred { until: secret(hall, Some(item), "ngày 03 tháng 12") },
        2 => Conclusion::Withdrawn,
        _ => Conclusion::CarriedOver,
    }
}

fn request_kind(a: u8) -> RequestKind {
    match a % 4 {
        0 => RequestKind::Speak,
        1 => RequestKind::Reply,
        2 => RequestKind::PointOfOrder,
        _ => RequestKind::Question { to: someone(a / 4) },
    }
}

pub fn preparing(hall: &Hall, what: u8, a: u8, b: u8) -> Command {
    let id = ItemId(u32::from(a % 7));
    let number = MotionId(u32::from(a % 9));
    match what % 17 {
        16 => {
            let row = |n: u8, odd: bool| {
                let new = PEOPLE[usize::from(n % 10)];
                if odd { member(new, 1) } else { guest(new) }
            };
            let participants = (0..b % 4).map(|n| row(a.wrapping_add(n), (a ^ n) % 2 == 1));
            Command::Participants(ParticipantsCommand::AddParticipants {
                participants: participants.collect(),
            })
        }
        0 => {
            let mut particulars = hall.meeting.particulars.clone();
            particulars.minutes_planned = u32::from(a);
            Command::Preparation(PreparationCommand::ChangeParticulars {
                particulars,
                seen: older(b),
            })
        }
        1 => {
            let new = PEOPLE[usize::from(a % 10)];
            let participant = if b.is_multiple_of(2) { guest(new) } else { member(new, 1) };
            Command::Participants(ParticipantsCommand::AddParticipant { participant })
        }
        2 => Command::Participants(ParticipantsCommand::RemoveParticipant { person: someone(a) }),
        3 | 4 => {
            let level = [Level::Public, Level::Internal, Level::Restricted][usize::from(a % 3)];
            let title = if level == Level::Restricted { RESTRICTED } else { "Việc khẩn" };
            let mut draft = item(title, level);
            if b < 200 {
                let reason = Text::vi(title);
                draft.kind = ItemKind::Urgent { proposer: someone(b), reason };
            }
            Command::Agenda(AgendaCommand::AddItem { draft })
        }
        5 => Command::Agenda(AgendaCommand::ChangeItem {
            item: id,
            title: Text::vi(secret(hall, Some(id), "Tên mới")),
            presenter: named(b),
            unit: Text::default(),
            minutes_planned: 3,
            seen: older(b),
        }),
        6 => Command::Agenda(AgendaCommand::RemoveItem { item: id, seen: older(b) }),
        7 => Command::Agenda(AgendaCommand::MoveItem { item: id, to: u32::from(b % 7) }),
        8 | 9 => {
            let target = (!b.is_multiple_of(5)).then_some(id);
            let mut draft = motion(target.map(|id| id.0), &secret(hall, target, "Đề xuất."));
            draft.amends = b.is_multiple_of(7).then_some(number);
            draft.ballot = if b > 240 { BallotKind::Secret } else { BallotKind::Open };
            Command::Motions(MotionsCommand::AddMotion { draft })
        }
        10 => Command::Motions(MotionsCommand::ChangeMotion {
            motion: number,
            text: Text::vi(secret(hall, of_motion(hall, number), "Sửa lời.")),
            seen: older(b),
        }),
        11 => Command::Motions(MotionsCommand::WithdrawMotion { motion: number, seen: older(b) }),
        12..=14 => paper(hall, a, b),
        _ => Command::Preparation(PreparationCommand::Convene {}),
    }
}

fn paper(hall: &Hall, a: u8, b: u8) -> Command {
    let latest = hall.meeting.papers.keys().next_back().copied().unwrap_or(PaperId(1));
    let id = if a.is_multiple_of(5) { PaperId(u32::from(a % 4)) } else { latest };
    let item = (!b.is_multiple_of(4)).then_some(ItemId(u32::from(a % 5)));
    let level = if a > 127 { Level::Restricted } else { Level::Public };
    let title = if level == Level::Restricted {
        RESTRICTED.to_owned()
    } else {
        secret(hall, item, "Tờ trình")
    };
    let digest = Digest::of(title.as_bytes());
    let page = Page {
        width: 100,
        height: 140,
        picture: digest,
        media: "image/png".to_owned(),
        thumbnail: digest,
        words: digest,
    };
    match b / 8 % 8 {
        0 | 1 => Command::Papers(PapersCommand::AddPaper {
            draft: PaperDraft {
                item,
                title: Text::vi(&title),
                number: String::new(),
                level,
                file_name: title,
                blob: digest,
                bytes: 10,
            },
        }),
        2 => Command::Papers(PapersCommand::RemovePaper { paper: id }),
        3 | 4 => Command::Papers(PapersCommand::PaperOpened { paper: id, pages: 1 }),
        5 if !a.is_multiple_of(3) => {
            Command::Papers(PapersCommand::PageRendered { paper: id, index: 0, page })
        }
        5 => Command::Papers(PapersCommand::PageFailed {
            paper: id,
            page: 0,
            fault: PaperFault::PageTooLarge,
        }),
        6 => Command::Papers(PapersCommand::PaperRendered { paper: id }),
        _ => Command::Papers(PapersCommand::PaperFailed {
            paper: id,
            fault: PaperFault::Damaged,
            page: None,
        }),
    }
}

pub fn afterwards(hall: &Hall, what: u8, a: u8, b: u8) -> Command {
    let recording = RecordingId(u32::from(a % 3));
    let segment = SegmentId(u32::from(a % 6));
    let sentence = sentence(hall, a, b);
    let spoken = || SPOKEN.to_owned();
    let digest = Digest::of(&[a]);
    let no_model = a.is_multiple_of(2);
    match what % 20 {
        0 if b < 64 => Command::Speech(SpeechCommand::EndRecording { recording }),
        0 => Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }),
        1 => Command::Speech(SpeechCommand::StoreRecording {
            recording,
            samples: u64::from(b),
            digest,
        }),
        2 => Command::Speech(SpeechCommand::ImportRecording {
            file_name: spoken(),
            blob: digest,
            started: no_model.then_some(hall.now),
            language: Language::Auto,
        }),
        3 | 4 => Command::Speech(SpeechCommand::Transcribed {
            recording,
            to_ms: u64::from(b) * 100,
            heard: heard(a, b),
        }),
        5 => Command::Speech(SpeechCommand::CorrectSegment {
            segment,
            text: spoken(),
            seen: older(b),
        }),
        6 => Command::Speech(SpeechCommand::NameSpeaker { segment, person: someone(b) }),
        7 if b < 64 => {
            Command::Speech(SpeechCommand::SoundFailed { recording, fault: SoundFault::Damaged })
        }
        7 if b < 128 => {
            let flaws = Flaws { cut_at_ms: Some(u64::from(b)), damaged: no_model, silent: false };
            Command::Speech(SpeechCommand::SoundFlawed { recording, flaws })
        }
        7 => Command::Speech(SpeechCommand::TranscriptUnavailable { recording, no_model }),
        8 => Command::Speech(SpeechCommand::TranscriptFinished {
            recording,
            model: spoken(),
            synthetic: true,
        }),
        9 | 10 => Command::Minutes(MinutesCommand::DraftMinutes {}),
        11 => {
            let section = section(a);
            let item = if let Section::Item(id) = section { Some(id) } else { None };
            Command::Minutes(MinutesCommand::WriteSentence {
                section,
                text: secret(hall, item, SPOKEN),
            })
        }
        12 => Command::Minutes(MinutesCommand::EditSentence {
            sentence,
            text: spoken(),
            seen: older(b),
        }),
        13 => Command::Minutes(MinutesCommand::RemoveSentence { sentence, seen: older(b) }),
        14 => Command::Minutes(MinutesCommand::ApproveMinutes {}),
        15 if b < 64 => Command::Minutes(MinutesCommand::ReopenMinutes {}),
        15 => Command::Decisions(DecisionsCommand::Sign {
            instrument: instrument(a),
            document: digest,
            fingerprint: digest,
            certificate: digest,
            after: hall
                .meeting
                .rendition(instrument(a))
                .and_then(Rendition::countersigned)
                .map(|signed| signed.document),
        }),
        16 => {
            let adopted = |motion: &&Motion| motion.state == MotionState::Adopted;
            let adopted = hall.meeting.motions.iter().find(|(_, motion)| adopted(motion));
            let adopted = adopted.map(|(id, _)| *id).filter(|_| b < 200);
            let motion = adopted.unwrap_or(MotionId(u32::from(a % 6)));
            Command::Decisions(DecisionsCommand::PrepareDecision {
                motion,
                text: decision(hall, motion),
            })
        }
        17 => {
            let decision_ = DecisionId(u32::from(a % 3));
            let motion = hall.meeting.decisions.get(&decision_).map(|found| found.motion);
            let text = decision(hall, motion.unwrap_or(MotionId(0)));
            Command::Decisions(DecisionsCommand::ReviseDecision {
                decision: decision_,
                text,
                seen: older(b),
            })
        }
        18 => {
            let instrument = instrument(a);
            let source = hall.meeting.source_digest(instrument).unwrap_or(digest);
            if b < 200 {
                Command::Decisions(DecisionsCommand::InstrumentTypeset {
                    instrument,
                    source,
                    document: digest,
                    pages: 1,
                })
            } else {
                Command::Decisions(DecisionsCommand::InstrumentFailed {
                    instrument,
                    source,
                    detail: "lỗi".to_owned(),
                })
            }
        }
        _ => Command::Decisions(DecisionsCommand::Publish { instrument: instrument(a) }),
    }
}

/// Now and then an editor has seen something else than what is there.
fn older(b: u8) -> Option<Digest> {
    b.is_multiple_of(8).then(|| Digest::of(b"older"))
}

fn sentence(hall: &Hall, a: u8, b: u8) -> SentenceId {
    let all = hall.meeting.minutes.in_order();
    let fitting = all.iter().filter(|(_, sentence)| b < 64 || !sentence.is_record());
    let fitting: Vec<SentenceId> = fitting.map(|(id, _)| *id).collect();
    match fitting.len() {
        0 => SentenceId(u32::from(a)),
        count => fitting[usize::from(a) % count],
    }
}

fn heard(a: u8, b: u8) -> Vec<Heard> {
    let end = u64::from(b) * 100;
    let text = format!("{SPOKEN} giao Văn phòng hoàn thiện trước ngày 05 tháng 12.");
    let one = |start_ms: u64, end_ms: u64| Heard {
        start_ms,
        end_ms,
        text: text.clone(),
        confidence: 500,
        words: Vec::new(),
        struck: a.is_multiple_of(5).then_some(Strike::Phantom),
    };
    vec![one(end.saturating_sub(200), end.saturating_sub(100)), one(end.saturating_sub(100), end)]
}

fn section(a: u8) -> Section {
    match a % 4 {
        0 => Section::Opening,
        1 => Section::Agenda,
        2 => Section::Item(ItemId(u32::from(a / 4 % 6))),
        _ => Section::Closing,
    }
}

fn instrument(a: u8) -> Instrument {
    if a.is_multiple_of(2) {
        Instrument::Minutes
    } else {
        Instrument::Decision(DecisionId(u32::from(a / 2 % 3)))
    }
}

pub fn decision(hall: &Hall, motion: MotionId) -> DecisionText {
    DecisionText {
        number: "31".to_owned(),
        symbol: "QĐ-UBND".to_owned(),
        subject: secret(hall, of_motion(hall, motion), "về việc"),
        bases: Vec::new(),
        articles: vec![Article { heading: "Điều 1.".to_owned(), paragraphs: Vec::new() }],
        recipients: Vec::new(),
        place: "Hồ Sen".to_owned(),
    }
}
