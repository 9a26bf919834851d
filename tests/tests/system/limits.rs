//! Measures: what strangers and members may cost others. Every flood here is bounded and at home.

use crate::papers::upload;
use crate::sound::{connect, frame, stored};
use icabinet_models::agenda::Level;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{CommandId, Digest, MeetingId, RecordingId, Text};
use icabinet_models::meeting::{
    AttendanceCommand, FloorCommand, PapersCommand, ParticipantsCommand, SpeechCommand, Thing,
    VotesCommand,
};
use icabinet_models::papers::PaperDraft;
use icabinet_models::participants::{Participant, Standing};
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Capture, Language};
use icabinet_models::wire::Answer;
use icabinet_models::{Command, Refusal};
use icabinet_tests::{On, TestClient, TestServer, delegates, free_port, pdf_of};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

on_both! {
    a_ballot_does_not_stand_in_the_line_of_others_writes
    who_asks_whether_it_is_ready_asks_nothing_of_the_database
    a_meeting_that_was_asked_for_before_there_was_one_is_found_when_there_is
    whoever_sends_long_bodies_is_refused_before_they_are_kept
    a_session_has_so_many_sockets_and_no_more
    who_sends_more_than_his_share_is_refused_and_nothing_of_it_is_stored
    a_recording_is_never_longer_than_the_time_that_has_passed
    a_speakers_recording_is_over_with_the_turn
    a_name_that_somebody_knows_is_no_way_to_the_bytes
    nothing_restricted_stays_in_a_browser
}

/// A request as bytes, on a connection of its own.
async fn asks(hall: &TestServer, head: &str) -> TcpStream {
    let host = hall.base().strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(host).await.unwrap();
    line.write_all(head.replace("HOST", host).as_bytes()).await.unwrap();
    line
}

/// Many writes that wait for the database when the ballot comes.
async fn a_ballot_does_not_stand_in_the_line_of_others_writes(on: On) {
    const MANY: usize = 60;
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut tablet = an.watches().await;
    let open = Command::Votes(VotesCommand::OpenVote {
        motion: icabinet_models::ids::MotionId(1),
        seconds: None,
    });
    chair.does(open).await;
    tablet.until(|m| m.open_vote().is_some()).await;
    let ballot = an.ballot(Choice::Yes).await;
    let head = format!(
        "POST /api/meetings/{meeting}/screens HTTP/1.1\r\nhost: HOST\r\ncookie: {}\r\n\
         content-length: 0\r\n\r\n",
        chair.cookie()
    );
    let held = hall.holds("screens").await;
    let mut others = Vec::new();
    for _ in 0..MANY {
        others.push(asks(&hall, &head).await);
    }
    let id = CommandId::from("in-the-line".to_owned());
    tablet.send(&id, ballot).await;
    let answered = || {
        let mut byte = [0];
        others.iter().filter(|line| line.try_read(&mut byte).is_ok()).count()
    };
    match on {
        // One writer at a time: whoever stands in the line comes after all of them.
        On::Sqlite => {
            held.release().await;
            assert!(matches!(tablet.answer(&id).await, Answer::Accepted { .. }));
            let answered = answered();
            assert!(answered < MANY, "all that came before it were done before it");
        }
        // None of them can go on: whoever stands in the line is not answered.
        On::Postgres => {
            assert!(matches!(tablet.answer(&id).await, Answer::Accepted { .. }));
            assert_eq!(answered(), 0, "they were held");
            held.release().await;
        }
    }
    for line in &mut others {
        let mut byte = [0];
        line.read_exact(&mut byte).await.unwrap();
    }
}

