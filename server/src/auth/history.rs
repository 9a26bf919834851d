//! Sign-ins that failed, on their way into the history: strangers cause them, so they are counted in
//! memory and written by and by, many in one statement. Never here: sign-ins that succeeded; those
//! are written with the session that they begin.

use super::attempts::WINDOW_MS;
use crate::store::{Failed, Failure};
use icabinet_models::ids::Time;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most rows that wait; what comes beyond is counted without its name.
const MOST: usize = 2_000;

type Who = (Failure, String, String);

/// What waits to be written.
#[derive(Debug, Default)]
pub struct History {
    waiting: Mutex<BTreeMap<Who, (Time, u32)>>,
}

impl History {
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Who, (Time, u32)>> {
        // Nothing in here panics half-way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a failure. `login` was judged: it is short.
    pub fn failed(&self, failure: Failure, login: &str, address: IpAddr, now: Time) {
        self.add((failure, login.to_owned(), address.to_string()), now, 1);
    }

    fn add(&self, who: Who, now: Time, tries: u32) {
        let mut waiting = self.waiting();
        let known = waiting.len() < MOST || waiting.contains_key(&who);
        let who = if known { who } else { (who.0, String::new(), String::new()) };
        match waiting.entry(who) {
            Entry::Occupied(mut row) => {
                let (since, count) = row.get_mut();
                (*since, *count) = ((*since).min(now), count.saturating_add(tries));
            }
            Entry::Vacant(place) => _ = place.insert((now, tries)),
        }
    }

    /// Takes what is to be written now: wrong passwords, and refusals whose window is over.
    pub fn due(&self, now: Time) -> Vec<Failed> {
        self.taken(|failure, since| match failure {
            Failure::WrongPassword => true,
            Failure::Locked => now.ms_since(since) >= WINDOW_MS,
        })
    }

    /// Takes everything: the server stops.
    pub fn all(&self) -> Vec<Failed> {
        self.taken(|_, _| true)
    }

    fn taken(&self, due: impl Fn(Failure, Time) -> bool) -> Vec<Failed> {
        let mut out = Vec::new();
        self.waiting().retain(|(failure, login, address), (since, tries)| {
            let due = due(*failure, *since);
            if due {
                let (login, address) = (login.clone(), address.clone());
                out.push(Failed {
                    since: *since,
                    login,
                    address,
                    failure: *failure,
                    tries: *tries,
                });
            }
            !due
        });
        out
    }

    /// They could not be written: they wait for the next time.
    pub fn put_back(&self, rows: Vec<Failed>) {
        for row in rows {
            self.add((row.failure, row.login, row.address), row.since, row.tries);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(n: usize) -> IpAddr {
        IpAddr::from([10, 0, u8::try_from(n / 256).unwrap(), u8::try_from(n % 256).unwrap()])
    }

    #[test]
    fn refusals_of_a_window_are_one_row() {
        let history = History::default();
        for at in 0..43_087 {
            history.failed(Failure::Locked, "an", from(1), Time(at));
        }
        history.failed(Failure::WrongPassword, "an", from(1), Time(5));
        let row = |failure, since, tries| Failed {
            since: Time(since),
            login: "an".to_owned(),
            address: "10.0.0.1".to_owned(),
            failure,
            tries,
        };
        assert_eq!(history.due(Time(1000)), [row(Failure::WrongPassword, 5, 1)]);
        assert_eq!(history.due(Time(WINDOW_MS - 1)), []);
        let due = history.due(Time(WINDOW_MS));
        assert_eq!(due, [row(Failure::Locked, 0, 43_087)]);
        assert_eq!(history.all(), []);
        history.put_back(due.clone());
        history.failed(Failure::Locked, "an", from(1), Time(50_000));
        assert_eq!(history.all(), [row(Failure::Locked, 0, 43_088)]);
    }

    #[test]
    fn what_waits_is_bounded_and_nothing_goes_uncounted() {
        let history = History::default();
        for n in 0..MOST * 3 {
            history.failed(Failure::Locked, &format!("login{n}"), from(n), Time(0));
        }
        let rows = history.all();
        assert!(rows.len() <= MOST + 1, "{}", rows.len());
        assert_eq!(rows.iter().map(|row| row.tries as usize).sum::<usize>(), MOST * 3);
    }
}
