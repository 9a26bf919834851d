//! Sound as people's devices and programs leave it, made here with ffmpeg: every coding, headers that lie, pauses,
//! joined files, cut ones, channels that cancel out. What is right is what ffprobe counts, packet by packet.

use std::path::{Path, PathBuf};
use std::process::Command;

use icabinet_engines::audio::{AudioRefusal, Imported, Request, Warning, import_by_workers};
use tempfile::TempDir;

use crate::exe;

/// A folder in which sound is made and imported.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a file with ffmpeg: what comes in, what is done with it, its name.
    fn make(&self, source: &str, how: &str, name: &str) -> PathBuf {
        let out = self.path(name);
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source])
            .args(how.split_whitespace())
            .args(["-fflags", "+bitexact"])
            .arg(&out)
            .status()
            .expect("ffmpeg runs (scripts/setup --test brings it)");
        assert!(status.success(), "{name}");
        out
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    async fn import(&self, input: &Path) -> Result<(Imported, Vec<i16>), AudioRefusal> {
        let out = self.path("samples.pcm");
        let request = Request { input: input.to_owned(), out: out.clone(), max_seconds: 3600 };
        let imported = import_by_workers(&exe(), &request).await.expect("the workers end well")?;
        let bytes = std::fs::read(&out).expect("there");
        let samples: Vec<i16> =
            bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
        assert_eq!(samples.len() as u64, imported.samples);
        Ok((imported, samples))
    }

    async fn taken(&self, input: &Path) -> (Imported, Vec<i16>) {
        let name = input.file_name().expect("a name").to_string_lossy();
        self.import(input).await.unwrap_or_else(|code| panic!("{name}: {code:?}"))
    }
}

/// How long the sound of a file is: the end of its last packet less the beginning of its first.
fn probed(path: &Path) -> f64 {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "a:0", "-of", "csv=p=0"])
        .args(["-show_entries", "packet=pts_time,duration_time"])
        .arg(path)
        .output()
        .expect("ffprobe runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let packets: Vec<(f64, f64)> = text
        .lines()
        .filter_map(|line| {
            let mut parts = line.trim_end_matches(',').split(',').map(|part| part.parse().ok());
            Some((parts.next()??, parts.next()??))
        })
        .collect();
    let start = packets.iter().map(|(at, _)| *at).fold(f64::INFINITY, f64::min);
    packets.iter().map(|(at, long)| at + long).fold(0.0, f64::max) - start.max(0.0)
}

/// Loudness (root of the mean square) between two times.
fn loudness(samples: &[i16], from: f64, to: f64) -> f64 {
    let piece = &samples[(from * 16_000.0) as usize..(to * 16_000.0) as usize];
    (piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / piece.len() as f64).sqrt()
}

/// A voice-like tone, seven seconds of it.
const TONE: &str = "sine=frequency=330:sample_rate=44100:duration=7";
/// Rate and bits change all the time.
const NOISE: &str = "anoisesrc=color=brown:sample_rate=44100:amplitude=0.5:seed=7:duration=40,volume='if(lt(mod(t,4),2),0.02,1)':eval=frame";

