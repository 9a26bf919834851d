//! Who gets in, and who learns of what.

use icabinet_models::ids::{CommandId, ItemId, PersonId};
use icabinet_models::meeting::{
    Act, AgendaCommand, AttendanceCommand, MotionsCommand, ParticipantsCommand, PreparationCommand,
    SessionCommand, SpeechCommand,
};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::{Answer, ServerFrame};
use icabinet_models::{Command, Refusal};
use icabinet_tests::{On, TestClient, TestServer, refused};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both! {
    a_wrong_password_and_an_unknown_login_sound_the_same
    signing_out_ends_the_session
    a_session_that_ended_takes_nothing_more_and_the_edit_goes_on_in_the_next
    a_session_that_ended_without_a_word_is_over_with_the_next_round
    too_many_failures_close_an_account_for_a_while
    only_a_named_proxy_says_where_people_come_from
    a_meeting_in_preparation_exists_for_the_office_only
    nobody_acts_beyond_his_role
    a_guest_learns_nothing_of_a_restricted_item
    whoever_takes_the_chair_sees_the_desk_and_whoever_gives_it_back_no_longer
    who_is_taken_off_the_list_hears_nothing_more
    a_foreign_page_opens_no_socket_and_changes_nothing
    a_room_screen_may_watch_its_meeting_and_nothing_else
    answers_carry_the_policy_headers
}

async fn a_wrong_password_and_an_unknown_login_sound_the_same(on: On) {
    let hall = TestServer::open(on).await;
    let client = reqwest::Client::new();
    let mut bodies = Vec::new();
    for login in ["chair", "nobody-at-all"] {
        let body = json!({"login": login, "password": "không phải mật khẩu"});
        let url = format!("{}/api/session", hall.base());
        let response = client.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().get("set-cookie").is_none());
        bodies.push(response.text().await.unwrap());
    }
    assert_eq!(bodies[0], bodies[1]);
}

async fn signing_out_ends_the_session(on: On) {
    let hall = TestServer::open(on).await;
    let seat = hall.seat("an").await;
    assert_eq!(seat.get("/api/me").await.0, StatusCode::OK);
    let out = seat.request(Method::DELETE, "/api/session").send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(seat.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
}

async fn a_session_that_ended_takes_nothing_more_and_the_edit_goes_on_in_the_next(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let mut tablet = secretary.watches().await;
    // The greeting is read, so the connection stands.
    tablet.next().await.unwrap();
    let mut other_tablet = hall.seat("secretary").await.at(&meeting).watches().await;
    let before = secretary.snapshot().await;

    let out = secretary.request(Method::DELETE, "/api/session").send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    let id = CommandId::from("0197c0de-0000-7000-8000-00000000ed17".to_owned());
    let edit = || {
        let text = "Bổ sung nội dung";
        Command::Motions(MotionsCommand::AddMotion {
            draft: icabinet_tests::motion(Some(ItemId(2)), text),
        })
    };
    tablet.tries(&id, edit()).await;
    while tablet.next().await.is_some() {}
    assert_eq!(tablet.closed, Some(4401), "the session has ended");
    assert!(!tablet.frames.iter().any(|text| text.contains(id.as_str())), "nothing was answered");
    let body = json!({"id": id, "command": edit()});
    let (status, value) = secretary.post("/api/meetings/{m}/commands", &body).await;
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &"not_signed_in".into())
    );
    assert_eq!(secretary.try_connect("", None).await.err(), Some(401));

    // The same edit under the same id, in the next session: done now, and once.
    let again = hall.seat("secretary").await.at(&meeting);
    let unchanged = again.snapshot().await;
    assert_eq!((unchanged.position, &unchanged.meeting), (before.position, &before.meeting));
    let first = again.sends_as(id.clone(), edit()).await;
    let Answer::Accepted { position, .. } = first else { panic!("{first:?}") };
    assert_eq!(position, before.position + 1);
    assert_eq!(again.sends_as(id.clone(), edit()).await, first);
    other_tablet.send(&id, edit()).await;
    assert_eq!(other_tablet.answer(&id).await, first, "his other tablet stayed signed in");
    assert_eq!(again.snapshot().await.meeting.motions.len(), before.meeting.motions.len() + 1);
}

