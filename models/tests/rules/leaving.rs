//! What ends together: somebody leaves, steps back from an item, or a rule stops the recording; and who
//! presides when the chair can't.

use crate::support::{Hall, item, member, with};
use icabinet_models::agenda::{Conclusion, ItemKind, ItemState, Level};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{Digest, ItemId, MotionId, PersonId, RecordingId};
use icabinet_models::meeting::{
    Act, AgendaCommand, AttendanceCommand, Event, FloorCommand, MotionsCommand, PreparationCommand,
    SessionCommand, SpeechCommand, SpeechEvent, VotesCommand,
};
use icabinet_models::participants::{Office, Participant};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Capture, Language};
use icabinet_models::waiting::Wait;
use icabinet_models::{Command, Refusal};

const RECORD: Command = Command::Speech(SpeechCommand::StartRecording { language: Language::Vi });
const LATER: Command = Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak });

/// `m1` presides, `m2` keeps the record, who is named is a vice chair, five members in all.
fn seats(vice_chairs: &[usize]) -> Vec<Participant> {
    let mut people: Vec<_> = (1..=5).map(|n| member(&format!("m{n}"), 1)).collect();
    people[0] = with(Office::Chair, people[0].clone());
    people[1] = with(Office::Secretary, people[1].clone());
    for vice in vice_chairs {
        people[*vice] = with(Office::ViceChair, people[*vice].clone());
    }
    people
}

/// Item 1 is public and open, item 2 restricted, item 3 public.
fn sitting(vice_chairs: &[usize]) -> Hall {
    let mut hall = Hall::preparing_with(Profile::board(), seats(vice_chairs));
    for (title, level) in [("A", Level::Public), ("B", Level::Restricted), ("C", Level::Public)] {
        hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item(title, level) }));
    }
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=5);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    hall
}

fn give(who: &str) -> Command {
    Command::Floor(FloorCommand::GiveFloor { person: who.into(), seconds: None })
}

fn out(person: Option<&str>) -> Command {
    Command::Attendance(AttendanceCommand::CheckOut {
        person: person.map(PersonId::from),
        reason: String::new(),
    })
}

fn recuse(item: u32, person: Option<&str>) -> Command {
    let person = person.map(PersonId::from);
    Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(item),
        person,
        reason: "việc nhà".to_owned(),
    })
}

fn conclude(item: u32, conclusion: Conclusion) -> Command {
    Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(item), conclusion })
}

fn is_recorded(hall: &Hall) -> bool {
    hall.meeting.recordings.values().any(|recording| recording.is_under_way())
}

#[test]
fn who_leaves_takes_floor_queue_and_recording_with_him() {
    for own in [true, false] {
        let mut hall = sitting(&[]);
        hall.does("m4", LATER);
        hall.does("m1", give("m4"));
        hall.does("m4", RECORD);
        hall.does("m4", LATER);
        hall.does("m5", LATER);
        let since = hall.now;
        if own {
            hall.does("m4", out(None))
        } else {
            hall.does("m2", out(Some("m4")))
        };
        let floor = &hall.meeting.floor;
        assert_eq!(floor.speaking, None, "his clock runs on");
        assert_eq!(floor.past.last().map(|turn| turn.ended), Some(since));
        let waiting: Vec<&str> = floor.requests.values().map(|r| r.person.as_str()).collect();
        assert_eq!(waiting, ["m5"], "he still waits");
        assert!(!is_recorded(&hall), "his device records on");
        // What is said after that is nobody's.
        assert!(hall.meeting.floor.holders(hall.now, hall.now.plus_ms(1000)).is_empty());
    }
}

#[test]
fn the_desk_records_on_when_a_speaker_leaves_and_not_when_its_own_person_does() {
    let mut hall = sitting(&[]);
    hall.does("m2", RECORD);
    hall.does("m1", give("m4"));
    hall.does("m4", out(None));
    assert!(is_recorded(&hall));
    hall.does("m2", out(None));
    assert!(!is_recorded(&hall));
}