#[tokio::test]
async fn every_coding_that_people_have_is_taken_whole() {
    let desk = Desk::new();
    let rows = [
        ("a.wav", "-c:a pcm_s16le"),
        ("24.wav", "-c:a pcm_s24le"),
        ("32.wav", "-c:a pcm_s32le"),
        ("8.wav", "-c:a pcm_u8"),
        ("float.wav", "-c:a pcm_f32le"),
        ("double.wav", "-c:a pcm_f64le"),
        ("alaw.wav", "-c:a pcm_alaw -ar 8000"),
        ("mulaw.wav", "-c:a pcm_mulaw -ar 8000"),
        ("ima.wav", "-c:a adpcm_ima_wav"),
        ("ms.wav", "-c:a adpcm_ms"),
        ("rf64.wav", "-rf64 always"),
        ("sixty-four.w64", "-c:a pcm_s16le"),
        ("cbr.mp3", "-b:a 64k"),
        ("vbr.mp3", "-q:a 6"),
        ("no-header.mp3", "-q:a 6 -write_xing 0"),
        ("no-header-cbr.mp3", "-b:a 64k -write_xing 0"),
        ("old.mp2", "-b:a 128k"),
        ("a.flac", "-c:a flac"),
        ("in-ogg.ogg", "-c:a flac"),
        ("vorbis.ogg", "-c:a libvorbis -ac 2"),
        ("a.opus", "-c:a libopus"),
        ("opus.webm", "-c:a libopus"),
        ("vorbis.webm", "-c:a libvorbis"),
        ("aac.m4a", "-c:a aac"),
        ("alac.m4a", "-c:a alac"),
        ("fragments.mp4", "-c:a aac -movflags frag_keyframe+empty_moov -frag_duration 1000000"),
        ("bare.aac", "-c:a aac"),
        ("a.mkv", "-c:a flac"),
        ("a.aiff", "-c:a pcm_s16be"),
        ("a.caf", "-c:a pcm_s16le"),
        ("alac.caf", "-c:a alac"),
        ("two.wma", "-c:a wmav2"),
        ("one.wma", "-c:a wmav1"),
        ("a.ac3", "-c:a ac3"),
        ("a.au", "-c:a pcm_s16be"),
    ];
    for (name, how) in rows {
        let file = desk.make(TONE, how, name);
        let (imported, samples) = desk.taken(&file).await;
        // ffprobe knows no times of the packets of some (ALAC in CAF).
        let there = Some(probed(&file)).filter(|there| there.is_finite()).unwrap_or(7.0);
        assert!((imported.seconds - there).abs() < 1.0, "{name}: {} of {there}", imported.seconds);
        assert!((imported.seconds - 7.0).abs() < 0.2, "{name}: {} s", imported.seconds);
        assert_eq!(
            (imported.warnings.as_slice(), imported.silent),
            ([].as_slice(), false),
            "{name}"
        );
        assert!(loudness(&samples, 6.0, 6.8) > 1000.0, "{name}: sound to its end");
    }
}

#[tokio::test]
async fn a_name_says_nothing() {
    let desk = Desk::new();
    for (real, how, called) in [
        ("a.flac", "", "called.mp3"),
        ("a.mp3", "", "called.wav"),
        ("a.m4a", "", "called"),
        ("a.wma", "", "called.pdf"),
    ] {
        let file = desk.make(TONE, how, real);
        let called = desk.write(called, std::fs::read(file).expect("there"));
        assert!((desk.taken(&called).await.0.seconds - 7.0).abs() < 0.2, "{real}");
    }
}

#[tokio::test]
async fn frames_without_a_length_are_read_to_their_end() {
    let desk = Desk::new();
    for (name, how) in [
        ("xing.mp3", "-q:a 4"),
        ("none.mp3", "-q:a 4 -write_xing 0"),
        ("none-deep.mp3", "-q:a 9 -ar 16000 -write_xing 0"),
        ("none-stereo.mp3", "-ac 2 -q:a 2 -write_xing 0"),
    ] {
        let file = desk.make(NOISE, how, name);
        let (imported, _) = desk.taken(&file).await;
        assert!((imported.seconds - 40.0).abs() < 0.2, "{name}: {} s", imported.seconds);
        assert!((imported.seconds - probed(&file)).abs() < 1.0, "{name}");
        assert_eq!(imported.warnings, [], "{name}");
    }
}

/// A tag with a picture of so many bytes, which hold what looks like frames.
fn tag(picture: usize) -> Vec<u8> {
    let mut body = b"APIC".to_vec();
    let inner =
        [b"\0image/png\0\x03\0".as_slice(), &b"\xFF\xFB\x90\x64".repeat(picture / 4)].concat();
    let size = |bytes: usize| [21, 14, 7, 0].map(|shift| (bytes >> shift & 0x7F) as u8);
    body.extend(size(inner.len()));
    body.extend([0, 0]);
    body.extend(inner);
    [b"ID3\x04\0\0".as_slice(), &size(body.len()), &body].concat()
}

#[tokio::test]
async fn large_pictures_before_the_sound_are_passed_over() {
    let desk = Desk::new();
    for (name, how) in [("a.mp3", "-q:a 5"), ("none.mp3", "-q:a 5 -write_xing 0"), ("a.flac", "")] {
        let sound = std::fs::read(desk.make(TONE, how, name)).expect("there");
        for picture in [1 << 10, 3 << 20, 20 << 20] {
            let file = desk.write("tagged", [tag(picture), sound.clone()].concat());
            let (imported, _) = desk.taken(&file).await;
            assert!(
                (imported.seconds - 7.0).abs() < 0.2,
                "{name}, {picture}: {}",
                imported.seconds
            );
            assert_eq!(imported.warnings, [], "{name}, {picture}");
        }
    }
}

