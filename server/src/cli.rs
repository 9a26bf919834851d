//! The command line: what each command does, in words that a person can follow.

mod users;

use crate::app::StartError;
use crate::config::{Config, Flags};
use crate::demo::Demo;
use crate::http::Frontend;
use clap::{Args, Parser, Subcommand};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Họp không giấy cho ủy ban, hội đồng và hội nghị / paperless meetings for committees, councils and conferences
#[derive(Parser)]
#[command(name = "icabinet", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(Flags),
    /// Start a server with a demo meeting: an invented People's Committee with twelve members
    Demo(DemoFlags),
    /// Work for servers on the same PostgreSQL database: pages, sound, documents; serves nobody
    Work(Flags),
    /// Run one job as a child process (the server starts these itself)
    #[command(hide = true)]
    Worker { kind: String },
    /// Write the whole record of a meeting into one ZIP that can be checked without a server
    Export {
        #[command(flatten)]
        flags: Flags,
        /// The meeting's identifier, as in its address
        meeting: String,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Put a backup in the database's place, and tell every tablet to begin anew; servers are stopped
    Restore {
        #[command(flatten)]
        flags: Flags,
        /// The backup of the embedded database; left out for PostgreSQL, whose own tools restored it
        file: Option<PathBuf>,
        /// The PostgreSQL database until now, if it is still there: what was revoked stays revoked
        #[arg(long, value_name = "URL", conflicts_with = "file")]
        replaced: Option<String>,
    },
    /// Make the tables that lists and public pages read anew, from the logs of all meetings
    Rebuild(Flags),
    /// Check a record (ZIP) or a signed PDF, without server or network
    #[command(after_help = VERIFY_ENDS)]
    Verify {
        /// The record or PDF to check
        file: PathBuf,
        /// The organisation's root certificate, got from somewhere you trust (PEM)
        #[arg(long, value_name = "FILE")]
        trust: Option<PathBuf>,
        /// The organisation's list of revoked certificates, from its /public/revocations.crl; a record
        /// brings its own, a lone PDF doesn't
        #[arg(long, value_name = "FILE")]
        revocations: Option<PathBuf>,
        /// Report in English
        #[arg(long)]
        english: bool,
        /// Memory that may be used, in MiB
        #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
        memory: u64,
        /// Processor time that may be used, in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        seconds: u64,
    },
    /// Models that turn speech into text
    #[command(subcommand)]
    SpeechModel(SpeechModel),
    /// Accounts of people
    #[command(subcommand)]
    User(users::User),
}

/// What `verify` ends with, for scripts.
const VERIFY_ENDS: &str = "\
Ends with:
  0  everything holds
  1  something is wrong
  2  it can't be checked: neither record nor PDF, or more memory or time is needed
  3  what was checked holds, but something that matters wasn't checked: the root is the record's own
     (no --trust), a lone PDF without --revocations, or one whose certificate has expired since";

#[derive(Args)]
struct DemoFlags {
    #[command(flatten)]
    flags: Flags,
    /// Switch the simulated members on at once
    #[arg(long)]
    simulate: bool,
}

#[derive(Subcommand)]
enum SpeechModel {
    /// Which models there are, and which one is installed and in use
    List(Flags),
    /// Download a model by name, or take it from a file, check it and put it into use
    Fetch {
        #[command(flatten)]
        flags: Flags,
        /// Name from the list
        name: String,
        /// Take the model from this file instead of the network
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Download from this address instead of the usual one
        #[arg(long, value_name = "URL")]
        from: Option<String>,
    },
}

/// Says that the disk failed and nothing goes on by itself (sysexits.h: EX_IOERR); units name it.
const DISK_FAILED: u8 = 74;

