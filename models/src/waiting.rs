//! What waits for somebody in a meeting: acts that are his to do now, and stay undone until he does.
//! Read off the state, the whole one or a view. Never here: whether he may (that is `decide`), words.

use crate::decisions::{Instrument, Rendition};
use crate::ids::PersonId;
use crate::meeting::{Actor, Command, Context, Meeting, SessionCommand, Stage};
use crate::minutes::Minutes;
use crate::participants::Office;
use serde::{Deserialize, Serialize};

/// One thing that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// The chair was given to him.
    Preside,
    /// Nobody presides who could, and he may.
    TakeChair,
    Sign(Instrument),
    Publish(Instrument),
}

/// What waits for `person`, the most urgent first.
pub fn waits(m: &Meeting, person: &PersonId) -> Vec<Wait> {
    let mut found = Vec::new();
    let office = m.people.get(person).and_then(|row| row.office);
    if matches!(m.stage, Stage::InSession { .. } | Stage::Recess { .. }) {
        if m.is_chair(person) && office != Some(Office::Chair) {
            found.push(Wait::Preside);
        }
        let context = Context { actor: Actor::Person(person.clone()), now: crate::ids::Time(0) };
        // Whoever was given the chair keeps it until the appointed chair wants it back: that is no task.
        // As the tablet judges too: it has no more of the rules than the room needs.
        let may = m.decide_in_room(&context, &Command::Session(SessionCommand::TakeChair {}));
        if office == Some(Office::ViceChair) && matches!(may, Some(Ok(_))) {
            found.push(Wait::TakeChair);
        }
    }
    let decisions = m.decisions.iter();
    let decisions = decisions
        .map(|(id, one)| (Instrument::Decision(*id), &one.rendition, one.published.is_some()));
    let minutes = match &m.minutes {
        Minutes::Approved { rendition, published, .. } => {
            Some((Instrument::Minutes, rendition, published.is_some()))
        }
        Minutes::NotBegun | Minutes::Draft { .. } => None,
    };
    for (instrument, rendition, is_public) in decisions.chain(minutes) {
        match rendition {
            Rendition::Typeset { .. } if m.place_of(instrument, person).is_some() => {
                found.push(Wait::Sign(instrument));
            }
            Rendition::Signed { .. } if !is_public && m.is_secretary(person) => {
                found.push(Wait::Publish(instrument));
            }
            Rendition::Waiting
            | Rendition::Typeset { .. }
            | Rendition::Failed { .. }
            | Rendition::Signed { .. } => {}
        }
    }
    found
}
