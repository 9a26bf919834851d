//! Work that an earlier program left in a meeting, and that a later start does.

use crate::hall::{Hall, person};
use icabinet::jobs::resume_documents;
use icabinet_models::decisions::Instrument;
use icabinet_models::meeting::{DecisionsCommand, MinutesCommand};
use icabinet_models::{Actor, Command};

async fn jobs(hall: &Hall) -> i64 {
    let file = hall.folder.path().join("data/icabinet.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let count = "SELECT COUNT(*) FROM jobs WHERE effect LIKE '%typeset%'";
    sqlx::query_scalar(count).fetch_one(&pool).await.unwrap()
}

#[tokio::test]
async fn a_document_that_could_not_be_set_is_set_anew_at_the_next_start() {
    let mut hall = Hall::held().await;
    hall.run(person("m01"), Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    let before = jobs(&hall).await;
    resume_documents(&hall.app).await.unwrap();
    assert_eq!(jobs(&hall).await, before, "it waits to be set");

    let instrument = Instrument::Minutes;
    let source = hall.look(move |m| m.source_digest(instrument)).await.unwrap();
    let detail = "U+1F600".to_owned();
    hall.run(
        Actor::System,
        Command::Decisions(DecisionsCommand::InstrumentFailed { instrument, source, detail }),
    )
    .await;
    resume_documents(&hall.app).await.unwrap();
    assert_eq!(jobs(&hall).await, before + 1);

    hall.set(instrument).await;
    resume_documents(&hall.app).await.unwrap();
    assert_eq!(jobs(&hall).await, before + 1, "it is set");
}
