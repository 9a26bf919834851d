//! Processes that a hall waits for. Never here: what they are.

use std::process::Command;
use std::time::Duration;

/// Seconds that a command which ends by itself may take.
const LONGEST_RUN: &str = "120";

/// The same command, which is ended when it takes too long: one that should end at once and serves
/// instead would hold its test up for ever.
pub(crate) fn timed(command: &Command) -> Command {
    let mut timed = Command::new("timeout");
    timed.arg(LONGEST_RUN).arg(command.get_program()).args(command.get_args());
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed
}

/// Looks until something is so, for a minute at most.
pub(crate) fn wait_for(mut is_so: impl FnMut() -> bool) -> Option<()> {
    for _ in 0..3_000 {
        if is_so() {
            return Some(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}
