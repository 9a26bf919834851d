//! What may stand in a text before it is set. Never here: layout.

use serde_json::Value;
use typst::text::Font;

use crate::TypesetError;

/// The most text one document may hold, in bytes: some 400 pages.
const LIMIT: usize = 2 * 1024 * 1024;

/// Refuses what is too large, what has no glyph, and what would show other than it reads.
///
/// `sheet` is the JSON value that the template will be given; its keys are ours.
pub(crate) fn texts(sheet: &Value, fonts: &[Font]) -> Result<(), TypesetError> {
    let mut size = 0_usize;
    let mut rest = vec![sheet];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => {
                size = size.saturating_add(text.len());
                if size > LIMIT {
                    return Err(TypesetError::TooLarge { size, limit: LIMIT });
                }
                if let Some(character) = text.chars().find(|found| refused(*found, fonts)) {
                    return Err(TypesetError::Character(character));
                }
            }
            Value::Array(values) => rest.extend(values),
            Value::Object(entries) => rest.extend(entries.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Ok(())
}

fn refused(character: char, fonts: &[Font]) -> bool {
    let known_good = character.is_ascii_graphic() || character == ' ' || character == '\n';
    !known_good && (misleading(character) || !covered(character, fonts))
}

/// Characters that change what is seen without being seen: controls, direction marks and
/// overrides, zero-width spaces and joiners, soft hyphens, variation selectors, tags.
fn misleading(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0x00AD
                | 0x034F
                | 0x061C
                | 0x115F..=0x1160
                | 0x180B..=0x180E
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFF0..=0xFFFD
                | 0xE0000..=0xE0FFF
        )
}

fn covered(character: char, fonts: &[Font]) -> bool {
    fonts.iter().all(|font| font.info().coverage.contains(u32::from(character)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world;

    #[test]
    fn vietnamese_passes_in_both_normal_forms() {
        let composed = "Độc lập - Tự do - Hạnh phúc ẮẰẲẴẶ ỡợụủứừửữựỳỵỷỹ “m²” – 5 × 3 ≥ 2";
        let decomposed = "Ho\u{302}\u{300} Sen";
        for text in [composed, decomposed] {
            assert!(texts(&json!([text]), world::fonts()).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_does_not_show_or_shows_otherwise_is_refused() {
        for character in ['\u{202E}', '\u{200B}', '\u{FEFF}', '\u{0}', '😀', '漢', '\u{AD}'] {
            let sheet = json!({ "runs": [{ "text": format!("a{character}b") }] });
            assert!(
                matches!(texts(&sheet, world::fonts()), Err(TypesetError::Character(c)) if c == character),
                "U+{:04X}",
                u32::from(character)
            );
        }
    }

    #[test]
    fn too_much_text_is_refused() {
        assert!(matches!(
            texts(&json!(["a".repeat(LIMIT), "a"]), world::fonts()),
            Err(TypesetError::TooLarge { .. })
        ));
    }
}
