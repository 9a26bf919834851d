//! Sound to samples, samples to text. Text goes on from where the transcript had got to.

use super::{Desk, JobError, own_binary, report};
use crate::app::App;
use crate::store::Job;
use icabinet_engines::audio::{self, AudioRefusal};
use icabinet_engines::models::{KNOWN, Known};
use icabinet_engines::speech::{self, Struck};
use icabinet_engines::worker::Worker;
use icabinet_models::Command;
use icabinet_models::ids::RecordingId;
use icabinet_models::speech::{
    Capture, Heard, Language, Origin, SoundFault, Strike, Transcription, Word,
};
use std::path::{Path, PathBuf};

/// Longest recording that is taken: twelve hours.
const LONGEST_SOUND_S: u64 = 12 * 3600;
/// Names the model in use within the models' folder.
const CHOICE: &str = "in-use";

/// The speech model that this server uses.
#[derive(Clone, Debug)]
pub struct InstalledModel {
    pub name: String,
    pub path: PathBuf,
    pub synthetic: bool,
}

/// The model in the data folder that is in use; `None` if there is none.
pub fn installed_model(data: &Path) -> Option<InstalledModel> {
    let folder = data.join("models");
    let chosen = std::fs::read_to_string(folder.join(CHOICE)).ok()?;
    let known: &Known = KNOWN.iter().find(|known| known.name == chosen.trim())?;
    let path = folder.join(known.file);
    path.exists().then(|| InstalledModel {
        name: known.name.to_owned(),
        path,
        synthetic: known.synthetic,
    })
}

/// Puts a model into use.
pub fn choose_model(data: &Path, name: &str) -> std::io::Result<()> {
    let folder = data.join("models");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(CHOICE), name)
}

pub(super) async fn decode(app: &App, job: &Job, recording: RecordingId) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let found = room.look(move |m| m.recordings.get(&recording).map(|r| r.origin.clone())).await?;
    let Some(Origin::Imported { file_name, blob }) = found else { return Ok(()) };
    let desk = Desk::new(app).await?;
    // The ending helps the decoder to tell formats apart; the name itself is not used.
    let ending = Path::new(&file_name).extension().and_then(|e| e.to_str()).unwrap_or("bin");
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let input = desk.path(&format!("sound.{ending}"));
    app.blobs.fetch_to(&blob, &input).await?;
    let out = desk.path("samples.pcm");
    let request = audio::Request { input, out: out.clone(), max_seconds: LONGEST_SOUND_S };
    let mut fault = None;
    let worker = Worker::audio(own_binary()?);
    let run = worker.run(&request, |event: audio::Event| {
        if let audio::Event::Refused { code } = event {
            fault = Some(sound_fault(code));
        }
    });
    if let Err(failure) = run.await {
        tracing::warn!(job = %job.id, meeting = %job.meeting, %failure, "the sound worker failed");
        fault = Some(SoundFault::WorkerFailed);
    }
    let command = match fault {
        Some(fault) => Command::SoundFailed { recording, fault },
        None => {
            app.sounds.adopt(&job.meeting, recording, &out).await?;
            let (samples, digest) = app.sounds.measure(&job.meeting, recording).await?;
            Command::StoreRecording { recording, samples, digest }
        }
    };
    report(app, job, "decoded", command).await
}

pub(super) async fn decode_failed(
    app: &App,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let command = Command::SoundFailed { recording, fault: SoundFault::WorkerFailed };
    report(app, job, "given-up", command).await
}

