//! A meeting played through a real room on a real database: vote, minutes, signatures. Never
//! here: an expectation.

mod signing;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use icabinet::app::App;
use icabinet::clock;
use icabinet::config::{Config, Database};
use icabinet::http::{Frontend, Web};
use icabinet::instruments;
use icabinet::record::{self, For, Sound, Sources};
use icabinet::room::RoomHandle;
use icabinet::store::{Append, Logged};
use icabinet_models::agenda::{Conclusion, ItemDraft, ItemKind, Level};
use icabinet_models::canonical;
use icabinet_models::decisions::{Article, DecisionText, Instrument};
use icabinet_models::ids::{
    CommandId, DecisionId, ItemId, MeetingId, MotionId, PersonId, RecordingId, Text, Time, VoteId,
};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, MinutesCommand, MotionsCommand,
    PapersCommand, Particulars, PreparationCommand, SessionCommand, SpeechCommand, VotesCommand,
};
use icabinet_models::minutes::Section;
use icabinet_models::motions::MotionDraft;
use icabinet_models::papers::PaperDraft;
use icabinet_models::participants::{Courtesy, Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::record::{Record, chain};
use icabinet_models::rule::Choice;
use icabinet_models::speech::Language;
use icabinet_models::votes::{BallotKind, text_digest};
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Entry, Event};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const MEETING: &str = "m-2026-11";
/// The key of the chair's tablet.
pub const CHAIR_KEY: &str = "c4a18";
pub const MOTION: &str = "Thông qua chủ trương cải tạo chợ & bến <Hồ Sen>";

/// A server without a socket, and one meeting on it.
pub struct Hall {
    pub folder: TempDir,
    pub app: Arc<App>,
    room: RoomHandle,
    commands: u32,
}

fn config(data: &Path) -> Config {
    Config {
        data: data.to_owned(),
        files: data.to_owned(),
        jobs: 2,
        listen: ([127, 0, 0, 1], 0).into(),
        database: Database::Embedded,
        public_address: None,
        proxies: Vec::new(),
        metrics: None,
        organisation: "Ủy ban nhân dân phường Hồ Sen".to_owned(),
        upload_bytes: 1 << 20,
        paper_pages: 10,
        sound_bytes: 1 << 20,
    }
}

fn member(id: &str, name: &str, office: Option<Office>) -> Participant {
    Participant {
        person: PersonId::from(id),
        name: name.to_owned(),
        courtesy: Some(Courtesy::Mr),
        position: Text::both("Ủy viên", "Member"),
        unit: Text::vi("Văn phòng"),
        standing: Standing::Member { weight: 1 },
        office,
        seat: None,
        venue: None,
    }
}

pub fn person(id: &str) -> Actor {
    Actor::Person(PersonId::from(id))
}

