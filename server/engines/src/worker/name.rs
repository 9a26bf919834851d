//! Names of files that a worker says it wrote, and how the parent reads such a file: a worker that a bad file has
//! taken over may say anything, and may have put anything there.

use std::io::{self, Read};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

/// The longest name of a file (Linux).
const LONGEST: usize = 255;

/// A name within a folder: no path, no way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlainName(String);

/// What is no plain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no plain name of a file")]
pub struct NotPlain(String);

impl TryFrom<String> for PlainName {
    type Error = NotPlain;

    fn try_from(name: String) -> Result<Self, NotPlain> {
        let bad = |character: char| matches!(character, '/' | '\\') || character.is_control();
        let is_plain = !name.is_empty()
            && name.len() <= LONGEST
            && !name.starts_with('.')
            && !name.contains(bad);
        if is_plain { Ok(PlainName(name)) } else { Err(NotPlain(name)) }
    }
}

impl From<PlainName> for String {
    fn from(name: PlainName) -> Self {
        name.0
    }
}

impl AsRef<Path> for PlainName {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl std::fmt::Display for PlainName {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(&self.0)
    }
}

/// A file that a worker says it wrote.
#[derive(Clone, Copy, Debug)]
pub struct Produced<'a> {
    pub folder: &'a Path,
    pub name: &'a PlainName,
    /// Its size, as the worker says.
    pub bytes: u64,
}

impl Produced<'_> {
    /// Reads it: a file, not a link to one nor anything else, and as long as was said.
    ///
    /// # Errors
    /// What the disk says, or that it is something else.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let path = self.folder.join(self.name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = std::fs::File::from(rustix::fs::open(&path, flags, Mode::empty())?);
        let about = file.metadata()?;
        if !about.is_file() || about.len() != self.bytes {
            return Err(io::Error::other(format!(
                "{} is not the file that was told of",
                self.name
            )));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        file.take(self.bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_taken() {
        let long = "x".repeat(256);
        let rows = [
            ("page-0.png", true),
            ("words-12.json", true),
            ("trang một.jpg", true),
            ("", false),
            (".", false),
            ("..", false),
            (".hidden", false),
            ("../secret", false),
            ("a/../../secret", false),
            ("/etc/passwd", false),
            ("a/b", false),
            ("a\\b", false),
            ("a\0b", false),
            ("a\nb", false),
            (long.as_str(), false),
        ];
        for (name, expected) in rows {
            assert_eq!(PlainName::try_from(name.to_owned()).is_ok(), expected, "{name:?}");
            let json = serde_json::to_string(name).expect("a string");
            assert_eq!(serde_json::from_str::<PlainName>(&json).is_ok(), expected, "{name:?}");
        }
    }

    #[test]
    fn only_the_file_that_was_told_of_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("good"), b"abc").expect("written");
        std::fs::write(path("secret"), b"key").expect("written");
        std::os::unix::fs::symlink(path("secret"), path("link")).expect("linked");
        std::fs::create_dir(path("folder")).expect("made");
        let rows = [
            ("good", 3, true),
            ("good", 4, false),
            ("good", 2, false),
            ("link", 3, false),
            ("folder", 3, false),
            ("none", 3, false),
        ];
        for (name, bytes, expected) in rows {
            let name = PlainName::try_from(name.to_owned()).expect("plain");
            let read = Produced { folder: folder.path(), name: &name, bytes }.read();
            assert_eq!(read.is_ok(), expected, "{name} of {bytes}: {read:?}");
        }
    }
}