pub(super) async fn transcribe(
    app: &App,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let found = room.look(move |m| m.recordings.get(&recording).cloned()).await?;
    let Some(found) = found else { return Ok(()) };
    if !matches!(found.capture, Capture::Stored { .. }) {
        return Ok(());
    }
    let from_ms = match found.transcription {
        Transcription::Done { .. } => return Ok(()),
        Transcription::Running { to_ms } => to_ms,
        Transcription::Waiting | Transcription::NoModel | Transcription::Failed => 0,
    };
    let Some(model) = installed_model(&app.config.data) else {
        let command = Command::TranscriptUnavailable { recording, no_model: true };
        return report(app, job, "no-model", command).await;
    };
    let request = speech::Request {
        model: model.path,
        confirmed: Vec::new(),
        pcm: app.sounds.path(&job.meeting, recording),
        from_sample: from_ms * speech::RATE / 1000,
        language: match found.language {
            Language::Vi => speech::Language::Vi,
            Language::En => speech::Language::En,
            Language::Auto => speech::Language::Auto,
        },
        threads: 1,
        prompt: None,
        is_final: true,
    };
    match listen(app, job, recording, &request).await {
        Err(JobError::Engine(failure)) => {
            tracing::warn!(job = %job.id, meeting = %job.meeting, %failure, "the speech worker failed");
            // What was heard so far is in the transcript; the next try goes on from there.
            Err(JobError::Engine(failure))
        }
        other => other,
    }
}

/// Runs the worker and hands what it hears to the meeting, place by place.
async fn listen(
    app: &App,
    job: &Job,
    recording: RecordingId,
    request: &speech::Request,
) -> Result<(), JobError> {
    let worker = Worker::speech(own_binary()?);
    let mut running = worker.start::<speech::Event>(request).await.map_err(JobError::Engine)?;
    let mut heard: Vec<Heard> = Vec::new();
    let mut name = (String::new(), false);
    let mut refused = false;
    while let Some(event) = running.next().await.map_err(JobError::Engine)? {
        match event {
            speech::Event::Ready { model, synthetic } => name = (model, synthetic),
            speech::Event::Segment(segment) => heard.push(heard_of(segment)),
            speech::Event::Progress { to_ms, .. } => {
                let heard = std::mem::take(&mut heard);
                let command = Command::Transcribed { recording, to_ms, heard };
                report(app, job, &format!("to-{to_ms}"), command).await?;
            }
            speech::Event::Done { .. } => {}
            speech::Event::Refused { code } => {
                tracing::error!(job = %job.id, ?code, "the speech model can't be used");
                refused = true;
            }
        }
    }
    let command = if refused {
        Command::TranscriptUnavailable { recording, no_model: false }
    } else {
        Command::TranscriptFinished { recording, model: name.0, synthetic: name.1 }
    };
    report(app, job, "finished", command).await
}

pub(super) async fn transcribe_failed(
    app: &App,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let command = Command::TranscriptUnavailable { recording, no_model: false };
    report(app, job, "given-up", command).await
}

fn heard_of(segment: speech::Segment) -> Heard {
    Heard {
        start_ms: segment.start_ms,
        end_ms: segment.end_ms,
        text: segment.text,
        confidence: thousandths(segment.confidence),
        words: segment
            .words
            .into_iter()
            .map(|word| Word {
                text: word.text,
                start_ms: word.start_ms,
                end_ms: word.end_ms,
                confidence: thousandths(word.p),
            })
            .collect(),
        struck: segment.struck.map(|struck| match struck {
            Struck::Phantom => Strike::Phantom,
            Struck::Repetition => Strike::Repetition,
            Struck::Quiet => Strike::Quiet,
        }),
    }
}

/// The log holds no floats.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn thousandths(probability: f32) -> u16 {
    (probability.clamp(0.0, 1.0) * 1000.0) as u16
}

fn sound_fault(code: AudioRefusal) -> SoundFault {
    match code {
        AudioRefusal::NotAudio => SoundFault::NotAudio,
        AudioRefusal::Unsupported => SoundFault::Unsupported,
        AudioRefusal::Empty => SoundFault::Empty,
        AudioRefusal::Damaged => SoundFault::Damaged,
        AudioRefusal::TooLong => SoundFault::TooLong,
    }
}
