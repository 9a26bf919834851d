//! What a test has armed, and the points at which it strikes.

use crate::{files, real};
use libc::c_int;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Where something may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    Write,
    CommitBefore,
    CommitAfter,
    Answered,
}

impl Point {
    fn named(name: &str) -> Option<Self> {
        match name {
            "write" => Some(Self::Write),
            "commit-before" => Some(Self::CommitBefore),
            "commit-after" => Some(Self::CommitAfter),
            "answered" => Some(Self::Answered),
            _ => None,
        }
    }
}

/// What strikes, where, after how many times.
#[derive(Debug, Default)]
struct Armed {
    /// The order as it was read.
    order: String,
    point: Option<Point>,
    left: u64,
    how: String,
}

/// Bytes from which on something is a file rather than a frame.
const LONG: usize = 4096;

static ARMED: Mutex<Option<Armed>> = Mutex::new(None);
static JUMP: AtomicI64 = AtomicI64::new(0);
static LIES: AtomicBool = AtomicBool::new(false);
static COMMITS: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];

fn setting(name: &'static str, kept: &'static OnceLock<Option<String>>) -> Option<&'static str> {
    kept.get_or_init(|| std::env::var(name).ok()).as_deref()
}

/// The order that stands in the control file, if there is one.
fn order() -> Option<String> {
    static FILE: OnceLock<Option<String>> = OnceLock::new();
    let name = setting("ICABINET_SHIM", &FILE)?;
    let fd = real::open(format!("{name}\0").as_bytes(), libc::O_RDONLY | libc::O_CLOEXEC);
    if fd < 0 {
        return None;
    }
    let mut text = [0u8; 128];
    let read = real::pread(fd, &mut text, 0);
    real::close(fd);
    let text = text.get(..usize::try_from(read).ok()?)?;
    Some(String::from_utf8_lossy(text).trim().to_owned())
}

fn read(text: &str) -> Armed {
    let mut words = text.split_whitespace();
    let (point, count, how) = (words.next(), words.next(), words.next());
    if point == Some("clock") {
        JUMP.store(count.and_then(|count| count.parse().ok()).unwrap_or(0), Ordering::Relaxed);
    }
    LIES.store(words.next() == Some("nosync"), Ordering::Relaxed);
    Armed {
        order: text.to_owned(),
        point: point.and_then(Point::named),
        left: count.and_then(|count| count.parse().ok()).unwrap_or(0),
        how: how.unwrap_or_default().to_owned(),
    }
}

/// A point is passed. Whether what was to happen there fails.
pub(crate) fn pass(point: Point) -> bool {
    let Some(order) = order() else { return false };
    let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
    if armed.as_ref().is_none_or(|armed| armed.order != order) {
        *armed = Some(read(&order));
    }
    let Some(armed) = armed.as_mut() else { return false };
    if armed.point != Some(point) || armed.left == 0 {
        return false;
    }
    armed.left -= 1;
    if armed.left > 0 {
        return false;
    }
    match armed.how.as_str() {
        "power" => files::lose(false),
        "torn" => files::lose(true),
        "stop" => {
            real::raise(libc::SIGSTOP);
            return false;
        }
        "eio" => return true,
        _ => {}
    }
    real::raise(libc::SIGKILL);
    false
}

/// Notes that a socket waits for the answer to a `COMMIT`, or takes the note back; whether there was
/// one.
pub(crate) fn commits(fd: c_int, begins: bool) -> bool {
    let Some(note) = usize::try_from(fd).ok().and_then(|fd| COMMITS.get(fd)) else { return false };
    // Most sockets never have one: only a look.
    (begins || note.load(Ordering::Relaxed)) && note.swap(begins, Ordering::AcqRel)
}

/// What is sent in the place of these bytes, if it is something else.
pub(crate) fn swapped(bytes: &[u8]) -> Option<Vec<u8>> {
    static SWAP: OnceLock<Option<String>> = OnceLock::new();
    let (from, to) = setting("ICABINET_SHIM_SWAP", &SWAP)?.split_once('|')?;
    assert_eq!(from.len(), to.len(), "what is sent keeps its length");
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes())?;
    let mut other = bytes.to_vec();
    other[at..at + to.len()].copy_from_slice(to.as_bytes());
    Some(other)
}

/// In pieces of how many bytes these are sent, if not at once.
pub(crate) fn size_of_drops(bytes: &[u8]) -> Option<usize> {
    static DRIP: OnceLock<Option<String>> = OnceLock::new();
    setting("ICABINET_SHIM_DRIP", &DRIP)?;
    Some(match bytes.len() {
        // Files would take minutes byte by byte.
        length if length > LONG => LONG / 4,
        // The simulated delegates' library takes a handshake of more than 64 pieces for an attack.
        _ if bytes.starts_with(b"HTTP/") => 16,
        _ => 1,
    })
}

/// Whether syncs are only said to be done.
pub(crate) fn syncs_nothing() -> bool {
    LIES.load(Ordering::Relaxed)
}

/// How far the clock of the day is off, in seconds.
pub(crate) fn clock_jump() -> i64 {
    JUMP.load(Ordering::Relaxed)
}
