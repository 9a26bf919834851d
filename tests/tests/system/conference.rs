//! A conference: people come by invitation and are told numbers and their own rows.

use icabinet_models::Command;
use icabinet_models::agenda::Level;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{CommandId, ItemId, MeetingId, MotionId, PersonId, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, FloorCommand, MotionsCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::participants::Participant;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::wire::{Answer, ServerFrame, VenueCount};
use icabinet_tests::{
    On, TestClient, TestServer, Watch, delegates, item, motion, office, particulars, people,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

on_both! {
    a_delegate_is_told_numbers_and_his_own_rows
    what_delegates_are_sent_does_not_grow_with_their_number
    a_delegate_who_was_cut_off_comes_back_to_the_vote
    an_invitation_is_used_once_and_again_by_its_own_device
    a_revoked_invitation_ends_what_it_began
    an_invitation_opens_its_meeting_and_nothing_else
    nobody_with_a_password_or_an_office_is_invited
    invitations_are_handed_out_as_cards_and_as_a_table
}

/// A convened conference with one item and one motion.
async fn convened(hall: &TestServer, count: usize) -> (TestClient, MeetingId) {
    convened_with(hall, count, None).await
}

/// The same with somebody else among them.
async fn convened_with(
    hall: &TestServer,
    count: usize,
    other: Option<Participant>,
) -> (TestClient, MeetingId) {
    let secretary = hall.seat("secretary").await;
    let mut everyone = office();
    everyone.extend(delegates(count, 2));
    everyone.extend(other);
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Command::Agenda(AgendaCommand::AddItem { draft: item("Báo cáo", Level::Internal) }))
        .await;
    secretary
        .does(Command::Motions(MotionsCommand::AddMotion {
            draft: motion(Some(ItemId(1)), "Thông qua"),
        }))
        .await;
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    (secretary, meeting)
}

/// The tokens of invitations for these people, or for everyone.
async fn invites(secretary: &TestClient, people: Option<&[&str]>) -> Vec<(String, String)> {
    let path = "/api/meetings/{m}/invitations";
    let (status, made) = secretary.post(path, &json!({"people": people})).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    made.as_array().unwrap().iter().map(|row| (text(row, "person"), text(row, "token"))).collect()
}

const DEVICE: &str = "0123456789abcdef0123456789abcdef";

/// Everyone comes by his invitation and checks in.
async fn arrive(hall: &TestServer, secretary: &TestClient) -> Vec<TestClient> {
    let mut seats = Vec::new();
    for (_, token) in invites(secretary, None).await {
        let seat = TestClient::invited(hall.base(), &token, DEVICE).await.unwrap();
        seat.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
        seats.push(seat);
    }
    seats
}

async fn opened(hall: &TestServer, secretary: &TestClient) {
    let chair = hall.seat("chair").await.at(&secretary.snapshot().await.meeting.id);
    chair.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    chair.does(Command::Session(SessionCommand::OpenSession {})).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) })).await;
}

/// Reads on until so many are told to be present; the members and the venues of that frame.
async fn attendance(watch: &mut Watch, wanted: u32) -> (u32, Option<Vec<VenueCount>>) {
    loop {
        let frame = watch.next().await.expect("the socket closed first");
        if let ServerFrame::Attendance { present, members, venues } = frame
            && present == wanted
        {
            return (members, venues);
        }
    }
}

