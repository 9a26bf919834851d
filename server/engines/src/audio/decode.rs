//! Reads the containers and codings, part by part and packet by packet, to the end whatever their headers claim.
//! Times that packets carry are kept: a pause is silence.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions, ReadBytes};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, TimeBase};
use symphonia_adapter_libopus::OpusDecoder;

use super::matroska::CLUSTER;
use super::mix::Mixer;
use super::parts::{self, Kind, Part};
use super::sink::Sink;
use super::source::{MOST, Window, places};
use super::{AudioRefusal, ImportError, Imported, RATE, SILENT_PEAK, Warning};

/// Sample rates that sound has; a header that says otherwise is wrong.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;
/// A pause shorter than this (in seconds) is the clock of a recorder, not a pause.
const PAUSE: f64 = 0.2;
/// Where nobody pauses, a hole longer than this (in seconds) is damage; shorter ones are what codings leave out at the
/// beginning.
const HOLE: f64 = 0.08;
/// Bytes between frames that are no damage: one frame without sound, which holds their number.
const BETWEEN: u64 = 2048;
/// Times that jump back by more than this (in seconds) began anew.
const ANEW: f64 = 1.0;
/// Containers round their promise to whole parts: what is shorter by less (in seconds) is not cut off.
const SHORT: f64 = 0.5;
/// Opus always decodes at this rate; containers also name the rate of what was recorded.
const OPUS_RATE: u32 = 48_000;
/// Errors in a row after which a reader doesn't find its way back.
const LOST: u32 = 64;

/// symphonia's own decoders, and libopus.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<OpusDecoder>();
    codecs
});

/// Does what [`super::import`] promises, but leaves `out` behind when it fails.
pub(super) fn import(
    path: &Path,
    out: &Path,
    max_seconds: u64,
    progress: &mut dyn FnMut(u64) -> io::Result<()>,
) -> Result<Imported, ImportError> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Err(AudioRefusal::Empty.into());
    }
    let mut sink = Sink::new(out, max_seconds, progress)?;
    let mut story = Story::default();
    let mut refused = None;
    for part in parts::find(&mut file)? {
        match take(path, &part, &mut sink, &mut story) {
            Ok(()) => {}
            Err(ImportError::Refused(code)) if code != AudioRefusal::TooLong => {
                refused.get_or_insert(code);
            }
            Err(other) => return Err(other),
        }
    }
    sink.finish()?;
    if sink.samples == 0 {
        let code = if story.bad_parts > 0 { AudioRefusal::Damaged } else { AudioRefusal::Empty };
        return Err(refused.unwrap_or(code).into());
    }
    // Of several recordings joined together one couldn't be read.
    story.bad_parts += u64::from(refused.is_some());
    Ok(told(&sink, &story))
}

fn told(sink: &Sink<'_>, story: &Story) -> Imported {
    let mut warnings = Vec::new();
    if story.cut_at.is_some() {
        warnings.push(Warning::Truncated);
    }
    if story.bad_parts > 0 {
        warnings.push(Warning::DamagedParts);
    }
    Imported {
        samples: sink.samples,
        seconds: sink.samples as f64 / f64::from(RATE),
        original_rate: story.rate,
        channels: story.channels,
        peak: sink.peak,
        silent: sink.peak < SILENT_PEAK,
        cut_at: story.cut_at,
        warnings,
    }
}

/// What happened while decoding.
#[derive(Default)]
struct Story {
    /// Where sound ends that should go on, in seconds; the first place if there are several.
    cut_at: Option<f64>,
    bad_parts: u64,
    rate: u32,
    channels: u32,
    /// Bytes of packets, in all.
    bytes: u64,
    /// What the clock of the packets says at the beginning of the sound.
    base: Option<f64>,
}

impl Story {
    fn cut(&mut self, sink: &Sink<'_>) {
        self.cut_at.get_or_insert(sink.seconds);
    }
}

type Reader = Box<dyn FormatReader>;

