//! What the screen in the room is told of what was signed: its class sees no documents.
//! Never here: how it is drawn.

use super::Room;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{Digest, Time};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::ServerFrame;

impl Room {
    /// Shows the room what was signed, unless it may not know of it.
    pub(super) fn show_signed(&mut self, instrument: Instrument, fingerprint: Digest, at: Time) {
        let item = match instrument {
            Instrument::Minutes => None,
            Instrument::Decision(id) => {
                let motion = self.state.decisions.get(&id).map(|decision| decision.motion);
                motion.and_then(|id| self.state.motions.get(&id)).and_then(|motion| motion.item)
            }
        };
        if self.state.level_of(item) <= ViewerClass::Projector.clearance() {
            let frame = ServerFrame::Signed { instrument, fingerprint, at };
            self.feeds.tell(&[ViewerClass::Projector], &frame);
        }
    }
}
