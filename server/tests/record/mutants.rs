//! `icabinet verify` on a true record and on every forgery of it that we can think of.

use crate::hall::Hall;
use crate::zipped::Record;
use icabinet::app::App;
use icabinet::clock;
use icabinet::record::{Bounds, CheckName, Report, Sound, Verdict, VerifyError, verify};
use icabinet_models::ids::{Digest, Time};
use icabinet_models::rule::Choice;
use icabinet_signing::Authority;
use icabinet_signing::authority::{NewAuthority, Seeds};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

/// An exported record and the root it is to be checked with. Nobody changes it.
pub struct Fixture {
    pub zip: Vec<u8>,
    pub root: String,
    pub app: Arc<App>,
}

pub static SIGNED: LazyLock<Fixture> = LazyLock::new(|| fixture(true));
/// Minutes drafted, nothing signed: quick to verify.
static UNSIGNED: LazyLock<Fixture> = LazyLock::new(|| fixture(false));

fn fixture(signed: bool) -> Fixture {
    Runtime::new().unwrap().block_on(async {
        let hall = if signed { Hall::published().await } else { Hall::held().await };
        Fixture::of(&hall).await
    })
}

impl Fixture {
    /// The record of a hall. The files of its database are there as long as the hall.
    pub async fn of(hall: &Hall) -> Self {
        let zip = hall.export(Sound::Included).await.unwrap();
        let root = hall.app.trust.root_pem().unwrap();
        Self { zip, root, app: Arc::clone(&hall.app) }
    }
}

/// Verifies bytes against a root.
pub fn judged(bytes: &[u8], root: Option<&str>) -> Result<Report, VerifyError> {
    judged_at(bytes, root, None, clock::now())
}

/// Verifies bytes against a root and a list of revoked certificates, at a time.
pub fn judged_at(
    bytes: &[u8],
    root: Option<&str>,
    list: Option<&[u8]>,
    now: Time,
) -> Result<Report, VerifyError> {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let file = put("file", bytes);
    let trust = root.map(|root| put("root.pem", root.as_bytes()));
    let list = list.map(|list| put("list.crl", list));
    verify(&file, trust.as_deref(), list.as_deref(), Bounds::at(now))
}

/// What fails when the forger holds the server's authority too, and seals the list again.
pub fn failures(record: &Record, fixture: &Fixture) -> Vec<CheckName> {
    let zip = record.clone().seal(&fixture.app.trust).zip();
    judged(&zip, Some(&fixture.root)).unwrap().failures()
}

pub fn foreign_root() -> String {
    let new = NewAuthority {
        organisation: "Ủy ban nhân dân phường Hồ Sen",
        not_before: 1_700_000_000,
        root_not_after: 2_000_000_000,
        issuing_not_after: 1_900_000_000,
    };
    let seeds = Seeds { root: [1; 32], issuing: [2; 32] };
    Authority::create(&new, &seeds).unwrap().root_pem().unwrap()
}

#[test]
fn a_true_record_holds() {
    let report = judged(&SIGNED.zip, Some(&SIGNED.root)).unwrap();
    assert!(report.is_valid(), "{report:#?}");
    assert!(report.checks.iter().all(|check| check.verdict == Verdict::Passed), "{report:#?}");
    assert_eq!(report.checks.len(), 15);
    let names = report.checks.iter().map(|check| check.name.code());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>().len(), 15, "each once");
    let said = report.print(std::path::Path::new("r.zip"), false);
    assert!(said.contains("1 lượt, 4 phiếu") && said.contains("3 chữ ký hợp lệ"), "{said}");
    // The same, read and written by the tests' own tool: what refuses mutants is their change.
    assert!(failures(Record::read(&SIGNED.zip).rechain(), &SIGNED).is_empty());
}

#[test]
fn without_a_root_of_ones_own_it_says_what_that_proves() {
    let report = judged(&SIGNED.zip, None).unwrap();
    assert!(report.is_valid());
    let trust = report.checks.iter().find(|check| check.name == CheckName::Trust).unwrap();
    assert_eq!(trust.verdict, Verdict::NotChecked);
    assert!(trust.detail.en.contains("agrees with itself"));
}

