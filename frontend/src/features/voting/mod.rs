//! Voting: the sheet in its states, and results.

mod card;
mod result;
mod sheet;

pub use result::ResultsSheet;
#[cfg(feature = "desk")]
pub use result::{BallotMark, Mark, marks};
pub use sheet::VoteSheet;

use icabinet_models::ids::{ItemId, VoteId};
use icabinet_models::meeting::{Meeting, Stage};
use icabinet_models::rule::Choice;
use icabinet_sync::{Reach, Replica};

use crate::texts::Texts;
use crate::ui::VoteChoice;

/// The button of a choice.
pub fn button_of(choice: Choice) -> VoteChoice {
    match choice {
        Choice::Yes => VoteChoice::Yes,
        Choice::No => VoteChoice::No,
        Choice::Abstain => VoteChoice::Abstain,
        Choice::Other => VoteChoice::Other,
    }
}

fn choice_of(button: VoteChoice) -> Choice {
    match button {
        VoteChoice::Yes => Choice::Yes,
        VoteChoice::No => Choice::No,
        VoteChoice::Abstain => Choice::Abstain,
        VoteChoice::Other => Choice::Other,
    }
}

/// What the bar below says about voting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The vote that is open.
    pub open: Option<VoteId>,
    /// It waits for this person's ballot.
    pub waits_for_me: bool,
    /// This person may vote in it.
    entitled: bool,
    reach: Reach,
    /// Votes that were closed.
    pub closed: usize,
    /// A ballot of this person was not counted, in the vote that was open last.
    pub lost: bool,
}

/// What the bar below says about voting.
pub fn summary(replica: &Replica) -> Summary {
    let meeting = replica.meeting();
    let closed = meeting.votes.values().filter(|vote| !vote.is_open()).count();
    let Some((id, vote)) = meeting.open_vote() else {
        let last = meeting.votes.keys().next_back();
        let lost = last.is_some_and(|id| replica.ballot(*id).is_unanswered());
        return Summary { closed, lost, ..Summary::default() };
    };
    let entitled = replica.person().is_some_and(|me| vote.terms.entitled.contains_key(me));
    let reach = replica.ballot(id).reach();
    Summary {
        open: Some(id),
        waits_for_me: entitled && reach == Reach::Missing,
        entitled,
        reach,
        closed,
        lost: false,
    }
}

impl Summary {
    /// In words, for the second line of the action.
    pub fn words(&self, is_lost: bool, texts: &Texts) -> String {
        let words = &texts.room;
        match (self.open, self.reach, is_lost) {
            (_, Reach::OnItsWay, _) => words.vote_unsent.to_owned(),
            (_, Reach::Recorded, _) => words.vote_sent.to_owned(),
            (_, Reach::Missing, true) => words.vote_unknown.to_owned(),
            (Some(_), Reach::Missing, false) if !self.entitled => words.vote_not_mine.to_owned(),
            (Some(_), Reach::Missing, false) => words.vote_open.to_owned(),
            (None, Reach::Missing, false) if self.closed > 0 => (words.vote_results)(self.closed),
            (None, Reach::Missing, false) => words.vote_not_open.to_owned(),
        }
    }
}

/// What the room is at, as far as a result that stands over the screen gives way to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomAt {
    item: Option<ItemId>,
    speech: Option<u64>,
    breaks: usize,
    in_session: bool,
}

/// What the room is at now.
pub fn what_the_room_is_at(meeting: &Meeting) -> RoomAt {
    RoomAt {
        item: meeting.current,
        speech: meeting.floor.speaking.as_ref().map(|turn| turn.position),
        breaks: meeting.recesses.len(),
        in_session: matches!(meeting.stage, Stage::InSession { .. }),
    }
}
