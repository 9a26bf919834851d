//! Whole transition tables: every state against every command, the event or the refusal by name.
//! A row that fails prints itself.

use crate::support::{Hall, guest, item, motion, person};
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::decisions::{Article, DecisionText, Instrument};
use icabinet_models::documents::PaperDraft;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{Digest, ItemId, MotionId, SentenceId, Text, VoteId};
use icabinet_models::minutes::{Section, Source};
use icabinet_models::profile::Profile;
use icabinet_models::speech::Language;
use icabinet_models::votes::Choice;
use icabinet_models::{Actor, Command};
use serde_json::Value;

/// "item_started", "item_concluded+adopted_without_debate", or "!item_settled".
fn judged(hall: &Hall, actor: Actor, command: &Command) -> String {
    let name = |value: Value| match value {
        Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    match hall.judge(actor, command) {
        Ok(decided) => {
            let events = decided.events.iter();
            let names = events.map(|event| name(serde_json::to_value(event).expect("an event")));
            names.collect::<Vec<_>>().join("+")
        }
        Err(refusal) => format!("!{}", name(serde_json::to_value(&refusal).expect("a refusal"))),
    }
}

type Made = (&'static str, Hall);
type Row = (&'static str, &'static str, Command, Vec<&'static str>);

/// Holds every row against every state.
fn check(states: &[Made], rows: &[Row]) {
    let mut wrong = Vec::new();
    for (what, who, command, expected) in rows {
        assert_eq!(expected.len(), states.len(), "the row of {what} is short or long");
        for ((state, hall), expected) in states.iter().zip(expected) {
            let actor = if *who == "system" { Actor::System } else { person(who) };
            let found = judged(hall, actor, command);
            if found != *expected {
                wrong.push(format!("{state} × {what}: expected {expected}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Item 1 regular, item 2 by consent, a motion each, and motion 3 outside any item.
fn preparing() -> Hall {
    let mut hall = Hall::preparing(Profile::board(), 5);
    hall.does("m2", Command::AddItem { draft: item("A", Level::Public) });
    let mut draft = item("B", Level::Public);
    draft.kind = ItemKind::Consent;
    hall.does("m2", Command::AddItem { draft });
    for of in [Some(1), Some(2), None] {
        hall.does("m2", Command::AddMotion { draft: motion(of, "Ban hành.") });
    }
    hall
}

fn after(mut hall: Hall, commands: &[(&str, Command)]) -> Hall {
    for (who, command) in commands {
        hall.does(who, command.clone());
    }
    hall
}

fn convened() -> Hall {
    let mut hall = after(preparing(), &[("m2", Command::Convene {})]);
    hall.arrive(1..=4);
    hall
}

fn sitting() -> Hall {
    after(convened(), &[("m1", Command::OpenSession {})])
}

fn conclude(n: u32, conclusion: Conclusion) -> Command {
    Command::ConcludeItem { item: ItemId(n), conclusion }
}

fn closed() -> Hall {
    let ends = [1, 2].map(|n| ("m1", conclude(n, Conclusion::Withdrawn)));
    after(after(sitting(), &ends), &[("m1", Command::CloseSession {})])
}

fn paper(item: u32) -> Command {
    let blob = Digest::of(b"paper");
    Command::AddPaper {
        draft: PaperDraft {
            item: Some(ItemId(item)),
            title: Text::vi("Tờ trình"),
            number: String::new(),
            level: Level::Public,
            file_name: "a.pdf".to_owned(),
            blob,
            bytes: 5,
        },
    }
}

fn change(n: u32) -> Command {
    Command::ChangeItem {
        item: ItemId(n),
        title: Text::vi("Tên"),
        presenter: None,
        unit: Text::default(),
        minutes_planned: 1,
    }
}

#[test]
fn items_every_state_and_every_command() {
    let two = ItemId(2);
    let start = || ("m1", Command::StartItem { item: two });
    let removed = after(preparing(), &[("m2", Command::RemoveItem { item: two })]);
    let mut removed = after(removed, &[("m2", Command::Convene {})]);
    removed.arrive(1..=4);
    let removed = after(removed, &[("m1", Command::OpenSession {})]);
    let states = [
        ("waiting", sitting()),
        ("open", after(sitting(), &[start()])),
        ("adopted", after(sitting(), &[("m1", Command::AdoptWithoutDebate { item: two })])),
        ("concluded", after(sitting(), &[("m1", conclude(2, Conclusion::Withdrawn))])),
        ("removed", removed),
    ];
    let reason = || "việc".to_owned();
    let recuse = Command::Recuse { item: two, person: None, reason: reason() };
    let settled = ["!item_settled", "!item_settled", "!unknown"];
    let row = |waiting: &'static str, open: &'static str| {
        vec![waiting, open, settled[0], settled[1], settled[2]]
    };
    let rows: Vec<Row> = vec![
        ("start", "m1", start().1, row("item_started", "!item_already_open")),
        ("decide", "m1", conclude(2, Conclusion::Decided), row("!item_not_open", "item_concluded")),
        (
            "withdraw",
            "m1",
            conclude(2, Conclusion::Withdrawn),
            row("item_concluded", "item_concluded"),
        ),
        (
            "carry over",
            "m1",
            conclude(2, Conclusion::CarriedOver),
            row("item_concluded", "item_concluded"),
        ),
        (
            "adopt",
            "m1",
            Command::AdoptWithoutDebate { item: two },
            row("adopted_without_debate", "item_concluded+adopted_without_debate"),
        ),
        ("object", "m3", Command::Object { item: two }, row("objected", "objected")),
        ("recuse", "m3", recuse, row("recused", "recused")),
        ("change", "m2", change(2), row("item_changed", "!item_already_open")),
        (
            "move",
            "m2",
            Command::MoveItem { item: two, to: 0 },
            row("agenda_ordered", "!item_already_open"),
        ),
        (
            "motion",
            "m2",
            Command::AddMotion { draft: motion(Some(2), "B.") },
            row("motion_added", "motion_added"),
        ),
        (
            "remove",
            "m2",
            Command::RemoveItem { item: two },
            vec!["!wrong_stage", "!wrong_stage", "!wrong_stage", "!wrong_stage", "!wrong_stage"],
        ),
        (
            "paper",
            "m2",
            paper(2),
            vec!["paper_added", "paper_added", "paper_added", "paper_added", "!unknown"],
        ),
    ];
    check(&states, &rows);
}

#[test]
fn stages_every_stage_and_every_command() {
    let states = [
        ("blank", Hall::blank()),
        ("preparing", preparing()),
        ("convened", convened()),
        ("in session", sitting()),
        ("recess", after(sitting(), &[("m1", Command::CallRecess {})])),
        ("closed", closed()),
    ];
    let urgent = || {
        let mut draft = item("Khẩn", Level::Public);
        draft.kind = ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("lũ") };
        Command::AddItem { draft }
    };
    let particulars = preparing().meeting.particulars;
    let file = || Command::ImportRecording {
        file_name: "a.wav".to_owned(),
        blob: Digest::of(b"sound"),
        started: None,
        language: Language::Vi,
    };
    let absent = Command::RecordAbsence { person: "m5".into(), reason: "ốm".to_owned() };
    let out = Command::CheckOut { person: Some("m3".into()), reason: String::new() };
    let recuse = Command::Recuse { item: ItemId(1), person: None, reason: "việc".to_owned() };
    let give = Command::GiveFloor { person: "m3".into(), seconds: None };
    let ask = Command::AskToSpeak { kind: RequestKind::Speak };
    const W: &str = "!wrong_stage";
    const U: &str = "!unknown";
    let rows: Vec<Row> = vec![
        (
            "particulars",
            "m2",
            Command::ChangeParticulars { particulars },
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
            Command::AddParticipant { participant: guest("g9") },
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
            "add a member",
            "m2",
            Command::AddParticipant { participant: crate::support::member("m9", 1) },
            vec![U, "participant_added", W, W, W, W],
        ),
        (
            "remove a person",
            "m2",
            Command::RemoveParticipant { person: "m5".into() },
            vec![U, "participant_removed", W, W, W, W],
        ),
        (
            "add an item",
            "m2",
            Command::AddItem { draft: item("C", Level::Public) },
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
            Command::RemoveItem { item: ItemId(1) },
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
            Command::AddMotion { draft: motion(None, "B.") },
            vec![U, "motion_added", "motion_added", "motion_added", "motion_added", W],
        ),
        (
            "add a paper",
            "m2",
            paper(1),
            vec![U, "paper_added", "paper_added", "paper_added", "paper_added", W],
        ),
        ("convene", "m2", Command::Convene {}, vec![U, "convened", W, W, W, W]),
        (
            "check in",
            "m2",
            Command::CheckIn { person: Some("m5".into()) },
            vec![U, W, "checked_in", "checked_in", "checked_in", W],
        ),
        ("check out", "m2", out, vec![U, W, "checked_out", "checked_out", "checked_out", W]),
        (
            "absence",
            "m2",
            absent,
            vec![U, W, "absence_recorded", "absence_recorded", "absence_recorded", W],
        ),
        ("open", "m1", Command::OpenSession {}, vec![U, W, "session_opened", W, W, W]),
        ("recess", "m1", Command::CallRecess {}, vec![U, W, W, "recess_called", W, W]),
        ("resume", "m1", Command::Resume {}, vec![U, W, W, W, "session_resumed", W]),
        (
            "close",
            "m1",
            Command::CloseSession {},
            vec![U, W, W, "!items_still_open", "!items_still_open", W],
        ),
        (
            "start an item",
            "m1",
            Command::StartItem { item: ItemId(1) },
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
            Command::AdoptWithoutDebate { item: ItemId(2) },
            vec![U, W, W, "adopted_without_debate", W, W],
        ),
        (
            "object",
            "m3",
            Command::Object { item: ItemId(2) },
            vec![U, "!not_allowed", "objected", "objected", "objected", "!item_settled"],
        ),
        ("recuse", "m3", recuse, vec![U, "!not_allowed", "recused", "recused", "recused", W]),
        ("ask to speak", "m3", ask, vec![U, "!not_allowed", W, "speech_requested", W, W]),
        ("give the floor", "m1", give, vec![U, W, W, "floor_granted", W, W]),
        (
            "open a vote",
            "m1",
            Command::OpenVote { motion: MotionId(3), seconds: None },
            vec![U, W, W, "vote_opened", W, W],
        ),
        (
            "record",
            "m2",
            Command::StartRecording { language: Language::Vi },
            vec![U, W, W, "recording_started", W, W],
        ),
        (
            "import",
            "m2",
            file(),
            vec![U, W, W, "recording_imported", "recording_imported", "recording_imported"],
        ),
        ("draft", "m2", Command::DraftMinutes {}, vec![U, W, W, W, W, "minutes_drafted"]),
    ];
    check(&states, &rows);
}

#[test]
fn motions_and_votes_every_state_and_every_command() {
    let vote = VoteId(1);
    let open = || ("m1", Command::OpenVote { motion: MotionId(3), seconds: None });
    let shut = || ("m1", Command::CloseVote { vote });
    let voting = || after(sitting(), &[open()]);
    let cast = |choice: Choice| ("m1", voting().ballot(vote, choice));
    let consent = Command::AdoptWithoutDebate { item: ItemId(2) };
    let void = || Command::VoidVote { vote, reason: "lỗi".to_owned() };
    let states = [
        ("proposed", sitting()),
        ("voting", voting()),
        ("adopted", after(voting(), &[cast(Choice::Yes), shut()])),
        ("rejected", after(voting(), &[cast(Choice::No), shut()])),
        ("undecided", after(voting(), &[shut()])),
        ("void", after(voting(), &[("m1", void())])),
        ("withdrawn", after(sitting(), &[("m1", Command::WithdrawMotion { motion: MotionId(3) })])),
    ];
    let ballot = cast(Choice::Yes).1;
    let text = decision_text();
    const N: &str = "!motion_not_open_to_vote";
    const C: &str = "!vote_closed_at";
    const U: &str = "!unknown";
    let change = Command::ChangeMotion { motion: MotionId(3), text: Text::vi("Khác.") };
    let withdraw = Command::WithdrawMotion { motion: MotionId(3) };
    let prepare = Command::PrepareDecision { motion: MotionId(3), text };
    let amend = || {
        let mut draft = motion(None, "Sửa.");
        draft.amends = Some(MotionId(3));
        Command::AddMotion { draft }
    };
    let rows: Vec<Row> = vec![
        (
            "open",
            "m1",
            open().1,
            vec!["vote_opened", "!vote_open", N, N, "vote_opened", "vote_opened", N],
        ),
        ("cast", "m3", ballot, vec![U, "ballot_cast", C, C, C, "!vote_not_open", U]),
        ("close", "m1", shut().1, vec![U, "vote_closed", C, C, C, "!vote_not_open", U]),
        ("close by a member", "m3", shut().1, vec!["!not_allowed"; 7]),
        ("void", "m1", void(), vec![U, "vote_voided", C, C, C, "!vote_not_open", U]),
        ("change", "m2", change, vec!["motion_changed", N, N, N, N, "motion_changed", N]),
        ("withdraw", "m1", withdraw, vec!["motion_withdrawn", N, N, N, N, "motion_withdrawn", N]),
        ("amend", "m2", amend(), vec!["motion_added", N, N, N, N, "motion_added", N]),
        (
            "prepare a decision",
            "m2",
            prepare,
            vec![
                "!not_adopted",
                "!not_adopted",
                "decision_prepared",
                "!not_adopted",
                "!not_adopted",
                "!not_adopted",
                "!not_adopted",
            ],
        ),
    ];
    check(&states, &rows);
    let adopted = after(sitting(), &[("m1", consent)]);
    let prepare = Command::PrepareDecision { motion: MotionId(2), text: decision_text() };
    assert_eq!(judged(&adopted, person("m2"), &prepare), "decision_prepared");
    let open = Command::OpenVote { motion: MotionId(2), seconds: None };
    assert_eq!(judged(&adopted, person("m1"), &open), N);
}

pub fn decision_text() -> DecisionText {
    DecisionText {
        number: String::new(),
        symbol: "QĐ-UBND".to_owned(),
        subject: "về việc ban hành".to_owned(),
        bases: Vec::new(),
        articles: vec![Article { heading: "Điều 1.".to_owned(), paragraphs: Vec::new() }],
        recipients: Vec::new(),
        place: "Hồ Sen".to_owned(),
    }
}

/// A closed session with a draft to which `m2` added a sentence.
pub fn drafted() -> (Hall, SentenceId, SentenceId) {
    let write = Command::WriteSentence { section: Section::Closing, text: "Thêm.".to_owned() };
    let hall = after(closed(), &[("m2", Command::DraftMinutes {}), ("m2", write)]);
    let all = hall.meeting.minutes.in_order();
    let record = all.iter().find(|(_, sentence)| sentence.is_record()).expect("a record").0;
    let own = |source: &Source| matches!(source, Source::Person { .. });
    let own = all.iter().find(|(_, sentence)| own(&sentence.source)).expect("a person's").0;
    (hall, record, own)
}

pub fn typeset(mut hall: Hall) -> Hall {
    let source = hall.meeting.source_digest(Instrument::Minutes).expect("approved");
    let document = Digest::of(b"pdf");
    let instrument = Instrument::Minutes;
    hall.system(Command::InstrumentTypeset { instrument, source, document, pages: 2 });
    hall
}

pub fn sign() -> Command {
    let digest = Digest::of(b"signed");
    Command::Sign {
        instrument: Instrument::Minutes,
        document: digest,
        fingerprint: digest,
        certificate: digest,
    }
}

#[test]
fn minutes_every_state_and_every_command() {
    let (draft, record, own) = drafted();
    let publish = || Command::Publish { instrument: Instrument::Minutes };
    let approved = after(draft.clone(), &[("m1", Command::ApproveMinutes {})]);
    let set = typeset(approved.clone());
    let signed = after(set.clone(), &[("m1", sign())]);
    let states = [
        ("not begun", closed()),
        ("draft", draft),
        ("approved", approved),
        ("typeset", set),
        ("signed", signed.clone()),
        ("published", after(signed, &[("m2", publish())])),
    ];
    let text = || "Lời khác.".to_owned();
    let write = Command::WriteSentence { section: Section::Opening, text: text() };
    let edit = |sentence: SentenceId| Command::EditSentence { sentence, text: text() };
    let remove = Command::RemoveSentence { sentence: own };
    const B: &str = "!minutes_not_begun";
    const A: &str = "!minutes_approved";
    let rows: Vec<Row> = vec![
        (
            "draft",
            "m2",
            Command::DraftMinutes {},
            vec!["minutes_drafted", "minutes_drafted", A, A, A, A],
        ),
        ("write", "m2", write, vec![B, "sentence_written", A, A, A, A]),
        ("edit one's own", "m1", edit(own), vec![B, "sentence_edited", A, A, A, A]),
        ("edit the record", "m2", edit(record), vec![B, "!record_sentence", A, A, A, A]),
        ("edit nothing", "m2", edit(SentenceId(999)), vec![B, "!unknown", A, A, A, A]),
        ("remove", "m2", remove, vec![B, "sentence_removed", A, A, A, A]),
        ("approve", "m1", Command::ApproveMinutes {}, vec![B, "minutes_approved", A, A, A, A]),
        (
            "reopen",
            "m2",
            Command::ReopenMinutes {},
            vec![
                B,
                B,
                "minutes_reopened",
                "minutes_reopened",
                "!already_signed",
                "!already_signed",
            ],
        ),
        (
            "sign",
            "m1",
            sign(),
            vec![
                "!unknown",
                "!unknown",
                "!not_typeset",
                "signed",
                "!already_signed",
                "!already_signed",
            ],
        ),
        ("sign as secretary", "m2", sign(), vec!["!not_allowed"; 6]),
        (
            "publish",
            "m2",
            publish(),
            vec![
                "!unknown",
                "!unknown",
                "!not_signed",
                "!not_signed",
                "published",
                "!already_published",
            ],
        ),
        ("approve as member", "m3", Command::ApproveMinutes {}, vec!["!not_allowed"; 6]),
    ];
    check(&states, &rows);
}

#[test]
fn rights_every_role_and_every_kind_of_command() {
    let roles: [(&str, Hall); 1] = [("sitting", sitting())];
    // who, preparing, presiding, a member's right, a job's report
    let table = [
        ("m1", "!not_allowed", "item_started", "objected", "!not_allowed"),
        ("m2", "item_changed", "item_started", "objected", "!not_allowed"),
        ("m3", "!not_allowed", "!not_allowed", "objected", "!not_allowed"),
        ("x9", "!not_allowed", "!not_allowed", "!not_allowed", "!not_allowed"),
        ("system", "!not_allowed", "!not_allowed", "!not_allowed", "!unknown"),
    ];
    let start = Command::StartItem { item: ItemId(1) };
    let object = Command::Object { item: ItemId(2) };
    let recording = icabinet_models::ids::RecordingId(1);
    let report = Command::StoreRecording { recording, samples: 1, digest: Digest::ZERO };
    for (who, prepares, presides, votes, reports) in table {
        let rows: Vec<Row> = vec![
            ("prepare", who, change(1), vec![prepares]),
            ("preside", who, start.clone(), vec![presides]),
            ("take part", who, object.clone(), vec![votes]),
            ("report", who, report.clone(), vec![reports]),
        ];
        check(&roles, &rows);
    }
}