#[test]
fn a_foreign_authority_is_refused() {
    let failed = judged(&SIGNED.zip, Some(&foreign_root())).unwrap().failures();
    let all = [CheckName::Seal, CheckName::Signatures, CheckName::Trust, CheckName::Revocation];
    assert_eq!(failed, all);
    // Putting the foreign root into the record doesn't help its signatures.
    let mut record = Record::read(&SIGNED.zip);
    record.0.insert("trust/root.pem".to_owned(), foreign_root().into_bytes());
    record.relist();
    let failed = judged(&record.zip(), None).unwrap().failures();
    assert_eq!(failed, [CheckName::Seal, CheckName::Signatures, CheckName::Revocation]);
}

#[test]
fn a_byte_changed_in_any_record_breaks_the_chain() {
    let record = Record::read(&UNSIGNED.zip);
    let count = record.lines().len();
    assert!(count > 20, "{count}");
    for index in 0..count {
        let mut mutant = record.clone();
        let mut lines = mutant.lines();
        // A digit of the time: it stays a record.
        let at = lines[index].find("\"at\":").unwrap() + 10;
        let digit = if lines[index].as_bytes()[at] == b'1' { "2" } else { "1" };
        lines[index].replace_range(at..=at, digit);
        mutant.set_lines(&lines);
        assert!(failures(&mutant, &UNSIGNED).contains(&CheckName::Files), "{index}");
        assert!(failures(mutant.relist(), &UNSIGNED).contains(&CheckName::Chain), "{index}");
    }
}

#[test]
fn records_dropped_swapped_or_doubled_are_found_also_with_a_new_chain() {
    let record = Record::read(&UNSIGNED.zip);
    let count = record.lines().len();
    type Change = fn(&mut Vec<String>, usize);
    let changes: [Change; 3] = [
        |lines, at| {
            lines.remove(at);
        },
        |lines, at| lines.swap(at, at + 1),
        |lines, at| lines.insert(at, lines[at].clone()),
    ];
    for change in changes {
        for at in [0, count / 2, count - 2] {
            let mut mutant = record.clone();
            let mut lines = mutant.lines();
            change(&mut lines, at);
            mutant.set_lines(&lines);
            assert!(failures(mutant.clone().relist(), &UNSIGNED).contains(&CheckName::Chain));
            assert!(failures(mutant.rechain(), &UNSIGNED).contains(&CheckName::Records), "{at}");
        }
    }
}

#[test]
fn another_form_of_the_same_record_is_refused() {
    let mut mutant = Record::read(&UNSIGNED.zip);
    let mut lines = mutant.lines();
    lines[3] = lines[3].replacen("\"at\":", "\"at\": ", 1);
    mutant.set_lines(&lines);
    assert_eq!(failures(mutant.rechain(), &UNSIGNED), [CheckName::Records]);
}

#[test]
fn the_head_of_the_manifest_is_held_against_the_log() {
    let mut mutant = Record::read(&UNSIGNED.zip);
    let mut manifest: Value = serde_json::from_slice(&mutant.0["manifest.json"]).unwrap();
    manifest["position"] = json!(7);
    mutant.0.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
    assert_eq!(failures(&mutant, &UNSIGNED), [CheckName::Head]);
}

