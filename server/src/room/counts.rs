//! Counts that a room tells without anything having happened in its log: turnout, connections,
//! attendance. Never here: who they are, but to the office of a small meeting.

use super::Room;
use super::attendance::count;
use icabinet_models::visibility::{self, Turnout, ViewerClass};
use icabinet_models::wire::ServerFrame;

/// Where thousands attend, they are told counts every so many ticks.
const SELDOM: u32 = 4;

impl Room {
    /// Whom counts are told now: everyone once a second; where thousands attend, each of them costs a
    /// frame, and all but the office and the screen hear every few seconds.
    pub(super) fn audience(&self) -> &'static [ViewerClass] {
        if !self.is_counted() || self.ticks.is_multiple_of(SELDOM) {
            &ViewerClass::ALL
        } else {
            &[ViewerClass::Staff, ViewerClass::Projector]
        }
    }

    pub(super) fn publish_turnout(&mut self) {
        // Whom the opening was not shown is told no count of it either.
        let audience = self.audience().iter().copied();
        let told: Vec<(ViewerClass, Turnout)> = audience
            .filter_map(|class| Some((class, visibility::turnout(&self.state, class)?)))
            .collect();
        let Some((_, Turnout { vote, cast, entitled })) = told.first().copied() else { return };
        let classes: Vec<ViewerClass> = told.into_iter().map(|(class, _)| class).collect();
        // The last ballot is no exception: among thousands the result would wait behind that count.
        self.feeds.tell(&classes, &ServerFrame::Turnout { vote, cast, entitled });
    }

    pub(super) fn publish_connected(&mut self) {
        let count = u32::try_from(self.connected.len()).unwrap_or(u32::MAX);
        let named = !self.is_counted();
        for class in self.audience() {
            let people = (named && *class == ViewerClass::Staff)
                .then(|| self.connected.keys().cloned().collect());
            self.feeds.tell(&[*class], &ServerFrame::Connected { count, people });
        }
    }

    pub(super) fn publish_attendance(&mut self) {
        let frame = |venues| count(&self.state, venues);
        let (office, others) = (frame(true), frame(false));
        for class in self.audience() {
            let frame = if *class == ViewerClass::Staff { &office } else { &others };
            self.feeds.tell(&[*class], frame);
        }
    }
}
