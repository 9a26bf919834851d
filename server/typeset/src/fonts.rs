//! The fonts: the document's own in its four styles, and those that stand in for it, a script each.
//! Embedded, so that a document looks the same wherever it is set. Never here: which text is set.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// How many of the fonts are the document's own.
const OWN: usize = 4;

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 12] = [
        include_bytes!("../fonts/LiberationSerif-Regular.ttf"),
        include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
        include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
        include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"),
        include_bytes!("../fonts/NotoSansSymbols2-Subset.ttf"),
        include_bytes!("../fonts/NotoSansSymbols-Subset.ttf"),
        include_bytes!("../fonts/NotoSansMath-Subset.ttf"),
        include_bytes!("../fonts/NotoEmoji-Subset.ttf"),
        include_bytes!("../fonts/NotoSerifKhmer-Subset.ttf"),
        include_bytes!("../fonts/NotoSerifLao-Subset.ttf"),
        include_bytes!("../fonts/NotoSerifThai-Subset.ttf"),
        include_bytes!("../fonts/NotoSansCJKsc-Subset.otf"),
    ];
    files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// All fonts, the document's own first.
pub(crate) fn all() -> &'static [Font] {
    &FONTS
}

/// What Typst looks fonts up in.
pub(crate) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// Which fonts a character is set in.
#[derive(Clone, Copy)]
pub(crate) enum Face {
    /// The document's own, whatever the style.
    Own,
    /// One that stands in.
    Other(&'static Font),
}

impl Face {
    pub(crate) fn has(self, character: char) -> bool {
        let code = u32::from(character);
        match self {
            Self::Own => FONTS.iter().take(OWN).all(|font| font.info().coverage.contains(code)),
            Self::Other(font) => font.info().coverage.contains(code),
        }
    }
}

/// The first fonts that have a character, in the order in which the template names them.
pub(crate) fn face(character: char) -> Option<Face> {
    if Face::Own.has(character) {
        return Some(Face::Own);
    }
    FONTS.iter().skip(OWN).map(Face::Other).find(|face| face.has(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_names_every_font_in_this_order() {
        let template = include_str!("sheet.typ");
        let mut from = 0;
        for font in all().iter().skip(OWN - 1) {
            let named = format!("\"{}\"", font.info().family);
            let at =
                template[from..].find(&named).unwrap_or_else(|| panic!("{named} in its place"));
            from += at;
        }
        assert_eq!(all().len(), 12);
    }
}
