//! The law of the read model: after every command its rows are those that a fold of the whole log comes
//! to, on both databases, also where a program of before appends between. The histories are those of the laws of `models`.

use generator::{History, PEOPLE, Raw, begin, histories, step};
use icabinet::metrics::Metrics;
use icabinet::room::{RoomHandle, Rooms};
use icabinet::sound::Sounds;
use icabinet::store::{Append, Logged, Store};
use icabinet_models::agenda::{Conclusion, Item, ItemState};
use icabinet_models::canonical;
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{CommandId, Digest, MeetingId, MotionId, PersonId, Time};
use icabinet_models::meeting::{
    AgendaCommand, DecisionsCommand, MinutesCommand, PreparationCommand, SessionCommand, Stage,
    VotesCommand,
};
use icabinet_models::minutes::Minutes;
use icabinet_models::motions::{Motion, MotionState};
use icabinet_models::record::chain;
use icabinet_models::visibility::class_of;
use icabinet_models::waiting::waits;
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Entry, Meeting};
use postgres::Cluster;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use sqlx::{PgPool, SqlitePool};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use support::{Hall, record};
use tokio::runtime::Runtime;

#[path = "../../../models/tests/laws/commands.rs"]
mod commands;
#[path = "../../../tests/src/disk.rs"]
#[expect(dead_code, reason = "the system tests use more of it")]
mod disk;
#[path = "../../../models/tests/laws/generator.rs"]
#[expect(dead_code, reason = "the laws of the models use more of it")]
mod generator;
#[path = "../../../tests/src/postgres.rs"]
#[expect(dead_code, reason = "the system tests use more of it")]
mod postgres;
#[path = "../../../models/tests/support/mod.rs"]
#[expect(dead_code, reason = "the laws of the models use more of it")]
mod support;

/// Histories on each database.
const CASES: u32 = 48;

/// Every row of a meeting in the read model, as one column of text.
const ROWS: [(&str, &str); 3] = [
    (
        "meetings",
        "scheduled || ' ' || convened || ' ' || closed || ' ' || particulars || ' ' || stage || ' '
         || COALESCE(vote_closes, -1) || ' ' || awaits_model || ' ' || unset_document",
    ),
    ("participations", "person || ' ' || class || ' ' || waits"),
    ("publications", "scheduled || ' ' || line || ' ' || pages"),
];

/// A database seen from outside.
enum Peek {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Peek {
    async fn rows(&self, meeting: &MeetingId) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (table, columns) in ROWS {
            let sql = format!("SELECT {columns} FROM {table} WHERE meeting = $1");
            let sql = sqlx::AssertSqlSafe(sql);
            let id = meeting.as_str();
            let rows: Vec<String> = match self {
                Self::Sqlite(pool) => {
                    sqlx::query_scalar(sql).bind(id).fetch_all(pool).await.unwrap()
                }
                Self::Postgres(pool) => {
                    sqlx::query_scalar(sql).bind(id).fetch_all(pool).await.unwrap()
                }
            };
            all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        all
    }

    /// Leaves the head row as a program does that knows no read model.
    async fn leave_behind(&self, meeting: &MeetingId, projected: u64) {
        let sql = "UPDATE heads SET projected = $2 WHERE meeting = $1";
        let (id, projected) = (meeting.as_str(), projected.cast_signed());
        match self {
            Self::Sqlite(pool) => {
                sqlx::query(sql).bind(id).bind(projected).execute(pool).await.unwrap();
            }
            Self::Postgres(pool) => {
                sqlx::query(sql).bind(id).bind(projected).execute(pool).await.unwrap();
            }
        }
    }
}

/// A store, its rooms, and what is in its tables.
struct Place {
    rooms: Rooms,
    peek: Peek,
    /// What was there at some time, so that nothing is true of nothing.
    seen: RefCell<BTreeSet<&'static str>>,
    histories: Cell<u32>,
    commands: Cell<u32>,
}

impl Place {
    async fn new(store: &Store, peek: Peek, folder: &Path) -> Self {
        let sounds = Sounds::in_folder(&folder.join("recordings")).unwrap();
        let metrics = Arc::new(Metrics::default());
        let rooms = Rooms::new(store, sounds, Arc::default(), metrics).unwrap();
        Self {
            rooms,
            peek,
            seen: RefCell::default(),
            histories: Cell::default(),
            commands: Cell::default(),
        }
    }