/// Runs the command line.
pub fn run(frontend: Frontend) -> ExitCode {
    let cli = Cli::parse();
    if let Command::Worker { kind } = &cli.command {
        return icabinet_engines::kinds::main(kind);
    }
    if let Command::Verify { file, trust, revocations, english, memory, seconds } = cli.command {
        let asked = crate::record::Asked { file, trust, revocations, english, memory, seconds };
        return crate::record::verify_command(&asked);
    }
    // A record is for whoever asked for it, with the rights that his shell gives.
    if !matches!(cli.command, Command::Export { .. }) {
        crate::private::from_now_on();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(dispatch(cli.command, frontend)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let said = fail(&*error);
            match error.downcast_ref() {
                Some(StartError::Disk) => ExitCode::from(DISK_FAILED),
                _ => said,
            }
        }
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("icabinet: {error}");
    ExitCode::FAILURE
}

type Failure = Box<dyn std::error::Error>;

async fn dispatch(command: Command, frontend: Frontend) -> Result<(), Failure> {
    match command {
        Command::Serve(flags) => {
            logs(&flags);
            let config = Config::load(&flags)?;
            crate::serve::run(config, None, frontend, |_, _, address| println!("http://{address}"))
                .await?;
            Ok(())
        }
        Command::Demo(demo) => {
            logs(&demo.flags);
            let config = Config::load(&demo.flags)?;
            let content = Demo::load(demo.simulate)?;
            crate::serve::run(config, Some(content), frontend, crate::demo::announce).await?;
            Ok(())
        }
        Command::Work(flags) => {
            logs(&flags);
            crate::serve::work(Config::load(&flags)?).await?;
            Ok(())
        }
        Command::Export { flags, meeting, out } => {
            logs(&flags);
            crate::record::export_command(Config::load(&flags)?, &meeting, &out).await
        }
        Command::Restore { flags, file, replaced } => {
            logs(&flags);
            let config = Config::load(&flags)?;
            crate::restore::restore(&config, file.as_deref(), replaced.as_deref()).await
        }
        Command::Rebuild(flags) => {
            logs(&flags);
            crate::rebuild::rebuild(&Config::load(&flags)?).await
        }
        Command::SpeechModel(command) => speech_model(command).await,
        Command::User(command) => users::run(command).await,
        // Handled before there is a runtime.
        Command::Worker { .. } | Command::Verify { .. } => Ok(()),
    }
}

fn logs(flags: &Flags) {
    use tracing_subscriber::EnvFilter;
    use tracing_subscriber::fmt::format::FmtSpan;
    let filter = EnvFilter::try_from_env("ICABINET_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,icabinet=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A span says how long it took, at work and waiting: shown where the filter asks for spans.
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if flags.log_json {
        builder.json().init();
    } else {
        builder.init();
    }
}

async fn speech_model(command: SpeechModel) -> Result<(), Failure> {
    use icabinet_engines::models::{KNOWN, by_name};
    match command {
        SpeechModel::List(flags) => {
            let config = Config::load(&flags)?;
            let used = crate::jobs::installed_model(&config.data).map(|model| model.name);
            for known in &KNOWN {
                let mark = if used.as_deref() == Some(known.name) { "in use" } else { "" };
                let kind = if known.synthetic { "synthetic voices, tests only" } else { "" };
                println!("{:<24} {:>6} MB  {mark:<7} {kind}", known.name, known.bytes >> 20);
            }
            Ok(())
        }
        SpeechModel::Fetch { flags, name, file, from } => {
            let config = Config::load(&flags)?;
            let known = by_name(&name).ok_or_else(|| {
                format!("there is no model called {name}; see 'icabinet speech-model list'")
            })?;
            let folder = config.data.join("models");
            std::fs::create_dir_all(&folder)?;
            let target = folder.join(known.file);
            let expected = icabinet_engines::fetch::Expected {
                sha256: known.sha256.to_owned(),
                bytes: Some(known.bytes),
            };
            let mut shown = u64::MAX;
            let progress = |done: u64, total: Option<u64>| {
                let percent = done * 100 / total.unwrap_or(known.bytes).max(1);
                if percent != shown {
                    shown = percent;
                    eprint!("\r{name}: {percent:>3} %");
                    // A terminal that can't be written to needs no progress.
                    let _ = std::io::stderr().flush();
                }
            };
            match file {
                Some(file) => {
                    icabinet_engines::fetch::import_file(&file, &target, &expected, progress)
                        .await?;
                }
                None => {
                    let url = from.or(known.url.map(str::to_owned)).ok_or_else(|| {
                        format!("{name} comes with the demo and is not downloaded; use --file")
                    })?;
                    icabinet_engines::fetch::fetch(&url, &target, &expected, progress).await?;
                }
            }
            eprintln!();
            crate::jobs::choose_model(&config.data, known.name)?;
            println!(
                "{name} is in use; restart the server so that sound that waited gets its text"
            );
            Ok(())
        }
    }
}