/// The forger turns a ballot, and goes one step further each time.
#[test]
fn a_turned_ballot_is_found_however_far_the_forger_goes() {
    let mut mutant = Record::read(&SIGNED.zip);
    let cast = mutant.find("ballot_cast");
    mutant.edit(cast, |event| event["ballot_cast"]["choice"] = json!("no"));
    assert!(failures(&mutant, &SIGNED).contains(&CheckName::Files));
    assert!(failures(mutant.clone().relist(), &SIGNED).contains(&CheckName::Chain));
    // The chain is new: the result doesn't follow from the ballots.
    let failed = failures(mutant.rechain(), &SIGNED);
    assert_eq!(failed, [CheckName::Votes]);
    // The result is new too: the minutes don't follow from it.
    let closed = mutant.find("vote_closed");
    mutant.edit(closed, |event| {
        let closed = &mut event["vote_closed"];
        closed["ballots"]["m01"]["choice"] = json!("no");
        let outcome = &mut closed["outcome"];
        (outcome["tally"]["yes"], outcome["tally"]["no"]) = (json!(2), json!(2));
        outcome["left"] = json!(4);
        (outcome["verdict"], outcome["reason"]) = (json!("failed"), json!("tie_by_chair"));
    });
    let failed = failures(mutant.rechain(), &SIGNED);
    assert!(
        failed.contains(&CheckName::Minutes) && !failed.contains(&CheckName::Votes),
        "{failed:?}"
    );
    // The minutes are rewritten too: but they were signed.
    for kind in ["minutes_drafted", "minutes_approved"] {
        let at = mutant.find(kind);
        mutant.edit(at, |event| rewrite(&mut event[kind]["sentences"]));
    }
    let failed = failures(mutant.rechain(), &SIGNED);
    assert!(failed.contains(&CheckName::Documents), "{failed:?}");
}

fn rewrite(sentences: &mut Value) {
    for sentence in sentences.as_object_mut().unwrap().values_mut() {
        let text = sentence["text"].as_str().unwrap();
        sentence["text"] = json!(text.replace("tán thành 3", "tán thành 2"));
    }
}

#[test]
fn a_changed_outcome_is_counted_again() {
    let mut mutant = Record::read(&UNSIGNED.zip);
    let closed = mutant.find("vote_closed");
    mutant.edit(closed, |event| event["vote_closed"]["outcome"]["tally"]["yes"] = json!(4));
    assert!(failures(mutant.rechain(), &UNSIGNED).contains(&CheckName::Votes));
}

#[test]
fn ballots_of_strangers_and_after_the_close_are_refused() {
    for who in ["m05", "m99"] {
        let mut mutant = Record::read(&UNSIGNED.zip);
        let cast = mutant.find("ballot_cast");
        mutant.edit(cast, |event| event["ballot_cast"]["person"] = json!(who));
        assert!(failures(mutant.rechain(), &UNSIGNED).contains(&CheckName::Votes), "{who}");
    }
    let mut mutant = Record::read(&UNSIGNED.zip);
    let mut lines = mutant.lines();
    let (cast, closed) = (mutant.find("ballot_cast"), mutant.find("vote_closed"));
    lines.swap(cast, closed);
    mutant.set_lines(&lines);
    assert!(failures(mutant.rechain(), &UNSIGNED).contains(&CheckName::Votes));
}

#[test]
fn terms_and_presence_are_counted_again() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change, CheckName); 4] = [
        (
            "vote_opened",
            |e| e["vote_opened"]["terms"]["entitled"]["m05"] = json!(1),
            CheckName::Votes,
        ),
        ("vote_opened", |e| e["vote_opened"]["terms"]["members"] = json!(4), CheckName::Votes),
        (
            "vote_opened",
            |e| e["vote_opened"]["terms"]["text"]["vi"] = json!("Khác"),
            CheckName::Votes,
        ),
        ("session_opened", |e| e["session_opened"]["present"] = json!(5), CheckName::Quorum),
    ];
    for (kind, change, expected) in cases {
        let mut mutant = Record::read(&UNSIGNED.zip);
        let at = mutant.find(kind);
        mutant.edit(at, change);
        assert!(failures(mutant.rechain(), &UNSIGNED).contains(&expected), "{kind}");
    }
}