/// Decodes one part to its end, behind damage too where that can be found.
fn take(
    path: &Path,
    part: &Part,
    sink: &mut Sink<'_>,
    story: &mut Story,
) -> Result<(), ImportError> {
    let (mut reader, mut cut) = open(path, part)?;
    story.base = None;
    cut |= part.cut;
    let (began, bytes) = (sink.seconds, story.bytes);
    let promised = promised(reader.as_ref(), part);
    let mut skipped = 0;
    loop {
        match listen(reader.as_mut(), part, sink, story)? {
            After::NewTracks => {
                story.base = None;
                continue;
            }
            After::TheEnd => break,
            // A recorder's file without sizes ends like one that was cut: `matroska` has looked at the end.
            After::CutOff => cut |= part.kind != Kind::Matroska,
            After::Lost => {}
        }
        // Matroska's clusters stand for themselves: behind damage the next one goes on.
        let place = reader.into_inner().pos() + skipped;
        let Some((next, hole)) = behind_damage(path, part, place)? else { break };
        (reader, skipped) = (next, hole);
        (cut, story.bad_parts) = (part.cut, story.bad_parts.max(1));
    }
    // Frames have no container: what lies between them and is none was passed over without a word.
    let length = part.range.end - part.range.start;
    if part.kind == Kind::Mpeg && story.bytes - bytes + BETWEEN < length {
        story.bad_parts += 1;
    }
    let short = promised.is_some_and(|promised| sink.seconds - began + SHORT < promised);
    if cut || short {
        story.cut(sink);
    }
    Ok(())
}

/// Finds out what the part is. Returns whether it was cut off, as far as that shows already.
fn open(path: &Path, part: &Part) -> Result<(Reader, bool), ImportError> {
    let window = || Window::open(path, part.range.clone(), &part.patches);
    if let Ok(reader) = probe(window()?) {
        return Ok((reader, false));
    }
    // Once more from front to back: a file that was cut off has lost what its index points to.
    match probe(window()?.forward_only()) {
        Ok(reader) => Ok((reader, true)),
        Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(error.into())
        }
        // Known by its first bytes, and yet not to be read: what it needs was cut off or is broken.
        Err(_) if part.kind != Kind::Other => Err(AudioRefusal::Damaged.into()),
        Err(_) => Err(AudioRefusal::NotAudio.into()),
    }
}

fn probe(window: Window) -> Result<Reader, Error> {
    let stream = MediaSourceStream::new(Box::new(window), MediaSourceStreamOptions::default());
    let (format, metadata) = (FormatOptions::default(), MetadataOptions::default());
    symphonia::default::get_probe().probe(&Hint::new(), stream, format, metadata)
}

/// The reader of a Matroska part from the next cluster on, and how much it leaves out behind the part's header.
fn behind_damage(path: &Path, part: &Part, at: u64) -> Result<Option<(Reader, u64)>, ImportError> {
    if part.kind != Kind::Matroska {
        return Ok(None);
    }
    let is_cluster = |bytes: &[u8]| bytes.starts_with(&CLUSTER);
    let Range { start, end } = part.range;
    let mut file = File::open(path)?;
    let mut clusters =
        |from: u64, most| places(&mut file, from..end, CLUSTER[0], (4, most), is_cluster);
    let Some(first) = clusters(start, 1)?.first().map(|place| place - start) else {
        return Ok(None);
    };
    for next in clusters(start + at.max(first + 1), MOST)? {
        let hole = first..next - start;
        let window = Window::open(path, part.range.clone(), &part.patches)?;
        if let Ok(reader) = probe(window.without(hole.clone())) {
            return Ok(Some((reader, hole.end - hole.start)));
        }
    }
    Ok(None)
}

/// The length that the part's own headers promise, in seconds, where that is worth anything.
fn promised(reader: &dyn FormatReader, part: &Part) -> Option<f64> {
    let is_mpeg = matches!(reader.format_info().short_name, "mp1" | "mp2" | "mp3");
    if !part.promises || (is_mpeg && part.kind != Kind::Mpeg) {
        return None;
    }
    let track = reader.default_track(TrackType::Audio)?;
    if part.kind == Kind::Matroska {
        let about = reader.media_info();
        return Some(seconds(about.time_base?, about.duration?.get() as f64));
    }
    let coding = track.codec_params.as_ref()?.audio()?;
    let rate = if coding.codec == CODEC_ID_OPUS { OPUS_RATE } else { coding.sample_rate? };
    Some(track.num_frames? as f64 / f64::from(rate))
}

fn seconds(base: TimeBase, ticks: f64) -> f64 {
    ticks * f64::from(base.numer.get()) / f64::from(base.denom.get())
}

/// Why a reader gave no more.
enum After {
    TheEnd,
    /// A chained stream went on with other tracks.
    NewTracks,
    /// In the middle of something.
    CutOff,
    /// It doesn't find its way back.
    Lost,
}

