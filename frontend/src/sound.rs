//! From what a microphone gives to what the protocol carries: 16 kHz, one channel, whole numbers, in
//! numbered frames. Pure; nothing of the browser.

/// Samples a second on the wire.
pub const RATE: u32 = 16_000;
/// Samples of a frame: 200 ms.
pub const FRAME: usize = 3_200;
/// The recording ends with this frame.
pub const LAST: u8 = 1;
/// Sound was lost before this frame.
pub const GAP: u8 = 2;
/// The microphone gives nothing but zeros.
pub const SILENT: u8 = 4;

/// Brings a stream of samples from the device's rate to [`RATE`]. Each output sample is the mean of
/// the input that falls into its time, or lies on the line between two inputs: nothing is invented,
/// and what would fold down from above is mostly averaged away.
#[derive(Clone, Debug)]
pub struct Resampler {
    /// Input samples for one output sample.
    step: f64,
    /// Where the next output sample begins, in input samples from the first of `kept`.
    place: f64,
    kept: Vec<f32>,
}

impl Resampler {
    /// From `rate` samples a second.
    pub fn from_rate(rate: f64) -> Self {
        Self { step: (rate / f64::from(RATE)).max(f64::MIN_POSITIVE), place: 0.0, kept: Vec::new() }
    }

    /// Takes samples between -1 and 1 and appends what they make to `out`.
    pub fn push(&mut self, input: &[f32], out: &mut Vec<i16>) {
        self.kept.extend_from_slice(input);
        // A sample is made when all it is made of is here.
        while self.place + self.step.max(1.0) < as_f64(self.kept.len()) {
            out.push(to_i16(self.at(self.place)));
            self.place += self.step;
        }
        let used = whole(self.place).min(self.kept.len());
        self.kept.drain(..used);
        self.place -= as_f64(used);
    }

