//! `icabinet verify` on files of some kilobytes that unpack to gigabytes: it comes to an end of its
//! own, within its memory, and says what it found.

use icabinet_models::canonical;
use icabinet_models::ids::Digest;
use icabinet_models::record::chain;
use icabinet_tests::TestServer;
use serde_json::json;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::process::Command;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Address space of the whole command in KiB: four times its own limit, and a quarter of what the
/// smallest of these files took before there was one.
const SPACE: u64 = 4 << 20;
const MEBIBYTE: usize = 1 << 20;

/// A file of a ZIP: what it repeats, and how often.
struct Part<'a>(&'a str, &'a [u8], usize);

fn zipped(parts: &[Part<'_>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for Part(path, piece, times) in parts {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        // Large writes: what is repeated is often a byte.
        let block = piece.repeat((MEBIBYTE / piece.len()).clamp(1, *times));
        let in_block = block.len() / piece.len();
        for _ in 0..times / in_block {
            zip.write_all(&block).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn manifest(position: u64, head: Digest, listed: &[(&str, u64)]) -> Vec<u8> {
    let files = listed
        .iter()
        .map(|(path, bytes)| json!({"path": path, "bytes": bytes, "sha256": Digest::ZERO}));
    let manifest = json!({
        "format": "icabinet-record", "version": 2, "meeting": "m-1", "title": {"vi": "Phiên họp"},
        "position": position, "head": head, "software": "icabinet", "created": 1_795_787_303_877_i64,
        "files": files.collect::<Vec<_>>(), "missing": [],
    });
    serde_json::to_vec(&manifest).unwrap()
}

/// How a verification ended and what it said. The system itself holds it to [`SPACE`].
pub(crate) fn verified(name: &str, bytes: &[u8], memory: u32) -> (Option<i32>, String) {
    verified_within(name, bytes, &["--memory", &memory.to_string()])
}

fn verified_within(name: &str, bytes: &[u8], limits: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {SPACE}; exec \"$0\" \"$@\"")])
        .arg(TestServer::binary())
        .args(["verify", "--english"])
        .args(limits)
        .arg(&file)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[track_caller]
fn ends(name: &str, bytes: &[u8], code: i32, word: &str) {
    assert!(bytes.len() < 8 * MEBIBYTE, "{name}: {} bytes", bytes.len());
    let (ended, said) = verified(name, bytes, 256);
    assert_eq!(ended, Some(code), "{name}: {said}");
    assert!(said.contains(word), "{name}: {said}");
    assert!(!said.contains("panicked") && !said.contains("memory allocation"), "{name}: {said}");
}

#[test]
fn a_log_that_unpacks_to_gigabytes_is_refused() {
    let small = manifest(1, Digest::ZERO, &[]);
    let log = "log/records.jsonl";
    let hashes = "log/hashes.txt";
    let cases: [(&str, &[u8], usize, &str); 4] = [
        ("blank lines", b"\n", 512 * MEBIBYTE, "the rest wasn't read"),
        ("one line", b"x", 512 * MEBIBYTE, "longer than 32 MiB"),
        ("deep", b"[", 512 * MEBIBYTE, "longer than 32 MiB"),
        ("deep lines", b"{\"event\":{\"introduced\":", MEBIBYTE, "can't be read"),
    ];
    for (name, piece, times, word) in cases {
        let zip = zipped(&[Part("manifest.json", &small, 1), Part(log, piece, times)]);
        ends(&format!("{name}.zip"), &zip, 1, word);
    }
    let zip = zipped(&[
        Part("manifest.json", &small, 1),
        Part(log, b"x\n", 1),
        Part(hashes, b"\n", 512 * MEBIBYTE),
    ]);
    ends("hashes.zip", &zip, 1, "another number of hashes");
}

#[test]
fn every_other_file_of_a_record_has_a_bound_too() {
    let small = manifest(1, Digest::ZERO, &[("listed.pdf", 7), ("huge.pdf", 1 << 40)]);
    for path in ["trust/root.pem", "trust/revocations.crl", "trust/seal.der", "manifest.sig"] {
        let zip = zipped(&[Part("manifest.json", &small, 1), Part(path, b"0", 512 * MEBIBYTE)]);
        ends("trust.zip", &zip, 1, "NOT VALID");
    }
    let zip = zipped(&[
        Part("manifest.json", &small, 1),
        Part("foreign", b"0", 512 * MEBIBYTE),
        Part("listed.pdf", b"0", 512 * MEBIBYTE),
        Part("huge.pdf", b"0", 1),
    ]);
    ends("files.zip", &zip, 1, "huge.pdf: not opened");
    // A list of files that is no list any more.
    let zip = zipped(&[Part("manifest.json", b" ", 512 * MEBIBYTE)]);
    ends("manifest.zip", &zip, 2, "neither a record");
}

/// Well-formed, chained, and endless: the state it leads to has no bound of its own.
#[test]
fn a_log_that_is_too_much_for_the_memory_is_said_to_be() {
    let (mut records, mut hashes, mut head) = (Vec::new(), String::new(), Digest::ZERO);
    for position in 1..=60_000 {
        let participant = json!({
            "person": format!("p{position}"), "name": "Nguyễn Văn Ấy".repeat(40),
            "position": {"vi": ""}, "unit": {"vi": ""}, "standing": "guest",
        });
        let line = canonical::bytes(&json!({
            "v": 2, "meeting": "m-1", "position": position, "at": 1_795_787_300_000_i64,
            "actor": "system", "event": {"participant_added": {"participant": participant}},
        }));
        head = chain(&head, 2, &line);
        records.extend_from_slice(&line);
        records.push(b'\n');
        hashes.push_str(&head.hex());
        hashes.push('\n');
    }
    let listed = |path: &str, bytes: &[u8]| json!({"path": path, "bytes": bytes.len(), "sha256": Digest::of(bytes)});
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&manifest(60_000, head, &[])).unwrap();
    manifest["files"] =
        json!(
            [listed("log/records.jsonl", &records), listed("log/hashes.txt", hashes.as_bytes()),]
        );
    let manifest = serde_json::to_vec(&manifest).unwrap();
    let zip = zipped(&[
        Part("manifest.json", &manifest, 1),
        Part("log/records.jsonl", &records, 1),
        Part("log/hashes.txt", hashes.as_bytes(), 1),
    ]);
    let (ended, said) = verified("endless.zip", &zip, 64);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("the log needs more memory than is allowed"), "{said}");
}

/// A small file of which everything may be unpacked, and is: seven times half a gigabyte to hash.
#[test]
fn a_file_that_takes_too_long_is_said_to_and_nothing_is_said_of_it() {
    let names: Vec<String> = (1..=7).map(|number| format!("sound/{number}.wav")).collect();
    let listed: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 512 << 20)).collect();
    let silence = zipped(&[Part("silence", b"\0", 512 * MEBIBYTE)]);
    let mut silence = zip::ZipArchive::new(Cursor::new(silence)).unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("manifest.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(&manifest(1, Digest::ZERO, &listed)).unwrap();
    for name in &names {
        zip.raw_copy_file_rename(silence.by_index_raw(0).unwrap(), name).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    assert!(zip.len() < 8 * MEBIBYTE, "{} bytes", zip.len());
    let (ended, said) = verified_within("silence.zip", &zip, &["--seconds", "1"]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("needs more time than 1 s"), "{said}");
    assert!(!said.contains("VALID"), "{said}");
}
