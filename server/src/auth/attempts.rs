//! Limits on failed sign-ins: strict for an account, wide for an address, because a whole commune
//! may sit behind one. Times are parameters.

use icabinet_models::ids::Time;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Failures an account may have in [`WINDOW_MS`].
const PER_LOGIN: u32 = 10;
/// Failures an address may have in [`WINDOW_MS`].
const PER_ADDRESS: u32 = 300;
const WINDOW_MS: i64 = 10 * 60_000;
/// Beyond this many names the oldest windows are dropped.
const MOST_NAMES: usize = 100_000;

/// Failed sign-ins by account and by address.
#[derive(Debug, Default)]
pub struct Attempts {
    failures: Mutex<HashMap<String, (Time, u32)>>,
}

impl Attempts {
    /// Whether this login from this address may be tried now.
    pub fn may_try(&self, login: &str, address: &str, now: Time) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |name: &str| match failures.get(name) {
            Some((since, count)) if now.ms_since(*since) < WINDOW_MS => *count,
            _ => 0,
        };
        count(&by_login(login)) < PER_LOGIN && count(&by_address(address)) < PER_ADDRESS
    }

    /// Notes a failure.
    pub fn failed(&self, login: &str, address: &str, now: Time) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > MOST_NAMES {
            failures.retain(|_, (since, _)| now.ms_since(*since) < WINDOW_MS);
        }
        for name in [by_login(login), by_address(address)] {
            let window = failures.entry(name).or_insert((now, 0));
            if now.ms_since(window.0) >= WINDOW_MS {
                *window = (now, 0);
            }
            window.1 += 1;
        }
    }

    /// A success forgives the account's failures, not the address's.
    pub fn succeeded(&self, login: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&by_login(login));
    }
}

fn by_login(login: &str) -> String {
    format!("login {login}")
}

fn by_address(address: &str) -> String {
    format!("address {address}")
}

#[cfg(test)]
mod tests {
    use super::{Attempts, PER_LOGIN, WINDOW_MS};
    use icabinet_models::ids::Time;

    #[test]
    fn an_account_is_closed_for_a_while_after_too_many_failures_and_its_neighbours_are_not() {
        let attempts = Attempts::default();
        for _ in 0..PER_LOGIN {
            assert!(attempts.may_try("an", "10.0.0.1", Time(0)));
            attempts.failed("an", "10.0.0.1", Time(0));
        }
        assert!(!attempts.may_try("an", "10.0.0.2", Time(1)));
        assert!(attempts.may_try("binh", "10.0.0.1", Time(1)));
        assert!(attempts.may_try("an", "10.0.0.1", Time(WINDOW_MS)));
    }

    #[test]
    fn a_success_forgives_the_account() {
        let attempts = Attempts::default();
        for _ in 0..PER_LOGIN - 1 {
            attempts.failed("an", "10.0.0.1", Time(0));
        }
        attempts.succeeded("an");
        attempts.failed("an", "10.0.0.1", Time(0));
        assert!(attempts.may_try("an", "10.0.0.1", Time(0)));
    }
}
