//! The speech worker's work: find utterances, fill windows, listen, place, judge, tell. Runs in the child. Reads the
//! recording twice, in pieces, and holds one window of it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::engine::{Engine, Phrase};
use super::pack::{MARGIN, Window};
use super::voice::{FRAME, Voice};
use super::{Event, RATE, Request, Segment, SpeechRefusal, guard, times};
use crate::models::{self, Verdict};
use crate::worker::{Emitter, Trouble};

/// Voiced samples that the engine left out (0.6 s) are given to it again.
const LEFT_OUT: usize = 9_600;
/// The engine's ends and the detector's differ by up to this (0.3 s).
const SLACK: usize = 4_800;
/// How many texts before a segment are compared with it.
const REMEMBERED: usize = 8;

/// Answers one request.
pub(crate) fn work(request: Request, events: &mut Emitter) -> Result<(), Trouble> {
    let (name, synthetic) = match models::check(&request.model, &request.confirmed) {
        Ok(Verdict::Known(model)) => (model.name.to_owned(), model.synthetic),
        Ok(Verdict::Confirmed { sha256 }) => (sha256, false),
        Ok(Verdict::Unknown { .. }) => return refuse(events, SpeechRefusal::UnknownModel),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Trouble::NotInstalled(format!("no model at {}", request.model.display())));
        }
        Err(error) => return Err(error.into()),
    };
    let Ok(engine) = Engine::load(&request) else {
        return refuse(events, SpeechRefusal::ModelUnusable);
    };
    events.send(&Event::Ready { model: name, synthetic })?;
    let mut hearing = Hearing {
        engine,
        sound: File::open(&request.pcm)?,
        base: request.from_sample,
        events,
        done_to: 0,
        said_to: 0,
        before: Vec::new(),
        heard_any: false,
    };
    match hearing.run(request.is_final) {
        Ok(()) => Ok(()),
        Err(Fault::Disk(error)) => Err(error.into()),
        Err(Fault::Engine) => refuse(hearing.events, SpeechRefusal::EngineFailed),
    }
}

fn refuse(events: &mut Emitter, code: SpeechRefusal) -> Result<(), Trouble> {
    Ok(events.send(&Event::Refused { code })?)
}

enum Fault {
    Disk(io::Error),
    Engine,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Disk(error)
    }
}

struct Hearing<'a> {
    engine: Engine,
    sound: File,
    /// The sample of the recording at which everything here counts from 0.
    base: u64,
    events: &'a mut Emitter,
    /// Everything before this is dealt with.
    done_to: usize,
    /// Where the last segment ended.
    said_to: usize,
    before: Vec<String>,
    heard_any: bool,
}

