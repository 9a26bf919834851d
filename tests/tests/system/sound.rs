//! Sound: stored before it is acknowledged, whole after a kill, turned into text by a worker.

use futures_util::{SinkExt as _, StreamExt as _};
use icabinet_models::Command;
use icabinet_models::ids::{Digest, MeetingId, RecordingId};
use icabinet_models::meeting::{AttendanceCommand, FloorCommand, SpeechCommand};
use icabinet_models::speech::{Capture, Flaws, Language, SoundFault, Speaker, Transcription};
use icabinet_models::wire::ServerFrame;
use icabinet_tests::{On, TestClient, TestServer};
use reqwest::{Method, StatusCode};
use std::path::{Path, PathBuf};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

on_both! {
    acknowledged_sound_survives_a_kill_and_the_rest_is_sent_again
    an_imported_recording_becomes_text_with_speakers_from_the_floor
    without_a_model_the_sound_is_kept_and_the_screen_can_say_so
    quiet_minutes_become_no_text
    what_is_no_sound_says_why
    sound_with_something_missing_is_taken_and_says_what
    only_the_recorder_sends_and_only_staff_listen
    who_holds_the_floor_records_and_the_room_knows
    a_rule_ends_a_recording_and_what_is_said_then_is_not_kept
    a_device_that_is_gone_does_not_keep_its_recording_open
    everybody_sees_whether_sound_arrives
}

fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../server/engines/assets/synthetic-speech")
        .join(name)
}

/// Frame `number` of 200 ms, its samples all equal to the number.
pub(crate) fn frame(number: u32, last: bool) -> Message {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.extend_from_slice(&(u64::from(number) * 3200).to_le_bytes());
    bytes.push(u8::from(last));
    let sample = i16::try_from(number + 1).unwrap();
    bytes.extend(sample.to_le_bytes().repeat(3200));
    Message::Binary(bytes.into())
}

