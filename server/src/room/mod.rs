//! The life of one meeting on this node. One task a meeting takes commands in batches: lock the
//! head row, catch up, decide, append, commit; only then answer and publish. Never here: SQL,
//! sockets, a rule about meetings.

mod attendance;
mod batch;
mod budgets;
mod counts;
mod handle;
mod hearing;
mod noting;
mod personal;
mod rooms;
mod salts;
mod unknown;
mod views;
mod wall;

pub use handle::{RoomHandle, SubmitError, Told};
use icabinet_models::meeting::VotesCommand;
pub use rooms::Rooms;
pub use views::Encoded;

use crate::feed::{Feeds, Framed, Notifier, Reader};
use crate::metrics::Metrics;
use crate::sound::Sounds;
use crate::store::{Logged, Store, StoreError};
use batch::Noted;
use hearing::Hearing;
use icabinet_models::ids::{CommandId, Digest, MeetingId, PersonId, Time, VoteId};
use icabinet_models::profile::RosterMode;
use icabinet_models::visibility::{self, ViewEntry, ViewerClass};
use icabinet_models::wire::{Answer, Mine, OwnBallot, ServerFrame};
use icabinet_models::{Actor, Command, Meeting};
use personal::Personal;
use salts::Salts;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{Instrument as _, debug_span};
use views::Views;

/// Most commands of one batch.
const LARGEST_BATCH: usize = 1024;
/// How often a room looks at its log and its deadlines by itself.
const TICK: Duration = Duration::from_secs(1);
/// From one part of them to the next.
const STEP: Duration = Duration::from_millis(50);

/// What a room is asked.
#[derive(Debug)]
enum Work {
    Submit {
        actor: Actor,
        id: CommandId,
        command: Box<Command>,
        reply: oneshot::Sender<Answer>,
    },
    Attach {
        class: ViewerClass,
        person: Option<PersonId>,
        after: Option<u64>,
        notifier: Arc<Notifier>,
        reply: oneshot::Sender<Attached>,
    },
    Snapshot {
        class: ViewerClass,
        person: Option<PersonId>,
        reply: oneshot::Sender<Shot>,
    },
    /// Runs on the whole state between two batches.
    Look {
        look: Look,
    },
    Connected {
        person: Option<PersonId>,
        by: i32,
    },
    /// A node appended something up to this position.
    Doorbell {
        position: u64,
    },
    /// The rows of the read model are behind the log.
    Project {
        reply: oneshot::Sender<Result<(), StoreError>>,
    },
}

type LookFn = Box<dyn FnOnce(&Meeting) + Send>;
struct Look(LookFn);

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Look")
    }
}

/// A snapshot: the view of a class, with what only one person may know.
#[derive(Debug)]
pub struct Shot {
    pub view: Encoded,
    pub mine: Mine,
}

/// What a new connection gets: its greeting and a cursor into its class's feed.
#[derive(Debug)]
pub struct Attached {
    pub hello: ServerFrame,
    pub reader: Reader,
    /// The position asked for is no longer in memory.
    pub snapshot_needed: bool,
}

/// One meeting on this node.
struct Room {
    id: MeetingId,
    store: Store,
    state: Meeting,
    hash: Digest,
    last_time: Option<Time>,
    /// The state ran ahead of a commit that failed and has to be read anew.
    stale: bool,
    noted: Noted,
    feeds: Feeds,
    /// What the receipt codes of the ballots of an open vote are short for.
    receipts: BTreeMap<VoteId, HashMap<PersonId, Digest>>,
    connected: BTreeMap<PersonId, u32>,
    connections_changed: bool,
    attendance_changed: bool,
    personal: Personal,
    hearing: Hearing,
    /// Everyone was told that no sound arrives.
    silent: bool,
    views: Views,
    salts: Salts,
    ticks: u32,
    jobs: Arc<tokio::sync::Notify>,
    metrics: Arc<Metrics>,
    /// Signals when somebody's class may have changed, before the frames that came with it.
    told: watch::Sender<Told>,
    /// Whether something happens here at a time of its own, so that the room stays open.
    due: Arc<AtomicBool>,
}

impl Drop for Room {
    /// Also of a room that panicked: whoever is connected to it learns of it now, not in vain of a frame
    /// that never comes.
    fn drop(&mut self) {
        self.told.send_replace(Told::Gone);
        self.feeds.roles_changed();
    }
}