    fn at(&self, place: f64) -> f64 {
        let sample = |index: usize| self.kept.get(index).copied().map_or(0.0, f64::from);
        let first = whole(place);
        if self.step <= 1.0 {
            let part = place - as_f64(first);
            return sample(first) * (1.0 - part) + sample(first + 1) * part;
        }
        let end = place + self.step;
        let mut sum = 0.0;
        let mut index = first;
        while as_f64(index) < end {
            let from = as_f64(index).max(place);
            let to = as_f64(index + 1).min(end);
            sum += sample(index) * (to - from);
            index += 1;
        }
        sum / self.step
    }
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, far below 2^32"
)]
fn whole(place: f64) -> usize {
    place as usize
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range before")]
fn to_i16(sample: f64) -> i16 {
    (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16
}

/// A frame as it goes over the socket (`docs/protocol.md`, Sound).
pub fn frame(number: u32, first_sample: u64, flags: u8, samples: &[i16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(13 + samples.len() * 2);
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&first_sample.to_le_bytes());
    bytes.push(flags);
    for sample in samples {
        bytes.extend_from_slice(&sample.to_le_bytes());
    }
    bytes
}

/// Cuts a stream of samples into numbered frames.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    next: u32,
    first_sample: u64,
    waiting: Vec<i16>,
    gap: bool,
}

impl Framer {
    /// A stream that goes on after `next` frames and `first_sample` samples; something was lost
    /// between.
    pub fn continuing(next: u32, first_sample: u64) -> Self {
        Self { next, first_sample, waiting: Vec::new(), gap: next > 0 }
    }

    /// This stream, going on not before frame `next`: what the server has already is not numbered
    /// again.
    pub fn at_least(mut self, next: u32) -> Self {
        if self.next < next {
            self.next = next;
            self.first_sample = u64::from(next) * FRAME as u64;
            self.gap = true;
        }
        self
    }

    /// The samples to be cut, appended to by [`Resampler::push`].
    pub fn waiting(&mut self) -> &mut Vec<i16> {
        &mut self.waiting
    }

    /// The next whole frame with its number, if there is one.
    pub fn take(&mut self) -> Option<(u32, Vec<u8>)> {
        (self.waiting.len() >= FRAME).then(|| self.cut(FRAME, 0))
    }

    /// What is left, as the last frame.
    pub fn finish(&mut self) -> (u32, Vec<u8>) {
        self.cut(self.waiting.len().min(FRAME), LAST)
    }

    fn cut(&mut self, length: usize, flags: u8) -> (u32, Vec<u8>) {
        let samples: Vec<i16> = self.waiting.drain(..length).collect();
        let silent = if !samples.is_empty() && samples.iter().all(|sample| *sample == 0) {
            SILENT
        } else {
            0
        };
        let gap = if std::mem::take(&mut self.gap) { GAP } else { 0 };
        let number = self.next;
        let bytes = frame(number, self.first_sample, flags | silent | gap, &samples);
        self.next += 1;
        self.first_sample += u64::try_from(length).unwrap_or(0);
        (number, bytes)
    }
}

/// How loud samples are, 0 to 100: the largest one, on a scale of 60 decibels.
pub fn level(samples: &[f32]) -> u8 {
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    if peak <= 0.001 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let level = ((20.0 * peak.log10() + 60.0) / 60.0 * 100.0).clamp(0.0, 100.0) as u8;
    level
}

#[cfg(test)]
mod tests {
    use super::{FRAME, Framer, GAP, LAST, Resampler, SILENT, level};

    fn tone(rate: f64, seconds: f64, hertz: f64) -> Vec<f32> {
        let count = (rate * seconds) as usize;
        (0..count)
            .map(|n| (n as f64 / rate * hertz * std::f64::consts::TAU).sin() as f32 * 0.5)
            .collect()
    }

    fn crossings(samples: &[i16]) -> usize {
        samples.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
    }

    #[test]
    fn a_tone_keeps_its_length_and_pitch_at_every_rate() {
        for rate in [8_000.0, 16_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0] {
            let mut resampler = Resampler::from_rate(rate);
            let mut out = Vec::new();
            // In the uneven pieces that browsers deliver.
            for piece in tone(rate, 2.0, 440.0).chunks(128) {
                resampler.push(piece, &mut out);
            }
            assert!(out.len().abs_diff(32_000) <= 4, "{rate}: {} samples", out.len());
            assert!(crossings(&out).abs_diff(880) <= 2, "{rate}: {} periods", crossings(&out));
            let peak = out.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            assert!((14_000..=16_500).contains(&peak), "{rate}: peak {peak}");
        }
    }

    #[test]
    fn what_is_too_high_does_not_fold_down() {
        let mut resampler = Resampler::from_rate(48_000.0);
        let mut out = Vec::new();
        resampler.push(&tone(48_000.0, 1.0, 16_000.0), &mut out);
        let peak = out.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        assert!(peak < 600, "peak {peak}");
    }

    #[test]
    fn loud_samples_are_clipped_not_wrapped() {
        let mut resampler = Resampler::from_rate(16_000.0);
        let mut out = Vec::new();
        resampler.push(&[2.0, -2.0, 2.0, -2.0], &mut out);
        assert_eq!(out[..2], [32_767, -32_768]);
    }

    #[test]
    fn frames_are_numbered_and_end() {
        let mut framer = Framer::default();
        framer.waiting().extend(vec![1; FRAME + 5]);
        let (number, bytes) = framer.take().unwrap_or_default();
        assert_eq!((number, bytes.len()), (0, 13 + FRAME * 2));
        assert_eq!(bytes[..13], [0; 13]);
        assert_eq!(bytes[13..15], [1, 0]);
        assert!(framer.take().is_none());
        let (number, bytes) = framer.finish();
        assert_eq!((number, bytes.len()), (1, 13 + 10));
        assert_eq!(bytes[..13], [1, 0, 0, 0, 0x80, 0x0c, 0, 0, 0, 0, 0, 0, LAST]);
    }

    #[test]
    fn silence_and_gaps_are_marked() {
        let mut framer = Framer::continuing(3, 9_600);
        framer.waiting().extend(vec![0; FRAME]);
        let (number, bytes) = framer.take().unwrap_or_default();
        assert_eq!((number, bytes[12]), (3, SILENT | GAP));
        framer.waiting().extend(vec![0, 1]);
        assert_eq!(framer.finish().1[12], LAST, "the gap is told once");
    }

    #[test]
    fn levels_stay_on_their_scale() {
        assert_eq!(level(&[0.0, 0.0]), 0);
        assert_eq!(level(&[1.0, -0.5]), 100);
        assert!((60..=70).contains(&level(&[0.1])));
    }
}
