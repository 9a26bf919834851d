//! Putting a backup in the database's place. Tablets may have seen more than the backup holds, and
//! what comes now will stand at the same positions: a new epoch makes everything they know void. What
//! was revoked since the backup was made stays revoked. Never here: making backups, papers and sound (they are files, and are only ever added to).

use crate::app::lock;
use crate::config::{Config, Database};
use crate::store::{Carried, Store, StoreError};
use std::fs::File;
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

/// Restores the embedded database from `file`, or begins a new epoch in a PostgreSQL database that
/// was restored with its own tools; `replaced` is the address of the one until then, if it is still
/// there. Fails while a server uses the data folder.
pub(crate) async fn restore(
    config: &Config,
    file: Option<&Path>,
    replaced: Option<&str>,
) -> Result<(), Failure> {
    let _lock = lock(&config.data)?;
    match (&config.database, file) {
        (Database::Embedded, Some(file)) => {
            let (kept, undone) = embedded(&config.data, file).await?;
            println!("restored from {}", file.display());
            if let Some(kept) = kept {
                println!("the database until now is kept as {}", kept.display());
            }
            say(&undone);
        }
        (Database::Embedded, None) => return Err("say which backup: icabinet restore FILE".into()),
        (Database::Postgres(_), Some(_)) => {
            return Err("a PostgreSQL database is restored with its own tools; then run \
                 'icabinet restore' without a file, before any server starts"
                .into());
        }
        (Database::Postgres(url), None) => {
            let store = Store::open_postgres(url, 2).await?;
            store.begin_epoch().await?;
            let undone = match replaced {
                Some(replaced) => undo(&store, Store::open_postgres(replaced, 2).await).await?,
                None => unknown(&store, None).await?,
            };
            store.close().await;
            println!("every tablet will begin anew");
            say(&undone);
        }
    }
    Ok(())
}

/// What was done about all that a backup doesn't know.
enum Undone {
    Carried(Carried),
    /// The database until now can't be read, or isn't there; how many sessions were ended instead.
    Unknown(Option<StoreError>, u64),
}

/// Carries over what ended since the backup was made.
async fn undo(store: &Store, replaced: Result<Store, StoreError>) -> Result<Undone, StoreError> {
    let replaced = match replaced {
        Ok(replaced) => replaced,
        Err(error) => return unknown(store, Some(error)).await,
    };
    let carried = store.carry_over(&replaced).await;
    replaced.close().await;
    match carried {
        Ok(carried) => Ok(Undone::Carried(carried)),
        Err(error) => unknown(store, Some(error)).await,
    }
}

async fn unknown(store: &Store, why: Option<StoreError>) -> Result<Undone, StoreError> {
    Ok(Undone::Unknown(why, store.end_all_sign_ins().await?))
}

/// Tells the operator what was undone in the backup, and what only he can do.
fn say(undone: &Undone) {
    match undone {
        Undone::Carried(carried) => {
            let Carried { sessions, devices, accounts, invitations, screens, keys } = carried;
            println!("what ended since the backup was made stays ended:");
            println!("  sessions that were signed out: {sessions}, devices: {devices}");
            println!("  invitations that were used or revoked: {invitations}");
            println!("  screens that were revoked: {screens}");
            println!("  keys that were revoked: {keys}");
            println!(
                "  accounts that keep password, rights and closing of now: {}",
                list(accounts)
            );
        }
        Undone::Unknown(why, sessions) => {
            if let Some(error) = why {
                println!("the database until now can't be read: {error}");
            }
            println!("what ended since the backup was made is not known; to be safe:");
            println!(
                "  everybody who signed in with a password signs in again ({sessions} sessions)"
            );
            println!(
                "passwords, closed accounts, keys, invitations and screens are as they were in the \
                 backup: change, close and revoke again what was changed since"
            );
        }
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The old database goes aside only when the new one is whole, in its epoch and on the disk.
async fn embedded(data: &Path, file: &Path) -> Result<(Option<PathBuf>, Undone), Failure> {
    let (current, draft) = (data.join("icabinet.sqlite"), data.join("icabinet.sqlite.restoring"));
    let _ = std::fs::remove_file(&draft);
    std::fs::copy(file, &draft).map_err(|error| format!("{}: {error}", file.display()))?;
    let store = Store::open_sqlite(&draft).await?;
    store.begin_epoch().await?;
    let undone = match current.exists() {
        true => undo(&store, Store::open_sqlite(&current).await).await?,
        false => unknown(&store, None).await?,
    };
    store.close().await;
    if with(&draft, "-wal").exists() {
        return Err("the backup could not be closed; nothing was changed".into());
    }
    File::open(&draft)?.sync_all()?;
    let mut kept = None;
    if current.exists() {
        let aside = data.join(format!("icabinet.sqlite.before-{}", crate::clock::now().0));
        // The write-ahead log belongs to its database: what it holds is not in the file yet.
        for part in ["-wal", "-shm", ""] {
            if with(&current, part).exists() {
                std::fs::rename(with(&current, part), with(&aside, part))?;
            }
        }
        kept = Some(aside);
    }
    std::fs::rename(&draft, &current)?;
    File::open(data)?.sync_all()?;
    Ok((kept, undone))
}

fn with(file: &Path, part: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(part);
    name.into()
}