    /// Appends entries and changes no row, as a program of before.
    async fn appends(&self, meeting: &MeetingId, entries: &[Entry]) {
        let store = self.rooms.store();
        let batch = store.begin(meeting, Time(0)).await.unwrap();
        let (projected, mut hash) = (batch.position, batch.hash);
        let mut logged = Vec::new();
        for entry in entries {
            let record = record(meeting, Actor::System, entry);
            let bytes = canonical::bytes(&record);
            hash = chain(&hash, record.v, &bytes);
            let record = String::from_utf8(bytes).unwrap();
            logged.push(Logged { entry: entry.clone(), hash, record });
        }
        let append = Append { entries: logged, ..Append::default() };
        batch.commit(&append, Time(0)).await.unwrap();
        self.peek.leave_behind(meeting, projected).await;
    }

    /// A meeting with the log of a hall, and its room.
    async fn opened(&self, hall: &Hall) -> RoomHandle {
        let number = self.histories.get();
        self.histories.set(number + 1);
        let meeting = MeetingId::from(format!("history-{number}"));
        self.appends(&meeting, &hall.log).await;
        let room = self.rooms.room(&meeting).await.unwrap();
        self.rooms.catch_up_lists().await.unwrap();
        room
    }

    /// One command, decided by the room or by a program of before on another node; whether the rows have
    /// to be those of the log then.
    async fn does(
        &self,
        hall: &mut Hall,
        room: &RoomHandle,
        asked: (Actor, Command),
        by: By,
    ) -> bool {
        let (actor, command) = asked;
        if let By::Before { is_asked } = by {
            let before = hall.log.len();
            hall.now = icabinet::clock::now();
            if hall.run(actor, &command).is_err() || hall.log.len() == before {
                return false;
            }
            self.appends(room.id(), &hall.log[before..]).await;
            if is_asked {
                self.rooms.catch_up_lists().await.unwrap();
            }
            return is_asked;
        }
        let number = self.commands.get();
        self.commands.set(number + 1);
        let id = CommandId::from(format!("command-{number}"));
        let answer = room.submit(actor, id, command).await.unwrap();
        if !matches!(answer, Answer::Accepted { .. }) {
            return false;
        }
        let before = hall.meeting.position;
        hall.meeting = room.look(Clone::clone).await.unwrap();
        hall.meeting.position > before
    }

    /// Holds the rows against a fold of the whole log, and what each is listed against what they may know.
    async fn compare(
        &self,
        m: &Meeting,
        room: &RoomHandle,
        after: &str,
    ) -> Result<(), TestCaseError> {
        let kept = self.peek.rows(room.id()).await;
        self.rooms.store().rebuild(room.id()).await.unwrap();
        let folded = self.peek.rows(room.id()).await;
        if kept != folded {
            let kept_alone: Vec<_> = kept.difference(&folded).collect();
            let folded_alone: Vec<_> = folded.difference(&kept).collect();
            return Err(TestCaseError::fail(format!(
                "after {after}\nkept: {kept_alone:#?}\nfolded: {folded_alone:#?}"
            )));
        }
        self.note(&folded);
        for person in PEOPLE.map(PersonId::from) {
            let store = self.rooms.store();
            let listed = store.meetings_of(&person, Some(room.id()), None, 1).await.unwrap().rows;
            let listed: Vec<_> = listed
                .into_iter()
                .map(|one| (one.particulars, one.stage, one.class, one.waits))
                .collect();
            let class = class_of(m, &person);
            let known = class
                .map(|class| (m.particulars.clone(), m.stage.clone(), class, waits(m, &person)));
            if !known.iter().eq(&listed) {
                return Err(TestCaseError::fail(format!("after {after}: {person}: {listed:?}")));
            }
        }
        Ok(())
    }