#[test]
fn a_turn_takes_the_speakers_own_recording_with_it_however_it_ends() {
    let ends: [&[(&str, Command)]; 4] = [
        &[("m1", Command::Floor(FloorCommand::EndFloor {}))],
        &[("m4", Command::Floor(FloorCommand::EndFloor {}))],
        &[("m1", conclude(1, Conclusion::Withdrawn))],
        &[("m4", recuse(1, None))],
    ];
    for end in ends {
        let mut hall = sitting(&[]);
        hall.does("m1", give("m4"));
        hall.does("m4", RECORD);
        hall.does("m2", RECORD);
        for (who, command) in end {
            hall.does(who, command.clone());
        }
        let own = &hall.meeting.recordings[&RecordingId(1)];
        assert!(matches!(own.capture, Capture::Ended { .. }), "{end:?}: {own:?}");
        assert!(hall.meeting.recordings[&RecordingId(2)].is_under_way(), "{end:?}: the desk's");
    }
}

#[test]
fn break_close_and_a_restricted_item_stop_every_recording() {
    let stops: [&[Command]; 3] = [
        &[Command::Session(SessionCommand::CallRecess {})],
        &[
            conclude(1, Conclusion::Withdrawn),
            conclude(2, Conclusion::Withdrawn),
            conclude(3, Conclusion::Withdrawn),
            Command::Session(SessionCommand::CloseSession {}),
        ],
        &[
            conclude(1, Conclusion::Withdrawn),
            Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }),
        ],
    ];
    for stop in stops {
        let mut hall = sitting(&[]);
        hall.does("m1", give("m4"));
        hall.does("m4", RECORD);
        hall.does("m2", RECORD);
        for command in stop {
            hall.does("m1", command.clone());
        }
        assert!(!is_recorded(&hall), "{stop:?}");
        let ended =
            |event: &Event| matches!(event, Event::Speech(SpeechEvent::RecordingEnded { .. }));
        let told = hall.log.iter().filter(|entry| ended(&entry.event)).count();
        assert_eq!(told, 2, "{stop:?}: each is ended once");
        // What was said before is still taken in.
        let (recording, digest) = (RecordingId(2), Digest::of(b"pcm"));
        hall.system(Command::Speech(SpeechCommand::StoreRecording {
            recording,
            samples: 16_000,
            digest,
        }));
        let stored = &hall.meeting.recordings[&recording].capture;
        assert!(matches!(stored, Capture::Stored { .. }), "{stored:?}");
    }
}

#[test]
fn nothing_is_recorded_in_a_restricted_item_and_a_new_one_begins_after_it() {
    let mut hall = sitting(&[]);
    hall.does("m1", conclude(1, Conclusion::Withdrawn));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
    assert_eq!(hall.refuses("m2", RECORD), Refusal::NotRecordedHere);
    hall.does("m1", conclude(2, Conclusion::Withdrawn));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) }));
    hall.does("m2", RECORD);
    assert!(is_recorded(&hall));
}

#[test]
fn a_recording_holds_no_more_than_the_time_it_ran() {
    let mut hall = sitting(&[]);
    hall.does("m2", RECORD);
    let started = hall.meeting.recordings[&RecordingId(1)].started.expect("live");
    hall.now = started.plus_ms(60_000);
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    let recording = &hall.meeting.recordings[&RecordingId(1)];
    let most = recording.most_samples(started.plus_ms(3_600_000));
    assert!((16_000 * 60..=16_000 * 62).contains(&most), "{most}");
}

#[test]
fn the_desk_ends_what_another_device_left_running() {
    let mut hall = sitting(&[]);
    hall.does("m1", give("m4"));
    hall.does("m4", RECORD);
    let end = Command::Speech(SpeechCommand::EndRecording { recording: RecordingId(1) });
    assert_eq!(hall.refuses("m5", end.clone()), Refusal::NotAllowed { act: Act::Preside });
    hall.does("m2", end.clone());
    assert_eq!(hall.refuses("m2", end), Refusal::NotRecording);
    hall.does("m4", RECORD);
    hall.does("m4", Command::Speech(SpeechCommand::EndRecording { recording: RecordingId(2) }));
    assert!(!is_recorded(&hall));
}

#[test]
fn who_takes_no_part_in_the_next_item_holds_nothing_in_it() {
    let mut hall = sitting(&[]);
    hall.does("m4", recuse(3, None));
    hall.does("m1", conclude(1, Conclusion::Withdrawn));
    hall.does("m1", give("m4"));
    hall.does("m4", LATER);
    hall.does("m5", LATER);
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) }));
    assert_eq!(hall.meeting.floor.speaking, None);
    assert_eq!(hall.meeting.floor.requests.len(), 1);
}

