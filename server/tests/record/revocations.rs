//! What a record proves of its signatures years later, and what a lone document can't: seal, list of
//! revoked certificates, time of signing.

use crate::hall::{CHAIR_KEY, Hall};
use crate::mutants::{Fixture, SIGNED, failures, foreign_root, judged, judged_at, signed_pdf};
use crate::zipped::Record;
use ed25519_dalek::{Signer as _, SigningKey};
use icabinet::clock;
use icabinet::record::{CheckName, Conclusion, Report, Sound, Verdict};
use icabinet_models::Command;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{PersonId, Time};
use icabinet_models::meeting::MinutesCommand;
use icabinet_signing::Authority;
use icabinet_signing::authority::{NewAuthority, Seeds};
use serde_json::json;

const SECOND: i64 = 1_000;
const DAY: i64 = 86_400_000;

/// Verifies a record as it is, without sealing it again.
fn plainly(record: &Record) -> Vec<CheckName> {
    judged(&record.zip(), Some(&SIGNED.root)).unwrap().failures()
}

fn verdict(report: &Report, name: CheckName) -> Verdict {
    report.checks.iter().find(|check| check.name == name).unwrap().verdict
}

/// Lists of revoked certificates that somebody else signed in the authority's name.
fn foreign_list(at: i64) -> Vec<u8> {
    let new = NewAuthority {
        organisation: "Ủy ban nhân dân phường Hồ Sen",
        not_before: at - 1000,
        root_not_after: at + 100_000,
        issuing_not_after: at + 100_000,
    };
    let foreign = Authority::create(&new, &Seeds { root: [3; 32], issuing: [4; 32] }).unwrap();
    foreign.revocation_list(&[], 1, at, at + 86_400).unwrap()
}