/// Decodes the default track until its reader gives no more.
fn listen(
    reader: &mut dyn FormatReader,
    part: &Part,
    sink: &mut Sink<'_>,
    story: &mut Story,
) -> Result<After, ImportError> {
    let mut ear = Ear::new(reader, part)?;
    let mut errors = 0;
    loop {
        match reader.next_packet() {
            Ok(Some(packet)) if packet.track_id == ear.track => {
                errors = 0;
                ear.hear(packet, sink, story)?;
            }
            Ok(Some(_)) => {}
            Ok(None) => return Ok(After::TheEnd),
            Err(Error::ResetRequired) => return Ok(After::NewTracks),
            // Not the disk's fault: files end in the middle of a part when they were cut.
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Ok(After::CutOff);
            }
            Err(Error::IoError(error)) => return Err(error.into()),
            Err(_) => {
                story.bad_parts += u64::from(errors == 0);
                errors += 1;
                if errors > LOST || part.kind == Kind::Matroska {
                    return Ok(After::Lost);
                }
            }
        }
    }
}

/// One track on its way: its decoder, its clock and its channels.
struct Ear {
    track: u32,
    decoder: Box<dyn AudioDecoder>,
    time_base: Option<TimeBase>,
    mixer: Mixer,
    samples: Vec<f32>,
    mono: Vec<f32>,
    /// Frames of MPEG audio: their reader trims what lies behind a length that it may have guessed.
    untrimmed: bool,
    promises: bool,
    /// Whether recorders leave out what nobody said in files of this kind.
    pauses: bool,
}

impl Ear {
    /// Of the first track with sound.
    fn new(reader: &dyn FormatReader, part: &Part) -> Result<Self, ImportError> {
        let track: &Track = reader.default_track(TrackType::Audio).ok_or(AudioRefusal::NotAudio)?;
        let coding = track.codec_params.as_ref().and_then(|params| params.audio());
        let mut coding = coding.ok_or(AudioRefusal::Unsupported)?.clone();
        if coding.codec == CODEC_ID_OPUS {
            coding.sample_rate = Some(OPUS_RATE);
        }
        let decoder = CODECS
            .make_audio_decoder(&coding, &AudioDecoderOptions::default())
            .map_err(|_| AudioRefusal::Unsupported)?;
        Ok(Ear {
            track: track.id,
            decoder,
            time_base: track.time_base,
            mixer: Mixer::default(),
            samples: Vec::new(),
            mono: Vec::new(),
            untrimmed: matches!(reader.format_info().short_name, "mp1" | "mp2" | "mp3"),
            promises: part.promises && part.kind == Kind::Mpeg,
            pauses: matches!(part.kind, Kind::Matroska | Kind::Boxes),
        })
    }

    fn hear(
        &mut self,
        mut packet: Packet,
        sink: &mut Sink<'_>,
        story: &mut Story,
    ) -> Result<(), ImportError> {
        story.bytes += packet.data.len() as u64;
        // What lies behind the promised length is sound all the same.
        if self.untrimmed && (!self.promises || packet.dur <= packet.trim_end) {
            packet.trim_end = Duration::ZERO;
        }
        self.keep_time(&packet, sink, story)?;
        match self.decoder.decode(&packet) {
            Ok(sound) => {
                let (rate, channels) = (sound.spec().rate(), sound.spec().channels().count());
                if !RATES.contains(&rate) || channels == 0 {
                    return Err(AudioRefusal::Unsupported.into());
                }
                (story.rate, story.channels) = (rate, channels as u32);
                sound.copy_to_vec_interleaved::<f32>(&mut self.samples);
                self.mixer.mix(&self.samples, channels, &mut self.mono);
                sink.take(rate, &self.mono)
            }
            Err(Error::DecodeError(_) | Error::IoError(_)) => {
                story.bad_parts += 1;
                Ok(())
            }
            Err(_) => Err(AudioRefusal::Unsupported.into()),
        }
    }

    /// Puts silence where nothing was recorded, so that what follows keeps its time.
    fn keep_time(
        &mut self,
        packet: &Packet,
        sink: &mut Sink<'_>,
        story: &mut Story,
    ) -> Result<(), ImportError> {
        let Some(time_base) = self.time_base else { return Ok(()) };
        let clock = seconds(time_base, packet.pts.get() as f64 + packet.trim_start.get() as f64);
        let base = *story.base.get_or_insert(clock - sink.seconds);
        let pause = clock - base - sink.seconds;
        if pause > sink.room() {
            // A time out of all bounds is a damaged one.
            story.bad_parts += 1;
            story.base = Some(clock - sink.seconds);
        } else if pause < -ANEW {
            story.base = Some(clock - sink.seconds);
        } else if self.pauses && pause > PAUSE {
            sink.silence(pause)?;
        } else if !self.pauses && pause > HOLE {
            story.bad_parts += 1;
            sink.silence(pause)?;
        }
        Ok(())
    }
}
