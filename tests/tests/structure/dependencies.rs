//! Trees of crates.

use crate::workspace::{NATIVE, WASM, metadata, name_of, tree};
use std::collections::BTreeSet;

/// Crates linked into the server: without procedural macros and build scripts. The design says
/// "about 450"; Typst alone is 250. It may shrink; what makes it grow has to be argued here: readers of
/// workbooks and old encodings, every codec of symphonia, zxcvbn, Landlock and seccomp are some fifty
/// (lists and sound that were lost, passwords that are guessed first, workers in the open).
const MOST_IN_SERVER: usize = 500;
/// Crates linked into the bundle, procedural macros included.
const MOST_IN_FRONTEND: usize = 200;

/// A clock, randomness, a socket, a database or a screen: nothing for a meeting's rules.
const THE_WORLD: [&str; 12] = [
    "tokio",
    "axum",
    "sqlx",
    "leptos",
    "rand",
    "rand_core",
    "getrandom",
    "reqwest",
    "chrono",
    "time",
    "uuid",
    "web-sys",
];

fn names(crates: &BTreeSet<String>) -> BTreeSet<&str> {
    crates.iter().map(|named| name_of(named)).collect()
}

fn among<'a>(crates: &'a BTreeSet<String>, unwanted: &[&str]) -> Vec<&'a str> {
    crates.iter().map(|named| name_of(named)).filter(|name| unwanted.contains(name)).collect()
}

#[test]
fn models_know_nothing_of_the_world() {
    let crates = tree("icabinet-models", "normal,build", "all");
    assert_eq!(among(&crates, &THE_WORLD), Vec::<&str>::new());
    let own: Vec<&str> =
        names(&crates).into_iter().filter(|name| name.starts_with("icabinet")).collect();
    assert_eq!(own, ["icabinet-models"], "nothing else of the workspace");
}

/// Tables of Unicode are the server's: its door (`models/src/text`) cleans texts for everyone.
#[test]
fn a_tablet_links_no_tables_of_unicode() {
    for package in ["icabinet-frontend", "icabinet-presenter", "icabinet-sync"] {
        let crates = tree(package, "normal", WASM);
        assert_eq!(among(&crates, &["unicode-normalization"]), Vec::<&str>::new(), "{package}");
    }
}

#[test]
fn server_and_frontend_never_meet() {
    let browser = ["icabinet-frontend", "icabinet-presenter", "icabinet-sync", "leptos", "web-sys"];
    for package in
        ["icabinet-program", "icabinet", "icabinet-engines", "icabinet-signing", "icabinet-typeset"]
    {
        let crates = tree(package, "normal,build,dev", "all");
        // `web-sys` stands behind some crates' wasm halves, which a server never builds.
        let native = tree(package, "normal,build,dev", NATIVE);
        assert_eq!(among(&crates, &browser[..4]), Vec::<&str>::new(), "{package}");
        assert_eq!(among(&native, &browser), Vec::<&str>::new(), "{package}");
    }
    let server = [
        "icabinet-program",
        "icabinet",
        "icabinet-engines",
        "icabinet-signing",
        "icabinet-typeset",
        "axum",
        "sqlx",
        "tokio",
    ];
    for package in ["icabinet-frontend", "icabinet-presenter", "icabinet-sync"] {
        let crates = tree(package, "normal,build,dev", WASM);
        assert_eq!(among(&crates, &server), Vec::<&str>::new(), "{package}");
    }
}

#[test]
fn only_engines_link_the_engines() {
    let mut found = Vec::new();
    for package in metadata().packages.iter().filter(|package| package.source.is_none()) {
        let named = package.dependencies.iter().map(|dependency| dependency.name.as_str());
        let engines = named
            .filter(|name| ["pdfium", "whisper"].into_iter().any(|engine| name.contains(engine)));
        found.extend(engines.map(|engine| (package.name.as_str(), engine)));
    }
    found.sort_unstable();
    assert_eq!(found, [("icabinet-engines", "pdfium-render"), ("icabinet-engines", "whisper-rs")]);
}

#[test]
fn the_trees_stay_small() {
    let server = tree("icabinet-program", "normal,no-proc-macro", NATIVE).len();
    assert!(server <= MOST_IN_SERVER, "{server} crates in the server, {MOST_IN_SERVER} at most");
    let frontend = tree("icabinet-frontend", "normal", WASM).len();
    assert!(frontend <= MOST_IN_FRONTEND, "{frontend} crates in the bundle, {MOST_IN_FRONTEND}");
}
