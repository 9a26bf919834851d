//! What the server keeps is for its own user alone, whatever the shell that started it allows: accounts,
//! ballots, papers, the authority's keys. Never here: who may see what of a meeting.

use rustix::fs::Mode;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Whatever this process and its workers make from now on is theirs alone.
pub(crate) fn from_now_on() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Takes back from others what an earlier start left open to them, in the data folder and in the one
/// that servers share.
pub(crate) fn taken_back(data: &Path, files: &Path) {
    close(data, 0o700);
    for name in ["icabinet.sqlite", "icabinet.sqlite-wal", "icabinet.sqlite-shm", "lock"] {
        close(&data.join(name), 0o600);
    }
    for name in ["blobs", "recordings", "trust"] {
        close(&files.join(name), 0o700);
    }
}

fn close(path: &Path, mode: u32) {
    let Ok(found) = std::fs::metadata(path) else { return };
    if found.permissions().mode() & 0o077 == 0 {
        return;
    }
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(mode)) {
        let path = path.display();
        tracing::warn!(%path, %error, "other users of this machine can read this");
    }
}

/// Says so where the server could do anything to the machine.
pub(crate) fn warn_of_root() {
    if rustix::process::geteuid().is_root() {
        tracing::warn!(
            "running as root: whoever finds a fault in this server has the whole machine; give it a user \
             of its own (docs/operating/icabinet.service)"
        );
    }
}
