//! What can go wrong while bundling, in sentences for the person at the terminal.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why no bundle was written. The old one, if there was one, is still in place.
#[derive(Debug)]
pub enum Failure {
    /// The command line was not understood.
    Usage(String),
    /// A file or folder could not be read or written.
    File { path: PathBuf, cause: io::Error },
    /// A program ended with an error; it has said why on the terminal.
    Program { name: String, cause: String },
    /// Something that `scripts/setup` brings is missing.
    Missing(String),
    /// wasm-bindgen could not read what the compiler wrote.
    Bindgen(String),
    /// An input has a form that the bundle cannot take.
    Input(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Input(text) => f.write_str(text),
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Program { name, cause } => write!(f, "{name} failed: {cause}"),
            Self::Missing(what) => write!(f, "{what} is missing: run scripts/setup"),
            Self::Bindgen(cause) => write!(f, "wasm-bindgen: {cause}"),
        }
    }
}

/// Names the path in an I/O error.
pub trait At<T> {
    /// # Errors
    /// [`Failure::File`] with `path`, when `self` is an error.
    fn at(self, path: &Path) -> Result<T, Failure>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|cause| Failure::File { path: path.to_owned(), cause })
    }
}
