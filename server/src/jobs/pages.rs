//! Pages of a paper: page 1 first, each told to the meeting as soon as it is stored.

use super::{Desk, JobError, own_binary, report};
use crate::app::App;
use crate::store::Job;
use icabinet_engines::pages::{self, Artefact, Event, Refusal};
use icabinet_engines::worker::{EngineFailure, Running, Worker};
use icabinet_models::Command;
use icabinet_models::documents::{Page, PaperFault};
use icabinet_models::ids::{Digest, PaperId};
use std::sync::PoisonError;

/// Documents whose pictures are remembered for their signer.
const MOST_PICTURED: usize = 64;

pub(super) async fn render(app: &App, job: &Job, paper: PaperId) -> Result<(), JobError> {
    match try_render(app, job, paper).await {
        Err(JobError::Engine(failure)) => {
            tracing::warn!(job = %job.id, meeting = %job.meeting, %paper, %failure, "a paper's worker failed");
            let fault = match failure {
                EngineFailure::TimedOut { .. } => PaperFault::TookTooLong,
                EngineFailure::NotInstalled { .. } => PaperFault::EngineMissing,
                _ => PaperFault::WorkerFailed,
            };
            let command = Command::PaperFailed { paper, fault, page: None };
            report(app, job, "failed", command).await
        }
        other => other,
    }
}

async fn try_render(app: &App, job: &Job, paper: PaperId) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let Some(blob) = room.look(move |m| m.papers.get(&paper).map(|found| found.blob)).await? else {
        return Ok(());
    };
    let desk = Desk::new(app).await?;
    let mut running = start(app, &blob, &desk).await?;
    while let Some(event) = running.next().await.map_err(JobError::Engine)? {
        let (step, command) = match event {
            Event::Opened { pages, .. } => {
                ("opened".to_owned(), Command::PaperOpened { paper, pages })
            }
            Event::Page(page) => {
                let index = page.index;
                let page = stored(app, &desk, &page).await?;
                (format!("page-{index}"), Command::PageRendered { paper, index, page })
            }
            Event::Refused { code, page } => {
                let fault = fault(code);
                ("refused".to_owned(), Command::PaperFailed { paper, fault, page })
            }
            Event::Done => ("done".to_owned(), Command::PaperRendered { paper }),
        };
        report(app, job, &step, command).await?;
    }
    Ok(())
}

/// Starts the page worker over a blob.
async fn start(app: &App, blob: &Digest, desk: &Desk) -> Result<Running<Event>, JobError> {
    let pdf = desk.path("paper.pdf");
    app.blobs.fetch_to(blob, &pdf).await?;
    let mut request = pages::Request::new(pdf, &desk.0);
    request.limits.max_bytes = app.config.upload_bytes;
    request.limits.max_pages = app.config.paper_pages;
    let worker = Worker::pages(own_binary()?);
    worker.start::<Event>(&request).await.map_err(JobError::Engine)
}

/// Keeps a page's files as blobs.
async fn stored(app: &App, desk: &Desk, page: &pages::Page) -> Result<Page, JobError> {
    Ok(Page {
        width: page.width,
        height: page.height,
        picture: keep(app, desk, &page.picture).await?,
        media: page.picture.media.clone(),
        thumbnail: keep(app, desk, &page.thumb).await?,
        words: keep(app, desk, &page.words).await?,
    })
}

async fn keep(app: &App, desk: &Desk, artefact: &Artefact) -> Result<Digest, JobError> {
    let bytes = tokio::fs::read(desk.path(&artefact.file)).await?;
    let digest = app.blobs.put(bytes.into()).await?;
    // The picture is in the blob store: the worker's copy need not stay until the job ends.
    tokio::fs::remove_file(desk.path(&artefact.file)).await?;
    Ok(digest)
}

pub(super) async fn failed(app: &App, job: &Job, paper: PaperId) -> Result<(), JobError> {
    let command = Command::PaperFailed { paper, fault: PaperFault::WorkerFailed, page: None };
    report(app, job, "given-up", command).await
}

fn fault(code: Refusal) -> PaperFault {
    match code {
        Refusal::NotAPdf => PaperFault::NotAPdf,
        Refusal::Empty => PaperFault::Empty,
        Refusal::Damaged | Refusal::PageDamaged => PaperFault::Damaged,
        Refusal::Encrypted => PaperFault::Encrypted,
        Refusal::TooLarge => PaperFault::TooLarge,
        Refusal::TooManyPages => PaperFault::TooManyPages,
        Refusal::PageTooLarge => PaperFault::PageTooLarge,
    }
}

/// Pictures of a document that is about to be signed: rendered from the very bytes.
pub async fn pictures(app: &App, document: &Digest) -> Result<Vec<Page>, JobError> {
    if let Some(pages) = app.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(document) {
        return Ok(pages.clone());
    }
    let desk = Desk::new(app).await?;
    let mut running = start(app, document, &desk).await?;
    let mut pages = Vec::new();
    while let Some(event) = running.next().await.map_err(JobError::Engine)? {
        match event {
            Event::Page(page) => pages.push(stored(app, &desk, &page).await?),
            Event::Refused { code, .. } => {
                return Err(JobError::Io(std::io::Error::other(format!("{code:?}"))));
            }
            Event::Opened { .. } | Event::Done => {}
        }
    }
    let mut known = app.pictures.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_PICTURED {
        known.clear();
    }
    known.insert(*document, pages.clone());
    Ok(pages)
}
