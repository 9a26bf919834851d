//! Texts: what may stand in one, how long one may be, and when two say the same.
//!
//! What comes in is cleaned once, at the server's door (`meeting::door`, feature `door`); everything
//! behind it may rely on NFC, plain spaces and characters that are seen. Never here: what a meeting
//! is. A tablet's program links no tables of Unicode: it gets its texts from a server.

#[cfg(feature = "door")]
mod characters;
pub mod most;

#[cfg(feature = "door")]
pub use characters::{Refused, Shape, cleaned, presentable, shown};

/// What is compared where people, units, venues or roles are held against each other: without regard
/// to case, to how spaces are made, to what is not seen, to how letters are composed and to where the
/// tone stands in oa, oe and uy ("văn hoá", "Văn hóa"). Kept is the text itself, never this.
///
/// Without the feature `door` letters are not composed anew: what a server sends has been.
pub fn folded(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let lower = composed(&composed(&seen).to_lowercase());
    let mut out = String::with_capacity(lower.len());
    for word in lower.split(|c: char| c.is_whitespace() || c == BRAILLE_BLANK) {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            word.chars().for_each(|letter| push_toned(&mut out, letter));
        }
    }
    composed(&out)
}

/// Appends a letter; a tone on the second vowel of oa, oe and uy moves to the first.
fn push_toned(out: &mut String, letter: char) {
    const MOVED: [(char, char, &str); 3] =
        [('o', 'a', "òàóáỏảõãọạ"), ('o', 'e', "òèóéỏẻõẽọẹ"), ('u', 'y', "ùỳúýủỷũỹụỵ")];
    for (first, second, pairs) in MOVED {
        let mut pairs = pairs.chars();
        while let (Some(on_first), Some(on_second)) = (pairs.next(), pairs.next()) {
            if letter == on_second && out.ends_with(first) {
                out.pop();
                out.push(on_first);
                out.push(second);
                return;
            }
        }
    }
    out.push(letter);
}

/// Whether two texts say the same to a reader.
pub fn same(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

#[cfg(feature = "door")]
fn composed(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfc().collect()
}

#[cfg(not(feature = "door"))]
fn composed(text: &str) -> String {
    text.to_owned()
}

/// A cell of Braille without a dot: a space that is none.
const BRAILLE_BLANK: char = '\u{2800}';

/// What takes part in a text without being seen: what Unicode calls ignorable (joiners, soft hyphens,
/// marks and overrides of direction, variation selectors, tags), fillers, annotations, and controls
/// that are no space.
pub fn is_invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(
            u32::from(character),
            0x00AD
                | 0x034F
                | 0x061C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x202A..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}