async fn a_delegate_is_told_numbers_and_his_own_rows(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = convened(&hall, 6).await;
    let seats = arrive(&hall, &secretary).await;
    opened(&hall, &secretary).await;
    let mut watch = seats[0].watches().await;
    let me = PersonId::from("d00000");
    assert_eq!(attendance(&mut watch, 7).await, (9, None));
    assert!(watch.view.is_present(&me));
    let known: Vec<&str> = watch.view.people.keys().map(PersonId::as_str).collect();
    assert_eq!(known, ["chair", "d00000", "secretary", "vice"]);

    // His own request comes to him alone, and goes again.
    let ask = Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak });
    watch.send(&CommandId::from("ask".to_owned()), ask.clone()).await;
    watch.until(|m| m.floor.requests.len() == 1).await;
    seats[1].does(ask).await;
    let chair = hall.seat("chair").await.at(&watch.view.id.clone());
    let requests = chair.snapshot().await.meeting.floor.requests;
    assert_eq!(requests.len(), 2, "the desk sees them all");
    let request = *requests.iter().find(|(_, request)| request.person != me).unwrap().0;
    chair.does(Command::Floor(FloorCommand::GrantFloor { request, seconds: None })).await;
    let speaker = PersonId::from("d00001");
    watch.until(|m| m.floor.speaking.is_some()).await;
    assert_eq!(watch.view.people[&speaker].name, "Đại biểu số 1", "whoever speaks is introduced");
    assert_eq!(watch.view.floor.requests.len(), 1);
    chair.does(Command::Floor(FloorCommand::EndFloor {})).await;

    // The office is told by venue.
    let mut desk = chair.watches().await;
    let venues = attendance(&mut desk, 7).await.1.expect("by venue");
    let told: Vec<(&str, u32, u32)> =
        venues.iter().map(|row| (row.venue.as_str(), row.present, row.members)).collect();
    assert_eq!(told, [("", 1, 3), ("Phường 1", 3, 3), ("Phường 2", 3, 3)]);

    // A vote: in from the frame that opens it, and the result without names.
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    watch.until(|m| m.open_vote().is_some()).await;
    let terms = &watch.view.votes[&VoteId(1)].terms;
    assert_eq!(terms.entitled.keys().collect::<Vec<_>>(), [&me]);
    assert_eq!(terms.heads().entitled, 7);
    let ballot = seats[0].ballot(Choice::Yes).await;
    let id = CommandId::from("ballot".to_owned());
    watch.send(&id, ballot).await;
    assert!(matches!(watch.answer(&id).await, Answer::Accepted { .. }));
    assert!(matches!(seats[1].casts(Choice::No).await, Answer::Accepted { .. }));
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    watch.until(|m| m.open_vote().is_none()).await;
    let outcome = watch.view.votes[&VoteId(1)].outcome().expect("closed").clone();
    assert_eq!((outcome.tally.yes, outcome.tally.no, outcome.tally.entitled), (1, 1, 7));
    let told = watch.frames.join("\n");
    for stranger in ["d00002", "d00003", "d00004", "d00005"] {
        assert!(!told.contains(stranger), "{stranger} never stood out");
    }
}

