//! What a run of a conference is to be, and how its figures are said. Never here: the conference.

use crate::clock::now;
use crate::faults::Fault;
use crate::process::cpu_ms;
use serde_json::{Value, json};

/// Why a run can't go on, in words.
pub(crate) type Trouble = String;

/// How a run is made.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) delegates: usize,
    pub(crate) nodes: usize,
    pub(crate) postgres: bool,
    pub(crate) processes: usize,
    /// Nothing waits for a moment, and nothing is measured: for tests.
    pub(crate) at_once: bool,
    /// Histories are kept, and proven at the end against the log.
    pub(crate) check: bool,
    /// Tablets that read nothing, beside whom three more votes are held.
    pub(crate) stalled: usize,
    pub(crate) fault: Option<Fault>,
}

impl Plan {
    /// Over how long something is spread: not at all where nothing is measured.
    pub(crate) fn spread(&self, ms: u64) -> u64 {
        if self.at_once { 0 } else { ms }
    }

    /// When an order begins: a little later, so that all processes have it by then.
    pub(crate) fn begin(&self) -> u64 {
        now() + self.spread(100) * 1_000_000
    }
}

/// Prints a figure with what it was measured on.
pub(crate) fn say(plan: &Plan, what: &str, mut said: Value) {
    said["bench"] = json!("live");
    said["what"] = json!(what);
    said["delegates"] = json!(plan.delegates);
    said["nodes"] = json!(plan.nodes);
    said["database"] = json!(if plan.postgres { "postgres" } else { "sqlite" });
    println!("{said}");
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
pub(crate) fn per_second(count: u64, took_ms: f64) -> f64 {
    (count as f64 * 1e3 / took_ms).round()
}

pub(crate) fn cpu(pids: &[u32]) -> u64 {
    pids.iter().map(|pid| cpu_ms(*pid)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
pub(crate) fn ms_each(ms: u64, count: u64) -> f64 {
    (ms as f64 * 100.0 / count.max(1) as f64).round() / 100.0
}
