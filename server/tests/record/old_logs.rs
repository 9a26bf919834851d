//! Logs from before the door: texts and times in them that no command could bring in now. Every page
//! and every document of such a meeting is there all the same.

use crate::hall::{Hall, MEETING, person};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request, StatusCode};
use icabinet::record::Sound;
use icabinet::{clock, instruments, jobs};
use icabinet_models::decisions::Instrument;
use icabinet_models::effects::Effect;
use icabinet_models::ids::{PersonId, Text, Time};
use icabinet_models::meeting::{
    AttendanceEvent, DecisionsCommand, MinutesCommand, Particulars, PreparationEvent,
};
use icabinet_models::wire::Snapshot;
use icabinet_models::{Actor, Command, Event};

/// Times at the edges of what calendars, dates of PDF, ZIP and iCalendar can say.
const TIMES: [i64; 9] = [
    i64::MIN,
    -62_135_596_800_001,
    -1,
    4_354_819_200_000,
    253_402_300_799_000 - 6 * 3_600_000,
    253_402_300_799_999,
    253_402_300_800_000,
    i64::MAX - 1,
    i64::MAX,
];

fn particulars(scheduled: i64, minutes_planned: u32) -> Particulars {
    Particulars {
        title: Text::both("Phiên họp tháng 11", "November meeting"),
        body: Text::both("Ủy ban nhân dân phường Hồ Sen", "People's Committee"),
        parent_body: Text::default(),
        place: Text::vi("Phòng họp số 2"),
        locality: "Hồ Sen".to_owned(),
        scheduled: Time(scheduled),
        minutes_planned,
    }
}

/// Every page for everybody, in both languages.
async fn assert_pages(hall: &Hall, told: &str) {
    let base = format!("/public/meetings/{MEETING}");
    let ends = ["", ".ics", "/minutes", "/minutes.pdf", "/decisions/1", "/decisions/1.pdf"];
    let mut paths: Vec<String> = ends.iter().map(|end| format!("{base}{end}")).collect();
    paths.push("/public".to_owned());
    for path in paths {
        for language in ["", "?lang=en"] {
            let (status, _, body) = hall.get(&format!("{path}{language}")).await;
            assert_eq!(status, StatusCode::OK, "{told}: {path}{language}");
            assert!(!body.is_empty(), "{told}: {path}{language}");
        }
    }
}

/// Whatever a page of the program asks for, for somebody who takes part; the room's screen too.
async fn assert_answers(hall: &Hall, told: &str) {
    let cookie = hall.secretary().await;
    let meeting = format!("/api/meetings/{MEETING}");
    let asked = |method: Method, path: &str, form: &'static str| {
        let request = Request::builder().method(method).uri(path).header(COOKIE, &cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(form)).unwrap()
    };
    for (method, path, form) in [
        (Method::GET, "/api/meetings".to_owned(), ""),
        (Method::GET, format!("{meeting}/snapshot"), ""),
        (Method::GET, format!("{meeting}/snapshot?view=projector"), ""),
        (Method::POST, format!("{meeting}/screens"), ""),
        (Method::GET, format!("{meeting}/screens"), ""),
        (Method::GET, format!("{meeting}/record.zip"), ""),
        (Method::POST, format!("{meeting}/invitations/handout"), "shape=cards&venue=&lang=vi"),
        (Method::POST, format!("{meeting}/invitations/handout"), "shape=table&venue=&lang=en"),
    ] {
        let (status, _, body) = hall.ask(asked(method, &path, form)).await;
        let said = String::from_utf8_lossy(&body);
        assert_eq!(status, StatusCode::OK, "{told}: {path}: {said}");
        if path.ends_with("/snapshot") {
            let snapshot: Snapshot = serde_json::from_slice(&body).unwrap();
            assert_eq!(snapshot.meeting.particulars.scheduled.0.to_string(), told);
        }
    }
}

#[tokio::test]
async fn no_time_of_a_log_takes_a_page_or_a_document_away() {
    for time in TIMES {
        let mut hall = Hall::convened().await;
        let planned = u32::MAX;
        let particulars = particulars(time, planned);
        hall.remembers(Event::Preparation(PreparationEvent::ParticularsChanged { particulars }))
            .await;
        let hall = hall.hold().await.publish().await;
        assert_pages(&hall, &time.to_string()).await;
        assert_answers(&hall, &time.to_string()).await;
        hall.export(Sound::LeftOut).await.unwrap_or_else(|error| panic!("{time}: {error}"));
    }
}

#[tokio::test]
async fn no_text_of_a_log_keeps_a_document_from_being_set() {
    let mut hall = Hall::convened().await;
    let text = "Ho\u{302}\u{300} Sen 😀 \u{f0b7}\0\u{202e}\u{200b} 漢 한 \u{e123}\u{ffff}";
    let mut particulars = particulars(1_795_654_800_000, 90);
    (particulars.title, particulars.body) = (Text::both(text, text), Text::vi(text));
    (particulars.place, particulars.locality) = (Text::vi(text), text.to_owned());
    hall.remembers(Event::Preparation(PreparationEvent::ParticularsChanged { particulars })).await;
    let reason = text.to_owned();
    hall.remembers(Event::Attendance(AttendanceEvent::AbsenceRecorded {
        person: PersonId::from("m05"),
        reason,
    }))
    .await;
    let hall = hall.hold().await.publish().await;
    assert_pages(&hall, "texts").await;
}

#[tokio::test]
async fn what_could_not_be_set_once_is_set_when_the_program_starts() {
    let mut hall = Hall::held().await;
    hall.run(person("m01"), Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    let instrument = Instrument::Minutes;
    let source = hall.look(move |m| m.source_digest(instrument)).await.unwrap();
    let detail = "the character U+1F600 can't be set".to_owned();
    hall.run(
        Actor::System,
        Command::Decisions(DecisionsCommand::InstrumentFailed { instrument, source, detail }),
    )
    .await;
    while let Some(job) = hall.app.store.take_job(clock::now()).await.unwrap() {
        hall.app.store.finish_job(&job.id, None).await.unwrap();
    }
    jobs::resume_documents(&hall.app).await.unwrap();
    let job = hall.app.store.take_job(clock::now()).await.unwrap().expect("work");
    assert_eq!(job.effect, Effect::Typeset { instrument });
    hall.set(instrument).await;
    jobs::resume_documents(&hall.app).await.unwrap();
    assert!(hall.app.store.take_job(clock::now()).await.unwrap().is_none(), "nothing more to do");
    assert!(hall.look(move |m| instruments::sheet(m, instrument).is_ok()).await);
}
