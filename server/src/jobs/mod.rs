//! The durable queue at work: pages, sound, text, documents. Results come back into the room as
//! commands of the system, with identifiers of their own, so that running twice does no harm.

mod pages;
mod speech;
mod typeset;

pub use pages::pictures;
pub use speech::{choose_model, installed_model};

use crate::app::App;
use crate::room::SubmitError;
use crate::store::{BlobError, Job, StoreError, Unfinished};
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::effects::Effect;
use icabinet_models::ids::CommandId;
use icabinet_models::speech::Transcription;
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Meeting};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing::{Instrument as _, info_span};

/// How often the queue is looked at without being rung.
const LOOK: Duration = Duration::from_secs(1);
/// How often a job's lease is prolonged.
const KEEP: Duration = Duration::from_secs(20);
/// Tries before a job counts as failed.
const MOST_TRIES: i64 = 3;
/// Wait before another try, in milliseconds, times the tries so far.
const RETRY_MS: i64 = 2_000;

/// Why a job didn't get to its end. What is wrong with a file is not among these: that is a result.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Room(#[from] SubmitError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the meeting couldn't take the result now")]
    Unavailable,
    #[error("{0}")]
    Engine(icabinet_engines::worker::EngineFailure),
}

/// Says what workers are not held by, where this machine's kernel lacks it.
fn tell_of_guards() {
    let guards = icabinet_engines::worker::guards();
    if !guards.landlock {
        tracing::warn!("this kernel has no Landlock: a worker could open files beside its own");
    }
    if !guards.seccomp {
        tracing::warn!("this kernel has no seccomp: a worker could connect and start programs");
    }
}

