//! What one person may send: commands and bytes for each minute, over every line and every request
//! together. Never here: what is sent; whoever is over it is refused before anything is read.

use icabinet_models::ids::PersonId;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Beyond this many people of a kind the full buckets are dropped: they say nothing.
const MOST: usize = 100_000;

/// As who somebody sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spender {
    /// The office enters lists of thousands.
    Office,
    Anybody,
}

/// What fills up in a minute, and how much of it may be spent at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    pub(super) a_minute: f64,
    pub(super) at_once: f64,
}

/// Commands and bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowances {
    pub(super) commands: Allowance,
    pub(super) bytes: Allowance,
}

/// A conference's list in parcels is 33 commands of 300 KB; an office that types does 60 a minute.
const OFFICE: Allowances = Allowances {
    commands: Allowance { a_minute: 6_000.0, at_once: 6_000.0 },
    bytes: Allowance { a_minute: 32.0 * MEGABYTE, at_once: 32.0 * MEGABYTE },
};
/// A ballot is 300 bytes, a speech that is corrected some KB. A tablet that was offline brings all it
/// kept at once.
const ANYBODY: Allowances = Allowances {
    commands: Allowance { a_minute: 240.0, at_once: 240.0 },
    bytes: Allowance { a_minute: 0.25 * MEGABYTE, at_once: 0.5 * MEGABYTE },
};
const MEGABYTE: f64 = 1_048_576.0;

/// What is left of both.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    commands: f64,
    bytes: f64,
    filled: Instant,
}

impl Bucket {
    fn full(of: &Allowances, now: Instant) -> Self {
        Self { commands: of.commands.at_once, bytes: of.bytes.at_once, filled: now }
    }

    fn fill(&mut self, of: &Allowances, now: Instant) {
        let minutes = now.saturating_duration_since(self.filled).as_secs_f64() / 60.0;
        self.filled = now;
        let filled = |left: f64, of: Allowance| (left + minutes * of.a_minute).min(of.at_once);
        self.commands = filled(self.commands, of.commands);
        self.bytes = filled(self.bytes, of.bytes);
    }
}

/// The budgets of everybody on this node. People are kept by a number that this process alone makes of
/// them: a name takes more room than its bucket, thirty thousand times.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    numbers: RandomState,
    office: Mutex<HashMap<u64, Bucket>>,
    anybody: Mutex<HashMap<u64, Bucket>>,
}

impl Budgets {
    /// Takes a command of so many bytes off what a person may send; `false` if it is too much, and
    /// then nothing is taken.
    pub(super) fn spend(
        &self,
        person: &PersonId,
        spender: Spender,
        bytes: usize,
        now: Instant,
    ) -> bool {
        let (of, buckets) = match spender {
            Spender::Office => (&OFFICE, &self.office),
            Spender::Anybody => (&ANYBODY, &self.anybody),
        };
        #[expect(clippy::cast_precision_loss, reason = "no command is longer than some megabytes")]
        let bytes = bytes as f64;
        // Nothing in here panics half-way.
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| {
                bucket.fill(of, now);
                bucket.commands < of.commands.at_once || bucket.bytes < of.bytes.at_once
            });
        }
        let bucket =
            buckets.entry(self.numbers.hash_one(person)).or_insert_with(|| Bucket::full(of, now));
        bucket.fill(of, now);
        if bucket.commands < 1.0 || bucket.bytes < bytes {
            return false;
        }
        bucket.commands -= 1.0;
        bucket.bytes -= bytes;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{ANYBODY, Budgets, OFFICE, Spender};
    use icabinet_models::ids::PersonId;
    use std::time::{Duration, Instant};

    /// How many commands of so many bytes go through at once, out of many.
    fn through(budgets: &Budgets, who: &str, as_who: Spender, bytes: usize, now: Instant) -> u32 {
        let who = PersonId::from(who);
        let sent = (0..20_000).filter(|_| budgets.spend(&who, as_who, bytes, now));
        u32::try_from(sent.count()).unwrap()
    }

    #[test]
    fn a_burst_goes_through_and_a_flood_does_not_and_a_minute_later_there_is_room_again() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let burst = through(&budgets, "an", Spender::Anybody, 300, now);
        assert_eq!(f64::from(burst), ANYBODY.commands.at_once);
        assert_eq!(through(&budgets, "binh", Spender::Anybody, 300, now), burst, "each his own");
        let later = now + Duration::from_secs(30);
        let again = through(&budgets, "an", Spender::Anybody, 300, later);
        assert_eq!(f64::from(again), ANYBODY.commands.a_minute / 2.0);
    }

    #[test]
    fn long_commands_are_counted_by_their_bytes() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let long = through(&budgets, "an", Spender::Anybody, 60_000, now);
        assert_eq!(long, 8, "half a megabyte");
        assert!(budgets.spend(&PersonId::from("an"), Spender::Anybody, 300, now), "a ballot goes");
    }

    #[test]
    fn the_office_enters_a_conference_at_once() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let parcels = through(&budgets, "secretary", Spender::Office, 600_000, now);
        assert!(parcels >= 33, "{parcels} parcels of a thousand people");
        let typed = through(&budgets, "chair", Spender::Office, 300, now);
        assert_eq!(f64::from(typed), OFFICE.commands.at_once);
    }
}
