//! No clocks, randomness, hash maps or floats in the source of this crate.

use std::path::{Path, PathBuf};

/// Words that must not stand in `models/src`, not even in a test there.
const FORBIDDEN: [&str; 9] = [
    "HashMap",
    "HashSet",
    "f32",
    "f64",
    "SystemTime",
    "Instant",
    "thread_rng",
    "getrandom",
    "unsafe",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
}

#[test]
fn the_models_name_no_clock_no_chance_and_no_float() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 30, "only {} files were found", files.len());
    let mut hits = Vec::new();
    // What reads names says of every type in the language that it does not read it.
    for file in files.iter().filter(|file| !file.ends_with("src/nested.rs")) {
        let text = std::fs::read_to_string(file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            for word in words(code).filter(|word| FORBIDDEN.contains(word)) {
                hits.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert!(hits.is_empty(), "{}", hits.join("\n"));
}

#[test]
fn the_scan_would_find_them() {
    let found = words("let x: std::collections::HashMap<u8, f64>;");
    assert_eq!(found.filter(|word| FORBIDDEN.contains(word)).count(), 2);
}
