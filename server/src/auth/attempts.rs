//! How often passwords may be tried. An attempt is taken before anything is compared and given back
//! when it was right, so that thousands sent at once are no more than those sent one by one. Who is
//! counted is kept as a digest, in a table of bounded size. Times are parameters. Never here: the
//! comparison (`gate`), what is written down (`history`).

use icabinet_models::ids::{Digest, Time};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long failures count, in milliseconds.
pub const WINDOW_MS: i64 = 10 * 60_000;
/// Failures of a login from one address: whoever sits elsewhere is not locked out by them.
const PER_PAIR: u32 = 10;
/// Failures of a login from everywhere: a guesser who has many addresses.
const PER_LOGIN: u32 = 100;
/// Failures of an address with all logins: a whole commune may sit behind one.
const PER_ADDRESS: u32 = 300;
/// Failures of a device that was signed in before, and of somebody who is signed in.
const PER_KNOWN: u32 = 10;
/// Most counters that are kept: some five megabytes.
const MOST: usize = 50_000;

/// Who wants a password compared.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// Anybody who says this login.
    Stranger { login: &'a str, address: IpAddr },
    /// A device that was signed in with this login before.
    Device { login: &'a str, secret: &'a Digest },
    /// Somebody signed in, about his own password.
    Own { login: &'a str },
}

impl Asker<'_> {
    /// What his attempts are counted by, with the most that it may fail.
    fn counters(&self) -> Vec<(Digest, u32)> {
        match self {
            Self::Stranger { login, address } => {
                let address = network(*address);
                vec![
                    (key(&["pair", login, &address]), PER_PAIR),
                    (key(&["login", login]), PER_LOGIN),
                    (key(&["address", &address]), PER_ADDRESS),
                ]
            }
            Self::Device { login, secret } => {
                vec![(key(&["device", login, &secret.hex()]), PER_KNOWN)]
            }
            Self::Own { login } => vec![(key(&["own", login]), PER_KNOWN)],
        }
    }
}

/// The address as it is counted: of IPv6 the network, of which each customer has a whole one.
pub(super) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// A counter's name is as short as any other, whatever a stranger sends. No part holds a NUL.
fn key(parts: &[&str]) -> Digest {
    Digest::of(parts.join("\0").as_bytes())
}

#[derive(Clone, Copy, Debug)]
struct Window {
    since: Time,
    count: u32,
}

/// An attempt that counts as a failure unless it is given back.
#[derive(Debug)]
#[must_use]
pub struct Taken(Vec<(Digest, Time)>);

/// Failed attempts of the last minutes.
#[derive(Debug, Default)]
pub struct Attempts {
    windows: Mutex<HashMap<Digest, Window>>,
}

impl Attempts {
    fn windows(&self) -> MutexGuard<'_, HashMap<Digest, Window>> {
        // Nothing in here panics half-way.
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an attempt; `None` if there were too many, and then nothing is counted.
    pub fn take(&self, asker: Asker<'_>, now: Time) -> Option<Taken> {
        let counters = asker.counters();
        let mut windows = self.windows();
        let closed = counters.iter().any(|(key, most)| {
            let window = windows.get(key);
            window.is_some_and(|w| now.ms_since(w.since) < WINDOW_MS && w.count >= *most)
        });
        if closed {
            return None;
        }
        if windows.len() + counters.len() > MOST {
            make_room(&mut windows, now);
        }
        let taken = counters.into_iter().map(|(key, _)| {
            let window = windows.entry(key).or_insert(Window { since: now, count: 0 });
            if now.ms_since(window.since) >= WINDOW_MS {
                *window = Window { since: now, count: 0 };
            }
            window.count += 1;
            (key, window.since)
        });
        Some(Taken(taken.collect()))
    }

    /// It was right, or nothing was compared.
    pub fn give_back(&self, taken: Taken) {
        let mut windows = self.windows();
        for (key, since) in taken.0 {
            if let Some(window) = windows.get_mut(&key).filter(|window| window.since == since) {
                window.count = window.count.saturating_sub(1);
                if window.count == 0 {
                    windows.remove(&key);
                }
            }
        }
    }

    /// It was right: what the same one mistyped before is forgiven too. What others failed with the
    /// same login or from the same address is not.
    pub fn forgive(&self, taken: Taken) {
        let first = taken.0.first().map(|(key, _)| *key);
        self.give_back(taken);
        if let Some(key) = first {
            self.windows().remove(&key);
        }
    }
}

