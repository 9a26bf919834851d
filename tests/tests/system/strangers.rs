//! What strangers may cause: nothing that is kept, nothing that others wait for.

use crate::revoked::conference;
use futures_util::future::join_all;
use icabinet_tests::{On, PASSWORD, TestServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

on_both! {
    nothing_is_kept_of_what_is_not_a_login
    what_no_database_can_hold_is_refused_alike
    guesses_sent_at_once_are_as_few_as_one_by_one
    strangers_lock_nobody_out_of_his_own_device
    every_no_takes_as_long
    refusals_while_locked_are_one_row_of_the_history
}

pub(crate) const WRONG: &str = "sai mật khẩu rồi";

/// Tries to sign in, as a device with these cookies behind a proxy that says `from`; status, error's
/// code and cookies.
pub(crate) async fn tries(
    hall: &TestServer,
    login: &str,
    password: &str,
    from: &str,
    cookies: &str,
) -> (StatusCode, String, Vec<String>) {
    let request = reqwest::Client::new().post(format!("{}/api/session", hall.base()));
    let body = json!({"login": login, "password": password});
    let request = request.header("x-forwarded-for", from).header("cookie", cookies).json(&body);
    let response = request.send().await.unwrap();
    let status = response.status();
    let set = response.headers().get_all("set-cookie").iter();
    let set = set.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
    let set = set.collect();
    let said: Value = response.json().await.unwrap_or_default();
    (status, said["error"]["code"].as_str().unwrap_or_default().to_owned(), set)
}

pub(crate) async fn posts(hall: &TestServer, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = reqwest::Client::new().post(format!("{}{path}", hall.base()));
    let response = request.json(body).send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

/// A hall that believes its proxy, and the right password of everyone in it.
pub(crate) async fn behind_a_proxy(on: On) -> (TestServer, &'static str) {
    (TestServer::open_with(on, "proxies = [\"127.0.0.1\"]\n").await, PASSWORD)
}

async fn nothing_is_kept_of_what_is_not_a_login(on: On) {
    let mut hall = TestServer::open(on).await;
    hall.seat("an").await;
    let before = hall.most_memory();
    // Fifteen megabytes are too much for a login, whoever reads them to the end.
    let long = "a".repeat(3 << 20);
    for _ in 0..60 {
        let body = json!({"login": long, "password": "x"});
        let request = reqwest::Client::new().post(format!("{}/api/session", hall.base()));
        // The server may hang up before it has read it all.
        if let Ok(answer) = request.json(&body).send().await {
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        }
    }
    let grown = hall.most_memory() - before;
    assert!(grown < 40 << 20, "{} MB", grown >> 20);
    for login in ["", " ", "ho\0a", "hoa\n", "hai từ", "a b", &"a".repeat(65), "'; --", "%00"] {
        let (status, code, cookies) = tries(&hall, login, "x", "", "").await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::UNAUTHORIZED, "wrong_password"),
            "{login:?}"
        );
        assert_eq!(cookies, [""; 0], "{login:?}");
    }
    // A password typed into the wrong field is not written down.
    tries(&hall, "mat-khau-cua-toi", "an", "", "").await;
    assert!(hall.stop());
    assert_eq!(
        hall.number("SELECT COUNT(*) FROM sign_ins WHERE outcome = 'wrong_password'").await,
        1
    );
    assert_eq!(hall.number("SELECT COUNT(*) FROM sign_ins WHERE login LIKE 'mat%'").await, 0);
}

