//! What a meeting's state comes to in the read model: rows, as they are written. Never here: SQL.

use crate::published;
use crate::store::{StoreError, json};
use icabinet_models::Meeting;
use icabinet_models::decisions::Rendition;
use icabinet_models::ids::{PersonId, Time};
use icabinet_models::meeting::Stage;
use icabinet_models::minutes::Minutes;
use icabinet_models::participants::Participant;
use icabinet_models::speech::Transcription;
use icabinet_models::visibility::class_once_convened;
use icabinet_models::waiting::waits;

/// A row of `meetings`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(super) scheduled: Time,
    pub(super) convened: bool,
    pub(super) closed: bool,
    pub(super) particulars: String,
    pub(super) stage: String,
    pub(super) vote_closes: Option<Time>,
    pub(super) awaits_model: bool,
    pub(super) unset_document: bool,
}

impl Line {
    pub(super) fn of(m: &Meeting) -> Result<Self, StoreError> {
        let (convened, closed) = match m.stage {
            Stage::Blank | Stage::Preparing => (false, false),
            Stage::Convened | Stage::InSession { .. } | Stage::Recess { .. } => (true, false),
            Stage::Closed { .. } => (true, true),
        };
        let waits_for_model = |state: &Transcription| *state == Transcription::NoModel;
        Ok(Self {
            scheduled: m.particulars.scheduled,
            convened,
            closed,
            particulars: json(&m.particulars)?,
            stage: json(&m.stage)?,
            vote_closes: m.open_vote().and_then(|(_, vote)| vote.terms.closes_at),
            awaits_model: m.recordings.values().any(|one| waits_for_model(&one.transcription)),
            unset_document: has_unset_document(m),
        })
    }
}

fn has_unset_document(m: &Meeting) -> bool {
    let minutes = match &m.minutes {
        Minutes::Approved { rendition, .. } => Some(rendition),
        Minutes::NotBegun | Minutes::Draft { .. } => None,
    };
    let mut all = m.decisions.values().map(|decision| &decision.rendition).chain(minutes);
    all.any(|rendition| matches!(rendition, Rendition::Failed { .. }))
}

/// A row of `participations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Participation {
    pub(super) person: PersonId,
    /// As the protocol names it.
    pub(super) class: String,
    pub(super) waits: String,
}

impl Participation {
    pub(super) fn of(m: &Meeting, row: &Participant) -> Result<Self, StoreError> {
        Ok(Self {
            person: row.person.clone(),
            class: json(&class_once_convened(m, row))?.trim_matches('"').to_owned(),
            waits: json(&waits(m, &row.person))?,
        })
    }
}

/// A row of `publications`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Publication {
    pub(super) scheduled: Time,
    pub(super) line: String,
    pub(super) pages: String,
}

impl Publication {
    pub(super) fn of(m: &Meeting) -> Result<Option<Self>, StoreError> {
        let Some(found) = published::published(m) else { return Ok(None) };
        Ok(Some(Self {
            scheduled: found.scheduled,
            line: json(&found.line())?,
            pages: json(&found)?,
        }))
    }
}

/// Rows to be written in the place of what is there. What isn't named stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whoever has no row here takes no part any more.
    pub(super) everybody: bool,
    pub(super) line: Option<Line>,
    pub(super) participations: Vec<Participation>,
    /// Who takes no part any more.
    pub(super) gone: Vec<PersonId>,
    /// What is public now, if that may have changed.
    pub(super) publication: Option<Option<Publication>>,
}
