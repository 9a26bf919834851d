//! An office with the meetings of many years: lists, public pages, memory and start beside ten meetings.
//! One meeting is played in memory from its creation to its published minutes, and its log copied as
//! often as is asked for; `icabinet rebuild` makes the read model of the copies. Their chains of hashes
//! are the first one's: nothing here reads them.

use super::support::{Hall as Model, person, record};
use super::{ms, quantile};
use icabinet_models::agenda::{Conclusion, Level};
use icabinet_models::canonical;
use icabinet_models::decisions::{Article, DecisionText, Instrument};
use icabinet_models::ids::{DecisionId, Digest, ItemId, MeetingId, MotionId, PersonId, Text, Time};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, MinutesCommand, MotionsCommand,
    PapersCommand, Particulars, PreparationCommand, SessionCommand, VotesCommand,
};
use icabinet_models::papers::PaperDraft;
use icabinet_models::profile::Profile;
use icabinet_models::record::chain;
use icabinet_models::rule::Choice;
use icabinet_models::{Actor, Command, Entry};
use icabinet_tests::{On, TestClient, TestServer, item, motion, particulars, people};
use serde_json::json;
use std::time::Instant;

/// Stands in the log of the first meeting where each copy has a time of its own.
const SCHEDULED: i64 = 1_795_654_811_111;
/// Its identifier.
const FIRST: &str = "meeting-of-the-bench";
/// Requests of each kind.
const ROUNDS: usize = 50;

/// Lists of an office with ten meetings and with so many, on SQLite and on PostgreSQL.
pub async fn lists(meetings: u32) {
    for on in [On::Sqlite, On::Postgres] {
        let few = office(on, 10).await;
        let many = office(on, meetings).await;
        println!(
            "{}",
            json!({"bench": "lists", "database": format!("{on:?}"), "ten": few,
            "many": many, "target_list_ms": 100, "target_start_ms": 2000, "target_resident_mb": 80})
        );
    }
}

async fn office(on: On, meetings: u32) -> serde_json::Value {
    let mut hall = TestServer::open(on).await;
    assert!(hall.stop(), "it ends");
    let before = bytes(&hall).await;
    hall.runs_sql(&first(on)).await;
    hall.runs_sql(&copies(on, meetings)).await;
    let began = Instant::now();
    let (done, _, errors) = hall.run(&["rebuild"]);
    assert!(done, "{errors}");
    let rebuilt = ms(began);
    let began = Instant::now();
    hall.start();
    let started = ms(began);
    let at_rest = resident_mb(&hall);
    let (secretary, an) = (hall.seat("secretary").await, hall.seat("an").await);
    let own = asked(&secretary, "/api/meetings").await;
    let member = asked(&an, "/api/meetings").await;
    let index = asked(&an, "/public").await;
    let page = asked(&an, &format!("/public/meetings/m{}", meetings / 2)).await;
    json!({"meetings": meetings, "database_mb": (bytes(&hall).await - before) >> 20,
        "rebuild_ms": rebuilt, "start_ms": started, "resident_mb": at_rest,
        "list_ms": own, "list_of_a_member_ms": member, "public_ms": index,
        "public_meeting_ms": page, "resident_afterwards_mb": resident_mb(&hall)})
}

/// Median and 99 of 100 of an answer's time, with its length.
async fn asked(seat: &TestClient, path: &str) -> serde_json::Value {
    let (mut times, mut length) = (Vec::with_capacity(ROUNDS), 0);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let (status, body) = seat.get(path).await;
        times.push(ms(began));
        assert!(status.is_success(), "{path}: {status}");
        length = body.len();
    }
    times.sort_by(f64::total_cmp);
    json!({"p50": quantile(&times, 0.5), "p99": quantile(&times, 0.99), "bytes": length})
}

fn resident_mb(hall: &TestServer) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", hall.pid())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0) / 1024
}

async fn bytes(hall: &TestServer) -> i64 {
    match hall.database() {
        Some(_) => hall.number("SELECT pg_database_size(current_database())").await,
        None => {
            let file = hall.data().join("icabinet.sqlite");
            std::fs::metadata(file).map_or(0, |file| file.len().cast_signed())
        }
    }
}

/// The statements that write the first meeting's log.
fn first(on: On) -> String {
    let (mut statements, mut hash) = (String::new(), Digest::ZERO);
    let log = played();
    let last = log.len();
    let stored = |hash: &Digest| match on {
        On::Sqlite => format!("X'{}'", hash.hex()),
        On::Postgres => format!("'\\x{}'::bytea", hash.hex()),
    };
    let meeting = MeetingId::from(FIRST);
    for entry in log {
        let record = record(&meeting, Actor::System, &entry);
        let bytes = canonical::bytes(&record);
        hash = chain(&hash, record.v, &bytes);
        let text = String::from_utf8(bytes).expect("JSON").replace('\'', "''");
        let position = entry.position;
        statements += &format!(
            "INSERT INTO entries (meeting, position, record, hash)
             VALUES ('{FIRST}', {position}, '{text}', {});\n",
            stored(&hash)
        );
    }
    statements
        + &format!(
            "INSERT INTO heads (meeting, position, hash, created)
             VALUES ('{FIRST}', {last}, {}, 0);",
            stored(&hash)
        )
}

