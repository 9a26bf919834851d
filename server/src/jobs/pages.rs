//! Pages of a paper: page 1 first, each told to the meeting as soon as it is stored.

use super::{Desk, JobError, own_binary, report};
use crate::app::App;
use crate::store::Job;
use icabinet_engines::pages::{self, Artefact, Event, Refusal};
use icabinet_engines::worker::{EngineFailure, Running, Worker};
use icabinet_models::Command;
use icabinet_models::ids::{Digest, PaperId};
use icabinet_models::meeting::PapersCommand;
use icabinet_models::papers::{Page, PaperFault};
use std::sync::PoisonError;

/// The paper's name on the desk.
const PDF: &str = "paper.pdf";
/// Documents whose pictures are remembered for their signer.
const MOST_PICTURED: usize = 64;

/// Workers that one paper may wear out: a page that takes one with it costs itself, but not any number.
const MOST_WORKERS: u32 = 4;

pub(super) async fn render(app: &App, job: &Job, paper: PaperId) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let Some(blob) = room.look(move |m| m.papers.get(&paper).map(|found| found.blob)).await? else {
        return Ok(());
    };
    let desk = Desk::new(app).await?;
    app.blobs.fetch_to(&blob, &desk.path(PDF)).await?;
    let mut way = Way::default();
    for worker in 1..=MOST_WORKERS {
        let failure = match render_from(app, job, paper, &desk, &mut way).await {
            Err(JobError::Engine(failure)) => failure,
            other => return other,
        };
        tracing::warn!(job = %job.id, meeting = %job.meeting, %paper, page = way.next, %failure, "a paper's worker failed");
        let fault = match failure {
            EngineFailure::TimedOut { .. } => PaperFault::TookTooLong,
            EngineFailure::NotInstalled { .. } => PaperFault::EngineMissing,
            EngineFailure::Crashed { .. }
            | EngineFailure::OutOfMemory { .. }
            | EngineFailure::BadReply { .. }
            | EngineFailure::Io { .. } => PaperFault::WorkerFailed,
        };
        // A page at which a worker ends is named; a new one goes on behind it.
        let page = Some(way.next).filter(|page| way.total.is_some_and(|total| *page < total));
        let last = worker == MOST_WORKERS || fault == PaperFault::EngineMissing;
        let Some(page) = page.filter(|_| !last) else {
            let command = Command::Papers(PapersCommand::PaperFailed { paper, fault, page });
            return report(app, job, "failed", command).await;
        };
        way.fails(fault);
        let command = Command::Papers(PapersCommand::PageFailed { paper, page, fault });
        report(app, job, &format!("page-{page}"), command).await?;
    }
    Ok(())
}

/// How far a paper is, over all its workers.
#[derive(Default)]
struct Way {
    total: Option<u32>,
    /// The page that comes next, from 0.
    next: u32,
    /// One page at least can be shown.
    shown: bool,
    /// Why the first that can't be shown can't.
    fault: Option<(PaperFault, u32)>,
}

impl Way {
    /// The next page can't be shown.
    fn fails(&mut self, fault: PaperFault) -> u32 {
        let page = self.next;
        self.fault.get_or_insert((fault, page));
        self.next += 1;
        page
    }
}

/// Lets one worker render the pages from where the way has got to.
async fn render_from(
    app: &App,
    job: &Job,
    paper: PaperId,
    desk: &Desk,
    way: &mut Way,
) -> Result<(), JobError> {
    let mut running = start(app, desk, way.next).await?;
    while let Some(event) = running.next().await.map_err(JobError::Engine)? {
        let (step, command) = match event {
            Event::Opened { pages, .. } => {
                way.total = Some(pages);
                ("opened".to_owned(), Command::Papers(PapersCommand::PaperOpened { paper, pages }))
            }
            Event::Page(page) => {
                let index = page.index;
                let page = stored(app, desk, &page).await?;
                (way.next, way.shown) = (index + 1, true);
                (
                    format!("page-{index}"),
                    Command::Papers(PapersCommand::PageRendered { paper, index, page }),
                )
            }
            Event::PageFailed { index, code } => {
                way.next = index;
                let fault = fault(code);
                let page = way.fails(fault);
                (
                    format!("page-{index}"),
                    Command::Papers(PapersCommand::PageFailed { paper, page, fault }),
                )
            }
            Event::Refused { code, page } => {
                let fault = fault(code);
                (
                    "refused".to_owned(),
                    Command::Papers(PapersCommand::PaperFailed { paper, fault, page }),
                )
            }
            Event::Done => match way.fault {
                Some((fault, page)) if !way.shown => (
                    "done".to_owned(),
                    Command::Papers(PapersCommand::PaperFailed { paper, fault, page: Some(page) }),
                ),
                _ => ("done".to_owned(), Command::Papers(PapersCommand::PaperRendered { paper })),
            },
        };
        report(app, job, &step, command).await?;
    }
    Ok(())
}

/// Starts the page worker over the desk's paper.
async fn start(app: &App, desk: &Desk, from: u32) -> Result<Running<Event>, JobError> {
    let mut request = pages::Request::new(desk.path(PDF), &desk.0);
    request.limits.max_bytes = app.config.upload_bytes;
    request.limits.max_pages = app.config.paper_pages;
    request.from = from;
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
    let (folder, artefact) = (desk.0.clone(), artefact.clone());
    let file = folder.join(&artefact.file);
    let bytes = tokio::task::spawn_blocking(move || artefact.read(&folder))
        .await
        .map_err(std::io::Error::other)??;
    let digest = app.blobs.put(bytes.into()).await?;
    // The picture is in the blob store: the worker's copy need not stay until the job ends.
    tokio::fs::remove_file(file).await?;
    Ok(digest)
}

pub(super) async fn failed(app: &App, job: &Job, paper: PaperId) -> Result<(), JobError> {
    let command = Command::Papers(PapersCommand::PaperFailed {
        paper,
        fault: PaperFault::WorkerFailed,
        page: None,
    });
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
        Refusal::XfaForm => PaperFault::XfaForm,
    }
}

/// Pictures of a document that is about to be signed: rendered from the very bytes.
pub async fn pictures(app: &App, document: &Digest) -> Result<Vec<Page>, JobError> {
    if let Some(pages) = app.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(document) {
        return Ok(pages.clone());
    }
    let desk = Desk::new(app).await?;
    app.blobs.fetch_to(document, &desk.path(PDF)).await?;
    let mut running = start(app, &desk, 0).await?;
    let mut pages = Vec::new();
    while let Some(event) = running.next().await.map_err(JobError::Engine)? {
        match event {
            Event::Page(page) => pages.push(stored(app, &desk, &page).await?),
            // What is signed is seen whole.
            Event::Refused { code, .. } | Event::PageFailed { code, .. } => {
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
