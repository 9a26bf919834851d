//! The one way to have a password compared, at sign-in and when it is changed. An attempt and a place
//! in the line are taken before anything is computed; beyond a bounded line the answer is no at once.
//! Never here: who asks (`http/session`), what is stored.

use super::attempts::{Asker, Attempts, Taken, network};
use super::password::Passwords;
use icabinet_models::ids::Time;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Passwords that may wait to be computed: the last of them waits two seconds.
const LINE: usize = 128;
/// What strangers may take of it: the rest is for devices and people who were here before.
const FOR_STRANGERS: usize = 96;
/// What one address may take of that.
const PER_ADDRESS: usize = 48;

/// Why nothing is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Too many failed attempts.
    Locked,
    /// Too many wait already; nothing was counted.
    Busy,
}

#[derive(Debug, Default)]
struct Line {
    all: usize,
    /// How many wait from each address. No entry is zero.
    strangers: HashMap<String, usize>,
}

/// Where passwords are compared.
#[derive(Debug)]
pub struct Gate {
    attempts: Attempts,
    passwords: Passwords,
    line: Arc<Mutex<Line>>,
}

/// A place in the line, free again when this is dropped.
#[derive(Debug)]
struct Place {
    line: Arc<Mutex<Line>>,
    address: Option<String>,
}

/// An attempt that was let in.
#[derive(Debug)]
#[must_use]
pub struct Turn {
    taken: Taken,
    _place: Place,
}

impl Gate {
    /// At most `at_once` passwords are computed at the same time.
    pub fn new(at_once: usize) -> Self {
        let (attempts, line) = (Attempts::default(), Arc::default());
        Self { attempts, passwords: Passwords::new(at_once), line }
    }

    /// Takes an attempt and a place in the line.
    ///
    /// # Errors
    /// [`Shut`]: nothing will be compared.
    pub fn enter(&self, asker: Asker<'_>, now: Time) -> Result<Turn, Shut> {
        let taken = self.attempts.take(asker, now).ok_or(Shut::Locked)?;
        let address = match asker {
            Asker::Stranger { address, .. } => Some(network(address)),
            Asker::Device { .. } | Asker::Own { .. } => None,
        };
        match self.stand(address) {
            Some(place) => Ok(Turn { taken, _place: place }),
            None => {
                self.attempts.give_back(taken);
                Err(Shut::Busy)
            }
        }
    }

    fn stand(&self, address: Option<String>) -> Option<Place> {
        let mut line = line(&self.line);
        if let Some(address) = &address {
            let strangers: usize = line.strangers.values().sum();
            let own = line.strangers.get(address).copied().unwrap_or(0);
            if strangers >= FOR_STRANGERS || own >= PER_ADDRESS {
                return None;
            }
        }
        if line.all >= LINE {
            return None;
        }
        line.all += 1;
        if let Some(address) = &address {
            *line.strangers.entry(address.clone()).or_default() += 1;
        }
        Some(Place { line: Arc::clone(&self.line), address })
    }

    /// Whether the password fits; then the attempt is given back.
    pub async fn compare(&self, turn: Turn, password: String, stored: Option<String>) -> bool {
        let fits = self.passwords.verify(password, stored).await;
        if fits {
            self.attempts.forgive(turn.taken);
        }
        fits
    }

    /// The argon2id hash of a password that was judged.
    pub async fn hash(&self, password: String) -> Option<String> {
        self.passwords.hash(password).await
    }
}

fn line(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    // Nothing in here panics half-way.
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = line(&self.line);
        line.all = line.all.saturating_sub(1);
        if let Some(address) = &self.address
            && let Some(count) = line.strangers.get_mut(address)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                line.strangers.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icabinet_models::ids::Digest;

    #[test]
    fn the_line_is_bounded_and_strangers_leave_room() {
        let gate = Gate::new(1);
        let secret = Digest::of(b"tablet");
        let stranger = |n: usize, from: &str| {
            let login = format!("login{n}");
            let address = from.parse().unwrap();
            gate.enter(Asker::Stranger { login: &login, address }, Time(0))
        };
        let known = |n: usize| {
            let login = format!("login{n}");
            gate.enter(Asker::Device { login: &login, secret: &secret }, Time(0))
        };
        // One address takes its part, and no more.
        let mut waiting: Vec<Turn> =
            (0..PER_ADDRESS).map(|n| stranger(n, "10.0.0.1").unwrap()).collect();
        assert_eq!(stranger(1000, "10.0.0.1").err(), Some(Shut::Busy));
        // Many addresses take theirs.
        for n in PER_ADDRESS..FOR_STRANGERS {
            waiting.push(stranger(n, &format!("10.1.0.{n}")).unwrap());
        }
        assert_eq!(stranger(1001, "10.2.0.1").err(), Some(Shut::Busy));
        // Who was here before still finds room, up to the end of the line.
        let devices: Vec<Turn> = (0..LINE - FOR_STRANGERS).map(|n| known(n).unwrap()).collect();
        assert_eq!(known(1000).err(), Some(Shut::Busy));
        drop(devices);
        drop(waiting.pop());
        assert!(stranger(1002, "10.2.0.1").is_ok(), "whoever left made room");
        drop(waiting);
        assert!(line(&gate.line).strangers.is_empty() && line(&gate.line).all == 0);
    }

    #[tokio::test]
    async fn nothing_is_counted_where_nothing_is_compared_and_what_fits_is_given_back() {
        let gate = Gate::new(1);
        let asker = Asker::Own { login: "an" };
        let full: Vec<Place> = (0..LINE).map(|_| gate.stand(None).unwrap()).collect();
        for _ in 0..50 {
            assert_eq!(gate.enter(asker, Time(0)).err(), Some(Shut::Busy));
        }
        drop(full);
        let stored = gate.hash("đúng".to_owned()).await;
        for _ in 0..15 {
            let turn = gate.enter(asker, Time(0)).unwrap();
            assert!(gate.compare(turn, "đúng".to_owned(), stored.clone()).await);
        }
        for _ in 0..10 {
            let turn = gate.enter(asker, Time(0)).unwrap();
            assert!(!gate.compare(turn, "sai".to_owned(), stored.clone()).await);
        }
        assert_eq!(gate.enter(asker, Time(0)).err(), Some(Shut::Locked));
    }
}