async fn what_no_database_can_hold_is_refused_alike(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let large = "x".repeat(5000);
    for (path, body, expected) in [
        ("/api/session", json!({"login": "an", "password": "x\0"}), StatusCode::UNAUTHORIZED),
        ("/api/session", json!({"login": "an", "password": large}), StatusCode::PAYLOAD_TOO_LARGE),
        (
            "/api/session/invitation",
            json!({"token": "a\0b", "device": "0".repeat(32)}),
            StatusCode::NOT_FOUND,
        ),
        (
            "/api/session/invitation",
            json!({"token": large, "device": "0".repeat(32)}),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        ("/api/session/screen", json!({"meeting": meeting, "token": "\0"}), StatusCode::NOT_FOUND),
        (
            "/api/session/screen",
            json!({"meeting": "a\0b", "token": "0".repeat(64)}),
            StatusCode::NOT_FOUND,
        ),
    ] {
        assert_eq!(posts(&hall, path, &body).await.0, expected, "{path}: {body}");
    }
    let key = "a".repeat(64);
    for (path, body, expected) in [
        ("/api/keys", json!({"public_key": key, "device": "Máy\0"}), StatusCode::BAD_REQUEST),
        ("/api/keys", json!({"public_key": key, "device": "a\u{202e}b"}), StatusCode::BAD_REQUEST),
        ("/api/keys/%00/confirm", json!({}), StatusCode::NOT_FOUND),
        ("/api/keys/%00/revoke", json!({}), StatusCode::NOT_FOUND),
        ("/api/meetings/{m}/invitations", json!({"people": ["a\0b"]}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(secretary.post(path, &body).await.0, expected, "{path}: {body}");
    }
    let revoke = secretary.request(Method::DELETE, "/api/meetings/{m}/invitations");
    let revoked = revoke.json(&json!({"people": ["a\0b"]})).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::BAD_REQUEST);
    let change = secretary.request(Method::PUT, "/api/me/password");
    let changed = change.json(&json!({"current": large, "new": "x"})).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

async fn guesses_sent_at_once_are_as_few_as_one_by_one(on: On) {
    let (hall, password) = behind_a_proxy(on).await;
    let guesses = (0..400).map(|_| tries(&hall, "an", WRONG, "198.51.100.7", ""));
    let answers = join_all(guesses).await;
    let compared = answers.iter().filter(|(status, ..)| *status == StatusCode::UNAUTHORIZED);
    assert!(compared.count() <= 10, "ten are compared, and not one more");
    for (status, code, _) in &answers {
        let no = (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts");
        assert!(*status == StatusCode::UNAUTHORIZED || (*status, code.as_str()) == no, "{code}");
    }
    // Many logins from one address: the line is short, and nobody else waits behind it.
    let logins: Vec<String> = (0..400).map(|n| format!("login{n}")).collect();
    let flood = logins.iter().map(|login| tries(&hall, login, WRONG, "198.51.100.8", ""));
    let (answers, neighbour) =
        tokio::join!(join_all(flood), tries(&hall, "binh", password, "198.51.100.9", ""));
    assert!(answers.iter().any(|(_, code, _)| code == "busy"), "beyond the line it is no at once");
    assert_eq!(neighbour.0, StatusCode::OK, "{}", neighbour.1);
}

async fn strangers_lock_nobody_out_of_his_own_device(on: On) {
    let (hall, password) = behind_a_proxy(on).await;
    let office = "203.0.113.1";
    let (status, _, cookies) = tries(&hall, "an", password, office, "").await;
    assert_eq!((status, cookies.len()), (StatusCode::OK, 2), "a session, and a device's secret");
    let tablet = cookies[1].clone();
    // Somebody in the same building guesses until the login is closed there.
    for n in 0..11 {
        tries(&hall, "an", WRONG, office, "").await;
        tries(&hall, &format!("login{n}"), WRONG, office, "").await;
    }
    let (status, code, _) = tries(&hall, "an", password, office, "").await;
    assert_eq!((status, code.as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
    // Elsewhere he gets in, and on his own tablet here too; a secret of one's own making is none.
    let made_up = format!("icabinet-device={}", "0".repeat(64));
    for (from, cookies, expected) in [
        ("203.0.113.2", "", StatusCode::OK),
        (office, tablet.as_str(), StatusCode::OK),
        (office, made_up.as_str(), StatusCode::TOO_MANY_REQUESTS),
        (office, "icabinet-device=x", StatusCode::TOO_MANY_REQUESTS),
    ] {
        assert_eq!(
            tries(&hall, "an", password, from, cookies).await.0,
            expected,
            "{from} {cookies}"
        );
    }
    // It is known again by the same secret, opens nobody else's account, and guesses no more than ten.
    let (_, _, again) = tries(&hall, "an", password, office, &tablet).await;
    assert_eq!(again.len(), 1, "it keeps its secret");
    for _ in 0..11 {
        tries(&hall, "binh", WRONG, office, &tablet).await;
    }
    let binh = tries(&hall, "binh", password, office, &tablet).await;
    assert_eq!(binh.0, StatusCode::TOO_MANY_REQUESTS, "not his device");
    for n in 0..12 {
        let (status, ..) = tries(&hall, "an", WRONG, office, &tablet).await;
        let expected =
            if n < 10 { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(status, expected, "{n}");
    }
}

async fn every_no_takes_as_long(on: On) {
    let (hall, _) = behind_a_proxy(on).await;
    let (secretary, _, _) = conference(&hall).await;
    secretary.post("/api/meetings/{m}/invitations", &json!({"people": ["d00000"]})).await;
    assert!(hall.run(&["user", "close", "em"]).0);
    // The fastest of some: what a comparison takes, whatever else the machine does.
    let mut fastest = Vec::new();
    for login in ["an", "nobody-at-all", "d00000", "em"] {
        let mut times = Vec::new();
        for n in 0..8 {
            let begun = Instant::now();
            let (_, code, _) = tries(&hall, login, WRONG, &format!("10.0.0.{n}"), "").await;
            times.push(begun.elapsed());
            assert_eq!(code, "wrong_password", "{login}");
        }
        fastest.push(*times.iter().min().unwrap());
    }
    let (least, most) = (fastest.iter().min().unwrap(), fastest.iter().max().unwrap());
    assert!(*most < *least * 3, "{fastest:?}");
}

async fn refusals_while_locked_are_one_row_of_the_history(on: On) {
    let mut hall = TestServer::open(on).await;
    join_all((0..200).map(|_| tries(&hall, "an", WRONG, "", ""))).await;
    assert!(hall.stop(), "what was counted is written when it stops");
    let count = async |outcome: &str, what: &str| {
        let query = format!(
            "SELECT CAST({what} AS BIGINT) FROM sign_ins WHERE login = 'an' AND outcome = '{outcome}'"
        );
        hall.number(&query).await
    };
    assert_eq!(count("wrong_password", "SUM(tries)").await, 10);
    assert_eq!(count("too_many_attempts", "SUM(tries)").await, 190);
    assert_eq!(count("too_many_attempts", "COUNT(*)").await, 1);
}
