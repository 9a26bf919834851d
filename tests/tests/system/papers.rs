//! Papers: uploaded, rendered by a worker, seen live, given only to who may see them.

use icabinet_models::Command;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{Digest, ItemId, PaperId, Text};
use icabinet_models::meeting::PapersCommand;
use icabinet_models::papers::{PaperDraft, PaperFault, PaperState};
use icabinet_tests::{
    On, TestClient, TestServer, pdf_of as pdf, pdf_of_size, pdf_with_endless_page,
};
use reqwest::{Method, StatusCode};
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

on_both! {
    a_paper_is_rendered_and_seen_live
    what_is_no_paper_says_why_and_harms_nobody
    papers_beyond_the_limits_say_why_and_harm_nobody
    a_restricted_paper_is_not_found_by_a_guest
    an_upload_that_is_too_large_is_refused
    rendering_goes_on_after_a_kill
    one_page_that_cant_be_shown_is_named_and_the_others_are_shown
    a_form_that_asks_to_wait_says_what_to_do
}

pub(crate) async fn upload(seat: &TestClient, bytes: Vec<u8>) -> (StatusCode, serde_json::Value) {
    let request = seat.request(Method::POST, "/api/meetings/{m}/uploads");
    let request = request.header("content-type", "application/pdf").body(bytes);
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

pub(crate) async fn add(seat: &TestClient, bytes: Vec<u8>, item: u32, level: Level) -> Digest {
    let (status, value) = upload(seat, bytes).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    let blob: Digest = serde_json::from_value(value["blob"].clone()).unwrap();
    let draft = PaperDraft {
        item: Some(ItemId(item)),
        title: Text::vi("Tờ trình"),
        number: "86/TTr".to_owned(),
        level,
        file_name: "to-trinh.pdf".to_owned(),
        blob,
        bytes: value["bytes"].as_u64().unwrap(),
    };
    seat.does(Command::Papers(PapersCommand::AddPaper { draft })).await;
    blob
}

async fn a_paper_is_rendered_and_seen_live(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut watch = an.watches().await;
    let blob = add(&secretary, pdf(3), 2, Level::Internal).await;
    let ready = |m: &icabinet_models::Meeting| {
        m.papers.get(&PaperId(1)).is_some_and(|p| matches!(p.state, PaperState::Ready { .. }))
    };
    watch.until(ready).await;
    let paper = watch.view.papers[&PaperId(1)].clone();
    assert_eq!(paper.pages().len(), 3);
    let seen = watch.frames.iter().any(|text| text.contains("page_rendered"));
    assert!(seen, "pages came one by one");
    let page = &paper.pages()[0];
    let (status, picture) =
        an.get(&format!("/api/meetings/{{m}}/blobs/{}", page.picture.hex())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(Digest::of(&picture), page.picture, "named by content");
    let (_, words) = an.get(&format!("/api/meetings/{{m}}/blobs/{}", page.words.hex())).await;
    assert!(String::from_utf8(words).unwrap().contains("Trang"));
    let request = an.request(Method::GET, &format!("/api/meetings/{{m}}/blobs/{}", blob.hex()));
    let part = request.header("range", "bytes=0-7").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.unwrap().as_ref(), b"%PDF-1.4");
}

async fn what_is_no_paper_says_why_and_harms_nobody(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    let mut cut = pdf(2);
    cut.truncate(60);
    let cases = [
        (Vec::from(*b"\x89PNG\r\n\x1a\n a picture with another name"), PaperFault::NotAPdf),
        (Vec::new(), PaperFault::Empty),
        (cut, PaperFault::Damaged),
    ];
    for (number, (bytes, fault)) in (1..).zip(cases) {
        add(&secretary, bytes, 1, Level::Public).await;
        let settled = |m: &icabinet_models::Meeting| {
            m.papers
                .get(&PaperId(number))
                .is_some_and(|p| matches!(p.state, PaperState::Faulty { .. }))
        };
        watch.until(settled).await;
        let PaperState::Faulty { fault: found, .. } = &watch.view.papers[&PaperId(number)].state
        else {
            panic!("not faulty")
        };
        assert_eq!(*found, fault);
    }
    add(&secretary, pdf(1), 1, Level::Public).await;
    watch.until(|m| m.papers.get(&PaperId(4)).is_some_and(|p| p.page_count() == Some(1))).await;
}

async fn papers_beyond_the_limits_say_why_and_harm_nobody(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let mut watch = hall.seat("an").await.at(&meeting).watches().await;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/engines/tests/fixtures");
    let encrypted = std::fs::read(fixtures.join("encrypted.pdf")).unwrap();
    // 10 m are 28,346 points.
    let cases = [
        (encrypted, PaperFault::Encrypted, None),
        (pdf(10_000), PaperFault::TooManyPages, None),
        (pdf_of_size(2, (28_346, 28_346)), PaperFault::PageTooLarge, Some(0)),
    ];
    for (bytes, _, _) in &cases {
        add(&secretary, bytes.clone(), 2, Level::Internal).await;
    }
    add(&secretary, pdf(2), 2, Level::Internal).await;
    let settled = |m: &icabinet_models::Meeting| {
        let state = |number| m.papers.get(&PaperId(number)).map(|paper| &paper.state);
        (1..=3).all(|number| matches!(state(number), Some(PaperState::Faulty { .. })))
            && matches!(state(4), Some(PaperState::Ready { .. }))
    };
    watch.until(settled).await;
    for (number, (_, expected, expected_page)) in (1..).zip(cases) {
        let PaperState::Faulty { fault, page, .. } = watch.view.papers[&PaperId(number)].state
        else {
            panic!("not faulty")
        };
        assert_eq!((fault, page), (expected, expected_page), "paper {number}");
    }
    assert_eq!(watch.view.papers[&PaperId(4)].page_count(), Some(2));
}

async fn a_restricted_paper_is_not_found_by_a_guest(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let blob = add(&secretary, pdf(1), 3, Level::Restricted).await;
    let path = format!("/api/meetings/{{m}}/blobs/{}", blob.hex());
    for (login, expected) in [
        ("an", StatusCode::OK),
        ("guest", StatusCode::NOT_FOUND),
        ("stranger", StatusCode::NOT_FOUND),
    ] {
        let seat = hall.seat(login).await.at(&meeting);
        assert_eq!(seat.get(&path).await.0, expected, "{login}");
    }
    let guest = hall.seat("guest").await.at(&meeting);
    assert_eq!(upload(&guest, pdf(1)).await.0, StatusCode::FORBIDDEN);
}

async fn an_upload_that_is_too_large_is_refused(on: On) {
    let hall = TestServer::open_with(on, "upload_bytes = 1000\n").await;
    let (secretary, _) = hall.convened().await;
    let (status, value) = upload(&secretary, vec![b'x'; 1001]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{value}");
    assert_eq!(value["error"]["code"], "too_large");
    assert_eq!(sent_before_answered(&hall, &secretary, 24 << 20).await, "HTTP/1.1 413");
    assert_eq!(upload(&secretary, vec![b'x'; 1000]).await.0, StatusCode::OK);
}

/// How the answer begins to a browser's upload, which sends everything before it listens: more than fits
/// on the way, so that a line which is closed meanwhile breaks.
async fn sent_before_answered(hall: &TestServer, seat: &TestClient, length: usize) -> String {
    let host = hall.base().strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /api/meetings/{}/uploads HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\n\
         content-type: application/pdf\r\ncontent-length: {length}\r\n\r\n",
        seat.meeting(),
        seat.cookie()
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&vec![b'x'; length]).await.expect("all is taken in");
    let mut status = [0; 12];
    line.read_exact(&mut status).await.unwrap();
    String::from_utf8_lossy(&status).into_owned()
}

/// The paper with what stands at `from` changed: as long as it was.
fn changed(mut paper: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = paper.windows(from.len()).position(|piece| piece == from.as_bytes()).unwrap();
    paper[at..at + to.len()].copy_from_slice(to.as_bytes());
    paper
}

/// What stands in each page's place.
fn leaves(m: &icabinet_models::Meeting, paper: u32) -> Vec<Result<(), PaperFault>> {
    m.papers[&PaperId(paper)].leaves().map(|leaf| leaf.map(|_| ())).collect()
}

async fn one_page_that_cant_be_shown_is_named_and_the_others_are_shown(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut watch = an.watches().await;
    let huge = "/MediaBox [0 0 595 842] /Contents 7";
    let cases = [
        // The second page is object 6, its content object 7.
        changed(pdf(3), huge, "/MediaBox [0 0 99999 9] /Contents 7"),
        changed(pdf(3), "4 0 R 6 0 R", "4 0 R null "),
        changed(pdf(3), "4 0 R 6 0 R", "4 0 R 0 0 R"),
    ];
    for paper in &cases {
        add(&secretary, paper.clone(), 2, Level::Internal).await;
    }
    let ready = |m: &icabinet_models::Meeting| {
        m.papers.len() == 3
            && m.papers.values().all(|paper| matches!(paper.state, PaperState::Ready { .. }))
    };
    watch.until(ready).await;
    for (number, fault) in
        (1..).zip([PaperFault::PageTooLarge, PaperFault::Damaged, PaperFault::Damaged])
    {
        assert_eq!(leaves(&watch.view, number), [Ok(()), Err(fault), Ok(())], "paper {number}");
        assert_eq!(watch.view.papers[&PaperId(number)].page_count(), Some(3));
    }
    // The page behind it is the third, as its words say.
    let third = watch.view.papers[&PaperId(1)].pages()[1].words;
    let (_, words) = an.get(&format!("/api/meetings/{{m}}/blobs/{}", third.hex())).await;
    let words = String::from_utf8(words).unwrap();
    assert!(words.contains("Trang") && words.contains('3'), "{words}");
}

async fn a_form_that_asks_to_wait_says_what_to_do(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    let form = String::from_utf8(pdf(1)).unwrap().replace(
        "/Type /Catalog",
        "/Type /Catalog /NeedsRendering true /AcroForm << /Fields [] /XFA (<xdp/>) >>",
    );
    add(&secretary, form.into_bytes(), 2, Level::Internal).await;
    let settled = |m: &icabinet_models::Meeting| {
        m.papers.get(&PaperId(1)).is_some_and(|p| matches!(p.state, PaperState::Faulty { .. }))
    };
    watch.until(settled).await;
    let PaperState::Faulty { fault, .. } = watch.view.papers[&PaperId(1)].state else {
        panic!("not faulty")
    };
    assert_eq!(fault, PaperFault::XfaForm);
}

/// A page that a worker can't get to the end of, in its time or its memory, whichever is over first: it is
/// passed over. Waits for that, up to half a minute, so on one database only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_takes_its_worker_with_it_costs_itself() {
    let hall = TestServer::open(On::Sqlite).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    add(&secretary, pdf_with_endless_page(), 2, Level::Internal).await;
    let settled = |m: &icabinet_models::Meeting| {
        m.papers.get(&PaperId(1)).is_some_and(|paper| {
            matches!(paper.state, PaperState::Ready { .. } | PaperState::Faulty { .. })
        })
    };
    watch.until(settled).await;
    let leaves = leaves(&watch.view, 1);
    let [Ok(()), Err(fault), Ok(())] = leaves[..] else { panic!("{leaves:?}") };
    assert!(matches!(fault, PaperFault::TookTooLong | PaperFault::WorkerFailed), "{fault:?}");
}

async fn rendering_goes_on_after_a_kill(on: On) {
    let mut hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    add(&secretary, pdf(40), 1, Level::Public).await;
    hall.kill();
    hall.start();
    let mut watch = secretary.watches().await;
    watch
        .until(|m| {
            m.papers[&PaperId(1)].page_count() == Some(40)
                && matches!(m.papers[&PaperId(1)].state, PaperState::Ready { .. })
        })
        .await;
}