/// Another node ended it, and its bell was lost.
async fn a_session_that_ended_without_a_word_is_over_with_the_next_round(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut tablet = an.watches().await;
    let mut other = secretary.watches().await;
    other.next().await.unwrap();
    hall.runs_sql("DELETE FROM sessions WHERE person = 'an'").await;
    while tablet.next().await.is_some() {}
    assert_eq!(tablet.closed, Some(4401));
    assert_eq!(an.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    let id = CommandId::from("still-here".to_owned());
    other.send(&id, Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert!(matches!(other.answer(&id).await, Answer::Accepted { .. }), "nobody else is sent away");
}

async fn too_many_failures_close_an_account_for_a_while(on: On) {
    let hall = TestServer::open(on).await;
    let client = reqwest::Client::new();
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        let body = json!({"login": "an", "password": "sai mật khẩu rồi"});
        let url = format!("{}/api/session", hall.base());
        last = client.post(url).json(&body).send().await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // The neighbour behind the same address still gets in.
    hall.seat("binh").await;
}

async fn only_a_named_proxy_says_where_people_come_from(on: On) {
    let mut hall = TestServer::open_with(on, "proxies = [\"127.0.0.1\"]\n").await;
    let forwarded = async |base: &str, from: &str| {
        let body = serde_json::json!({"login": "an", "password": "not it at all"});
        let request = reqwest::Client::new().post(format!("{base}/api/session"));
        let request = request.header("x-forwarded-for", from).json(&body);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    };
    forwarded(hall.base(), "1.1.1.1, 198.51.100.7").await;
    // What failed is written by and by, and all of it when the server stops.
    assert!(hall.stop());
    let known = "SELECT COUNT(*) FROM sign_ins WHERE login = 'an' AND address = '198.51.100.7'";
    assert_eq!(hall.number(known).await, 1);
    // Over a proxy that nobody named, the address is the proxy's.
    let mut plain = TestServer::open(on).await;
    forwarded(plain.base(), "198.51.100.7").await;
    assert!(plain.stop());
    let local = "SELECT COUNT(*) FROM sign_ins WHERE login = 'an' AND address = '127.0.0.1'";
    assert_eq!(plain.number(local).await, 1);
}

async fn a_meeting_in_preparation_exists_for_the_office_only(on: On) {
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let particulars = icabinet_tests::particulars();
    let meeting = secretary.creates(&particulars, &icabinet_tests::people()).await;
    for (login, expected) in [
        ("chair", StatusCode::OK),
        ("an", StatusCode::NOT_FOUND),
        ("guest", StatusCode::NOT_FOUND),
        ("stranger", StatusCode::NOT_FOUND),
    ] {
        let seat = hall.seat(login).await.at(&meeting);
        assert_eq!(seat.get("/api/meetings/{m}/snapshot").await.0, expected, "{login}");
        let (_, list) = seat.get("/api/meetings").await;
        let listed = String::from_utf8(list).unwrap().contains(meeting.as_str());
        assert_eq!(listed, expected == StatusCode::OK, "{login}");
    }
    let unknown = secretary.at(&"0197c0de-dead-7000-8000-000000000000".into());
    assert_eq!(unknown.get("/api/meetings/{m}/snapshot").await.0, StatusCode::NOT_FOUND);
}

async fn nobody_acts_beyond_his_role(on: On) {
    let hall = TestServer::open(on).await;
    let (_, meeting) = hall.convened().await;
    let prepare = Refusal::NotAllowed { act: Act::Prepare };
    let preside = Refusal::NotAllowed { act: Act::Preside };
    let cases: [(&str, Command, Refusal); 6] = [
        ("an", Command::Preparation(PreparationCommand::Convene {}), prepare.clone()),
        (
            "chair",
            Command::Agenda(AgendaCommand::RemoveItem { item: ItemId(1), seen: None }),
            prepare.clone(),
        ),
        ("an", Command::Session(SessionCommand::OpenSession {}), preside.clone()),
        ("guest", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }), preside.clone()),
        (
            "an",
            Command::Attendance(AttendanceCommand::CheckIn {
                person: Some(PersonId::from("binh")),
            }),
            preside,
        ),
        (
            "an",
            serde_json::from_value(json!({"paper_rendered": {"paper": 1}})).unwrap(),
            Refusal::NotAllowed { act: Act::Report },
        ),
    ];
    for (login, command, expected) in cases {
        let told = format!("{login}: {command:?}");
        let seat = hall.seat(login).await.at(&meeting);
        assert_eq!(refused(seat.sends(command).await), expected, "{told}");
    }
    // Creating meetings is an organiser's; signing has a route of its own.
    let an = hall.seat("an").await.at(&meeting);
    let create = json!({"id": "0197c0de-0000-7000-8000-000000000009", "command": {"convene": {}}});
    assert_eq!(an.post("/api/meetings", &create).await.0, StatusCode::FORBIDDEN);
}

async fn a_guest_learns_nothing_of_a_restricted_item(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let guest = hall.seat("guest").await.at(&meeting);
    let mut watch = guest.watches().await;
    let done =
        serde_json::from_value(json!({"conclude_item": {"item": 1, "conclusion": "decided"}}));
    chair.does(done.unwrap()).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) })).await;
    let withdrawn = json!({"conclude_item": {"item": 3, "conclusion": "withdrawn"}});
    chair.does(serde_json::from_value(withdrawn).unwrap()).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) })).await;
    watch.until(|m| m.current == Some(ItemId(2))).await;
    let everything = watch.frames.concat()
        + &String::from_utf8(guest.get("/api/meetings/{m}/snapshot").await.1).unwrap();
    assert!(!everything.contains("Công tác cán bộ") && !everything.contains("nội dung 3"));
    assert_eq!(watch.view.items.len(), 2);
    assert_eq!(watch.view.agenda.len(), 3, "the number of the others stays");
}

