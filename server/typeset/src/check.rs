//! What becomes of a text before it is set, so that whatever stands in it can be. Never here: layout.

use icabinet_models::text::{is_invisible, shown};
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::TypesetError;
use crate::fonts::{Face, face};

/// The most text one document may hold, in bytes: some 1,600 pages.
const LIMIT: usize = 8 * 1024 * 1024;

/// How much of a text is set in fonts that stand in for the document's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Whatever one of the fonts has.
    AllFonts,
    /// The same, for documents that are set again to be compared to the byte: what could be set before
    /// version 3 of records stands as it did then, in its own normal form and with its own spaces.
    AsBefore,
    /// What the document's own font has, a character at a time.
    OwnFont,
}

/// Makes every text of a sheet one that can be set: in NFC, without what is not seen, and with its
/// code in the place of a character that no font has.
///
/// `sheet` is the JSON value that the template will be given; its keys are ours.
pub(crate) fn texts(sheet: &mut Value, care: Care) -> Result<(), TypesetError> {
    let mut size = 0_usize;
    let mut rest = vec![sheet];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => {
                size = size.saturating_add(text.len());
                if size > LIMIT {
                    return Err(TypesetError::TooLarge { size, limit: LIMIT });
                }
                let stands = care == Care::AsBefore && text.chars().all(could_be_set_before);
                if !stands && !text.bytes().all(is_plain) {
                    *text = settable(text, care);
                }
            }
            Value::Array(values) => rest.extend(values),
            Value::Object(entries) => rest.extend(entries.values_mut()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Ok(())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' ' || byte == b'\n'
}

/// Whether a program before version 3 of records set it.
fn could_be_set_before(character: char) -> bool {
    let seen = !character.is_control() && !is_invisible(character);
    character == '\n' || (seen && Face::Own.has(character))
}

fn settable(text: &str, care: Care) -> String {
    let text = shown(text);
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        // What belongs together is set in one font: the first that has what it begins with.
        let found = cluster.chars().next().and_then(face);
        let found = if care == Care::OwnFont { Some(Face::Own) } else { found };
        for character in cluster.chars() {
            let has = |face: Face| !is_private(character) && face.has(character);
            if character == '\n' || found.is_some_and(has) {
                out.push(character);
            } else {
                out.push_str(&format!("[U+{:04X}]", u32::from(character)));
            }
        }
    }
    out
}

/// Whatever a font shows there, no other does.
fn is_private(character: char) -> bool {
    matches!(u32::from(character), 0xE000..=0xF8FF | 0xF_0000..)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(text: &str) -> String {
        settable(text, Care::AllFonts)
    }

    #[test]
    fn what_fonts_have_stays_in_one_normal_form() {
        let table = [
            ("Độc lập - Tự do ẮẰẲẴẶ ỡợụủứừửữựỳỵỷỹ “m²” – 5 × 3 ≥ 2", None),
            ("Ho\u{302}\u{300} Sen", Some("Hồ Sen")),
            ("Bận việc nhà 😀", None),
            ("✓ đã xong, ➢ tiếp", None),
            ("ភ្នំពេញ ວຽງຈັນ กรุงเทพ", None),
            ("漢字、名 ａｂ", None),
            ("𝐁𝐨𝐥𝐝 ∀ ⇒", None),
        ];
        for (text, expected) in table {
            assert_eq!(set(text), expected.unwrap_or(text));
        }
    }

    #[test]
    fn what_no_font_has_stands_as_its_code() {
        let table = [
            ("العربية", "[U+0627][U+0644][U+0639][U+0631][U+0628][U+064A][U+0629]"),
            ("한", "[U+D55C]"),
            ("a\u{e123}b", "a[U+E123]b"),
            ("\u{f0001}", "[U+F0001]"),
            ("x\u{ffff}", "x[U+FFFF]"),
            // A mark that only another font has, on a letter of ours.
            ("a\u{0eb1}", "a[U+0EB1]"),
        ];
        for (text, expected) in table {
            assert_eq!(set(text), expected);
        }
    }

    #[test]
    fn what_is_not_seen_is_left_out() {
        for invisible in
            ['\u{202E}', '\u{200B}', '\u{FEFF}', '\u{0}', '\u{AD}', '\u{FE0F}', '\u{1}']
        {
            assert_eq!(set(&format!("a{invisible}b")), "ab", "U+{:04X}", u32::from(invisible));
        }
        // Spaces stay as many as they are: a run ends in one where the next goes on.
        assert_eq!(set("\u{a0}a\t b\r\nc "), " a  b\nc ");
        assert_eq!(set("\u{f0b7} việc"), "• việc");
    }

    #[test]
    fn with_the_own_font_alone_the_rest_stands_as_codes() {
        assert_eq!(settable("Hồ 😀 漢", Care::OwnFont), "Hồ [U+1F600] [U+6F22]");
    }

    #[test]
    fn documents_of_before_keep_the_form_of_their_texts() {
        let mut sheet = json!(["Ho\u{302}\u{300}\u{a0}Sen", "😀 o\u{302}"]);
        texts(&mut sheet, Care::AsBefore).expect("short");
        assert_eq!(sheet, json!(["Ho\u{302}\u{300}\u{a0}Sen", "😀 ô"]));
    }

    #[test]
    fn too_much_text_is_refused() {
        let mut sheet = json!(["a".repeat(LIMIT), "a"]);
        assert!(matches!(texts(&mut sheet, Care::AllFonts), Err(TypesetError::TooLarge { .. })));
    }
}
