//! The sessions this node has seen, so that thousands who come back at once ask the database nothing.
//! A session that ends on this node is forgotten at once, one that ends elsewhere when its bell rings
//! or with the next round (`serve`). Never here: sockets; those are told by `endings`.

use crate::store::Principal;
use icabinet_models::ids::{Digest, Time};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most sessions kept; beyond it all are asked for anew.
const MOST: usize = 200_000;

#[derive(Debug, Default)]
struct Known {
    sessions: HashMap<Digest, (Principal, Time)>,
    /// How many were ever forgotten.
    forgotten: u64,
}

/// A moment before the store was asked: what was forgotten since may be what it then said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

/// Sessions by the digests of their tokens.
#[derive(Debug, Default)]
pub struct Sessions {
    known: Mutex<Known>,
}

impl Sessions {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        // Nothing in here panics half-way.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose session it is and until when, if it was seen here and has not expired.
    pub fn get(&self, token: &Digest, now: Time) -> Option<(Principal, Time)> {
        self.known().sessions.get(token).filter(|(_, expires)| *expires >= now).cloned()
    }

    /// Now, before the store is asked.
    pub fn mark(&self) -> Mark {
        Mark(self.known().forgotten)
    }

    /// Keeps what the store said, unless a session ended since the mark: it may be this one.
    pub fn keep(&self, token: Digest, session: (Principal, Time), mark: Mark) {
        let mut known = self.known();
        if known.forgotten != mark.0 {
            return;
        }
        if known.sessions.len() >= MOST {
            known.sessions.clear();
        }
        known.sessions.insert(token, session);
    }

    /// Forgets a session: it is over.
    pub fn forget(&self, token: &Digest) {
        let mut known = self.known();
        known.forgotten += 1;
        known.sessions.remove(token);
    }

    /// All that are kept.
    pub fn all(&self) -> Vec<Digest> {
        self.known().sessions.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sessions;
    use crate::store::Principal;
    use icabinet_models::ids::{Digest, PersonId, Time};

    fn session() -> (Principal, Time) {
        (Principal::Person(PersonId::from("an")), Time(100))
    }

    #[test]
    fn a_session_is_known_until_it_expires_or_ends() {
        let (sessions, token) = (Sessions::default(), Digest::of(b"token"));
        assert_eq!(sessions.get(&token, Time(0)), None);
        sessions.keep(token, session(), sessions.mark());
        assert_eq!(sessions.get(&token, Time(100)), Some(session()));
        assert_eq!(sessions.get(&token, Time(101)), None);
        sessions.forget(&token);
        assert_eq!(sessions.get(&token, Time(0)), None);
    }

    #[test]
    fn what_ended_while_the_store_was_asked_is_not_kept() {
        let (sessions, token) = (Sessions::default(), Digest::of(b"token"));
        let mark = sessions.mark();
        sessions.forget(&token);
        sessions.keep(token, session(), mark);
        assert_eq!(sessions.get(&token, Time(0)), None);
    }
}
