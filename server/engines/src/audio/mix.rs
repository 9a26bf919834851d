//! Several channels become one: their mean, or the louder side where the mean would cancel out (a cable with two wires
//! exchanged, a microphone turned over). Knows nothing of files.

/// Below this share of the loudest channel's energy the mean has cancelled out.
const CANCELS: f32 = 0.1;
/// Above this share the mean is right again.
const ADDS: f32 = 0.3;
/// How much louder (in energy) another side must be before it is taken instead.
const LOUDER: f32 = 4.0;
/// Energy of a frame below which nothing is decided (-80 dB).
const NOTHING: f32 = 1e-8;

/// Mixes piece by piece; what it decided for one piece it goes over to within the next.
#[derive(Default)]
pub(super) struct Mixer {
    /// What each channel counts; empty before the first piece.
    weights: Vec<f32>,
    side: Option<usize>,
}

impl Mixer {
    /// Mixes interleaved samples into `mono`.
    pub(super) fn mix(&mut self, samples: &[f32], channels: usize, mono: &mut Vec<f32>) {
        mono.clear();
        if channels == 1 {
            mono.extend_from_slice(samples);
            return;
        }
        let frames = samples.len() / channels;
        if self.weights.len() != channels {
            self.side = None;
        }
        self.decide(samples, channels);
        let target: Vec<f32> = (0..channels)
            .map(|channel| match self.side {
                None => 1.0 / channels as f32,
                Some(side) => f32::from(u8::from(side == channel)),
            })
            .collect();
        if self.weights.len() != channels {
            self.weights.clone_from(&target);
        }
        for (index, frame) in samples.chunks_exact(channels).enumerate() {
            let share = (index + 1) as f32 / frames as f32;
            let weighed = frame.iter().zip(self.weights.iter().zip(&target));
            mono.push(weighed.map(|(one, (from, to))| one * (from + (to - from) * share)).sum());
        }
        self.weights = target;
    }

    fn decide(&mut self, samples: &[f32], channels: usize) {
        let mut sides = vec![0.0_f32; channels];
        let mut mean = 0.0_f32;
        for frame in samples.chunks_exact(channels) {
            let sum: f32 = frame.iter().sum();
            mean += (sum / channels as f32).powi(2);
            for (energy, one) in sides.iter_mut().zip(frame) {
                *energy += one * one;
            }
        }
        let loudest = (0..channels).max_by(|a, b| sides[*a].total_cmp(&sides[*b])).unwrap_or(0);
        let most = sides[loudest];
        if most <= NOTHING * (samples.len() / channels) as f32 {
            return;
        }
        self.side = match self.side {
            None if mean < CANCELS * most => Some(loudest),
            None => None,
            Some(_) if mean > ADDS * most => None,
            Some(side) if most > LOUDER * sides[side] => Some(loudest),
            Some(side) => Some(side),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(count: usize) -> impl Iterator<Item = f32> {
        (0..count).map(|index| (index as f32 * 0.1).sin() * 0.5)
    }

    fn loudness(samples: &[f32]) -> f32 {
        (samples.iter().map(|one| one * one).sum::<f32>() / samples.len() as f32).sqrt()
    }

    #[test]
    fn whatever_the_sides_do_to_each_other_the_sound_stays() {
        let alone = loudness(&tone(9600).collect::<Vec<_>>());
        // Left and right as shares of one voice, and how loud the mix is at least.
        let rows = [
            (1.0, 1.0, 1.0),
            (1.0, -1.0, 1.0),
            (1.0, -0.8, 1.0),
            (0.3, -1.0, 0.35),
            (1.0, 0.0, 0.5),
            (0.0, 1.0, 0.5),
        ];
        for (left, right, least) in rows {
            let mut mixer = Mixer::default();
            let (mut mono, mut all) = (Vec::new(), Vec::new());
            let stereo: Vec<f32> = tone(9600).flat_map(|one| [one * left, one * right]).collect();
            for piece in stereo.chunks(1920) {
                mixer.mix(piece, 2, &mut mono);
                all.extend_from_slice(&mono);
            }
            let share = loudness(&all) / alone;
            assert!(share > least - 0.02, "{left} and {right}: {share}");
        }
    }

    #[test]
    fn going_over_to_a_side_makes_no_click() {
        let mut mixer = Mixer::default();
        let (mut mono, mut all) = (Vec::new(), Vec::new());
        // The right side turns over little by little, so that the only steps are the mixer's own.
        let right = |index: usize| 1.0 - 2.0 * ((index as f32 - 7200.0) / 4800.0).clamp(0.0, 1.0);
        let stereo: Vec<f32> =
            tone(19_200).enumerate().flat_map(|(index, one)| [one, one * right(index)]).collect();
        for piece in stereo.chunks(1920) {
            mixer.mix(piece, 2, &mut mono);
            all.extend_from_slice(&mono);
        }
        let steepest = all.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.06, "{steepest}: the tone itself changes by 0.05 a sample");
    }
}
