//! The parent's side: start, ask, listen with bounds, and name how it ended.

use std::ffi::OsString;
use std::marker::PhantomData;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::{EXIT_IO, EXIT_NOT_INSTALLED, EXIT_USAGE, Limits, limits};

/// How much of a child's last words is kept for the log.
const LAST_WORDS: usize = 2048;
/// SIGXCPU on Linux: the soft limit on processor time was reached.
const SIGXCPU: i32 = 24;
/// What allocators and engines write before they abort for want of memory.
const MEMORY_WORDS: [&str; 4] =
    ["memory allocation of", "bad_alloc", "ut of memory", "failed to allocate"];

/// How a worker failed. A closed list; `last_words` (the end of its stderr, at most 2 KB) is for the log.
#[derive(Debug, thiserror::Error)]
pub enum EngineFailure {
    /// The child died: by a signal, or with a status that means nothing else here.
    #[error("the worker crashed (signal {signal:?}, status {status:?}): {last_words}")]
    Crashed { signal: Option<i32>, status: Option<i32>, last_words: String },
    /// The wall clock, the silence or the processor time ran out; the child was ended.
    #[error("the worker ran out of time: {last_words}")]
    TimedOut { last_words: String },
    /// The child died for want of memory, as far as its last words tell.
    #[error("the worker ran out of memory: {last_words}")]
    OutOfMemory { last_words: String },
    /// The child said something that is no event, or too long a line; it was ended.
    #[error("the worker's reply is not understood: {detail}")]
    BadReply { detail: String },
    /// The engine's library, or the model it was to use, is not there.
    #[error("not installed: {last_words}")]
    NotInstalled { last_words: String },
    /// The binary could not be started, or the disk or a pipe failed.
    #[error("input or output failed: {detail}")]
    Io { detail: String },
}

impl EngineFailure {
    /// The closed code of the failure, for the screen and for counting.
    pub fn code(&self) -> &'static str {
        match self {
            EngineFailure::Crashed { .. } => "crashed",
            EngineFailure::TimedOut { .. } => "timed_out",
            EngineFailure::OutOfMemory { .. } => "out_of_memory",
            EngineFailure::BadReply { .. } => "bad_reply",
            EngineFailure::NotInstalled { .. } => "not_installed",
            EngineFailure::Io { .. } => "io",
        }
    }
}

impl From<std::io::Error> for EngineFailure {
    fn from(error: std::io::Error) -> Self {
        EngineFailure::Io { detail: error.to_string() }
    }
}

/// A kind of worker: which program, which arguments, which limits. Cheap to clone; starts nothing by itself.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The server's own binary.
    pub exe: PathBuf,
    /// `worker`, and the kind.
    pub args: Vec<OsString>,
    /// What the child may use.
    pub limits: Limits,
    /// All that stands in the child's environment beside the limits.
    pub env: Vec<(OsString, OsString)>,
}

impl Worker {
    /// The worker that imports sound files: `exe worker audio`.
    pub fn audio(exe: impl Into<PathBuf>) -> Self {
        Self::of_kind(exe, "audio", Limits::audio())
    }

    /// The worker that becomes ffmpeg: `exe worker convert`.
    pub(crate) fn convert(exe: impl Into<PathBuf>) -> Self {
        Self::of_kind(exe, "convert", Limits::convert())
    }

    /// The worker for speech: `exe worker speech`.
    pub fn speech(exe: impl Into<PathBuf>) -> Self {
        Self::of_kind(exe, "speech", Limits::speech())
    }

    /// The worker for lists: `exe worker lists`.
    pub fn lists(exe: impl Into<PathBuf>) -> Self {
        Self::of_kind(exe, "lists", Limits::lists())
    }

    pub(crate) fn of_kind(exe: impl Into<PathBuf>, kind: &str, limits: Limits) -> Self {
        Worker {
            exe: exe.into(),
            args: vec!["worker".into(), kind.into()],
            limits,
            env: Vec::new(),
        }
    }

    /// Starts a child and hands it the request. Dropping the [`Running`] kills it.
    ///
    /// # Errors
    /// [`EngineFailure::Io`] when the program cannot be started.
    pub async fn start<E: DeserializeOwned>(
        &self,
        request: &impl Serialize,
    ) -> Result<Running<E>, EngineFailure> {
        let mut line = serde_json::to_vec(request).map_err(std::io::Error::from)?;
        line.push(b'\n');
        let limits = serde_json::to_string(&self.limits).map_err(std::io::Error::from)?;
        let mut child = Command::new(&self.exe)
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .env(limits::ENV, limits)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .process_group(0)
            .spawn()?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(EngineFailure::Io { detail: "the child has no pipes".into() });
        };
        let last_words = tokio::spawn(keep_tail(stderr));
        // A child that died before reading its request says why by its status: not an error of ours.
        stdin.write_all(&line).await.or_else(ignore_broken_pipe)?;
        stdin.flush().await.or_else(ignore_broken_pipe)?;
        Ok(Running {
            child,
            stdin,
            stdout: BufReader::new(stdout),
            last_words: Some(last_words),
            limits: self.limits,
            ends: Instant::now() + self.limits.wall(),
            event: PhantomData,
        })
    }

    /// Runs one request to its end, giving each event to `on_event` in order.
    ///
    /// # Errors
    /// How the worker failed; the events before that were given.
    pub async fn run<E: DeserializeOwned>(
        &self,
        request: &impl Serialize,
        mut on_event: impl FnMut(E),
    ) -> Result<(), EngineFailure> {
        let mut running = self.start(request).await?;
        while let Some(event) = running.next().await? {
            on_event(event);
        }
        Ok(())
    }

    /// Runs one request to its end and gives back what the child wrote to its stderr, at most the last 2 KB.
    pub(crate) async fn last_words_of(
        &self,
        request: &impl Serialize,
    ) -> Result<String, EngineFailure> {
        let mut running = self.start::<serde::de::IgnoredAny>(request).await?;
        while running.next().await?.is_some() {}
        Ok(running.words().await)
    }
}

