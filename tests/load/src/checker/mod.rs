//! Proves from what the clients heard and from the log alone that nothing was lost, doubled, shown to
//! the wrong person or counted wrongly, whatever befell the servers in between. Never here: a clock, a
//! server, what the faults were.

mod answers;
mod feeds;
mod histories;
mod log;
#[cfg(test)]
mod tests;

pub(crate) use histories::{Client, Moment, read};
pub(crate) use log::Row;

use log::Log;
use std::fmt;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Which of the invariants is broken.
    pub(crate) law: Law,
    pub(crate) text: String,
}

/// What is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Law {
    /// Every command that was answered is in the log.
    Durable,
    /// A command has one effect and one answer.
    Once,
    /// Everyone saw the same entries of his class, in order and without a gap.
    Prefix,
    /// A published tally is what an independent count gives.
    Tally,
    /// Nothing was counted before the vote opened or after it closed.
    Window,
    /// The hash chain holds, and time never runs backwards in it.
    Chain,
    /// Nobody was told what his class may not know.
    Class,
    /// In the end everyone is where the log is.
    InStep,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.law, self.text)
    }
}

/// What was found, as it is gathered.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, law: Law, text: impl Into<String>) {
        // One broken thing shows in thousands of places.
        if self.0.iter().filter(|finding| finding.law == law).count() < 5 {
            self.0.push(Finding { law, text: text.into() });
        }
    }
}

/// Everything that must hold of one meeting's log and of what these clients saw of it.
pub(crate) fn check(rows: &[Row], clients: &[Client]) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(log) = Log::read(rows, &mut findings) {
        log.votes(&mut findings);
        answers::check(&log, clients, &mut findings);
        feeds::check(&log, clients, &mut findings);
    }
    findings.0
}