#[tokio::test]
async fn joined_files_are_taken_with_all_their_parts() {
    let desk = Desk::new();
    let rows = [
        ("a.webm", "-c:a libopus"),
        ("live.webm", "-c:a libopus -live 1 -f webm"),
        ("a.mkv", "-c:a aac"),
        ("a.mp3", "-q:a 5 -id3v2_version 3 -metadata title=x"),
        ("plain.mp3", "-q:a 5 -id3v2_version 0"),
        ("none.mp3", "-q:a 5 -id3v2_version 0 -write_xing 0"),
        ("a.wav", ""),
        ("a.flac", ""),
        ("a.ogg", "-c:a libvorbis"),
        ("a.opus", "-c:a libopus"),
        ("a.m4a", "-c:a aac"),
        ("a.aac", "-c:a aac"),
    ];
    for (name, how) in rows {
        let one = std::fs::read(desk.make(TONE, how, name)).expect("there");
        let other = desk.make(
            "sine=frequency=880:sample_rate=44100:duration=5",
            how,
            &format!("second-{name}"),
        );
        let joined =
            desk.write("joined", [one.clone(), std::fs::read(other).expect("there"), one].concat());
        let (imported, samples) = desk.taken(&joined).await;
        assert!((imported.seconds - 19.0).abs() < 0.5, "{name}: {} s", imported.seconds);
        assert_eq!(imported.warnings, [], "{name}");
        assert!(loudness(&samples, 17.0, 18.5) > 1000.0, "{name}: the third part");
    }
}

#[tokio::test]
async fn sizes_in_a_wav_header_may_say_what_they_like() {
    let desk = Desk::new();
    let wav = std::fs::read(desk.make(TONE, "-map_metadata -1", "a.wav")).expect("there");
    let data = wav.windows(4).position(|piece| piece == b"data").expect("data") + 4;
    let whole = u32::try_from(wav.len() - 8).expect("small");
    let sound = whole - u32::try_from(data + 4 - 8).expect("small");
    let rows = [
        ("right", whole, sound, false),
        ("8 too small", whole - 8, sound, false),
        ("8 too large", whole + 8, sound, false),
        ("nothing", 0, sound, false),
        ("neither", 0, 0, false),
        ("a stream", u32::MAX, u32::MAX, false),
        ("half, and rubbish behind it", whole / 2, sound / 2, false),
        ("more than is there", whole * 2, sound * 2, true),
    ];
    for (name, riff, data_size, cut) in rows {
        let mut file = wav.clone();
        file[4..8].copy_from_slice(&riff.to_le_bytes());
        file[data..data + 4].copy_from_slice(&data_size.to_le_bytes());
        let (imported, _) = desk.taken(&desk.write("changed.wav", file)).await;
        assert!((imported.seconds - 7.0).abs() < 0.01, "{name}: {} s", imported.seconds);
        assert_eq!(imported.warnings.contains(&Warning::Truncated), cut, "{name}");
        assert_eq!(imported.cut_at.is_some(), cut, "{name}");
    }
}

#[tokio::test]
async fn a_pause_is_silence_and_what_follows_keeps_its_time() {
    let desk = Desk::new();
    // Three seconds, nothing for ten, three more.
    let paused =
        "sine=frequency=330:sample_rate=48000:duration=6,asetpts='PTS+if(gte(T,3),10/TB,0)'";
    for (name, how) in [
        ("opus.webm", "-c:a libopus"),
        ("vorbis.webm", "-c:a libvorbis"),
        ("live.webm", "-c:a libopus -live 1 -f webm"),
        ("a.mkv", "-c:a aac"),
        ("a.mp4", "-c:a aac"),
    ] {
        let file = desk.make(paused, &format!("-fps_mode passthrough {how}"), name);
        let (imported, samples) = desk.taken(&file).await;
        assert!((imported.seconds - 16.0).abs() < 0.5, "{name}: {} s", imported.seconds);
        assert!((imported.seconds - probed(&file)).abs() < 1.0, "{name}: {}", probed(&file));
        assert!(loudness(&samples, 0.5, 2.5) > 1000.0, "{name}");
        assert!(loudness(&samples, 4.0, 12.5) < 10.0, "{name}: {}", loudness(&samples, 4.0, 12.5));
        assert!(loudness(&samples, 13.3, 15.5) > 1000.0, "{name}");
        assert_eq!(imported.warnings, [], "{name}");
    }
}

