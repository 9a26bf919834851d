//! Putting a backup in the database's place. Tablets may have seen more than the backup holds, and
//! what comes now will stand at the same positions: a new epoch makes everything they know void.
//! Never here: making backups, papers and sound (they are files, and are only ever added to).

use crate::app::lock;
use crate::config::{Config, Database};
use crate::store::Store;
use std::fs::File;
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

/// Restores the embedded database from `file`, or begins a new epoch in a PostgreSQL database that
/// was restored with its own tools. Fails while a server uses the data folder.
pub(crate) async fn restore(config: &Config, file: Option<&Path>) -> Result<(), Failure> {
    let _lock = lock(&config.data)?;
    match (&config.database, file) {
        (Database::Embedded, Some(file)) => {
            let kept = embedded(&config.data, file).await?;
            println!("restored from {}", file.display());
            if let Some(kept) = kept {
                println!("the database until now is kept as {}", kept.display());
            }
        }
        (Database::Embedded, None) => return Err("say which backup: icabinet restore FILE".into()),
        (Database::Postgres(_), Some(_)) => {
            return Err("a PostgreSQL database is restored with its own tools; then run \
                 'icabinet restore' without a file, before any server starts"
                .into());
        }
        (Database::Postgres(url), None) => {
            let store = Store::open_postgres(url, 1).await?;
            store.begin_epoch().await?;
            store.close().await;
            println!("every tablet will begin anew");
        }
    }
    Ok(())
}

/// The old database goes aside only when the new one is whole, in its epoch and on the disk.
async fn embedded(data: &Path, file: &Path) -> Result<Option<PathBuf>, Failure> {
    let (current, draft) = (data.join("icabinet.sqlite"), data.join("icabinet.sqlite.restoring"));
    let _ = std::fs::remove_file(&draft);
    std::fs::copy(file, &draft).map_err(|error| format!("{}: {error}", file.display()))?;
    let store = Store::open_sqlite(&draft).await?;
    store.begin_epoch().await?;
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
    Ok(kept)
}

fn with(file: &Path, part: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(part);
    name.into()
}
