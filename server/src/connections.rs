//! The connections of this node: how many there may be, and who goes when there are too many. Whoever
//! has not signed in on one is a stranger there: strangers are counted apart, and the one that has been
//! quiet for longest makes room for the next. Descriptors are kept back for files and the database.
//! Never here: what is said over a connection.

use icabinet_models::ids::Digest;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How long a stranger may be quiet before it makes room for another one.
const SPARED: Duration = Duration::from_secs(2);
/// How soon it is looked again whether one may be sent away.
const LOOK: Duration = Duration::from_millis(100);
/// Connections of one session that are not counted among the strangers.
const OF_A_SESSION: u32 = 64;
/// Fewest and most descriptors that are kept back.
const KEPT_BACK: (usize, usize) = (64, 4096);

/// The connections of a node.
#[derive(Debug)]
pub struct Connections {
    /// Most of all.
    most: usize,
    /// Most of strangers.
    strangers: usize,
    table: Mutex<Table>,
    /// Rung when one has ended, or is a stranger's no more.
    freed: Notify,
}

#[derive(Debug, Default)]
struct Table {
    all: usize,
    /// By when they were last heard, the one that is quiet for longest first.
    strangers: BTreeMap<u64, (Instant, Weak<Inner>)>,
    turns: u64,
    /// How many connections a session has.
    sessions: HashMap<u64, u32>,
}

/// One connection, for as long as anybody holds this.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Arc<Connections>,
    whose: Mutex<Whose>,
    sent_away: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// With its place among them; it may have lost that.
    Stranger(u64),
    Session(u64),
}

impl Connections {
    /// As many as a process with so many descriptors can have.
    pub fn within(descriptors: u64) -> Arc<Self> {
        let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
        let kept_back = (descriptors / 8).clamp(KEPT_BACK.0, KEPT_BACK.1);
        let most = descriptors.saturating_sub(kept_back).max(8);
        let (table, freed) = (Mutex::default(), Notify::new());
        Arc::new(Self { most, strangers: most / 2, table, freed })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing in here panics half-way.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more, once there is one.
    pub async fn place(self: &Arc<Self>) -> Connection {
        loop {
            if let Some(connection) = self.try_place(Instant::now()) {
                return connection;
            }
            // Whether something rang or not, it is looked again: a stranger may have become quiet.
            let _ = tokio::time::timeout(LOOK, self.freed.notified()).await;
        }
    }

    fn try_place(self: &Arc<Self>, now: Instant) -> Option<Connection> {
        let mut table = self.table();
        if table.all >= self.most || table.strangers.len() >= self.strangers {
            let quiet = table
                .strangers
                .first_entry()
                .filter(|oldest| now.saturating_duration_since(oldest.get().0) >= SPARED);
            let (_, gone) = quiet?.remove();
            if let Some(gone) = gone.upgrade() {
                gone.sent_away.notify_one();
                drop(table);
                // Its end may be the last one: that takes the table.
                drop(gone);
                table = self.table();
            }
            if table.all >= self.most {
                return None;
            }
        }
        table.all += 1;
        table.turns += 1;
        let turn = table.turns;
        let whose = Mutex::new(Whose::Stranger(turn));
        let inner = Arc::new(Inner { all: Arc::clone(self), whose, sent_away: Notify::new() });
        table.strangers.insert(turn, (now, Arc::downgrade(&inner)));
        Some(Connection(inner))
    }
}

impl Connection {
    /// A request came over it: a stranger is no longer quiet.
    pub fn heard(&self, now: Instant) {
        let mut whose = self.whose();
        let Whose::Stranger(before) = *whose else { return };
        let mut table = self.0.all.table();
        // One that was sent away already keeps no place.
        if table.strangers.remove(&before).is_some() {
            table.turns += 1;
            let turn = table.turns;
            table.strangers.insert(turn, (now, Arc::downgrade(&self.0)));
            *whose = Whose::Stranger(turn);
        }
    }

    /// A request with a session in force came over it: it is no stranger's, unless that session has
    /// many already.
    pub fn signed_in(&self, token: &Digest) {
        let mut whose = self.whose();
        let Whose::Stranger(place) = *whose else { return };
        let session = short(token);
        let mut table = self.0.all.table();
        let count = table.sessions.entry(session).or_default();
        if *count >= OF_A_SESSION {
            return;
        }
        *count += 1;
        table.strangers.remove(&place);
        *whose = Whose::Session(session);
        drop(table);
        self.0.all.freed.notify_one();
    }

    /// Waits until it has to make room.
    pub async fn sent_away(&self) {
        self.0.sent_away.notified().await;
    }

    fn whose(&self) -> MutexGuard<'_, Whose> {
        self.0.whose.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let whose = *self.whose.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut table = self.all.table();
        table.all -= 1;
        match whose {
            Whose::Stranger(place) => drop(table.strangers.remove(&place)),
            Whose::Session(session) => release(&mut table.sessions, session),
        }
        drop(table);
        self.all.freed.notify_one();
    }
}

/// Takes one off a count; what has none is forgotten.
fn release(counts: &mut HashMap<u64, u32>, of: u64) {
    if let Some(count) = counts.get_mut(&of) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&of);
        }
    }
}

/// Enough of a digest to count by.
fn short(digest: &Digest) -> u64 {
    digest.0.iter().take(8).fold(0, |short, byte| short << 8 | u64::from(*byte))
}

/// Sockets that one session and one person may have open at the same time.
const SOCKETS_OF_A_SESSION: u32 = 16;
const SOCKETS_OF_A_PERSON: u32 = 32;

