//! A decision from adopted motion to signed, exported, verified PDF. The device is played here:
//! it makes its key, computes what it signs from the bytes it got, and nothing else.

use base64::Engine as _;
use ed25519_dalek::{Signer as _, SigningKey};
use icabinet_models::agenda::Conclusion;
use icabinet_models::canonical::cades;
use icabinet_models::decisions::{Article, DecisionText, Instrument, Rendition};
use icabinet_models::ids::{DecisionId, Digest, ItemId, MeetingId, MotionId, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, DecisionsCommand, MinutesCommand, SessionCommand, VotesCommand,
};
use icabinet_models::rule::Choice;
use icabinet_models::wire::ServerFrame;
use icabinet_models::{Command, Meeting};
use icabinet_tests::{On, TestClient, TestServer};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both! {
    a_decision_is_signed_exported_and_verified
    only_the_chair_signs_and_only_with_a_confirmed_key
    a_signature_over_other_bytes_is_refused
    a_key_is_revoked_once_and_everybody_can_know
    nothing_of_a_revoked_key_can_be_signed
    the_minutes_are_signed_by_secretary_and_chair
    the_room_is_shown_what_was_signed_and_may_be_known_in_it
}

/// Adopts the motion of the item that is open.
async fn adopts(hall: &TestServer, chair: &TestClient, motion: u32, vote: u32) {
    chair
        .does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(motion), seconds: None }))
        .await;
    for login in ["chair", "secretary", "vice", "an", "binh", "cuong"] {
        hall.seat(login).await.at(&chair.meeting()).casts(Choice::Yes).await;
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(vote) })).await;
}

/// Prepares a decision on an adopted motion and waits until it is set as PDF.
async fn sets(hall: &TestServer, chair: &TestClient, motion: u32, decision: u32) {
    let secretary = hall.seat("secretary").await.at(&chair.meeting());
    let text = DecisionText {
        number: format!("3{decision}"),
        symbol: "QĐ-UBND".to_owned(),
        subject: "Ban hành Lịch tiếp công dân tháng 12 năm 2026".to_owned(),
        bases: vec!["Căn cứ Luật Tổ chức chính quyền địa phương (căn cứ mẫu);".to_owned()],
        articles: vec![Article {
            heading: "Điều 1.".to_owned(),
            paragraphs: vec!["Ban hành Lịch tiếp công dân tháng 12 năm 2026.".to_owned()],
        }],
        recipients: vec!["Như Điều 1;".to_owned(), "Lưu: VT.".to_owned()],
        place: "Hồ Sen".to_owned(),
    };
    secretary
        .does(Command::Decisions(DecisionsCommand::PrepareDecision {
            motion: MotionId(motion),
            text,
        }))
        .await;
    let mut watch = chair.watches().await;
    watch
        .until(|m| {
            let rendition = m.decisions.get(&DecisionId(decision)).map(|d| &d.rendition);
            matches!(rendition, Some(Rendition::Typeset { .. }))
        })
        .await;
}

/// Adopts the first motion and waits until its decision is set as PDF.
async fn typeset(hall: &TestServer) -> (TestClient, MeetingId) {
    let (chair, meeting) = hall.in_session().await;
    adopts(hall, &chair, 1, 1).await;
    sets(hall, &chair, 1, 1).await;
    (chair, meeting)
}

