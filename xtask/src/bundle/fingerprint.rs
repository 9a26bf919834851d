//! A hash over everything that can change the bundle, so that an unchanged one is not built again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::Features;
use crate::failure::{At, Failure};
use crate::toolchain::Toolchain;

const INPUTS: [&str; 5] = [".cargo", "Cargo.toml", "frontend", "models", "xtask"];
/// Whose dependencies are locked in `Cargo.lock` and get into the bundle, or make it.
const PACKAGES: [&str; 2] = ["icabinet-frontend", "xtask"];
/// Folders below them that change nothing of it.
const ASIDE: [&str; 3] = ["node_modules", "target", "tests"];

/// Hex SHA-256 over names and contents of all inputs below `top`, the compiler and the features.
///
/// # Errors
/// [`Failure::File`] when an input cannot be read.
pub fn of(top: &Path, compiler: Toolchain, features: Features) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    hash.update(format!("{} {features:?}\n", compiler.name()));
    for input in INPUTS {
        add(&mut hash, &top.join(input), input)?;
    }
    let lock = top.join("Cargo.lock");
    for package in locked(&fs::read_to_string(&lock).at(&lock)?) {
        hash.update(package);
    }
    Ok(format!("{:x}\n", hash.finalize()))
}

/// What a lock file says of [`PACKAGES`] and all they depend on: a change for the server alone is none
/// for the bundle. Of a name in several versions, all are taken.
fn locked(lock: &str) -> Vec<&str> {
    let packages: Vec<&str> = lock.split("[[package]]\n").skip(1).collect();
    let mut reached: BTreeSet<&str> = PACKAGES.into();
    let mut next: Vec<&str> = PACKAGES.into();
    while let Some(wanted) = next.pop() {
        for package in packages.iter().filter(|package| name(package) == wanted) {
            let listed = package.lines().filter_map(|line| line.strip_prefix(" \""));
            let names = listed.filter_map(|line| line.split([' ', '"']).next());
            next.extend(names.filter(|name| reached.insert(name)));
        }
    }
    packages.into_iter().filter(|package| reached.contains(name(package))).collect()
}

/// The name of a locked package.
fn name(package: &str) -> &str {
    let named = package.lines().find_map(|line| line.strip_prefix("name = \""));
    named.unwrap_or_default().trim_end_matches('"')
}

fn add(hash: &mut Sha256, path: &Path, name: &str) -> Result<(), Failure> {
    if path.is_dir() {
        let mut names = Vec::new();
        for entry in fs::read_dir(path).at(path)? {
            names.push(entry.at(path)?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        for child in names.iter().filter(|child| !ASIDE.contains(&child.as_str())) {
            add(hash, &path.join(child), &format!("{name}/{child}"))?;
        }
    } else {
        let bytes = fs::read(path).at(path)?;
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(&bytes);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "brotli"
version = "8.0.0"

[[package]]
name = "icabinet-frontend"
version = "0.1.0"
dependencies = [
 "leptos 0.8.23",
]

[[package]]
name = "leptos"
version = "0.8.23"
checksum = "a"

[[package]]
name = "sqlx"
version = "0.9.0"

[[package]]
name = "xtask"
version = "0.1.0"
dependencies = [
 "brotli",
]
"#;

    #[test]
    fn what_only_the_server_needs_changes_nothing() {
        assert_eq!(locked(LOCK), locked(&LOCK.replace("0.9.0", "0.9.1")));
    }

    #[test]
    fn what_a_package_of_the_bundle_needs_changes_it() {
        assert_ne!(locked(LOCK), locked(&LOCK.replace("checksum = \"a\"", "checksum = \"b\"")));
        assert_ne!(locked(LOCK), locked(&LOCK.replace("8.0.0", "8.0.1")));
    }
}