/// Drops what is over; if that is too little, the least counted: many names tried once don't wash
/// away the one that was tried often.
fn make_room(windows: &mut HashMap<Digest, Window>, now: Time) {
    windows.retain(|_, window| now.ms_since(window.since) < WINDOW_MS);
    if windows.len() < MOST * 3 / 4 {
        return;
    }
    let mut order: Vec<(u32, Time, Digest)> =
        windows.iter().map(|(key, window)| (window.count, window.since, *key)).collect();
    order.sort_unstable();
    for (_, _, key) in order.iter().take(MOST / 4) {
        windows.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(login: &str, address: &str) -> Option<Taken> {
        Attempts::default().take(asker(login, address), Time(0))
    }

    fn asker<'a>(login: &'a str, address: &str) -> Asker<'a> {
        Asker::Stranger { login, address: address.parse().unwrap() }
    }

    fn fails(attempts: &Attempts, asker: Asker<'_>, times: u32) -> u32 {
        (0..times).filter(|_| attempts.take(asker, Time(0)).is_some()).count().try_into().unwrap()
    }

    #[test]
    fn who_is_closed_after_too_many_failures_and_who_is_not() {
        let secret = Digest::of(b"tablet");
        let device = |login| Asker::Device { login, secret: &secret };
        // Failures of each, then who may still try.
        for (failed, open, closed) in [
            // A stranger elsewhere locks nobody out; his neighbours go on.
            (
                vec![(asker("an", "10.0.0.1"), PER_PAIR)],
                vec![asker("an", "10.0.0.2"), asker("binh", "10.0.0.1"), device("an")],
                vec![asker("an", "10.0.0.1"), asker("an", "::ffff:10.0.0.1")],
            ),
            // A guesser with a whole network of addresses is one.
            (
                vec![(asker("an", "2001:db8::1"), PER_PAIR)],
                vec![asker("an", "2001:db8:0:1::1")],
                vec![asker("an", "2001:db8::ffff:1")],
            ),
            (
                vec![(device("an"), PER_KNOWN)],
                vec![asker("an", "10.0.0.1"), device("binh"), Asker::Own { login: "an" }],
                vec![device("an")],
            ),
            (
                vec![(Asker::Own { login: "an" }, PER_KNOWN)],
                vec![asker("an", "10.0.0.1"), Asker::Own { login: "binh" }],
                vec![Asker::Own { login: "an" }],
            ),
        ] {
            let attempts = Attempts::default();
            for (asker, times) in failed {
                assert_eq!(fails(&attempts, asker, times + 5), times, "{asker:?}");
            }
            for asker in open {
                assert!(attempts.take(asker, Time(1)).is_some(), "{asker:?}");
            }
            for asker in &closed {
                assert!(attempts.take(*asker, Time(1)).is_none(), "{asker:?}");
            }
            for asker in closed {
                assert!(attempts.take(asker, Time(WINDOW_MS)).is_some(), "{asker:?}, later");
            }
        }
    }

    #[test]
    fn a_login_and_an_address_are_closed_by_many_together() {
        let attempts = Attempts::default();
        let from: Vec<String> = (0..PER_LOGIN).map(|n| format!("10.0.{n}.1")).collect();
        for address in &from {
            assert_eq!(fails(&attempts, asker("an", address), 1), 1);
        }
        assert!(attempts.take(asker("an", "192.0.2.1"), Time(0)).is_none());
        let device = Asker::Device { login: "an", secret: &Digest::of(b"tablet") };
        assert!(attempts.take(device, Time(0)).is_some(), "his own tablet gets in");

        let attempts = Attempts::default();
        let logins: Vec<String> = (0..PER_ADDRESS).map(|n| format!("login{n}")).collect();
        for login in &logins {
            assert_eq!(fails(&attempts, asker(login, "10.0.0.1"), 1), 1);
        }
        assert!(attempts.take(asker("an", "10.0.0.1"), Time(0)).is_none());
        assert!(attempts.take(asker("an", "10.0.0.2"), Time(0)).is_some());
    }

    #[test]
    fn thousands_at_once_are_no_more_than_one_by_one() {
        let attempts = Attempts::default();
        let taken: Vec<Taken> =
            (0..2000).filter_map(|_| attempts.take(asker("an", "10.0.0.1"), Time(0))).collect();
        assert_eq!(taken.len(), PER_PAIR as usize);
    }

    #[test]
    fn a_success_gives_back_and_forgives_the_same_one_only() {
        let attempts = Attempts::default();
        let right = |address| {
            let taken = attempts.take(asker("an", address), Time(0)).unwrap();
            attempts.forgive(taken);
        };
        for _ in 0..PER_ADDRESS + 1 {
            right("10.0.0.1");
        }
        assert!(attempts.windows().is_empty(), "successes leave nothing behind");
        assert_eq!(fails(&attempts, asker("an", "10.0.0.1"), PER_PAIR - 1), PER_PAIR - 1);
        right("10.0.0.1");
        assert_eq!(fails(&attempts, asker("an", "10.0.0.1"), PER_PAIR), PER_PAIR);
        right("10.0.0.2");
        assert!(attempts.take(asker("an", "10.0.0.1"), Time(0)).is_none(), "not by another's");
    }

    #[test]
    fn the_table_stays_small_and_forgets_the_least_tried_first() {
        let attempts = Attempts::default();
        assert_eq!(fails(&attempts, asker("an", "10.0.0.1"), PER_PAIR), PER_PAIR);
        for n in 0..MOST {
            let login = format!("login{n}");
            let address = format!("10.{}.{}.1", 1 + n / 250 % 250, n % 250);
            let _ = attempts.take(asker(&login, &address), Time(1));
        }
        assert!(attempts.windows().len() <= MOST);
        assert!(attempts.take(asker("an", "10.0.0.1"), Time(2)).is_none(), "still closed");
        assert!(stranger("an", "10.0.0.1").is_some());
    }
}
