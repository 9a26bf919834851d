//! Where somebody speaks: scores of 16 ms frames become utterances. Knows samples, not text.

use std::ops::Range;

use earshot::Detector;

/// Samples of one frame.
pub(super) const FRAME: usize = 256;

/// A frame above this is voiced.
const VOICED: f32 = 0.5;
/// Speech goes on above this: vowels that fade, soft endings.
const STILL_VOICED: f32 = 0.35;
/// So many frames in a row begin an utterance (48 ms: clicks are shorter).
const BEGIN: usize = 3;
/// So many frames without voice end it (0.4 s).
const END: usize = 25;
/// Speech without a pause is cut after so many frames (20 s), where it is least voiced.
const LONGEST: usize = 1250;
/// How far back such a cut may be (6 s).
const CUT_WITHIN: usize = 375;

/// Turns frames into utterances, in order.
pub(super) struct Voice {
    detector: Box<Detector>,
    /// The frame that comes next.
    next: usize,
    /// The start of the utterance that goes on.
    open: Option<usize>,
    /// Frames in a row that are voiced (none open) or not (one open).
    run: usize,
    /// Scores of the open utterance.
    scores: Vec<f32>,
}

impl Voice {
    pub(super) fn new() -> Self {
        Voice {
            detector: Detector::default_boxed(),
            next: 0,
            open: None,
            run: 0,
            scores: Vec::new(),
        }
    }

    /// Takes one frame; an utterance that ends with it is given, in samples from the first frame.
    pub(super) fn take(&mut self, frame: &[i16]) -> Option<Range<usize>> {
        let score = self.detector.predict_i16(frame);
        let index = self.next;
        self.next += 1;
        match self.open {
            None => {
                self.run = if score >= VOICED { self.run + 1 } else { 0 };
                if self.run == BEGIN {
                    self.open = Some(index + 1 - BEGIN);
                    self.run = 0;
                    self.scores.clear();
                    self.scores.resize(BEGIN, 1.0);
                }
                None
            }
            Some(start) => self.go_on(start, index, score),
        }
    }

    fn go_on(&mut self, start: usize, index: usize, score: f32) -> Option<Range<usize>> {
        self.scores.push(score);
        self.run = if score < STILL_VOICED { self.run + 1 } else { 0 };
        if self.run == END {
            self.open = None;
            self.run = 0;
            return Some(samples(start, index + 1 - END));
        }
        if self.scores.len() < LONGEST {
            return None;
        }
        let from = self.scores.len() - CUT_WITHIN;
        let (quietest, _) = self.scores[from..]
            .iter()
            .enumerate()
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .unwrap_or((CUT_WITHIN - 1, &0.0));
        let cut = from + quietest;
        self.scores.drain(..cut);
        self.open = Some(start + cut);
        Some(samples(start, start + cut))
    }

    /// The start of an utterance that has not ended, in samples from the first frame.
    pub(super) fn open_since(&self) -> Option<usize> {
        self.open.map(|frame| frame * FRAME)
    }

    /// Ends the utterance that goes on, when the recording ends.
    pub(super) fn close(&mut self) -> Option<Range<usize>> {
        let start = self.open.take()?;
        Some(samples(start, self.next - self.run))
    }
}

fn samples(from: usize, to: usize) -> Range<usize> {
    from * FRAME..to * FRAME
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is heard in samples, in seconds.
    fn heard(samples: &[i16]) -> Vec<(f64, f64)> {
        let mut voice = Voice::new();
        let mut heard: Vec<_> =
            samples.as_chunks::<FRAME>().0.iter().filter_map(|frame| voice.take(frame)).collect();
        heard.extend(voice.close());
        heard
            .iter()
            .map(|range| (range.start as f64 / 16_000.0, range.end as f64 / 16_000.0))
            .collect()
    }

    fn recording(name: &str) -> Vec<i16> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("assets/synthetic-speech")
            .join(name);
        let bytes = std::fs::read(path).expect("the recording");
        bytes[44..].as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect()
    }

    #[test]
    fn silence_has_no_utterance() {
        assert_eq!(heard(&[0; FRAME * 300]), []);
        assert_eq!(heard(&recording("silence.wav")), []);
    }

    #[test]
    fn a_sentence_is_heard_where_it_is() {
        // Spoken from 0.75 s to 3.63 s (clips_vi.json).
        let found = heard(&recording("vi_00.wav"));
        let [(start, end)] = found[..] else { panic!("one utterance: {found:?}") };
        assert!((start - 0.75).abs() < 0.15 && (end - 3.63).abs() < 0.25, "{found:?}");
    }

    #[test]
    fn speech_without_a_pause_is_cut_before_it_is_too_long() {
        let sentence = recording("vi_00.wav")[12_000..58_000].to_vec();
        let on_and_on: Vec<i16> = sentence.iter().copied().cycle().take(16_000 * 60).collect();
        let found = heard(&on_and_on);
        assert!(
            found.len() >= 3 && found.iter().all(|(start, end)| end - start <= 20.1),
            "{found:?}"
        );
        let spoken: f64 = found.iter().map(|(start, end)| end - start).sum();
        assert!(spoken > 55.0, "nothing is lost between: {found:?}");
    }
}
