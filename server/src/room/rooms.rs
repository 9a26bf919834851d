//! All rooms of this node: opened when first needed, kept while the node runs.

use super::{Attached, Look, Post, Room, Shot, Work, run};
use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use icabinet_models::ids::{CommandId, MeetingId, PersonId};
use icabinet_models::seen::Class;
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Meeting};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Work that may wait in a room's inbox; beyond it, senders wait.
const INBOX: usize = 4096;

/// Why a room gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("there is no such meeting")]
    NoMeeting,
    #[error("the room is gone")]
    Gone,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Speaks to one meeting's room.
#[derive(Clone, Debug)]
pub struct RoomHandle {
    id: MeetingId,
    inbox: mpsc::Sender<Work>,
    roles: watch::Receiver<()>,
}

impl RoomHandle {
    /// The meeting.
    pub fn id(&self) -> &MeetingId {
        &self.id
    }

    async fn ask<T>(
        &self,
        work: impl FnOnce(oneshot::Sender<T>) -> Work,
    ) -> Result<T, SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(work(reply)).await.map_err(|_| SubmitError::Gone)?;
        answer.await.map_err(|_| SubmitError::Gone)
    }

    /// Runs a command; the answer comes after the commit.
    pub async fn submit(
        &self,
        actor: Actor,
        id: CommandId,
        command: Command,
    ) -> Result<Answer, SubmitError> {
        let command = Box::new(command);
        self.ask(|reply| Work::Submit { actor, id, command, reply }).await
    }

    /// Puts a command into the inbox; the answer comes through the returned channel.
    pub async fn send(
        &self,
        actor: Actor,
        id: CommandId,
        command: Box<Command>,
    ) -> Result<oneshot::Receiver<Answer>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Submit { actor, id, command, reply };
        self.inbox.send(work).await.map_err(|_| SubmitError::Gone)?;
        Ok(answer)
    }

    /// The view of a class, with what only `person` may know.
    pub async fn snapshot(
        &self,
        class: Class,
        person: Option<PersonId>,
    ) -> Result<Shot, SubmitError> {
        self.ask(|reply| Work::Snapshot { class, person, reply }).await
    }

    /// A cursor into a class's feed, which rings at `post` from now on, first at once.
    pub async fn attach(
        &self,
        class: Class,
        person: Option<PersonId>,
        after: Option<u64>,
        post: &Arc<Post>,
    ) -> Result<Attached, SubmitError> {
        let post = Arc::clone(post);
        self.ask(|reply| Work::Attach { class, person, after, post, reply }).await
    }

    /// Looks at the whole state between two batches.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Meeting) -> T + Send + 'static,
    ) -> Result<T, SubmitError> {
        self.ask(|reply| Work::Look {
            look: Look(Box::new(move |meeting| {
                // The asker may have gone; then nobody needs the answer.
                let _ = reply.send(look(meeting));
            })),
        })
        .await
    }

    /// Rings from now on when somebody's class may have changed.
    pub fn roles(&self) -> watch::Receiver<()> {
        let mut roles = self.roles.clone();
        roles.mark_unchanged();
        roles
    }

    /// Counts a connection in (`1`) or out (`-1`).
    pub async fn connection(&self, person: Option<PersonId>, by: i32) {
        // A room that is gone counts nobody.
        let _ = self.inbox.send(Work::Connected { person, by }).await;
    }
}

/// The thread that the rooms run on. A batch is a dozen steps one after the other: behind the
/// thousands of connections that wake at every frame, each step would wait its turn anew.
#[derive(Debug)]
struct Desk(Option<Runtime>);

impl Desk {
    fn open() -> std::io::Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(1).thread_name("rooms").enable_all();
        runtime.build().map(|runtime| Self(Some(runtime)))
    }

    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<JoinHandle<T>> {
        self.0.as_ref().map(|runtime| runtime.spawn(work))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // What is not committed by now was not acknowledged either.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// All rooms of this node.
#[derive(Clone, Debug)]
pub struct Rooms {
    desk: Arc<Desk>,
    store: Store,
    open: Arc<Mutex<HashMap<MeetingId, RoomHandle>>>,
    jobs: Arc<Notify>,
    metrics: Arc<Metrics>,
}

impl Rooms {
    /// Rooms over a store; `jobs` is rung when work was enqueued. An error: the system gives no thread.
    pub fn new(
        store: &Store,
        jobs: Arc<Notify>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, std::io::Error> {
        let (desk, store) = (Arc::new(Desk::open()?), store.for_rooms());
        Ok(Self { desk, store, open: Arc::default(), jobs, metrics })
    }

    /// The room of a meeting that exists.
    pub async fn room(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        self.find(id, false).await
    }

    /// The room of a meeting that is about to be created.
    pub async fn new_room(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        self.find(id, true).await
    }

    async fn find(&self, id: &MeetingId, create: bool) -> Result<RoomHandle, SubmitError> {
        let mut open = self.open.lock().await;
        if let Some(handle) = open.get(id) {
            return Ok(handle.clone());
        }
        if !create && self.store.head(id).await?.is_none() {
            return Err(SubmitError::NoMeeting);
        }
        let (told, roles) = watch::channel(());
        let (jobs, metrics) = (Arc::clone(&self.jobs), Arc::clone(&self.metrics));
        let opening = Room::open(id.clone(), self.store.clone(), jobs, metrics, told);
        let opened = self.desk.spawn(opening).ok_or(SubmitError::Gone)?;
        let room = opened.await.map_err(|_| SubmitError::Gone)??;
        let (inbox, work) = mpsc::channel(INBOX);
        self.desk.spawn(run(room, work));
        let handle = RoomHandle { id: id.clone(), inbox, roles };
        open.insert(id.clone(), handle.clone());
        Ok(handle)
    }

    /// Tells a room that its log has grown up to a position.
    pub async fn doorbell(&self, id: &MeetingId, position: u64) {
        let handle = self.open.lock().await.get(id).cloned();
        if let Some(handle) = handle {
            // Full or gone: the room looks at its log every second anyway.
            let _ = handle.inbox.try_send(Work::Doorbell { position });
        }
    }

    /// The store under the rooms.
    pub fn store(&self) -> &Store {
        &self.store
    }
}
