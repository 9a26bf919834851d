//! What the public can read: published instruments, escaped, at permanent addresses.

use crate::hall::{Hall, MEETING, person};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use icabinet::store::{Account, NewAccount};
use icabinet_models::Command;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{DecisionId, Digest, PersonId, Text, VoteId};
use icabinet_models::meeting::{
    DecisionsCommand, MinutesCommand, PreparationCommand, VotesCommand,
};
use icabinet_models::rule::Choice;

fn addresses() -> Vec<String> {
    let base = format!("/public/meetings/{MEETING}");
    let ends = ["", ".ics", "/minutes", "/minutes.pdf", "/decisions/1", "/decisions/1.pdf"];
    ends.iter().map(|end| format!("{base}{end}")).collect()
}

#[tokio::test]
async fn nothing_unpublished_is_there() {
    let mut hall = Hall::held().await;
    hall.run(person("m01"), Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    hall.prepare_decision().await;
    let decision = Instrument::Decision(DecisionId(1));
    for instrument in [Instrument::Minutes, decision] {
        hall.set(instrument).await;
        hall.sign(instrument).await;
    }
    for address in addresses() {
        let (status, _, body) = hall.get(&address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
        let text = String::from_utf8(body).unwrap();
        assert!(!text.contains("tháng 11") && !text.contains("chợ"), "{address}: {text}");
    }
    let (_, _, body) = hall.get("/public").await;
    assert!(!String::from_utf8(body).unwrap().contains("tháng 11"));

    // One decision is published: the minutes, the vote and the paper still aren't.
    hall.run(person("m02"), Command::Decisions(DecisionsCommand::Publish { instrument: decision }))
        .await;
    for (address, expected) in addresses().iter().zip([200, 200, 404, 404, 200, 200]) {
        let (status, _, body) = hall.get(address).await;
        assert_eq!(status.as_u16(), expected, "{address}");
        if address.ends_with(".pdf") {
            continue;
        }
        let text = String::from_utf8(body).unwrap();
        for secret in ["Mạc Đình Khuê", "Tờ trình", "Biểu quyết", "Đi học", "m03"] {
            assert!(!text.contains(secret), "{address} tells of {secret}");
        }
    }
}

#[tokio::test]
async fn published_pages_say_what_was_signed_and_nothing_runs() {
    let hall = Hall::published().await;
    let asked = &hall;
    let page = |path: String| async move {
        let (status, headers, body) = asked.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        (headers, String::from_utf8(body).unwrap())
    };
    let base = format!("/public/meetings/{MEETING}");
    let (headers, decision) = page(format!("{base}/decisions/1")).await;
    let pdf = hall.get(&format!("{base}/decisions/1.pdf")).await.2;
    for expected in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "31/QĐ-UBND",
        "chợ &lt;Hồ Sen&gt;",
        "Phê duyệt chủ trương",
        "Đoàn Hữu Thạch",
        "3 tán thành / 5 tổng số thành viên – thông qua",
        &Digest::of(&pdf).hex(),
    ] {
        assert!(decision.contains(expected), "{expected}: {decision}");
    }
    // As it was signed: marks at the ends, dashes before who receives it.
    for expected in ["địa phương,</i>", "./.</p>", "<br>- Lưu: VT."] {
        assert!(decision.contains(expected), "{expected}: {decision}");
    }
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("style-src 'self'"));
    let (_, minutes) = page(format!("{base}/minutes")).await;
    for expected in
        ["Phùng &lt;b&gt;Quốc", "giao &lt;i&gt;Văn phòng", "class=\"log\"", "Kiều Văn Lẫm"]
    {
        assert!(minutes.contains(expected), "{expected}: {minutes}");
    }
    for expected in
        ["Số: ......../BB-UBND", "Nơi nhận:", "- Thành viên dự họp;", "không bỏ phiếu 0"]
    {
        assert!(minutes.contains(expected), "{expected}: {minutes}");
    }
    assert!(!minutes.contains("rắng"), "one choice, one word: {minutes}");
    let (_, english) = page(format!("{base}/minutes?lang=en")).await;
    assert!(english.contains("Signed by") && english.contains("<html lang=\"en\">"));
    for (path, text) in [(&base, page(base.clone()).await.1), (&base, decision), (&base, minutes)] {
        for forbidden in ["<script", "style=", "onclick", "<b>Quốc", "<i>Văn", "Tờ trình"] {
            assert!(!text.contains(forbidden), "{path}: {forbidden}");
        }
    }
    let (_, index) = page("/public".to_owned()).await;
    assert!(
        index.contains(&format!("href=\"{base}\"")) && index.contains("1 quyết định, biên bản")
    );
    let (_, checking) = page("/public/checking?lang=en".to_owned()).await;
    let root = Digest::of(&hall.app.trust.root_der().unwrap()).hex().to_uppercase();
    assert!(checking.replace(':', "").contains(&root));
}

