//! What only one person may know, on its way to his own connections when it changes: his ballot, to
//! his other devices; and where people are counted, no class's frames name him. Never here: what his
//! class knows.

use crate::feed::{Framed, Notifier};
use icabinet_models::Event;
use icabinet_models::ids::{PersonId, RequestId};
use icabinet_models::meeting::{AgendaEvent, AttendanceEvent, FloorEvent, VotesEvent};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};

/// The connections of each person, and who must be told next.
#[derive(Debug, Default)]
pub(super) struct Personal {
    notifiers: HashMap<PersonId, Vec<Weak<Notifier>>>,
    /// Who asked to speak: a request that is gone doesn't say whose it was.
    asked: HashMap<RequestId, PersonId>,
    changed: BTreeSet<PersonId>,
}

impl Personal {
    /// Tells a connection of a person's from now on.
    pub(super) fn listen(&mut self, person: &PersonId, notifier: &Arc<Notifier>) {
        let notifiers = self.notifiers.entry(person.clone()).or_default();
        notifiers.retain(|notifier| notifier.strong_count() > 0);
        notifiers.push(Arc::downgrade(notifier));
    }

    /// Forgets a person none of whose connections lives any more.
    pub(super) fn gone(&mut self, person: &PersonId) {
        let Some(notifiers) = self.notifiers.get_mut(person) else { return };
        notifiers.retain(|notifier| notifier.strong_count() > 0);
        if notifiers.is_empty() {
            self.notifiers.remove(person);
        }
    }

    fn devices(&self, person: &PersonId) -> usize {
        let notifiers = self.notifiers.get(person).into_iter().flatten();
        notifiers.filter(|notifier| notifier.strong_count() > 0).count()
    }

    /// Notes whom an event is about, if somebody of his listens; where people are not counted, what
    /// his class is shown says all but his ballot.
    pub(super) fn note(&mut self, event: &Event, is_counted: bool) {
        let about = match event {
            // The device that sent it has the answer: the frame is for the others.
            Event::Votes(VotesEvent::BallotCast { person, .. }) if self.devices(person) > 1 => {
                Some(person.clone())
            }
            Event::Floor(event) if is_counted => self.asks(event),
            Event::Attendance(
                AttendanceEvent::CheckedIn { person, .. }
                | AttendanceEvent::CheckedOut { person, .. }
                | AttendanceEvent::AbsenceRecorded { person, .. },
            )
            | Event::Agenda(AgendaEvent::Recused { person, .. })
                if is_counted =>
            {
                Some(person.clone())
            }
            Event::Preparation(_)
            | Event::Participants(_)
            | Event::Agenda(_)
            | Event::Motions(_)
            | Event::Papers(_)
            | Event::Attendance(_)
            | Event::Session(_)
            | Event::Floor(_)
            | Event::Votes(_)
            | Event::Speech(_)
            | Event::Minutes(_)
            | Event::Decisions(_) => None,
        };
        let Some(about) = about else { return };
        if self.notifiers.contains_key(&about) {
            self.changed.insert(about);
        }
    }

    /// Whose place in the queue an event is about.
    fn asks(&mut self, event: &FloorEvent) -> Option<PersonId> {
        match event {
            FloorEvent::SpeechRequested { request, person, .. } => {
                self.asked.insert(*request, person.clone());
                Some(person.clone())
            }
            FloorEvent::RequestWithdrawn { request } => self.asked.remove(request),
            FloorEvent::FloorGranted { request, person, .. } => {
                if let Some(request) = request {
                    self.asked.remove(request);
                }
                Some(person.clone())
            }
            FloorEvent::FloorExtended { .. }
            | FloorEvent::FloorPaused {}
            | FloorEvent::FloorResumed {}
            | FloorEvent::FloorEnded {} => None,
        }
    }

    /// Tells everyone who was noted what `word` makes of him.
    pub(super) fn tell(&mut self, word: impl Fn(&PersonId) -> Framed) {
        for person in std::mem::take(&mut self.changed) {
            let Some(notifiers) = self.notifiers.get(&person) else { continue };
            let word = word(&person);
            for notifier in notifiers.iter().filter_map(Weak::upgrade) {
                notifier.tell(word.clone());
            }
        }
    }
}