pub(crate) async fn connect(
    seat: &TestClient,
    base: &str,
    meeting: &MeetingId,
) -> icabinet_tests::Socket {
    let base = base.replacen("http", "ws", 1);
    let url = format!("{base}/api/meetings/{meeting}/recordings/1/sound");
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("cookie", seat.cookie().parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}

/// Reads until the server says that everything below `number` is stored.
pub(crate) async fn stored(socket: &mut icabinet_tests::Socket, number: u32) -> u32 {
    loop {
        let message = socket.next().await.expect("open").expect("readable");
        if let Message::Text(text) = message {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let next = u32::try_from(value["stored"].as_u64().unwrap()).unwrap();
            if next >= number {
                return next;
            }
        }
    }
}

async fn acknowledged_sound_survives_a_kill_and_the_rest_is_sent_again(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    assert_eq!(stored(&mut socket, 0).await, 0);
    for number in 0..10 {
        socket.send(frame(number, false)).await.unwrap();
    }
    let acknowledged = stored(&mut socket, 10).await;
    for number in 10..14 {
        socket.send(frame(number, false)).await.unwrap();
    }
    hall.kill();
    hall.start();
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    let next = stored(&mut socket, 0).await;
    assert!(next >= acknowledged, "{next}: what was acknowledged is there");
    // The tablet sends everything from there again, some of it twice.
    for number in next.saturating_sub(2)..20 {
        socket.send(frame(number, number == 19)).await.unwrap();
    }
    let mut watch = chair.watches().await;
    watch.until(|m| matches!(m.recordings[&RecordingId(1)].capture, Capture::Stored { .. })).await;
    let path = "/api/meetings/{m}/recordings/1/sound.wav";
    let (status, wav) = chair.get(path).await;
    assert_eq!(status, StatusCode::OK);
    let samples: Vec<i16> =
        wav[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    assert_eq!(samples.len(), 20 * 3200, "no sample lost, none doubled");
    for (index, sample) in samples.iter().enumerate() {
        assert_eq!(usize::try_from(*sample).unwrap(), index / 3200 + 1, "sample {index}");
    }
}

/// Ten seconds as a sound file has them: 16 kHz, one channel, 16 bit, no louder than a quiet room.
fn murmur(from: u64) -> Vec<u8> {
    let mut state = from | 1;
    let mut bytes = Vec::with_capacity(320_000);
    for _ in 0..160_000 {
        // A linear congruence: noise that is the same every time.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let sample = i16::try_from((state >> 58) as i64 - 32).unwrap();
        bytes.extend_from_slice(&sample.to_le_bytes());
    }
    bytes
}

/// The header of a WAV file of so many bytes of samples.
fn header(bytes: u32) -> Vec<u8> {
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(bytes + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data");
    out.extend_from_slice(&bytes.to_le_bytes());
    out
}

/// So many seconds of murmur, uploaded without being held, and imported.
async fn import_murmur(seat: &TestClient, seconds: u64) {
    let head = header(u32::try_from(seconds * 32_000).unwrap());
    let length = seconds * 32_000 + head.len() as u64;
    let piece = |sent| if sent == 0 { head.clone() } else { murmur(sent) };
    let (status, value) =
        seat.streams("/api/meetings/{m}/uploads", "audio/wav", length, piece).await;
    assert_eq!(status, 200, "{value}");
    let blob: Digest = serde_json::from_value(value["blob"].clone()).unwrap();
    let file_name = "tieng-phong.wav".to_owned();
    let language = Language::Auto;
    seat.does(Command::Speech(SpeechCommand::ImportRecording {
        file_name,
        blob,
        started: None,
        language,
    }))
    .await;
}

/// The whole way of a file that would show in the server's memory, in and out: 3 hours, 346 MB. On
/// one database, because its data folder is the same with both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_recording_comes_in_and_goes_out_through_little_memory() {
    const SECONDS: u64 = 3 * 3600;
    const LITTLE: u64 = 64 << 20;
    let hall = TestServer::open(On::Sqlite).await;
    let (chair, _) = hall.in_session().await;
    let mut watch = chair.watches().await;
    let before = hall.most_memory();
    import_murmur(&chair, SECONDS).await;
    let kept = |m: &icabinet_models::Meeting| {
        m.recordings.get(&RecordingId(1)).is_some_and(|r| r.transcription == Transcription::NoModel)
    };
    watch.until(kept).await;
    let Capture::Stored { samples, .. } = watch.view.recordings[&RecordingId(1)].capture else {
        panic!("not stored")
    };
    assert_eq!(samples, SECONDS * 16_000);
    let (status, bytes) = chair.counts("/api/meetings/{m}/recordings/1/sound.wav").await;
    assert_eq!((status, bytes), (StatusCode::OK, SECONDS * 32_000 + 44));
    let grown = hall.most_memory() - before;
    assert!(grown < LITTLE, "{} MB more for {} MB of sound", grown >> 20, (SECONDS * 32_000) >> 20);
}

async fn quiet_minutes_become_no_text(on: On) {
    let hall = TestServer::open(on).await;
    let model = asset("ggml-icabinet-demo-synthetic-vi-en.bin");
    let (ok, _, errors) =
        hall.run(&["speech-model", "fetch", "synthetic-vi-en", "--file", model.to_str().unwrap()]);
    assert!(ok, "{errors}");
    let (chair, _) = hall.in_session().await;
    let mut watch = chair.watches().await;
    import_murmur(&chair, 120).await;
    let done = |m: &icabinet_models::Meeting| {
        m.recordings
            .get(&RecordingId(1))
            .is_some_and(|r| matches!(r.transcription, Transcription::Done { .. }))
    };
    watch.until(done).await;
    assert!(watch.view.transcript.is_empty(), "{:?}", watch.view.transcript);
}

async fn import(seat: &TestClient, bytes: Vec<u8>, name: &str, started: Option<i64>) {
    let request = seat.request(Method::POST, "/api/meetings/{m}/uploads");
    let response = request.header("content-type", "audio/wav").body(bytes).send().await.unwrap();
    let value: serde_json::Value = response.json().await.unwrap();
    let blob: Digest = serde_json::from_value(value["blob"].clone()).unwrap();
    let (file_name, started) = (name.to_owned(), started.map(icabinet_models::ids::Time));
    seat.does(Command::Speech(SpeechCommand::ImportRecording {
        file_name,
        blob,
        started,
        language: Language::Vi,
    }))
    .await;
}

async fn an_imported_recording_becomes_text_with_speakers_from_the_floor(on: On) {
    let hall = TestServer::open(on).await;
    let model = asset("ggml-icabinet-demo-synthetic-vi-en.bin");
    let (ok, _, errors) =
        hall.run(&["speech-model", "fetch", "synthetic-vi-en", "--file", model.to_str().unwrap()]);
    assert!(ok, "{errors}");
    let (chair, _) = hall.in_session().await;
    chair
        .does(Command::Floor(FloorCommand::GiveFloor { person: "an".into(), seconds: None }))
        .await;
    let started = chair.snapshot().await.meeting.floor.speaking.unwrap().started;
    let wav = std::fs::read(asset("meeting_vi.wav")).unwrap();
    import(&chair, wav, "phien-hop.wav", Some(started.0)).await;
    let mut watch = chair.watches().await;
    watch
        .until(|m| {
            matches!(m.recordings[&RecordingId(1)].transcription, Transcription::Done { .. })
        })
        .await;
    let view = &watch.view;
    let Transcription::Done { synthetic, .. } = view.recordings[&RecordingId(1)].transcription
    else {
        panic!("not done")
    };
    assert!(synthetic, "labelled as what it is");
    let text: String = view.transcript.values().map(|segment| segment.text()).collect();
    assert!(text.contains("tôi xin khai mạc phiên họp thường kỳ tháng 6"), "{text}");
    let an = Speaker::Floor { person: "an".into() };
    assert!(view.transcript.values().all(|segment| segment.speaker == an));
    assert!(view.transcript.len() > 15, "segments with times: {}", view.transcript.len());
}

async fn without_a_model_the_sound_is_kept_and_the_screen_can_say_so(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    import(&chair, std::fs::read(asset("silence.wav")).unwrap(), "im-lang.wav", None).await;
    let mut watch = chair.watches().await;
    watch.until(|m| m.recordings[&RecordingId(1)].transcription == Transcription::NoModel).await;
    assert!(matches!(watch.view.recordings[&RecordingId(1)].capture, Capture::Stored { .. }));
    let (_, server) = chair.get("/api/server").await;
    let server: serde_json::Value = serde_json::from_slice(&server).unwrap();
    assert!(server["speech"].is_null());

    // Once there is a model, the next start turns what waited into text.
    assert!(hall.stop());
    let model = asset("ggml-icabinet-demo-synthetic-vi-en.bin");
    let (ok, _, errors) =
        hall.run(&["speech-model", "fetch", "synthetic-vi-en", "--file", model.to_str().unwrap()]);
    assert!(ok, "{errors}");
    hall.start();
    let mut watch = hall.seat("chair").await.at(&meeting).watches().await;
    let done = |m: &icabinet_models::Meeting| {
        matches!(m.recordings[&RecordingId(1)].transcription, Transcription::Done { .. })
    };
    watch.until(done).await;
}

async fn what_is_no_sound_says_why(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    import(&chair, b"%PDF-1.4 not a sound".to_vec(), "giay.wav", None).await;
    import(&chair, Vec::new(), "rong.wav", None).await;
    let mut watch = chair.watches().await;
    let faulty = |number| {
        move |m: &icabinet_models::Meeting| {
            matches!(m.recordings[&RecordingId(number)].capture, Capture::Faulty { .. })
        }
    };
    watch.until(faulty(1)).await;
    watch.until(faulty(2)).await;
    let fault = |number| watch.view.recordings[&RecordingId(number)].capture.clone();
    assert_eq!(fault(1), Capture::Faulty { fault: SoundFault::NotAudio });
    assert_eq!(fault(2), Capture::Faulty { fault: SoundFault::Empty });
}

/// What a file lacks stands on the recording's row; its name and its media type say nothing.
async fn sound_with_something_missing_is_taken_and_says_what(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    let whole = std::fs::read(asset("en_00.wav")).unwrap();
    let opposite: Vec<u8> = whole[44..]
        .chunks_exact(2)
        .flat_map(|pair| {
            let one = i16::from_le_bytes([pair[0], pair[1]]) / 2;
            [one, -one].map(i16::to_le_bytes).concat()
        })
        .collect();
    let length = u32::try_from(opposite.len()).unwrap();
    let mut stereo = header(length);
    (stereo[22], stereo[32]) = (2, 4);
    stereo.extend(opposite);
    let seconds = (whole.len() as u64 - 44) / 32;
    let mut sizeless = whole.clone();
    sizeless[4..8].fill(0);
    let half = whole.len() / 2;
    let cases = [
        ("nguyen.wav", whole.clone(), Flaws::default()),
        ("khong-co-ten", whole.clone(), Flaws::default()),
        ("khong-do-dai.mp3", sizeless, Flaws::default()),
        ("nguoc-pha.pdf", stereo, Flaws::default()),
        (
            "cat.wav",
            whole[..half].to_vec(),
            Flaws { cut_at_ms: Some((half as u64 - 44) / 32), ..Flaws::default() },
        ),
        (
            "im-lang.wav",
            std::fs::read(asset("silence.wav")).unwrap(),
            Flaws { silent: true, ..Flaws::default() },
        ),
    ];
    let mut watch = chair.watches().await;
    for (number, (name, bytes, flaws)) in (1..).zip(cases) {
        import(&chair, bytes, name, None).await;
        let id = RecordingId(number);
        let kept = |m: &icabinet_models::Meeting| {
            m.recordings.get(&id).is_some_and(|r| r.transcription == Transcription::NoModel)
        };
        watch.until(kept).await;
        let recording = &watch.view.recordings[&id];
        assert_eq!(recording.flaws, flaws, "{name}");
        let Capture::Stored { samples, .. } = recording.capture else { panic!("not stored") };
        if flaws.is_none() {
            assert_eq!(samples / 16, seconds, "{name}");
        }
    }
}

async fn only_the_recorder_sends_and_only_staff_listen(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    let base = hall.base().replacen("http", "ws", 1);
    let url = format!("{base}/api/meetings/{meeting}/recordings/1/sound");
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("cookie", secretary.cookie().parse().unwrap());
    assert!(tokio_tungstenite::connect_async(request).await.is_err(), "not his recording");
    let an = hall.seat("an").await.at(&meeting);
    let (status, _) = an.get("/api/meetings/{m}/recordings/1/sound.wav").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

async fn who_holds_the_floor_records_and_the_room_knows(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut guest = hall.seat("guest").await.at(&meeting).watches().await;
    let record = || Command::Speech(SpeechCommand::StartRecording { language: Language::Vi });
    let refusal = icabinet_tests::refused(an.sends(record()).await);
    assert!(matches!(refusal, icabinet_models::Refusal::NotAllowed { .. }), "{refusal:?}");
    chair
        .does(Command::Floor(FloorCommand::GiveFloor { person: "an".into(), seconds: None }))
        .await;
    an.does(record()).await;
    let by_an = |m: &icabinet_models::Meeting| {
        m.recordings.get(&RecordingId(1)).is_some_and(|r| r.is_under_way() && r.by == "an".into())
    };
    guest.until(by_an).await;
    let mut socket = connect(&an, hall.base(), &meeting).await;
    for number in 0..5 {
        socket.send(frame(number, number == 4)).await.unwrap();
    }
    assert_eq!(stored(&mut socket, 5).await, 5);
    let ended = |m: &icabinet_models::Meeting| !m.recordings[&RecordingId(1)].is_under_way();
    guest.until(ended).await;
    assert!(guest.view.transcript.is_empty());
    let (status, _) = an.get("/api/meetings/{m}/recordings/1/sound.wav").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "listening is the office's");
}

/// Reads until the server says that the recording was ended.
async fn over(socket: &mut icabinet_tests::Socket) {
    loop {
        let message = socket.next().await.expect("open").expect("readable");
        if let Message::Text(text) = message {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            if value["over"] == true {
                return;
            }
        }
    }
}

async fn a_rule_ends_a_recording_and_what_is_said_then_is_not_kept(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair
        .does(Command::Floor(FloorCommand::GiveFloor { person: "an".into(), seconds: None }))
        .await;
    let an = hall.seat("an").await.at(&meeting);
    an.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&an, hall.base(), &meeting).await;
    for number in 0..5 {
        socket.send(frame(number, false)).await.unwrap();
    }
    stored(&mut socket, 5).await;
    // His turn ends with him, and the recording with his turn.
    an.does(Command::Attendance(AttendanceCommand::CheckOut {
        person: None,
        reason: String::new(),
    }))
    .await;
    over(&mut socket).await;
    // A device that doesn't listen goes on for a minute.
    for number in 5..300 {
        socket.send(frame(number, number == 299)).await.unwrap();
    }
    assert_eq!(stored(&mut socket, 300).await, 300, "its last frame finds its place");
    let mut watch = chair.watches().await;
    let view = watch
        .until(|m| matches!(m.recordings[&RecordingId(1)].capture, Capture::Stored { .. }))
        .await;
    let Capture::Stored { samples, .. } = view.recordings[&RecordingId(1)].capture else {
        panic!("not stored")
    };
    let started = view.recordings[&RecordingId(1)].started.unwrap();
    let left = view.stays[&"an".into()][0].until.as_ref().unwrap().at;
    let ran = left.ms_since(started).unsigned_abs();
    assert!(samples >= 5 * 3200, "{samples}: what was said before");
    assert!(samples <= (ran + ran / 1000 + 1000) * 16, "{samples} of {ran} ms");
    assert!(view.floor.speaking.is_none());
    let again = connect_refused(&an, hall.base(), &meeting).await;
    assert!(again, "nothing more is taken");
}

async fn connect_refused(seat: &TestClient, base: &str, meeting: &MeetingId) -> bool {
    let base = base.replacen("http", "ws", 1);
    let url = format!("{base}/api/meetings/{meeting}/recordings/1/sound");
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("cookie", seat.cookie().parse().unwrap());
    tokio_tungstenite::connect_async(request).await.is_err()
}

async fn a_device_that_is_gone_does_not_keep_its_recording_open(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    for number in 0..5 {
        socket.send(frame(number, false)).await.unwrap();
    }
    stored(&mut socket, 5).await;
    drop(socket);
    let secretary = hall.seat("secretary").await.at(&meeting);
    secretary
        .does(Command::Speech(SpeechCommand::EndRecording { recording: RecordingId(1) }))
        .await;
    let ended = |m: &icabinet_models::Meeting| {
        matches!(m.recordings[&RecordingId(1)].capture, Capture::Ended { .. })
    };
    let mut watch = secretary.watches().await;
    watch.until(ended).await;
    // The server gives the device its time, which passes here at once, and then closes it itself.
    let waits = "SELECT COUNT(*) FROM jobs WHERE effect LIKE '%close_sound%'";
    while hall.number(waits).await == 0 {}
    hall.runs_sql("UPDATE jobs SET not_before = 0 WHERE effect LIKE '%close_sound%'").await;
    let stored = |m: &icabinet_models::Meeting| matches!(m.recordings[&RecordingId(1)].capture, Capture::Stored { samples, .. } if samples == 5 * 3200);
    watch.until(stored).await;
}

async fn everybody_sees_whether_sound_arrives(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let mut guest = hall.seat("guest").await.at(&meeting).watches().await;
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    let mut told = async |wanted: bool| loop {
        let frame = guest.next().await.expect("the socket closed first");
        if matches!(frame, ServerFrame::Sound { heard } if heard == wanted) {
            return;
        }
    };
    // A microphone that gives nothing but zeros is as silent as none.
    let mute = |number: u32| {
        let Message::Binary(bytes) = frame(number, false) else { panic!("a frame is binary") };
        let mut bytes = bytes.to_vec();
        bytes[13..].fill(0);
        Message::Binary(bytes.into())
    };
    socket.send(mute(0)).await.unwrap();
    told(false).await;
    socket.send(frame(1, false)).await.unwrap();
    told(true).await;
    // Nothing arrives any more, and then nothing is recorded any more.
    told(false).await;
    chair.does(Command::Speech(SpeechCommand::EndRecording { recording: RecordingId(1) })).await;
    told(true).await;
}