    async fn goes(
        &self,
        hall: &mut Hall,
        room: &RoomHandle,
        raw: &[Raw],
    ) -> Result<(), TestCaseError> {
        for raw in raw {
            let asked = step(hall, *raw);
            let after = format!("{asked:?}");
            let by = match raw.3 % 4 {
                0 => By::Before { is_asked: raw.2.is_multiple_of(2) },
                _ => By::Room,
            };
            if self.does(hall, room, asked, by).await {
                self.compare(&hall.meeting, room, &after).await?;
            }
        }
        Ok(())
    }

    /// A history, then its way to what is published, then what may still happen.
    async fn holds(&self, history: &History) -> Result<(), TestCaseError> {
        let mut hall = begin(history);
        let room = self.opened(&hall).await;
        self.goes(&mut hall, &room, &history.steps).await?;
        self.publishes(&mut hall, &room, next_decision).await?;
        self.renames(&mut hall, &room).await?;
        self.goes(&mut hall, &room, &history.steps).await?;
        self.publishes(&mut hall, &room, next_to_publish).await?;
        self.goes(&mut hall, &room, &history.steps).await
    }

    /// Gives the meeting another title, whatever is public of it by then.
    async fn renames(&self, hall: &mut Hall, room: &RoomHandle) -> Result<(), TestCaseError> {
        let mut particulars = hall.meeting.particulars.clone();
        particulars.title.vi += " bất thường";
        let asked =
            Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: None });
        if self.does(hall, room, (Actor::Person("m2".into()), asked), By::Room).await {
            self.compare(&hall.meeting, room, "another title").await?;
        }
        Ok(())
    }

    async fn publishes(
        &self,
        hall: &mut Hall,
        room: &RoomHandle,
        next: impl Fn(&Hall) -> Option<(Actor, Command)>,
    ) -> Result<(), TestCaseError> {
        for _ in 0..MOST_TO_PUBLISH {
            let Some(asked) = next(hall) else { break };
            let after = format!("{asked:?}");
            if !self.does(hall, room, asked, By::Room).await {
                break;
            }
            self.compare(&hall.meeting, room, &after).await?;
        }
        Ok(())
    }

    /// Notes what there is to be seen in the rows.
    fn note(&self, rows: &BTreeSet<String>) {
        for (what, table, part) in SEEN {
            if rows.iter().any(|row| row.starts_with(table) && row.contains(part)) {
                self.seen.borrow_mut().insert(what);
            }
        }
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug)]
enum By {
    Room,
    /// A program that knows no read model; whether somebody asks for a list then.
    Before {
        is_asked: bool,
    },
}

/// Commands on the way to everything published.
const MOST_TO_PUBLISH: usize = 40;

/// The next command on the way to minutes and decisions that are published.
fn next_to_publish(hall: &Hall) -> Option<(Actor, Command)> {
    let m = &hall.meeting;
    let chair = Actor::Person(m.chair.clone()?);
    let secretary = || Actor::Person("m2".into());
    let unsettled = |item: &Item| matches!(item.state, ItemState::Waiting | ItemState::Open { .. });
    match m.stage {
        Stage::Blank | Stage::Preparing | Stage::Convened => return None,
        Stage::Recess { .. } => return Some((chair, Command::Session(SessionCommand::Resume {}))),
        Stage::InSession { .. } => {
            if let Some((vote, _)) = m.open_vote() {
                return Some((chair, Command::Votes(VotesCommand::CloseVote { vote })));
            }
            let item = m.items.iter().find(|(_, item)| unsettled(item)).map(|(id, _)| *id);
            let command = item.map_or(Command::Session(SessionCommand::CloseSession {}), |item| {
                Command::Agenda(AgendaCommand::ConcludeItem {
                    item,
                    conclusion: Conclusion::CarriedOver,
                })
            });
            return Some((chair, command));
        }
        Stage::Closed { .. } => {}
    }
    match &m.minutes {
        Minutes::NotBegun => {
            return Some((secretary(), Command::Minutes(MinutesCommand::DraftMinutes {})));
        }
        Minutes::Draft { .. } => {
            return Some((chair, Command::Minutes(MinutesCommand::ApproveMinutes {})));
        }
        Minutes::Approved { rendition, published, .. } => {
            let next = next_of(m, Instrument::Minutes, rendition, published.is_some());
            if next.is_some() {
                return next;
            }
        }
    }
    next_decision(hall)
}

