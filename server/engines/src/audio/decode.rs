//! Reads the containers and codings, takes the mean of the channels, and writes samples. Piece by piece.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::LazyLock;

use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia_adapter_libopus::OpusDecoder;

use super::resample::ToSixteen;
use super::wav::Mended;
use super::{AudioRefusal, ImportError, Imported, RATE, SILENT_PEAK, Warning};

/// Sample rates that sound has; a header that says otherwise is wrong.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

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
    if std::fs::metadata(path)?.len() == 0 {
        return Err(AudioRefusal::Empty.into());
    }
    let (mut format, cut_off) = open(path)?;
    let mut sink = Sink::new(out, max_seconds, progress)?;
    let mut story = Story { cut_off, ..Story::default() };
    while listen(format.as_mut(), &mut sink, &mut story)? == After::NewTracks {}
    finish(sink, &story)
}

/// Finds out what the file is. Returns whether it was cut off, as far as that shows already.
fn open(path: &Path) -> Result<(Box<dyn FormatReader>, bool), ImportError> {
    let probe = |source: Mended| {
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let probe = symphonia::default::get_probe();
        probe.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
    };
    let (source, cut_off) = Mended::open(File::open(path)?)?;
    if let Ok(format) = probe(source) {
        return Ok((format, cut_off));
    }
    // Once more from front to back: a file that was cut off has lost what its index points to.
    let (mut source, _) = Mended::open(File::open(path)?)?;
    source.seekable = false;
    match probe(source) {
        Ok(format) => Ok((format, true)),
        Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(error.into())
        }
        Err(_) => Err(AudioRefusal::NotAudio.into()),
    }
}

/// What happened while decoding.
#[derive(Default)]
struct Story {
    cut_off: bool,
    bad_parts: u64,
    rate: u32,
    channels: u32,
    promised: Option<u64>,
    decoded: u64,
}

#[derive(PartialEq)]
enum After {
    TheEnd,
    /// A chained stream went on with other tracks.
    NewTracks,
}

/// Decodes the default track to its end.
fn listen(
    format: &mut dyn FormatReader,
    sink: &mut Sink<'_>,
    story: &mut Story,
) -> Result<After, ImportError> {
    let (track, mut decoder) = choose(format, story)?;
    let mut samples = Vec::new();
    let mut mono = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(After::TheEnd),
            Err(Error::ResetRequired) => return Ok(After::NewTracks),
            // Not the disk's fault: files end in the middle of a part when they were cut.
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                story.cut_off = true;
                return Ok(After::TheEnd);
            }
            Err(Error::IoError(error)) => return Err(error.into()),
            Err(_) => {
                story.bad_parts += 1;
                return Ok(After::TheEnd);
            }
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(sound) => {
                let (rate, channels) = (sound.spec().rate(), sound.spec().channels().count());
                if !RATES.contains(&rate) || channels == 0 {
                    return Err(AudioRefusal::Unsupported.into());
                }
                (story.rate, story.channels) = (rate, channels as u32);
                sound.copy_to_vec_interleaved::<f32>(&mut samples);
                story.decoded += (samples.len() / channels) as u64;
                mix(&samples, channels, &mut mono);
                sink.take(rate, &mono)?;
            }
            Err(Error::DecodeError(_) | Error::IoError(_)) => story.bad_parts += 1,
            Err(_) => return Err(AudioRefusal::Unsupported.into()),
        }
    }
}

/// The first track with sound, and its decoder.
fn choose(
    format: &dyn FormatReader,
    story: &mut Story,
) -> Result<(u32, Box<dyn AudioDecoder>), ImportError> {
    let track: &Track = format.default_track(TrackType::Audio).ok_or(AudioRefusal::NotAudio)?;
    let coding = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio())
        .ok_or(AudioRefusal::Unsupported)?;
    let mut coding = coding.clone();
    // Opus always decodes at 48 kHz; containers also name the rate of what was recorded.
    if coding.codec == CODEC_ID_OPUS {
        coding.sample_rate = Some(48_000);
    }
    let decoder = CODECS
        .make_audio_decoder(&coding, &AudioDecoderOptions::default())
        .map_err(|_| AudioRefusal::Unsupported)?;
    story.promised = track.num_frames;
    Ok((track.id, decoder))
}

fn mix(samples: &[f32], channels: usize, mono: &mut Vec<f32>) {
    mono.clear();
    if channels == 1 {
        mono.extend_from_slice(samples);
    } else {
        mono.extend(
            samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32),
        );
    }
}

fn finish(mut sink: Sink<'_>, story: &Story) -> Result<Imported, ImportError> {
    sink.finish()?;
    if sink.samples == 0 {
        return Err(
            if story.bad_parts > 0 { AudioRefusal::Damaged } else { AudioRefusal::Empty }.into()
        );
    }
    let mut warnings = Vec::new();
    // Containers round their promise to whole parts: a tenth of a second short is not cut off.
    let short = story
        .promised
        .is_some_and(|promised| story.decoded + u64::from(story.rate / 10) < promised);
    if story.cut_off || short {
        warnings.push(Warning::Truncated);
    }
    if story.bad_parts > 0 {
        warnings.push(Warning::DamagedParts);
    }
    Ok(Imported {
        samples: sink.samples,
        seconds: sink.samples as f64 / f64::from(RATE),
        original_rate: story.rate,
        channels: story.channels,
        peak: sink.peak,
        silent: sink.peak < SILENT_PEAK,
        warnings,
    })
}

/// Takes mono samples of any rate and writes 16 kHz.
struct Sink<'a> {
    resample: Option<(u32, ToSixteen)>,
    file: BufWriter<File>,
    samples: u64,
    peak: f32,
    max_samples: u64,
    told: u64,
    progress: &'a mut dyn FnMut(u64) -> io::Result<()>,
    bytes: Vec<u8>,
}

impl<'a> Sink<'a> {
    fn new(
        out: &Path,
        max_seconds: u64,
        progress: &'a mut dyn FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Self> {
        Ok(Sink {
            resample: None,
            file: BufWriter::with_capacity(1 << 16, File::create(out)?),
            samples: 0,
            peak: 0.0,
            max_samples: max_seconds.saturating_mul(u64::from(RATE)),
            told: 0,
            progress,
            bytes: Vec::new(),
        })
    }

    fn take(&mut self, rate: u32, mono: &[f32]) -> Result<(), ImportError> {
        // A stream may change its rate in the middle: what the old filter still holds comes first.
        if self.resample.as_ref().is_none_or(|(before, _)| *before != rate) {
            self.flush()?;
            self.resample = Some((rate, ToSixteen::new(rate)?));
        }
        if let Some((rate, mut resample)) = self.resample.take() {
            resample.push(mono, &mut |samples| self.write(samples))?;
            self.resample = Some((rate, resample));
        }
        if self.samples > self.max_samples {
            return Err(AudioRefusal::TooLong.into());
        }
        let minutes = self.samples / u64::from(RATE) / 60;
        if minutes > self.told {
            self.told = minutes;
            (self.progress)(minutes * 60)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some((_, mut resample)) = self.resample.take() {
            resample.finish(&mut |samples| self.write(samples))?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
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
