//! All rooms of this node: opened when first needed, closed when nobody has needed them for a while,
//! opened anew when one broke down. Never here: what happens in one.

use super::budgets::Budgets;
use super::handle::{RoomHandle, SubmitError, Told};
use super::unknown::Unknown;
use super::{Room, Work, run};
use crate::metrics::Metrics;
use crate::sound::Sounds;
use crate::store::{Store, StoreError};
use icabinet_models::ids::MeetingId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, OnceCell, mpsc, watch};
use tokio::task::JoinHandle;

/// Work that may wait in a room's inbox; beyond it, senders wait.
const INBOX: usize = 4096;
/// How long a room stays open that nobody needs: whoever comes back finds it as it was.
const IDLE: Duration = Duration::from_secs(300);
/// Entries of a log that is not read twice for its line in a list.
const LONG: u64 = 2_000;
/// How often it is looked which rooms nobody needs.
const ROUND: Duration = Duration::from_secs(20);

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
#[derive(Debug)]
struct Slot {
    room: Arc<OnceCell<RoomHandle>>,
    /// When it was asked for last.
    asked: Instant,
}

/// The rooms that are open, or are being opened.
#[derive(Debug, Default)]
struct Slots(Mutex<HashMap<MeetingId, Slot>>);

impl Slots {
    fn all(&self) -> MutexGuard<'_, HashMap<MeetingId, Slot>> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The room of a meeting, if it is open and has not broken down.
    fn get(&self, id: &MeetingId, now: Instant) -> Option<RoomHandle> {
        let mut all = self.all();
        let slot = all.get_mut(id)?;
        let room = slot.room.get()?;
        if room.inbox.is_closed() {
            all.remove(id);
            return None;
        }
        slot.asked = now;
        Some(room.clone())
    }

    fn entry(&self, id: &MeetingId, now: Instant) -> Arc<OnceCell<RoomHandle>> {
        let mut all = self.all();
        let fresh = || Slot { room: Arc::default(), asked: now };
        Arc::clone(&all.entry(id.clone()).or_insert_with(fresh).room)
    }

    /// Closes the rooms that nobody has needed since a moment: with the last handle a room's task ends.
    /// Under the lock nobody can get another handle.
    fn close_idle(&self, since: Instant) {
        self.all().retain(|_, slot| {
            slot.asked > since || slot.room.get().is_none_or(RoomHandle::is_needed)
        });
    }
}