/// What a server says of itself.
async fn ready(base: &str) -> (u16, String) {
    let answer = reqwest::get(format!("{base}/readyz")).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn who_asks_whether_it_is_ready_asks_nothing_of_the_database(on: On) {
    let port = free_port();
    let hall = TestServer::open_with(on, &format!("metrics = \"127.0.0.1:{port}\"\n")).await;
    let operator = format!("http://127.0.0.1:{port}");
    let held = hall.holds("meta").await;
    ready_while_held(hall.base(), &operator).await;
    held.release().await;
    // And when it is free again all is well.
    while ready(hall.base()).await.0 != 200 {
        tokio::task::yield_now().await;
    }
}

/// It says at once what it last saw; later that it can't commit, and why to the operator alone.
async fn ready_while_held(public: &str, operator: &str) {
    assert_eq!(ready(public).await, (200, "ready\n".to_owned()));
    while ready(public).await.0 == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ready(public).await, (503, "not ready\n".to_owned()));
    let (status, why) = ready(operator).await;
    assert!(status == 503 && why.contains("database"), "{status}: {why}");
}

async fn a_meeting_that_was_asked_for_before_there_was_one_is_found_when_there_is(on: On) {
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let id = "0197c0de-0000-7000-8000-0000000011d0";
    let meeting = MeetingId::from(id.to_owned());
    let at = secretary.at(&meeting);
    for _ in 0..3 {
        assert_eq!(at.get("/api/meetings/{m}/snapshot").await.0, StatusCode::NOT_FOUND);
        let public = format!("{}/public/meetings/{id}", hall.base());
        assert_eq!(reqwest::get(public).await.unwrap().status(), StatusCode::NOT_FOUND);
    }
    let create = json!({"id": id, "command": {"create_meeting": {
        "particulars": icabinet_tests::particulars(),
        "profile": icabinet_models::profile::Profile::vn_peoples_committee(),
        "people": icabinet_tests::people()}}});
    let (status, value) = secretary.post("/api/meetings", &create).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    assert_eq!(at.snapshot().await.meeting.id, meeting, "at once");
}

/// Guests by the thousands, who may come when a meeting is convened already.
fn guests(count: usize) -> Vec<Participant> {
    let guest = |one| Participant { standing: Standing::Guest, ..one };
    delegates(count, 3).into_iter().map(guest).collect()
}

async fn whoever_sends_long_bodies_is_refused_before_they_are_kept(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let nobody = reqwest::Client::new();
    let long = |length: usize| "x".repeat(length);
    for (path, body) in [
        ("/api/session", json!({"login": long(5_000), "password": "x"})),
        ("/api/session", json!({"login": "an", "password": long(5_000)})),
        ("/api/session/screen", json!({"meeting": meeting, "token": long(5_000)})),
        ("/api/session/invitation", json!({"token": long(5_000), "device": long(20)})),
    ] {
        let answer = nobody.post(format!("{}{path}", hall.base())).json(&body).send().await;
        assert_eq!(answer.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    // As over the socket, whoever sends it; a list of people only from the office.
    let command = |command: Value| json!({"id": "long", "command": command});
    let absence = command(json!({"record_absence": {"person": "an", "reason": long(66_000)}}));
    let listed = command(json!({"add_participants": {"participants": guests(1_000)}}));
    assert!(listed.to_string().len() > 128 << 10, "a long one");
    for (who, seat, body, status) in [
        ("an", &an, &absence, StatusCode::PAYLOAD_TOO_LARGE),
        ("an", &an, &listed, StatusCode::PAYLOAD_TOO_LARGE),
        ("secretary", &secretary, &absence, StatusCode::PAYLOAD_TOO_LARGE),
        ("secretary", &secretary, &listed, StatusCode::OK),
    ] {
        let (found, value) = seat.post("/api/meetings/{m}/commands", body).await;
        assert_eq!(found, status, "{who}: {value}");
    }
    assert_eq!(secretary.snapshot().await.meeting.people.len(), 1_010);
}

/// Half a head, a head that comes byte by byte, half a body and a body that drips: the server waits for
/// none of them for long, and everybody else goes on. On one database: nothing of it gets that far.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_ends_is_ended() {
    let hall = TestServer::open(On::Sqlite).await;
    let (secretary, _) = hall.convened().await;
    let body = "POST /api/session HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\n\
                content-length: 4000\r\n\r\n{";
    let upload = format!(
        "POST /api/meetings/{}/uploads HTTP/1.1\r\nhost: HOST\r\ncookie: {}\r\n\
         content-type: application/pdf\r\ncontent-length: 40000000\r\n\r\n%PDF",
        secretary.meeting(),
        secretary.cookie()
    );
    let mut lines = Vec::new();
    for head in ["GET /healthz HTTP/1.1\r\nho", "", body, &upload] {
        lines.push(asks(&hall, head).await);
    }
    for mut line in lines {
        let mut said = Vec::new();
        // A line that is reset has ended too.
        let _ = line.read_to_end(&mut said).await;
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains(" 200 "), "{said}");
    }
    assert_eq!(secretary.get("/healthz").await.0, StatusCode::OK);
}

