//! Each law, broken once: a log and a history that are whole, and what the checker says when one
//! thing in them is not.

use super::{Client, Law, Row, check, read};
use icabinet_models::agenda::Level;
use icabinet_models::canonical;
use icabinet_models::ids::{Digest, ItemId, MeetingId, MotionId, Text, Time, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, PreparationCommand, SessionCommand,
    VotesCommand, VotesEvent,
};
use icabinet_models::participants::{Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::record::{RECORD_VERSION, Record, Salt, chain};
use icabinet_models::rule::Choice;
use icabinet_models::rule::Threshold;
use icabinet_models::visibility::{self, ViewEntry, ViewerClass};
use icabinet_models::{Actor, Command, Context, Entry, Event, Meeting};
use serde_json::{Value, json};

/// A log as it grows, with what the class of delegates is shown of it.
struct Story {
    state: Meeting,
    rows: Vec<Row>,
    hash: Digest,
    shown: Vec<ViewEntry>,
    /// The lines of the one delegate's history.
    lines: Vec<String>,
    position: u64,
}

fn person(name: &str, office: Option<Office>) -> Participant {
    let text = Text::vi("x");
    Participant {
        person: name.into(),
        name: name.to_owned(),
        courtesy: None,
        position: text.clone(),
        unit: text,
        standing: Standing::Member { weight: 1 },
        office,
        seat: None,
        venue: None,
    }
}

impl Story {
    /// Appends an event as a server would.
    fn append(&mut self, actor: Actor, event: Event) {
        let position = self.rows.len() as u64 + 1;
        let at = Time(1_000 + i64::try_from(position).unwrap());
        let record = Record {
            v: RECORD_VERSION,
            meeting: self.state.id.clone(),
            position,
            at,
            actor,
            event: event.clone(),
            salt: Some(Salt::new([3; Salt::LENGTH])),
        };
        let bytes = canonical::bytes(&record);
        self.hash = chain(&self.hash, record.v, &bytes);
        let entry = Entry { position, at, event };
        self.shown.extend(visibility::redact_event(&self.state, &entry, ViewerClass::Member));
        self.state.apply(&entry);
        self.rows.push(Row {
            position,
            record: String::from_utf8(bytes).unwrap(),
            hash: self.hash.0.to_vec(),
        });
    }

    fn does(&mut self, actor: &Actor, command: Command) -> Value {
        let context = Context { actor: actor.clone(), now: Time(1_000) };
        let decided = self.state.decide(&context, &command).unwrap();
        for event in decided.events {
            self.append(actor.clone(), event);
        }
        let position = self.rows.len();
        json!({"accepted": {"position": position, "at": 1_000 + position, "code": self.hash.short(2)}})
    }

    fn line(&mut self, mark: char, text: &Value) {
        self.lines.push(format!("0 {mark} {text}"));
    }

    /// What a delegate is sent of what he hasn't seen.
    fn tell(&mut self) {
        let entries: Vec<&ViewEntry> =
            self.shown.iter().filter(|entry| entry.position > self.position).collect();
        let Some(last) = entries.last() else { return };
        let (after, to) = (self.position, last.position);
        let frame = json!({"events": {"after": after, "to": to, "entries": entries}});
        self.position = to;
        self.line('<', &frame);
    }

    fn sends(&mut self, id: &str, command: &Command) {
        let frame = json!({"command": {"id": id, "command": command}});
        self.line('>', &frame);
    }

    fn hears(&mut self, id: &str, answer: &Value) {
        let frame = json!({"answer": {"id": id, "answer": answer}});
        self.line('<', &frame);
    }
}

/// A vote from the invitation to the result, seen by delegate `d1`.
fn story() -> Story {
    let meeting = MeetingId::from("m");
    let mut story = Story {
        state: Meeting::blank(meeting),
        rows: Vec::new(),
        hash: Digest::ZERO,
        shown: Vec::new(),
        lines: Vec::new(),
        position: 0,
    };
    let organiser = Actor::Organiser("chair".into());
    let chair = Actor::Person("chair".into());
    let secretary = Actor::Person("secretary".into());
    let mut people =
        vec![person("chair", Some(Office::Chair)), person("secretary", Some(Office::Secretary))];
    people.extend(["d1", "d2", "d3"].map(|name| person(name, None)));
    let all = Threshold { numerator: 1, denominator: 2, ..Profile::conference().quorum };
    let profile = Profile { quorum: all, ..Profile::conference() };
    let particulars = icabinet_tests::particulars();
    story.does(
        &organiser,
        Command::Preparation(PreparationCommand::CreateMeeting { particulars, profile, people }),
    );
    let draft = icabinet_tests::item("Báo cáo", Level::Internal);
    story.does(&secretary, Command::Agenda(AgendaCommand::AddItem { draft }));
    let draft = icabinet_tests::motion(Some(ItemId(1)), "Thông qua");
    story.does(&secretary, Command::Motions(MotionsCommand::AddMotion { draft }));
    story.does(&secretary, Command::Preparation(PreparationCommand::Convene {}));
    // The delegate comes.
    let mut view = visibility::redact_state(&story.state, ViewerClass::Member);
    view.position = story.state.position;
    let position = story.state.position;
    story.position = position;
    story.line('@', &json!({"position": position, "meeting": view}));
    let greeting = json!({"hello": {"class": "member", "person": "d1", "mine": {"ballots": {}}}});
    story.line('<', &greeting);
    let present = Command::Attendance(AttendanceCommand::CheckIn { person: None });
    story.sends("c1", &present);
    let answer = story.does(&Actor::Person("d1".into()), present.clone());
    story.hears("c1", &answer);
    for name in ["chair", "secretary", "d2", "d3"] {
        story.does(&Actor::Person(name.into()), present.clone());
    }
    story.does(&chair, Command::Session(SessionCommand::OpenSession {}));
    story.does(&chair, Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    story.does(
        &chair,
        Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }),
    );
    story.tell();
    let digest = story.state.votes[&VoteId(1)].terms.text_digest;
    let ballot = |choice| {
        Command::Votes(VotesCommand::CastBallot {
            vote: VoteId(1),
            choice,
            opinion: String::new(),
            text_digest: digest,
        })
    };
    story.sends("c2", &ballot(Choice::Yes));
    let answer = story.does(&Actor::Person("d1".into()), ballot(Choice::Yes));
    story.hears("c2", &answer);
    story.does(&Actor::Person("d2".into()), ballot(Choice::No));
    story.does(&chair, Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) }));
    story.tell();
    story
}

