//! Who records, who knows of it, and what becomes of a passage that somebody rewrote.

use super::documents::recorded;
use crate::support::{Hall, guest, item};
use icabinet_models::agenda::{Conclusion, Level};
use icabinet_models::ids::{Digest, ItemId, RecordingId, SentenceId};
use icabinet_models::meeting::{
    Act, AgendaCommand, AttendanceCommand, FloorCommand, MinutesCommand, PreparationCommand,
    SessionCommand, SpeechCommand,
};
use icabinet_models::minutes::{Minutes, Section};
use icabinet_models::profile::Profile;
use icabinet_models::speech::Language;
use icabinet_models::visibility::{ViewerClass, class_of, redact_state};
use icabinet_models::{Command, Refusal};

const RECORD: Command = Command::Speech(SpeechCommand::StartRecording { language: Language::Vi });

fn import() -> Command {
    Command::Speech(SpeechCommand::ImportRecording {
        file_name: "a.wav".to_owned(),
        blob: Digest::of(b"wav"),
        started: None,
        language: Language::Vi,
    })
}

fn stored(hall: &mut Hall, recording: u32) {
    let (recording, digest) = (RecordingId(recording), Digest::of(b"pcm"));
    hall.system(Command::Speech(SpeechCommand::StoreRecording {
        recording,
        samples: 16_000,
        digest,
    }));
}

#[test]
fn a_file_being_read_keeps_nobody_from_recording() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does("m2", import());
    hall.does("m2", RECORD);
    assert_eq!(hall.refuses("m2", RECORD), Refusal::RecordingRunning);
}

#[test]
fn who_holds_the_floor_records_where_nothing_records() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let stranger = Refusal::NotAllowed { act: Act::Preside };
    assert_eq!(hall.refuses("m4", RECORD), stranger);
    hall.does("m1", Command::Floor(FloorCommand::GiveFloor { person: "m4".into(), seconds: None }));
    assert_eq!(hall.refuses("m5", RECORD), stranger);
    hall.does("m2", RECORD);
    assert_eq!(hall.refuses("m4", RECORD), Refusal::RecordingRunning, "the desk records already");
    stored(&mut hall, 1);
    hall.does("m4", RECORD);
    assert_eq!(hall.refuses("m4", RECORD), Refusal::RecordingRunning);
    hall.does("m1", RECORD);
    hall.does("m1", Command::Floor(FloorCommand::EndFloor {}));
    stored(&mut hall, 2);
    assert_eq!(hall.refuses("m4", RECORD), stranger, "the turn is over");
}

#[test]
fn everybody_in_the_room_knows_of_a_recording_and_only_the_office_of_files() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does("m2", import());
    hall.does("m2", RECORD);
    for class in ViewerClass::ALL {
        let view = redact_state(&hall.meeting, class);
        let known: Vec<u32> = view.recordings.keys().map(|id| id.0).collect();
        let expected = if class == ViewerClass::Staff { vec![1, 2] } else { vec![2] };
        assert_eq!(known, expected, "{class:?}");
        assert!(view.recordings[&RecordingId(2)].is_under_way(), "{class:?}");
    }
    stored(&mut hall, 2);
    let view = redact_state(&hall.meeting, ViewerClass::Projector);
    assert!(!view.recordings[&RecordingId(2)].is_under_way());
}

#[test]
fn whoever_presides_sees_what_the_office_sees_and_no_longer_than_that() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let of = |hall: &Hall, who: &str| class_of(&hall.meeting, &who.into());
    assert_eq!(of(&hall, "m4"), Some(ViewerClass::Member));
    hall.does("m1", Command::Session(SessionCommand::HandOverChair { to: "m4".into() }));
    assert_eq!(of(&hall, "m4"), Some(ViewerClass::Staff));
    hall.does("m4", Command::Session(SessionCommand::HandOverChair { to: "m1".into() }));
    assert_eq!(of(&hall, "m4"), Some(ViewerClass::Member));
}

