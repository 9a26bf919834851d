//! Builds what cargo alone cannot: the tablet's bundle, and the models in wasm for a test. Run as `cargo run --release -p xtask -- bundle`.
//! Never part of the product, and it downloads nothing: `scripts/setup` brings the tools.

mod bundle;
mod failure;
mod fold;
mod toolchain;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use failure::Failure;

const USAGE: &str = "\
Usage: cargo run --release -p xtask -- bundle [--out DIR] [--kit] [--force]
       cargo run --release -p xtask -- fold

fold: tests that a log folds to the same state in wasm as natively.
bundle: builds the frontend for wasm32, shrinks it, and writes it with its styles and fonts, named by
content and compressed, to a folder that the server embeds.

  --out DIR   where to write (default: $ICABINET_CACHE/dist, or dist-kit with --kit)
  --kit       with the page /kit, which shows every widget in its states
  --force     build even if no input changed since the last time
";

/// What `bundle` was asked to do.
struct Options {
    out: Option<PathBuf>,
    features: bundle::Features,
    rebuild: bundle::Rebuild,
}

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<(), Failure> {
    match args.next().as_deref() {
        Some("bundle") => {
            let options = parse(args)?;
            bundle::bundle(options.out, options.features, options.rebuild)
        }
        Some("fold") => fold::fold(),
        Some("--help" | "-h") => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(Failure::Usage(format!("there is no command {other:?}\n\n{USAGE}"))),
        None => Err(Failure::Usage(format!("a command is missing\n\n{USAGE}"))),
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options = Options {
        out: None,
        features: bundle::Features::Product,
        rebuild: bundle::Rebuild::WhenChanged,
    };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--out" => {
                let dir =
                    args.next().ok_or_else(|| Failure::Usage("--out wants a folder".into()))?;
                options.out = Some(PathBuf::from(dir));
            }
            "--kit" => options.features = bundle::Features::Kit,
            "--force" => options.rebuild = bundle::Rebuild::Always,
            other => {
                return Err(Failure::Usage(format!("{other:?} is no option of bundle\n\n{USAGE}")));
            }
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::{Failure, parse, run};
    use std::path::PathBuf;

    fn words(line: &str) -> impl Iterator<Item = String> {
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn options_are_read() {
        let options =
            parse(words("--out /somewhere/dist --kit --force")).unwrap_or_else(|f| panic!("{f}"));
        assert_eq!(options.out, Some(PathBuf::from("/somewhere/dist")));
        assert_eq!(options.features, crate::bundle::Features::Kit);
        assert_eq!(options.rebuild, crate::bundle::Rebuild::Always);
    }

    #[test]
    fn what_is_not_understood_is_refused_and_says_so() {
        for line in ["", "bundel", "bundle --outt x", "bundle --out"] {
            assert!(matches!(run(words(line)), Err(Failure::Usage(_))), "{line:?}");
        }
    }
}
