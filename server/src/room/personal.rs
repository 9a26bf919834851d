//! What only one person may know, on its way to his own connections when it changes: where people
//! are counted, no class's frames name him. Never here: what his class knows.

use axum::extract::ws::Utf8Bytes;
use icabinet_models::Event;
use icabinet_models::ids::{PersonId, RequestId};
use std::collections::{BTreeSet, HashMap};
use tokio::sync::watch;

/// The latest word to a person; `None` until there is one.
pub(super) type Word = Option<Utf8Bytes>;

/// One slot for each person with a connection, and who must be told next.
#[derive(Debug, Default)]
pub(super) struct Personal {
    slots: HashMap<PersonId, watch::Sender<Word>>,
    /// Who asked to speak: a request that is gone doesn't say whose it was.
    asked: HashMap<RequestId, PersonId>,
    changed: BTreeSet<PersonId>,
}

impl Personal {
    /// Listens for words to a person.
    pub(super) fn listen(&mut self, person: &PersonId) -> watch::Receiver<Word> {
        let slot = self.slots.entry(person.clone()).or_insert_with(|| watch::Sender::new(None));
        slot.subscribe()
    }

    /// Forgets a person none of whose connections listens any more.
    pub(super) fn gone(&mut self, person: &PersonId) {
        if self.slots.get(person).is_some_and(watch::Sender::is_closed) {
            self.slots.remove(person);
        }
    }

    /// Notes whom an event is about, if somebody of his listens.
    pub(super) fn note(&mut self, event: &Event) {
        let about = match event {
            Event::SpeechRequested { request, person, .. } => {
                self.asked.insert(*request, person.clone());
                person.clone()
            }
            Event::RequestWithdrawn { request } => match self.asked.remove(request) {
                Some(person) => person,
                None => return,
            },
            Event::FloorGranted { request, person, .. } => {
                if let Some(request) = request {
                    self.asked.remove(request);
                }
                person.clone()
            }
            Event::CheckedIn { person, .. }
            | Event::CheckedOut { person, .. }
            | Event::AbsenceRecorded { person, .. }
            | Event::Recused { person, .. } => person.clone(),
            _ => return,
        };
        if self.slots.contains_key(&about) {
            self.changed.insert(about);
        }
    }

    /// Tells everyone who was noted what `word` makes of him.
    pub(super) fn tell(&mut self, word: impl Fn(&PersonId) -> Utf8Bytes) {
        for person in std::mem::take(&mut self.changed) {
            if let Some(slot) = self.slots.get(&person) {
                slot.send_replace(Some(word(&person)));
            }
        }
    }
}