async fn a_session_has_so_many_sockets_and_no_more(on: On) {
    const ENOUGH: usize = 16;
    let hall = TestServer::open(on).await;
    let (_, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut open = Vec::new();
    for _ in 0..ENOUGH {
        open.push(an.try_connect("", None).await.expect("a socket opens"));
    }
    assert_eq!(an.try_connect("", None).await.err(), Some(429));
    assert_eq!(an.try_connect("?view=projector", None).await.err(), Some(429));
    // His other device, and the neighbour's.
    let other = hall.seat("an").await.at(&meeting);
    assert!(other.try_connect("", None).await.is_ok());
    assert!(hall.seat("binh").await.at(&meeting).try_connect("", None).await.is_ok());
    // One that is gone makes room.
    open.pop();
    while an.try_connect("", None).await.is_err() {
        tokio::task::yield_now().await;
    }
}

/// What a person sent over HTTP until the server took no more: how many commands it took.
async fn sends_until_too_fast(seat: &TestClient, most: usize) -> usize {
    for number in 0..most {
        let reason = "bận việc ".repeat(20);
        let absence = json!({"record_absence": {"person": "an", "reason": reason}});
        let body = json!({"id": format!("flood-{number}"), "command": absence});
        let (status, value) = seat.post("/api/meetings/{m}/commands", &body).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(value["error"]["code"], "too_fast");
            return number;
        }
        assert_eq!(status, StatusCode::OK, "{value}");
    }
    panic!("{most} commands were taken")
}

async fn who_sends_more_than_his_share_is_refused_and_nothing_of_it_is_stored(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut tablet = an.watches().await;
    tablet.next().await.unwrap();
    let before = secretary.snapshot().await.position;
    let taken = sends_until_too_fast(&an, 2_000).await;
    assert!(taken >= 200, "{taken}: a burst is no flood");
    // Over the other way in it is the same budget. (A moment has passed: a few may go through.)
    let mut frames = 0;
    let speak = |number| CommandId::from(format!("speak-{number}"));
    loop {
        tablet
            .send(
                &speak(frames),
                Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak }),
            )
            .await;
        frames += 1;
        let said = tablet.frames.len();
        while tablet.frames.len() == said {
            tablet.next().await.expect("the socket stays open");
        }
        if tablet.frames.iter().any(|text| text.contains("too_fast")) {
            break;
        }
        // What happened meanwhile is heard first.
        assert!(frames < 1_000, "nobody is refused");
    }
    let answers = "SELECT COUNT(*) FROM answers WHERE actor = 'person:an'";
    let answers = usize::try_from(hall.number(answers).await).unwrap();
    assert!(answers <= taken + frames as usize, "{answers} of {taken} and {frames}");
    let log = secretary.snapshot().await.position - before;
    assert!(log <= answers as u64, "{log}");
    // Nobody else is any slower for it, and the office enters a list of thousands.
    let binh = hall.seat("binh").await.at(&meeting);
    binh.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    for parcel in guests(5_000).chunks(1_000) {
        secretary
            .does(Command::Participants(ParticipantsCommand::AddParticipants {
                participants: parcel.to_vec(),
            }))
            .await;
    }
}