/// The open sockets of this node, counted by session and by person.
#[derive(Debug, Default)]
pub struct Sockets {
    open: Mutex<HashMap<u64, u32>>,
}

/// The right to one socket, for as long as it is held.
#[derive(Debug)]
pub struct Socket {
    all: Arc<Sockets>,
    counted: [u64; 2],
}

impl Sockets {
    /// One more socket of a session and its person; `None` if there are enough.
    pub fn open(self: &Arc<Self>, session: &Digest, person: Option<&str>) -> Option<Socket> {
        let session = short(session);
        // A room's screen is nobody.
        let person = person.map_or(!session, |person| short(&Digest::of(person.as_bytes())));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |of: &u64| open.get(of).copied().unwrap_or_default();
        if count(&session) >= SOCKETS_OF_A_SESSION || count(&person) >= SOCKETS_OF_A_PERSON {
            return None;
        }
        let counted = [session, person];
        counted.iter().for_each(|of| *open.entry(*of).or_default() += 1);
        drop(open);
        Some(Socket { all: Arc::clone(self), counted })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let mut open = self.all.open.lock().unwrap_or_else(PoisonError::into_inner);
        self.counted.iter().for_each(|of| release(&mut open, *of));
    }
}

#[cfg(test)]
mod tests {
    use super::{Connections, OF_A_SESSION, SOCKETS_OF_A_PERSON, SOCKETS_OF_A_SESSION, SPARED};
    use super::{Sockets, Table};
    use futures_util::FutureExt as _;
    use icabinet_models::ids::Digest;
    use std::sync::Arc;
    use std::time::Instant;

    /// Room for 32, of which 16 strangers.
    fn few() -> Arc<Connections> {
        let few = Connections::within(96);
        assert_eq!((few.most, few.strangers), (32, 16));
        few
    }

    #[test]
    fn the_quietest_stranger_makes_room_and_whoever_signed_in_never() {
        let (few, now) = (few(), Instant::now());
        let guest = few.try_place(now).unwrap();
        guest.signed_in(&Digest::of(b"an"));
        let strangers: Vec<_> = (0..16).map(|_| few.try_place(now).unwrap()).collect();
        assert!(few.try_place(now).is_none(), "all of them only just came");
        strangers[0].heard(now + SPARED);
        let newcomer = few.try_place(now + SPARED).unwrap();
        let away: Vec<bool> =
            strangers.iter().map(|one| one.sent_away().now_or_never().is_some()).collect();
        assert_eq!(away.iter().filter(|away| **away).count(), 1);
        assert!(away[1], "the first of those that said nothing");
        assert!(guest.sent_away().now_or_never().is_none());
        // Who was sent away and speaks all the same gets no place back.
        strangers[1].heard(now + SPARED);
        assert_eq!(few.table().strangers.len(), 16);
        drop((strangers, newcomer, guest));
        let Table { all, strangers, sessions, .. } = &*few.table();
        assert_eq!((*all, strangers.len(), sessions.len()), (0, 0, 0));
    }

    #[test]
    fn strangers_never_take_the_room_of_those_who_signed_in() {
        let (few, now) = (few(), Instant::now());
        let _strangers: Vec<_> = (0..16).map(|_| few.try_place(now).unwrap()).collect();
        let mut signed_in = Vec::new();
        for number in 0..16u32 {
            let later = now + SPARED * (number + 2);
            let one = few.try_place(later).expect("a stranger makes room");
            one.signed_in(&Digest::of(&number.to_le_bytes()));
            signed_in.push(one);
        }
        assert!(signed_in.iter().all(|one| one.sent_away().now_or_never().is_none()));
    }

    #[test]
    fn a_session_with_many_connections_has_the_rest_as_a_stranger() {
        let many = Connections::within(10_000);
        let token = Digest::of(b"an");
        let lines: Vec<_> = (0..OF_A_SESSION + 10)
            .map(|_| {
                let line = many.try_place(Instant::now()).unwrap();
                line.signed_in(&token);
                line
            })
            .collect();
        assert_eq!(many.table().strangers.len(), 10);
        drop(lines);
        assert!(many.table().sessions.is_empty());
    }

    #[test]
    fn sockets_are_counted_by_session_and_by_person() {
        let sockets = Arc::<Sockets>::default();
        let token = |number: u32| Digest::of(&number.to_le_bytes());
        let mut open = Vec::new();
        for _ in 0..SOCKETS_OF_A_SESSION {
            open.push(sockets.open(&token(0), Some("an")).unwrap());
        }
        assert!(sockets.open(&token(0), Some("an")).is_none(), "the session has enough");
        while let Some(socket) =
            sockets.open(&token(u32::try_from(open.len()).unwrap()), Some("an"))
        {
            open.push(socket);
        }
        assert_eq!(open.len(), SOCKETS_OF_A_PERSON as usize, "and then the person");
        assert!(sockets.open(&token(999), Some("binh")).is_some());
        open.pop();
        assert!(sockets.open(&token(998), Some("an")).is_some());
        open.clear();
        assert!(sockets.open.lock().unwrap().is_empty());
    }

    #[test]
    fn descriptors_are_kept_back_for_files_and_33_000_tablets_have_room() {
        for (descriptors, most) in [(96, 32), (1024, 896), (65_536, 61_440), (1 << 20, 1_044_480)] {
            assert_eq!(Connections::within(descriptors).most, most, "{descriptors}");
        }
    }
}
