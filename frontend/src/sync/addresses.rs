//! Addresses of the server's interface (`docs/protocol.md`).

use icabinet_models::ids::{Digest, MeetingId};
use icabinet_models::wire::PROTOCOL;

/// Bytes of a meeting: a page's picture, its words, a paper.
pub fn blob(meeting: &MeetingId, digest: &Digest) -> String {
    format!("/api/meetings/{meeting}/blobs/{}", digest.hex())
}

/// The whole view.
pub(super) fn snapshot(meeting: &MeetingId, projector: bool) -> String {
    let view = if projector { "&view=projector" } else { "" };
    format!("/api/meetings/{meeting}/snapshot?protocol={PROTOCOL}{view}")
}

/// The socket, from a position on.
pub(super) fn live(meeting: &MeetingId, after: u64, epoch: &str, projector: bool) -> String {
    let view = if projector { "&view=projector" } else { "" };
    format!("/api/meetings/{meeting}/live?protocol={PROTOCOL}&after={after}&epoch={epoch}{view}")
}
