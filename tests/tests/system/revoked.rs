//! What ends when it should: a new password, a closed account, a revoked screen or invitation, a
//! right that is another by now; and a backup brings none of it back.

use crate::strangers::{WRONG, behind_a_proxy, posts, tries};
use futures_util::future::join_all;
use icabinet_models::Command;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{CommandId, MeetingId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, ParticipantsCommand, PreparationCommand, SessionCommand,
};
use icabinet_models::participants::{Office, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::visibility::ViewerClass;
use icabinet_tests::{
    On, PASSWORD, TestClient, TestServer, Watch, delegates, item, office, particulars,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    a_new_password_ends_what_the_old_one_began
    changing_a_password_is_no_way_to_guess_it
    a_closed_account_is_closed_everywhere
    screens_are_listed_and_revoked_and_end_by_themselves
    an_invitation_is_no_way_to_an_office_or_to_who_has_a_password
    a_used_invitation_says_where_and_when
    ones_own_sessions_are_listed_and_ended
    a_restored_backup_brings_back_nothing_that_was_revoked
}

const DEVICE: &str = "0123456789abcdef0123456789abcdef";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36";
const NEW: &str = "sáu con vịt xuống ao làng";

/// Reads on until the server closes the socket; the code.
async fn closed(mut watch: Watch) -> Option<u16> {
    while watch.next().await.is_some() {}
    watch.closed
}

async fn changes(seat: &TestClient, current: &str, new: &str) -> (StatusCode, String, Vec<String>) {
    let request = seat.request(Method::PUT, "/api/me/password");
    let body = json!({"current": current, "new": new});
    let response = request.json(&body).send().await.unwrap();
    let set = response.headers().get_all("set-cookie").iter();
    let set = set.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
    let (status, set) = (response.status(), set.collect());
    let said: Value = response.json().await.unwrap_or_default();
    (status, said["error"]["code"].as_str().unwrap_or_default().to_owned(), set)
}

async fn a_new_password_ends_what_the_old_one_began(on: On) {
    let (hall, password) = behind_a_proxy(on).await;
    let (secretary, meeting) = hall.convened().await;
    let other = hall.seat("secretary").await.at(&meeting);
    let screen = screen(&hall, &other).await;
    let neighbour = hall.seat("an").await.at(&meeting);
    let (_, _, cookies) = tries(&hall, "secretary", password, "203.0.113.1", "").await;
    let tablet = cookies[1].clone();
    let (first, second) = (other.watches().await, screen.watches().await);

    let (status, _, cookies) = changes(&secretary, password, NEW).await;
    assert_eq!((status, cookies.len()), (StatusCode::NO_CONTENT, 2), "a session and a secret anew");
    assert_eq!((closed(first).await, closed(second).await), (Some(4401), Some(4401)));
    for seat in [&secretary, &other, &screen] {
        assert_eq!(seat.get("/api/meetings/{m}/snapshot").await.0, StatusCode::UNAUTHORIZED);
    }
    let own = reqwest::Client::new().get(format!("{}/api/me", hall.base()));
    let own = own.header("cookie", &cookies[0]).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK, "this device goes on");
    assert_eq!(neighbour.get("/api/me").await.0, StatusCode::OK);
    // The old password is nobody's, and the device that it remembered is a stranger's.
    for _ in 0..10 {
        let (status, ..) = tries(&hall, "secretary", password, "203.0.113.1", &tablet).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let locked = tries(&hall, "secretary", NEW, "203.0.113.1", &tablet).await;
    assert_eq!(locked.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(tries(&hall, "secretary", NEW, "203.0.113.2", "").await.0, StatusCode::OK);
}

async fn changing_a_password_is_no_way_to_guess_it(on: On) {
    let hall = TestServer::open(on).await;
    let an = hall.seat("an").await;
    let password = PASSWORD;
    for (new, expected, code) in [
        ("ngắn", StatusCode::BAD_REQUEST, "malformed"),
        ("1234567890", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
        ("Nguyễn Văn An", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
        ("matkhau2026", StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
    ] {
        let (status, said, _) = changes(&an, password, new).await;
        assert_eq!((status, said.as_str()), (expected, code), "{new}");
    }
    let guesses = join_all((0..40).map(|_| changes(&an, WRONG, NEW))).await;
    let compared = guesses.iter().filter(|(status, ..)| *status == StatusCode::UNAUTHORIZED);
    assert!(compared.count() <= 10);
    let (status, code, _) = changes(&an, password, NEW).await;
    assert_eq!((status, code.as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
    // Whoever holds a session locks nobody out of signing in, nor others out of changing theirs.
    hall.seat("an").await;
    let binh = hall.seat("binh").await;
    assert_eq!(changes(&binh, password, NEW).await.0, StatusCode::NO_CONTENT);
}

async fn a_closed_account_is_closed_everywhere(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let key = json!({"public_key": "1".repeat(64), "device": "Máy bảng"});
    let (status, made) = an.post("/api/keys", &key).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let watch = an.watches().await;

    let (ok, said, errors) = hall.run(&["user", "close", "an"]);
    assert!(ok && said.contains("1 sessions") && said.contains("1 keys"), "{said}{errors}");
    assert_eq!(closed(watch).await, Some(4401));
    assert_eq!(an.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    let password = PASSWORD;
    assert_eq!(tries(&hall, "an", password, "", "").await.1, "wrong_password");
    let (_, keys) = secretary.get("/api/keys").await;
    let keys: Vec<Value> = serde_json::from_slice(&keys).unwrap();
    assert_eq!((&keys[0]["state"], &keys[0]["name"]), (&json!("revoked"), &json!("Nguyễn Văn An")));
    let (_, people) = secretary.get("/api/people").await;
    assert!(!String::from_utf8(people).unwrap().contains("Nguyễn Văn An"), "nobody to invite");
    let (_, list, _) = hall.run(&["user", "list"]);
    let row = list.lines().find(|row| row.starts_with("an ")).unwrap();
    assert!(row.ends_with("closed"), "{row}");
    assert!(!hall.run(&["user", "close", "an"]).0, "twice");
    assert!(!hall.run(&["user", "close", "nobody"]).0);

    assert!(hall.run(&["user", "open", "an"]).0);
    let again = hall.seat("an").await.at(&meeting);
    assert_eq!(again.snapshot().await.class, ViewerClass::Member);
    assert_eq!(an.get("/api/me").await.0, StatusCode::UNAUTHORIZED, "what ended stays ended");
    let (_, keys) = again.get("/api/keys/mine").await;
    assert!(String::from_utf8(keys).unwrap().contains("\"revoked\""));
}

/// A screen that this seat makes, signed in.
async fn screen(hall: &TestServer, by: &TestClient) -> TestClient {
    let (status, made) = by.post("/api/meetings/{m}/screens", &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let token = made["address"].as_str().unwrap().split('#').nth(1).unwrap();
    TestClient::screen(hall.base(), &by.meeting(), token).await
}

async fn screens_are_listed_and_revoked_and_end_by_themselves(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let wall = screen(&hall, &secretary).await;
    let chair = hall.seat("chair").await.at(&meeting);
    let second = screen(&hall, &chair).await;
    let path = "/api/meetings/{m}/screens";
    let (_, list) = secretary.get(path).await;
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    let by: Vec<&str> = list.iter().map(|row| row["made_by"].as_str().unwrap()).collect();
    assert_eq!(by, ["chair", "secretary"]);
    for row in &list {
        assert!(row["expires"].as_i64().unwrap() > row["created"].as_i64().unwrap(), "{row}");
    }
    let an = hall.seat("an").await.at(&meeting);
    assert_eq!(an.get(path).await.0, StatusCode::FORBIDDEN);
    let revokes = async |seat: &TestClient, screens: Value| {
        let request = seat.request(Method::DELETE, path).json(&json!({"screens": screens}));
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    assert_eq!(revokes(&an, json!(null)).await.0, StatusCode::FORBIDDEN);

    let (watch, stays) = (wall.watches().await, second.watches().await);
    let (status, left) = revokes(&secretary, json!([list[1]["id"]])).await;
    assert_eq!((status, left.as_array().unwrap().len()), (StatusCode::OK, 1));
    assert_eq!(closed(watch).await, Some(4401));
    assert_eq!(wall.get("/api/meetings/{m}/snapshot").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(second.get("/api/meetings/{m}/snapshot").await.0, StatusCode::OK);

    // One whose time is over opens nothing, one of another meeting neither.
    let (_, made) = secretary.post(path, &json!({})).await;
    let token = made["address"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let body = |meeting: &MeetingId| json!({"meeting": meeting, "token": token});
    let enters =
        async |meeting: &MeetingId| posts(&hall, "/api/session/screen", &body(meeting)).await.0;
    assert_eq!(enters(&meeting).await, StatusCode::NO_CONTENT);
    let (_, other) = hall.convened().await;
    assert_eq!(enters(&other).await, StatusCode::NOT_FOUND);
    hall.runs_sql("UPDATE screens SET expires = 1").await;
    assert_eq!(enters(&meeting).await, StatusCode::NOT_FOUND);
    let (_, list) = secretary.get(path).await;
    assert_eq!(list, b"[]");
    drop(stays);
}

/// A conference of two delegates who came by invitation, in session.
pub(crate) async fn conference(hall: &TestServer) -> (TestClient, TestClient, Vec<TestClient>) {
    let secretary = hall.seat("secretary").await;
    let mut everyone = office();
    everyone.extend(delegates(2, 1));
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Command::Agenda(AgendaCommand::AddItem { draft: item("Báo cáo", Level::Internal) }))
        .await;
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    let chair = hall.seat("chair").await.at(&meeting);
    let mut seats = Vec::new();
    for person in ["d00000", "d00001"] {
        let token = invites(&secretary, person).await;
        let seat = TestClient::invited(hall.base(), &token, DEVICE).await.unwrap();
        seat.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
        seats.push(seat);
    }
    chair.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    chair.does(Command::Session(SessionCommand::OpenSession {})).await;
    (secretary, chair, seats)
}

async fn invites(secretary: &TestClient, person: &str) -> String {
    let path = "/api/meetings/{m}/invitations";
    let (status, made) = secretary.post(path, &json!({"people": [person]})).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    made[0]["token"].as_str().unwrap().to_owned()
}

async fn an_invitation_is_no_way_to_an_office_or_to_who_has_a_password(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, chair, seats) = conference(&hall).await;
    let made_by =
        "SELECT COUNT(*) FROM invitations WHERE made_by = 'secretary' AND class = 'member'";
    assert_eq!(hall.number(made_by).await, 2);

    // He is given the chair: the link he came with opens no desk, on the socket either.
    let mut watch = seats[0].watches().await;
    chair.does(Command::Session(SessionCommand::HandOverChair { to: "d00000".into() })).await;
    let id = CommandId::from("as-chair".to_owned());
    watch.tries(&id, Command::Session(SessionCommand::CallRecess {})).await;
    while watch.next().await.is_some() {}
    assert!(!watch.frames.iter().any(|frame| frame.contains("as-chair")), "nothing was answered");
    for path in ["/api/meetings/{m}/snapshot", "/api/meetings/{m}/record.zip"] {
        assert_eq!(seats[0].get(path).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    let (_, list) = seats[0].get("/api/meetings").await;
    assert_eq!(list, b"[]");
    let again = invited_again(&secretary, "d00000").await;
    assert_eq!(again, StatusCode::FORBIDDEN, "nor is he invited anew");
    // His neighbour goes on.
    assert_eq!(seats[1].snapshot().await.class, ViewerClass::Member);

    // An unused link of somebody who got a password of his own, and the session of a used one.
    let watch = seats[1].watches().await;
    hall.account("d00001");
    assert_eq!(closed(watch).await, Some(4401));
    assert_eq!(seats[1].get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    let own = hall.seat("d00001").await.at(&secretary.meeting());
    assert_eq!(own.snapshot().await.class, ViewerClass::Member);
}

async fn invited_again(secretary: &TestClient, person: &str) -> StatusCode {
    let path = "/api/meetings/{m}/invitations";
    secretary.post(path, &json!({"people": [person]})).await.0
}

async fn a_used_invitation_says_where_and_when(on: On) {
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let mut everyone = office();
    let mut guest = delegates(1, 1);
    guest[0].standing = Standing::Guest;
    everyone.extend(guest.clone());
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Command::Agenda(AgendaCommand::AddItem { draft: item("Báo cáo", Level::Internal) }))
        .await;
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    let token = invites(&secretary, "d00000").await;
    let uses = async |device: &str, agent: &str| {
        let request =
            reqwest::Client::new().post(format!("{}/api/session/invitation", hall.base()));
        let request = request.header("user-agent", agent);
        let answer = request.json(&json!({"token": token, "device": device})).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(uses(DEVICE, PHONE).await.0, StatusCode::OK);
    let (status, said) = uses(&DEVICE.replace('0', "9"), "curl").await;
    assert_eq!((status, &said["error"]["code"]), (StatusCode::CONFLICT, &json!("invitation_used")));
    assert_eq!(said["error"]["used"]["device"], "Chrome, Android");
    assert!(said["error"]["used"]["at"].as_i64().unwrap() > 1_700_000_000_000, "{said}");
    // The same device again, whatever it now says it is: the first name stays.
    assert_eq!(uses(DEVICE, "<b>x</b> Firefox/1").await.0, StatusCode::OK);
    let (_, said) = uses("x".repeat(20).as_str(), "").await;
    assert_eq!(said["error"]["used"]["device"], "Chrome, Android");

    // However often it comes again, so many sessions are kept.
    for _ in 0..6 {
        assert_eq!(uses(DEVICE, PHONE).await.0, StatusCode::OK);
    }
    assert_eq!(hall.number("SELECT COUNT(*) FROM sessions WHERE person = 'd00000'").await, 4);

    // A guest's link is not a vice chair's, whatever he has become since.
    let seat = TestClient::invited(hall.base(), &token, DEVICE).await.unwrap();
    assert_eq!(seat.snapshot().await.class, ViewerClass::Guest);
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    let token = invites(&secretary, "d00000").await;
    let seat = TestClient::invited(hall.base(), &token, DEVICE).await.unwrap();
    assert_eq!(seat.get("/api/meetings/{m}/snapshot").await.0, StatusCode::NOT_FOUND);
    secretary
        .does(Command::Participants(ParticipantsCommand::RemoveParticipant {
            person: "d00000".into(),
        }))
        .await;
    guest[0].office = Some(Office::ViceChair);
    guest[0].standing = Standing::Member { weight: 1 };
    secretary
        .does(Command::Participants(ParticipantsCommand::AddParticipant {
            participant: guest.remove(0),
        }))
        .await;
    assert_eq!(seat.get("/api/meetings/{m}/snapshot").await.0, StatusCode::UNAUTHORIZED);
}

async fn ones_own_sessions_are_listed_and_ended(on: On) {
    let hall = TestServer::open(on).await;
    let (_, meeting) = hall.convened().await;
    let (an, tablet) = (hall.seat("an").await, hall.seat("an").await.at(&meeting));
    let binh = hall.seat("binh").await;
    let list = async |seat: &TestClient| {
        let (status, list) = seat.get("/api/me/sessions").await;
        assert_eq!(status, StatusCode::OK);
        serde_json::from_slice::<Vec<Value>>(&list).unwrap()
    };
    let sessions = list(&an).await;
    let own: Vec<bool> = sessions.iter().map(|row| row["own"].as_bool().unwrap()).collect();
    assert_eq!(own, [false, true], "the newest first");
    let ends = async |seat: &TestClient, id: &str| {
        let request = seat.request(Method::DELETE, &format!("/api/me/sessions/{id}"));
        request.send().await.unwrap().status()
    };
    let id = sessions[0]["id"].as_str().unwrap();
    assert_eq!(ends(&binh, id).await, StatusCode::NOT_FOUND, "another's");
    assert_eq!(ends(&an, "%00").await, StatusCode::NOT_FOUND);
    let watch = tablet.watches().await;
    assert_eq!(ends(&an, id).await, StatusCode::NO_CONTENT);
    assert_eq!(closed(watch).await, Some(4401));
    assert_eq!(tablet.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(list(&an).await.len(), 1);
    // A person has so many sessions, and the oldest ends when one more begins.
    for _ in 0..32 {
        hall.seat("an").await;
    }
    assert_eq!(an.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(binh.get("/api/me").await.0, StatusCode::OK);
}

async fn a_restored_backup_brings_back_nothing_that_was_revoked(on: On) {
    let mut hall = TestServer::open(on).await;
    let (secretary, chair, seats) = conference(&hall).await;
    let unused = {
        let request = secretary.request(Method::DELETE, "/api/meetings/{m}/invitations");
        request.json(&json!({"people": ["d00001"]})).send().await.unwrap();
        invites(&secretary, "d00001").await
    };
    let wall = screen(&hall, &chair).await;
    let key = json!({"public_key": "2".repeat(64), "device": "Máy bảng"});
    let (_, key) = chair.post("/api/keys", &key).await;
    let (an, binh) = (hall.seat("an").await, hall.seat("binh").await);
    hall.seat("em").await;
    let backup = hall.back_up().await;

    // What ends now is not in the backup.
    assert_eq!(
        an.request(Method::DELETE, "/api/session").send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(changes(&binh, PASSWORD, NEW).await.0, StatusCode::NO_CONTENT);
    assert!(hall.run(&["user", "close", "em"]).0);
    let revoke = format!("/api/keys/{}/revoke", key["key"].as_str().unwrap());
    assert_eq!(chair.post(&revoke, &json!({})).await.0, StatusCode::OK);
    let request = chair.request(Method::DELETE, "/api/meetings/{m}/screens");
    request.json(&json!({"screens": null})).send().await.unwrap();
    let request = secretary.request(Method::DELETE, "/api/meetings/{m}/invitations");
    request.json(&json!({"people": ["d00000"]})).send().await.unwrap();
    TestClient::invited(hall.base(), &unused, DEVICE).await.unwrap();

    // On PostgreSQL the database until now stands beside the restored one, under another name.
    let replaced = match on {
        On::Sqlite => String::new(),
        On::Postgres => {
            let copy = hall.back_up().await;
            format!("{}/{copy}", hall.database().unwrap().rsplit_once('/').unwrap().0)
        }
    };
    hall.kill();
    let said = match on {
        On::Sqlite => hall.restores(&backup, &[]),
        On::Postgres => hall.restores(&backup, &["--replaced", &replaced]),
    };
    for line in ["keys that were revoked: 1", "screens that were revoked: 1", "binh, em"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    hall.start();

    let through = |seat: &TestClient| seat.through(hall.base());
    for seat in [&an, &binh, &wall, &seats[0]] {
        let seat = through(seat).at(&secretary.meeting());
        assert_eq!(seat.get("/api/meetings/{m}/snapshot").await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(through(&chair).get("/api/me").await.0, StatusCode::OK, "who stayed, stays");
    let password = PASSWORD;
    for (login, password, expected) in [
        ("binh", password, StatusCode::UNAUTHORIZED),
        ("binh", NEW, StatusCode::OK),
        ("em", password, StatusCode::UNAUTHORIZED),
        ("an", password, StatusCode::OK),
    ] {
        assert_eq!(tries(&hall, login, password, "", "").await.0, expected, "{login}");
    }
    let (_, keys) = through(&chair).get("/api/keys/mine").await;
    assert!(String::from_utf8(keys).unwrap().contains("\"revoked\""));
    let taken = TestClient::invited(hall.base(), &unused, &DEVICE.replace('0', "9")).await;
    assert_eq!(taken.unwrap_err(), "invitation_used");

    // Where the database until then is gone, nobody is signed in by what may have ended.
    hall.kill();
    if on == On::Sqlite {
        for part in ["-wal", "-shm", ""] {
            let file = hall.data().join(format!("icabinet.sqlite{part}"));
            if file.exists() {
                std::fs::write(file, b"not a database").unwrap();
            }
        }
    }
    let said = hall.restores(&backup, &[]);
    assert!(said.contains("is not known") && said.contains("revoke again"), "{said}");
    hall.start();
    assert_eq!(chair.through(hall.base()).get("/api/me").await.0, StatusCode::UNAUTHORIZED);
}