/// Enrols a key for a seat; confirmed by the secretary if `confirmed`.
async fn enrol(hall: &TestServer, seat: &TestClient, key: &SigningKey, confirmed: bool) -> String {
    let public_key = Digest(key.verifying_key().to_bytes());
    let body = json!({"public_key": public_key, "device": "Tablet thử"});
    let (status, value) = seat.post("/api/keys", &body).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    let id = value["key"].as_str().unwrap().to_owned();
    assert_eq!(value["state"], "waiting");
    if confirmed {
        let secretary = hall.seat("secretary").await;
        let (status, value) = secretary.post(&format!("/api/keys/{id}/confirm"), &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{value}");
        assert!(value["state"]["certified"]["certificate"].is_string());
    }
    id
}

async fn prepare(seat: &TestClient, key: &str) -> (StatusCode, Value) {
    prepare_of(seat, key, &json!({"decision": 1})).await
}

async fn prepare_of(seat: &TestClient, key: &str, instrument: &Value) -> (StatusCode, Value) {
    let body = json!({"instrument": instrument, "key": key});
    seat.post("/api/meetings/{m}/signings", &body).await
}

/// What the device signs: attributes rebuilt from the bytes it was given.
async fn attributes(seat: &TestClient, signing: &Value) -> Vec<u8> {
    let document = signing["document"].as_str().unwrap();
    let (status, pdf) = seat.get(&format!("/api/meetings/{{m}}/signings/{document}")).await;
    assert_eq!(status, StatusCode::OK);
    let range = cades::parse_byte_range(&pdf).unwrap();
    let digest = cades::byte_range_digest(&pdf, &range).unwrap();
    let certificate = base64::engine::general_purpose::STANDARD
        .decode(signing["certificate"].as_str().unwrap())
        .unwrap();
    cades::signed_attributes(&digest, &certificate)
}

async fn sign(seat: &TestClient, signing: &Value, signature: &[u8; 64]) -> (StatusCode, Value) {
    let document = signing["document"].as_str().unwrap();
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = json!({"id": uuid::Uuid::now_v7().to_string(), "signature": hex});
    seat.post(&format!("/api/meetings/{{m}}/signings/{document}"), &body).await
}

async fn a_decision_is_signed_exported_and_verified(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = typeset(&hall).await;
    let key = SigningKey::from_bytes(&[7; 32]);
    let id = enrol(&hall, &chair, &key, true).await;
    let (status, signing) = prepare(&chair, &id).await;
    assert_eq!(status, StatusCode::OK, "{signing}");
    let picture = signing["pages"][0]["picture"].as_str().unwrap();
    assert_eq!(chair.get(picture).await.0, StatusCode::OK, "the page that is read");
    let signature = key.sign(&attributes(&chair, &signing).await).to_bytes();
    let (status, answer) = sign(&chair, &signing, &signature).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer["accepted"].is_object(), "{answer}");
    let secretary = hall.seat("secretary").await.at(&meeting);
    secretary
        .does(Command::Decisions(DecisionsCommand::Publish {
            instrument: Instrument::Decision(DecisionId(1)),
        }))
        .await;

    let view = secretary.snapshot().await.meeting;
    let document = view.decisions[&DecisionId(1)].rendition.signed().copied().unwrap();
    let (_, pdf) = secretary.get(&format!("/api/meetings/{{m}}/blobs/{}", document.hex())).await;
    let (_, root) = secretary.get("/api/trust").await;
    let folder = hall.data();
    std::fs::write(folder.join("signed.pdf"), &pdf).unwrap();
    std::fs::write(folder.join("root.pem"), root).unwrap();
    let crl = revocations(&hall).await;
    std::fs::write(folder.join("list.crl"), &crl).unwrap();
    let verify = |file: &str| {
        let paths = [file, "root.pem", "list.crl"].map(|name| folder.join(name));
        let [file, root, list] = paths.each_ref().map(|path| path.to_str().unwrap());
        hall.run(&["verify", file, "--trust", root, "--revocations", list, "--english"])
    };
    let (ok, report, errors) = verify("signed.pdf");
    assert!(ok, "{report}{errors}");
    for (name, mutant) in mutants(&pdf) {
        std::fs::write(folder.join("mutant.pdf"), mutant).unwrap();
        let (ok, report, _) = verify("mutant.pdf");
        assert!(!ok, "{name} was accepted: {report}");
    }
    let (ended, said) = crate::verify::verified("huge.pdf", &huge(&pdf), 64);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("needs more memory"), "{said}");
    let (_, zip) = secretary.get("/api/meetings/{m}/record.zip").await;
    std::fs::write(folder.join("record.zip"), zip).unwrap();
    let (ok, report, errors) = verify("record.zip");
    assert!(ok, "{report}{errors}");
    let public = reqwest::get(format!("{}/public/meetings/{meeting}/decisions/1", hall.base()));
    let public = public.await.unwrap();
    assert_eq!(public.status(), StatusCode::OK);
    assert!(public.text().await.unwrap().contains("31/QĐ-UBND"));
}

