//! All rooms of this node: opened when first needed, kept while the node runs.

use super::budgets::{Budgets, Spender};
use super::unknown::Unknown;
use super::{Attached, Look, Post, Room, Shot, Work, run};
use crate::metrics::Metrics;
use crate::sound::Sounds;
use crate::store::{Store, StoreError};
use icabinet_models::ids::{CommandId, MeetingId, PersonId};
use icabinet_models::seen::Class;
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Meeting};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, OnceCell, mpsc, oneshot, watch};
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
    #[error("more than one person may send")]
    TooFast,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Speaks to one meeting's room.
#[derive(Clone, Debug)]
pub struct RoomHandle {
    id: MeetingId,
    inbox: mpsc::Sender<Work>,
    roles: watch::Receiver<()>,
    budgets: Arc<Budgets>,
}

impl RoomHandle {
    /// The meeting.
    pub fn id(&self) -> &MeetingId {
        &self.id
    }

    /// Takes a command of so many bytes off what its sender may send, whichever way it comes and to
    /// whichever room. Asked before it is read: what is too much costs nothing more.
    ///
    /// # Errors
    /// [`SubmitError::TooFast`]; nothing is stored then, not even the answer.
    pub fn admit(&self, person: &PersonId, class: Class, bytes: usize) -> Result<(), SubmitError> {
        let spender = if class == Class::Staff { Spender::Office } else { Spender::Anybody };
        let admitted = self.budgets.spend(person, spender, bytes, Instant::now());
        admitted.then_some(()).ok_or(SubmitError::TooFast)
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

/// A room that is there, or is being opened by whoever asked first.
type Slot = Arc<OnceCell<RoomHandle>>;

/// All rooms of this node.
#[derive(Clone, Debug)]
pub struct Rooms {
    desk: Arc<Desk>,
    store: Store,
    /// Where it is looked up whether there is such a meeting: not over the rooms' own connections.
    catalogue: Store,
    open: Arc<Mutex<HashMap<MeetingId, Slot>>>,
    unknown: Arc<Unknown>,
    budgets: Arc<Budgets>,
    jobs: Arc<Notify>,
    metrics: Arc<Metrics>,
    sounds: Sounds,
}

impl Rooms {
    /// Rooms over a store; `jobs` is rung when work was enqueued. An error: the system gives no thread.
    pub fn new(
        store: &Store,
        sounds: Sounds,
        jobs: Arc<Notify>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, std::io::Error> {
        let (desk, catalogue, store) = (Arc::new(Desk::open()?), store.clone(), store.for_rooms());
        let (open, unknown, budgets) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Self { desk, store, catalogue, open, unknown, budgets, jobs, metrics, sounds })
    }

    /// The room of a meeting that exists.
    pub async fn room(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        if let Some(handle) = self.slots().get(id).and_then(|slot| slot.get()) {
            return Ok(handle.clone());
        }
        let mark = self.unknown.mark();
        if self.unknown.holds(id, Instant::now()) {
            return Err(SubmitError::NoMeeting);
        }
        if self.catalogue.head(id).await?.is_none() {
            self.unknown.note(id, Instant::now(), mark);
            return Err(SubmitError::NoMeeting);
        }
        self.enter(id).await
    }

    /// The room of a meeting that is about to be created.
    pub async fn new_room(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        self.unknown.forget(id);
        self.enter(id).await
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<MeetingId, Slot>> {
        // Nothing in here panics half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The room of a meeting, opened if need be; whoever asks for another one doesn't wait meanwhile.
    async fn enter(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        let slot = Arc::clone(self.slots().entry(id.clone()).or_default());
        slot.get_or_try_init(|| self.open(id)).await.cloned()
    }

    async fn open(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        let (told, roles) = watch::channel(());
        let (jobs, metrics) = (Arc::clone(&self.jobs), Arc::clone(&self.metrics));
        let opening =
            Room::open(id.clone(), self.store.clone(), self.sounds.clone(), jobs, metrics, told);
        let opened = self.desk.spawn(opening).ok_or(SubmitError::Gone)?;
        let room = opened.await.map_err(|_| SubmitError::Gone)??;
        let (inbox, work) = mpsc::channel(INBOX);
        self.desk.spawn(run(room, work));
        let budgets = Arc::clone(&self.budgets);
        Ok(RoomHandle { id: id.clone(), inbox, roles, budgets })
    }

    /// Tells a room that its log has grown up to a position.
    pub async fn doorbell(&self, id: &MeetingId, position: u64) {
        // Another node may just have created it.
        self.unknown.forget(id);
        let handle = self.slots().get(id).and_then(|slot| slot.get()).cloned();
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

#[cfg(test)]
mod tests {
    use super::{Rooms, SubmitError};
    use crate::metrics::Metrics;
    use crate::sound::Sounds;
    use crate::store::{Pool, Store};
    use futures_util::FutureExt as _;
    use icabinet_models::ids::MeetingId;
    use std::sync::Arc;

    #[tokio::test]
    async fn while_a_room_is_opened_nobody_waits_who_asks_for_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(&folder.path().join("icabinet.sqlite")).await.unwrap();
        let sounds = Sounds::in_folder(&folder.path().join("recordings")).unwrap();
        let (jobs, metrics) = (Arc::default(), Arc::new(Metrics::default()));
        let rooms = Rooms::new(&store, sounds, jobs, metrics).unwrap();
        let [slow, open, nowhere] = ["slow", "open", "nowhere"].map(MeetingId::from);
        rooms.new_room(&open).await.unwrap();
        // A long log: all that rooms read with is taken.
        let Pool::Sqlite(pool) = &rooms.store().pool else { panic!("not SQLite") };
        let mut taken = Vec::new();
        while u32::try_from(taken.len()).unwrap() < pool.options().get_max_connections() {
            taken.push(pool.acquire().await.unwrap());
        }
        let (asked, id) = (rooms.clone(), slow.clone());
        let opening = tokio::spawn(async move { asked.new_room(&id).await.is_ok() });
        while !rooms.slots().contains_key(&slow) {
            tokio::task::yield_now().await;
        }
        let found = rooms.room(&open).now_or_never().expect("at once");
        assert_eq!(found.unwrap().id(), &open);
        rooms.doorbell(&open, 1).now_or_never().expect("at once");
        assert!(matches!(rooms.room(&nowhere).await, Err(SubmitError::NoMeeting)));
        assert!(!opening.is_finished());
        drop(taken);
        assert!(opening.await.unwrap());
    }
}