impl Room {
    /// Reads the whole log and folds it.
    async fn open(
        id: MeetingId,
        store: Store,
        sounds: Sounds,
        jobs: Arc<tokio::sync::Notify>,
        metrics: Arc<Metrics>,
        told: watch::Sender<Told>,
    ) -> Result<Self, StoreError> {
        let mut room = Self {
            state: Meeting::blank(id.clone()),
            id,
            store,
            hash: Digest::ZERO,
            last_time: None,
            stale: false,
            noted: Noted::default(),
            feeds: Feeds::default(),
            receipts: BTreeMap::new(),
            connected: BTreeMap::new(),
            connections_changed: false,
            attendance_changed: true,
            personal: Personal::default(),
            hearing: Hearing::of(sounds),
            silent: false,
            views: Views::default(),
            salts: Salts::new(),
            ticks: 0,
            jobs,
            metrics,
            told,
            due: Arc::default(),
        };
        let entries = room.store.entries_after(&room.id, 0).await?;
        entries.chunks(LARGEST_BATCH).for_each(|part| room.take_in(part));
        room.noted = Noted::since(room.state.position);
        room.look_what_is_due();
        Ok(room)
    }

    /// Says whether something happens here at a time of its own.
    fn due(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.due)
    }

    fn look_what_is_due(&self) {
        let vote = self.state.open_vote();
        let closes = vote.is_some_and(|(_, vote)| vote.terms.closes_at.is_some());
        self.due.store(closes, Ordering::Relaxed);
    }

    /// Folds committed entries into the state and publishes them, one frame a class.
    fn take_in(&mut self, entries: &[Logged]) {
        let mut shown: BTreeMap<ViewerClass, Vec<ViewEntry>> = BTreeMap::new();
        for logged in entries {
            for class in ViewerClass::ALL {
                if let Some(entry) = visibility::redact_event(&self.state, &logged.entry, class) {
                    shown.entry(class).or_default().push(entry);
                }
            }
            self.noted.touched.note(&self.state, &logged.entry.event);
            self.state.apply(&logged.entry);
            self.note(logged);
        }
        self.publish(shown);
    }

    /// Whether most of those who attend know numbers in the place of names.
    fn is_counted(&self) -> bool {
        self.state.profile.roll == RosterMode::Counted
    }

    fn publish(&mut self, shown: BTreeMap<ViewerClass, Vec<ViewEntry>>) {
        // The office's frame is the long one where people are counted: thousands don't wait for it.
        for (class, entries) in shown.into_iter().rev() {
            self.feeds.of(class).push(&entries, self.state.position);
        }
        let mut personal = std::mem::take(&mut self.personal);
        personal.tell(|person| Framed::from(&ServerFrame::Mine { mine: self.mine(Some(person)) }));
        self.personal = personal;
    }

    /// What only `person` may know.
    fn mine(&self, person: Option<&PersonId>) -> Mine {
        let mut mine = Mine::default();
        let Some(person) = person else { return mine };
        mine.own = visibility::personal_rows(&self.state, person);
        let Some((id, vote)) = self.state.open_vote() else { return mine };
        if let Some(ballots) = vote.known_ballots()
            && let Some(ballot) = ballots.get(person)
        {
            let entry = self.receipts.get(&id).and_then(|of_vote| of_vote.get(person));
            let code = entry.map(code).unwrap_or_default();
            mine.ballots.insert(id, OwnBallot { ballot: ballot.clone(), code });
        }
        mine
    }

    fn snapshot(&mut self, class: ViewerClass, person: Option<PersonId>) -> Shot {
        let shown = self.feeds.of(class).position();
        Shot { view: self.views.of(&self.state, class, shown), mine: self.mine(person.as_ref()) }
    }

    fn attach(
        &mut self,
        class: ViewerClass,
        person: Option<PersonId>,
        after: Option<u64>,
        notifier: &Arc<Notifier>,
    ) -> Attached {
        let feed = self.feeds.of(class);
        let reader = feed.reader(after);
        feed.listen(notifier);
        if let Some(person) = &person {
            self.personal.listen(person, notifier);
        }
        Attached {
            hello: ServerFrame::Hello {
                protocol: icabinet_models::wire::PROTOCOL,
                meeting: self.id.clone(),
                epoch: self.store.epoch().to_owned(),
                class,
                position: self.state.position,
                server_time: crate::clock::now(),
                mine: self.mine(person.as_ref()),
                person,
            },
            snapshot_needed: reader.is_none(),
            reader: reader.unwrap_or_else(|| self.feeds.of(class).end()),
        }
    }

    fn connection(&mut self, person: Option<PersonId>, by: i32) {
        let Some(person) = person else { return };
        let count = self.connected.entry(person.clone()).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            self.connected.remove(&person);
            self.personal.gone(&person);
        }
        self.connections_changed = true;
    }

    /// Once a second: deadlines, counts, and the log itself, because doorbells get lost.
    async fn tick(&mut self) -> Result<(), StoreError> {
        if let Err(outdated) = self.store.up_to_date() {
            // Everyone goes to a node that can read what was written.
            self.feeds.roles_changed();
            return Err(outdated);
        }
        if self.stale {
            self.reload().await?;
        }
        if self.store.is_shared()
            && self.store.head(&self.id).await?.is_some_and(|head| head > self.state.position)
        {
            self.catch_up().await?;
        }
        let now = crate::clock::now();
        let due = self
            .state
            .open_vote()
            .filter(|(_, vote)| vote.terms.closes_at.is_some_and(|at| now > at));
        if let Some((vote, _)) = due {
            let id = CommandId::from(format!("deadline-{vote}"));
            let close = batch::Pending {
                actor: Actor::System,
                id,
                command: Box::new(Command::Votes(VotesCommand::CloseVote { vote })),
                reply: None,
            };
            self.run_batch(vec![close]).await;
        }
        self.publish_turnout();
        self.publish_sound(now);
        if self.connections_changed {
            self.publish_connected();
        }
        if self.is_counted() && self.attendance_changed {
            self.publish_attendance();
        }
        if self.audience().len() == ViewerClass::ALL.len() {
            (self.connections_changed, self.attendance_changed) = (false, false);
        }
        self.look_what_is_due();
        self.ticks = self.ticks.wrapping_add(1);
        Ok(())
    }

    /// Reads what others appended.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let span = debug_span!("catch_up", meeting = %self.id, entries = tracing::field::Empty);
        let missed = self.store.entries_after(&self.id, self.state.position);
        let missed = missed.instrument(span.clone()).await?;
        span.record("entries", missed.len());
        span.in_scope(|| self.take_in_of_others(&missed));
        Ok(())
    }

    /// Takes in what other nodes appended.
    fn take_in_of_others(&mut self, entries: &[Logged]) {
        self.metrics.taken_in.inc_by(entries.len() as u64);
        debug_span!("take_in").in_scope(|| self.take_in(entries));
    }
}

