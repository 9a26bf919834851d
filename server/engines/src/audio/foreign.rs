//! Sound in codings that only ffmpeg reads (WMA and others), where it is installed: a worker of its own becomes ffmpeg,
//! under a worker's limits, and what it writes is imported like any WAV file.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Signal, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::source::read_at;
use super::{AudioRefusal, Event, Imported, Request, Warning, boxes};
use crate::worker::{Emitter, EngineFailure, Reach, Trouble, Worker};

/// The formats that ffmpeg may take a file for: sound and film that people have, nothing that names other files.
const FORMATS: &str = "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dts,eac3,flac,flv,g722,gsm,matroska,mov,\
                       mp3,mpc,mpc8,mpeg,mpegts,ogg,oma,rm,tta,voc,w64,wav,wv,xwma";
/// Where Debian and others put it.
const USUAL: [&str; 2] = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"];

/// ffmpeg's program: `ICABINET_FFMPEG` names it (empty for none), else it is where it usually is.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ICABINET_FFMPEG") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    USUAL.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// What the parent asks of the worker that becomes ffmpeg.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Conversion {
    ffmpeg: PathBuf,
    input: PathBuf,
    /// The WAV file that is written; its folder is there.
    out: PathBuf,
    max_seconds: u64,
}

impl Conversion {
    pub(crate) fn reach(&self) -> Reach {
        let folder = self.out.parent().map(Path::to_path_buf);
        Reach {
            reads: vec![self.input.clone()],
            writes: folder.into_iter().collect(),
            runs: Some(self.ffmpeg.clone()),
        }
    }
}

/// Becomes ffmpeg, in the child. Pauses are kept as silence.
pub(crate) fn convert(request: Conversion, _: &mut Emitter) -> Result<(), Trouble> {
    // ffmpeg doesn't hear when its pipe closes: the kernel ends it with its server.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(io::Error::from)?;
    let mut file = OsString::from("file:");
    file.push(&request.input);
    let error = Command::new(&request.ffmpeg)
        .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"])
        .args(["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i"])
        .arg(file)
        .args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-threads", "1", "-filter_threads", "1"])
        .args(["-af", "aresample=16000:async=1:first_pts=0", "-ac", "2", "-c:a", "pcm_s16le"])
        // One second more, so that a file which is too long is seen to be.
        .args(["-t", &(request.max_seconds + 1).to_string(), "-f", "wav", "-y"])
        .arg(&request.out)
        .env_clear()
        .exec();
    Err(error.into())
}

/// Imports a file by the workers of `exe`: by ours, and where that can't read it by ffmpeg if that is installed.
/// `Err` in the inner result is the refusal; the file of samples is there only when there is none.
///
/// # Errors
/// How the worker failed.
pub async fn import_by_workers(
    exe: &Path,
    request: &Request,
) -> Result<Result<Imported, AudioRefusal>, EngineFailure> {
    let code = match import_by_worker(exe, request).await? {
        Err(code) if code != AudioRefusal::Empty && code != AudioRefusal::TooLong => code,
        done => return Ok(done),
    };
    let Some(ffmpeg) = find() else { return Ok(Err(code)) };
    let mut out = request.out.clone().into_os_string();
    out.push(".wav");
    let (input, out) = (request.input.clone(), PathBuf::from(out));
    let conversion = Conversion { ffmpeg, input, out, max_seconds: request.max_seconds };
    let converted = Worker::convert(exe).last_words_of(&conversion).await;
    let imported = match converted {
        Ok(words) => import_converted(exe, request, &conversion, words.is_empty()).await,
        // What ffmpeg can't read either is what it was before.
        Err(EngineFailure::Crashed { .. } | EngineFailure::NotInstalled { .. }) => Ok(Err(code)),
        Err(other) => Err(other),
    };
    std::fs::remove_file(&conversion.out).ok();
    imported
}

async fn import_converted(
    exe: &Path,
    request: &Request,
    conversion: &Conversion,
    was_clean: bool,
) -> Result<Result<Imported, AudioRefusal>, EngineFailure> {
    let request = Request { input: conversion.out.clone(), ..request.clone() };
    let mut done = import_by_worker(exe, &request).await?;
    if let Ok(imported) = &mut done {
        if !was_clean {
            imported.warnings.push(Warning::DamagedParts);
        }
        if imported.cut_at.is_none() && is_cut(&conversion.input)? {
            imported.cut_at = Some(imported.seconds);
            imported.warnings.push(Warning::Truncated);
        }
    }
    Ok(done)
}

async fn import_by_worker(
    exe: &Path,
    request: &Request,
) -> Result<Result<Imported, AudioRefusal>, EngineFailure> {
    let mut done = None;
    let hear = |event: Event| match event {
        Event::Progress { .. } => {}
        Event::Imported(imported) => done = Some(Ok(imported)),
        Event::Refused { code } => done = Some(Err(code)),
    };
    Worker::audio(exe).run(request, hear).await?;
    done.ok_or_else(|| EngineFailure::BadReply { detail: "the import had no end".into() })
}

/// Whether a WMA file (ASF), or the last box of an MP4, is shorter than its header says.
fn is_cut(path: &Path) -> io::Result<bool> {
    /// The object that holds the file's properties, its own size, the file's name and the file's size.
    const PROPERTIES: [u8; 16] =
        *b"\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65";
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = vec![0; 64 << 10];
    let read = read_at(&mut file, 0, &mut head)?;
    let head = &head[..read];
    if head.get(4..8) == Some(b"ftyp") {
        return Ok(boxes::films(&mut file, 0..length)?.cut);
    }
    let at = head.windows(16).position(|piece| piece == PROPERTIES);
    let said = at.and_then(|at| head.get(at + 40..)?.first_chunk::<8>().copied());
    Ok(head.starts_with(b"\x30\x26\xB2\x75")
        && said.is_some_and(|said| u64::from_le_bytes(said) > length))
}
