//! The life of one meeting on this node. One task a meeting takes commands in batches: lock the
//! head row, catch up, decide, append, commit; only then answer and publish. Never here: SQL,
//! sockets, a rule about meetings.

mod batch;
mod feed;
mod rooms;

pub use feed::{Missed, Reader};
pub use rooms::{RoomHandle, Rooms, SubmitError};

use crate::store::{Logged, Store, StoreError};
use feed::Feeds;
use icabinet_models::ids::{CommandId, Digest, MeetingId, PersonId, Time, VoteId};
use icabinet_models::seen::{self, Class};
use icabinet_models::votes::{Ballots, VoteState};
use icabinet_models::wire::{Answer, Mine, OwnBallot, ServerFrame, Snapshot};
use icabinet_models::{Actor, Command, Event, Meeting};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Most commands of one batch.
const LARGEST_BATCH: usize = 1024;
/// How often a room looks at its log and its deadlines by itself.
const TICK: Duration = Duration::from_secs(1);

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
        class: Class,
        person: Option<PersonId>,
        after: Option<u64>,
        reply: oneshot::Sender<Attached>,
    },
    Snapshot {
        class: Class,
        person: Option<PersonId>,
        reply: oneshot::Sender<Snapshot>,
    },
    /// Runs on the whole state between two batches.
    Look {
        look: Look,
    },
    Connected {
        person: Option<PersonId>,
        by: i32,
    },
    /// Another node appended something.
    Doorbell,
}

type LookFn = Box<dyn FnOnce(&Meeting) + Send>;
struct Look(LookFn);

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Look")
    }
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
    feeds: Feeds,
    /// Receipt codes of the ballots of open votes, by vote and person.
    codes: BTreeMap<(VoteId, PersonId), String>,
    connected: BTreeMap<PersonId, u32>,
    connections_changed: bool,
    turnout_sent: Option<(VoteId, u32)>,
    jobs: Arc<tokio::sync::Notify>,
    /// Rung when somebody's class may have changed, before the frames that came with it.
    roles: watch::Sender<()>,
}

impl Room {
    /// Reads the whole log and folds it.
    async fn open(
        id: MeetingId,
        store: Store,
        jobs: Arc<tokio::sync::Notify>,
        roles: watch::Sender<()>,
    ) -> Result<Self, StoreError> {
        let mut room = Self {
            state: Meeting::blank(id.clone()),
            id,
            store,
            hash: Digest::ZERO,
            last_time: None,
            stale: false,
            feeds: Feeds::default(),
            codes: BTreeMap::new(),
            connected: BTreeMap::new(),
            connections_changed: false,
            turnout_sent: None,
            jobs,
            roles,
        };
        let entries = room.store.entries_after(&room.id, 0).await?;
        room.take_in(&entries);
        Ok(room)
    }

    /// Folds committed entries into the state and publishes them, one frame a class.
    fn take_in(&mut self, entries: &[Logged]) {
        let mut shown: BTreeMap<Class, Vec<icabinet_models::Entry>> = BTreeMap::new();
        for logged in entries {
            for class in Class::ALL {
                if let Some(entry) = seen::show(&self.state, &logged.entry, class) {
                    shown.entry(class).or_default().push(entry);
                }
            }
            self.state.apply(&logged.entry);
            self.note(logged);
        }
        self.publish(shown);
    }

    /// Keeps what the state doesn't: the chain's hash and receipt codes. Tells of new roles.
    fn note(&mut self, logged: &Logged) {
        self.hash = logged.hash;
        self.last_time = Some(logged.entry.at);
        match &logged.entry.event {
            Event::BallotCast { vote, person, .. } => {
                self.codes.insert((*vote, person.clone()), code(&logged.hash));
            }
            Event::VoteClosed { vote, .. } | Event::VoteVoided { vote, .. } => {
                let vote = *vote;
                self.codes.retain(|(of, _), _| *of != vote);
            }
            Event::ParticipantAdded { .. }
            | Event::ParticipantRemoved { .. }
            | Event::ChairHandedOver { .. } => {
                self.roles.send_replace(());
            }
            _ => {}
        }
    }

    fn publish(&mut self, shown: BTreeMap<Class, Vec<icabinet_models::Entry>>) {
        for (class, entries) in shown {
            self.feeds.of(class).push(entries, self.state.position);
        }
    }