/// Samples that the server has of the recording.
async fn samples(seat: &TestClient) -> u64 {
    let (status, bytes) = seat.counts("/api/meetings/{m}/recordings/1/sound.wav").await;
    assert_eq!(status, StatusCode::OK);
    (bytes - 44) / 2
}

/// Sends seconds of sound as fast as it goes; the code with which the server closed the line.
async fn floods(
    hall: &TestServer,
    seat: &TestClient,
    meeting: &MeetingId,
    seconds: u32,
) -> Option<u16> {
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio_tungstenite::tungstenite::Message;
    let mut socket = connect(seat, hall.base(), meeting).await;
    let from = stored(&mut socket, 0).await;
    for number in from..from + seconds * 5 {
        if socket.send(frame(number, false)).await.is_err() {
            break;
        }
    }
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(frame) = message {
            return frame.map(|frame| frame.code.into());
        }
    }
    None
}

async fn a_recording_is_never_longer_than_the_time_that_has_passed(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let began = std::time::Instant::now();
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let closed = floods(&hall, &chair, &meeting, 120).await;
    assert!(closed.is_none_or(|code| code == 1008), "{closed:?}");
    let (kept, passed) = (samples(&chair).await, began.elapsed().as_secs() + 1);
    assert!(kept > 0, "what is no longer than that is kept");
    assert!(kept <= (passed + 10) * 16_000, "{kept} samples after {passed} s");
}

async fn a_speakers_recording_is_over_with_the_turn(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    chair
        .does(Command::Floor(FloorCommand::GiveFloor { person: "an".into(), seconds: None }))
        .await;
    let began = std::time::Instant::now();
    an.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut watch = chair.watches().await;
    chair.does(Command::Floor(FloorCommand::EndFloor {})).await;
    let turn = began.elapsed().as_secs() + 1;
    // A minute of sound, after it; the rest is passed over, so that the last frame finds its place.
    let mut socket = connect(&an, hall.base(), &meeting).await;
    for number in 0..300 {
        let sent = futures_util::SinkExt::send(&mut socket, frame(number, number == 299)).await;
        sent.expect("what is too late is no fault");
    }
    watch.until(|m| matches!(m.recordings[&RecordingId(1)].capture, Capture::Stored { .. })).await;
    let kept = samples(&chair).await;
    assert!(kept > 0 && kept <= (turn + 10) * 16_000, "{kept} samples of {turn} s");
    let url = format!("{}/api/meetings/{meeting}/recordings/1/sound", hall.base());
    let mut request = url.replacen("http", "ws", 1).into_client_request().unwrap();
    request.headers_mut().insert("cookie", an.cookie().parse().unwrap());
    assert!(tokio_tungstenite::connect_async(request).await.is_err(), "nothing more is taken");
}

/// A paper of these bytes.
fn paper(blob: Digest) -> Command {
    let draft = PaperDraft {
        item: None,
        title: Text::vi("Tờ trình"),
        number: String::new(),
        level: Level::Public,
        file_name: "to-trinh.pdf".to_owned(),
        blob,
        bytes: 1,
    };
    Command::Papers(PapersCommand::AddPaper { draft })
}