#[test]
fn a_vice_chair_steps_in_for_a_chair_who_left_and_gives_way_when_he_is_back() {
    let mut hall = sitting(&[2]);
    let take = Command::Session(SessionCommand::TakeChair {});
    let stranger = Refusal::NotAllowed { act: Act::Preside };
    assert_eq!(hall.refuses("m3", take.clone()), stranger, "the chair is there");
    assert_eq!(hall.refuses("m1", take.clone()), Refusal::AlreadyExists);
    hall.does("m1", out(None));
    assert_eq!(hall.refuses("m4", take.clone()), stranger, "no vice chair");
    hall.does("m3", take.clone());
    assert!(hall.meeting.is_chair(&"m3".into()));
    let gone = Refusal::NotPresent { person: "m1".into() };
    assert_eq!(hall.refuses("m1", take.clone()), gone);
    hall.arrive([1]);
    hall.does("m1", take);
    assert!(hall.meeting.is_chair(&"m1".into()));
    assert_eq!(hall.meeting.hand_overs.len(), 2, "the record has both");
}

#[test]
fn the_secretary_appoints_only_where_the_chair_can_not() {
    let mut hall = sitting(&[]);
    let to = |who: &str| Command::Session(SessionCommand::HandOverChair { to: who.into() });
    assert_eq!(hall.refuses("m2", to("m4")), Refusal::NotAllowed { act: Act::Preside });
    hall.does("m1", out(None));
    hall.does("m2", to("m4"));
    assert!(hall.meeting.is_chair(&"m4".into()));
    assert_eq!(hall.refuses("m2", to("m5")), Refusal::NotAllowed { act: Act::Preside });
    hall.does("m4", out(None));
    hall.does("m5", recuse(1, None));
    assert_eq!(hall.refuses("m2", to("m5")), Refusal::Recused, "nor would he preside in it");
}

#[test]
fn r19_a_chair_who_recuses_himself_is_followed_by_the_vice_chair() {
    let mut hall = sitting(&[2]);
    hall.does("m1", give("m1"));
    hall.does("m1", recuse(1, None));
    assert!(hall.meeting.is_chair(&"m3".into()));
    assert_eq!(hall.meeting.floor.speaking, None, "nor does he go on speaking");
    assert_eq!(
        hall.refuses("m1", Command::Session(SessionCommand::TakeChair {})),
        Refusal::Recused
    );
    hall.does("m3", conclude(1, Conclusion::Withdrawn));
    hall.does("m1", Command::Session(SessionCommand::TakeChair {}));
    // Before an item that he declared for, the vice chair may begin it in his place.
    hall.does("m1", recuse(3, None));
    hall.does("m1", conclude(2, Conclusion::Withdrawn));
    let start = Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) });
    assert_eq!(hall.refuses("m1", start.clone()), Refusal::Recused);
    hall.does("m3", Command::Session(SessionCommand::TakeChair {}));
    hall.does("m3", start);
}

#[test]
fn r19_between_two_vice_chairs_the_chair_says_who() {
    let mut hall = sitting(&[2, 3]);
    assert_eq!(hall.refuses("m1", recuse(1, None)), Refusal::NoChair);
    hall.does("m4", out(None));
    hall.does("m1", recuse(1, None));
    assert!(hall.meeting.is_chair(&"m3".into()));
}

#[test]
fn the_chair_changes_hands_in_no_open_vote() {
    let mut hall = sitting(&[2]);
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "A."),
        }),
    );
    let vote = hall.opens(1);
    hall.does("m1", out(None));
    assert_eq!(
        hall.refuses("m3", Command::Session(SessionCommand::TakeChair {})),
        Refusal::VoteOpen
    );
    hall.does("m2", Command::Votes(VotesCommand::CloseVote { vote }));
    hall.does("m3", Command::Session(SessionCommand::TakeChair {}));
}

/// Item 1 is open, with a motion in it, and the chair has left. `m2` is at the desk.
fn left_by_its_chair(vice_chairs: &[usize]) -> Hall {
    let mut hall = sitting(vice_chairs);
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "A."),
        }),
    );
    hall.does("m1", out(None));
    hall
}

