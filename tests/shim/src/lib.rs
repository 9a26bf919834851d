//! Stands between a server under test and the C library (`LD_PRELOAD`), and makes what a `kill -9`
//! alone can't: a crash at a named point of a commit, a power cut that takes what was not synced, a
//! disk that fails, a clock that jumps, a statement that is sent otherwise than it was written.
//! Never here: anything that the product needs, or knows of.
//!
//! `ICABINET_SHIM` names a file that is read at every point, so that a test arms it while the
//! server runs: `POINT COUNT HOW`, for example `commit-before 2 power`.
//!
//! | point | when |
//! |---|---|
//! | `write` | a write-ahead log is about to be written |
//! | `commit-before` | a write-ahead log is about to be synced, or `COMMIT` to be sent |
//! | `commit-after` | it was synced, or the database's answer to `COMMIT` has come |
//! | `answered` | an answer to a command has been handed to the kernel |
//!
//! | how | what |
//! |---|---|
//! | `kill` | SIGKILL |
//! | `power` | what was not synced is gone, then SIGKILL |
//! | `torn` | of what was not synced, sectors are lost by chance, then SIGKILL |
//! | `stop` | SIGSTOP |
//! | `eio` | the sync fails, with nothing synced; the write, with nothing written |
//!
//! With `nosync` behind it nothing is synced from then on, and it is said that it was. `clock SECONDS
//! now` moves the clock of the day. `ICABINET_SHIM_SWAP=FROM|TO` (both of one length) changes what is
//! sent to sockets; with `ICABINET_SHIM_DRIP` set, what is short goes to them byte by byte.
#![expect(unsafe_code, reason = "functions of the C library are stood in for")]

mod control;
mod files;
mod real;

use control::Point;
use libc::{c_int, c_void, iovec, off_t, sockaddr, socklen_t, ssize_t, timespec};

/// What is written, as bytes.
///
/// # Safety
/// `bytes` and `count` are what the caller of `write` gave.
unsafe fn view<'a>(bytes: *const c_void, count: usize) -> &'a [u8] {
    if bytes.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(bytes.cast(), count) } }
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.len() >= part.len() && bytes.windows(part.len()).any(|window| window == part)
}

/// Sends to a socket: what was to be changed in it is, and its points are passed.
fn outgoing(fd: c_int, bytes: &[u8], send: impl Fn(&[u8]) -> ssize_t) -> ssize_t {
    let commits = has(bytes, b"COMMIT\0");
    if commits {
        control::pass(Point::CommitBefore);
        control::commits(fd, true);
    }
    let answers = has(bytes, b"{\"answer\"");
    let swapped = control::swapped(bytes);
    let sent = in_drops(swapped.as_deref().unwrap_or(bytes), send);
    if answers && sent > 0 {
        control::pass(Point::Answered);
    }
    sent
}

/// Sends all of it, or what the kernel takes: a short write without a full buffer behind it would
/// make the sender wait for ever.
fn in_drops(bytes: &[u8], send: impl Fn(&[u8]) -> ssize_t) -> ssize_t {
    let Some(size) = control::size_of_drops(bytes) else { return send(bytes) };
    let mut sent = 0;
    for one in bytes.chunks(size) {
        let taken = send(one);
        if taken <= 0 {
            return if sent > 0 { sent } else { taken };
        }
        sent += taken;
    }
    sent
}

/// # Safety
/// As `write(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, bytes: *const c_void, count: usize) -> ssize_t {
    let bytes = unsafe { view(bytes, count) };
    match files::kind(fd) {
        files::Kind::Socket => outgoing(fd, bytes, |bytes| real::write(fd, bytes)),
        files::Kind::Kept => files::write(fd, bytes, None),
        files::Kind::Other => real::write(fd, bytes),
    }
}

/// # Safety
/// As `pwrite(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(
    fd: c_int,
    bytes: *const c_void,
    count: usize,
    at: off_t,
) -> ssize_t {
    let bytes = unsafe { view(bytes, count) };
    match files::kind(fd) {
        files::Kind::Kept => files::write(fd, bytes, Some(at)),
        files::Kind::Socket | files::Kind::Other => real::pwrite(fd, bytes, at),
    }
}

/// # Safety
/// As `pwrite64(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    fd: c_int,
    bytes: *const c_void,
    count: usize,
    at: off_t,
) -> ssize_t {
    unsafe { pwrite(fd, bytes, count, at) }
}

/// # Safety
/// As `fsync(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    files::sync(fd)
}

/// # Safety
/// As `fdatasync(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    files::sync(fd)
}

/// # Safety
/// As `send(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn send(
    fd: c_int,
    bytes: *const c_void,
    count: usize,
    flags: c_int,
) -> ssize_t {
    outgoing(fd, unsafe { view(bytes, count) }, |bytes| real::send(fd, bytes, flags))
}

/// # Safety
/// As `sendto(2)`; an address is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sendto(
    fd: c_int,
    bytes: *const c_void,
    count: usize,
    flags: c_int,
    _to: *const sockaddr,
    _length: socklen_t,
) -> ssize_t {
    unsafe { send(fd, bytes, count, flags) }
}

/// # Safety
/// As `writev(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    if !matches!(files::kind(fd), files::Kind::Socket) || parts.is_null() {
        return real::writev(fd, parts, count);
    }
    let parts = unsafe { std::slice::from_raw_parts(parts, usize::try_from(count).unwrap_or(0)) };
    let whole: Vec<u8> = parts
        .iter()
        .flat_map(|part| unsafe { view(part.iov_base, part.iov_len) })
        .copied()
        .collect();
    outgoing(fd, &whole, |bytes| real::write(fd, bytes))
}

/// # Safety
/// As `read(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read(fd: c_int, bytes: *mut c_void, count: usize) -> ssize_t {
    incoming(fd, real::read(fd, bytes, count))
}

/// # Safety
/// As `recv(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recv(
    fd: c_int,
    bytes: *mut c_void,
    count: usize,
    flags: c_int,
) -> ssize_t {
    incoming(fd, real::recv(fd, bytes, count, flags))
}

/// The answer to a `COMMIT` on this socket, if one was sent.
fn incoming(fd: c_int, read: ssize_t) -> ssize_t {
    if read > 0 && control::commits(fd, false) {
        control::pass(Point::CommitAfter);
    }
    read
}

/// # Safety
/// As `clock_gettime(2)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut timespec) -> c_int {
    let done = real::clock_gettime(clock, time);
    if done == 0 && clock == libc::CLOCK_REALTIME && !time.is_null() {
        unsafe { (*time).tv_sec += control::clock_jump() };
    }
    done
}