/// Runs the queue until the server stops; nothing where this server leaves it to others.
pub async fn run(app: Arc<App>) {
    if app.config.jobs > 0 {
        tell_of_guards();
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..app.config.jobs {
        workers.spawn(work(Arc::clone(&app)));
    }
    workers.join_all().await;
}

async fn work(app: Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    loop {
        if *stopping.borrow() {
            return;
        }
        let rung = app.jobs.notified();
        match app.store.take_job(crate::clock::now()).await {
            Ok(Some(job)) => {
                tokio::select! {
                    () = run_job(&app, &job).instrument(of(&job)) => {}
                    // Children die with the future; the job is taken again after the restart.
                    _ = stopping.wait_for(|stopping| *stopping) => return,
                }
            }
            Ok(None) => {
                tokio::select! {
                    () = rung => {}
                    () = tokio::time::sleep(LOOK) => {}
                    _ = stopping.wait_for(|stopping| *stopping) => return,
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the queue can't be read");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// The span of a job: what is logged in it says which it is.
fn of(job: &Job) -> tracing::Span {
    let kind = match job.effect {
        Effect::RenderPages { .. } => "pages",
        Effect::DecodeSound { .. } => "sound",
        Effect::AwaitSound { .. } | Effect::CloseSound { .. } => "sound's end",
        Effect::Transcribe { .. } => "speech",
        Effect::Typeset { .. } => "document",
    };
    info_span!("job", id = %job.id, meeting = %job.meeting, kind, attempt = job.attempts)
}

async fn run_job(app: &Arc<App>, job: &Job) {
    let work = async {
        match job.effect {
            Effect::RenderPages { paper } => pages::render(app, job, paper).await,
            Effect::DecodeSound { recording } => speech::decode(app, job, recording).await,
            Effect::AwaitSound { recording } => speech::wait(app, job, recording).await,
            Effect::CloseSound { recording } => speech::close(app, job, recording).await,
            Effect::Transcribe { recording } => speech::transcribe(app, job, recording).await,
            Effect::Typeset { instrument } => typeset::set(app, job, instrument).await,
        }
    };
    let kept = async {
        let mut beats = tokio::time::interval(KEEP);
        loop {
            beats.tick().await;
            if let Err(error) = app.store.keep_job(&job.id, crate::clock::now()).await {
                tracing::warn!(job = %job.id, %error, "a lease can't be prolonged");
            }
        }
    };
    let result = tokio::select! { result = work => result, () = kept => Ok(()) };
    let closing = match result {
        Ok(()) => app.store.finish_job(&job.id, None).await,
        Err(error) if job.attempts >= MOST_TRIES => {
            tracing::error!(job = %job.id, meeting = %job.meeting, %error, "a job failed for good");
            give_up(app, job).await;
            app.store.finish_job(&job.id, Some(&error.to_string())).await
        }
        Err(error) => {
            tracing::warn!(job = %job.id, meeting = %job.meeting, %error, "a job is tried again");
            let at = crate::clock::now().plus_ms(RETRY_MS * job.attempts);
            app.store.retry_job(&job.id, at, &error.to_string()).await
        }
    };
    if let Err(error) = closing {
        tracing::error!(job = %job.id, %error, "a job's end was not noted; it will run again");
    }
}

/// Sound that waited for a model gets its text once there is one.
pub async fn resume_transcripts(app: &App) -> Result<(), StoreError> {
    if app.config.jobs == 0 || installed_model(&app.config.data).is_none() {
        return Ok(());
    }
    for meeting in app.store.unfinished(Unfinished::Model).await? {
        let Ok(room) = app.rooms.room(&meeting).await else { continue };
        let waiting = room.look(|m| {
            let waiting =
                m.recordings.iter().filter(|(_, r)| r.transcription == Transcription::NoModel);
            waiting.map(|(id, _)| *id).collect::<Vec<_>>()
        });
        for recording in waiting.await.unwrap_or_default() {
            app.store
                .put_job(&meeting, &Effect::Transcribe { recording }, crate::clock::now())
                .await?;
        }
    }
    Ok(())
}

/// Rooms are opened in which a vote closes by itself: nobody may come back to them before.
pub async fn resume_votes(app: &App) -> Result<(), StoreError> {
    for meeting in app.store.unfinished(Unfinished::Vote).await? {
        if let Err(error) = app.rooms.room(&meeting).await {
            tracing::error!(%meeting, %error, "the vote that is open there can't close by itself");
        }
    }
    Ok(())
}

/// Documents that an earlier version of this program could not set are set anew by this one.
pub async fn resume_documents(app: &App) -> Result<(), StoreError> {
    if app.config.jobs == 0 {
        return Ok(());
    }
    for meeting in app.store.unfinished(Unfinished::Document).await? {
        let Ok(room) = app.rooms.room(&meeting).await else { continue };
        for instrument in room.look(failed).await.unwrap_or_default() {
            let effect = Effect::Typeset { instrument };
            app.store.put_job(&meeting, &effect, crate::clock::now()).await?;
        }
    }
    Ok(())
}

/// The instruments that could not be set.
fn failed(m: &Meeting) -> Vec<Instrument> {
    let all = m.decisions.keys().map(|id| Instrument::Decision(*id));
    all.chain([Instrument::Minutes])
        .filter(|one| matches!(m.rendition(*one), Some(Rendition::Failed { .. })))
        .collect()
}

/// Tells the meeting that the work won't be done.
async fn give_up(app: &Arc<App>, job: &Job) {
    let told = match job.effect {
        Effect::RenderPages { paper } => pages::failed(app, job, paper).await,
        Effect::DecodeSound { recording } => speech::decode_failed(app, job, recording).await,
        // Its device can still do it.
        Effect::AwaitSound { .. } | Effect::CloseSound { .. } => Ok(()),
        Effect::Transcribe { recording } => speech::transcribe_failed(app, job, recording).await,
        Effect::Typeset { instrument } => {
            typeset::failed(app, job, instrument, "the typesetter failed").await
        }
    };
    if let Err(error) = told {
        tracing::error!(job = %job.id, %error, "a failure could not be told to the meeting");
    }
}

/// Hands a result to the meeting. `step` tells the results of one job apart.
async fn report(app: &App, job: &Job, step: &str, command: Command) -> Result<(), JobError> {
    let id = CommandId::from(format!("{}-{}-{step}", job.id, job.attempts));
    let room = app.rooms.room(&job.meeting).await?;
    match room.submit(Actor::System, id, command).await? {
        Answer::Accepted { .. } => Ok(()),
        Answer::Unavailable => Err(JobError::Unavailable),
        Answer::Refused { refusal } => {
            // What the result is about is gone: nothing is left to do.
            tracing::info!(job = %job.id, ?refusal, "a result was not wanted any more");
            Ok(())
        }
    }
}

/// A folder of a job's own, removed with it.
pub(crate) struct Desk(PathBuf);

impl Desk {
    pub(crate) async fn new(app: &App) -> Result<Self, JobError> {
        let folder = app.blobs.staging().join(uuid::Uuid::now_v7().to_string());
        tokio::fs::create_dir_all(&folder).await?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Best effort: the staging folder is emptied when the server starts.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// This program, which is also its workers.
pub(crate) fn own_binary() -> Result<PathBuf, JobError> {
    Ok(std::env::current_exe()?)
}
