//! Setting decisions and minutes as PDF/A.

use super::{JobError, report};
use crate::app::App;
use crate::instruments;
use crate::store::Job;
use icabinet_models::Command;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::Digest;
use icabinet_models::meeting::DecisionsCommand;

pub(super) async fn set(app: &App, job: &Job, instrument: Instrument) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let taken =
        room.look(move |m| (m.source_digest(instrument), instruments::sheet(m, instrument)));
    let (source, sheet) = taken.await?;
    let Some(source) = source else { return Ok(()) };
    let set = match sheet {
        Ok(sheet) => instruments::set_apart(sheet).await,
        Err(error) => Err(error),
    };
    match set {
        Ok(rendered) => {
            let pages = rendered.pages;
            let document = app.blobs.put(rendered.pdf.into()).await?;
            let command = Command::Decisions(DecisionsCommand::InstrumentTypeset {
                instrument,
                source,
                document,
                pages,
            });
            report(app, job, "set", command).await
        }
        Err(error) => {
            tracing::warn!(job = %job.id, meeting = %job.meeting, %error, "a document can't be set");
            tell(app, job, instrument, source, &error.to_string()).await
        }
    }
}

pub(super) async fn failed(
    app: &App,
    job: &Job,
    instrument: Instrument,
    detail: &str,
) -> Result<(), JobError> {
    let room = app.rooms.room(&job.meeting).await?;
    let source = room.look(move |m| m.source_digest(instrument)).await?;
    match source {
        Some(source) => tell(app, job, instrument, source, detail).await,
        None => Ok(()),
    }
}

async fn tell(
    app: &App,
    job: &Job,
    instrument: Instrument,
    source: Digest,
    detail: &str,
) -> Result<(), JobError> {
    let detail = detail.to_owned();
    let command =
        Command::Decisions(DecisionsCommand::InstrumentFailed { instrument, source, detail });
    report(app, job, "failed", command).await
}
