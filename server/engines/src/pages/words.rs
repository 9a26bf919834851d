//! The words of a page with their places, and the page's text. Knows nothing of pictures.

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::pdfium::{Page, PageRect};

/// One word of a page, as the words file holds it: `{"t":"thường","x":0.1,"y":0.2,"w":0.05,"h":0.01,"e":" "}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word, NFC.
    pub t: String,
    /// Left edge as a share of the page's width.
    pub x: f64,
    /// Top edge as a share of the page's height.
    pub y: f64,
    /// Width as a share of the page's width.
    pub w: f64,
    /// Height as a share of the page's height.
    pub h: f64,
    /// What follows the word in the text: a space, a newline, or nothing.
    pub e: String,
}

/// The words of `page` in reading order, and its text.
pub(super) fn read(page: &Page<'_>) -> (Vec<Word>, String) {
    let mut gather = Gather { page, words: Vec::new(), word: String::new(), place: None };
    page.characters(|character, place| gather.take(character, place));
    gather.close("");
    let words = gather.words;
    let mut text = String::with_capacity(words.iter().map(|word| word.t.len() + 1).sum());
    for word in &words {
        text.push_str(&word.t);
        text.push_str(&word.e);
    }
    text.truncate(text.trim_end().len());
    (words, text)
}

struct Gather<'a> {
    page: &'a Page<'a>,
    words: Vec<Word>,
    word: String,
    place: Option<PageRect>,
}

impl Gather<'_> {
    fn take(&mut self, character: char, place: Option<PageRect>) {
        match character {
            '\n' | '\r' => self.close("\n"),
            // PDFium's mark for a hyphen at a line's end: the word goes on in the next line, but its box does not.
            '\u{2}' | '\u{ad}' => {
                self.word.push('-');
                self.widen(place);
            }
            space if space.is_whitespace() => self.close(" "),
            control if control.is_control() || control == '\u{fffe}' || control == '\u{ffff}' => {}
            letter => {
                if self.is_elsewhere(place) {
                    self.close("\n");
                }
                self.word.push(letter);
                self.widen(place);
            }
        }
    }

    /// Whether a character lies in another line than the word so far: without a space between them in the file.
    fn is_elsewhere(&self, place: Option<PageRect>) -> bool {
        let (Some(word), Some(place)) = (self.place, place) else {
            return false;
        };
        let height = (word.top - word.bottom).abs().max(1.0);
        place.bottom > word.top + height || place.top < word.bottom - height
    }

    fn widen(&mut self, place: Option<PageRect>) {
        let Some(place) =
            place.filter(|place| place.right > place.left && place.top > place.bottom)
        else {
            return;
        };
        self.place = Some(match self.place {
            None => place,
            Some(so_far) => PageRect {
                left: so_far.left.min(place.left),
                right: so_far.right.max(place.right),
                top: so_far.top.max(place.top),
                bottom: so_far.bottom.min(place.bottom),
            },
        });
    }

    /// Ends the word. A line's end after a space replaces the space.
    fn close(&mut self, followed_by: &str) {
        let place = self.place.take();
        if self.word.is_empty() {
            if let Some(last) = self.words.last_mut()
                && followed_by == "\n"
            {
                last.e = "\n".to_owned();
            }
            return;
        }
        let raw = std::mem::take(&mut self.word);
        let t = if is_nfc(&raw) { raw } else { raw.nfc().collect() };
        let [x, y, w, h] = place.map_or([0.0; 4], |place| self.shares(place));
        self.words.push(Word { t, x, y, w, h, e: followed_by.to_owned() });
    }

    /// A box in points as left, top, width, height in shares of the page, cut at its edges and rounded: a
    /// hundred-thousandth of an A4 page is 0.003 mm.
    fn shares(&self, place: PageRect) -> [f64; 4] {
        let (x1, y1) = self.page.place(place.left, place.top);
        let (x2, y2) = self.page.place(place.right, place.bottom);
        let round = |share: f64| (share * 1e5).round() / 1e5;
        let cut = |share: f64| share.clamp(0.0, 1.0);
        let (left, right) = (cut(x1.min(x2)), cut(x1.max(x2)));
        let (top, bottom) = (cut(y1.min(y2)), cut(y1.max(y2)));
        [round(left), round(top), round(right - left), round(bottom - top)]
    }
}
