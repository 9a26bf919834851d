//! A decision from adopted motion to signed, exported, verified PDF. The device is played here:
//! it makes its key, computes what it signs from the bytes it got, and nothing else.

use base64::Engine as _;
use ed25519_dalek::{Signer as _, SigningKey};
use icabinet_models::Command;
use icabinet_models::canonical::cades;
use icabinet_models::decisions::{Article, DecisionText, Instrument, Rendition};
use icabinet_models::ids::{DecisionId, Digest, MeetingId, MotionId, VoteId};
use icabinet_models::votes::Choice;
use icabinet_tests::{Hall, On, Seat};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both! {
    a_decision_is_signed_exported_and_verified
    only_the_chair_signs_and_only_with_a_confirmed_key
    a_signature_over_other_bytes_is_refused
}

/// Adopts the first motion and waits until its decision is set as PDF.
async fn typeset(hall: &Hall) -> (Seat, MeetingId) {
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::OpenVote { motion: MotionId(1), seconds: None }).await;
    for login in ["chair", "secretary", "vice", "an", "binh", "cuong"] {
        hall.seat(login).await.at(&meeting).casts(Choice::Yes).await;
    }
    chair.does(Command::CloseVote { vote: VoteId(1) }).await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    let text = DecisionText {
        number: "31".to_owned(),
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
    secretary.does(Command::PrepareDecision { motion: MotionId(1), text }).await;
    let mut watch = chair.watches().await;
    watch
        .until(|m| {
            let rendition = m.decisions.get(&DecisionId(1)).map(|d| &d.rendition);
            matches!(rendition, Some(Rendition::Typeset { .. }))
        })
        .await;
    (chair, meeting)
}

/// Enrols a key for a seat; confirmed by the secretary if `confirmed`.
async fn enrol(hall: &Hall, seat: &Seat, key: &SigningKey, confirmed: bool) -> String {
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

async fn prepare(seat: &Seat, key: &str) -> (StatusCode, Value) {
    let body = json!({"instrument": {"decision": 1}, "key": key});
    seat.post("/api/meetings/{m}/signings", &body).await
}

/// What the device signs: attributes rebuilt from the bytes it was given.
async fn attributes(seat: &Seat, signing: &Value) -> Vec<u8> {
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

async fn sign(seat: &Seat, signing: &Value, signature: &[u8; 64]) -> (StatusCode, Value) {
    let document = signing["document"].as_str().unwrap();
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = json!({"id": uuid::Uuid::now_v7().to_string(), "signature": hex});
    seat.post(&format!("/api/meetings/{{m}}/signings/{document}"), &body).await
}

async fn a_decision_is_signed_exported_and_verified(on: On) {
    let hall = Hall::open(on).await;
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
    secretary.does(Command::Publish { instrument: Instrument::Decision(DecisionId(1)) }).await;

    let view = secretary.snapshot().await.meeting;
    let document = view.decisions[&DecisionId(1)].rendition.signed().copied().unwrap();
    let (_, pdf) = secretary.get(&format!("/api/meetings/{{m}}/blobs/{}", document.hex())).await;
    let (_, root) = secretary.get("/api/trust").await;
    let folder = hall.data();
    std::fs::write(folder.join("signed.pdf"), &pdf).unwrap();
    std::fs::write(folder.join("root.pem"), root).unwrap();
    let verify = |file: &str| {
        let (file, root) = (folder.join(file), folder.join("root.pem"));
        hall.run(&[
            "verify",
            file.to_str().unwrap(),
            "--trust",
            root.to_str().unwrap(),
            "--english",
        ])
    };
    let (ok, report, errors) = verify("signed.pdf");
    assert!(ok, "{report}{errors}");
    for (name, mutant) in mutants(&pdf) {
        std::fs::write(folder.join("mutant.pdf"), mutant).unwrap();
        let (ok, report, _) = verify("mutant.pdf");
        assert!(!ok, "{name} was accepted: {report}");
    }
    let (_, zip) = secretary.get("/api/meetings/{m}/record.zip").await;
    std::fs::write(folder.join("record.zip"), zip).unwrap();
    let (ok, report, errors) = verify("record.zip");
    assert!(ok, "{report}{errors}");
    let public = reqwest::get(format!("{}/public/meetings/{meeting}/decisions/1", hall.base()));
    let public = public.await.unwrap();
    assert_eq!(public.status(), StatusCode::OK);
    assert!(public.text().await.unwrap().contains("31/QĐ-UBND"));
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
    let hall = Hall::open(on).await;
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
    let hall = Hall::open(on).await;
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
