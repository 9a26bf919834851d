//! Lists of meetings: at once what the meetings are, page by page, and made again from the logs whatever
//! became of their tables.

use icabinet_models::Command;
use icabinet_models::agenda::{Conclusion, Level};
use icabinet_models::ids::{ItemId, MeetingId, MotionId, PersonId, Text, Time};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, ParticipantsCommand, Particulars,
    PreparationCommand, SessionCommand, Stage, VotesCommand,
};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::waiting::Wait;
use icabinet_models::wire::MeetingSummary;
use icabinet_tests::{On, TestClient, TestServer, item, motion, particulars, people};
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;

on_both! {
    a_list_says_at_once_what_a_meeting_is
    what_waits_for_somebody_is_listed_until_it_is_done
    a_long_list_comes_by_pages
    what_an_older_program_appended_is_listed
    lists_are_made_again_from_the_logs
    a_vote_closes_by_itself_where_nobody_has_come_back
}

async fn listed(seat: &TestClient) -> Vec<MeetingSummary> {
    let (status, body) = seat.get("/api/meetings").await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

async fn one(seat: &TestClient) -> Option<MeetingSummary> {
    let mut all = listed(seat).await;
    assert!(all.len() <= 1, "{all:?}");
    all.pop()
}

/// Carries so many items over and closes the session.
async fn closes(chair: &TestClient, items: u32) {
    for item in (1..=items).map(ItemId) {
        chair
            .does(Command::Agenda(AgendaCommand::ConcludeItem {
                item,
                conclusion: Conclusion::CarriedOver,
            }))
            .await;
    }
    chair.does(Command::Session(SessionCommand::CloseSession {})).await;
}

async fn a_list_says_at_once_what_a_meeting_is(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, an) = (hall.seat("secretary").await, hall.seat("an").await);
    let meeting = secretary.creates(&particulars(), &people()).await;
    let desk = secretary.at(&meeting);
    let found = one(&secretary).await.unwrap();
    assert_eq!(
        (&found.id, &found.stage, found.class),
        (&meeting, &Stage::Preparing, ViewerClass::Staff)
    );
    assert_eq!(found.particulars, particulars());
    assert_eq!(one(&an).await, None, "who takes part knows of it once it is convened");

    desk.does(Command::Agenda(AgendaCommand::AddItem { draft: item("Nội dung", Level::Public) }))
        .await;
    desk.does(Command::Participants(ParticipantsCommand::RemoveParticipant {
        person: PersonId::from("giang"),
    }))
    .await;
    desk.does(Command::Preparation(PreparationCommand::Convene {})).await;
    assert_eq!(one(&hall.seat("giang").await).await, None, "taken off the list before");
    let guest = hall.seat("guest").await;
    for (seat, class) in
        [(&an, ViewerClass::Member), (&guest, ViewerClass::Guest), (&desk, ViewerClass::Staff)]
    {
        let found = one(seat).await.unwrap();
        assert_eq!((found.stage, found.class), (Stage::Convened, class));
    }

    let title = Text::both("Phiên họp bất thường", "Extraordinary session");
    let changed = Particulars { title, ..particulars() };
    let command = Command::Preparation(PreparationCommand::ChangeParticulars {
        particulars: changed.clone(),
        seen: None,
    });
    desk.does(command).await;
    assert_eq!(one(&an).await.unwrap().particulars, changed);

    let chair = hall.seat("chair").await.at(&meeting);
    for login in ["chair", "secretary", "vice", "an", "binh", "cuong"] {
        desk.does(Command::Attendance(AttendanceCommand::CheckIn {
            person: Some(PersonId::from(login)),
        }))
        .await;
    }
    chair.does(Command::Session(SessionCommand::OpenSession {})).await;
    assert!(matches!(one(&an).await.unwrap().stage, Stage::InSession { .. }));
    // Whoever is handed the chair has its desk; who gave it keeps his own.
    chair.does(Command::Session(SessionCommand::HandOverChair { to: PersonId::from("an") })).await;
    let found = one(&an).await.unwrap();
    assert_eq!((found.class, found.waits), (ViewerClass::Staff, vec![Wait::Preside]));
    let an = an.at(&meeting);
    an.does(Command::Session(SessionCommand::HandOverChair { to: PersonId::from("chair") })).await;
    let found = one(&an).await.unwrap();
    assert_eq!((found.class, found.waits), (ViewerClass::Member, vec![]));
    closes(&chair, 1).await;
    assert!(matches!(one(&an).await.unwrap().stage, Stage::Closed { .. }));
}

async fn what_waits_for_somebody_is_listed_until_it_is_done(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let vice = hall.seat("vice").await;
    assert_eq!(one(&vice).await.unwrap().waits, []);
    // The chair leaves without a word: somebody has to preside.
    chair
        .does(Command::Attendance(AttendanceCommand::CheckOut {
            person: None,
            reason: "họp khẩn".to_owned(),
        }))
        .await;
    assert_eq!(one(&vice).await.unwrap().waits, [Wait::TakeChair]);
    vice.at(&meeting).does(Command::Session(SessionCommand::TakeChair {})).await;
    assert_eq!(one(&vice).await.unwrap().waits, [Wait::Preside]);
    assert_eq!(one(&hall.seat("an").await).await.unwrap().waits, []);
}