fn laws(rows: &[Row], lines: &[String]) -> Vec<Law> {
    let clients: Vec<Client> = read(0, &lines.join("\n"));
    let mut laws: Vec<Law> = check(rows, &clients).into_iter().map(|found| found.law).collect();
    laws.dedup();
    laws
}

/// What the checker says when a line of the history is changed.
fn changed(find: &str, from: &str, to: &str) -> Vec<Law> {
    let story = story();
    let mut lines = story.lines.clone();
    let line = lines.iter_mut().find(|line| line.contains(find) && line.contains(from));
    let line = line.unwrap_or_else(|| panic!("{find}: {from} in {:#?}", story.lines));
    *line = line.replacen(from, to, 1);
    laws(&story.rows, &lines)
}

#[test]
fn a_whole_story_has_no_finding() {
    let story = story();
    let clients = read(0, &story.lines.join("\n"));
    assert_eq!(check(&story.rows, &clients), []);
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0].person(), Some("d1".into()));
}

#[test]
fn an_accepted_command_that_the_log_lost_is_found() {
    let mut story = story();
    // The last records are gone, as after a power cut without a sync.
    story.rows.truncate(story.rows.len() - 3);
    assert!(laws(&story.rows, &story.lines).contains(&Law::Durable));
}

#[test]
fn a_record_that_was_changed_or_lost_breaks_the_chain() {
    let mut changed = story();
    let row = changed.rows.iter_mut().find(|row| row.record.contains("\"no\"")).unwrap();
    row.record = row.record.replace("\"no\"", "\"yes\"");
    assert!(laws(&changed.rows, &changed.lines).contains(&Law::Chain));
    let mut lost = story();
    lost.rows.remove(2);
    assert!(laws(&lost.rows, &lost.lines).contains(&Law::Chain));
}

