//! What cargo knows of the workspace, asked without a network.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The native target that servers are built for.
pub(crate) const NATIVE: &str = "x86_64-unknown-linux-gnu";
/// The target of the browser's code.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// `cargo metadata`, as far as it is read here.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub packages: Vec<Package>,
}

/// A package of the workspace or behind it, for whatever target.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    /// `None` for the workspace's own.
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
}

/// What a package's manifest names.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub name: String,
}

/// The workspace's folder.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cargo(words: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO"));
    command.args(words).args(["--offline", "--locked"]).current_dir(top());
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {words:?} (cargo fetch --locked helps): {errors}");
    output.stdout
}

/// All packages that Cargo.lock names.
pub(crate) fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| {
        serde_json::from_slice(&cargo(&["metadata", "--format-version", "1"])).unwrap()
    })
}

/// `name version` of every crate in a package's tree, the package among them. `edges` as for
/// `cargo tree`, `target` one of its triples or `all`.
pub(crate) fn tree(package: &str, edges: &str, target: &str) -> BTreeSet<String> {
    let words = ["tree", "-p", package, "-e", edges, "--target", target, "--prefix", "none"];
    let text = String::from_utf8(cargo(&words)).unwrap();
    let mut crates = BTreeSet::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            crates.insert(format!("{name} {version}"));
        }
    }
    assert!(crates.iter().any(|named| name_of(named) == package), "{package} is in its own tree");
    crates
}

/// The name in `name version`.
pub(crate) fn name_of(named: &str) -> &str {
    named.split(' ').next().unwrap_or(named)
}

/// Every Rust file under a folder of the workspace, by its path from there.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let root = top().join(folder);
    let (mut waiting, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has sources");
    found.sort();
    found
}