/// The next command on the way to decisions that are published, also while the session goes on.
fn next_decision(hall: &Hall) -> Option<(Actor, Command)> {
    let m = &hall.meeting;
    let mut decisions = m.decisions.iter();
    let next = decisions.find_map(|(id, one)| {
        next_of(m, Instrument::Decision(*id), &one.rendition, one.published.is_some())
    });
    let adopted = |(id, motion): &(&MotionId, &Motion)| {
        motion.state == MotionState::Adopted && m.decisions.values().all(|one| one.motion != **id)
    };
    next.or_else(|| {
        let motion = *m.motions.iter().find(adopted)?.0;
        let text = commands::decision(hall, motion);
        Some((
            Actor::Person("m2".into()),
            Command::Decisions(DecisionsCommand::PrepareDecision { motion, text }),
        ))
    })
}

fn next_of(
    m: &Meeting,
    instrument: Instrument,
    rendition: &Rendition,
    is_public: bool,
) -> Option<(Actor, Command)> {
    let digest = Digest::of(b"of the test");
    match rendition {
        Rendition::Waiting | Rendition::Failed { .. } => {
            let source = m.source_digest(instrument)?;
            let set = Command::Decisions(DecisionsCommand::InstrumentTypeset {
                instrument,
                source,
                document: digest,
                pages: 1,
            });
            Some((Actor::System, set))
        }
        Rendition::Typeset { countersigned, .. } => {
            let after = countersigned.as_ref().map(|signed| signed.document);
            let (document, fingerprint, certificate) = (digest, digest, digest);
            let sign = Command::Decisions(DecisionsCommand::Sign {
                instrument,
                document,
                fingerprint,
                certificate,
                after,
            });
            Some((Actor::Person(m.chair.clone()?), sign))
        }
        Rendition::Signed { .. } if is_public => None,
        Rendition::Signed { .. } => Some((
            Actor::Person("m2".into()),
            Command::Decisions(DecisionsCommand::Publish { instrument }),
        )),
    }
}

/// What some history has to come to.
const SEEN: [(&str, &str, &str); 8] = [
    ("a decision is public", "publications", "\"decisions\":[{"),
    ("minutes are public", "publications", "\"minutes\":{"),
    ("a signature is waited for", "participations", "\"sign\""),
    ("a publication is waited for", "participations", "\"publish\""),
    ("the chair can be taken", "participations", "\"take_chair\""),
    ("it is to be presided over", "participations", "\"preside\""),
    ("a guest takes part", "participations", " guest "),
    ("the session is closed", "meetings", "\"closed\""),
];

fn law(place: &Place, runtime: &Runtime) {
    let config = ProptestConfig {
        failure_persistence: None,
        cases: CASES,
        rng_seed: RngSeed::Fixed(2_026),
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config)
        .run(&histories(60), |history| runtime.block_on(place.holds(&history)));
    if let Err(error) = result {
        panic!("{error}");
    }
    let seen = place.seen.borrow();
    let missing: Vec<&str> =
        SEEN.iter().map(|(what, ..)| *what).filter(|what| !seen.contains(what)).collect();
    assert!(missing.is_empty(), "no history came to it: {missing:?}");
}

#[test]
fn rows_are_what_the_log_comes_to_on_sqlite() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = runtime.block_on(async {
        let file = folder.path().join("icabinet.sqlite");
        let store = Store::open_sqlite(&file).await.unwrap();
        let pool = SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        Place::new(&store, Peek::Sqlite(pool), folder.path()).await
    });
    law(&place, &runtime);
}

#[test]
fn rows_are_what_the_log_comes_to_on_postgresql() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = runtime.block_on(async {
        let database = Cluster::shared().database();
        let store = Store::open_postgres(&database, 4).await.unwrap();
        let pool = PgPool::connect(&database).await.unwrap();
        Place::new(&store, Peek::Postgres(pool), folder.path()).await
    });
    law(&place, &runtime);
}