#[test]
fn a_guest_is_no_heir_of_the_chair() {
    let mut people: Vec<_> = (1..=3).map(|n| crate::support::member(&format!("m{n}"), 1)).collect();
    people[0].office = Some(icabinet_models::participants::Office::Chair);
    people[1].office = Some(icabinet_models::participants::Office::Secretary);
    people.push(guest("g1"));
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.does("g1", Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    hall.arrive(1..=3);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    let to_guest = Command::Session(SessionCommand::HandOverChair { to: "g1".into() });
    assert_eq!(hall.refuses("m1", to_guest), Refusal::NotEntitled);
}

/// A closed session with a draft that quotes two segments, the first of them in two passages.
pub(super) fn quoted() -> Hall {
    let twice = "Tôi kết luận: giao Văn phòng hoàn thiện trước ngày 05 tháng 12. \
                 Giao Tên m3 báo cáo trước ngày 20 tháng 01 năm 2027.";
    let mut hall = recorded(&[(twice, None), ("Tôi đề nghị thống nhất.", None)]);
    let conclusion = Conclusion::Withdrawn;
    hall.does("m1", Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion }));
    hall.does("m1", Command::Session(SessionCommand::CloseSession {}));
    hall.does("m2", Command::Minutes(MinutesCommand::DraftMinutes {}));
    hall
}

fn spoken(hall: &Hall) -> Vec<(SentenceId, String)> {
    let all = hall.meeting.minutes.in_order().into_iter();
    let quotes = all.filter(|(_, s)| s.segment().is_some());
    quotes.map(|(id, s)| (id, s.text.clone())).collect()
}

#[test]
fn a_rewritten_passage_stays_through_a_new_draft_where_it_stood() {
    let mut hall = quoted();
    let before = spoken(&hall);
    assert_eq!(before.len(), 3, "{before:?}");
    let (sentence, text) = (before[0].0, "Giao Văn phòng hoàn thiện.".to_owned());
    hall.does(
        "m2",
        Command::Minutes(MinutesCommand::EditSentence { sentence, text: text.clone(), seen: None }),
    );
    hall.does(
        "m2",
        Command::Minutes(MinutesCommand::RemoveSentence { sentence: before[1].0, seen: None }),
    );
    hall.does("m2", Command::Minutes(MinutesCommand::DraftMinutes {}));
    let after = spoken(&hall);
    assert_eq!(after[0], (sentence, text), "the rewritten one, where it stood");
    assert_eq!(after[1].1, before[2].1, "the other segment is quoted as before");
    assert_eq!(after.len(), 2, "what was taken out beside it stays out: {after:?}");
    let Minutes::Draft { sentences, .. } = &hall.meeting.minutes else { panic!("no draft") };
    let edited = sentences[&sentence].rewritten().expect("who rewrote it is known");
    assert_eq!(edited.by, "m2".into());
}

#[test]
fn a_passage_nobody_touched_is_quoted_anew() {
    let mut hall = quoted();
    let before = spoken(&hall);
    hall.does("m2", Command::Minutes(MinutesCommand::DraftMinutes {}));
    let after = spoken(&hall);
    let texts = |of: &[(SentenceId, String)]| -> Vec<String> {
        of.iter().map(|(_, text)| text.clone()).collect()
    };
    assert_eq!(texts(&after), texts(&before));
    assert!(after.iter().all(|(id, _)| before.iter().all(|(old, _)| old < id)), "new numbers");
}

#[test]
fn r30_no_number_of_a_sentence_is_given_twice() {
    let mut hall = quoted();
    let write = Command::Minutes(MinutesCommand::WriteSentence {
        section: Section::Closing,
        text: "Ghi thêm.".to_owned(),
    });
    hall.does("m2", write.clone());
    let removed = hall.meeting.minutes.in_order().iter().map(|(id, _)| *id).max().expect("one");
    hall.does(
        "m2",
        Command::Minutes(MinutesCommand::RemoveSentence { sentence: removed, seen: None }),
    );
    hall.does("m1", Command::Minutes(MinutesCommand::ApproveMinutes {}));
    hall.does("m2", Command::Minutes(MinutesCommand::ReopenMinutes {}));
    hall.does("m2", write);
    let newest = hall.meeting.minutes.in_order().iter().map(|(id, _)| *id).max().expect("one");
    assert!(newest > removed, "{newest:?} was {removed:?}'s number");
}
