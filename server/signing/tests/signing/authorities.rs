//! The authority's folder and what its certificates say.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use icabinet_signing::certificate::identity;
use icabinet_signing::{Authority, DeviceSubject, SigningError};

use crate::office::{DECISION, NOW, Office, REVOCATIONS_AT, SERIAL, assert_findings};

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).expect("an old folder can be removed");
    }
    path
}

#[test]
fn an_authority_is_kept_for_its_owner_alone_and_comes_back() {
    let office = Office::new(1);
    let path = folder("authority");
    office.authority.save(&path).expect("saved");
    let mode = |path: &PathBuf| path.metadata().expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for file in ["root-key.pem", "issuing-key.pem", "root.pem", "issuing.pem"] {
        assert_eq!(mode(&path.join(file)), 0o600, "{file}");
    }
    let loaded = Authority::load(&path).expect("loaded");
    assert!(loaded.holds_root_key());
    assert_eq!(loaded.root_der().ok(), office.authority.root_der().ok());
    assert!(matches!(office.authority.save(&path), Err(SigningError::Folder(_))));
}

#[test]
fn the_root_key_can_be_taken_offline() {
    let office = Office::new(1);
    let path = folder("offline");
    office.authority.save(&path).expect("saved");
    std::fs::remove_file(path.join("root-key.pem")).expect("taken away");
    let authority = Authority::load(&path).expect("loaded");
    assert!(!authority.holds_root_key());
    let office = Office { authority, ..Office::new(1) };
    assert_findings(&office.verify(&office.signed(DECISION)), &[]);
}

#[test]
fn a_key_of_another_authority_is_refused() {
    let path = folder("mixed");
    Office::new(1).authority.save(&path).expect("saved");
    let other = folder("mixed-other");
    Office::new(40).authority.save(&other).expect("saved");
    std::fs::copy(other.join("issuing-key.pem"), path.join("issuing-key.pem")).expect("copied");
    assert!(matches!(Authority::load(&path), Err(SigningError::Certificate(_))));
}

#[test]
fn a_certificate_says_whom_it_names() {
    let office = Office::new(1);
    let identity = identity(&office.certificate).expect("readable");
    assert_eq!(identity.common_name, "Đoàn Hữu Thạch");
    assert_eq!(identity.organisation, "Ủy ban nhân dân phường Hồ Sen");
    assert_eq!(identity.title, "Chủ tịch");
    assert_eq!(identity.serial, format!("{SERIAL:x}"));
    assert_eq!(identity.not_after - identity.not_before, 61 * 24 * 60 * 60);
}

#[test]
fn a_certificate_says_where_revocations_are_published() {
    let has =
        |der: &[u8], text: &str| der.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    let office = Office::new(1);
    assert!(has(&office.certificate, REVOCATIONS_AT));
    let subject =
        DeviceSubject { common_name: "A", organisation: "B", title: "", revocations_at: None };
    let key = office.key.verifying_key().to_bytes();
    let without = office.authority.certify(&key, &subject, 3, NOW, NOW + 1).expect("certified");
    assert!(!has(&without, "http"));
}

#[test]
fn what_is_not_certified() {
    let office = Office::new(1);
    let subject =
        DeviceSubject { common_name: "A", organisation: "B", title: "", revocations_at: None };
    let key = office.key.verifying_key().to_bytes();
    let small_order = {
        let mut bytes = [0; 32];
        bytes[0] = 1;
        bytes
    };
    let table = [
        ("a point of small order", small_order, 1, NOW, NOW + 1, "signing_certificate"),
        ("serial zero", key, 0, NOW, NOW + 1, "signing_certificate"),
        ("no time", key, 1, NOW, NOW, "signing_time"),
        ("before 1970", key, 1, -1, NOW, "signing_time"),
        ("after 9999", key, 1, NOW, i64::MAX, "signing_time"),
    ];
    for (case, key, serial, from, until, code) in table {
        let refused =
            office.authority.certify(&key, &subject, serial, from, until).expect_err(case);
        assert_eq!(refused.code(), code, "{case}");
    }
}