impl Hearing<'_> {
    fn run(&mut self, is_final: bool) -> Result<(), Fault> {
        let mut reader = BufReader::with_capacity(1 << 16, self.sound.try_clone()?);
        reader.seek(SeekFrom::Start(self.base * 2))?;
        let mut voice = Voice::new();
        let mut window = Window::default();
        let mut samples = 0;
        let mut frame = [0_i16; FRAME];
        loop {
            let read = read_frame(&mut reader, &mut frame)?;
            samples += read;
            if read < FRAME {
                break;
            }
            if let Some(utterance) = voice.take(&frame) {
                self.add(&mut window, &utterance)?;
            }
        }
        if is_final && let Some(utterance) = voice.close() {
            self.add(&mut window, &utterance)?;
        }
        self.hear(&window)?;
        let to = match voice.open_since() {
            _ if is_final => samples,
            Some(open) => open.saturating_sub(MARGIN),
            // Speech may just have begun: leave what its margin needs.
            None => samples.saturating_sub(2 * MARGIN),
        };
        self.done_to = self.done_to.max(to);
        self.progress()?;
        let language =
            if self.heard_any { self.engine.language().map(str::to_owned) } else { None };
        Ok(self
            .events
            .send(&Event::Done { to_sample: self.base + self.done_to as u64, language })?)
    }

    /// Puts an utterance into the window; a full window is heard first.
    fn add(&mut self, window: &mut Window, utterance: &Range<usize>) -> Result<(), Fault> {
        if !window.add(utterance) {
            self.hear(window)?;
            *window = Window::default();
            window.add(utterance);
        }
        Ok(())
    }

    /// Listens to a window, and again to the rest of it where the engine stopped early.
    fn hear(&mut self, window: &Window) -> Result<(), Fault> {
        let mut rest = window.clone();
        while !rest.is_empty() {
            self.heard_any = true;
            let mut samples = self.samples(&rest)?;
            let phrases = self.engine.hear(&mut samples).map_err(|_| Fault::Engine)?;
            self.tell(&phrases, &rest)?;
            rest = left_out(&phrases, &rest);
        }
        if let Some(last) = window.pieces.last() {
            self.done_to = self.done_to.max(last.kept.end);
            self.progress()?;
        }
        Ok(())
    }

    fn tell(&mut self, phrases: &[Phrase], window: &Window) -> Result<(), Fault> {
        for phrase in phrases {
            let Some((mut segment, place)) =
                times::segment(phrase, window, self.said_to, self.base)
            else {
                continue;
            };
            segment.struck = guard::judge(&segment, self.level(&place)?, &self.before);
            self.said_to = place.end;
            self.remember(&segment);
            self.events.send(&Event::Segment(segment))?;
        }
        Ok(())
    }

    fn remember(&mut self, segment: &Segment) {
        if self.before.len() == REMEMBERED {
            self.before.remove(0);
        }
        self.before.push(segment.text.clone());
    }

    fn progress(&mut self) -> Result<(), Fault> {
        let to_sample = self.base + self.done_to as u64;
        Ok(self.events.send(&Event::Progress { to_ms: to_sample * 1000 / RATE, to_sample })?)
    }

    /// The samples of a window, -1 to 1. A recording that ends within a margin gives what it has.
    fn samples(&self, window: &Window) -> io::Result<Vec<f32>> {
        let mut all = Vec::with_capacity(window.len());
        for piece in &window.pieces {
            self.read(&piece.kept, |sample| all.push(f32::from(sample) / 32768.0))?;
        }
        Ok(all)
    }

    /// The root mean square of a stretch.
    fn level(&self, stretch: &Range<usize>) -> io::Result<f32> {
        let (mut sum, mut count) = (0.0_f64, 0_u32);
        self.read(stretch, |sample| {
            sum += (f64::from(sample) / 32768.0).powi(2);
            count += 1;
        })?;
        Ok((sum / f64::from(count.max(1))).sqrt() as f32)
    }

    fn read(&self, stretch: &Range<usize>, mut each: impl FnMut(i16)) -> io::Result<()> {
        let mut piece = [0_u8; 8192];
        let mut at = (self.base + stretch.start as u64) * 2;
        let end = (self.base + stretch.end as u64) * 2;
        while at < end {
            let most = piece.len().min((end - at) as usize);
            let read = self.sound.read_at(&mut piece[..most], at)? & !1;
            if read == 0 {
                break;
            }
            for pair in piece[..read].as_chunks::<2>().0 {
                each(i16::from_le_bytes(*pair));
            }
            at += read as u64;
        }
        Ok(())
    }
}

/// What the engine did not come to: whole utterances after its last word. Empty when it heard nothing at all, or when
/// it would not get further.
fn left_out(phrases: &[Phrase], window: &Window) -> Window {
    let Some(end) = phrases.last().and_then(|phrase| phrase.end) else {
        return Window::default();
    };
    if end < SLACK {
        return Window::default();
    }
    let rest = window.after(window.place(end) + SLACK);
    let voiced: usize = rest.voiced().map(ExactSizeIterator::len).sum();
    if voiced < LEFT_OUT { Window::default() } else { rest }
}

/// Reads a frame; fewer samples at the end of the recording. A last odd byte is half a sample and is left.
fn read_frame(from: &mut impl Read, frame: &mut [i16; FRAME]) -> io::Result<usize> {
    let mut bytes = [0_u8; FRAME * 2];
    let mut filled = 0;
    while filled < bytes.len() {
        match from.read(&mut bytes[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    for (sample, pair) in frame.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *sample = i16::from_le_bytes(*pair);
    }
    Ok(filled / 2)
}