/// The bytes that a delegate is sent from the opening of a vote to its result.
async fn bytes_of_a_vote(hall: &TestServer, count: usize) -> usize {
    let (secretary, meeting) = convened(hall, count).await;
    let seats = arrive(hall, &secretary).await;
    opened(hall, &secretary).await;
    let chair = hall.seat("chair").await.at(&meeting);
    let mut watch = seats[0].watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    for seat in &seats {
        seat.casts(Choice::Yes).await;
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    watch.until(|m| m.votes.get(&VoteId(1)).is_some_and(|vote| !vote.is_open())).await;
    let frames = watch.frames.iter();
    frames.filter(|frame| frame.starts_with("{\"events\"")).map(String::len).max().unwrap()
}

async fn what_delegates_are_sent_does_not_grow_with_their_number(on: On) {
    let hall = TestServer::open(on).await;
    let (few, many) = (bytes_of_a_vote(&hall, 3).await, bytes_of_a_vote(&hall, 40).await);
    // Numbers grow by a digit or two.
    assert!(many <= few + 40, "{few} bytes among 3, {many} among 40");
}

async fn a_delegate_who_was_cut_off_comes_back_to_the_vote(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = convened(&hall, 4).await;
    let seats = arrive(&hall, &secretary).await;
    opened(&hall, &secretary).await;
    let early = seats[2].snapshot().await;
    let chair = hall.seat("chair").await.at(&meeting);
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    seats[2].casts(Choice::Abstain).await;
    // He knows nothing of the vote nor of his own ballot: the answer was lost.
    let query = format!("?after={}&epoch={}", early.position, early.epoch);
    let mut watch = seats[2].connects(&query).await;
    watch.view = early.meeting;
    watch.position = early.position;
    watch.until(|m| m.open_vote().is_some()).await;
    assert_eq!(watch.mine.ballots[&VoteId(1)].ballot.choice, Choice::Abstain);
    let me = PersonId::from("d00002");
    assert!(watch.view.votes[&VoteId(1)].terms.entitled.contains_key(&me));
}

async fn an_invitation_is_used_once_and_again_by_its_own_device(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = convened(&hall, 2).await;
    let made = invites(&secretary, None).await;
    assert_eq!(made.len(), 2);
    let token = &made[0].1;
    let seat = TestClient::invited(hall.base(), token, DEVICE).await.unwrap();
    let (status, me) = seat.get("/api/me").await;
    assert_eq!(status, StatusCode::OK);
    let me: Value = serde_json::from_slice(&me).unwrap();
    assert_eq!(me["person"], "d00000");
    let other = TestClient::invited(hall.base(), token, &DEVICE.replace('0', "9")).await;
    assert_eq!(other.unwrap_err(), "invitation_used");
    // The first answer may have been lost: the same device comes in again.
    assert!(TestClient::invited(hall.base(), token, DEVICE).await.is_ok());
    // Another one of the same form, whatever this one is made of.
    let first = if token.starts_with('0') { "1" } else { "0" };
    let unknown =
        TestClient::invited(hall.base(), &format!("{first}{}", &token[1..]), DEVICE).await;
    assert_eq!(unknown.unwrap_err(), "not_found");
    let short = TestClient::invited(hall.base(), token, "short").await;
    assert_eq!(short.unwrap_err(), "malformed");
    // A new one takes the place of what was not used.
    let again = invites(&secretary, Some(&["d00001"])).await;
    let old = TestClient::invited(hall.base(), &made[1].1, DEVICE).await;
    assert_eq!(old.unwrap_err(), "not_found");
    assert!(TestClient::invited(hall.base(), &again[0].1, DEVICE).await.is_ok());
    let (_, counts) = secretary.get("/api/meetings/{m}/invitations").await;
    let counts: Value = serde_json::from_slice(&counts).unwrap();
    assert_eq!(counts, json!({"invited": 2, "used": 2}), "{meeting}");
}

async fn a_revoked_invitation_ends_what_it_began(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = convened(&hall, 2).await;
    let made = invites(&secretary, None).await;
    let seat = TestClient::invited(hall.base(), &made[0].1, DEVICE).await.unwrap();
    let other = TestClient::invited(hall.base(), &made[1].1, DEVICE).await.unwrap();
    let mut watch = seat.watches().await;
    watch.next().await.unwrap();
    let request = secretary.request(Method::DELETE, "/api/meetings/{m}/invitations");
    let response = request.json(&json!({"people": ["d00000"]})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let id = CommandId::from("too-late".to_owned());
    watch.tries(&id, Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    while watch.next().await.is_some() {}
    assert_eq!(watch.closed, Some(4401));
    assert!(!watch.frames.iter().any(|text| text.contains(id.as_str())), "nothing was answered");
    assert_eq!(seat.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
    let again = TestClient::invited(hall.base(), &made[0].1, DEVICE).await;
    assert_eq!(again.unwrap_err(), "not_found");
    assert_eq!(other.get("/api/me").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_revoked_at_one_node_ends_what_it_began_at_the_other() {
    let mut hall = TestServer::open(On::Postgres).await;
    let number = hall.another_node();
    let (secretary, _) = convened(&hall, 1).await;
    let token = invites(&secretary, None).await[0].1.clone();
    let seat = TestClient::invited(&hall.nodes()[number].0, &token, DEVICE).await.unwrap();
    let mut watch = seat.watches().await;
    watch.next().await.unwrap();
    let request = secretary.request(Method::DELETE, "/api/meetings/{m}/invitations");
    let response = request.json(&json!({"people": ["d00000"]})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    // By its bell: the next round would find it too, up to 20 s later.
    let over = async { while watch.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), over).await.expect("it rings at the other node");
    assert_eq!(watch.closed, Some(4401));
    assert_eq!(seat.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
}

async fn an_invitation_opens_its_meeting_and_nothing_else(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, first) = convened(&hall, 2).await;
    let (_, second) = convened(&hall, 2).await;
    let made = invites(&secretary, None).await;
    let seat = TestClient::invited(hall.base(), &made[0].1, DEVICE).await.unwrap();
    assert_eq!(seat.snapshot().await.meeting.id, first);
    let elsewhere = seat.at(&second);
    assert_eq!(elsewhere.get("/api/meetings/{m}/snapshot").await.0, StatusCode::NOT_FOUND);
    let (_, list) = seat.get("/api/meetings").await;
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    assert_eq!(list.len(), 1);
    for path in ["/api/keys/mine", "/api/people"] {
        assert_eq!(seat.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    let password = json!({"current": "", "new": "mat-khau-moi-cua-toi"});
    let request = seat.request(Method::PUT, "/api/me/password").json(&password);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

async fn nobody_with_a_password_or_an_office_is_invited(on: On) {
    let hall = TestServer::open(on).await;
    let secretary = hall.seat("secretary").await;
    let mut everyone = people();
    everyone.extend(delegates(1, 1));
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Command::Agenda(AgendaCommand::AddItem { draft: item("Báo cáo", Level::Internal) }))
        .await;
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    let made = invites(&secretary, None).await;
    let people: Vec<&str> = made.iter().map(|(person, _)| person.as_str()).collect();
    assert_eq!(people, ["d00000"], "the hall's people have passwords");
    // Whom an invitation brings is not the organisation's: thousands would stand in every list.
    let (_, accounts) = secretary.get("/api/people").await;
    let accounts: Vec<Value> = serde_json::from_slice(&accounts).unwrap();
    let known = |person: &str| accounts.iter().any(|account| account["person"] == person);
    assert!(known("an") && !known("d00000"), "{accounts:?}");
    let path = "/api/meetings/{m}/invitations";
    for (person, status) in [
        ("chair", StatusCode::FORBIDDEN),
        ("an", StatusCode::FORBIDDEN),
        ("nobody", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(secretary.post(path, &json!({"people": [person]})).await.0, status, "{person}");
    }
    // Only the secretary hands them out.
    for login in ["chair", "an"] {
        let seat = hall.seat(login).await.at(&meeting);
        let (status, _) = seat.post(path, &json!({"people": null})).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{login}");
    }
}

/// What the office gets to hand out: the answer's status, media type and text.
async fn handed_out(seat: &TestClient, shape: &str, venue: &str) -> (StatusCode, String, String) {
    let request = seat.request(Method::POST, "/api/meetings/{m}/invitations/handout");
    let answer = request.form(&[("shape", shape), ("venue", venue), ("lang", "en")]).send();
    let answer = answer.await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status(), kind, answer.text().await.unwrap())
}

/// The tokens in a text, each once, in order.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split("/join#").skip(1) {
        let token = part.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c));
        let token = token.collect();
        if !found.contains(&token) {
            found.push(token);
        }
    }
    found
}

async fn invitations_are_handed_out_as_cards_and_as_a_table(on: On) {
    let hall = TestServer::open(on).await;
    // Among them somebody with a password of his own: no link makes anybody him.
    let an = people().into_iter().find(|row| row.person.as_str() == "an");
    let (secretary, _) = convened_with(&hall, 6, an).await;
    // By venue, to print: three cards, each with its code, name and link.
    let (status, kind, cards) = handed_out(&secretary, "cards", "Phường 1").await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!((cards.matches("<svg").count(), tokens(&cards).len()), (3, 3), "{cards}");
    assert!(cards.contains("Đại biểu số 0") && !cards.contains("Đại biểu số 1"), "{cards}");
    let used = tokens(&cards)[0].clone();
    TestClient::invited(hall.base(), &used, DEVICE).await.expect("a card opens the door");
    // All as a table, without who has arrived; the unused card is void then.
    let (_, kind, table) = handed_out(&secretary, "table", "").await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    assert_eq!(table.lines().count(), 6, "a head and five rows: {table}");
    assert!(!table.contains("Nguyễn Văn An"), "{table}");
    assert!(table.starts_with("\u{feff}\"Code\",\"Name\",\"Venue\",\"Link\"\r\n"), "{table}");
    let void = tokens(&cards)[1].clone();
    assert!(TestClient::invited(hall.base(), &void, DEVICE).await.is_err(), "a newer one was made");
    for token in tokens(&table) {
        TestClient::invited(hall.base(), &token, &token).await.expect("a link opens the door");
    }
    // Nobody is left, and a sentence says so.
    let (status, _, page) = handed_out(&secretary, "cards", "").await;
    assert!(status == StatusCode::OK && page.contains("Nobody needs an invitation"), "{page}");
    // Not for who only attends, nor for the chair.
    let chair = hall.seat("chair").await.at(&secretary.snapshot().await.meeting.id);
    assert_eq!(handed_out(&chair, "table", "").await.0, StatusCode::FORBIDDEN);
    let an = hall.seat("an").await.at(&chair.meeting());
    assert_eq!(handed_out(&an, "table", "").await.0, StatusCode::FORBIDDEN);
}
