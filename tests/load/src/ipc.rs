//! What the conference and its helper processes say to each other, a JSON object a line.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// What a helper process is told. Times are nanoseconds of the shared clock.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Who its delegates are, and where they come from.
    Begin {
        nodes: Vec<SocketAddr>,
        sources: Vec<IpAddr>,
        meeting: String,
        tokens: Vec<String>,
        /// Where everything that they say and hear is written down, if it is.
        history: Option<PathBuf>,
        /// They take one byte at a time.
        sips: bool,
        /// They come back at once where a tablet would wait for a while.
        at_once: bool,
    },
    /// Everybody comes, evenly over a time: invitation, snapshot, socket.
    Arrive { from: u64, over_ms: u64 },
    /// Everybody checks in.
    CheckIn { from: u64, over_ms: u64 },
    /// Everybody votes in the vote that is open; with `cut`, each line is cut when the ballot is sent,
    /// and it goes again over another one. `refusable`: the vote may be closed by then.
    Vote { from: u64, over_ms: u64, cut: bool, refusable: bool },
    /// Everybody's line is cut at the same moment; each comes back as his tablet would.
    Storm,
    /// Waits until everyone has reached a position of the log.
    Reach { position: u64 },
    /// What was seen since the last report.
    Report,
}

/// What it answers, once the order is carried out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Done {
    /// Milliseconds from the moment each was due to the moment it was done.
    pub(crate) times: Vec<f64>,
    /// When the last was done.
    pub(crate) last: u64,
    /// Ballots that came too late, where they may.
    pub(crate) refused: u64,
    pub(crate) failures: Vec<String>,
    pub(crate) seen: Seen,
}

/// What a helper's delegates received.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// When each delegate saw the latest vote open, and close.
    pub(crate) opened: Vec<u64>,
    pub(crate) closed: Vec<u64>,
    pub(crate) deliveries: u64,
    pub(crate) bytes: u64,
    /// Frames that did not follow the one before: lost or reordered.
    pub(crate) gaps: u64,
    /// Frames that came twice.
    pub(crate) doubled: u64,
    /// Lines that ended without being asked to.
    pub(crate) cut: u64,
    /// Milliseconds that delegates were without a line, of each that has one again.
    pub(crate) away: Vec<f64>,
    /// Answers that decided nothing.
    pub(crate) unavailable: u64,
}