/// The published list of revoked certificates.
async fn revocations(hall: &TestServer) -> Vec<u8> {
    let answer = reqwest::get(format!("{}/public/revocations.crl", hall.base())).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/pkix-crl");
    answer.bytes().await.unwrap().to_vec()
}

/// A file of some megabytes with a true signature's container, and millions of objects.
fn huge(pdf: &[u8]) -> Vec<u8> {
    let digits = &pdf[cades::parse_byte_range(pdf).unwrap().contents_digits()];
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /A [".to_vec();
    out.extend(b"1 ".repeat(4 << 20));
    out.extend_from_slice(b"] >>\nendobj\n");
    let second = out.len();
    out.extend_from_slice(b"2 0 obj\n<< /ByteRange [0 ");
    let range = out.len();
    out.extend_from_slice(&[b' '; 33]);
    out.extend_from_slice(b"] /Contents ");
    let from = out.len();
    out.push(b'<');
    out.extend_from_slice(digits);
    out.push(b'>');
    let to = out.len();
    out.extend_from_slice(b" >>\nendobj\n");
    let table = out.len();
    let end = format!(
        "xref\n0 3\n0000000000 65535 f\r\n{:010} 00000 n\r\n{second:010} 00000 n\r\n\
         trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        9
    );
    out.extend_from_slice(end.as_bytes());
    let numbers = format!("{from:>10} {to:>10} {:>10}", out.len() - to);
    out[range..range + numbers.len()].copy_from_slice(numbers.as_bytes());
    cades::parse_byte_range(&out).unwrap();
    out
}

fn mutants(pdf: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut flipped = pdf.to_vec();
    flipped[pdf.len() / 3] ^= 1;
    let mut appended = pdf.to_vec();
    appended.extend_from_slice(b"\n% appended\n");
    let cut = pdf[..pdf.len() - 40].to_vec();
    vec![("a flipped bit", flipped), ("appended bytes", appended), ("a cut end", cut)]
}

async fn only_the_chair_signs_and_only_with_a_confirmed_key(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = typeset(&hall).await;
    let key = SigningKey::from_bytes(&[8; 32]);
    let id = enrol(&hall, &chair, &key, false).await;
    assert_eq!(prepare(&chair, &id).await.0, StatusCode::CONFLICT, "not confirmed yet");
    let vice = hall.seat("vice").await.at(&meeting);
    let other = enrol(&hall, &vice, &SigningKey::from_bytes(&[9; 32]), true).await;
    assert_eq!(prepare(&vice, &other).await.0, StatusCode::FORBIDDEN, "not the chair");
    assert_eq!(prepare(&chair, &other).await.0, StatusCode::NOT_FOUND, "not his key");
    // Nobody but an organiser confirms, and nobody confirms a key of his own.
    let confirm = format!("/api/keys/{id}/confirm");
    assert_eq!(chair.post(&confirm, &json!({})).await.0, StatusCode::FORBIDDEN);
    let secretary = hall.seat("secretary").await;
    let own = enrol(&hall, &secretary, &SigningKey::from_bytes(&[10; 32]), false).await;
    let own = format!("/api/keys/{own}/confirm");
    assert_eq!(secretary.post(&own, &json!({})).await.0, StatusCode::FORBIDDEN);
    let stolen = json!({"public_key": Digest(key.verifying_key().to_bytes()), "device": "x"});
    assert_eq!(vice.post("/api/keys", &stolen).await.0, StatusCode::CONFLICT);
    // A revoked key signs no more.
    secretary.post(&confirm, &json!({})).await;
    assert_eq!(prepare(&chair, &id).await.0, StatusCode::OK);
    secretary.post(&format!("/api/keys/{id}/revoke"), &json!({})).await;
    assert_eq!(prepare(&chair, &id).await.0, StatusCode::CONFLICT);
}

async fn a_signature_over_other_bytes_is_refused(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = typeset(&hall).await;
    let key = SigningKey::from_bytes(&[7; 32]);
    let id = enrol(&hall, &chair, &key, true).await;
    let (_, signing) = prepare(&chair, &id).await;
    let mut other = attributes(&chair, &signing).await;
    let last = other.len() - 1;
    other[last] ^= 1;
    let (status, value) = sign(&chair, &signing, &key.sign(&other).to_bytes()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
    let foreign = SigningKey::from_bytes(&[11; 32]);
    let bytes = attributes(&chair, &signing).await;
    let (status, _) = sign(&chair, &signing, &foreign.sign(&bytes).to_bytes()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let view = chair.snapshot().await.meeting;
    assert!(view.decisions[&DecisionId(1)].rendition.signed().is_none());
}

async fn revoked_at(hall: &TestServer) -> i64 {
    hall.number("SELECT revoked_at FROM device_keys WHERE state = 'revoked'").await
}

/// The owner revokes, an organiser revokes again, and confirms: the first date stays, on the list too.
async fn a_key_is_revoked_once_and_everybody_can_know(on: On) {
    let hall = TestServer::open(on).await;
    let vice = hall.seat("vice").await;
    let secretary = hall.seat("secretary").await;
    let empty = revocations(&hall).await;
    let id = enrol(&hall, &vice, &SigningKey::from_bytes(&[12; 32]), true).await;
    let revoke = format!("/api/keys/{id}/revoke");
    let (status, key) = vice.post(&revoke, &json!({})).await;
    assert_eq!((status, &key["state"]), (StatusCode::OK, &json!("revoked")));
    assert_ne!(revocations(&hall).await, empty, "at once");
    // An hour ago, so that a new date would be another one.
    hall.runs_sql(
        "UPDATE device_keys SET revoked_at = revoked_at - 3600000 WHERE state = 'revoked'",
    )
    .await;
    let first = revoked_at(&hall).await;
    for seat in [&secretary, &vice, &secretary] {
        let (status, key) = seat.post(&revoke, &json!({})).await;
        assert_eq!((status, &key["state"]), (StatusCode::OK, &json!("revoked")));
        assert_eq!(revoked_at(&hall).await, first);
    }
    let confirm = format!("/api/keys/{id}/confirm");
    assert_eq!(secretary.post(&confirm, &json!({})).await.0, StatusCode::CONFLICT);
    // The same key, enrolled again, is the same revoked key.
    let public = Digest(SigningKey::from_bytes(&[12; 32]).verifying_key().to_bytes());
    let again = json!({"public_key": public, "device": "Máy khác"});
    let (_, key) = vice.post("/api/keys", &again).await;
    assert_eq!(key["state"], "revoked");
    assert_eq!(revoked_at(&hall).await, first);
    // One that was never confirmed has no certificate to be listed.
    let waiting = enrol(&hall, &vice, &SigningKey::from_bytes(&[13; 32]), false).await;
    let before = hall.number("SELECT COUNT(*) FROM device_keys WHERE serial IS NOT NULL").await;
    vice.post(&format!("/api/keys/{waiting}/revoke"), &json!({})).await;
    let confirm = format!("/api/keys/{waiting}/confirm");
    assert_eq!(secretary.post(&confirm, &json!({})).await.0, StatusCode::CONFLICT);
    let after = hall.number("SELECT COUNT(*) FROM device_keys WHERE serial IS NOT NULL").await;
    assert_eq!(before, after);
}

/// What was prepared before the revocation is void with the key, whoever revoked it.
async fn nothing_of_a_revoked_key_can_be_signed(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = typeset(&hall).await;
    let secretary = hall.seat("secretary").await;
    for (seed, by) in [(20, &chair), (21, &secretary)] {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let id = enrol(&hall, &chair, &key, true).await;
        let (status, signing) = prepare(&chair, &id).await;
        assert_eq!(status, StatusCode::OK, "{signing}");
        let signature = key.sign(&attributes(&chair, &signing).await).to_bytes();
        by.post(&format!("/api/keys/{id}/revoke"), &json!({})).await;
        let (status, refused) = sign(&chair, &signing, &signature).await;
        assert_eq!(status, StatusCode::CONFLICT, "{refused}");
        assert_eq!(refused["error"]["code"], "key_not_confirmed", "{refused}");
        assert_eq!(prepare(&chair, &id).await.0, StatusCode::CONFLICT);
    }
    let view = chair.snapshot().await.meeting;
    assert!(view.decisions[&DecisionId(1)].rendition.signed().is_none());
}

/// Closes the session and waits until the minutes are set.
async fn minutes_set(hall: &TestServer) -> (TestClient, TestClient, MeetingId) {
    let (chair, meeting) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    for item in chair.snapshot().await.meeting.agenda {
        let conclusion = Conclusion::CarriedOver;
        chair.does(Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion })).await;
    }
    chair.does(Command::Session(SessionCommand::CloseSession {})).await;
    secretary.does(Command::Minutes(MinutesCommand::DraftMinutes {})).await;
    chair.does(Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    let mut watch = chair.watches().await;
    watch.until(|m| matches!(m.minutes.rendition(), Some(Rendition::Typeset { .. }))).await;
    (chair, secretary, meeting)
}

/// Both on their own devices, the secretary first; what the chair prepared before is refused.
async fn the_minutes_are_signed_by_secretary_and_chair(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, secretary, meeting) = minutes_set(&hall).await;
    let (chairs, secretarys) =
        (SigningKey::from_bytes(&[31; 32]), SigningKey::from_bytes(&[32; 32]));
    let chair_key = enrol(&hall, &chair, &chairs, true).await;
    let own = enrol(&hall, &secretary, &secretarys, false).await;
    // Four eyes for the secretary's key too.
    let confirm = format!("/api/keys/{own}/confirm");
    assert_eq!(secretary.post(&confirm, &json!({})).await.0, StatusCode::FORBIDDEN);
    hall.runs_sql("UPDATE accounts SET organiser = TRUE WHERE login = 'vice'").await;
    let vice = hall.seat("vice").await;
    assert_eq!(vice.post(&confirm, &json!({})).await.0, StatusCode::OK);

    let minutes = json!("minutes");
    let (status, early) = prepare_of(&chair, &chair_key, &minutes).await;
    assert_eq!(status, StatusCode::OK, "{early}");
    let early_signature = chairs.sign(&attributes(&chair, &early).await).to_bytes();
    let (status, signing) = prepare_of(&secretary, &own, &minutes).await;
    assert_eq!(status, StatusCode::OK, "{signing}");
    let signature = secretarys.sign(&attributes(&secretary, &signing).await).to_bytes();
    let (status, answer) = sign(&secretary, &signing, &signature).await;
    assert!(answer["accepted"].is_object(), "{status}: {answer}");
    // Once is enough, and nobody else has that place.
    assert_eq!(prepare_of(&secretary, &own, &minutes).await.0, StatusCode::CONFLICT);
    let (_, refused) = sign(&chair, &early, &early_signature).await;
    assert!(refused["refused"].is_object(), "it would leave the secretary out: {refused}");

    let (status, signing) = prepare_of(&chair, &chair_key, &minutes).await;
    assert_eq!(status, StatusCode::OK, "{signing}");
    let signature = chairs.sign(&attributes(&chair, &signing).await).to_bytes();
    let (status, answer) = sign(&chair, &signing, &signature).await;
    assert!(answer["accepted"].is_object(), "{status}: {answer}");

    let view = chair.snapshot().await.meeting;
    let rendition = view.rendition(Instrument::Minutes).unwrap();
    let first = rendition.countersigned().expect("the secretary's");
    assert_eq!(Some(&first.signer), secretary.snapshot().await.person.as_ref());
    let address = |digest: &Digest| format!("/api/meetings/{{m}}/blobs/{}", digest.hex());
    let (_, half) = secretary.get(&address(&first.document)).await;
    let (_, both) = secretary.get(&address(rendition.signed().unwrap())).await;
    assert!(both.starts_with(&half) && half.starts_with(b"%PDF"));
    let folder = hall.data();
    let (_, root) = secretary.get("/api/trust").await;
    std::fs::write(folder.join("root.pem"), root).unwrap();
    std::fs::write(folder.join("list.crl"), revocations(&hall).await).unwrap();
    std::fs::write(folder.join("both.pdf"), &both).unwrap();
    let (_, zip) = secretary.at(&meeting).get("/api/meetings/{m}/record.zip").await;
    std::fs::write(folder.join("record.zip"), zip).unwrap();
    for file in ["both.pdf", "record.zip"] {
        let paths = [file, "root.pem", "list.crl"].map(|name| folder.join(name));
        let [file, root, list] = paths.each_ref().map(|path| path.to_str().unwrap());
        let words = ["verify", file, "--trust", root, "--revocations", list, "--english"];
        let (ok, report, errors) = hall.run(&words);
        assert!(ok, "{report}{errors}");
    }
}

/// Of two decisions the first is of a restricted item.
async fn the_room_is_shown_what_was_signed_and_may_be_known_in_it(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let conclude = async |item: u32| {
        let (item, conclusion) = (ItemId(item), Conclusion::Decided);
        chair.does(Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion })).await;
    };
    adopts(&hall, &chair, 1, 1).await;
    conclude(1).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) })).await;
    adopts(&hall, &chair, 3, 2).await;
    conclude(3).await;
    sets(&hall, &chair, 3, 1).await;
    sets(&hall, &chair, 1, 2).await;

    let (_, made) = chair.post("/api/meetings/{m}/screens", &json!({})).await;
    let token = made["address"].as_str().unwrap().split('#').nth(1).unwrap();
    let mut wall = TestClient::screen(hall.base(), &meeting, token).await.watches().await;
    let mut member = hall.seat("an").await.at(&meeting).watches().await;
    let key = SigningKey::from_bytes(&[7; 32]);
    let id = enrol(&hall, &chair, &key, true).await;
    for decision in [1, 2] {
        let (status, signing) = prepare_of(&chair, &id, &json!({"decision": decision})).await;
        assert_eq!(status, StatusCode::OK, "{signing}");
        let signature = key.sign(&attributes(&chair, &signing).await).to_bytes();
        let (_, answer) = sign(&chair, &signing, &signature).await;
        assert!(answer["accepted"].is_object(), "{answer}");
    }

    let signed = |m: &Meeting| {
        let public = m.decisions.get(&DecisionId(2));
        public.is_some_and(|decision| decision.rendition.signed().is_some())
    };
    let view = member.until(signed).await;
    let Rendition::Signed { fingerprint: expected, at: when, .. } =
        &view.decisions[&DecisionId(2)].rendition
    else {
        panic!("{:?}", view.decisions)
    };
    let (instrument, fingerprint, at) = loop {
        let frame = wall.next().await.expect("the screen's socket is open");
        if let ServerFrame::Signed { instrument, fingerprint, at } = frame {
            break (instrument, fingerprint, at);
        }
    };
    assert_eq!(instrument, Instrument::Decision(DecisionId(2)), "the first it is told of");
    assert_eq!((&fingerprint, &at), (expected, when), "what everybody can compare");
    let frame = |frame: &&String| frame.starts_with("{\"signed\"");
    assert_eq!(member.frames.iter().find(frame), None, "who sees documents needs no frame");
}
