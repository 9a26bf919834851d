//! Places text in time: phrases of a window become segments of the recording. Knows nothing of the engine.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::engine::{Phrase, Token};
use super::pack::Window;
use super::{RATE, Segment, SpokenWord};

/// An utterance's beginning this near (0.6 s) to the engine's start is the true start.
const NEAR: usize = 9_600;

/// A word and the least probable of its tokens.
struct Word {
    text: String,
    p: f32,
}

/// The phrase as a segment, or `None` when it has no text. `not_before` is where the segment before it ended, in
/// samples of the recording; `offset` is added to every time.
pub(super) fn segment(
    phrase: &Phrase,
    window: &Window,
    not_before: usize,
    offset: u64,
) -> Option<(Segment, Range<usize>)> {
    let words = words(&phrase.tokens);
    if words.is_empty() {
        return None;
    }
    let end =
        phrase.end.map_or_else(|| window.place(usize::MAX), |at| window.place(at)).max(not_before);
    let start = start_of(window, phrase.start, not_before, end);
    let voiced = voiced_within(window, start..end);
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let confidence =
        phrase.tokens.iter().map(|token| token.p).sum::<f32>() / phrase.tokens.len() as f32;
    let ms = |sample: usize| (offset + sample as u64) * 1000 / RATE;
    let segment = Segment {
        start_ms: ms(start),
        end_ms: ms(end),
        words: share_out(words, &voiced)
            .map(|(word, at)| SpokenWord {
                text: word.text,
                start_ms: ms(at.start),
                end_ms: ms(at.end),
                p: word.p,
            })
            .collect(),
        text,
        confidence,
        struck: None,
    };
    Some((segment, start..end))
}

/// Tokens joined into words: a token that begins with a space begins a word.
fn words(tokens: &[Token]) -> Vec<Word> {
    let mut raw: Vec<(Vec<u8>, f32)> = Vec::new();
    for token in tokens {
        match raw.last_mut() {
            Some((bytes, p)) if token.bytes.first() != Some(&b' ') => {
                bytes.extend_from_slice(&token.bytes);
                *p = p.min(token.p);
            }
            _ => raw.push((token.bytes.clone(), token.p)),
        }
    }
    raw.into_iter()
        .flat_map(|(bytes, p)| {
            let text: String = String::from_utf8_lossy(&bytes).nfc().collect();
            text.split_whitespace()
                .map(|text| Word { text: text.to_owned(), p })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The beginning of the utterance nearest to what the engine says; what it says when none is near. Compared inside
/// the window: at the seam of two pieces the engine's start may lie in the pause before.
fn start_of(window: &Window, said: usize, not_before: usize, end: usize) -> usize {
    let away = |start: usize| window.inside(start).abs_diff(said);
    let nearest = window
        .voiced()
        .map(|voiced| voiced.start)
        .filter(|start| *start >= not_before && *start < end && away(*start) <= NEAR)
        .min_by_key(|start| away(*start));
    nearest.unwrap_or_else(|| window.place(said)).clamp(not_before, end)
}

/// What is voiced in a stretch; the stretch itself when nothing is.
fn voiced_within(window: &Window, stretch: Range<usize>) -> Vec<Range<usize>> {
    let voiced: Vec<_> = window
        .voiced()
        .map(|voiced| voiced.start.max(stretch.start)..voiced.end.min(stretch.end))
        .filter(|voiced| !voiced.is_empty())
        .collect();
    if voiced.is_empty() { vec![stretch] } else { voiced }
}

/// Gives each word its share of what is voiced, by its number of letters and one for the space.
fn share_out(
    words: Vec<Word>,
    voiced: &[Range<usize>],
) -> impl Iterator<Item = (Word, Range<usize>)> {
    let weights: Vec<usize> = words.iter().map(|word| word.text.chars().count() + 1).collect();
    let all: usize = weights.iter().sum();
    let length: usize = voiced.iter().map(ExactSizeIterator::len).sum();
    let mut before = 0;
    let places: Vec<_> = weights
        .iter()
        .map(|weight| {
            let from = at(voiced, before * length / all.max(1));
            before += weight;
            from..at(voiced, before * length / all.max(1)).max(from)
        })
        .collect();
    words.into_iter().zip(places)
}

/// The place that lies `along` samples into what is voiced.
fn at(voiced: &[Range<usize>], mut along: usize) -> usize {
    for stretch in voiced {
        if along <= stretch.len() {
            return stretch.start + along;
        }
        along -= stretch.len();
    }
    voiced.last().map_or(0, |stretch| stretch.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, p: f32) -> Token {
        Token { bytes: text.as_bytes().to_vec(), p }
    }

    #[test]
    fn times_come_from_the_recording_not_from_the_window() {
        let mut window = Window::default();
        window.add(&(16_000..32_000));
        window.add(&(320_000..352_000));
        let second = window.pieces[0].kept.len();
        let phrase = Phrase {
            start: second + 1_000,
            end: Some(second + 38_400),
            tokens: vec![token(" ab", 0.8), token("c", 0.4), token(" def", 0.9)],
        };
        let (segment, _) = segment(&phrase, &window, 32_000, 16_000).expect("there is text");
        assert_eq!((segment.start_ms, segment.end_ms), (21_000, 23_000));
        assert_eq!(segment.text, "abc def");
        let words: Vec<_> =
            segment.words.iter().map(|word| (word.start_ms, word.end_ms, word.p)).collect();
        assert_eq!(words, [(21_000, 22_000, 0.4), (22_000, 23_000, 0.9)]);
    }

    #[test]
    fn split_characters_are_joined_and_composed() {
        let tokens = [
            token(" Vi", 1.0),
            Token { bytes: vec![0xE1, 0xBB], p: 1.0 },
            Token { bytes: vec![0x87, b't'], p: 0.5 },
        ];
        let words = words(&tokens);
        assert_eq!(
            words.iter().map(|word| (word.text.as_str(), word.p)).collect::<Vec<_>>(),
            [("Việt", 0.5)]
        );
    }

    #[test]
    fn an_empty_phrase_is_no_segment() {
        assert_eq!(
            segment(
                &Phrase { tokens: vec![token("  ", 1.0)], ..Phrase::default() },
                &Window::default(),
                0,
                0
            ),
            None
        );
    }
}