/// The list page by page, as its links lead.
async fn pages(seat: &TestClient) -> Vec<Vec<MeetingSummary>> {
    let (mut pages, mut path) = (Vec::new(), Some("/api/meetings".to_owned()));
    while let Some(here) = path {
        assert!(pages.len() < 10, "a page leads back");
        let response = seat.request(Method::GET, &here).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{here}");
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        pages.push(response.json().await.unwrap());
        path = link.map(|link| {
            let (address, rel) = link.split_once('>').unwrap();
            assert_eq!(rel, "; rel=\"next\"");
            address.trim_start_matches('<').to_owned()
        });
    }
    pages
}

async fn a_long_list_comes_by_pages(on: On) {
    const COUNT: i64 = 205;
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let mut created = BTreeSet::new();
    for number in 0..COUNT {
        // Three at each hour: the cursor stands between meetings of one time.
        let scheduled = Time(1_795_654_800_000 + number / 3 * 3_600_000);
        let particulars = Particulars { scheduled, ..particulars() };
        created.insert(secretary.creates(&particulars, &people()).await);
    }
    let pages = pages(&secretary).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [200, 5]);
    let all: Vec<&MeetingSummary> = pages.iter().flatten().collect();
    let times: Vec<Time> = all.iter().map(|one| one.particulars.scheduled).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "the latest first");
    let ids: BTreeSet<MeetingId> = all.iter().map(|one| one.id.clone()).collect();
    assert_eq!(ids, created, "each of them");

    for after in ["3.1.x", "0.x.y", "0.1", "x", "0.1.a b", "1.9999999999999999999.x"] {
        let path = "/api/meetings";
        let asked = secretary.request(Method::GET, path).query(&[("after", after)]);
        assert_eq!(asked.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{after}");
    }
}

/// As a program that knows no read model would leave a meeting.
async fn left_behind(hall: &TestServer) {
    hall.runs_sql("UPDATE heads SET projected = projected - 1").await;
    hall.runs_sql("UPDATE meetings SET particulars = '{\"of\": \"yesterday\"}', convened = FALSE")
        .await;
    hall.runs_sql("DELETE FROM participations WHERE person <> 'an'").await;
    hall.runs_sql(
        "INSERT INTO publications (meeting, scheduled, line, pages)
         SELECT meeting, 0, '{}', '{}' FROM meetings",
    )
    .await;
    // Taken off the list by that program.
    hall.runs_sql(
        "INSERT INTO participations (person, meeting, class, waits)
         SELECT 'nobody', meeting, 'staff', '[]' FROM meetings",
    )
    .await;
}

async fn what_an_older_program_appended_is_listed(on: On) {
    let hall = TestServer::open(on).await;
    let (desk, meeting) = hall.convened().await;
    let an = hall.seat("an").await;
    let before = (listed(&desk).await, listed(&an).await);
    assert_eq!(before.0[0].id, meeting);

    left_behind(&hall).await;
    assert_eq!((listed(&desk).await, listed(&an).await), before, "whoever asks finds it made");
    assert_eq!(hall.number("SELECT COUNT(*) FROM participations WHERE person = 'nobody'").await, 0);
    assert_eq!(hall.number("SELECT COUNT(*) FROM publications").await, 0);
    left_behind(&hall).await;
    desk.does(Command::Motions(MotionsCommand::AddMotion { draft: motion(None, "Thêm") })).await;
    assert_eq!(hall.number("SELECT COUNT(*) FROM heads WHERE projected <> position").await, 0);
    assert_eq!((listed(&desk).await, listed(&an).await), before, "whoever appends makes it");
}

async fn lists_are_made_again_from_the_logs(on: On) {
    let mut hall = TestServer::open(on).await;
    let (desk, _) = hall.convened().await;
    let (chair, closed) = hall.in_session().await;
    // Later than the other: only that it is over puts it behind.
    let scheduled = Time(particulars().scheduled.0 + 3_600_000);
    let later = Particulars { scheduled, ..particulars() };
    let secretary = desk.at(&closed);
    secretary
        .does(Command::Preparation(PreparationCommand::ChangeParticulars {
            particulars: later,
            seen: None,
        }))
        .await;
    closes(&chair, 3).await;
    let before = (listed(&desk).await, listed(&hall.seat("an").await).await);
    assert_eq!((before.0.len(), before.0[1].id == closed), (2, true), "what is over comes last");
    for table in ["meetings", "participations", "publications"] {
        hall.runs_sql(&format!("DELETE FROM {table}")).await;
    }
    assert_eq!(listed(&desk).await, [], "nothing else is read");
    if on == On::Sqlite {
        let (done, _, errors) = hall.run(&["rebuild"]);
        assert!(!done && errors.contains("another i-Cabinet server"), "{errors}");
        assert!(hall.stop());
    }
    let (done, said, errors) = hall.run(&["rebuild"]);
    assert!(done && said.contains("2 meetings"), "{said}{errors}");
    // Before anybody asks for a list, which would make it too.
    for (table, rows) in [("meetings", 2), ("participations", 20)] {
        assert_eq!(hall.number(&format!("SELECT COUNT(*) FROM {table}")).await, rows, "{table}");
    }
    if on == On::Sqlite {
        hall.start();
    }
    let (desk, an) = (hall.seat("secretary").await, hall.seat("an").await);
    assert_eq!((listed(&desk).await, listed(&an).await), before);
}

async fn a_vote_closes_by_itself_where_nobody_has_come_back(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    chair
        .does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: Some(1) }))
        .await;
    hall.kill();
    hall.start();
    // Nobody asks the server for anything: what it does is seen in the database.
    let closed = "SELECT COUNT(*) FROM entries WHERE record LIKE '%\"vote_closed\"%'";
    let until = std::time::Duration::from_secs(60);
    let wait = async {
        while hall.number(closed).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(until, wait).await.expect("the vote is closed");
}
