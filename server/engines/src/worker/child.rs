//! The child's side: limits, the one request line, events out, an exit status that says why.

use std::fmt::Display;
use std::io::{self, BufRead, Read, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{EXIT_IO, EXIT_NOT_INSTALLED, EXIT_USAGE, Limits, Reach, limits};

/// The longest request a child reads: a request names files, it does not carry them.
const MAX_REQUEST: u64 = 1 << 20;

/// Writes events, one line of JSON each, and flushes each: the parent shows page 1 while page 2 is painted.
#[derive(Debug)]
pub struct Emitter {
    out: io::Stdout,
}

impl Emitter {
    /// Sends one event.
    ///
    /// # Errors
    /// When the parent no longer listens.
    pub fn send(&mut self, event: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        let mut out = self.out.lock();
        out.write_all(&line)?;
        out.flush()
    }
}

/// Why a worker's work could not be done at all. A file that cannot be read is not among these: that is an
/// event, with a closed code.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The engine's library, or the model, is not on this machine.
    NotInstalled(String),
    /// The disk, or the pipe to the parent.
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Io(error)
    }
}

/// Sets the limits, reads the request, lets `prepare` say what it needs and load what is not its input, gives up all
/// the rest, does `work`, and says how it ended.
pub fn serve<R, P, T>(
    prepare: impl FnOnce(&R) -> (Reach, P),
    work: impl FnOnce(R, P, &mut Emitter) -> Result<(), T>,
) -> ExitCode
where
    R: DeserializeOwned,
    T: Into<WorkError>,
{
    if let Some(limits) =
        std::env::var(limits::ENV).ok().and_then(|text| serde_json::from_str::<Limits>(&text).ok())
        && let Err(error) = limits.apply()
    {
        return complain(EXIT_IO, format_args!("limits refused: {error}"));
    }
    let mut line = Vec::new();
    if let Err(error) = io::stdin().lock().take(MAX_REQUEST).read_until(b'\n', &mut line) {
        return complain(EXIT_IO, format_args!("request unreadable: {error}"));
    }
    let request: R = match serde_json::from_slice(&line) {
        Ok(request) => request,
        Err(error) => return complain(EXIT_USAGE, format_args!("request not understood: {error}")),
    };
    let (reach, prepared) = prepare(&request);
    // Before there is another thread: what is given up is given up for this one and those it starts.
    if let Err(error) = reach.hold() {
        return complain(EXIT_IO, format_args!("the worker can't be held: {error}"));
    }
    end_with_parent();
    match work(request, prepared, &mut Emitter { out: io::stdout() }).map_err(Into::into) {
        Ok(()) => ExitCode::SUCCESS,
        Err(WorkError(Trouble::NotInstalled(what))) => complain(EXIT_NOT_INSTALLED, what),
        Err(WorkError(Trouble::Io(error))) => complain(EXIT_IO, error),
    }
}

/// How a worker's work failed, opaque to callers: it becomes the exit status.
#[derive(Debug)]
pub struct WorkError(Trouble);

impl From<Trouble> for WorkError {
    fn from(trouble: Trouble) -> Self {
        WorkError(trouble)
    }
}

impl From<io::Error> for WorkError {
    fn from(error: io::Error) -> Self {
        WorkError(Trouble::Io(error))
    }
}

/// A parent that died cannot kill its child, but its end of the pipe closes.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut rest = [0_u8; 64];
        while matches!(io::stdin().lock().read(&mut rest), Ok(read) if read > 0) {}
        std::process::exit(0);
    });
}

pub(crate) fn complain(status: u8, why: impl Display) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(status)
}
