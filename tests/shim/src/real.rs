//! The system calls themselves, past everything that stands in for them.

use libc::{c_int, c_long, c_void, iovec, off_t, ssize_t, syscall, timespec};

fn signed(done: c_long) -> ssize_t {
    // A system call's answer is a word.
    done as ssize_t
}

fn short(done: c_long) -> c_int {
    c_int::try_from(done).unwrap_or(-1)
}

pub(crate) fn write(fd: c_int, bytes: &[u8]) -> ssize_t {
    signed(unsafe { syscall(libc::SYS_write, fd, bytes.as_ptr(), bytes.len()) })
}

pub(crate) fn pwrite(fd: c_int, bytes: &[u8], at: off_t) -> ssize_t {
    signed(unsafe { syscall(libc::SYS_pwrite64, fd, bytes.as_ptr(), bytes.len(), at) })
}

pub(crate) fn pread(fd: c_int, bytes: &mut [u8], at: off_t) -> ssize_t {
    signed(unsafe { syscall(libc::SYS_pread64, fd, bytes.as_mut_ptr(), bytes.len(), at) })
}

pub(crate) fn send(fd: c_int, bytes: &[u8], flags: c_int) -> ssize_t {
    let (none, zero) = (std::ptr::null::<c_void>(), 0);
    signed(unsafe { syscall(libc::SYS_sendto, fd, bytes.as_ptr(), bytes.len(), flags, none, zero) })
}

pub(crate) fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    signed(unsafe { syscall(libc::SYS_writev, fd, parts, count) })
}

pub(crate) fn read(fd: c_int, bytes: *mut c_void, count: usize) -> ssize_t {
    signed(unsafe { syscall(libc::SYS_read, fd, bytes, count) })
}

pub(crate) fn recv(fd: c_int, bytes: *mut c_void, count: usize, flags: c_int) -> ssize_t {
    let none = std::ptr::null::<c_void>();
    signed(unsafe { syscall(libc::SYS_recvfrom, fd, bytes, count, flags, none, none) })
}

pub(crate) fn sync(fd: c_int) -> c_int {
    short(unsafe { syscall(libc::SYS_fdatasync, fd) })
}

pub(crate) fn truncate(fd: c_int, length: off_t) -> c_int {
    short(unsafe { syscall(libc::SYS_ftruncate, fd, length) })
}

pub(crate) fn position(fd: c_int) -> off_t {
    unsafe { syscall(libc::SYS_lseek, fd, 0, libc::SEEK_CUR) }
}

pub(crate) fn clock_gettime(clock: c_int, time: *mut timespec) -> c_int {
    short(unsafe { syscall(libc::SYS_clock_gettime, clock, time) })
}

/// Ends or stops this process at once.
pub(crate) fn raise(signal: c_int) {
    unsafe {
        let own = syscall(libc::SYS_getpid);
        syscall(libc::SYS_kill, own, signal);
    }
}

/// Opens a file whose name ends with a zero byte; negative if it can't be.
pub(crate) fn open(name: &[u8], flags: c_int) -> c_int {
    short(unsafe { syscall(libc::SYS_openat, libc::AT_FDCWD, name.as_ptr(), flags, 0) })
}

pub(crate) fn close(fd: c_int) {
    unsafe { syscall(libc::SYS_close, fd) };
}

/// What a descriptor is: its mode, its file and the file's length.
pub(crate) fn stat(fd: c_int) -> Option<libc::stat> {
    let mut stat = std::mem::MaybeUninit::<libc::stat>::zeroed();
    let empty = c"".as_ptr();
    let done =
        unsafe { syscall(libc::SYS_newfstatat, fd, empty, stat.as_mut_ptr(), libc::AT_EMPTY_PATH) };
    (done == 0).then(|| unsafe { stat.assume_init() })
}

/// The name a descriptor was opened by.
pub(crate) fn name(fd: c_int) -> Option<Vec<u8>> {
    let link = format!("/proc/self/fd/{fd}\0");
    let mut name = vec![0u8; 512];
    let done = unsafe {
        syscall(libc::SYS_readlinkat, libc::AT_FDCWD, link.as_ptr(), name.as_mut_ptr(), name.len())
    };
    name.truncate(usize::try_from(done).ok()?);
    Some(name)
}

pub(crate) fn fail(errno: c_int) {
    unsafe { *libc::__errno_location() = errno };
}