async fn a_name_that_somebody_knows_is_no_way_to_the_bytes(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&secretary.meeting());
    let (status, value) = upload(&secretary, pdf_of(1)).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    let blob: Digest = serde_json::from_value(value["blob"].clone()).unwrap();
    secretary.does(paper(blob)).await;

    // An organiser with a meeting of his own, in which he holds every office.
    let (status, _) = secretary.get(&format!("/api/meetings/{{m}}/blobs/{}", blob.hex())).await;
    assert_eq!(status, StatusCode::OK);
    let (own_chair, own) = hall.in_session().await;
    let own_secretary = hall.seat("secretary").await.at(&own);
    let unknown = Refusal::Unknown { thing: Thing::Document };
    let sound = |blob| {
        Command::Speech(SpeechCommand::ImportRecording {
            file_name: "phien-hop.wav".to_owned(),
            blob,
            started: None,
            language: Language::Vi,
        })
    };
    let mut watch = secretary.watches().await;
    watch.until(|m| m.papers.values().any(|paper| !paper.pages().is_empty())).await;
    let page = watch.view.papers.values().next().unwrap().pages()[0].picture;
    for blob in [blob, page, Digest::of(b"never seen")] {
        let answer = own_secretary.sends(paper(blob)).await;
        assert_eq!(icabinet_tests::refused(answer), unknown);
        let answer = own_chair.sends(sound(blob)).await;
        assert_eq!(icabinet_tests::refused(answer), unknown);
        let mut desk = own_secretary.watches().await;
        let id = CommandId::from(format!("named-{}", &blob.hex()[..8]));
        desk.send(&id, paper(blob)).await;
        assert_eq!(icabinet_tests::refused(desk.answer(&id).await), unknown);
        let path = format!("/api/meetings/{{m}}/blobs/{}", blob.hex());
        assert_eq!(own_secretary.get(&path).await.0, StatusCode::NOT_FOUND);
    }
    // Who brings the bytes himself has them anyway.
    assert_eq!(upload(&own_secretary, pdf_of(1)).await.0, StatusCode::OK);
    own_secretary.does(paper(blob)).await;
}

async fn nothing_restricted_stays_in_a_browser(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let restricted = crate::papers::add(&secretary, pdf_of(1), 3, Level::Restricted).await;
    // A paper is as secret as its item.
    let in_restricted = crate::papers::add(&secretary, pdf_of(2), 3, Level::Internal).await;
    let internal = crate::papers::add(&secretary, pdf_of(3), 2, Level::Internal).await;
    for (blob, kept) in [(restricted, false), (in_restricted, false), (internal, true)] {
        let path = format!("/api/meetings/{{m}}/blobs/{}", blob.hex());
        let answer = secretary.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let cache = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        assert_eq!(cache.contains("no-store"), !kept, "{cache}");
        assert!(cache.contains("private") && !cache.contains("31536000"), "{cache}");
    }
    let out = secretary.request(Method::DELETE, "/api/session").send().await.unwrap();
    assert_eq!(out.headers()["clear-site-data"], "\"cache\"");
    let again = secretary.request(Method::DELETE, "/api/session").send().await.unwrap();
    assert!(again.headers().get("clear-site-data").is_none(), "{}", again.status());
}

/// Files and folders that others may read, below a folder.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        // What is under way may be gone.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.permissions().mode() & 0o077 != 0 {
            found.push(entry.path().display().to_string());
        }
        if metadata.is_dir() {
            open_to_others(&entry.path(), found);
        }
    }
}

/// On one database: the data folder is the same with both, but for the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_keeps_is_for_its_user_alone_whatever_it_was_before() {
    let mut hall = TestServer::open(On::Sqlite).await;
    let (chair, meeting) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    assert_eq!(upload(&secretary, pdf_of(1)).await.0, StatusCode::OK);
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    futures_util::SinkExt::send(&mut socket, frame(0, false)).await.unwrap();
    stored(&mut socket, 1).await;
    let closed = |hall: &TestServer| {
        let mut found = Vec::new();
        open_to_others(hall.data().parent().unwrap(), &mut found);
        // The test's own.
        found.retain(|path| !path.ends_with("/log") && !path.ends_with("/icabinet.toml"));
        found
    };
    assert_eq!(closed(&hall), Vec::<String>::new());
    if rustix::process::geteuid().is_root() {
        assert!(hall.log().contains("running as root"), "{}", hall.log());
    }
    // An earlier version left them open.
    hall.kill();
    for (name, mode) in [("", 0o755), ("icabinet.sqlite", 0o644), ("recordings", 0o755)] {
        let path = hall.data().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    hall.start();
    assert_eq!(closed(&hall), Vec::<String>::new());
}
