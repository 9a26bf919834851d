//! Sound to samples, samples to text. Text goes on from where the transcript had got to.

use super::{Desk, JobError, own_binary, report};
use crate::app::App;
use crate::store::Job;
use icabinet_engines::audio::{self, AudioRefusal, Imported, Warning};
use icabinet_engines::models::{KNOWN, Known};
use icabinet_engines::speech::{self, Struck};
use icabinet_engines::worker::Worker;
use icabinet_models::Command;
use icabinet_models::effects::Effect;
use icabinet_models::ids::RecordingId;
use icabinet_models::meeting::SpeechCommand;
use icabinet_models::speech::{
    Capture, Flaws, Heard, Language, Origin, SoundFault, Strike, Transcription, Word,
};
use std::path::{Path, PathBuf};

/// Longest recording that is taken: twelve hours.
const LONGEST_SOUND_S: u64 = 12 * 3600;
/// How long a device may go on sending what it recorded before the end, in milliseconds.
const DEVICE_HAS_MS: i64 = 600_000;
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
    let Some(Origin::Imported { blob, .. }) = found else { return Ok(()) };
    let desk = Desk::new(app).await?;
    // What a file is shows in its bytes; neither its name nor what a browser called it is used.
    let input = desk.path("sound");
    app.blobs.fetch_to(&blob, &input).await?;
    let out = desk.path("samples.pcm");
    let request = audio::Request { input, out: out.clone(), max_seconds: LONGEST_SOUND_S };
    let fault = match audio::import_by_workers(&own_binary()?, &request).await {
        Ok(Ok(imported)) => {
            let flaws = flaws(&imported);
            if !flaws.is_none() {
                tracing::info!(job = %job.id, meeting = %job.meeting, ?flaws, "something is missing from a sound");
                report(
                    app,
                    job,
                    "flawed",
                    Command::Speech(SpeechCommand::SoundFlawed { recording, flaws }),
                )
                .await?;
            }
            app.sounds.adopt(&job.meeting, recording, &out).await?;
            let (samples, digest) = app.sounds.measure(&job.meeting, recording).await?;
            let command =
                Command::Speech(SpeechCommand::StoreRecording { recording, samples, digest });
            return report(app, job, "decoded", command).await;
        }
        Ok(Err(code)) => sound_fault(code),
        Err(failure) => {
            tracing::warn!(job = %job.id, meeting = %job.meeting, %failure, "the sound worker failed");
            SoundFault::WorkerFailed
        }
    };
    report(app, job, "decoded", Command::Speech(SpeechCommand::SoundFailed { recording, fault }))
        .await
}

/// What the recording's row says of a sound that was taken.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a sound")]
fn flaws(imported: &Imported) -> Flaws {
    Flaws {
        cut_at_ms: imported.cut_at.map(|seconds| (seconds * 1000.0) as u64),
        damaged: imported.warnings.contains(&Warning::DamagedParts),
        silent: imported.silent,
    }
}

pub(super) async fn decode_failed(
    app: &App,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let command =
        Command::Speech(SpeechCommand::SoundFailed { recording, fault: SoundFault::WorkerFailed });
    report(app, job, "given-up", command).await
}

/// Gives the device of a recording that was ended its time.
pub(super) async fn wait(app: &App, job: &Job, recording: RecordingId) -> Result<(), JobError> {
    let due = crate::clock::now().plus_ms(DEVICE_HAS_MS);
    app.store.put_job(&job.meeting, &Effect::CloseSound { recording }, due).await?;
    Ok(())
}

/// Closes a recording whose device is gone: what arrived is all there is.
pub(super) async fn close(app: &App, job: &Job, recording: RecordingId) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let found = room.look(move |m| m.recordings.get(&recording).map(|r| r.capture.clone())).await?;
    if !matches!(found, Some(Capture::Ended { .. })) {
        return Ok(());
    }
    let _claim = app.sounds.claim(&job.meeting, recording).await;
    app.sounds.recorder(&job.meeting, recording).await?.sync().await?;
    let (samples, digest) = app.sounds.measure(&job.meeting, recording).await?;
    report(
        app,
        job,
        "closed",
        Command::Speech(SpeechCommand::StoreRecording { recording, samples, digest }),
    )
    .await
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
        let command =
            Command::Speech(SpeechCommand::TranscriptUnavailable { recording, no_model: true });
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
                let command =
                    Command::Speech(SpeechCommand::Transcribed { recording, to_ms, heard });
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
        Command::Speech(SpeechCommand::TranscriptUnavailable { recording, no_model: false })
    } else {
        Command::Speech(SpeechCommand::TranscriptFinished {
            recording,
            model: name.0,
            synthetic: name.1,
        })
    };
    report(app, job, "finished", command).await
}

pub(super) async fn transcribe_failed(
    app: &App,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let command =
        Command::Speech(SpeechCommand::TranscriptUnavailable { recording, no_model: false });
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
