//! Adding thousands of people: parcel by parcel, each when the one before is answered, and who of them
//! could not be added. Never here: where they come from.

use std::collections::VecDeque;

use icabinet_models::meeting::{Command, ParticipantsCommand};
use icabinet_models::participants::Participant;
use icabinet_models::wire::{Answer, LARGEST_CLIENT_FRAME};
use leptos::prelude::*;

use crate::sync::Live;
use crate::texts::{Texts, refusals};

/// Bytes of people in one command: well below the largest frame.
const PARCEL_BYTES: usize = LARGEST_CLIENT_FRAME / 2;
/// People in one command.
const PARCEL_PEOPLE: usize = 500;

/// How far the adding is, and who could not be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) asked: usize,
    pub(super) added: usize,
    pub(super) refused: Vec<(String, String)>,
}

impl Progress {
    pub(super) fn is_running(&self) -> bool {
        self.added + self.refused.len() < self.asked
    }

    pub(super) fn is_over(&self) -> bool {
        self.asked > 0 && !self.is_running()
    }
}

/// Adds one parcel after the other, each when the one before is answered. A parcel in which somebody
/// is refused is taken apart, so that it can be said who and why.
pub(super) fn add_next(
    live: Live,
    mut left: VecDeque<Vec<Participant>>,
    progress: RwSignal<Progress>,
    texts: Signal<&'static Texts>,
) {
    let Some(parcel) = left.pop_front() else { return };
    let sent = parcel.clone();
    let answered = Callback::new(move |answer: Answer| {
        let mut left = left.clone();
        let language = texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
        let refused = match answer {
            Answer::Accepted { .. } => None,
            Answer::Refused { .. } if sent.len() > 1 => {
                sent.iter().rev().for_each(|one| left.push_front(vec![one.clone()]));
                return add_next(live, left, progress, texts);
            }
            Answer::Refused { refusal } => {
                Some(refusals::refusal(&refusal, language, ToString::to_string).what)
            }
            Answer::Unavailable => Some(refusals::unreachable(language).what),
        };
        progress.try_update(|progress| match refused {
            None => progress.added += sent.len(),
            Some(why) => {
                let names = sent.iter().map(|one| one.name.clone());
                progress.refused.extend(names.map(|name| (name, why.clone())));
            }
        });
        add_next(live, left, progress, texts);
    });
    live.submit_then(
        Command::Participants(ParticipantsCommand::AddParticipants { participants: parcel }),
        answered,
    );
}

/// Parcels that each fit into a frame with room to spare, and are few enough for one command.
pub(super) fn parcels(people: Vec<Participant>) -> VecDeque<Vec<Participant>> {
    let size = |one: &Participant| serde_json::to_string(one).map_or(0, |text| text.len());
    let (mut parcels, mut bytes) = (VecDeque::<Vec<Participant>>::new(), 0);
    for one in people {
        let more = size(&one);
        match parcels.back_mut() {
            Some(parcel) if bytes + more <= PARCEL_BYTES && parcel.len() < PARCEL_PEOPLE => {
                parcel.push(one);
                bytes += more;
            }
            _ => {
                parcels.push_back(vec![one]);
                bytes = more;
            }
        }
    }
    parcels
}
