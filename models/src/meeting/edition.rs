//! What an editor has before his eyes: of two who edit one text, neither overwrites the other
//! without a word. Never here: who may edit, and in which stage.

use super::{Command, Meeting, Particulars, Refusal};
use crate::agenda::{Item, ItemWords};
use crate::decisions::DecisionText;
use crate::ids::{DecisionId, Digest, ItemId, MotionId, SegmentId, SentenceId, Text};
use crate::minutes::Minutes;
use serde::{Deserialize, Serialize};

/// The words of a thing that people edit, as they stand. A refusal carries them to who edited
/// something else, so that his screen can show both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    Particulars {
        particulars: Particulars,
    },
    Item(ItemWords),
    Motion {
        text: Text,
    },
    Sentence {
        text: String,
    },
    Segment {
        text: String,
    },
    Decision {
        text: DecisionText,
    },
    /// Stands for words that this editor may not read.
    Withheld,
}

impl Edition {
    /// What a command names as seen.
    pub fn digest(&self) -> Digest {
        Digest::of(&crate::canonical::bytes(self))
    }

    /// The words of an item.
    pub fn of_item(item: &Item) -> Self {
        Self::Item(ItemWords {
            title: item.title.clone(),
            presenter: item.presenter.clone(),
            unit: item.unit.clone(),
            minutes_planned: item.minutes_planned,
        })
    }

    /// Whether an editor who saw `seen` may put `new` in the place of this; `None` takes it away.
    /// Who names nothing is of a program that didn't know better: his word is the last one.
    pub(super) fn give_way(self, seen: Option<Digest>, new: Option<&Self>) -> Result<(), Refusal> {
        match seen {
            Some(seen) if seen != self.digest() && new != Some(&self) => {
                Err(Refusal::Changed { now: Box::new(self) })
            }
            _ => Ok(()),
        }
    }
}

impl Meeting {
    /// The words of its name, place and time.
    pub fn edition(&self) -> Edition {
        Edition::Particulars { particulars: self.particulars.clone() }
    }

    /// The words of an item.
    pub fn edition_of_item(&self, id: ItemId) -> Option<Edition> {
        self.items.get(&id).map(Edition::of_item)
    }

    /// The words of a motion.
    pub fn edition_of_motion(&self, id: MotionId) -> Option<Edition> {
        self.motions.get(&id).map(|motion| Edition::Motion { text: motion.text.clone() })
    }

    /// The words of a sentence of the minutes, also of one that was taken out of them.
    pub fn edition_of_sentence(&self, id: SentenceId) -> Option<Edition> {
        let sentence = match &self.minutes {
            Minutes::NotBegun => None,
            Minutes::Draft { sentences, .. } | Minutes::Approved { sentences, .. } => {
                sentences.get(&id)
            }
        };
        sentence.map(|sentence| Edition::Sentence { text: sentence.text.clone() })
    }

    /// What counts as said in a segment.
    pub fn edition_of_segment(&self, id: SegmentId) -> Option<Edition> {
        self.transcript.get(&id).map(|found| Edition::Segment { text: found.reading().to_owned() })
    }

    /// The words of a decision.
    pub fn edition_of_decision(&self, id: DecisionId) -> Option<Edition> {
        self.decisions.get(&id).map(|found| Edition::Decision { text: found.text.clone() })
    }
}

/// Where a command says what its editor saw, and the words that it would write.
pub(super) type Editing<'c> = (&'c mut Option<Digest>, Option<Edition>);

impl Command {
    /// The words that it would put in the place of others, if it edits any.
    pub fn edition(&self) -> Option<Edition> {
        self.clone().edit().and_then(|(_, new)| new)
    }

    /// The same command by an editor who has read `now`, or by one who doesn't say.
    pub fn having_seen(mut self, now: Option<&Edition>) -> Self {
        if let Some((seen, _)) = self.edit() {
            *seen = now.map(Edition::digest);
        }
        self
    }

    fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::Preparation(command) => command.edit(),
            Self::Agenda(command) => command.edit(),
            Self::Motions(command) => command.edit(),
            Self::Speech(command) => command.edit(),
            Self::Minutes(command) => command.edit(),
            Self::Decisions(command) => command.edit(),
            Self::Participants(_)
            | Self::Papers(_)
            | Self::Attendance(_)
            | Self::Session(_)
            | Self::Floor(_)
            | Self::Votes(_) => None,
        }
    }
}