impl Hall {
    /// A meeting that is convened, with one item, one motion and one paper.
    pub async fn convened() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(config(&folder.path().join("data"))).await.unwrap();
        let room = app.rooms.new_room(&MeetingId::from(MEETING)).await.unwrap();
        let mut hall = Self { folder, app, room, commands: 0 };
        let create = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars: Particulars {
                title: Text::both("Phiên họp tháng 11 <2026>", "November meeting <2026>"),
                body: Text::both("Ủy ban nhân dân phường Hồ Sen", "People's Committee"),
                parent_body: Text::default(),
                place: Text::vi("Phòng họp số 2"),
                locality: "Hồ Sen".to_owned(),
                scheduled: Time(1_795_654_800_000),
                minutes_planned: 90,
            },
            profile: Profile::vn_peoples_committee(),
            people: vec![
                member("m01", "Đoàn Hữu Thạch", Some(Office::Chair)),
                member("m02", "Vương Thị Hòa", Some(Office::Secretary)),
                member("m03", "Phùng <b>Quốc</b> Đạc", None),
                member("m04", "Mạc Đình Khuê", None),
                member("m05", "Kiều Văn Lẫm", None),
            ],
        });
        hall.run(Actor::Organiser("m02".into()), create).await;
        let item = ItemDraft {
            title: Text::vi("Cải tạo chợ Hồ Sen"),
            kind: ItemKind::Regular,
            presenter: None,
            unit: Text::default(),
            minutes_planned: 20,
            level: Level::Internal,
        };
        hall.run(person("m02"), Command::Agenda(AgendaCommand::AddItem { draft: item })).await;
        let motion = MotionDraft {
            item: Some(ItemId(1)),
            text: Text::vi(MOTION),
            ballot: BallotKind::Open,
            rule: None,
            amends: None,
        };
        hall.run(person("m02"), Command::Motions(MotionsCommand::AddMotion { draft: motion }))
            .await;
        let paper = b"%PDF-1.7 a paper that nobody renders here".as_slice();
        let draft = PaperDraft {
            item: Some(ItemId(1)),
            title: Text::vi("Tờ trình mật danh"),
            number: "86/TTr".to_owned(),
            level: Level::Internal,
            file_name: "to-trinh.pdf".to_owned(),
            blob: hall.app.blobs.put(paper.into()).await.unwrap(),
            bytes: paper.len() as u64,
        };
        hall.run(person("m02"), Command::Papers(PapersCommand::AddPaper { draft })).await;
        hall.run(person("m02"), Command::Preparation(PreparationCommand::Convene {})).await;
        hall
    }

    /// A meeting that was held: 3 for, 1 against, 1 absent; the minutes are drafted.
    pub async fn held() -> Self {
        Self::convened().await.hold().await
    }

    /// Holds a convened meeting.
    pub async fn hold(self) -> Self {
        let mut hall = self;
        hall.open().await;
        for (who, choice) in
            [("m01", Choice::Yes), ("m02", Choice::Yes), ("m03", Choice::No), ("m04", Choice::Yes)]
        {
            hall.cast(who, choice).await;
        }
        hall.run(person("m01"), Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
        hall.record_sound().await;
        let conclusion = Conclusion::Decided;
        hall.run(
            person("m01"),
            Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion }),
        )
        .await;
        hall.run(person("m01"), Command::Session(SessionCommand::CloseSession {})).await;
        hall.run(person("m02"), Command::Minutes(MinutesCommand::DraftMinutes {})).await;
        let section = Section::Item(ItemId(1));
        let text = "Chủ tọa kết luận: giao <i>Văn phòng</i> thực hiện.".to_owned();
        hall.run(person("m02"), Command::Minutes(MinutesCommand::WriteSentence { section, text }))
            .await;
        hall
    }

    /// The session is open and the vote is running; nobody has voted.
    pub async fn open(&mut self) {
        for who in ["m01", "m02", "m03", "m04"] {
            self.run(person(who), Command::Attendance(AttendanceCommand::CheckIn { person: None }))
                .await;
        }
        let absent = Command::Attendance(AttendanceCommand::RecordAbsence {
            person: "m05".into(),
            reason: "Đi học".to_owned(),
        });
        self.run(person("m02"), absent).await;
        self.run(person("m01"), Command::Session(SessionCommand::OpenSession {})).await;
        self.run(person("m01"), Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }))
            .await;
        self.run(
            person("m01"),
            Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }),
        )
        .await;
    }

    pub async fn cast(&mut self, who: &str, choice: Choice) {
        self.cast_in(VoteId(1), who, choice).await;
    }

    pub async fn cast_in(&mut self, vote: VoteId, who: &str, choice: Choice) {
        let command = Command::Votes(VotesCommand::CastBallot {
            vote,
            choice,
            opinion: String::new(),
            text_digest: text_digest(&Text::vi(MOTION)),
        });
        self.run(person(who), command).await;
    }

    /// A held meeting with minutes and one decision set, signed and published.
    pub async fn published() -> Self {
        Self::held().await.publish().await
    }

    /// Sets, signs and publishes the minutes and one decision of a held meeting.
    pub async fn publish(self) -> Self {
        let mut hall = self;
        hall.run(person("m01"), Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
        hall.prepare_decision().await;
        for instrument in [Instrument::Minutes, Instrument::Decision(DecisionId(1))] {
            hall.set(instrument).await;
            hall.sign(instrument).await;
            hall.run(person("m02"), Command::Decisions(DecisionsCommand::Publish { instrument }))
                .await;
        }
        hall
    }

    pub async fn prepare_decision(&mut self) {
        let text = DecisionText {
            number: "31".to_owned(),
            symbol: "QĐ-UBND".to_owned(),
            subject: "về việc cải tạo chợ <Hồ Sen>".to_owned(),
            bases: vec!["Căn cứ Luật Tổ chức chính quyền địa phương;".to_owned()],
            articles: vec![Article {
                heading: "Điều 1.".to_owned(),
                paragraphs: vec!["Phê duyệt chủ trương cải tạo chợ.".to_owned()],
            }],
            recipients: vec!["– Lưu: VT.".to_owned()],
            place: "Hồ Sen".to_owned(),
        };
        self.run(
            person("m02"),
            Command::Decisions(DecisionsCommand::PrepareDecision { motion: MotionId(1), text }),
        )
        .await;
    }

    /// Does the typesetting job's work.
    pub async fn set(&mut self, instrument: Instrument) {
        let look = move |m: &icabinet_models::Meeting| {
            (m.source_digest(instrument), instruments::sheet(m, instrument))
        };
        let (source, sheet) = self.room.look(look).await.unwrap();
        let rendered = instruments::set(&sheet.unwrap()).unwrap();
        let command = Command::Decisions(DecisionsCommand::InstrumentTypeset {
            instrument,
            source: source.unwrap(),
            document: self.app.blobs.put(rendered.pdf.into()).await.unwrap(),
            pages: rendered.pages,
        });
        self.run(Actor::System, command).await;
    }

    async fn record_sound(&mut self) {
        self.run(
            person("m01"),
            Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }),
        )
        .await;
        let (meeting, recording) = (self.room.id().clone(), RecordingId(1));
        let mut recorder = self.app.sounds.recorder(&meeting, recording).await.unwrap();
        let head = icabinet::sound::FrameHead { number: 0, first_sample: 0, flags: 1 };
        assert!(recorder.append(head, &[1, 2].repeat(16_000)).await.unwrap());
        recorder.sync().await.unwrap();
        let (samples, digest) = self.app.sounds.measure(&meeting, recording).await.unwrap();
        self.run(
            Actor::System,
            Command::Speech(SpeechCommand::StoreRecording { recording, samples, digest }),
        )
        .await;
    }

    /// Looks at the meeting.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&icabinet_models::Meeting) -> T + Send + 'static,
    ) -> T {
        self.room.look(look).await.unwrap()
    }

    pub async fn run(&mut self, actor: Actor, command: Command) {
        self.commands += 1;
        let id = CommandId::from(format!("c{}", self.commands));
        let answer = self.room.submit(actor, id, command.clone()).await.unwrap();
        assert!(matches!(answer, Answer::Accepted { .. }), "{command:?}: {answer:?}");
    }

    /// Appends an entry as an older version decided it; the room takes it in with the next command.
    pub async fn remembers(&mut self, event: Event) {
        let at = clock::now();
        let store = self.app.rooms.store();
        let batch = store.begin(self.room.id(), at).await.unwrap();
        let position = batch.position + 1;
        let record = serde_json::json!({
            "v": 2,
            "meeting": self.room.id(),
            "position": position,
            "at": at,
            "actor": person("m02"),
            "event": event,
        });
        let record: Record = serde_json::from_value(record).unwrap();
        let bytes = canonical::bytes(&record);
        let logged = Logged {
            entry: Entry { position, at, event: record.event },
            hash: chain(&batch.hash, record.v, &bytes),
            record: String::from_utf8(bytes).unwrap(),
        };
        let append = Append { entries: vec![logged], ..Append::default() };
        batch.commit(&append, at).await.unwrap();
    }

    /// The exported record as bytes.
    pub async fn export(&self, sound: Sound) -> Result<Vec<u8>, record::ExportError> {
        let target = self.folder.path().join("record.zip");
        let app = &self.app;
        let sources = Sources {
            store: &app.store,
            blobs: &app.blobs,
            sounds: &app.sounds,
            trust: &app.trust,
        };
        record::export(&sources, self.room.id(), clock::now(), sound, For::Office, &target).await?;
        Ok(std::fs::read(target).unwrap())
    }

    pub fn router(&self) -> Router {
        icabinet::http::router(Web {
            app: Arc::clone(&self.app),
            frontend: Frontend::default(),
            demo: None,
        })
    }

    /// Asks the server as somebody who is not signed in.
    pub async fn get(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, 1 << 26).await.unwrap().to_vec())
    }
}