/// A child at work. Dropping it kills the child.
#[derive(Debug)]
pub struct Running<E> {
    child: Child,
    /// Held open: its closing tells the child that the parent is gone.
    #[expect(dead_code, reason = "kept for its lifetime, never read")]
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last_words: Option<JoinHandle<Vec<u8>>>,
    limits: Limits,
    ends: Instant,
    event: PhantomData<fn() -> E>,
}

impl<E: DeserializeOwned> Running<E> {
    /// The next event, or `None` after a child that ended well.
    ///
    /// # Errors
    /// How the worker failed. The child is dead then; calling again gives an error again.
    pub async fn next(&mut self) -> Result<Option<E>, EngineFailure> {
        let until = self.ends.min(Instant::now() + self.limits.quiet());
        let line =
            match timeout_at(until, read_line(&mut self.stdout, self.limits.line_bytes)).await {
                Ok(Ok(line)) => line,
                Ok(Err(failure)) => {
                    self.child.start_kill().ok();
                    return Err(failure);
                }
                Err(_) => return Err(self.end_late().await),
            };
        let Some(line) = line else {
            return self.farewell().await.map(|()| None);
        };
        match serde_json::from_slice(&line) {
            Ok(event) => Ok(Some(event)),
            Err(error) => {
                self.child.start_kill().ok();
                let shown = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
                Err(EngineFailure::BadReply { detail: format!("{error}: {shown}") })
            }
        }
    }

    /// The child's process id while it runs, for tests and the log.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    async fn end_late(&mut self) -> EngineFailure {
        self.child.start_kill().ok();
        self.child.wait().await.ok();
        EngineFailure::TimedOut { last_words: self.words().await }
    }

    /// The child closed its stdout: it must end soon, and how it ends is the answer.
    async fn farewell(&mut self) -> Result<(), EngineFailure> {
        let until = self.ends.min(Instant::now() + self.limits.quiet());
        let Ok(status) = timeout_at(until, self.child.wait()).await else {
            return Err(self.end_late().await);
        };
        let status = status?;
        if status.success() {
            return Ok(());
        }
        let last_words = self.words().await;
        Err(verdict(status, last_words))
    }

    async fn words(&mut self) -> String {
        let Some(words) = self.last_words.take() else {
            return String::new();
        };
        // Bounded: something the child started might hold its stderr open.
        let tail = timeout(Duration::from_secs(2), words).await;
        String::from_utf8_lossy(&tail.ok().and_then(Result::ok).unwrap_or_default())
            .trim()
            .to_owned()
    }
}

/// What a failed child's status means.
fn verdict(status: ExitStatus, last_words: String) -> EngineFailure {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    match code {
        Some(EXIT_NOT_INSTALLED) => return EngineFailure::NotInstalled { last_words },
        Some(EXIT_IO) => return EngineFailure::Io { detail: last_words },
        Some(EXIT_USAGE) => return EngineFailure::BadReply { detail: last_words },
        _ => {}
    }
    if status.signal() == Some(SIGXCPU) {
        return EngineFailure::TimedOut { last_words };
    }
    if MEMORY_WORDS.iter().any(|words| last_words.contains(words)) {
        return EngineFailure::OutOfMemory { last_words };
    }
    EngineFailure::Crashed { signal: status.signal(), status: status.code(), last_words }
}

/// One line without its end, `None` at the end of the stream.
async fn read_line(
    from: &mut BufReader<ChildStdout>,
    longest: usize,
) -> Result<Option<Vec<u8>>, EngineFailure> {
    let mut line = Vec::new();
    let mut bounded = from.take(longest as u64 + 1);
    let read = bounded.read_until(b'\n', &mut line).await?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if read > longest => {
            Err(EngineFailure::BadReply { detail: format!("a line longer than {longest}") })
        }
        // A line without an end: the child died in the middle of it, and its status says more.
        Some(_) => Ok(None),
    }
}

/// Reads a child's stderr to its end and keeps the last of it.
async fn keep_tail(mut from: impl tokio::io::AsyncRead + Unpin) -> Vec<u8> {
    let mut tail = Vec::new();
    let mut piece = [0_u8; 1024];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        tail.extend_from_slice(&piece[..read]);
        tail.drain(..tail.len().saturating_sub(LAST_WORDS));
    }
    tail
}

fn ignore_broken_pipe(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}
