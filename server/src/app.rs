//! Everything a running server holds together. Never here: routes, rules, the demo, the frontend.

use crate::auth::{Arrivals, Endings, Gate, History, Sessions};
use crate::config::{Config, Database};
use crate::connections::{Connections, Sockets};
use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::room::Rooms;
use crate::sound::Sounds;
use crate::store::{Because, BlobError, Blobs, Store, StoreError};
use crate::trust::{Trust, TrustError};
use icabinet_models::ids::{Digest, PersonId};
use icabinet_models::papers::Page;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, watch};

/// Why a server can't start or go on, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{0}: another i-Cabinet server is using this data folder; stop it, or choose another folder with --data"
    )]
    FolderInUse(PathBuf),
    #[error("{0}: {1}")]
    Folder(PathBuf, std::io::Error),
    #[error(
        "the disk failed while something was committed; what was answered is on it. Check the disk and start again"
    )]
    Disk,
    #[error(
        "work is done for servers on a PostgreSQL database; a server on the embedded one does its own"
    )]
    NotShared,
    #[error("--jobs 0 leaves nothing to do")]
    NoWork,
    #[error("no thread for the rooms: {0}")]
    Thread(std::io::Error),
    #[error("can't listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blobs(#[from] BlobError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("{0}")]
    Demo(String),
}

/// What the handlers share.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub store: Store,
    pub blobs: Blobs,
    pub rooms: Rooms,
    pub metrics: Arc<Metrics>,
    /// Whether this node can commit.
    pub readiness: Readiness,
    pub connections: Arc<Connections>,
    pub sockets: Arc<Sockets>,
    pub sounds: Sounds,
    pub trust: Trust,
    /// Where passwords are compared.
    pub gate: Gate,
    /// Sign-ins that failed, until they are written.
    pub history: History,
    pub arrivals: Arrivals,
    /// Sessions seen on this node.
    pub sessions: Sessions,
    /// Tells sockets that their session has ended.
    pub endings: Endings,
    /// Pictures of documents that wait for a signature, by document.
    pub pictures: Mutex<HashMap<Digest, Vec<Page>>>,
    /// Rung when there is work in the queue.
    pub jobs: Arc<Notify>,
    /// Set when the server is asked to stop.
    pub stopping: watch::Sender<bool>,
    /// Held while the server lives: one server for each data folder.
    _lock: File,
}

impl App {
    /// Opens data folder, database and blobs; recovers what was under way when it last stopped.
    pub async fn open(config: Config) -> Result<Arc<Self>, StartError> {
        let data = config.data.clone();
        let folder = |error| StartError::Folder(data.clone(), error);
        let lock = lock(&data)?;
        crate::private::taken_back(&data, &config.files);
        let staging = data.join("staging");
        if staging.exists() {
            // What was under way when the server stopped was never acknowledged.
            std::fs::remove_dir_all(&staging).map_err(folder)?;
        }
        let store = match &config.database {
            Database::Embedded => Store::open_sqlite(&data.join("icabinet.sqlite")).await?,
            Database::Postgres(url) => Store::open_postgres(url, 12).await?,
        };
        store.reclaim_jobs(crate::clock::now()).await?;
        let jobs = Arc::new(Notify::new());
        let metrics = Arc::new(Metrics::default());
        let sounds = Sounds::in_folder(&config.files.join("recordings")).map_err(folder)?;
        let app = Self {
            blobs: Blobs::in_folder(&config.files.join("blobs"), &staging)?,
            rooms: Rooms::new(&store, sounds.clone(), Arc::clone(&jobs), Arc::clone(&metrics))
                .map_err(StartError::Thread)?,
            metrics,
            readiness: Readiness::default(),
            connections: Connections::within(descriptors()),
            sockets: Arc::default(),
            sounds,
            trust: Trust::open(
                &config.files.join("trust"),
                &config.organisation,
                config.public_address.as_deref(),
                crate::clock::now(),
            )?,
            gate: Gate::new(2),
            history: History::default(),
            arrivals: Arrivals::open(store.clone()),
            sessions: Sessions::default(),
            endings: Endings::default(),
            pictures: Mutex::default(),
            stopping: watch::Sender::new(false),
            store,
            config,
            jobs,
            _lock: lock,
        };
        Ok(Arc::new(app))
    }

    /// A session is over: it is good for nothing more here, and its sockets are told.
    pub fn session_ended(&self, token: &Digest) {
        self.sessions.forget(token);
        self.endings.tell(token);
    }

    /// Ends everything of a person, here and at the other nodes.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn end_everything(
        &self,
        person: &PersonId,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let ended = self.store.end_everything(person, because, crate::clock::now()).await?;
        for token in ended.into_iter().flat_map(|ended| ended.sessions) {
            self.session_ended(&token);
        }
        Ok(())
    }

    /// Writes sign-ins that failed: those that are due, or all of them.
    pub async fn write_history(&self, all: bool) {
        let rows = if all { self.history.all() } else { self.history.due(crate::clock::now()) };
        if let Err(error) = self.store.record_failures(&rows).await {
            tracing::warn!(%error, rows = rows.len(), "failed sign-ins were not written yet");
            self.history.put_back(rows);
        }
    }
}

/// How many descriptors this process may have.
fn descriptors() -> u64 {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Takes a data folder, made if it is missing, for this process alone for as long as the file is held.
pub(crate) fn lock(data: &Path) -> Result<File, StartError> {
    let folder = |error| StartError::Folder(data.to_owned(), error);
    std::fs::create_dir_all(data).map_err(folder)?;
    let lock = File::create(data.join("lock")).map_err(folder)?;
    lock.try_lock().map_err(|_| StartError::FolderInUse(data.to_owned()))?;
    Ok(lock)
}
