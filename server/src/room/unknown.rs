//! Meetings that were asked for and aren't there, for a moment: who asks for the same one again costs
//! no question to the database. Never here: what is asked for, only its digest.

use icabinet_models::ids::{Digest, MeetingId};
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long one is held. Another node may create it meanwhile, and its bell may get lost.
const AGE: Duration = Duration::from_secs(2);
/// Most that are held: 300 KB.
const MOST: usize = 4096;

#[derive(Debug, Default)]
struct Held {
    known: HashSet<Digest>,
    /// In the order they were noted.
    order: VecDeque<(Instant, Digest)>,
    /// How often something was forgotten because it is there now.
    forgotten: u64,
}

/// A moment before the database was asked: what was forgotten since may be what it then said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u64);

/// The memory of what isn't there.
#[derive(Debug, Default)]
pub(super) struct Unknown(Mutex<Held>);

impl Unknown {
    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, before the database is asked.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.held().forgotten)
    }

    /// Whether it was not there a moment ago.
    pub(super) fn holds(&self, id: &MeetingId, now: Instant) -> bool {
        let mut held = self.held();
        held.expire(now);
        held.known.contains(&digest(id))
    }

    /// Notes one that isn't there, unless one was created since the mark: it may be this one.
    pub(super) fn note(&self, id: &MeetingId, now: Instant, mark: Mark) {
        let mut held = self.held();
        if held.forgotten != mark.0 {
            return;
        }
        if held.known.len() >= MOST
            && let Some((_, oldest)) = held.order.pop_front()
        {
            held.known.remove(&oldest);
        }
        let digest = digest(id);
        if held.known.insert(digest) {
            held.order.push_back((now, digest));
        }
    }

    /// Forgets one: it is there now, or about to be.
    pub(super) fn forget(&self, id: &MeetingId) {
        let mut held = self.held();
        held.forgotten += 1;
        let digest = digest(id);
        if held.known.remove(&digest) {
            held.order.retain(|(_, other)| *other != digest);
        }
    }
}

impl Held {
    fn expire(&mut self, now: Instant) {
        while let Some((since, digest)) = self.order.front()
            && now.saturating_duration_since(*since) >= AGE
        {
            self.known.remove(digest);
            self.order.pop_front();
        }
    }
}

fn digest(id: &MeetingId) -> Digest {
    Digest::of(id.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{AGE, MOST, Unknown};
    use icabinet_models::ids::MeetingId;
    use std::time::Instant;

    fn id(number: usize) -> MeetingId {
        MeetingId::from(format!("nowhere-{number}"))
    }

    #[test]
    fn what_is_not_there_is_held_for_a_moment() {
        let (unknown, now) = (Unknown::default(), Instant::now());
        assert!(!unknown.holds(&id(1), now));
        unknown.note(&id(1), now, unknown.mark());
        assert!(unknown.holds(&id(1), now) && !unknown.holds(&id(2), now));
        assert!(!unknown.holds(&id(1), now + AGE));
    }

    #[test]
    fn what_is_created_is_forgotten_even_while_it_is_looked_for() {
        let (unknown, now) = (Unknown::default(), Instant::now());
        unknown.note(&id(1), now, unknown.mark());
        unknown.forget(&id(1));
        assert!(!unknown.holds(&id(1), now));
        let before = unknown.mark();
        unknown.forget(&id(2));
        unknown.note(&id(2), now, before);
        assert!(!unknown.holds(&id(2), now));
        unknown.note(&id(2), now, unknown.mark());
        assert!(unknown.holds(&id(2), now));
    }

    #[test]
    fn however_many_are_asked_for_only_the_last_are_held() {
        let (unknown, now) = (Unknown::default(), Instant::now());
        for number in 0..MOST + 10 {
            unknown.note(&id(number), now, unknown.mark());
        }
        let held = unknown.held();
        assert_eq!((held.known.len(), held.order.len()), (MOST, MOST));
        drop(held);
        assert!(!unknown.holds(&id(9), now) && unknown.holds(&id(10), now));
    }
}