/// The statement that copies it, an hour between each and the next.
fn copies(on: On, count: u32) -> String {
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
    );
    let text = |number: &str| match on {
        On::Sqlite => format!("CAST({number} AS TEXT)"),
        On::Postgres => format!("({number})::text"),
    };
    let time = text(&format!("{SCHEDULED} - CAST(i AS BIGINT) * 3600000"));
    let name = format!("'m' || {}", text("i"));
    format!(
        "{numbers} INSERT INTO entries (meeting, position, record, hash)
         SELECT {name}, position, replace(replace(record, '{FIRST}', {name}), '{SCHEDULED}', {time}),
            hash FROM entries CROSS JOIN n WHERE meeting = '{FIRST}';
         {numbers} INSERT INTO heads (meeting, position, hash, created)
         SELECT {name}, position, hash, 0 FROM heads CROSS JOIN n WHERE meeting = '{FIRST}';"
    )
}

/// A meeting's whole life: five papers, a vote, minutes and a decision that are signed and published.
fn played() -> Vec<Entry> {
    let mut hall = Model::blank();
    let particulars = Particulars { scheduled: Time(SCHEDULED), ..particulars() };
    let profile = Profile::vn_peoples_committee();
    let create = Command::Preparation(PreparationCommand::CreateMeeting {
        particulars,
        profile,
        people: people(),
    });
    hall.run(Actor::Organiser(PersonId::from("secretary")), &create).expect("created");
    hall.does(
        "secretary",
        Command::Agenda(AgendaCommand::AddItem {
            draft: item("Cải tạo ven hồ", Level::Public)
        }),
    );
    hall.does(
        "secretary",
        Command::Motions(MotionsCommand::AddMotion {
            draft: motion(Some(ItemId(1)), "Thông qua")
        }),
    );
    for number in 1..=5 {
        let draft = PaperDraft {
            item: Some(ItemId(1)),
            title: Text::vi(format!("Tờ trình số {number}")),
            number: String::new(),
            level: Level::Internal,
            file_name: "to-trinh.pdf".to_owned(),
            blob: Digest::of(&[number]),
            bytes: 40_000,
        };
        hall.does("secretary", Command::Papers(PapersCommand::AddPaper { draft }));
    }
    hall.does("secretary", Command::Preparation(PreparationCommand::Convene {}));
    let members = ["chair", "secretary", "vice", "an", "binh", "cuong", "dung", "em", "giang"];
    for member in members {
        hall.does(member, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    }
    hall.does("chair", Command::Session(SessionCommand::OpenSession {}));
    hall.does("chair", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    hall.does(
        "chair",
        Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }),
    );
    let vote = hall.meeting.open_vote().expect("open").0;
    for member in members {
        hall.casts(member, vote, Choice::Yes);
    }
    hall.does("chair", Command::Votes(VotesCommand::CloseVote { vote }));
    let conclusion = Conclusion::Decided;
    hall.does(
        "chair",
        Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion }),
    );
    hall.does("chair", Command::Session(SessionCommand::CloseSession {}));
    hall.does("secretary", Command::Minutes(MinutesCommand::DraftMinutes {}));
    hall.does("chair", Command::Minutes(MinutesCommand::ApproveMinutes {}));
    let text = DecisionText {
        number: "31".to_owned(),
        symbol: "QĐ-UBND".to_owned(),
        subject: "về việc cải tạo ven hồ".to_owned(),
        bases: Vec::new(),
        articles: vec![Article {
            heading: "Điều 1.".to_owned(),
            paragraphs: vec!["Phê duyệt chủ trương.".to_owned()],
        }],
        recipients: Vec::new(),
        place: "Hồ Sen".to_owned(),
    };
    hall.does(
        "secretary",
        Command::Decisions(DecisionsCommand::PrepareDecision { motion: MotionId(1), text }),
    );
    for instrument in [Instrument::Minutes, Instrument::Decision(DecisionId(1))] {
        publish(&mut hall, instrument);
    }
    hall.log
}

fn publish(hall: &mut Model, instrument: Instrument) {
    let digest = Digest::of(b"of the bench");
    let source = hall.meeting.source_digest(instrument).expect("a document");
    hall.system(Command::Decisions(DecisionsCommand::InstrumentTypeset {
        instrument,
        source,
        document: digest,
        pages: 1,
    }));
    let sign = Command::Decisions(DecisionsCommand::Sign {
        instrument,
        document: digest,
        fingerprint: digest,
        certificate: digest,
        after: None,
    });
    hall.run(person("chair"), &sign).expect("signed");
    hall.does("secretary", Command::Decisions(DecisionsCommand::Publish { instrument }));
}
