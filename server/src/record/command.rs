//! `icabinet verify`, kept to a memory limit: the work is done by a child process of the same
//! program that the system holds to it, so that whatever a file does, this one can say so. Never
//! here: the checks themselves.

use super::report::Report;
use super::verify::{Bounds, VerifyError, verify};
use rustix::process::{Resource, Rlimit, setrlimit};
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
}

/// Prints what was checked. Ends with 0 when everything holds, 1 when something doesn't, 2 when
/// it can't be checked, 3 when what was checked holds but something that matters wasn't.
pub fn verify_command(asked: &Asked) -> ExitCode {
    match std::env::var(CHILD) {
        Ok(part) => {
            let limit = Some(asked.memory << 20);
            let most = Rlimit { current: limit, maximum: limit };
            // Memory that is written to; what is only reserved doesn't count. Where the system
            // has no such limit, the bounds of each part still hold.
            let _ = setrlimit(Resource::Data, most);
            let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
            judge(asked, part == SKIM)
        }
        Err(_) => {
            for part in [WHOLE, SKIM] {
                match child(part) {
                    Ok(Some((output, code))) => {
                        print!("{}", String::from_utf8_lossy(&output.stdout));
                        eprint!("{}", String::from_utf8_lossy(&output.stderr));
                        return ExitCode::from(code);
                    }
                    Ok(None) => {}
                    // No process to be had: the bounds of each part are what there is.
                    Err(_) => return judge(asked, false),
                }
            }
            let limit = asked.memory;
            say(
                asked,
                &format!("cần nhiều bộ nhớ hơn {limit} MiB (xem --memory): chưa kiểm tra được"),
                &format!(
                    "needs more memory than {limit} MiB (see --memory): it could not be checked"
                ),
            );
            ExitCode::from(NOT_CHECKED)
        }
    }
}

/// Has a child do it with the same words; `None` if it came to no end of its own.
fn child(part: &str) -> std::io::Result<Option<(Output, u8)>> {
    let output = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(CHILD, part)
        // Threads need memory too, and nothing here is quicker with more.
        .env("RAYON_NUM_THREADS", "2")
        .output()?;
    let code = output.status.code().filter(|code| *code != PANICKED);
    Ok(code.and_then(|code| u8::try_from(code).ok()).map(|code| (output, code)))
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
