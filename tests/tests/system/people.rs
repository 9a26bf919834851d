//! Lists of people: looked at before anybody is added, by the secretary alone; and who comes of them
//! has a way in.

use icabinet_models::Command;
use icabinet_models::lists::{Becomes, FaultCode, Preview};
use icabinet_models::meeting::ParticipantsCommand;
use icabinet_models::participants::Courtesy;
use icabinet_tests::{On, TestClient, TestServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    a_list_is_looked_at_added_and_invited
    a_list_is_the_secretarys_alone
    a_list_that_is_too_large_or_a_trap_is_refused_and_harms_nobody
    an_account_knows_its_courtesy
}

async fn asks(seat: &TestClient, query: &str, bytes: impl Into<Vec<u8>>) -> (StatusCode, Value) {
    let path = format!("/api/meetings/{{m}}/people/preview{query}");
    let response = seat.request(Method::POST, &path).body(bytes.into()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn looks_at(seat: &TestClient, query: &str, bytes: impl Into<Vec<u8>>) -> Preview {
    let (status, value) = asks(seat, query, bytes).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    serde_json::from_value(value).unwrap()
}

fn names(preview: &Preview) -> Vec<(&str, &str)> {
    let rows = preview.rows.iter();
    rows.map(|row| (row.participant.person.as_str(), row.participant.name.as_str())).collect()
}

async fn a_list_is_looked_at_added_and_invited(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let before = secretary.snapshot().await;
    let list = "Họ và tên;Chức vụ;Ông/bà\nLê Văn Kiểm;Trưởng ban;Ông\nNgô Thị Thử;;bà\n;Khuyết;\n";
    let preview = looks_at(&secretary, "", list).await;
    assert_eq!(names(&preview), [("le.van.kiem", "Lê Văn Kiểm"), ("ngo.thi.thu", "Ngô Thị Thử")]);
    assert_eq!(preview.rows[1].participant.courtesy, Some(Courtesy::Ms));
    let faults: Vec<_> = preview.errors.iter().map(|one| (one.row, one.code)).collect();
    assert_eq!(faults, [(Some(4), FaultCode::MissingName)]);
    let after = secretary.snapshot().await;
    assert_eq!(after.position, before.position, "nothing is added by looking");

    let participants = preview.rows.into_iter().map(|row| row.participant).collect();
    secretary
        .does(Command::Participants(ParticipantsCommand::AddParticipants { participants }))
        .await;
    let again = looks_at(&secretary, "", list).await;
    assert_eq!(again.count, 0);
    assert!(again.rows.iter().all(|row| row.becomes == Becomes::Here));
    // Chosen otherwise: the second column holds the names.
    let other = looks_at(&secretary, "?columns=,name&role=guest&header=1", list).await;
    assert_eq!(names(&other), [("truong.ban", "Trưởng ban"), ("khuyet", "Khuyết")]);

    // They have no account: an invitation lets them in, into a committee's meeting too.
    let body = json!({"people": ["le.van.kiem"]});
    let (status, made) = secretary.post("/api/meetings/{m}/invitations", &body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let token = made[0]["token"].as_str().unwrap();
    let guest = TestClient::invited(hall.base(), token, &"d".repeat(64)).await.unwrap();
    let seen = guest.at(&meeting).snapshot().await;
    assert_eq!(seen.person.as_ref().map(|one| one.as_str()), Some("le.van.kiem"));
}

async fn a_list_is_the_secretarys_alone(on: On) {
    let hall = TestServer::open(on).await;
    let (_, meeting) = hall.convened().await;
    for (login, expected) in [
        ("an", StatusCode::FORBIDDEN),
        ("chair", StatusCode::FORBIDDEN),
        ("stranger", StatusCode::NOT_FOUND),
    ] {
        let seat = hall.seat(login).await.at(&meeting);
        let (status, _) = asks(&seat, "", "Họ và tên\nAi Đó\n").await;
        assert_eq!(status, expected, "{login}");
    }
    let secretary = hall.seat("secretary").await.at(&meeting);
    for query in ["?columns=name,nonsense", "?role=chair", "?header=x", "?more=1"] {
        let (status, value) = asks(&secretary, query, "Họ và tên\nAi Đó\n").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {value}");
    }
}

/// A ZIP of one file that unpacks to so many megabytes of blanks inside a list of strings.
fn swollen(megabytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let relation = "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    zip.start_file("_rels/.rels", options).unwrap();
    zip.write_all(relation.as_bytes()).unwrap();
    zip.start_file("xl/sharedStrings.xml", options).unwrap();
    zip.write_all(b"<sst><si><t>").unwrap();
    let blanks = vec![b'x'; 1 << 20];
    for _ in 0..megabytes {
        zip.write_all(&blanks).unwrap();
    }
    zip.write_all(b"</t></si></sst>").unwrap();
    zip.finish().unwrap().into_inner()
}

/// An open workbook whose table is never closed.
fn endless() -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", "<content><table:table table:name=\"A\">"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn a_list_that_is_too_large_or_a_trap_is_refused_and_harms_nobody(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let (status, value) = asks(&secretary, "", vec![b'a'; (8 << 20) + 1]).await;
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &"too_large".into())
    );
    let trap = swollen(700);
    assert!(trap.len() < 4 << 20, "{} bytes", trap.len());
    let preview = looks_at(&secretary, "", trap).await;
    let codes: Vec<_> = preview.errors.iter().map(|one| one.code).collect();
    assert_eq!(codes, [FaultCode::TooLarge], "before anything of it is understood");
    // A table without an end, which would be read for ever.
    let preview = looks_at(&secretary, "", endless()).await;
    assert_eq!(preview.errors[0].code, FaultCode::TookTooLong);
    let many = format!("ho_ten\n{}", "Lê An\n".repeat(50_000));
    let preview = looks_at(&secretary, "", many).await;
    assert_eq!(preview.errors[0].code, FaultCode::TooManyRows);
    let preview = looks_at(&secretary, "", "Họ và tên\nAi Đó\n").await;
    assert_eq!(names(&preview), [("ai.do", "Ai Đó")]);
}

async fn an_account_knows_its_courtesy(on: On) {
    let hall = TestServer::open(on).await;
    for (login, words, expected) in [
        ("mr1", &["--courtesy", "mr"][..], json!("mr")),
        ("mr2", &["--courtesy", "ông"], json!("mr")),
        ("ms1", &["--courtesy", "ba"], json!("ms")),
        ("ms2", &["--courtesy", "ms"], json!("ms")),
        ("none", &[], Value::Null),
    ] {
        hall.account_with(login, words);
        let secretary = hall.seat("secretary").await;
        let (_, bytes) = secretary.get("/api/people").await;
        let people: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        let row = people.iter().find(|row| row["person"] == login).unwrap();
        assert_eq!(row["courtesy"], expected, "{login}");
    }
}
