//! A hash over everything that can change the bundle, so that an unchanged one is not built again.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::Features;
use crate::failure::{At, Failure};
use crate::toolchain::Toolchain;

const INPUTS: [&str; 6] = [".cargo", "Cargo.lock", "Cargo.toml", "frontend", "models", "xtask"];

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
    Ok(format!("{:x}\n", hash.finalize()))
}

fn add(hash: &mut Sha256, path: &Path, name: &str) -> Result<(), Failure> {
    if path.is_dir() {
        let mut names = Vec::new();
        for entry in fs::read_dir(path).at(path)? {
            names.push(entry.at(path)?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        for child in
            names.iter().filter(|child| !["node_modules", "target"].contains(&child.as_str()))
        {
            add(hash, &path.join(child), &format!("{name}/{child}"))?;
        }
    } else {
        let bytes = fs::read(path).at(path)?;
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(&bytes);
    }
    Ok(())
}
