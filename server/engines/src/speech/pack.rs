//! Puts utterances into windows for the engine, which always works on 30 s: long pauses are left out, short
//! utterances share a window. Knows samples, not text.

use std::ops::Range;

/// Samples kept before and after each utterance (0.4 s): first and last sounds are softer than the detector hears, and
/// with less the test model leaves sentences out (0.25 s: 13 word errors of 545 on the meetings; 0.4 s: none).
pub(super) const MARGIN: usize = 6_400;
/// The longest window (29 s): the engine's 30 s, less the rounding of its frames.
const WINDOW: usize = 464_000;

/// A stretch of the recording inside a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Samples of the recording, margins included.
    pub kept: Range<usize>,
    /// What is voiced in it.
    pub voiced: Vec<Range<usize>>,
}

/// Utterances that go to the engine together. Pieces are in order and do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    pub pieces: Vec<Piece>,
}

impl Window {
    /// Samples in the window.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.kept.len()).sum()
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds an utterance when it still fits. Utterances come in order.
    pub(super) fn add(&mut self, voiced: &Range<usize>) -> bool {
        let mut kept = voiced.start.saturating_sub(MARGIN)..voiced.end + MARGIN;
        if let Some(last) = self.pieces.last_mut()
            && kept.start <= last.kept.end
        {
            let grown = kept.end - last.kept.end.min(kept.end);
            if self.len() + grown > WINDOW {
                return false;
            }
            let Some(last) = self.pieces.last_mut() else {
                return false;
            };
            last.kept.end = last.kept.end.max(kept.end);
            last.voiced.push(voiced.clone());
            return true;
        }
        if !self.is_empty() && self.len() + kept.len() > WINDOW {
            return false;
        }
        // A single utterance is never longer than a window: `voice` cuts at 20 s.
        kept.end = kept.end.min(kept.start + WINDOW);
        self.pieces.push(Piece { kept, voiced: vec![voiced.clone()] });
        true
    }

    /// The place in the recording of a place in the window. Between two pieces it is the end of the first.
    pub(super) fn place(&self, mut at: usize) -> usize {
        for piece in &self.pieces {
            if at <= piece.kept.len() {
                return piece.kept.start + at;
            }
            at -= piece.kept.len();
        }
        self.pieces.last().map_or(0, |piece| piece.kept.end)
    }

    /// The place in the window of a place in the recording that it holds.
    pub(super) fn inside(&self, sample: usize) -> usize {
        let mut before = 0;
        for piece in &self.pieces {
            if sample < piece.kept.end {
                return before + sample.saturating_sub(piece.kept.start);
            }
            before += piece.kept.len();
        }
        before
    }

    /// What is voiced, in order.
    pub(super) fn voiced(&self) -> impl Iterator<Item = &Range<usize>> {
        self.pieces.iter().flat_map(|piece| &piece.voiced)
    }

    /// The window without what lies before `from`, a place in the recording.
    pub(super) fn after(&self, from: usize) -> Window {
        let mut rest = Window::default();
        for piece in &self.pieces {
            let voiced: Vec<_> = piece
                .voiced
                .iter()
                .filter(|voiced| voiced.end > from)
                .map(|voiced| voiced.start.max(from)..voiced.end)
                .collect();
            if !voiced.is_empty() {
                rest.pieces
                    .push(Piece { kept: piece.kept.start.max(from)..piece.kept.end, voiced });
            }
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_utterances_share_a_piece_and_far_ones_leave_the_pause_out() {
        let mut window = Window::default();
        assert!(window.add(&(16_000..32_000)));
        assert!(window.add(&(38_000..48_000)));
        assert!(window.add(&(160_000..176_000)));
        assert_eq!(
            window.pieces.iter().map(|piece| piece.kept.clone()).collect::<Vec<_>>(),
            [9_600..54_400, 153_600..182_400]
        );
        assert_eq!(window.place(44_800), 54_400);
        assert_eq!(window.place(44_801), 153_601);
        assert_eq!(window.place(999_999), 182_400);
        assert_eq!(
            (window.inside(9_600), window.inside(160_000), window.inside(999_999)),
            (0, 51_200, 73_600)
        );
    }

    #[test]
    fn a_full_window_refuses() {
        let mut window = Window::default();
        assert!(window.add(&(0..300_000)));
        assert!(!window.add(&(400_000..600_000)));
        assert!(window.add(&(400_000..500_000)));
    }

    #[test]
    fn the_rest_of_a_window_begins_where_it_is_told() {
        let mut window = Window::default();
        window.add(&(16_000..32_000));
        window.add(&(160_000..176_000));
        let rest = window.after(165_000);
        assert_eq!(
            rest.pieces,
            [Piece { kept: 165_000..182_400, voiced: std::iter::once(165_000..176_000).collect() }]
        );
    }
}