#[test]
fn nothing_is_decided_while_nobody_presides_whoever_is_at_the_desk() {
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
    let mut hall = left_by_its_chair(&[2]);
    for desk in ["m1", "m2"] {
        assert_eq!(hall.refuses(desk, open.clone()), Refusal::NoChair, "{desk}");
    }
    hall.does("m3", Command::Session(SessionCommand::TakeChair {}));
    hall.does("m2", open.clone());
    let (_, vote) = hall.meeting.open_vote().expect("open");
    assert_eq!(vote.terms.chair, "m3".into());
    // The chair himself, back in the room.
    let mut hall = left_by_its_chair(&[]);
    hall.arrive([1]);
    hall.does("m2", open);
}

#[test]
fn nothing_is_adopted_without_debate_while_nobody_presides_who_takes_part() {
    let adopt = Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(4) });
    let consent = |vice_chairs| {
        let mut hall = Hall::preparing_with(Profile::board(), seats(vice_chairs));
        for title in ["A", "B", "C", "D"] {
            let mut draft = item(title, Level::Public);
            draft.kind = ItemKind::Consent;
            hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
        }
        hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
        hall.arrive(1..=5);
        hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
        hall
    };
    let mut hall = consent(&[2][..]);
    hall.does("m1", out(None));
    assert_eq!(hall.refuses("m2", adopt.clone()), Refusal::NoChair);
    hall.does("m3", Command::Session(SessionCommand::TakeChair {}));
    hall.does("m3", recuse(4, None));
    assert_eq!(hall.refuses("m2", adopt.clone()), Refusal::Recused, "nor may it be begun");
    hall.does("m2", Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(1) }));
    hall.arrive([1]);
    hall.does("m1", Command::Session(SessionCommand::TakeChair {}));
    hall.does("m1", adopt);
}

#[test]
fn who_is_at_the_desk_keeps_order_and_ends_what_runs_while_nobody_presides() {
    let mut hall = sitting(&[]);
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "A."),
        }),
    );
    let vote = hall.opens(1);
    hall.does("m1", out(None));
    for command in [
        give("m4"),
        Command::Floor(FloorCommand::PauseFloor {}),
        Command::Floor(FloorCommand::ResumeFloor {}),
        Command::Floor(FloorCommand::EndFloor {}),
        Command::Votes(VotesCommand::CloseVote { vote }),
        conclude(1, Conclusion::Discussed),
        Command::Session(SessionCommand::CallRecess {}),
    ] {
        hall.does("m2", command);
    }
}

#[test]
fn what_was_not_voted_on_is_discussed_and_not_decided() {
    let states = |voted: bool, said: Conclusion| {
        let mut hall = sitting(&[]);
        hall.does(
            "m2",
            Command::Motions(MotionsCommand::AddMotion {
                draft: crate::support::motion(Some(1), "A."),
            }),
        );
        if voted {
            let vote = hall.opens(1);
            hall.casts("m1", vote, Choice::No);
            hall.closes(vote);
        }
        hall.does("m1", conclude(1, said));
        match &hall.meeting.items[&ItemId(1)].state {
            ItemState::Concluded { conclusion, .. } => conclusion.clone(),
            other => panic!("{other:?}"),
        }
    };
    for said in [Conclusion::Decided, Conclusion::Discussed] {
        assert_eq!(states(true, said.clone()), Conclusion::Decided);
        assert_eq!(states(false, said), Conclusion::Discussed);
    }
    assert_eq!(states(false, Conclusion::CarriedOver), Conclusion::CarriedOver);
}

#[test]
fn a_new_chair_and_a_vice_chair_are_told_what_waits_for_them() {
    let mut hall = sitting(&[2]);
    let waits =
        |hall: &Hall, who: &str| icabinet_models::waiting::waits(&hall.meeting, &who.into());
    for who in ["m1", "m2", "m3", "m4", "x9"] {
        assert_eq!(waits(&hall, who), [], "{who}");
    }
    hall.does("m1", out(None));
    assert_eq!(waits(&hall, "m3"), [Wait::TakeChair]);
    assert_eq!(waits(&hall, "m4"), [], "no vice chair");
    hall.does("m3", Command::Session(SessionCommand::TakeChair {}));
    assert_eq!(waits(&hall, "m3"), [Wait::Preside]);
    hall.arrive([1]);
    assert_eq!(waits(&hall, "m1"), [], "he may, but nothing waits");
    hall.does("m1", Command::Session(SessionCommand::TakeChair {}));
    assert_eq!(waits(&hall, "m3"), []);
}