#[test]
fn a_record_sentence_that_was_edited_is_found() {
    let mut mutant = Record::read(&UNSIGNED.zip);
    let at = mutant.find("minutes_drafted");
    mutant.edit(at, |event| rewrite(&mut event["minutes_drafted"]["sentences"]));
    assert_eq!(failures(mutant.rechain(), &UNSIGNED), [CheckName::Minutes]);
    // Claiming another version of the program is no way out.
    let mut manifest: Value = serde_json::from_slice(&mutant.0["manifest.json"]).unwrap();
    manifest["software"] = json!("icabinet 99.0.0");
    mutant.0.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
    assert_eq!(failures(&mutant, &UNSIGNED), [CheckName::Minutes]);
}

/// The path of the last document that was signed.
pub fn signed_pdf(record: &Record) -> String {
    let lines = record.lines();
    let last = lines.iter().rfind(|line| line.contains("\"event\":{\"signed\"")).unwrap();
    let line: Value = serde_json::from_str(last).unwrap();
    format!("blobs/{}.pdf", line["event"]["signed"]["document"].as_str().unwrap())
}

#[test]
fn a_flipped_byte_of_a_signed_pdf_is_found_also_under_a_new_name() {
    let record = Record::read(&SIGNED.zip);
    let path = signed_pdf(&record);
    let mut bytes = record.0[&path].clone();
    bytes[1000] ^= 1;
    let mut mutant = record.clone();
    mutant.0.insert(path.clone(), bytes.clone());
    assert!(failures(&mutant, &SIGNED).contains(&CheckName::Files));
    let failed = failures(mutant.relist(), &SIGNED);
    assert!(failed.contains(&CheckName::Blobs) && failed.contains(&CheckName::Signatures));
    let mut renamed = record;
    renamed.replace(&path, bytes);
    assert!(failures(renamed.rechain(), &SIGNED).contains(&CheckName::Signatures));
}

#[test]
fn bytes_appended_to_a_signed_pdf_are_refused() {
    let mut mutant = Record::read(&SIGNED.zip);
    let path = signed_pdf(&mutant);
    let mut bytes = mutant.0[&path].clone();
    bytes.extend_from_slice(b"\n% more\n");
    mutant.replace(&path, bytes);
    assert!(failures(mutant.rechain(), &SIGNED).contains(&CheckName::Signatures));
}

#[test]
fn bytes_around_the_zip_are_refused() {
    let mut after = SIGNED.zip.clone();
    after.extend_from_slice(b"more");
    let report = judged(&after, Some(&SIGNED.root));
    assert!(report.is_err() || report.unwrap().failures().contains(&CheckName::Container));
    let before = [b"PK\x03\x04".as_slice(), &SIGNED.zip].concat();
    let report = judged(&before, Some(&SIGNED.root));
    assert!(report.is_err() || report.unwrap().failures().contains(&CheckName::Container));
}

#[test]
fn missing_and_foreign_files_are_found() {
    let record = Record::read(&SIGNED.zip);
    for path in record.0.keys().filter(|path| path.contains('/')) {
        let mut mutant = record.clone();
        mutant.0.remove(path);
        assert!(failures(&mutant, &SIGNED).contains(&CheckName::Files), "{path}");
        let harmless = ["sound/1.wav"];
        let failed = failures(mutant.relist(), &SIGNED);
        assert_eq!(failed.is_empty(), harmless.contains(&path.as_str()), "{path}: {failed:?}");
    }
    let mut mutant = record;
    let stray = Digest::of(b"stray");
    mutant.0.insert(format!("blobs/{}.pdf", stray.hex()), b"stray".to_vec());
    assert_eq!(failures(mutant.relist(), &SIGNED), [CheckName::Blobs]);
}

#[test]
fn another_recording_is_refused_and_none_is_said() {
    let mut mutant = Record::read(&UNSIGNED.zip);
    mutant.0.get_mut("sound/1.wav").unwrap()[100] ^= 1;
    assert_eq!(failures(mutant.relist(), &UNSIGNED), [CheckName::Recordings]);
    mutant.0.remove("sound/1.wav");
    let zip = mutant.relist().seal(&UNSIGNED.app.trust).zip();
    let report = judged(&zip, Some(&UNSIGNED.root)).unwrap();
    let sound = report.checks.iter().find(|check| check.name == CheckName::Recordings).unwrap();
    assert_eq!(sound.verdict, Verdict::NotChecked);
}

