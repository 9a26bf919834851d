//! What one worker may use: time, memory, files, priority. Processes are none of them: a limit on those is the
//! user's, and [`super::guard`] allows none at all. Set by the child, on itself, before it reads a request.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// The environment variable by which the parent hands the limits to the child, as JSON.
pub(super) const ENV: &str = "ICABINET_WORKER_LIMITS";

/// What one worker may use. Times are whole seconds, sizes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall clock, from start to end.
    pub wall_seconds: u64,
    /// Wall clock without any event from the child.
    pub quiet_seconds: u64,
    /// Processor time, all threads together.
    pub cpu_seconds: u64,
    /// Address space; what a bad file may make an engine ask for.
    pub address_space: u64,
    /// Size of a file that it writes.
    pub file_bytes: u64,
    /// Files open at a time.
    pub open_files: u64,
    /// Added to the process's niceness (0 to 19): speech must not slow a vote down.
    pub niceness: i32,
    /// Longest line a child may send.
    pub line_bytes: usize,
}

impl Limits {
    /// For one paper: two minutes of processor, 3 GiB, and no page may take longer than 30 s.
    pub fn pages() -> Self {
        Limits {
            wall_seconds: 600,
            quiet_seconds: 30,
            cpu_seconds: 300,
            address_space: 3 << 30,
            file_bytes: 1 << 30,
            open_files: 256,
            niceness: 5,
            line_bytes: 4 << 20,
        }
    }

    /// For importing one sound file, up to many hours long.
    pub fn audio() -> Self {
        Limits {
            wall_seconds: 1800,
            quiet_seconds: 60,
            cpu_seconds: 900,
            address_space: 1 << 30,
            file_bytes: 4 << 30,
            open_files: 64,
            niceness: 10,
            line_bytes: 64 << 10,
        }
    }

    /// For ffmpeg, which says nothing until it is done.
    pub fn convert() -> Self {
        Limits { quiet_seconds: Self::audio().wall_seconds, ..Self::audio() }
    }

    /// For transcribing one recording: a large model on two slow cores takes hours for a long meeting.
    pub fn speech() -> Self {
        Limits {
            wall_seconds: 24 * 3600,
            quiet_seconds: 900,
            cpu_seconds: 48 * 3600,
            address_space: 12 << 30,
            file_bytes: 0,
            open_files: 64,
            niceness: 15,
            line_bytes: 1 << 20,
        }
    }

    /// For one list of people, which somebody waits for: what is packed small may be very large.
    pub fn lists() -> Self {
        Limits {
            wall_seconds: 20,
            quiet_seconds: 20,
            cpu_seconds: 8,
            address_space: 1 << 30,
            file_bytes: 0,
            open_files: 64,
            niceness: 5,
            line_bytes: 64 << 20,
        }
    }

    /// Applies the limits to the calling process.
    ///
    /// # Errors
    /// What the system says when it refuses one.
    pub(super) fn apply(&self) -> std::io::Result<()> {
        let both = |value: u64| Rlimit { current: Some(value), maximum: Some(value) };
        // A hard limit a little above the soft one: SIGXCPU first, which tells a runaway from a crash.
        setrlimit(
            Resource::Cpu,
            Rlimit { current: Some(self.cpu_seconds), maximum: Some(self.cpu_seconds + 5) },
        )?;
        setrlimit(Resource::As, both(self.address_space))?;
        setrlimit(Resource::Fsize, both(self.file_bytes))?;
        setrlimit(Resource::Nofile, both(self.open_files))?;
        setrlimit(Resource::Core, both(0))?;
        if self.niceness > 0 {
            rustix::process::nice(self.niceness)?;
        }
        Ok(())
    }

    pub(super) fn wall(&self) -> Duration {
        Duration::from_secs(self.wall_seconds)
    }

    pub(super) fn quiet(&self) -> Duration {
        Duration::from_secs(self.quiet_seconds)
    }
}