#[tokio::test]
async fn channels_that_cancel_out_are_heard() {
    let desk = Desk::new();
    let rows = [
        ("opposite.wav", "pan=stereo|c0=c0|c1=-1*c0", "-c:a pcm_s16le"),
        ("nearly.wav", "pan=stereo|c0=c0|c1=-0.9*c0", "-c:a pcm_s16le"),
        ("opposite.flac", "pan=stereo|c0=-1*c0|c1=c0", "-c:a flac"),
        ("opposite.mp3", "pan=stereo|c0=c0|c1=-1*c0", "-b:a 128k"),
        ("opposite.m4a", "pan=stereo|c0=c0|c1=-1*c0", "-c:a aac"),
        ("opposite.wma", "pan=stereo|c0=c0|c1=-1*c0", "-c:a wmav2"),
        ("four.wav", "pan=quad|c0=c0|c1=-1*c0|c2=c0|c3=-1*c0", "-c:a pcm_s16le"),
    ];
    for (name, pan, how) in rows {
        let file = desk.make(&format!("{TONE},{pan}"), how, name);
        let (imported, samples) = desk.taken(&file).await;
        assert!(!imported.silent && loudness(&samples, 1.0, 6.0) > 1500.0, "{name}: {imported:?}");
    }
    let silent = desk.make("anullsrc=sample_rate=44100:duration=3", "", "silent.mp3");
    assert!(desk.taken(&silent).await.0.silent);
}

#[tokio::test]
async fn a_file_that_was_cut_off_says_where() {
    let desk = Desk::new();
    let rows = [
        ("a.wav", ""),
        ("cbr.mp3", "-b:a 64k"),
        ("vbr.mp3", "-q:a 5"),
        ("none.mp3", "-q:a 5 -write_xing 0"),
        ("a.flac", ""),
        ("a.ogg", "-c:a libvorbis"),
        ("a.opus", "-c:a libopus"),
        ("a.webm", "-c:a libopus"),
        ("live.webm", "-c:a libopus -live 1 -f webm"),
        ("front.m4a", "-c:a aac -movflags +faststart"),
        ("a.aiff", ""),
        ("a.caf", ""),
        ("a.wma", "-c:a wmav2"),
    ];
    for (name, how) in rows {
        let whole = std::fs::read(desk.make(NOISE, how, name)).expect("there");
        for share in [37, 61, 83] {
            let cut = desk.write("cut", &whole[..whole.len() * share / 100 + 1]);
            let (imported, _) = desk.taken(&cut).await;
            let there = probed(&cut);
            assert!(
                (imported.seconds - there).abs() < 1.0,
                "{name} {share}: {} of {there}",
                imported.seconds
            );
            assert!(
                imported.warnings.contains(&Warning::Truncated),
                "{name} {share}: {imported:?}"
            );
            let at = imported.cut_at.expect("a place");
            assert!((at - imported.seconds).abs() < 0.3, "{name} {share}: {at}");
        }
    }
    // Nothing can be read without what stood at the end of these.
    let film = std::fs::read(desk.make(NOISE, "-c:a aac", "back.m4a")).expect("there");
    let cut = desk.write("cut", &film[..film.len() / 2]);
    assert_eq!(desk.import(&cut).await.map(|_| ()), Err(AudioRefusal::Damaged));
}

#[tokio::test]
async fn behind_damage_the_sound_goes_on_at_its_time() {
    let desk = Desk::new();
    for (name, how) in [
        ("a.webm", "-c:a libopus -cluster_time_limit 1000"),
        ("a.opus", "-c:a libopus"),
        ("a.mp3", "-b:a 64k"),
        ("a.flac", ""),
    ] {
        let mut bytes = std::fs::read(desk.make(NOISE, how, name)).expect("there");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 3000].fill(0);
        let (imported, samples) = desk.taken(&desk.write("damaged", bytes)).await;
        assert!((imported.seconds - 40.0).abs() < 1.5, "{name}: {}", imported.seconds);
        assert!(imported.warnings.contains(&Warning::DamagedParts), "{name}: {imported:?}");
        assert!(loudness(&samples, 34.5, 35.5) > 300.0, "{name}: what follows is there");
    }
}
