//! `icabinet verify`, kept to limits of memory and time: the work is done by a child process of the
//! same program that the system holds to them, so that whatever a file does, this one can say so.
//! Never here: the checks themselves.

use super::report::Report;
use super::roots::VerifyError;
use super::verify::{Bounds, verify};
use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Output};

/// Tells a child what it was made for.
const CHILD: &str = "ICABINET_VERIFY_CHILD";
/// All checks.
const WHOLE: &str = "whole";
/// All but those that take most memory.
const SKIM: &str = "skim";
/// What a program that panicked ends with.
const PANICKED: i32 = 101;
/// The file can't be checked.
const NOT_CHECKED: u8 = 2;

/// What is to be verified, with what.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The record or document.
    pub file: PathBuf,
    /// Root certificates, PEM.
    pub trust: Option<PathBuf>,
    /// A list of revoked certificates.
    pub revocations: Option<PathBuf>,
    /// Whether the report is in English.
    pub english: bool,
    /// How much memory the checks may use, in MiB.
    pub memory: u64,
    /// How much processor time the checks may use, in seconds.
    pub seconds: u64,
}

/// How a child ended.
enum Ended {
    /// By itself: what it said, and its code.
    Judged(Output, u8),
    /// The system ended it when its time was over.
    OutOfTime,
    /// Otherwise: it was refused memory.
    OutOfMemory,
}

/// Prints what was checked. Ends with 0 when everything holds, 1 when something doesn't, 2 when
/// it can't be checked, 3 when what was checked holds but something that matters wasn't.
pub fn verify_command(asked: &Asked) -> ExitCode {
    match std::env::var(CHILD) {
        Ok(part) => {
            kept_to(asked);
            judge(asked, part == SKIM)
        }
        Err(_) => {
            for part in [WHOLE, SKIM] {
                match child(part) {
                    Ok(Ended::Judged(output, code)) => {
                        print!("{}", String::from_utf8_lossy(&output.stdout));
                        eprint!("{}", String::from_utf8_lossy(&output.stderr));
                        return ExitCode::from(code);
                    }
                    // Fewer checks would not be an answer either, and take as long again.
                    Ok(Ended::OutOfTime) => return out_of_time(asked),
                    Ok(Ended::OutOfMemory) => {}
                    // No process to be had: the bounds of each part are what there is.
                    Err(_) => return judge(asked, false),
                }
            }
            out_of_memory(asked)
        }
    }
}

/// Has the system hold this process to its limits.
fn kept_to(asked: &Asked) {
    let most = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    // Memory that is written to; what is only reserved doesn't count. Where the system
    // has no such limit, the bounds of each part still hold.
    let _ = setrlimit(Resource::Data, most(asked.memory << 20));
    let _ = setrlimit(Resource::Core, most(0));
    // The signal that says so comes first; what outlived it would be killed.
    let _ = setrlimit(
        Resource::Cpu,
        Rlimit { current: Some(asked.seconds), maximum: Some(asked.seconds + 5) },
    );
}

fn out_of_memory(asked: &Asked) -> ExitCode {
    let limit = asked.memory;
    say(
        asked,
        &format!("cần nhiều bộ nhớ hơn {limit} MiB (xem --memory): chưa kiểm tra được"),
        &format!("needs more memory than {limit} MiB (see --memory): it could not be checked"),
    );
    ExitCode::from(NOT_CHECKED)
}

fn out_of_time(asked: &Asked) -> ExitCode {
    let limit = asked.seconds;
    say(
        asked,
        &format!("cần nhiều thời gian xử lý hơn {limit} giây (xem --seconds): chưa kiểm tra xong"),
        &format!("needs more time than {limit} s (see --seconds): it could not be checked"),
    );
    ExitCode::from(NOT_CHECKED)
}

/// Has a child do it with the same words.
fn child(part: &str) -> std::io::Result<Ended> {
    let output = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(CHILD, part)
        // Threads need memory too, and nothing here is quicker with more.
        .env("RAYON_NUM_THREADS", "2")
        .output()?;
    if output.status.signal() == Some(Signal::XCPU.as_raw()) {
        return Ok(Ended::OutOfTime);
    }
    let code = output.status.code().filter(|code| *code != PANICKED);
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(Ended::OutOfMemory, |code| Ended::Judged(output, code)))
}

fn judge(asked: &Asked, skim: bool) -> ExitCode {
    let bounds = Bounds { now: crate::clock::now(), memory: Some(asked.memory << 20), skim };
    let (trust, revocations) = (asked.trust.as_deref(), asked.revocations.as_deref());
    let report: Result<Report, VerifyError> = verify(&asked.file, trust, revocations, bounds);
    match report {
        Ok(report) => {
            print!("{}", report.print(&asked.file, asked.english));
            ExitCode::from(report.conclusion().exit_code())
        }
        Err(error) => {
            let said = error.said();
            say(asked, &said.vi, &said.en);
            ExitCode::from(NOT_CHECKED)
        }
    }
}

fn say(asked: &Asked, vi: &str, en: &str) {
    eprintln!("icabinet: {}: {}", asked.file.display(), if asked.english { en } else { vi });
}