#[test]
fn a_time_before_the_one_before_is_found() {
    let mut story = story();
    let at = story.rows.len() - 2;
    let record = story.rows[at].record.clone();
    let (from, to) = (format!("\"at\":{}", 1_001 + at), "\"at\":999");
    story.rows[at].record = record.replacen(&from, to, 1);
    assert_ne!(story.rows[at].record, record);
    let clients = read(0, &story.lines.join("\n"));
    let found = check(&story.rows, &clients);
    assert!(found.iter().any(|found| found.text.contains("before that of")), "{found:?}");
}

#[test]
fn a_receipt_of_something_else_is_found() {
    assert_eq!(changed("\"c2\"", "\"code\":\"", "\"code\":\"0"), [Law::Durable]);
    assert_eq!(changed("\"c2\"", "\"choice\":\"yes\"", "\"choice\":\"no\""), [Law::Durable]);
}

#[test]
fn two_answers_to_one_command_are_found() {
    let story = story();
    let mut lines = story.lines.clone();
    lines.push(
        r#"0 < {"answer":{"id":"c2","answer":{"refused":{"refusal":"vote_not_open"}}}}"#.to_owned(),
    );
    assert_eq!(laws(&story.rows, &lines), [Law::Once]);
}

#[test]
fn a_command_with_two_effects_is_found() {
    let mut story = story();
    story.append(
        Actor::Person("d1".into()),
        Event::Votes(VotesEvent::BallotCast {
            vote: VoteId(1),
            person: "d1".into(),
            choice: Choice::Yes,
            opinion: String::new(),
        }),
    );
    let found = laws(&story.rows, &story.lines);
    assert!(found.contains(&Law::Once) && found.contains(&Law::Window), "{found:?}");
}

#[test]
fn a_tally_that_nobody_cast_is_found() {
    let mut story = story();
    let closed = story.rows.iter().position(|row| row.record.contains("vote_closed")).unwrap();
    let record = &story.rows[closed].record;
    story.rows[closed].record = record.replace("\"yes\":1", "\"yes\":2");
    assert!(laws(&story.rows, &story.lines).contains(&Law::Tally));
}

#[test]
fn a_frame_that_was_lost_or_came_twice_is_found() {
    let story = story();
    let frames: Vec<usize> =
        (0..story.lines.len()).filter(|at| story.lines[*at].contains("\"events\"")).collect();
    let mut lost = story.lines.clone();
    lost.remove(frames[0]);
    assert!(laws(&story.rows, &lost).contains(&Law::Prefix));
    let mut twice = story.lines.clone();
    twice.insert(frames[0], story.lines[frames[0]].clone());
    assert!(laws(&story.rows, &twice).contains(&Law::Prefix));
    let mut last = story.lines.clone();
    last.remove(frames[1]);
    assert!(laws(&story.rows, &last).contains(&Law::InStep));
}

#[test]
fn a_ballot_shown_to_others_is_found() {
    let story = story();
    let row = story.rows.iter().find(|row| row.record.contains("ballot_cast")).unwrap();
    let record: Value = serde_json::from_str(&row.record).unwrap();
    let mut lines = story.lines.clone();
    let told = json!({"events": {"after": story.position, "to": story.position + 1,
        "entries": [{"position": row.position, "at": 0, "event": record["event"]}]}});
    lines.push(format!("0 < {told}"));
    assert!(laws(&story.rows, &lines).contains(&Law::Class));
    // In what is for one person alone, somebody else's.
    let mut lines = story.lines.clone();
    lines.push(
        r#"0 < {"mine":{"mine":{"ballots":{"1":{"ballot":{"choice":"no"},"code":""}}}}}"#
            .to_owned(),
    );
    assert_eq!(laws(&story.rows, &lines), [Law::Class]);
}

#[test]
fn a_snapshot_of_another_state_is_found() {
    assert!(changed("0 @ ", "Phiên họp thử", "Phiên họp khác").contains(&Law::Prefix));
}

#[test]
fn the_last_line_of_a_helper_that_was_ended_did_not_happen() {
    let story = story();
    let mut text = story.lines.join("\n");
    text.push_str("\n0 < {\"events\":{\"aft");
    assert_eq!(check(&story.rows, &read(0, &text)), []);
}
