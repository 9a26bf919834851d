//! The read model made anew from the logs. Never here: what it holds (`store/projections`).

use crate::app::lock;
use crate::config::{Config, Database};
use crate::store::Store;

type Failure = Box<dyn std::error::Error>;

/// Makes the rows of every meeting anew and says how many there are. On PostgreSQL servers may go on
/// meanwhile: each meeting is held for the moment that its own rows take.
///
/// # Errors
/// The database, or logs that can't be read: those meetings are named, and the others are done.
pub(crate) async fn rebuild(config: &Config) -> Result<(), Failure> {
    let (store, _lock) = match &config.database {
        Database::Embedded => {
            let held = lock(&config.data)?;
            (Store::open_sqlite(&config.data.join("icabinet.sqlite")).await?, Some(held))
        }
        Database::Postgres(url) => (Store::open_postgres(url, 2).await?, None),
    };
    store.forget_projections().await?;
    let rooms = store.for_rooms();
    let (mut done, mut failed) = (0, 0);
    for (meeting, _) in store.behind().await? {
        match rooms.rebuild(&meeting).await {
            Ok(()) => done += 1,
            Err(error) => {
                eprintln!("{meeting}: {error}");
                failed += 1;
            }
        }
    }
    rooms.close().await;
    store.close().await;
    println!("made anew from the logs: {done} meetings");
    if failed > 0 {
        return Err(format!("{failed} meetings could not be read").into());
    }
    Ok(())
}
