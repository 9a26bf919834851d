//! Takes mono samples of any rate and writes 16 kHz. Knows nothing of containers.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::resample::ToSixteen;
use super::{AudioRefusal, ImportError, RATE};

/// Samples of silence that are given at a time.
const PIECE: usize = 4096;

/// The file that is written.
pub(super) struct Sink<'a> {
    resample: Option<(u32, ToSixteen)>,
    file: BufWriter<File>,
    /// Written so far.
    pub samples: u64,
    /// Taken so far; the filter holds a little of it back.
    pub seconds: f64,
    pub peak: f32,
    max_seconds: u64,
    told: u64,
    progress: &'a mut dyn FnMut(u64) -> io::Result<()>,
    bytes: Vec<u8>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        out: &Path,
        max_seconds: u64,
        progress: &'a mut dyn FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Self> {
        Ok(Sink {
            resample: None,
            file: BufWriter::with_capacity(1 << 16, File::create(out)?),
            samples: 0,
            seconds: 0.0,
            peak: 0.0,
            max_seconds,
            told: 0,
            progress,
            bytes: Vec::new(),
        })
    }

    pub(super) fn take(&mut self, rate: u32, mono: &[f32]) -> Result<(), ImportError> {
        // A stream may change its rate in the middle: what the old filter still holds comes first.
        if self.resample.as_ref().is_none_or(|(before, _)| *before != rate) {
            self.flush()?;
            self.resample = Some((rate, ToSixteen::new(rate)?));
        }
        if let Some((rate, mut resample)) = self.resample.take() {
            resample.push(mono, &mut |samples| self.write(samples))?;
            self.resample = Some((rate, resample));
        }
        self.seconds += mono.len() as f64 / f64::from(rate);
        if self.samples > self.max_seconds.saturating_mul(u64::from(RATE)) {
            return Err(AudioRefusal::TooLong.into());
        }
        let minutes = self.samples / u64::from(RATE) / 60;
        if minutes > self.told {
            self.told = minutes;
            (self.progress)(minutes * 60)?;
        }
        Ok(())
    }

    /// So many seconds of nothing.
    pub(super) fn silence(&mut self, seconds: f64) -> Result<(), ImportError> {
        let rate = self.resample.as_ref().map_or(RATE, |(rate, _)| *rate);
        let mut left = (seconds.max(0.0) * f64::from(rate)).round() as usize;
        while left > 0 {
            let piece = left.min(PIECE);
            self.take(rate, &[0.0; PIECE][..piece])?;
            left -= piece;
        }
        Ok(())
    }

    /// How many seconds may still come.
    pub(super) fn room(&self) -> f64 {
        self.max_seconds as f64 - self.seconds
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some((_, mut resample)) = self.resample.take() {
            resample.finish(&mut |samples| self.write(samples))?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.flush()?;
        self.file.get_ref().sync_data()
    }

    fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.bytes.clear();
        for sample in samples {
            self.peak = self.peak.max(sample.abs());
            // Casting a float to an integer saturates, and makes zero of what is not a number.
            let whole = (sample * 32768.0).round() as i16;
            self.bytes.extend_from_slice(&whole.to_le_bytes());
        }
        self.samples += samples.len() as u64;
        self.file.write_all(&self.bytes)
    }
}
