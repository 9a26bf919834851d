//! Faults inside a server's process (`tests/shim`): what is armed, and for which node.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The library that stands between a server and the C library, and its settings.
#[derive(Clone, Debug)]
pub struct Shim {
    library: PathBuf,
    settings: Vec<(String, String)>,
}

impl Shim {
    /// The shim with settings from the beginning (`tests/shim/src/lib.rs`).
    pub fn new(settings: &[(&str, &str)]) -> Self {
        let library = crate::TestServer::binary().with_file_name("libicabinet_shim.so");
        assert!(library.exists(), "{library:?} is built with the workspace");
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { library, settings: settings.iter().map(owned).collect() }
    }

    /// Lets a server start with it; `folder` is where its orders are put.
    pub(crate) fn preload(&self, command: &mut Command, folder: &Path, node: usize) {
        command.env("LD_PRELOAD", &self.library).env("ICABINET_SHIM", orders(folder, node));
        for (name, value) in &self.settings {
            command.env(name, value);
        }
    }

    /// Puts an order where a node reads it, whole or not at all.
    pub(crate) fn arm(&self, folder: &Path, node: usize, order: &str) {
        let (file, draft) = (orders(folder, node), folder.join("shim-draft"));
        std::fs::write(&draft, order).unwrap();
        std::fs::rename(draft, file).unwrap();
    }
}

fn orders(folder: &Path, node: usize) -> PathBuf {
    folder.join(format!("shim-{node}"))
}
