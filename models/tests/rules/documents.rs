//! R28 to R31: minutes from draft to signature, decisions, the record that nobody edits.

use super::tables::{decision_text, drafted, sign, typeset};
use crate::support::{Hall, item, motion};
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::decisions::{Instrument, Place, Rendition};
use icabinet_models::ids::{DecisionId, Digest, MotionId, PersonId, RecordingId, SegmentId, Text};
use icabinet_models::meeting::{
    AgendaCommand, DecisionsCommand, FloorCommand, MinutesCommand, MotionsCommand, SpeechCommand,
    VotesCommand,
};
use icabinet_models::minutes::{self, Kind, Minutes, Section, Source, draft};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Heard, Language, Speaker, Strike};
use icabinet_models::{Command, Refusal};

#[test]
fn r28_draft_approved_signed_published() {
    let (mut hall, _, own) = drafted();
    assert!(matches!(hall.meeting.minutes, Minutes::Draft { .. }));
    hall.does(
        "m2",
        Command::Minutes(MinutesCommand::EditSentence {
            sentence: own,
            text: "Sửa.".to_owned(),
            seen: None,
        }),
    );
    hall.does("m1", Command::Minutes(MinutesCommand::ApproveMinutes {}));
    let mut hall = typeset(hall);
    hall.does("m1", sign());
    hall.does(
        "m2",
        Command::Decisions(DecisionsCommand::Publish { instrument: Instrument::Minutes }),
    );
    let Minutes::Approved { sentences, published, rendition, .. } = &hall.meeting.minutes else {
        panic!("they aren't approved")
    };
    assert_eq!(sentences[&own].text, "Sửa.");
    assert_eq!(published.as_ref().map(|p| &p.by), Some(&PersonId::from("m2")));
    assert!(rendition.signed().is_some());
}

/// The minutes have two places: the secretary's is filled first, once, and the chair's last.
#[test]
fn r28_the_secretary_signs_before_the_chair() {
    let (mut hall, _, _) = drafted();
    hall.does("m1", Command::Minutes(MinutesCommand::ApproveMinutes {}));
    let instrument = Instrument::Minutes;
    assert_eq!(hall.meeting.place_of(instrument, &"m2".into()), None, "nothing is set yet");
    let mut hall = typeset(hall);
    let place = |hall: &Hall, who: &str| hall.meeting.place_of(instrument, &who.into());
    assert_eq!(place(&hall, "m2"), Some(Place::Secretary));
    assert_eq!(place(&hall, "m1"), Some(Place::Chair));
    assert_eq!(place(&hall, "m3"), None);
    let Command::Decisions(DecisionsCommand::Sign { document, fingerprint, certificate, .. }) =
        sign()
    else {
        panic!()
    };
    let with = |after| {
        Command::Decisions(DecisionsCommand::Sign {
            instrument,
            document,
            fingerprint,
            certificate,
            after,
        })
    };
    assert_eq!(hall.refuses("m2", with(Some(document))), Refusal::NotTypeset, "after nothing");
    hall.does("m2", with(None));
    assert_eq!(place(&hall, "m2"), None);
    assert_eq!(hall.refuses("m2", with(None)), Refusal::AlreadySigned);
    let rendition = hall.meeting.rendition(instrument).expect("minutes");
    assert!(rendition.signed().is_none(), "only the chair completes it");
    let first = rendition.countersigned().expect("the secretary's").clone();
    assert_eq!((first.signer, first.document), ("m2".into(), document));
    assert_eq!(hall.refuses("m1", with(None)), Refusal::NotTypeset, "prepared before");
    hall.does("m1", with(Some(document)));
    let rendition = hall.meeting.rendition(instrument).expect("minutes");
    assert!(rendition.signed().is_some() && rendition.countersigned().is_some());
    assert_eq!(hall.refuses("m2", with(None)), Refusal::AlreadySigned);
}