    /// What only `person` may know.
    fn mine(&self, person: Option<&PersonId>) -> Mine {
        let mut mine = Mine::default();
        let (Some(person), Some((id, vote))) = (person, self.state.open_vote()) else {
            return mine;
        };
        if let VoteState::Open { ballots: Ballots::Known(ballots) } = &vote.state
            && let Some(ballot) = ballots.get(person)
        {
            let code = self.codes.get(&(id, person.clone())).cloned().unwrap_or_default();
            mine.ballots.insert(id, OwnBallot { ballot: ballot.clone(), code });
        }
        mine
    }

    fn snapshot(&self, class: Class, person: Option<PersonId>) -> Snapshot {
        Snapshot {
            protocol: icabinet_models::wire::PROTOCOL,
            epoch: self.store.epoch().to_owned(),
            class,
            position: self.state.position,
            server_time: crate::clock::now(),
            meeting: seen::mask(&self.state, class),
            mine: self.mine(person.as_ref()),
            person,
        }
    }

    fn attach(&mut self, class: Class, person: Option<PersonId>, after: Option<u64>) -> Attached {
        let reader = self.feeds.of(class).reader(after);
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
        }
        self.connections_changed = true;
    }

    /// Once a second: deadlines, counts, and the log itself, because doorbells get lost.
    async fn tick(&mut self) -> Result<(), StoreError> {
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
            let id = CommandId(format!("deadline-{vote}"));
            let close = batch::Pending {
                actor: Actor::System,
                id,
                command: Box::new(Command::CloseVote { vote }),
                reply: None,
            };
            self.run_batch(vec![close]).await;
        }
        self.publish_turnout();
        if std::mem::take(&mut self.connections_changed) {
            self.publish_connected();
        }
        Ok(())
    }

    fn publish_turnout(&mut self) {
        let Some((id, vote)) = self.state.open_vote() else {
            self.turnout_sent = None;
            return;
        };
        let VoteState::Open { ballots: Ballots::Known(ballots) } = &vote.state else { return };
        let cast = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
        if self.turnout_sent == Some((id, cast)) {
            return;
        }
        let entitled = u32::try_from(vote.terms.entitled.len()).unwrap_or(u32::MAX);
        self.turnout_sent = Some((id, cast));
        self.feeds.tell(&Class::ALL, &ServerFrame::Turnout { vote: id, cast, entitled });
    }

    fn publish_connected(&mut self) {
        let count = u32::try_from(self.connected.len()).unwrap_or(u32::MAX);
        let people = Some(self.connected.keys().cloned().collect());
        self.feeds.tell(&[Class::Staff], &ServerFrame::Connected { count, people });
        let others = [Class::Member, Class::Guest, Class::Projector];
        self.feeds.tell(&others, &ServerFrame::Connected { count, people: None });
    }

    /// Reads what others appended.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let missed = self.store.entries_after(&self.id, self.state.position).await?;
        self.take_in(&missed);
        Ok(())
    }
}

/// The receipt: the short form of an entry's hash.
fn code(hash: &Digest) -> String {
    hash.short(2)
}

/// The room's task: ends when nobody holds its handle any more.
async fn run(mut room: Room, mut inbox: mpsc::Receiver<Work>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
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
        }
    }
}

/// Serves what waits in order; consecutive commands share a batch.
async fn serve(room: &mut Room, waiting: &mut Vec<Work>) {
    let mut commands = Vec::new();
    for work in waiting.drain(..) {
        match work {
            Work::Submit { actor, id, command, reply } => {
                commands.push(batch::Pending { actor, id, command, reply: Some(reply) });
                continue;
            }
            other => {
                if !commands.is_empty() {
                    room.run_batch(std::mem::take(&mut commands)).await;
                }
                other_work(room, other).await;
            }
        }
    }
    if !commands.is_empty() {
        room.run_batch(commands).await;
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
    // A receiver that went away needs no answer: its connection is gone.
    match work {
        Work::Attach { class, person, after, reply } => {
            let _ = reply.send(room.attach(class, person, after));
        }
        Work::Snapshot { class, person, reply } => {
            let _ = reply.send(room.snapshot(class, person));
        }
        Work::Look { look } => (look.0)(&room.state),
        Work::Connected { person, by } => room.connection(person, by),
        Work::Doorbell => {
            if let Err(error) = room.catch_up().await {
                tracing::warn!(meeting = %room.id, %error, "catching up failed");
            }
        }
        Work::Submit { .. } => {}
    }
}

/// Times of entries never run backwards, whatever the clock does.
fn not_before(now: Time, last: Option<Time>) -> Time {
    last.map_or(now, |last| now.max(last))
}
