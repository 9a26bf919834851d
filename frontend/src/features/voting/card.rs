//! What the voting sheet shows of one vote, read from the view once a change.

use icabinet_models::Meeting;
use icabinet_models::ids::{Digest, PersonId, VoteId};
use icabinet_models::participants::Participant;
use icabinet_models::rule::Choice;
use icabinet_models::votes::VoteState;
use icabinet_sync::{BallotStanding, Replica};

use crate::texts::people::{said, tag_of};
use crate::texts::{Language, Texts, outcome};
use icabinet_presenter::vietnamese::no_break;

/// Whether this person votes in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    Entitled,
    Absent,
    Recused,
    NotAMember,
}

/// One vote, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) id: VoteId,
    /// "Mục 3 · Biểu quyết công khai"
    pub(super) over: String,
    /// The item's title.
    pub(super) heading: String,
    pub(super) motion: String,
    pub(super) motion_tag: &'static str,
    /// Beginning, bold, end.
    pub(super) rule: (String, String, String),
    pub(super) text_digest: Digest,
    pub(super) choices: Vec<Choice>,
    pub(super) may_change: bool,
    pub(super) right: Right,
    pub(super) entitled: u32,
    pub(super) cast: u32,
    pub(super) opened_at: i64,
    pub(super) closes_at: Option<i64>,
    pub(super) is_open: bool,
    pub(super) standing: BallotStanding,
    /// "Lê Thị Minh Nguyệt · Phó Chủ tịch"
    pub(super) me: String,
}

fn is_member(meeting: &Meeting, person: &PersonId) -> bool {
    meeting.people.get(person).is_some_and(Participant::is_member)
}

pub(super) fn read(replica: &Replica, id: VoteId, texts: &Texts) -> Option<Card> {
    let (meeting, language) = (replica.meeting(), texts.language);
    let vote = meeting.votes.get(&id)?;
    let item = vote.item.and_then(|id| meeting.items.get(&id));
    let number = vote.item.and_then(|id| meeting.number_of(id));
    let over = number
        .map_or_else(|| texts.vote.of_meeting.to_owned(), |number| (texts.vote.of_item)(number));
    let heading = item.map_or(texts.vote.heading, |item| said(&item.title, language));
    let terms = &vote.terms;
    let me = replica.person();
    let right = match me {
        Some(me) if terms.entitled.contains_key(me) => Right::Entitled,
        Some(me) if terms.recused.contains(me) => Right::Recused,
        Some(me) if terms.absent.contains(me) => Right::Absent,
        // Where people are counted, one's own row of the list says it.
        Some(me) if terms.heads.is_some() && is_member(meeting, me) => {
            let recused = item.is_some_and(|item| item.recusals.contains_key(me));
            if recused { Right::Recused } else { Right::Absent }
        }
        _ => Right::NotAMember,
    };
    let entitled = terms.heads().entitled;
    let counted =
        replica.turnout().filter(|turnout| turnout.vote == id).map_or(0, |turnout| turnout.cast);
    let standing = replica.ballot(id);
    let mine = u32::from(matches!(
        standing,
        BallotStanding::Recorded(_) | BallotStanding::Elsewhere { .. }
    ));
    let cast = match &vote.state {
        VoteState::Closed { outcome, .. } if terms.heads.is_some() => {
            u32::try_from(outcome.tally.cast()).unwrap_or(u32::MAX)
        }
        VoteState::Closed { ballots, .. } => u32::try_from(ballots.len()).unwrap_or(u32::MAX),
        VoteState::Open { .. } | VoteState::Void { .. } => counted.max(mine),
    };
    let person = me.and_then(|me| meeting.people.get(me));
    let me = person.map(|person| format!("{} · {}", person.name, said(&person.position, language)));
    Some(Card {
        id,
        over,
        heading: no_break(heading),
        motion: no_break(said(&terms.text, language)),
        motion_tag: tag_of(&terms.text, language),
        rule: outcome::rule(terms, language),
        text_digest: terms.text_digest,
        choices: terms.choices.clone(),
        may_change: terms.may_change_ballot,
        right,
        entitled,
        cast,
        opened_at: vote.opened_at.0,
        closes_at: terms.closes_at.map(|at| at.0),
        is_open: vote.is_open(),
        standing,
        me: me.unwrap_or_default(),
    })
}

impl Card {
    /// Whether the sheet shows the ballot, not the result: while the vote is open, and afterwards for
    /// as long as one's own ballot has not arrived.
    pub(super) fn shows_ballot(&self) -> bool {
        self.right == Right::Entitled && (self.is_open || self.standing.is_unanswered())
    }
}

/// Why somebody who looks at an open vote has no ballot in it.
pub(super) fn no_ballot(right: Right, language: Language) -> &'static str {
    let words = &language.texts().results;
    match right {
        Right::Entitled => words.my_ballot_none,
        Right::Absent => words.not_entitled_absent,
        Right::Recused => words.not_entitled_recused,
        Right::NotAMember => words.not_entitled,
    }
}
