//! Workers that crash or hang: the paper says why, others go on, the server stays up.

use crate::papers::add;
use icabinet_models::agenda::Level;
use icabinet_models::ids::PaperId;
use icabinet_models::meeting::AttendanceCommand;
use icabinet_models::papers::{PaperFault, PaperState};
use icabinet_models::{Command, Meeting};
use icabinet_tests::{On, TestServer, Watch, pdf_of};
use std::path::{Path, PathBuf};
use std::process::Command as Program;

on_both! {
    a_worker_that_crashes_costs_its_paper_and_nothing_else
}

/// Most times that a job is tried.
const MOST_TRIES: u64 = 3;

/// Stands in PDFium's place and appends a byte to a file before it dies.
const CRASHES: &str = r#"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((constructor)) static void start(void) {
    int tally = open(TOLD, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (tally >= 0 && write(tally, "x", 1) == 1) abort();
    abort();
}
"#;

/// Stands in PDFium's place and says through a pipe that it will never return.
const HANGS: &str = r#"
#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void start(void) {
    int told = open(TOLD, O_WRONLY);
    if (told >= 0 && write(told, "x", 1) == 1) close(told);
    for (;;) pause();
}
"#;

/// The place where the workers of a hall look for PDFium, and what is put there.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("libpdfium.so")
    }

    /// The file through which what stands there tells.
    fn told(&self) -> PathBuf {
        self.folder.path().join("told")
    }

    /// Puts a library written in C there.
    fn puts(&self, source: &str) {
        let (file, built) = (self.folder.path().join("a.c"), self.folder.path().join("a.so"));
        std::fs::write(&file, source).unwrap();
        let mut cc = Program::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&built).arg(&file);
        cc.arg(format!("-DTOLD=\"{}\"", self.told().display()));
        let status = cc.status().expect("cc is needed (scripts/setup --test installs it)");
        assert!(status.success());
        std::fs::rename(built, self.library()).unwrap();
    }

    /// Puts the real one there.
    fn puts_pdfium(&self) {
        let _ = std::fs::remove_file(self.library());
        std::os::unix::fs::symlink(pdfium(), self.library()).unwrap();
    }
}

/// Where `scripts/setup` puts PDFium.
fn pdfium() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("ICABINET_CACHE")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("icabinet")))
        .or_else(|| Some(variable("HOME")?.join(".cache/icabinet")));
    let file = variable("ICABINET_PDFIUM")
        .or_else(|| Some(cache?.join("pdfium/libpdfium.so")))
        .expect("a cache folder");
    assert!(file.is_file(), "no PDFium at {} (scripts/setup brings it)", file.display());
    file
}

fn fault(m: &Meeting, paper: u32) -> Option<PaperFault> {
    match m.papers.get(&PaperId(paper))?.state {
        PaperState::Faulty { fault, .. } => Some(fault),
        _ => None,
    }
}

async fn ready(watch: &mut Watch, paper: u32) {
    let ready = |m: &Meeting| {
        m.papers.get(&PaperId(paper)).is_some_and(|p| matches!(p.state, PaperState::Ready { .. }))
    };
    watch.until(ready).await;
}

async fn a_worker_that_crashes_costs_its_paper_and_nothing_else(on: On) {
    let place = Place::new();
    place.puts(CRASHES);
    let hall = TestServer::open_with_library(on, &place.library()).await;
    let (secretary, _) = hall.convened().await;
    let server = hall.pid();
    let mut watch = secretary.watches().await;
    add(&secretary, pdf_of(1), 1, Level::Public).await;
    watch.until(|m| fault(m, 1).is_some()).await;
    assert_eq!(fault(&watch.view, 1), Some(PaperFault::WorkerFailed));
    let tries = std::fs::metadata(place.told()).unwrap().len();
    assert!((1..=MOST_TRIES).contains(&tries), "{tries} tries");

    place.puts_pdfium();
    add(&secretary, pdf_of(1), 1, Level::Public).await;
    ready(&mut watch, 2).await;
    assert_eq!(hall.pid(), server);
    assert_eq!(std::fs::metadata(place.told()).unwrap().len(), tries, "the first rests");
    assert_eq!(fault(&watch.view, 1), Some(PaperFault::WorkerFailed));
}

/// Waits until somebody writes into the pipe.
async fn word_from(pipe: &Path) {
    let pipe = pipe.to_owned();
    tokio::task::spawn_blocking(move || std::fs::read(pipe).unwrap()).await.unwrap();
}

/// Waits for the half-minute in which a worker has to say something, so on one database only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_hangs_is_ended_and_others_go_on_beside_it() {
    let place = Place::new();
    assert!(Program::new("mkfifo").arg(place.told()).status().unwrap().success());
    place.puts(HANGS);
    let hall = TestServer::open_with_library(On::Sqlite, &place.library()).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    add(&secretary, pdf_of(1), 1, Level::Public).await;
    word_from(&place.told()).await;
    // It was given its limits and the place of its library, and nothing of what the server was given.
    let [worker] = &children(hall.pid())[..] else { panic!("one worker") };
    let environment = std::fs::read_to_string(format!("/proc/{worker}/environ")).unwrap();
    let mut names: Vec<&str> =
        environment.split('\0').filter_map(|one| Some(one.split_once('=')?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["ICABINET_PDFIUM", "ICABINET_WORKER_LIMITS"]);
    // It hangs. Beside it papers are rendered and commands are taken.
    place.puts_pdfium();
    add(&secretary, pdf_of(1), 1, Level::Public).await;
    ready(&mut watch, 2).await;
    secretary.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert_eq!(fault(&watch.view, 1), None, "still waited for");
    watch.until(|m| fault(m, 1).is_some()).await;
    assert_eq!(fault(&watch.view, 1), Some(PaperFault::TookTooLong));
    assert!(children(hall.pid()).is_empty(), "nothing hangs any more");
}

/// The processes that a process has started and that still are.
fn children(of: u32) -> Vec<String> {
    let mut found = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{of}/task")).unwrap().flatten() {
        let listed = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(listed.split_whitespace().map(str::to_owned));
    }
    found
}