#[test]
fn r29_a_rendition_of_older_text_is_never_signed() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    hall.closes(vote);
    hall.does(
        "m2",
        Command::Decisions(DecisionsCommand::PrepareDecision {
            motion: MotionId(1),
            text: decision_text(),
        }),
    );
    let again = Command::Decisions(DecisionsCommand::PrepareDecision {
        motion: MotionId(1),
        text: decision_text(),
    });
    assert_eq!(hall.refuses("m2", again), Refusal::AlreadyExists);
    let decision = DecisionId(1);
    let instrument = Instrument::Decision(decision);
    let old = hall.meeting.source_digest(instrument).expect("a decision");
    let mut text = decision_text();
    text.subject = "về việc khác".to_owned();
    hall.does(
        "m2",
        Command::Decisions(DecisionsCommand::ReviseDecision {
            decision,
            text: text.clone(),
            seen: None,
        }),
    );
    let document = Digest::of(b"pdf");
    let set = |source: Digest| {
        Command::Decisions(DecisionsCommand::InstrumentTypeset {
            instrument,
            source,
            document,
            pages: 1,
        })
    };
    assert!(hall.system(set(old)).is_empty(), "older work is passed over");
    let digest = Digest::of(b"signed");
    let sign = Command::Decisions(DecisionsCommand::Sign {
        instrument,
        document: digest,
        fingerprint: digest,
        certificate: digest,
        after: None,
    });
    assert_eq!(hall.refuses("m1", sign.clone()), Refusal::NotTypeset);
    let new = hall.meeting.source_digest(instrument).expect("a decision");
    hall.system(set(new));
    assert!(hall.system(set(new)).is_empty(), "the same report again");
    let pages = 2;
    let document = Digest::of(b"set by another version");
    let otherwise = Command::Decisions(DecisionsCommand::InstrumentTypeset {
        instrument,
        source: new,
        document,
        pages,
    });
    assert_eq!(hall.system(otherwise).len(), 1, "set otherwise, and not signed yet");
    hall.does("m1", sign.clone());
    let revise =
        Command::Decisions(DecisionsCommand::ReviseDecision { decision, text, seen: None });
    assert_eq!(hall.refuses("m2", revise), Refusal::AlreadySigned);
    assert_eq!(hall.refuses("m1", sign), Refusal::AlreadySigned);
    let signed = &hall.meeting.decisions[&decision].rendition;
    assert!(matches!(signed, Rendition::Signed { signer, .. } if *signer == "m1".into()));
    assert!(hall.system(set(new)).is_empty(), "a signature isn't overwritten");
}

#[test]
fn r30_the_record_is_a_projection_and_comes_back_with_each_draft() {
    let (mut hall, record, own) = drafted();
    let edit = Command::Minutes(MinutesCommand::EditSentence {
        sentence: record,
        text: "Khác.".to_owned(),
        seen: None,
    });
    assert_eq!(hall.refuses("m2", edit), Refusal::RecordSentence);
    let remove = Command::Minutes(MinutesCommand::RemoveSentence { sentence: record, seen: None });
    assert_eq!(hall.refuses("m2", remove), Refusal::RecordSentence);
    let texts = |hall: &Hall| -> Vec<String> {
        let all = hall.meeting.minutes.in_order();
        all.into_iter().filter(|(_, s)| s.is_record()).map(|(_, s)| s.text.clone()).collect()
    };
    let before = texts(&hall);
    hall.does("m2", Command::Minutes(MinutesCommand::DraftMinutes {}));
    assert_eq!(texts(&hall), before);
    let kept = hall.meeting.minutes.in_order().into_iter().any(|(id, _)| id == own);
    assert!(kept, "what a person wrote stays through a new draft");
}

#[test]
fn r34_minutes_hold_nothing_of_a_restricted_item_but_that_there_was_one() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let mut draft = item("Nhân sự kín", Level::Restricted);
    draft.kind = ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("Gấp.") };
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: motion(Some(2), "Điều động ông Bính."),
        }),
    );
    let motion = *hall.meeting.motions.keys().next_back().expect("a motion");
    if let Some(open) = hall.meeting.current {
        hall.does(
            "m1",
            Command::Agenda(AgendaCommand::ConcludeItem {
                item: open,
                conclusion: Conclusion::Withdrawn,
            }),
        );
    }
    let id = *hall.meeting.agenda.last().expect("an item");
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: id }));
    hall.does("m1", Command::Votes(VotesCommand::OpenVote { motion, seconds: None }));
    let vote = *hall.meeting.votes.keys().next_back().expect("a vote");
    hall.does("m1", Command::Votes(VotesCommand::CloseVote { vote }));
    hall.does(
        "m1",
        Command::Agenda(AgendaCommand::ConcludeItem { item: id, conclusion: Conclusion::Decided }),
    );
    let told = minutes::draft::draft(&hall.meeting);
    let of_item: Vec<_> = told.iter().filter(|s| s.section == Section::Item(id)).collect();
    assert_eq!(of_item.len(), 1, "{of_item:?}");
    assert!(of_item[0].is_record());
    for sentence in &told {
        assert!(!sentence.text.contains("Bính"), "{sentence:?}");
        assert!(!sentence.text.contains("Nhân sự"), "{sentence:?}");
    }
}

/// A session with one recording from its opening on, in which `m1` holds the floor.
pub(super) fn recorded(heard: &[(&str, Option<Strike>)]) -> Hall {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does("m1", Command::Floor(FloorCommand::GiveFloor { person: "m1".into(), seconds: None }));
    hall.does("m2", Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }));
    let heard: Vec<Heard> = (0_u64..)
        .zip(heard)
        .map(|(n, (text, struck))| Heard {
            start_ms: n * 1000,
            end_ms: n * 1000 + 900,
            text: (*text).to_owned(),
            confidence: 800,
            words: Vec::new(),
            struck: *struck,
        })
        .collect();
    let recording = RecordingId(1);
    hall.now = hall.now.plus_ms(60_000);
    hall.system(Command::Speech(SpeechCommand::Transcribed { recording, to_ms: 60_000, heard }));
    hall
}