/// The receipt: the short form of an entry's hash.
fn code(hash: &Digest) -> String {
    hash.short(2)
}

/// The room's task: ends when nobody holds its handle any more.
async fn run(mut room: Room, mut inbox: mpsc::Receiver<Work>) {
    let (mut ticks, mut steps) = (interval(TICK), interval(STEP));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut waiting = Vec::with_capacity(LARGEST_BATCH);
    loop {
        tokio::select! {
            count = inbox.recv_many(&mut waiting, LARGEST_BATCH) => {
                if count == 0 {
                    return;
                }
                serve(&mut room, &mut waiting).await;
            }
            _ = ticks.tick() => {
                if let Err(error) = room.tick().await {
                    tracing::warn!(meeting = %room.id, %error, "looking at the log failed");
                }
            }
            _ = steps.tick(), if room.feeds.has_unrung() => room.feeds.step(),
        }
    }
}

/// Serves what waits: all commands as one batch, then the rest in order. A bell between two commands
/// must not part them, or the more batches there are the smaller they get.
async fn serve(room: &mut Room, waiting: &mut Vec<Work>) {
    let mut commands = Vec::new();
    let mut others = Vec::new();
    for work in waiting.drain(..) {
        match work {
            Work::Submit { actor, id, command, reply } => {
                commands.push(batch::Pending { actor, id, command, reply: Some(reply) });
            }
            work @ (Work::Attach { .. }
            | Work::Snapshot { .. }
            | Work::Look { .. }
            | Work::Connected { .. }
            | Work::Doorbell { .. }
            | Work::Project { .. }) => others.push(work),
        }
    }
    if !commands.is_empty() {
        room.run_batch(commands).await;
    }
    for work in others {
        other_work(room, work).await;
    }
}

async fn other_work(room: &mut Room, work: Work) {
    if room.stale
        && let Err(error) = room.reload().await
    {
        // The asker's channel closes, which reads as "unavailable": never a state that isn't so.
        tracing::error!(meeting = %room.id, %error, "the log can't be read");
        return;
    }
    if room.store.up_to_date().is_err() {
        return;
    }
    // A receiver that went away needs no answer: its connection is gone.
    match work {
        Work::Attach { class, person, after, notifier, reply } => {
            // A view from another node that has seen more: what it knows is committed.
            if room.store.is_shared()
                && after.is_some_and(|after| after > room.state.position)
                && let Err(error) = room.catch_up().await
            {
                tracing::warn!(meeting = %room.id, %error, "catching up failed");
            }
            let _ = reply.send(room.attach(class, person, after, &notifier));
        }
        Work::Snapshot { class, person, reply } => {
            let _ = reply.send(room.snapshot(class, person));
        }
        Work::Look { look } => (look.0)(&room.state),
        Work::Connected { person, by } => room.connection(person, by),
        // Its own bells, and those of what a batch has read meanwhile, say nothing new.
        Work::Doorbell { position } if position <= room.state.position => {}
        Work::Doorbell { .. } => {
            if let Err(error) = room.catch_up().await {
                tracing::warn!(meeting = %room.id, %error, "catching up failed");
            }
        }
        Work::Project { reply } => {
            let done = room.project().await;
            room.stale |= done.is_err();
            let _ = reply.send(done);
        }
        Work::Submit { .. } => {}
    }
}

/// Times of entries never run backwards, whatever the clock does.
fn not_before(now: Time, last: Option<Time>) -> Time {
    last.map_or(now, |last| now.max(last))
}