#[tokio::test]
async fn addresses_have_one_form_and_answers_a_tag() {
    let hall = Hall::published().await;
    let base = format!("/public/meetings/{MEETING}");
    for wrong in ["/decisions/01", "/decisions/+1", "/decisions/2", "/decisions/x.pdf", "/papers/1"]
    {
        assert_eq!(hall.get(&format!("{base}{wrong}")).await.0, StatusCode::NOT_FOUND, "{wrong}");
    }
    for other in ["/public/meetings/none", "/public/meetings/..%2f..", "/public/x"] {
        assert_eq!(hall.get(other).await.0, StatusCode::NOT_FOUND, "{other}");
    }
    let style = hall.get(&format!("{base}/minutes")).await.2;
    let style = String::from_utf8(style).unwrap();
    let style = style.split("href=\"/public/style.css").nth(1).unwrap().split('"').next().unwrap();
    let paths = [
        format!("{base}/decisions/1"),
        format!("{base}/decisions/1.pdf"),
        "/public".to_owned(),
        format!("/public/style.css{style}"),
        "/public/fonts/source-serif-4-vietnamese-600.woff2".to_owned(),
    ];
    for path in &paths {
        let (status, headers, body) = hall.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!body.is_empty(), "{path}");
        assert!(headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("public"), "{path}");
        let again = Request::get(path)
            .header(header::IF_NONE_MATCH, &headers[header::ETAG])
            .body(Body::empty());
        let (status, _, body) = hall.ask(again.unwrap()).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    }
    let (_, headers, ics) = hall.get(&format!("{base}.ics")).await;
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/calendar"));
    assert!(ics.starts_with(b"BEGIN:VCALENDAR\r\n") && ics.ends_with(b"END:VCALENDAR\r\n"));
}

#[tokio::test]
async fn the_record_is_for_staff() {
    let hall = Hall::published().await;
    let path = format!("/api/meetings/{MEETING}/record.zip");
    assert_eq!(hall.get(&path).await.0, StatusCode::UNAUTHORIZED);
    for (who, expected) in [("m03", StatusCode::FORBIDDEN), ("m02", StatusCode::OK)] {
        let cookie = sign_in(&hall, who).await;
        let request = Request::get(&path).header(header::COOKIE, cookie).body(Body::empty());
        let (status, headers, body) = hall.ask(request.unwrap()).await;
        assert_eq!(status, expected, "{who}");
        if status == StatusCode::OK {
            let disposition = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
            assert!(
                disposition.starts_with(&format!("attachment; filename=\"icabinet-{MEETING}-"))
            );
            let file = hall.folder.path().join("downloaded.zip");
            std::fs::write(&file, body).unwrap();
            assert!(
                crate::mutants::judged(&std::fs::read(&file).unwrap(), None).unwrap().is_valid()
            );
            let staged = std::fs::read_dir(hall.app.blobs.staging()).unwrap();
            assert_eq!(staged.count(), 0, "nothing is left behind");
        }
    }
}

async fn sign_in(hall: &Hall, who: &str) -> String {
    let account = Account {
        person: PersonId::from(who),
        login: who.to_owned(),
        name: who.to_owned(),
        courtesy: None,
        position: Text::default(),
        unit: Text::default(),
        organiser: false,
        administrator: false,
    };
    let password = hall.app.gate.hash("ho-sen-2026".to_owned()).await.unwrap();
    let new = NewAccount { account, password };
    hall.app.store.put_account(&new, icabinet::clock::now()).await.unwrap();
    let body = format!("{{\"login\":\"{who}\",\"password\":\"ho-sen-2026\"}}");
    let request = Request::post("/api/session")
        .header(header::CONTENT_TYPE, "application/json")
        .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))))
        .body(Body::from(body));
    let (status, headers, _) = hall.ask(request.unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let cookie = headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_follows_what_changes_in_the_meeting_after_something_was_published() {
    let mut hall = Hall::convened().await;
    hall.open().await;
    for who in ["m01", "m02", "m03", "m04"] {
        hall.cast(who, Choice::Yes).await;
    }
    hall.run(person("m01"), Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    hall.prepare_decision().await;
    let instrument = Instrument::Decision(DecisionId(1));
    hall.set(instrument).await;
    hall.sign(instrument).await;
    hall.run(person("m02"), Command::Decisions(DecisionsCommand::Publish { instrument })).await;
    let mut particulars = hall.look(|m| m.particulars.clone()).await;
    particulars.title = Text::both("Phiên họp bất thường", "Extraordinary session");
    hall.run(
        person("m02"),
        Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: None }),
    )
    .await;
    let page = format!("/public/meetings/{MEETING}");
    for path in ["/public", &page, &format!("{page}.ics")] {
        let (_, _, body) = hall.get(path).await;
        let text = String::from_utf8(body).unwrap();
        assert!(text.contains("Phiên họp bất thường"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_long_list_of_what_was_published_comes_by_pages() {
    let hall = Hall::published().await;
    // Copies of the one line, as if there had been as many meetings; three at each hour.
    let file = hall.folder.path().join("data/icabinet.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 249)
         INSERT INTO publications (meeting, scheduled, line, pages)
         SELECT 'copy-' || i, scheduled - i / 3 * 3600000, replace(line, $1, 'copy-' || i), pages
         FROM publications CROSS JOIN n",
    )
    .bind(MEETING)
    .execute(&pool)
    .await
    .unwrap();
    for (language, older) in [("", "Cũ hơn"), ("?lang=en", "Older")] {
        let (mut path, mut seen, mut lengths) =
            (format!("/public{language}"), Vec::new(), Vec::new());
        loop {
            assert!(lengths.len() < 10, "a page leads back");
            let (status, _, body) = hall.get(&path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            let text = String::from_utf8(body).unwrap();
            let (_, list) = text.split_once("<ul class=\"list\">").unwrap();
            let links: Vec<String> = list
                .split("<a href=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .filter(|href| href.starts_with("/public/meetings/"))
                .collect();
            lengths.push(links.len());
            seen.extend(links);
            let next = text.split("rel=\"next\" href=\"").nth(1);
            match next.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")) {
                Some(next) => path = next,
                None => break,
            }
            assert!(text.contains(older), "{path}");
        }
        assert_eq!(lengths, [100, 100, 50]);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 250, "each of them once");
    }
    let (status, _, _) = hall.get("/public?after=nonsense").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
