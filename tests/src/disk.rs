//! A small disk of a test's own: a tmpfs in a mount namespace, held open by one process and gone
//! with it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A disk that can be filled and freed.
#[derive(Debug)]
pub struct Disk {
    holder: Child,
    at: PathBuf,
}

impl Disk {
    /// Mounts a disk of so many megabytes over an empty folder, for what is started by
    /// [`Disk::command`]. `None` where this machine doesn't allow it, which is said, and is a
    /// failure with `ICABINET_STRANGERS=1`.
    pub fn mount(folder: &Path, megabytes: u32) -> Option<Self> {
        let script = "mount -t tmpfs -o size=$1m tmpfs \"$2\" && echo mounted && exec cat";
        let mut command = Command::new("unshare");
        command.args(namespaces());
        if !is_root() {
            command.arg("--map-root-user");
        }
        command.args(["--", "sh", "-c", script, "sh"]);
        command.arg(megabytes.to_string()).arg(folder);
        // The holder ends when its standard input does: with this process, however that ends.
        let holder = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mounted = holder.ok().and_then(|mut holder| {
            let mut line = String::new();
            BufReader::new(holder.stdout.take()?).read_line(&mut line).ok()?;
            (line == "mounted\n").then_some(holder)
        });
        if mounted.is_none() {
            assert!(
                std::env::var_os("ICABINET_STRANGERS").is_none_or(|value| value != "1"),
                "ICABINET_STRANGERS=1, but a tmpfs can't be mounted in a namespace of its own"
            );
            eprintln!("LEFT OUT: a full disk. A tmpfs can't be mounted here (unshare --mount)");
        }
        Some(Self { holder: mounted?, at: folder.to_owned() })
    }

    /// A command that finds the disk mounted.
    pub fn command(&self, program: &OsStr) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.holder.id())).args(namespaces());
        if !is_root() {
            command.arg("--preserve-credentials");
        }
        command.arg("--").arg(program);
        command
    }

    /// The disk as it is reached from outside its namespace.
    fn outside(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.at.strip_prefix("/").unwrap())
    }

    /// Takes all space that is left.
    pub fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        loop {
            match ballast.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Gives back what [`Disk::fill`] took.
    pub fn free(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.outside().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Best effort: without its standard input it ends by itself.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Who isn't root mounts as the root of a user namespace.
fn namespaces() -> &'static [&'static str] {
    if is_root() { &["--mount"] } else { &["--user", "--mount"] }
}

/// Whether the tests run as root.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| {
        use std::os::unix::fs::MetadataExt as _;
        meta.uid() == 0
    })
}
