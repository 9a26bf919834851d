//! Files with one fault each that other people's systems stumbled over, where they are at hand: their
//! relatives are in `files` and `rows`.

use super::{errors, people, shown};
use icabinet::people::Asked;
use icabinet_models::lists::{FaultCode, Preview};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/found")
}

const XLSX: [(u32, &str, &str); 2] = [(2, "X01", "Lê Thị Một"), (3, "X02", "Trần Văn Hai")];
const CSV: [(u32, &str, &str); 2] = [(2, "C01", "Lê Thị Một"), (3, "C02", "Trần Văn Hai")];

#[test]
fn every_file_that_was_found_is_read_or_says_why_not() {
    type Right = fn(&Preview);
    let same: Right = |preview| {
        let expected = if preview.tabs.is_empty() { CSV } else { XLSX };
        assert_eq!(people(preview), expected);
        assert_eq!(errors(preview), []);
    };
    let cases: [(&str, Right); 18] = [
        ("xlsx/01-no-cell-refs.xlsx", same),
        ("xlsx/03-tabs-reordered.xlsx", |p| assert_eq!(p.tab.as_deref(), Some("Danh sách mới"))),
        ("xlsx/04-hidden-first-tab.xlsx", |p| {
            assert_eq!((p.tab.as_deref(), people(p)), (Some("Danh sách"), XLSX.to_vec()));
        }),
        ("xlsx/05-backslash-paths.xlsx", same),
        ("xlsx/06-sheet-without-number.xlsx", same),
        ("xlsx/08-date-1904.xlsx", |p| assert_eq!(p.rows[0].since, "24/11/2026")),
        ("xlsx/10-date-iso-t-d.xlsx", |p| assert_eq!(p.rows[0].since, "24/11/2026")),
        ("xlsx/11-x000D.xlsx", same),
        ("xlsx/12-leading-zero-code.xlsx", |p| assert_eq!(people(p)[0].1, "00012")),
        ("xlsx/13-long-number-code.xlsx", |p| assert_eq!(people(p)[0].1, "79123456789")),
        ("xlsx/14-formula-error.xlsx", |p| {
            assert_eq!(people(p), XLSX[1..]);
            assert_eq!(errors(p), [(Some(2), Some("B2"), FaultCode::FormulaError, "#N/A")]);
        }),
        ("xlsx/17-shared-strings-other-case.xlsx", same),
        ("xlsx/18-nfd.xlsx", |p| {
            assert_eq!(people(p), XLSX);
            assert_eq!(p.rows[0].participant.unit.vi, "Công an phường");
            assert!(p.rows[0].participant.is_member());
        }),
        ("csv/06-cr-only.csv", same),
        ("csv/07-short-rows.csv", same),
        ("csv/08b-extra-trailing-separator-header-only-missing.csv", same),
        ("csv/09-nfd.csv", |p| {
            assert_eq!(people(p), CSV);
            assert_eq!(p.rows[0].participant.unit.vi, "Công an phường");
            assert!(p.rows[0].participant.is_member());
        }),
        // Whether letters of this kind are taken is the meeting's to say.
        ("csv/16-emoji-in-name.csv", |p| assert_eq!(p.rows.len() + p.errors.len(), 2)),
    ];
    for (name, right) in cases {
        let Ok(bytes) = std::fs::read(folder().join(name)) else { continue };
        println!("{name}");
        right(&shown(&bytes, &Asked::default()));
    }
}
