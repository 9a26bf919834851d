//! Cleaning a text, character by character. Never here: how long it may be.

use super::{BRAILLE_BLANK, is_invisible};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// What a text is to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Stands within a line: a name, a title, a reason. Line breaks become spaces.
    Line,
    /// Has lines of its own: a motion, a sentence, an opinion. At most one line stays empty between
    /// two.
    Passage,
}

/// A character that no two machines show alike: of private use, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub char);

/// What becomes of a character.
enum Fate {
    Stays(char),
    Space,
    Break,
    Gone,
    Refused,
}

/// The text in NFC, without what is not seen, its spaces plain and single, its ends trimmed. Cleaning
/// what was cleaned changes nothing.
///
/// # Errors
/// The first character that can't be kept and can't be left out without changing what is read.
pub fn cleaned(text: &str, shape: Shape) -> Result<Cow<'_, str>, Refused> {
    if is_clean(text) {
        return Ok(Cow::Borrowed(text));
    }
    let seen = seen(text, |character| Err(Refused(character)))?;
    Ok(Cow::Owned(match shape {
        Shape::Line => spaced(&seen),
        Shape::Passage => lines(&seen),
    }))
}

/// The text as it is shown, where it may be older than the door: in NFC, without what is not seen,
/// with plain spaces, each where it was; what the door refuses stands as it is.
pub fn shown(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    seen(text, Ok::<_, Refused>).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A report of the system's own, which is never refused: what can't be kept stands as U+FFFD, what is
/// too long (`most` bytes) is cut.
pub fn presentable(text: &str, shape: Shape, most: usize) -> String {
    let seen = seen(text, |_| Ok::<_, Refused>(char::REPLACEMENT_CHARACTER)).unwrap_or_default();
    let mut text = match shape {
        Shape::Line => spaced(&seen),
        Shape::Passage => lines(&seen),
    };
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.truncate(text.trim_end().len());
    }
    text
}

/// What is seen of a text, in NFC; `private` says what becomes of what is refused.
fn seen<E>(text: &str, private: impl Fn(char) -> Result<char, E>) -> Result<String, E> {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for character in text.chars() {
        match fate(character) {
            Fate::Stays(character) => out.push(character),
            Fate::Space => out.push(' '),
            Fate::Break if character == '\n' && before == Some('\r') => {}
            Fate::Break => out.push('\n'),
            Fate::Gone => {}
            Fate::Refused => out.push(private(character)?),
        }
        before = Some(character);
    }
    Ok(out.nfc().collect())
}

/// Whether there is nothing to do, by one look at each character.
fn is_clean(text: &str) -> bool {
    let mut after_space = true;
    for character in text.chars() {
        let is_space = character == ' ';
        let stays = matches!(fate(character), Fate::Stays(kept) if kept == character);
        if !stays && (!is_space || after_space) {
            return false;
        }
        after_space = is_space;
    }
    (text.is_empty() || !after_space) && is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn fate(character: char) -> Fate {
    match character {
        '!'..='~' => Fate::Stays(character),
        // Vertical tabs are Word's line breaks; form feeds, NEL and the separators are breaks too.
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Break,
        BRAILLE_BLANK => Fate::Space,
        space if space.is_whitespace() => Fate::Space,
        invisible if is_invisible(invisible) => Fate::Gone,
        // Signs of Word's Symbol and Wingdings fonts, which copying moves into private use.
        '\u{f020}' => Fate::Space,
        '\u{f02d}' => Fate::Stays('-'),
        '\u{f076}' => Fate::Stays('❖'),
        '\u{f0a7}' => Fate::Stays('▪'),
        '\u{f0b7}' => Fate::Stays('•'),
        '\u{f0d8}' => Fate::Stays('➢'),
        '\u{f0fc}' => Fate::Stays('✓'),
        private if is_private(private) => Fate::Refused,
        kept => Fate::Stays(kept),
    }
}

/// Of private use, or one of the code points that never become characters.
fn is_private(character: char) -> bool {
    let code = u32::from(character);
    matches!(code, 0xE000..=0xF8FF | 0xF_0000.. | 0xFDD0..=0xFDEF) || code & 0xFFFE == 0xFFFE
}

/// Words with one space between them.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Lines, each spaced, with at most one empty line between two.
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0_usize;
    for line in text.split('\n').map(spaced) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        out.push_str(&line);
        empty = 0;
    }
    out
}
