//! Sound files: every container that is promised, every way for one to be bad.

use std::io::Write;
use std::path::Path;

use icabinet_engines::audio::{self, AudioRefusal, Event, ImportError, Imported, Request, Warning};
use icabinet_engines::worker::Worker;
use tempfile::TempDir;

use crate::{asset, exe, fixture};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn import(path: &Path, out: &Path) -> Result<Imported, AudioRefusal> {
    audio::import(path, out, 6 * 3600, &mut |_| Ok(())).map_err(|error| match error {
        ImportError::Refused(code) => code,
        ImportError::Io(error) => panic!("the disk: {error}"),
    })
}

fn samples(path: &Path) -> Vec<i16> {
    let bytes = std::fs::read(path).expect("there");
    bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect()
}

/// A WAV file: 16 bit, and sizes as its writer pleases.
fn wav(rate: u32, channels: u16, samples: &[i16], said_bytes: u32) -> Vec<u8> {
    let mut file = b"RIFF".to_vec();
    file.extend((said_bytes.wrapping_add(36)).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * u32::from(channels) * 2).to_le_bytes());
    file.extend((channels * 2).to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(said_bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

fn tone(count: usize, rate: u32) -> Vec<i16> {
    (0..count)
        .map(|index| {
            ((index as f64 * 440.0 * std::f64::consts::TAU / f64::from(rate)).sin() * 16_000.0)
                as i16
        })
        .collect()
}

#[test]
fn sixteen_kilohertz_comes_through_unchanged() {
    let folder = folder();
    let out = folder.path().join("pcm");
    let imported = import(&asset("en_00.wav"), &out).expect("it is taken");
    let file = std::fs::read(asset("en_00.wav")).expect("there");
    assert_eq!(std::fs::read(&out).expect("there"), file[44..]);
    assert_eq!((imported.original_rate, imported.channels, imported.silent), (16_000, 1, false));
    assert_eq!(imported.samples * 2, file.len() as u64 - 44);
    assert_eq!(imported.warnings, []);
}

#[test]
fn every_promised_container_holds_the_same_speech() {
    let folder = folder();
    let out = folder.path().join("pcm");
    import(&asset("en_00.wav"), &out).expect("it is taken");
    let original = envelope(&samples(&out));
    let rows = [
        ("mono_8k.wav", 8_000, 1, 3.95),
        ("stereo_44k.wav", 44_100, 2, 1.5),
        ("deep_48k.wav", 48_000, 1, 0.5),
        ("speech.mp3", 44_100, 1, 3.95),
        ("speech.m4a", 44_100, 1, 3.95),
        ("speech.opus", 48_000, 1, 3.95),
        ("speech.webm", 48_000, 1, 3.95),
        ("speech.flac", 16_000, 1, 3.95),
    ];
    for (name, rate, channels, seconds) in rows {
        let imported =
            import(&fixture(name), &out).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert_eq!((imported.original_rate, imported.channels), (rate, channels), "{name}");
        assert!((imported.seconds - seconds).abs() < 0.15, "{name}: {} s", imported.seconds);
        assert_eq!(imported.warnings, [], "{name}");
        let found = samples(&out);
        assert_eq!(found.len() as u64, imported.samples, "{name}");
        // Codings add a few hundredths of a second at the start.
        let found = envelope(&found);
        let alike = (0..4).map(|late| correlation(&original, &found[late..])).fold(0.0, f64::max);
        assert!(alike > 0.9, "{name}: loud where the original is loud: {alike}");
    }
}

#[test]
fn a_change_of_rate_keeps_pitch_and_length() {
    let folder = folder();
    let (input, out) = (folder.path().join("in.wav"), folder.path().join("pcm"));
    for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 96_000] {
        let sound = tone(rate as usize * 2, rate);
        std::fs::write(&input, wav(rate, 1, &sound, sound.len() as u32 * 2)).expect("written");
        let imported = import(&input, &out).expect("it is taken");
        assert_eq!(imported.samples, 32_000, "{rate}");
        let found = samples(&out);
        let crossings = found.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
        assert!(
            (1750..=1770).contains(&crossings),
            "{rate}: {crossings} crossings of 440 Hz in two seconds"
        );
        let expected = tone(32_000, 16_000);
        let middle = 8_000..24_000;
        let alike = correlation(
            &expected[middle.clone()].iter().map(|sample| f64::from(*sample)).collect::<Vec<_>>(),
            &found[middle].iter().map(|sample| f64::from(*sample)).collect::<Vec<_>>(),
        );
        assert!(alike > 0.99, "{rate}: in step with the original: {alike}");
    }
}

#[test]
fn a_recording_that_was_cut_keeps_what_is_there() {
    let folder = folder();
    let (input, out) = (folder.path().join("in.wav"), folder.path().join("pcm"));
    let sound = tone(50_001, 16_000);
    let rows = [
        ("cut in the middle", 400_000, vec![Warning::Truncated]),
        ("a recorder that never wrote its sizes", 0, vec![]),
        ("a stream of unknown length", u32::MAX, vec![]),
        ("whole", 100_002, vec![]),
    ];
    for (name, said, warnings) in rows {
        std::fs::write(&input, wav(16_000, 1, &sound, said)).expect("written");
        let imported = import(&input, &out).expect("it is taken");
        assert_eq!(samples(&out), sound, "{name}");
        assert_eq!(imported.warnings, warnings, "{name}");
    }
    // Half a sample at the end is no sample.
    let mut bytes = wav(16_000, 1, &sound, 400_000);
    bytes.pop();
    std::fs::write(&input, bytes).expect("written");
    assert_eq!(import(&input, &out).expect("it is taken").samples, 50_000);
}

#[test]
fn compressed_sound_that_was_cut_keeps_what_is_there() {
    let folder = folder();
    let (input, out) = (folder.path().join("in"), folder.path().join("pcm"));
    for name in ["speech.mp3", "speech.opus", "speech.webm"] {
        let bytes = std::fs::read(fixture(name)).expect("there");
        std::fs::write(&input, &bytes[..bytes.len() / 2]).expect("written");
        let imported = import(&input, &out).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert!(imported.seconds > 0.9 && imported.seconds < 3.5, "{name}: {}", imported.seconds);
    }
}

#[test]
fn silence_is_told_apart_from_speech() {
    let folder = folder();
    let out = folder.path().join("pcm");
    let silence = import(&asset("silence.wav"), &out).expect("it is taken");
    assert!(silence.silent && silence.peak < audio::SILENT_PEAK, "{silence:?}");
    let noise = import(&asset("noise.wav"), &out).expect("it is taken");
    assert!(!noise.silent, "{noise:?}");
}

#[test]
fn every_bad_file_is_refused_by_its_own_name_and_leaves_nothing() {
    let folder = folder();
    let (input, out) = (folder.path().join("in"), folder.path().join("pcm"));
    let m4a = std::fs::read(fixture("speech.m4a")).expect("there");
    let rows: [(&str, Vec<u8>, AudioRefusal); 6] = [
        ("empty", vec![], AudioRefusal::Empty),
        ("text", "Biên bản họp\n".repeat(2000).into_bytes(), AudioRefusal::NotAudio),
        ("zeros", vec![0; 70_000], AudioRefusal::NotAudio),
        ("a header without sound", wav(16_000, 1, &[], 0), AudioRefusal::Empty),
        ("a rate that no sound has", wav(1, 1, &[1, 2, 3], 6), AudioRefusal::Unsupported),
        ("a film's head without its body", m4a[..200].to_vec(), AudioRefusal::Damaged),
    ];
    for (name, bytes, expected) in rows {
        std::fs::write(&input, bytes).expect("written");
        assert_eq!(import(&input, &out), Err(expected), "{name}");
        assert!(!out.exists(), "{name}");
    }
    assert_eq!(import(&fixture("encrypted.pdf"), &out), Err(AudioRefusal::NotAudio));
    let long = audio::import(&asset("en_00.wav"), &out, 3, &mut |_| Ok(()));
    assert!(matches!(long, Err(ImportError::Refused(AudioRefusal::TooLong))), "{long:?}");
}

/// Three hours of sound go through a worker that may use less memory than they are long.
#[tokio::test]
async fn three_hours_need_little_memory() {
    let folder = folder();
    let input = folder.path().join("long.wav");
    let minute = tone(8_000 * 60, 8_000);
    let mut file = std::fs::File::create(&input).expect("created");
    file.write_all(&wav(8_000, 1, &[], 180 * 60 * 8_000 * 2)).expect("written");
    let bytes: Vec<u8> = minute.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    for _ in 0..180 {
        file.write_all(&bytes).expect("written");
    }
    let mut worker = Worker::audio(exe());
    // The three hours are 346 MB at 16 kHz; the program itself maps about 60 MB.
    worker.limits.address_space = 160 << 20;
    let request = Request { input, out: folder.path().join("pcm"), max_seconds: 4 * 3600 };
    let mut events: Vec<Event> = Vec::new();
    worker.run(&request, |event| events.push(event)).await.expect("it ends well");
    let Some(Event::Imported(imported)) = events.last() else { panic!("{events:?}") };
    assert_eq!(imported.samples, 3 * 3600 * 16_000);
    assert!(
        (180..=181).contains(&events.len()),
        "a word each minute, and the end: {}",
        events.len()
    );
}

/// Mean loudness of 20 ms pieces.
fn envelope(samples: &[i16]) -> Vec<f64> {
    samples
        .chunks(320)
        .map(|piece| {
            piece.iter().map(|sample| f64::from(sample.unsigned_abs())).sum::<f64>() / 320.0
        })
        .collect()
}

/// Pearson's, over the shorter of the two.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len().min(other.len());
    let (one, other) = (&one[..count], &other[..count]);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count as f64;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let sum = |f: &dyn Fn(f64, f64) -> f64| {
        one.iter().zip(other).map(|(a, b)| f(a - mean_one, b - mean_other)).sum::<f64>()
    };
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}