async fn a_foreign_page_opens_no_socket_and_changes_nothing(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let refused = secretary.try_connect("", Some("https://example.org")).await.err();
    assert_eq!(refused, Some(403));
    assert!(secretary.try_connect("", Some(hall.base())).await.is_ok());
    let body =
        json!({"id": "0197c0de-0000-7000-8000-000000000003", "command": {"open_session": {}}});
    let request = secretary.request(Method::POST, "/api/meetings/{m}/commands").json(&body);
    let response = request.header("origin", "https://example.org").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let nobody = hall.seat("stranger").await.at(&secretary.snapshot().await.meeting.id);
    assert_eq!(nobody.try_connect("", None).await.err(), Some(404));
}

async fn a_room_screen_may_watch_its_meeting_and_nothing_else(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let (status, value) = secretary.post("/api/meetings/{m}/screens", &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let address = value["address"].as_str().unwrap();
    let token = address.split('#').nth(1).unwrap();
    let client = reqwest::Client::new();
    let wrong = json!({"meeting": meeting, "token": "f".repeat(64)});
    let url = format!("{}/api/session/screen", hall.base());
    let response = client.post(&url).json(&wrong).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let screen = TestClient::screen(hall.base(), &meeting, token).await;
    assert_eq!(screen.snapshot().await.meeting.papers.len(), 0);
    assert!(screen.watches().await.position > 0);
    for path in ["/api/me", "/api/meetings", "/api/keys/mine"] {
        assert_eq!(screen.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    let body = json!({"id": "0197c0de-0000-7000-8000-000000000004", "command": {"check_in": {}}});
    assert_eq!(screen.post("/api/meetings/{m}/commands", &body).await.0, StatusCode::FORBIDDEN);
}

async fn answers_carry_the_policy_headers(on: On) {
    let hall = TestServer::open(on).await;
    for path in ["/", "/api/me", "/public", "/healthz"] {
        let response = reqwest::get(format!("{}{path}", hall.base())).await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            !policy.contains("unsafe-inline") && policy.contains("default-src 'none'"),
            "{path}"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
    }
    let ready = reqwest::get(format!("{}/readyz", hall.base())).await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
}

/// Reads on until the server sends the tablet away to begin anew.
pub(crate) async fn sent_for_a_snapshot(tablet: &mut icabinet_tests::Watch) {
    while let Some(frame) = tablet.next().await {
        if matches!(frame, ServerFrame::SnapshotNeeded { .. }) {
            return;
        }
    }
    panic!("it closed without a word")
}

async fn whoever_takes_the_chair_sees_the_desk_and_whoever_gives_it_back_no_longer(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let export = "/api/meetings/{m}/record.zip";
    let mut tablet = an.watches().await;
    assert_eq!(an.get(export).await.0, StatusCode::FORBIDDEN);

    chair.does(Command::Session(SessionCommand::HandOverChair { to: "an".into() })).await;
    sent_for_a_snapshot(&mut tablet).await;
    assert_eq!(an.snapshot().await.class, ViewerClass::Staff);
    assert_eq!(an.get(export).await.0, StatusCode::OK);
    let mut tablet = an.watches().await;
    an.does(Command::Speech(SpeechCommand::StartRecording {
        language: icabinet_models::speech::Language::Vi,
    }))
    .await;
    tablet.until(|m| !m.recordings.is_empty()).await;

    an.does(Command::Session(SessionCommand::HandOverChair { to: "chair".into() })).await;
    sent_for_a_snapshot(&mut tablet).await;
    assert_eq!(an.snapshot().await.class, ViewerClass::Member);
    assert_eq!(an.get(export).await.0, StatusCode::FORBIDDEN);
}

async fn who_is_taken_off_the_list_hears_nothing_more(on: On) {
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let meeting =
        secretary.creates(&icabinet_tests::particulars(), &icabinet_tests::people()).await;
    let secretary = secretary.at(&meeting);
    let vice = hall.seat("vice").await.at(&meeting);
    let mut tablet = vice.watches().await;
    let mut wall = vice.connects("?view=projector").await;
    tablet.next().await.unwrap();
    wall.next().await.unwrap();
    secretary
        .does(Command::Participants(ParticipantsCommand::RemoveParticipant {
            person: "vice".into(),
        }))
        .await;
    let draft = icabinet_tests::item("Nhân sự", icabinet_models::agenda::Level::Public);
    secretary.does(Command::Agenda(AgendaCommand::AddItem { draft })).await;
    for watch in [&mut tablet, &mut wall] {
        sent_for_a_snapshot(watch).await;
        while watch.next().await.is_some() {}
        assert!(!watch.frames.iter().any(|text| text.contains("Nhân sự")), "{:?}", watch.frames);
    }
    assert_eq!(vice.get("/api/meetings/{m}/snapshot").await.0, StatusCode::NOT_FOUND);
    assert_eq!(vice.try_connect("", None).await.err(), Some(404));
}
