//! Where the salts of records come from. Never here: what they are for (`record::Salt`).

use icabinet_models::record::Salt;

/// Salts that are asked of the operating system at a time.
const AT_ONCE: usize = 256;

/// Draws salts, each used once.
pub(super) struct Salts {
    drawn: [u8; AT_ONCE * Salt::LENGTH],
    /// Bytes of `drawn` that are used up.
    used: usize,
}

impl Salts {
    pub(super) fn new() -> Self {
        Self { drawn: [0; AT_ONCE * Salt::LENGTH], used: AT_ONCE * Salt::LENGTH }
    }

    /// A salt for one record.
    pub(super) fn draw(&mut self) -> Salt {
        if self.used == self.drawn.len() {
            // Without randomness there is no safe way on: ballots could be computed from receipts.
            getrandom::fill(&mut self.drawn).expect("the operating system gives no random numbers");
            self.used = 0;
        }
        let mut bytes = [0; Salt::LENGTH];
        bytes.copy_from_slice(&self.drawn[self.used..self.used + Salt::LENGTH]);
        self.used += Salt::LENGTH;
        Salt::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Salts};

    #[test]
    fn no_salt_comes_twice() {
        let mut salts = Salts::new();
        let drawn: Vec<String> = (0..3 * AT_ONCE)
            .map(|_| serde_json::to_string(&salts.draw()).expect("a salt"))
            .collect();
        let different: std::collections::BTreeSet<&String> = drawn.iter().collect();
        assert_eq!(different.len(), drawn.len());
    }
}
