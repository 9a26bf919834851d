//! What only one person may know, on its way to his own connections when it changes: his ballot, to
//! his other devices; and where people are counted, no class's frames name him. Never here: what his
//! class knows.

use super::framed::Framed;
use super::post::Post;
use icabinet_models::Event;
use icabinet_models::ids::{PersonId, RequestId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};

/// The connections of each person, and who must be told next.
#[derive(Debug, Default)]
pub(super) struct Personal {
    posts: HashMap<PersonId, Vec<Weak<Post>>>,
    /// Who asked to speak: a request that is gone doesn't say whose it was.
    asked: HashMap<RequestId, PersonId>,
    changed: BTreeSet<PersonId>,
}

impl Personal {
    /// Tells a connection of a person's from now on.
    pub(super) fn listen(&mut self, person: &PersonId, post: &Arc<Post>) {
        let posts = self.posts.entry(person.clone()).or_default();
        posts.retain(|post| post.strong_count() > 0);
        posts.push(Arc::downgrade(post));
    }

    /// Forgets a person none of whose connections lives any more.
    pub(super) fn gone(&mut self, person: &PersonId) {
        let Some(posts) = self.posts.get_mut(person) else { return };
        posts.retain(|post| post.strong_count() > 0);
        if posts.is_empty() {
            self.posts.remove(person);
        }
    }

    fn devices(&self, person: &PersonId) -> usize {
        let posts = self.posts.get(person).into_iter().flatten();
        posts.filter(|post| post.strong_count() > 0).count()
    }

    /// Notes whom an event is about, if somebody of his listens; where people are not counted, what
    /// his class is shown says all but his ballot.
    pub(super) fn note(&mut self, event: &Event, is_counted: bool) {
        let about = match event {
            // The device that sent it has the answer: the frame is for the others.
            Event::BallotCast { person, .. } if self.devices(person) > 1 => person.clone(),
            _ if !is_counted => return,
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
        if self.posts.contains_key(&about) {
            self.changed.insert(about);
        }
    }

    /// Tells everyone who was noted what `word` makes of him.
    pub(super) fn tell(&mut self, word: impl Fn(&PersonId) -> Framed) {
        for person in std::mem::take(&mut self.changed) {
            let Some(posts) = self.posts.get(&person) else { continue };
            let word = word(&person);
            for post in posts.iter().filter_map(Weak::upgrade) {
                post.tell(word.clone());
            }
        }
    }
}
