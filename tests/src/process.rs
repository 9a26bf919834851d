//! Processes that a hall waits for, and the ports that they get. Never here: what they are.

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Seconds that a command which ends by itself may take.
const LONGEST_RUN: &str = "120";
/// How long a child that is to end or to stop may go on.
const LONGEST_CHANGE: Duration = Duration::from_secs(60);

/// A port that was free a moment ago.
///
/// # Panics
/// Without one.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The same command, which is ended when it takes too long: one that should end at once and serves
/// instead would hold its test up for ever.
pub(crate) fn timed(command: &Command) -> Command {
    let mut timed = Command::new("timeout");
    timed.arg(LONGEST_RUN).arg(command.get_program()).args(command.get_args());
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed
}

/// Waits until a child has ended or stands still, whichever is asked for, for a minute at most; what it
/// ended with is left to be read. A thread waits, because the kernel's own wait has no bound.
pub(crate) fn wait_for(child: u32, change: WaitIdOptions) -> Option<()> {
    let child = Pid::from_raw(i32::try_from(child).ok()?)?;
    let (told, heard) = channel();
    std::thread::spawn(move || {
        // Who waited in vain is gone.
        let _ = told.send(waitid(WaitId::Pid(child), change | WaitIdOptions::NOWAIT).is_ok());
    });
    heard.recv_timeout(LONGEST_CHANGE).ok().filter(|changed| *changed).map(|_| ())
}
