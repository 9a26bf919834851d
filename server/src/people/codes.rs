//! Codes for people whose list has none: made of the name, so that they can be found by it. The same
//! list gives the same codes. Never here: codes of accounts.

use super::cells::bare;
use std::collections::BTreeMap;

/// Room for a number behind the name, within what an identifier holds.
const LONGEST_BASE: usize = 52;

/// What a name gives: "doan.huu.thach".
pub(super) fn base(name: &str) -> String {
    let bare = bare(name);
    let words = bare.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut base = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".");
    base.truncate(LONGEST_BASE);
    if base.is_empty() { "khach".to_owned() } else { base.trim_end_matches('.').to_owned() }
}

/// The codes that were made, so that thousands of one name don't try all that are taken.
#[derive(Debug, Default)]
pub(super) struct Codes {
    next: BTreeMap<String, u32>,
}

impl Codes {
    /// A code that nobody else has.
    pub(super) fn make(&mut self, name: &str, is_taken: impl Fn(&str) -> bool) -> String {
        let base = base(name);
        let next = self.next.entry(base.clone()).or_insert(1);
        loop {
            let code = if *next == 1 { base.clone() } else { format!("{base}-{next}") };
            *next += 1;
            if !is_taken(&code) {
                return code;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Codes, base};
    use icabinet_models::ids::PersonId;

    #[test]
    fn codes_are_made_of_names_and_belong_to_one() {
        let long = "Nguyễn ".repeat(20);
        for (name, expected) in [
            ("Đoàn Hữu Thạch", "doan.huu.thach"),
            ("Đinh-Lê Thị Ý", "dinh.le.thi.y"),
            ("習近平", "khach"),
            ("Jane O'Neill", "jane.o.neill"),
        ] {
            assert_eq!(base(name), expected);
        }
        for name in [long.as_str(), "Đoàn Hữu Thạch", "*", ""] {
            assert!(PersonId::from(base(name)).is_well_formed(), "{name}");
        }
        let mut codes = Codes::default();
        let made: Vec<String> =
            (0..3).map(|_| codes.make("Lê Văn A", |code| code == "le.van.a-2")).collect();
        assert_eq!(made, ["le.van.a", "le.van.a-3", "le.van.a-4"]);
    }
}