fn quotes(hall: &Hall) -> Vec<(Kind, String)> {
    let all = draft::draft(&hall.meeting).into_iter();
    let spoken = all.filter(|s| matches!(s.source, Source::Speech { .. }));
    spoken.map(|s| (s.kind, s.text)).collect()
}

#[test]
fn r31_silence_and_struck_passages_give_no_sentence() {
    assert_eq!(quotes(&recorded(&[])), []);
    let phantom = "Tôi kết luận: giao Văn phòng hoàn thiện trước ngày 05 tháng 12.";
    assert_eq!(quotes(&recorded(&[(phantom, Some(Strike::Phantom)), ("", None)])), []);
    assert_eq!(quotes(&recorded(&[(phantom, None)])).len(), 1, "the same words, not struck out");
}

#[test]
fn r31_a_correction_by_a_named_person_brings_a_struck_passage_back() {
    let mut hall = recorded(&[("Cảm ơn đã theo dõi.", Some(Strike::Phantom))]);
    let text = "Tôi đề nghị thống nhất.".to_owned();
    hall.does(
        "m1",
        Command::Speech(SpeechCommand::CorrectSegment { segment: SegmentId(1), text, seen: None }),
    );
    let expected = (Kind::Statement, "Ông Tên m1: Tôi đề nghị thống nhất.".to_owned());
    assert_eq!(quotes(&hall), [expected]);
}

#[test]
fn r31_an_unknown_speaker_stays_unknown() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does("m2", Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }));
    let heard = vec![Heard {
        start_ms: 0,
        end_ms: 900,
        text: "Giao Văn phòng gửi dự thảo.".to_owned(),
        confidence: 800,
        words: Vec::new(),
        struck: None,
    }];
    hall.system(Command::Speech(SpeechCommand::Transcribed {
        recording: RecordingId(1),
        to_ms: 900,
        heard,
    }));
    assert_eq!(hall.meeting.transcript[&SegmentId(1)].speaker, Speaker::Unknown);
    let expected = "Chưa rõ người nói: Giao Văn phòng gửi dự thảo.".to_owned();
    assert_eq!(quotes(&hall), [(Kind::Task, expected)]);
}

#[test]
fn r31_a_run_that_broke_off_hears_nothing_twice() {
    let mut hall = recorded(&[("Một.", None), ("Hai.", None)]);
    let recording = RecordingId(1);
    hall.system(Command::Speech(SpeechCommand::TranscriptUnavailable {
        recording,
        no_model: false,
    }));
    let again = |n: u64, text: &str| Heard {
        start_ms: n * 1000,
        end_ms: n * 1000 + 900,
        text: text.to_owned(),
        confidence: 800,
        words: Vec::new(),
        struck: None,
    };
    let heard = vec![again(0, "Một."), again(1, "Hai."), again(2, "Ba.")];
    hall.system(Command::Speech(SpeechCommand::Transcribed { recording, to_ms: 90_000, heard }));
    let said: Vec<&str> = hall.meeting.transcript.values().map(|s| s.text()).collect();
    assert_eq!(said, ["Một.", "Hai.", "Ba."]);
}

#[test]
fn quotes_are_word_for_word_and_tasks_stand_alone() {
    let said = "Kết quả như trên. Tôi kết luận: giao Văn phòng hoàn thiện trước ngày 05 tháng 12. \
                Xe cộ giao thông bình thường.";
    let expected = "Ông Tên m1: Tôi kết luận: giao Văn phòng hoàn thiện trước ngày 05 tháng 12.";
    assert_eq!(quotes(&recorded(&[(said, None)])), [(Kind::Task, expected.to_owned())]);
}

#[test]
fn an_assignment_names_only_what_was_said() {
    let hall = Hall::sitting(Profile::board(), 5, 5);
    let table = [
        (
            "Giao Văn phòng gửi dự thảo trước ngày 01 tháng 12.",
            Some((Some("Văn phòng"), Some("ngày 01 tháng 12"))),
        ),
        (
            "giao Tên m3 báo cáo trước ngày 20 tháng 01 năm 2027",
            Some((Some("Tên m3"), Some("ngày 20 tháng 01 năm 2027"))),
        ),
        (
            "giao văn phòng trình trước ngày mười lăm tháng năm năm hai nghìn không trăm hai mươi bảy nhé",
            Some((
                Some("văn phòng"),
                Some("ngày mười lăm tháng năm năm hai nghìn không trăm hai mươi bảy"),
            )),
        ),
        ("Phân công phân luồng cho đến khi an toàn.", Some((None, None))),
        ("Giao thông đông đúc, bàn giao xong.", None),
        ("Đề nghị biểu quyết.", Some((None, None))),
        ("Xin cảm ơn.", None),
    ];
    for (text, expected) in table {
        let found = draft::assignment(&hall.meeting, text);
        let found = found.as_ref().map(|found| (found.owner.as_deref(), found.due.as_deref()));
        assert_eq!(found, expected, "{text}");
    }
}
