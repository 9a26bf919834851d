//! Any rate to 16 kHz, piece by piece, without the delay of the filter. Knows nothing of files.

use std::io;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler};

use super::RATE;

/// Frames given to the filter at once.
const PIECE: usize = 2048;

/// A running change of rate for one channel.
pub(super) struct ToSixteen {
    /// `None` when the rate is right already.
    filter: Option<Fft<f32>>,
    waiting: Vec<f32>,
    out: Vec<f32>,
    /// Output frames that are still the filter's delay.
    skip: usize,
    rate: u32,
    taken: u64,
    given: u64,
}

impl ToSixteen {
    /// From `rate` samples a second.
    pub(super) fn new(rate: u32) -> io::Result<Self> {
        let filter = if rate == RATE {
            None
        } else {
            let filter = Fft::new(rate as usize, RATE as usize, PIECE, 1, FixedSync::Input);
            Some(filter.map_err(io::Error::other)?)
        };
        let skip = filter.as_ref().map_or(0, Resampler::output_delay);
        let out = vec![0.0; filter.as_ref().map_or(0, Resampler::output_frames_max)];
        Ok(ToSixteen {
            filter,
            waiting: Vec::with_capacity(2 * PIECE),
            out,
            skip,
            rate,
            taken: 0,
            given: 0,
        })
    }

    /// Takes samples and gives those that are ready to `each`.
    pub(super) fn push(
        &mut self,
        samples: &[f32],
        each: &mut dyn FnMut(&[f32]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.taken += samples.len() as u64;
        if self.filter.is_none() {
            self.given += samples.len() as u64;
            return each(samples);
        }
        self.waiting.extend_from_slice(samples);
        let mut from = 0;
        while self.waiting.len() - from >= PIECE {
            self.filter_piece(from, PIECE, each)?;
            from += PIECE;
        }
        self.waiting.drain(..from);
        Ok(())
    }

    /// Gives what is left: in all as many samples as the length of the sound makes.
    pub(super) fn finish(
        &mut self,
        each: &mut dyn FnMut(&[f32]) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.filter.is_none() {
            return Ok(());
        }
        let due = (self.taken * u64::from(RATE)).div_ceil(u64::from(self.rate));
        while self.given < due {
            let left = self.waiting.len();
            let given_before = self.given;
            let skip_before = self.skip;
            self.filter_piece(0, left, &mut |samples| each(samples))?;
            self.waiting.clear();
            if left == 0 && self.given == given_before && self.skip == skip_before {
                break;
            }
        }
        Ok(())
    }

    /// Filters `len` waiting samples (a last, shorter piece is filled up with silence).
    fn filter_piece(
        &mut self,
        from: usize,
        len: usize,
        each: &mut dyn FnMut(&[f32]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(filter) = &mut self.filter else {
            return Ok(());
        };
        let frames = self.out.len();
        let input = InterleavedSlice::new(&self.waiting[from..from + len], 1, len)
            .map_err(io::Error::other)?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.out, 1, frames).map_err(io::Error::other)?;
        let part = Indexing { partial_len: (len < PIECE).then_some(len), ..Indexing::default() };
        let (_, made) = filter
            .process_into_buffer(&input, &mut output, Some(&part))
            .map_err(io::Error::other)?;
        let due = (self.taken * u64::from(RATE)).div_ceil(u64::from(self.rate)) - self.given;
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        let ready = &self.out[skipped..made];
        let ready = &ready[..ready.len().min(usize::try_from(due).unwrap_or(usize::MAX))];
        self.given += ready.len() as u64;
        each(ready)
    }
}