/// A held meeting whose minutes are set, not signed yet.
async fn approved() -> Hall {
    let mut hall = Hall::held().await;
    hall.run(crate::hall::person("m01"), Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    hall.set(Instrument::Minutes).await;
    hall
}

async fn exported(hall: &Hall) -> Report {
    let zip = hall.export(Sound::LeftOut).await.unwrap();
    judged(&zip, Some(&hall.app.trust.root_pem().unwrap())).unwrap()
}

#[test]
fn a_record_without_its_list_of_revoked_certificates_fails() {
    let mut mutant = Record::read(&SIGNED.zip);
    mutant.0.remove("trust/revocations.crl");
    let failed = failures(&mutant, &SIGNED);
    assert_eq!(failed, [CheckName::Files, CheckName::Revocation]);
    // Also where the list of files is made anew, and sealed by who holds the server.
    assert_eq!(failures(mutant.relist(), &SIGNED), [CheckName::Revocation]);
    // Empty, cut, or something else under its name.
    let list = Record::read(&SIGNED.zip).0["trust/revocations.crl"].clone();
    for bytes in [Vec::new(), list[..list.len() - 1].to_vec(), b"none".to_vec()] {
        mutant.0.insert("trust/revocations.crl".to_owned(), bytes);
        let failed = failures(mutant.relist(), &SIGNED);
        assert!(failed.contains(&CheckName::Revocation), "{failed:?}");
    }
}

#[tokio::test]
async fn a_list_that_is_older_than_the_record_fails() {
    let hall = Hall::published().await;
    let signed = Fixture::of(&hall).await;
    let record = Record::read(&signed.zip);
    let manifest: serde_json::Value = serde_json::from_slice(&record.0["manifest.json"]).unwrap();
    let created = manifest["created"].as_i64().unwrap();
    for (ago, expected) in [(0, false), (2 * SECOND, true), (DAY, true)] {
        let list = hall.app.trust.revocation_list(&hall.app.store, Time(created - ago));
        let mut mutant = record.clone();
        mutant.0.insert("trust/revocations.crl".to_owned(), list.await.unwrap());
        let failed = failures(mutant.relist(), &signed);
        assert_eq!(failed == [CheckName::Revocation], expected, "{ago}: {failed:?}");
        assert_eq!(failed.is_empty(), !expected, "{ago}");
    }
}

#[test]
fn a_list_of_somebody_else_fails() {
    let mut mutant = Record::read(&SIGNED.zip);
    let list = foreign_list(clock::now().0 / 1000 + 10);
    mutant.0.insert("trust/revocations.crl".to_owned(), list);
    let failed = failures(mutant.relist(), &SIGNED);
    assert!(failed.contains(&CheckName::Revocation), "{failed:?}");
}

#[test]
fn a_list_of_files_that_is_not_sealed_fails() {
    let record = Record::read(&SIGNED.zip);
    for path in ["manifest.sig", "trust/seal.der", "trust/issuing.der"] {
        let mut mutant = record.clone();
        mutant.0.remove(path);
        let failed = plainly(mutant.relist());
        assert!(failed.contains(&CheckName::Seal), "{path}: {failed:?}");
    }
    // A blank more in the manifest says the same and isn't what was sealed.
    let mut mutant = record.clone();
    mutant.0.get_mut("manifest.json").unwrap().push(b' ');
    assert_eq!(plainly(&mutant), [CheckName::Seal]);
    let mut mutant = record.clone();
    mutant.0.get_mut("manifest.sig").unwrap()[5] ^= 1;
    assert_eq!(plainly(&mutant), [CheckName::Seal]);
    // Longer, shorter.
    for length in [0, 63, 65] {
        let mut mutant = record.clone();
        mutant.0.get_mut("manifest.sig").unwrap().resize(length, 0);
        assert_eq!(plainly(&mutant), [CheckName::Seal], "{length}");
    }
}

#[tokio::test]
async fn a_person_can_not_seal() {
    let hall = Hall::held().await;
    let certificate = hall.chair_key().await;
    let root = hall.app.trust.root_pem().unwrap();
    let mut mutant = Record::read(&hall.export(Sound::LeftOut).await.unwrap());
    assert!(judged(&mutant.zip(), Some(&root)).unwrap().is_valid());
    mutant.0.insert("trust/seal.der".to_owned(), certificate);
    mutant.relist();
    let manifest = &mutant.0["manifest.json"];
    let signature = SigningKey::from_bytes(&[7; 32]).sign(manifest).to_bytes().to_vec();
    mutant.0.insert("manifest.sig".to_owned(), signature);
    assert_eq!(judged(&mutant.zip(), Some(&root)).unwrap().failures(), [CheckName::Seal]);
}

#[test]
fn a_record_of_the_older_form_says_that_its_list_is_not_sealed() {
    let mut older = Record::read(&SIGNED.zip);
    for path in ["manifest.sig", "trust/seal.der"] {
        older.0.remove(path);
    }
    older.relist().manifest(|manifest| manifest["version"] = json!(1));
    let report = judged(&older.zip(), Some(&SIGNED.root)).unwrap();
    // Logs that have records of version 3 were never exported without a seal.
    let newer = icabinet_models::record::RECORD_VERSION >= 3;
    let expected = if newer { Verdict::Failed } else { Verdict::NotChecked };
    assert_eq!(verdict(&report, CheckName::Seal), expected);
    assert_eq!(verdict(&report, CheckName::Revocation), Verdict::Passed);
    // The list is required all the same.
    older.0.remove("trust/revocations.crl");
    let failed = plainly(older.relist());
    assert!(failed.contains(&CheckName::Revocation), "{failed:?}");
    older.manifest(|manifest| manifest["version"] = json!(3));
    assert!(judged(&older.zip(), None).is_err(), "a form that isn't known yet");
}

#[tokio::test]
async fn what_was_signed_before_the_revocation_holds_and_what_came_after_does_not() {
    let table = [
        (vec![-10 * SECOND], true),
        (vec![10 * SECOND], false),
        // A second revocation doesn't move the date, neither back nor forth.
        (vec![-10 * SECOND, 10 * SECOND], true),
        (vec![10 * SECOND, -10 * SECOND], false),
    ];
    for (revoked, fails) in table {
        let mut hall = approved().await;
        hall.chair_key().await;
        hall.sign(Instrument::Minutes).await;
        let signed = clock::now();
        for (at, first) in revoked.iter().zip([true, false]) {
            let changed = hall.app.store.revoke_key(CHAIR_KEY, signed.plus_ms(*at)).await;
            assert_eq!(changed.unwrap(), first, "{revoked:?}");
        }
        let failed = exported(&hall).await.failures();
        assert_eq!(failed == [CheckName::Signatures], fails, "{revoked:?}: {failed:?}");
        assert_eq!(failed.is_empty(), !fails, "{revoked:?}: {failed:?}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_not_certified_again() {
    let hall = Hall::held().await;
    hall.chair_key().await;
    let (store, by) = (&hall.app.store, PersonId::from("m02"));
    assert!(store.revoke_key(CHAIR_KEY, Time(5_000)).await.unwrap());
    let again = store.certify_key(CHAIR_KEY, b"another", 7, Time(9_000), &by).await;
    assert!(!again.unwrap());
    let key = store.key(CHAIR_KEY).await.unwrap().unwrap();
    assert_eq!(key.state, icabinet::store::KeyState::Revoked { at: Time(5_000) });
    assert_eq!(store.revoked_serials().await.unwrap().len(), 1);
}

/// Certificates of devices hold 90 days, the authority's five years: the log says when it was signed.
#[test]
fn a_record_holds_when_its_certificates_have_long_expired() {
    for days in [0, 89, 91, 400, 3 * 365, 30 * 365] {
        let now = clock::now().plus_ms(days * DAY);
        let report = judged_at(&SIGNED.zip, Some(&SIGNED.root), None, now).unwrap();
        assert_eq!(report.conclusion(), Conclusion::Holds, "{days}: {report:#?}");
    }
}

#[test]
fn a_lone_document_says_what_it_can_not_prove_after_its_certificate_expired() {
    let record = Record::read(&SIGNED.zip);
    let pdf = &record.0[&signed_pdf(&record)];
    let at = |days: i64| {
        let now = clock::now().plus_ms(days * DAY);
        judged_at(pdf, Some(&SIGNED.root), None, now).unwrap()
    };
    assert_eq!(verdict(&at(0), CheckName::Time), Verdict::Passed);
    let expired = at(91);
    assert!(expired.is_valid());
    assert_eq!(verdict(&expired, CheckName::Time), Verdict::NotChecked);
    assert_eq!(expired.conclusion(), Conclusion::Conditional);
    assert!(expired.print("f".as_ref(), true).contains("the proof of that time is in the record"));
    // Before it was signed: a claim of the future.
    assert_eq!(verdict(&at(-1), CheckName::Time), Verdict::Failed);
}

#[tokio::test]
async fn a_lone_document_of_a_revoked_key_is_never_cleared() {
    let mut hall = approved().await;
    hall.sign(Instrument::Minutes).await;
    let root = hall.app.trust.root_pem().unwrap();
    let record = Record::read(&hall.export(Sound::LeftOut).await.unwrap());
    let pdf = &record.0[&signed_pdf(&record)];
    let list = |now| hall.app.trust.revocation_list(&hall.app.store, now);
    let (now, later) = (clock::now(), clock::now().plus_ms(2 * DAY));
    let with = |list: Option<&[u8]>, now| judged_at(pdf, Some(&root), list, now).unwrap();

    let none = with(None, now);
    assert_eq!(verdict(&none, CheckName::Revocation), Verdict::NotChecked);
    assert_eq!(none.conclusion(), Conclusion::Conditional);
    assert!(!none.print("f".as_ref(), true).contains("nothing wrong"));
    let good = list(now).await.unwrap();
    assert_eq!(with(Some(&good), now).conclusion(), Conclusion::Holds);
    // A list that is out of date, or somebody else's, clears nobody.
    assert_eq!(verdict(&with(Some(&good), later), CheckName::Revocation), Verdict::NotChecked);
    let foreign = foreign_list(now.0 / 1000);
    let report = with(Some(&foreign), now);
    assert_ne!(verdict(&report, CheckName::Revocation), Verdict::Passed);
    assert_ne!(report.conclusion(), Conclusion::Holds);

    hall.app.store.revoke_key(CHAIR_KEY, now.plus_ms(60 * SECOND)).await.unwrap();
    let revoked = list(later).await.unwrap();
    let report = with(Some(&revoked), later);
    assert_eq!(report.failures(), [CheckName::Revocation]);
    // The record proves that it was signed before.
    assert!(exported(&hall).await.is_valid());
    let pem = openssl_pem(&revoked);
    assert_eq!(with(Some(pem.as_bytes()), later).failures(), [CheckName::Revocation]);
    assert!(judged_at(pdf, Some(&root), Some(b"no list"), now).is_err());
    assert!(
        judged_at(pdf, Some(&foreign_root()), Some(&revoked), now).unwrap().conclusion()
            == Conclusion::Failed
    );
}

/// A list as PEM.
fn openssl_pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN X509 CRL-----\n{body}\n-----END X509 CRL-----\n")
}

/// Packed again with folder entries, as archive managers do, and with files of their own.
#[test]
fn folders_mean_nothing_and_foreign_files_are_named() {
    let record = Record::read(&SIGNED.zip);
    let mut with_folders = record.clone();
    for folder in ["blobs/", "log/", "trust/", "certificates/", "sound/"] {
        with_folders.0.insert(folder.to_owned(), Vec::new());
    }
    let report = judged(&with_folders.zip(), Some(&SIGNED.root)).unwrap();
    assert_eq!(report.conclusion(), Conclusion::Holds, "{report:#?}");
    // A folder that isn't one.
    with_folders.0.insert("log/".to_owned(), b"content".to_vec());
    assert_eq!(plainly(&with_folders), [CheckName::Files]);
    for name in ["__MACOSX/._manifest.json", ".DS_Store", "Thumbs.db", "\u{1b}[2Jx", "../up"] {
        let mut mutant = record.clone();
        mutant.0.insert(name.to_owned(), b"foreign".to_vec());
        let report = judged(&mutant.zip(), Some(&SIGNED.root)).unwrap();
        assert_eq!(report.failures(), [CheckName::Files], "{name}");
        assert_eq!(report.checks.len(), 15, "the rest is checked: {name}");
        let said = report.print("f".as_ref(), true);
        assert!(said.contains("isn't listed") && !said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn it_ends_differently_when_the_root_is_the_records_own() {
    let end = |root: Option<&str>| judged(&SIGNED.zip, root).unwrap().conclusion().exit_code();
    assert_eq!((end(Some(&SIGNED.root)), end(None), end(Some(&foreign_root()))), (0, 3, 1));
}

/// The record of minutes that a secretary and a chair signed, and what is refused of it.
#[tokio::test]
async fn the_minutes_have_two_signatures() {
    let mut hall = approved().await;
    hall.countersign().await;
    let root = hall.app.trust.root_pem().unwrap();
    let half = hall.export(Sound::LeftOut).await.unwrap();
    let report = judged(&half, Some(&root)).unwrap();
    assert_eq!(report.conclusion(), Conclusion::Holds, "{report:#?}");
    hall.sign_as_chair(Instrument::Minutes).await;
    let whole = hall.export(Sound::LeftOut).await.unwrap();
    let report = judged(&whole, Some(&root)).unwrap();
    assert_eq!(report.conclusion(), Conclusion::Holds, "{report:#?}");
    let said = report.print("f".as_ref(), true);
    assert!(said.contains("Vương Thị Hòa") && said.contains("Đoàn Hữu Thạch"), "{said}");

    // The places are told of otherwise, though everything is chained and sealed again.
    let record = Record::read(&whole);
    let refused = |mutant: &mut Record| {
        let zip = mutant.rechain().seal(&hall.app.trust).zip();
        judged(&zip, Some(&root)).unwrap().failures()
    };
    let mut mutant = record.clone();
    let first = mutant.find("signed");
    mutant.edit(first, |event| event["signed"]["signer"] = json!("m03"));
    assert!(refused(&mut mutant).contains(&CheckName::Documents));
    let mut mutant = record.clone();
    mutant.edit(first, |event| {
        event["signed"].as_object_mut().unwrap().remove("place");
    });
    assert!(refused(&mut mutant).contains(&CheckName::Documents));
    // The chair's alone, although the file holds both.
    let mut mutant = record.clone();
    let mut lines = mutant.lines();
    lines.remove(first);
    let lines: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["position"] = json!(index + 1);
            String::from_utf8(icabinet_models::canonical::bytes(&line)).unwrap()
        })
        .collect();
    mutant.set_lines(&lines);
    assert!(refused(&mut mutant).contains(&CheckName::Signatures));
}

/// Without the secretary the chair signs as before.
#[tokio::test]
async fn the_chair_may_sign_the_minutes_alone() {
    let mut hall = approved().await;
    hall.sign_as_chair(Instrument::Minutes).await;
    assert_eq!(exported(&hall).await.conclusion(), Conclusion::Holds);
}
