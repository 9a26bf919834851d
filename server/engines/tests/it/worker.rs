//! A worker that misbehaves is one named failure, and nothing else.

use std::time::{Duration, Instant};

use icabinet_engines::worker::{self, EngineFailure, Guards, Limits, Running, Worker};

use crate::exe;

/// A worker that says "hello" and then fails in its own way.
fn worker(kind: &str) -> Worker {
    let limits = Limits {
        wall_seconds: 60,
        quiet_seconds: 60,
        cpu_seconds: 30,
        address_space: 1 << 30,
        file_bytes: 1 << 20,
        open_files: 64,
        niceness: 0,
        line_bytes: 1 << 16,
    };
    Worker { exe: exe(), args: vec!["test".into(), kind.into()], limits, env: vec![] }
}

async fn outcome(worker: &Worker) -> (Vec<String>, Result<(), EngineFailure>) {
    let mut heard = Vec::new();
    let answer = worker.run(&"please", |event: String| heard.push(event)).await;
    (heard, answer)
}

#[tokio::test]
async fn every_way_to_fail_has_its_name_and_what_was_said_before_counts() {
    let rows = [
        ("abort", "crashed"),
        ("status", "crashed"),
        ("nonsense", "bad_reply"),
        ("long", "bad_reply"),
    ];
    for (kind, expected) in rows {
        let (heard, answer) = outcome(&worker(kind)).await;
        assert_eq!(heard, ["hello"], "{kind}");
        assert_eq!(answer.expect_err("it fails").code(), expected, "{kind}");
    }
}

#[tokio::test]
async fn a_good_end_is_no_failure_and_half_a_line_is_no_event() {
    for kind in ["well", "half"] {
        let (heard, answer) = outcome(&worker(kind)).await;
        assert_eq!((heard, answer.is_ok()), (vec!["hello".to_owned()], true), "{kind}");
    }
}

#[tokio::test]
async fn signals_statuses_and_last_words_are_kept() {
    let (_, answer) = outcome(&worker("abort")).await;
    assert!(matches!(answer, Err(EngineFailure::Crashed { signal: Some(6), .. })), "{answer:?}");
    let (_, answer) = outcome(&worker("status")).await;
    let Err(EngineFailure::Crashed { status: Some(7), last_words, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(last_words, "last words");
}

#[tokio::test]
async fn a_silent_worker_is_ended_in_time() {
    let mut worker = worker("hang");
    worker.limits.quiet_seconds = 1;
    let began = Instant::now();
    let (heard, answer) = outcome(&worker).await;
    assert_eq!(heard, ["hello"]);
    assert!(matches!(answer, Err(EngineFailure::TimedOut { .. })), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "not only at the wall");
}

#[tokio::test]
async fn the_wall_holds_for_a_worker_that_keeps_talking_slowly() {
    let mut worker = worker("hang");
    worker.limits.wall_seconds = 1;
    let (_, answer) = outcome(&worker).await;
    assert!(matches!(answer, Err(EngineFailure::TimedOut { .. })), "{answer:?}");
}

#[tokio::test]
async fn processor_time_and_memory_are_limited() {
    let mut spinning = worker("spin");
    spinning.limits.cpu_seconds = 1;
    let (_, answer) = outcome(&spinning).await;
    assert!(matches!(answer, Err(EngineFailure::TimedOut { .. })), "{answer:?}");
    let mut hoarding = worker("memory");
    hoarding.limits.address_space = 256 << 20;
    let (_, answer) = outcome(&hoarding).await;
    assert!(matches!(answer, Err(EngineFailure::OutOfMemory { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_dropped_worker_is_dead() {
    let mut running: Running<String> = worker("hang").start(&"please").await.expect("it starts");
    assert_eq!(running.next().await.expect("an event").as_deref(), Some("hello"));
    let id = running.id().expect("it runs");
    drop(running);
    let gone = async {
        while alive(id) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("the process is gone");
}

#[tokio::test]
async fn a_worker_whose_parent_is_gone_ends_by_itself() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    let mut child = Command::new(exe())
        .args(["test", "hang"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"\"please\"\n").expect("written");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an event");
    assert_eq!(line, "\"hello\"\n");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[tokio::test]
async fn what_is_not_there_or_not_known_is_told() {
    let mut missing = worker("well");
    missing.exe = "/nowhere/icabinet".into();
    assert!(matches!(outcome(&missing).await.1, Err(EngineFailure::Io { .. })));
    let mut unknown = worker("well");
    unknown.args = vec!["worker".into(), "tea".into()];
    assert!(matches!(outcome(&unknown).await.1, Err(EngineFailure::BadReply { .. })));
}

/// Everything that a bad file could make a worker try, each refused, and the work that it has all the same.
#[tokio::test]
async fn a_worker_that_was_taken_over_reaches_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("authority.key");
    std::fs::write(&key, b"the authority's key").expect("written");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let socket = folder.path().join("socket");
    let _called = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let request = serde_json::json!({
        "key": key,
        "folder": folder.path(),
        "address": listener.local_addr().expect("an address").to_string(),
        "socket": socket,
    });
    let mut heard = Vec::new();
    let mut taken_over = worker("break-out");
    taken_over.env = vec![("NAMED".into(), "needed".into())];
    taken_over.run(&request, |event: String| heard.push(event)).await.expect("it ends well");
    let denied = "PermissionDenied";
    let expected = [
        "hello".to_owned(),
        format!("read: {denied}"),
        format!("list: {denied}"),
        format!("write: {denied}"),
        format!("link: {denied}"),
        format!("connect: {denied}"),
        format!("listen: {denied}"),
        format!("datagram: {denied}"),
        format!("call: {denied}"),
        format!("start: {denied}"),
        format!("parent: {denied}"),
    ];
    assert_eq!(heard[..expected.len()], expected);
    // Cargo gives the tests themselves dozens of variables; a planted secret would be one of them.
    assert!(std::env::vars_os().count() > 3);
    let mut names: Vec<&str> = heard[11].split(' ').skip(1).collect();
    names.sort_unstable();
    assert_eq!(names, ["ICABINET_WORKER_LIMITS", "NAMED"]);
    assert_eq!(heard[12], format!("thread: Some({})", 1 << 24));
    assert_eq!(worker::guards(), Guards { landlock: true, seccomp: true });
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 2, "nothing was left");
}

#[tokio::test]
async fn the_size_of_files_and_their_number_are_limited() {
    /// SIGXFSZ on Linux.
    const TOO_LARGE: i32 = 25;
    let folder = tempfile::tempdir().expect("a folder");
    let request = serde_json::json!({ "writes": folder.path() });
    let answer = worker("large-file").run(&request, |_: String| ()).await;
    let Err(EngineFailure::Crashed { signal: Some(TOO_LARGE), .. }) = answer else {
        panic!("{answer:?}")
    };
    let written = std::fs::metadata(folder.path().join("large")).expect("it was begun");
    assert_eq!(written.len(), 1 << 20, "as much as it may");
    let (heard, answer) = outcome(&worker("many-files")).await;
    assert!(answer.is_ok() && heard[1].parse::<u64>().is_ok_and(|open| open < 64), "{heard:?}");
}

/// Whether a process runs: not gone, and not a zombie waiting for its parent.
fn alive(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| {
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z'))
    })
}