/// What no record can show by itself: that its end was cut off. Only the receipts and the code
/// of the last record tell; the report gives the code.
#[test]
fn a_shortened_record_has_another_code() {
    let mut short = Record::read(&UNSIGNED.zip);
    let mut lines = short.lines();
    lines.pop();
    short.set_lines(&lines);
    let whole = judged(&UNSIGNED.zip, Some(&UNSIGNED.root)).unwrap();
    let short = short.rechain().seal(&UNSIGNED.app.trust).zip();
    let short = judged(&short, Some(&UNSIGNED.root)).unwrap();
    assert!(short.is_valid());
    assert_ne!(whole.notes[0], short.notes[0]);
}

#[test]
fn a_lone_pdf_is_judged_too() {
    let record = Record::read(&SIGNED.zip);
    let pdf = &record.0[&signed_pdf(&record)];
    let root = Some(SIGNED.root.as_str());
    assert!(judged(pdf, root).unwrap().is_valid());
    let foreign = foreign_root();
    assert_eq!(judged(pdf, Some(&foreign)).unwrap().failures(), [CheckName::Signatures]);
    assert_eq!(judged(pdf, None).unwrap().failures(), [CheckName::Trust]);
    let mut flipped = pdf.clone();
    flipped[1000] ^= 1;
    assert_eq!(judged(&flipped, root).unwrap().failures(), [CheckName::Signatures]);
    let appended = [pdf.as_slice(), b"\n"].concat();
    assert_eq!(judged(&appended, root).unwrap().failures(), [CheckName::Signatures]);
    let unsigned = judged(b"%PDF-1.7\n%%EOF\n", root).unwrap();
    assert_eq!(unsigned.failures(), [CheckName::Signatures]);
}

#[test]
fn what_is_no_record_is_said_to_be_none() {
    for bytes in [b"".as_slice(), b"PK\x03\x04", b"hello", &SIGNED.zip[..SIGNED.zip.len() / 2]] {
        assert!(matches!(judged(bytes, None), Err(VerifyError::Neither)));
    }
    let mut other = Record::read(&UNSIGNED.zip);
    other.0.remove("manifest.json");
    assert!(matches!(judged(&other.zip(), None), Err(VerifyError::Neither)));
    assert!(matches!(judged(&SIGNED.zip, Some("no pem")), Err(VerifyError::Root)));
}

#[test]
fn hostile_bytes_never_panic() {
    // Every 997th byte of the archive is flipped, one at a time.
    for at in (0..UNSIGNED.zip.len()).step_by(997) {
        let mut bytes = UNSIGNED.zip.clone();
        bytes[at] ^= 0x55;
        let report = judged(&bytes, Some(&UNSIGNED.root));
        assert!(report.is_err() || !report.unwrap().print("f".as_ref(), true).is_empty());
    }
}

#[test]
fn ballots_of_an_open_vote_do_not_leave() {
    Runtime::new().unwrap().block_on(async {
        let mut hall = Hall::convened().await;
        hall.open().await;
        hall.cast("m03", Choice::No).await;
        let refused = hall.export(Sound::Included).await;
        assert!(matches!(refused, Err(icabinet::record::ExportError::VoteOpen)));
    });
}

#[test]
fn what_the_server_lost_is_told() {
    let zip = Runtime::new().unwrap().block_on(async {
        let hall = Hall::held().await;
        std::fs::remove_dir_all(hall.folder.path().join("data/blobs")).unwrap();
        std::fs::create_dir(hall.folder.path().join("data/blobs")).unwrap();
        hall.export(Sound::LeftOut).await.unwrap()
    });
    let report = judged(&zip, None).unwrap();
    assert_eq!(report.failures(), [CheckName::Blobs]);
    assert!(!Record::read(&zip).0.contains_key("sound/1.wav"));
}
