//! What can be done in which stage of a meeting.

use super::{Row, after, change, check, closed, conclude, convened, paper, preparing, sitting};
use crate::support::{Hall, guest, item, member, motion};
use icabinet_models::Command;
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{Digest, ItemId, MotionId, Text};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, FloorCommand, MinutesCommand, MotionsCommand,
    ParticipantsCommand, PreparationCommand, SessionCommand, SpeechCommand, VotesCommand,
};
use icabinet_models::speech::Language;

#[test]
fn stages_every_stage_and_every_command() {
    let states = [
        ("blank", Hall::blank()),
        ("preparing", preparing()),
        ("convened", convened()),
        ("in session", sitting()),
        ("recess", after(sitting(), &[("m1", Command::Session(SessionCommand::CallRecess {}))])),
        ("closed", closed()),
    ];
    let urgent = || {
        let mut draft = item("Khẩn", Level::Public);
        draft.kind = ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("lũ") };
        Command::Agenda(AgendaCommand::AddItem { draft })
    };
    let particulars = preparing().meeting.particulars;
    let file = || {
        Command::Speech(SpeechCommand::ImportRecording {
            file_name: "a.wav".to_owned(),
            blob: Digest::of(b"sound"),
            started: None,
            language: Language::Vi,
        })
    };
    let absent = Command::Attendance(AttendanceCommand::RecordAbsence {
        person: "m5".into(),
        reason: "ốm".to_owned(),
    });
    let out = Command::Attendance(AttendanceCommand::CheckOut {
        person: Some("m3".into()),
        reason: String::new(),
    });
    let recuse = Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(1),
        person: None,
        reason: "việc".to_owned(),
    });
    let give = Command::Floor(FloorCommand::GiveFloor { person: "m3".into(), seconds: None });
    let ask = Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak });
    const W: &str = "!wrong_stage";
    const U: &str = "!unknown";
    let rows: Vec<Row> = vec![
        (
            "particulars",
            "m2",
            Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: None }),
            vec![
                U,
                "particulars_changed",
                "particulars_changed",
                "particulars_changed",
                "particulars_changed",
                W,
            ],
        ),
        (
            "add a guest",
            "m2",
            Command::Participants(ParticipantsCommand::AddParticipant { participant: guest("g9") }),
            vec![
                U,
                "participant_added",
                "participant_added",
                "participant_added",
                "participant_added",
                W,
            ],
        ),
        (
            "add two guests at once",
            "m2",
            Command::Participants(ParticipantsCommand::AddParticipants {
                participants: vec![guest("g8"), guest("g9")],
            }),
            vec![
                U,
                "participant_added+participant_added",
                "participant_added+participant_added",
                "participant_added+participant_added",
                "participant_added+participant_added",
                W,
            ],
        ),
        (
            "add a member",
            "m2",
            Command::Participants(ParticipantsCommand::AddParticipant {
                participant: member("m9", 1),
            }),
            vec![U, "participant_added", W, W, W, W],
        ),
        (
            "remove a person",
            "m2",
            Command::Participants(ParticipantsCommand::RemoveParticipant { person: "m5".into() }),
            vec![U, "participant_removed", W, W, W, W],
        ),
        (
            "add an item",
            "m2",
            Command::Agenda(AgendaCommand::AddItem { draft: item("C", Level::Public) }),
            vec![U, "item_added", W, W, W, W],
        ),
        (
            "add an urgent item",
            "m2",
            urgent(),
            vec![U, "item_added", "item_added", "item_added", "item_added", W],
        ),
        (
            "remove an item",
            "m2",
            Command::Agenda(AgendaCommand::RemoveItem { item: ItemId(1), seen: None }),
            vec![U, "item_removed+motion_withdrawn", W, W, W, W],
        ),
        (
            "change an item",
            "m2",
            change(1),
            vec![
                U,
                "item_changed",
                "item_changed",
                "item_changed",
                "item_changed",
                "!item_settled",
            ],
        ),
        (
            "add a motion",
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(None, "B.") }),
            vec![U, "motion_added", "motion_added", "motion_added", "motion_added", W],
        ),
        (
            "add a paper",
            "m2",
            paper(1),
            vec![U, "paper_added", "paper_added", "paper_added", "paper_added", W],
        ),
        (
            "convene",
            "m2",
            Command::Preparation(PreparationCommand::Convene {}),
            vec![U, "convened", W, W, W, W],
        ),
        (
            "check in",
            "m2",
            Command::Attendance(AttendanceCommand::CheckIn { person: Some("m5".into()) }),
            vec![U, W, "checked_in", "checked_in", "checked_in", W],
        ),
        ("check out", "m2", out, vec![U, W, "checked_out", "checked_out", "checked_out", W]),
        (
            "absence",
            "m2",
            absent,
            vec![U, W, "absence_recorded", "absence_recorded", "absence_recorded", W],
        ),
        (
            "open",
            "m1",
            Command::Session(SessionCommand::OpenSession {}),
            vec![U, W, "session_opened", W, W, W],
        ),
        (
            "recess",
            "m1",
            Command::Session(SessionCommand::CallRecess {}),
            vec![U, W, W, "recess_called", W, W],
        ),
        (
            "resume",
            "m1",
            Command::Session(SessionCommand::Resume {}),
            vec![U, W, W, W, "session_resumed", W],
        ),
        (
            "close",
            "m1",
            Command::Session(SessionCommand::CloseSession {}),
            vec![U, W, W, "!items_still_open", "!items_still_open", W],
        ),
        (
            "start an item",
            "m1",
            Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }),
            vec![U, W, W, "item_started", W, W],
        ),
        (
            "conclude",
            "m1",
            conclude(1, Conclusion::Withdrawn),
            vec![U, W, W, "item_concluded", "item_concluded", W],
        ),
        (
            "adopt",
            "m1",
            Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(2) }),
            vec![U, W, W, "adopted_without_debate", W, W],
        ),
        (
            "object",
            "m3",
            Command::Agenda(AgendaCommand::Object { item: ItemId(2) }),
            vec![U, "!not_allowed", "objected", "objected", "objected", "!item_settled"],
        ),
        ("recuse", "m3", recuse, vec![U, "!not_allowed", "recused", "recused", "recused", W]),
        ("ask to speak", "m3", ask, vec![U, "!not_allowed", W, "speech_requested", W, W]),
        ("give the floor", "m1", give, vec![U, W, W, "floor_granted", W, W]),
        (
            "open a vote",
            "m1",
            Command::Votes(VotesCommand::OpenVote { motion: MotionId(3), seconds: None }),
            vec![U, W, W, "vote_opened", W, W],
        ),
        (
            "record",
            "m2",
            Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }),
            vec![U, W, W, "recording_started", W, W],
        ),
        (
            "import",
            "m2",
            file(),
            vec![U, W, W, "recording_imported", "recording_imported", "recording_imported"],
        ),
        (
            "draft",
            "m2",
            Command::Minutes(MinutesCommand::DraftMinutes {}),
            vec![U, W, W, W, W, "minutes_drafted"],
        ),
    ];
    check(&states, &rows);
}
