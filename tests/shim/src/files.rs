//! Files of the database and of sound: what was written to them and not synced, so that a power cut
//! can take it back.

use crate::control::{self, Point};
use crate::real;
use libc::{c_int, off_t, ssize_t};
use std::sync::{Mutex, PoisonError};

/// What a descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Socket,
    /// A file that must survive: the database, its log, recordings.
    Kept,
    Other,
}

/// One write, and what stood there before.
#[derive(Debug)]
struct Write {
    file: (u64, u64),
    name: Vec<u8>,
    at: off_t,
    before: Vec<u8>,
    length_before: off_t,
    length: usize,
}

static UNSYNCED: Mutex<Vec<Write>> = Mutex::new(Vec::new());

fn is_kept(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    name.ends_with(".sqlite") || name.ends_with(".sqlite-wal") || name.contains("/recordings/")
}

/// What a descriptor is.
pub(crate) fn kind(fd: c_int) -> Kind {
    let Some(stat) = real::stat(fd) else { return Kind::Other };
    match stat.st_mode & libc::S_IFMT {
        libc::S_IFSOCK => Kind::Socket,
        libc::S_IFREG if real::name(fd).is_some_and(|name| is_kept(&name)) => Kind::Kept,
        _ => Kind::Other,
    }
}

/// Writes to a kept file, at a place or where it stands, and remembers what was there.
pub(crate) fn write(fd: c_int, bytes: &[u8], at: Option<off_t>) -> ssize_t {
    let is_log = real::name(fd).is_some_and(|name| name.ends_with(b".sqlite-wal"));
    if is_log && control::pass(Point::Write) {
        real::fail(libc::EIO);
        return -1;
    }
    let mut unsynced = UNSYNCED.lock().unwrap_or_else(PoisonError::into_inner);
    if let (Some(stat), Some(mut name)) = (real::stat(fd), real::name(fd)) {
        let place = at.unwrap_or_else(|| real::position(fd));
        let mut before = vec![0; bytes.len()];
        // Opened for writing only, nothing can be read: then what is synced last is all that stays.
        let read = usize::try_from(real::pread(fd, &mut before, place)).unwrap_or(0);
        before.truncate(read);
        name.push(0);
        unsynced.push(Write {
            file: (stat.st_dev, stat.st_ino),
            name,
            at: place,
            before,
            length_before: stat.st_size,
            length: bytes.len(),
        });
    }
    match at {
        None => real::write(fd, bytes),
        Some(at) => real::pwrite(fd, bytes, at),
    }
}

/// Syncs a file: what was written to it before stays.
pub(crate) fn sync(fd: c_int) -> c_int {
    let name = real::name(fd).unwrap_or_default();
    let is_log = name.ends_with(b".sqlite-wal");
    if is_log && control::pass(Point::CommitBefore) {
        real::fail(libc::EIO);
        return -1;
    }
    if !control::syncs_nothing() {
        let written = UNSYNCED.lock().unwrap_or_else(PoisonError::into_inner).len();
        let done = real::sync(fd);
        if done != 0 {
            return done;
        }
        if let Some(stat) = real::stat(fd) {
            let file = (stat.st_dev, stat.st_ino);
            let mut unsynced = UNSYNCED.lock().unwrap_or_else(PoisonError::into_inner);
            let mut index = 0;
            // What came while it was synced may not be in it.
            unsynced.retain(|write| {
                index += 1;
                index > written || write.file != file
            });
        }
    }
    if is_log {
        control::pass(Point::CommitAfter);
    }
    0
}

/// Takes back what was not synced, the last first; torn, only some sectors of it. Nobody writes any
/// more: the lock is never given back.
pub(crate) fn lose(torn: bool) {
    let mut unsynced = UNSYNCED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut chance = 0x9E37_79B9_7F4A_7C15u64;
    while let Some(write) = unsynced.pop() {
        let fd = real::open(&write.name, libc::O_RDWR | libc::O_CLOEXEC);
        if fd < 0 {
            continue;
        }
        if torn {
            // Sectors that were there before are the old ones, new ones are zero.
            for start in (0..write.length).step_by(512) {
                chance ^= chance << 13;
                chance ^= chance >> 7;
                chance ^= chance << 17;
                if chance & 1 == 0 {
                    let end = (start + 512).min(write.length);
                    let old: Vec<u8> = (start..end)
                        .map(|n| write.before.get(n).copied().unwrap_or_default())
                        .collect();
                    real::pwrite(fd, &old, write.at + off_t::try_from(start).unwrap_or(0));
                }
            }
        } else {
            real::pwrite(fd, &write.before, write.at);
            real::truncate(fd, write.length_before);
        }
        real::close(fd);
    }
    std::mem::forget(unsynced);
}
