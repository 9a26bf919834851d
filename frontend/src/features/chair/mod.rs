//! The chair's desk: agenda, floor, queue, the room, and the one button that follows the state.
//! Never here: ballots and results, which the page puts beside it.

mod agenda;
mod floor;
mod helm;
mod others;
mod room;
mod screens;
mod simulation;

pub use agenda::DeskAgenda;
pub use floor::DeskFloor;
pub use helm::Helm;
pub use others::{
    AttendanceSheet, ConcludeSheet, GiveFloorSheet, HandOverSheet, MotionSheet, VoidSheet,
};
pub use room::DeskRoom;
pub use screens::ScreenSheet;
pub use simulation::Simulation;

use icabinet_models::ids::ItemId;
use icabinet_models::meeting::Meeting;
use icabinet_sync::Replica;
use leptos::prelude::*;

/// The sheets of the desk; at most one is open.
#[derive(Clone, Copy)]
pub struct Sheets {
    pub attendance: RwSignal<bool>,
    pub give_floor: RwSignal<bool>,
    pub hand_over: RwSignal<bool>,
    pub void: RwSignal<bool>,
    pub motion: RwSignal<bool>,
    pub screen: RwSignal<bool>,
    pub results: RwSignal<bool>,
    pub my_ballot: RwSignal<bool>,
    /// The item to defer, withdraw or carry over.
    pub conclude: RwSignal<Option<ItemId>>,
}

impl Sheets {
    /// All closed.
    pub fn closed() -> Self {
        let shut = || RwSignal::new(false);
        Self {
            attendance: shut(),
            give_floor: shut(),
            hand_over: shut(),
            void: shut(),
            motion: shut(),
            screen: shut(),
            results: shut(),
            my_ballot: shut(),
            conclude: RwSignal::new(None),
        }
    }
}

/// The number of an item on the agenda, 0 for none.
fn number(meeting: &Meeting, item: Option<ItemId>) -> usize {
    item.and_then(|item| meeting.number_of(item)).unwrap_or(0)
}

/// Whether this person runs the session now: the chair, who may have taken over, and secretaries.
/// Everybody else of the office looks on.
fn presides(replica: &Replica) -> bool {
    let m = replica.meeting();
    replica.person().is_some_and(|me| m.is_chair(me) || m.is_secretary(me))
}