/// All rooms of this node.
#[derive(Clone, Debug)]
pub struct Rooms {
    desk: Arc<Desk>,
    store: Store,
    /// Where it is looked up whether there is such a meeting: not over the rooms' own connections.
    catalogue: Store,
    open: Arc<Slots>,
    /// Meetings whose rows of the read model can't be made, with the length of their log.
    unreadable: Arc<tokio::sync::Mutex<HashSet<(MeetingId, u64)>>>,
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
        let (open, unknown, budgets) = (Arc::<Slots>::default(), Arc::default(), Arc::default());
        let (unreadable, slots) = (Arc::default(), Arc::downgrade(&open));
        desk.spawn(async move {
            loop {
                tokio::time::sleep(ROUND).await;
                let Some(slots) = slots.upgrade() else { return };
                if let Some(since) = Instant::now().checked_sub(IDLE) {
                    slots.close_idle(since);
                }
            }
        });
        Ok(Self {
            desk,
            store,
            catalogue,
            open,
            unreadable,
            unknown,
            budgets,
            jobs,
            metrics,
            sounds,
        })
    }

    /// The room of a meeting that exists.
    pub async fn room(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        if let Some(handle) = self.open.get(id, Instant::now()) {
            return Ok(handle);
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

    /// The room of a meeting, opened if need be; whoever asks for another one doesn't wait meanwhile.
    async fn enter(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        let now = Instant::now();
        if let Some(handle) = self.open.get(id, now) {
            return Ok(handle);
        }
        let slot = self.open.entry(id, now);
        slot.get_or_try_init(|| self.open(id)).await.cloned()
    }

    async fn open(&self, id: &MeetingId) -> Result<RoomHandle, SubmitError> {
        let (tell, told) = watch::channel(Told::Nothing);
        let (jobs, metrics) = (Arc::clone(&self.jobs), Arc::clone(&self.metrics));
        let opening =
            Room::open(id.clone(), self.store.clone(), self.sounds.clone(), jobs, metrics, tell);
        let opened = self.desk.spawn(opening).ok_or(SubmitError::Gone)?;
        let room = opened.await.map_err(|_| SubmitError::Gone)??;
        let (inbox, work) = mpsc::channel(INBOX);
        let (due, budgets) = (room.due(), Arc::clone(&self.budgets));
        self.desk.spawn(run(room, work));
        Ok(RoomHandle { id: id.clone(), inbox, told, due, budgets })
    }

    /// Tells a room that its log has grown up to a position.
    pub async fn doorbell(&self, id: &MeetingId, position: u64) {
        // Another node may just have created it.
        self.unknown.forget(id);
        let handle = self.open.all().get(id).and_then(|slot| slot.room.get().cloned());
        if let Some(handle) = handle {
            // Full or gone: the room looks at its log every second anyway.
            let _ = handle.inbox.try_send(Work::Doorbell { position });
        }
    }

    /// Makes the rows of the read model that a program of before left behind. Whoever reads them asks
    /// this first; nothing is left to do once it was done.
    ///
    /// # Errors
    /// [`StoreError`] if it can't be asked what is behind. A log that can't be read is passed over, with
    /// a word in the log of the server: one list is not held up by it.
    pub async fn catch_up_lists(&self) -> Result<(), StoreError> {
        if self.catalogue.behind().await?.is_empty() {
            return Ok(());
        }
        // Once for all who ask meanwhile.
        let mut unreadable = self.unreadable.lock().await;
        for (id, length) in self.catalogue.behind().await? {
            if unreadable.contains(&(id.clone(), length)) {
                continue;
            }
            match self.project(&id, length).await {
                Ok(()) => {}
                Err(error @ (StoreError::Unreadable(_) | StoreError::Outdated { .. })) => {
                    tracing::error!(meeting = %id, %error, "a meeting is listed as it was, or not at all");
                    unreadable.insert((id, length));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes a meeting's rows: by its room where that is open, or where the log is long and others may go
    /// on appending to it. Thousands of short old ones open no room.
    async fn project(&self, id: &MeetingId, length: u64) -> Result<(), StoreError> {
        let room = match self.open.get(id, Instant::now()) {
            None if length > LONG => self.enter(id).await.map(Some),
            open => Ok(open),
        };
        let done = match room {
            Ok(Some(room)) => room.ask(|reply| Work::Project { reply }).await,
            Ok(None) => {
                let (store, id) = (self.store.clone(), id.clone());
                let rebuilt = self.desk.spawn(async move { store.rebuild(&id).await });
                return rebuilt.ok_or(StoreError::Ending)?.await.unwrap_or(Err(StoreError::Ending));
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(done) => done,
            Err(SubmitError::Store(error)) => Err(error),
            Err(SubmitError::Gone | SubmitError::NoMeeting | SubmitError::TooFast) => {
                Err(StoreError::Ending)
            }
        }
    }

    /// The store under the rooms.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Notifier, Told};
    use super::{RoomHandle, Rooms, SubmitError};
    use crate::metrics::Metrics;
    use crate::sound::Sounds;
    use crate::store::{Pool, Store};
    use crate::support::{item, member, motion, with};
    use futures_util::FutureExt as _;
    use icabinet_models::agenda::Level;
    use icabinet_models::ids::{CommandId, MeetingId, MotionId, Text, Time};
    use icabinet_models::meeting::Particulars;
    use icabinet_models::meeting::{
        AgendaCommand, AttendanceCommand, MotionsCommand, PreparationCommand, SessionCommand,
        VotesCommand,
    };
    use icabinet_models::participants::Office;
    use icabinet_models::profile::Profile;
    use icabinet_models::visibility::ViewerClass;
    use icabinet_models::wire::Answer;
    use icabinet_models::{Actor, Command};
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    async fn rooms(folder: &Path) -> Rooms {
        let store = Store::open_sqlite(&folder.join("icabinet.sqlite")).await.unwrap();
        let sounds = Sounds::in_folder(&folder.join("recordings")).unwrap();
        Rooms::new(&store, sounds, Arc::default(), Arc::new(Metrics::default())).unwrap()
    }

    /// Opens a vote that closes by itself in an hour.
    async fn vote(room: &RoomHandle) {
        let (title, body) = (Text::vi("Phiên họp"), Text::vi("Ủy ban"));
        let (place, scheduled) = (Text::vi("Phòng họp số 2"), Time(1_795_654_800_000));
        let particulars = Particulars { title, body, place, scheduled, ..Particulars::default() };
        let profile = Profile::vn_peoples_committee();
        let people =
            vec![with(Office::Chair, member("m1", 1)), with(Office::Secretary, member("m2", 1))];
        let (chair, secretary) = (|| Actor::Person("m1".into()), || Actor::Person("m2".into()));
        let arrives = |who: &str| {
            Command::Attendance(AttendanceCommand::CheckIn { person: Some(who.into()) })
        };
        let create = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars,
            profile,
            people,
        });
        let draft = motion(None, "Thông qua chương trình.");
        for (number, (actor, command)) in [
            (Actor::Organiser("m1".into()), create),
            (
                secretary(),
                Command::Agenda(AgendaCommand::AddItem {
                    draft: item("Nội dung", Level::Public)
                }),
            ),
            (secretary(), Command::Motions(MotionsCommand::AddMotion { draft })),
            (secretary(), Command::Preparation(PreparationCommand::Convene {})),
            (secretary(), arrives("m1")),
            (secretary(), arrives("m2")),
            (chair(), Command::Session(SessionCommand::OpenSession {})),
            (
                chair(),
                Command::Votes(VotesCommand::OpenVote {
                    motion: MotionId(1),
                    seconds: Some(3_600),
                }),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let id = CommandId::from(format!("step-{number}"));
            let answer = room.submit(actor, id, command).await.unwrap();
            assert!(matches!(answer, Answer::Accepted { .. }), "{number}: {answer:?}");
        }
    }

    #[tokio::test]
    async fn a_room_is_closed_when_nobody_has_needed_it_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let rooms = rooms(folder.path()).await;
        let [idle, held, due, asked] = ["idle", "held", "due", "asked"].map(MeetingId::from);
        drop(rooms.new_room(&idle).await.unwrap());
        let held_by = rooms.new_room(&held).await.unwrap();
        vote(&rooms.new_room(&due).await.unwrap()).await;
        let since = Instant::now();
        drop(rooms.new_room(&asked).await.unwrap());
        rooms.open.close_idle(since);
        let open = || {
            let mut open: Vec<MeetingId> = rooms.open.all().keys().cloned().collect();
            open.sort();
            open
        };
        assert_eq!(open(), [asked.clone(), due.clone(), held.clone()]);
        // Who comes back finds it; the one that is held answers as before.
        rooms.new_room(&idle).await.unwrap().look(|m| m.position).await.unwrap();
        held_by.look(|m| m.position).await.unwrap();
        drop(held_by);
        rooms.open.close_idle(Instant::now());
        assert_eq!(open(), [due]);
    }

    #[tokio::test]
    async fn a_room_that_broke_down_says_so_and_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let rooms = rooms(folder.path()).await;
        let id = MeetingId::from("broken");
        let room = rooms.new_room(&id).await.unwrap();
        let (mut told, post) = (room.told(), Arc::new(Notifier::default()));
        room.attach(ViewerClass::Member, None, None, &post).await.unwrap();
        post.rung().await;
        let broke = room.look(|_| -> u64 { panic!("on purpose") }).await;
        assert!(matches!(broke, Err(SubmitError::Gone)));
        tokio::time::timeout(Duration::from_secs(60), post.rung()).await.expect("rung");
        assert!(told.has_changed().unwrap_or(true));
        assert_eq!(*told.borrow_and_update(), Told::Gone, "whoever is rung finds it told");
        let again = rooms.new_room(&id).await.unwrap();
        assert_eq!(again.look(|m| m.position).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn while_a_room_is_opened_nobody_waits_who_asks_for_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let rooms = rooms(folder.path()).await;
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
        while !rooms.open.all().contains_key(&slow) {
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
