//! What comes next: the one thing a chair can press, and what a secretary still has to do before a
//! meeting can be convened. Pure; the meeting's own `decide` has the last word on the server.
//! Never here: words and widgets.

use icabinet_models::agenda::{ItemKind, ItemState};
use icabinet_models::ids::{ItemId, MotionId, VoteId};
use icabinet_models::meeting::{Meeting, Stage};
use icabinet_models::motions::{Motion, MotionState};
use icabinet_models::papers::PaperState;
use icabinet_models::participants::Office;
use icabinet_models::votes::BallotKind;

/// The next act of the chair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Not convened: the secretary is still preparing.
    Prepare,
    OpenSession,
    Resume,
    StartItem(ItemId),
    /// A consent item that nobody wants to debate.
    AdoptWithoutDebate(ItemId),
    OpenVote(MotionId),
    CloseVote(VoteId),
    ConcludeItem(ItemId),
    CloseSession,
    /// The session is closed: the minutes come next.
    Minutes,
    /// For who looks on, where the chair is his to take.
    TakeChair,
}

impl Next {
    /// Whether it is refused without a quorum.
    pub fn needs_quorum(self) -> bool {
        match self {
            Self::OpenSession | Self::Resume | Self::OpenVote(_) | Self::AdoptWithoutDebate(_) => {
                true
            }
            Self::Prepare
            | Self::StartItem(_)
            | Self::CloseVote(_)
            | Self::ConcludeItem(_)
            | Self::CloseSession
            | Self::Minutes
            | Self::TakeChair => false,
        }
    }
}

/// What the chair does next, read off the state: votes before conclusions, items in their order.
pub fn next(m: &Meeting) -> Next {
    match m.stage {
        Stage::Blank | Stage::Preparing => return Next::Prepare,
        Stage::Convened => return Next::OpenSession,
        Stage::Recess { .. } => return Next::Resume,
        Stage::Closed { .. } => return Next::Minutes,
        Stage::InSession { .. } => {}
    }
    if let Some((vote, _)) = m.open_vote() {
        return Next::CloseVote(vote);
    }
    // What belongs to no item, such as the agenda itself, comes before the items.
    if let Some(motion) = proposed(m, m.current) {
        return Next::OpenVote(motion);
    }
    if let Some(item) = m.current {
        return Next::ConcludeItem(item);
    }
    let waiting = m.agenda.iter().filter_map(|id| m.items.get(id).map(|item| (*id, item)));
    let next = waiting.into_iter().find(|(_, item)| item.state == ItemState::Waiting);
    match next {
        Some((id, item)) if item.kind == ItemKind::Consent && item.objections.is_empty() => {
            Next::AdoptWithoutDebate(id)
        }
        Some((id, _)) => Next::StartItem(id),
        None => Next::CloseSession,
    }
}

fn proposed(m: &Meeting, item: Option<ItemId>) -> Option<MotionId> {
    // A secret ballot is held on paper in this version: it is no next step of the desk.
    let waits = |motion: &Motion| {
        motion.state == MotionState::Proposed && motion.ballot == BallotKind::Open
    };
    let waiting = m.motions.iter().filter(|(_, motion)| motion.item == item && waits(motion));
    // What changes a text is decided before the text.
    waiting.min_by_key(|(id, motion)| (motion.amends.is_none(), **id)).map(|(id, _)| *id)
}

/// Whether an item that is concluded now leaves a text that was never voted on.
pub fn leaves_unvoted(m: &Meeting, item: ItemId) -> bool {
    let mut own = m.motions.values().filter(|motion| motion.item == Some(item));
    own.any(|motion| motion.state == MotionState::Proposed)
}

/// Takes what was written for one person out of its field.
pub fn taken(written: &mut String) -> String {
    std::mem::take(written).trim().to_owned()
}

/// What a secretary still has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Todo {
    NoItems,
    NoChair,
    NoMembers,
    NoPlace,
    /// Papers that can't be shown.
    FaultyPapers(usize),
    /// Papers that are still being turned into pages.
    UnfinishedPapers(usize),
    /// Numbers on the agenda of consent items without a text to adopt.
    NothingToAdopt(Vec<usize>),
    /// The items are planned to take longer than the meeting, both in minutes.
    TooLong {
        items: u32,
        meeting: u32,
    },
}

impl Todo {
    /// Whether the meeting refuses to be convened while it is so.
    pub fn is_blocking(&self) -> bool {
        matches!(self, Self::NoItems | Self::NoChair | Self::NoMembers)
    }
}

/// What is missing, the blocking ones first.
pub fn todos(m: &Meeting) -> Vec<Todo> {
    let mut todos = Vec::new();
    if m.agenda.is_empty() {
        todos.push(Todo::NoItems);
    }
    if !m.people.values().any(|person| person.office == Some(Office::Chair)) {
        todos.push(Todo::NoChair);
    }
    if m.member_count() == 0 {
        todos.push(Todo::NoMembers);
    }
    if m.particulars.place.is_blank() {
        todos.push(Todo::NoPlace);
    }
    let count =
        |is: fn(&PaperState) -> bool| m.papers.values().filter(|paper| is(&paper.state)).count();
    let faulty = count(|state| matches!(state, PaperState::Faulty { .. }));
    if faulty > 0 {
        todos.push(Todo::FaultyPapers(faulty));
    }
    let unfinished =
        count(|state| matches!(state, PaperState::Waiting | PaperState::Rendering { .. }));
    if unfinished > 0 {
        todos.push(Todo::UnfinishedPapers(unfinished));
    }
    let lacks_motion = |id: &ItemId| {
        !m.motions
            .values()
            .any(|motion| motion.item == Some(*id) && motion.state != MotionState::Withdrawn)
    };
    let consent = |id: &ItemId| m.items.get(id).is_some_and(|item| item.kind == ItemKind::Consent);
    let bare: Vec<usize> = m
        .agenda
        .iter()
        .enumerate()
        .filter(|(_, id)| consent(id) && lacks_motion(id))
        .map(|(place, _)| place + 1)
        .collect();
    if !bare.is_empty() {
        todos.push(Todo::NothingToAdopt(bare));
    }
    let (items, meeting) = (items_minutes(m), m.particulars.minutes_planned);
    // Without a length of its own a meeting takes as long as it takes.
    if meeting > 0 && items > meeting {
        todos.push(Todo::TooLong { items, meeting });
    }
    todos
}

/// How long the items on the agenda are planned to take together.
pub fn items_minutes(m: &Meeting) -> u32 {
    let items = m.agenda.iter().filter_map(|id| m.items.get(id));
    items.fold(0, |sum, item| sum.saturating_add(item.minutes_planned))
}

#[cfg(test)]
mod tests {
    use super::{Next, Todo, leaves_unvoted, next, taken, todos};
    use icabinet_models::agenda::{Conclusion, ItemDraft, ItemKind, ItemState, Level};
    use icabinet_models::ids::{ItemId, MeetingId, MotionId, Text, Time};
    use icabinet_models::meeting::{Meeting, Stage};
    use icabinet_models::motions::{Motion, MotionState};
    use icabinet_models::participants::{Office, Participant, Standing};
    use icabinet_models::votes::BallotKind;

    #[test]
    fn the_reason_of_one_absence_is_not_the_next_ones() {
        let mut field = " Ốm, đang điều trị ".to_owned();
        assert_eq!(taken(&mut field), "Ốm, đang điều trị");
        assert_eq!(taken(&mut field), "");
    }

    fn item(m: &mut Meeting, id: u32, kind: ItemKind) {
        let draft = ItemDraft {
            title: Text::vi("Mục"),
            kind,
            presenter: None,
            unit: Text::default(),
            minutes_planned: 10,
            level: Level::Internal,
        };
        m.items.insert(ItemId(id), draft.begin());
        m.agenda.push(ItemId(id));
    }

    fn motion(m: &mut Meeting, id: u32, item: Option<u32>, state: MotionState) {
        let rule = m.profile.majority;
        let item = item.map(ItemId);
        let motion = Motion {
            item,
            text: Text::vi("Thông qua"),
            ballot: BallotKind::Open,
            rule,
            amends: None,
            state,
        };
        m.motions.insert(MotionId(id), motion);
    }

    fn meeting() -> Meeting {
        let mut m = Meeting::blank(MeetingId::from("m"));
        m.stage = Stage::InSession { opened_at: Time(0) };
        item(&mut m, 1, ItemKind::Consent);
        item(&mut m, 2, ItemKind::Regular);
        m
    }

    #[test]
    fn one_thing_follows_another() {
        let mut m = meeting();
        motion(&mut m, 1, None, MotionState::Proposed);
        assert_eq!(next(&m), Next::OpenVote(MotionId(1)), "the agenda is voted on first");
        motion(&mut m, 1, None, MotionState::Adopted);
        assert_eq!(next(&m), Next::AdoptWithoutDebate(ItemId(1)));
        if let Some(item) = m.items.get_mut(&ItemId(1)) {
            item.objections.push("m1".into());
        }
        assert_eq!(next(&m), Next::StartItem(ItemId(1)), "an objection asks for debate");
        motion(&mut m, 2, Some(1), MotionState::Proposed);
        m.current = Some(ItemId(1));
        assert_eq!(next(&m), Next::OpenVote(MotionId(2)));
        if let Some(motion) = m.motions.get_mut(&MotionId(2)) {
            motion.ballot = BallotKind::Secret;
        }
        assert_eq!(next(&m), Next::ConcludeItem(ItemId(1)), "a secret ballot is held on paper");
        motion(&mut m, 2, Some(1), MotionState::Undecided);
        assert_eq!(
            next(&m),
            Next::ConcludeItem(ItemId(1)),
            "what was not decided is not voted on again by itself"
        );
        m.current = None;
        for item in m.items.values_mut() {
            item.state = ItemState::Concluded {
                since: None,
                at: Time(1),
                position: 1,
                conclusion: Conclusion::Decided,
            };
        }
        assert_eq!(next(&m), Next::CloseSession);
    }

    #[test]
    fn an_amendment_comes_before_what_it_amends() {
        let mut m = meeting();
        m.current = Some(ItemId(2));
        motion(&mut m, 1, Some(2), MotionState::Proposed);
        motion(&mut m, 2, Some(2), MotionState::Proposed);
        assert_eq!(next(&m), Next::OpenVote(MotionId(1)), "in their order");
        if let Some(motion) = m.motions.get_mut(&MotionId(2)) {
            motion.amends = Some(MotionId(1));
        }
        assert_eq!(next(&m), Next::OpenVote(MotionId(2)));
        motion(&mut m, 2, Some(2), MotionState::Rejected);
        assert_eq!(next(&m), Next::OpenVote(MotionId(1)));
        assert!(leaves_unvoted(&m, ItemId(2)) && !leaves_unvoted(&m, ItemId(1)));
    }

    #[test]
    fn the_stage_comes_first() {
        let mut m = meeting();
        let at = Time(0);
        for (stage, expected) in [
            (Stage::Preparing, Next::Prepare),
            (Stage::Convened, Next::OpenSession),
            (Stage::Recess { opened_at: at, since: at }, Next::Resume),
            (Stage::Closed { opened_at: at, at }, Next::Minutes),
        ] {
            m.stage = stage;
            assert_eq!(next(&m), expected);
        }
    }

    #[test]
    fn what_is_missing_is_listed() {
        let mut m = Meeting::blank(MeetingId::from("m"));
        assert_eq!(todos(&m), [Todo::NoItems, Todo::NoChair, Todo::NoMembers, Todo::NoPlace]);
        assert_eq!(todos(&m).iter().filter(|todo| todo.is_blocking()).count(), 3);
        item(&mut m, 1, ItemKind::Consent);
        m.particulars.place = Text::vi("Phòng 1");
        let person = Participant {
            person: "m1".into(),
            name: "Đoàn Hữu Thạch".to_owned(),
            courtesy: None,
            position: Text::default(),
            unit: Text::default(),
            standing: Standing::Member { weight: 1 },
            office: Some(Office::Chair),
            seat: None,
            venue: None,
        };
        m.people.insert("m1".into(), person);
        assert_eq!(todos(&m), [Todo::NothingToAdopt(vec![1])]);
        motion(&mut m, 1, Some(1), MotionState::Proposed);
        assert_eq!(todos(&m), []);
        m.particulars.minutes_planned = 15;
        assert_eq!(todos(&m), []);
        item(&mut m, 2, ItemKind::Regular);
        let too_long = Todo::TooLong { items: 20, meeting: 15 };
        assert!(!too_long.is_blocking());
        assert_eq!(todos(&m), [too_long]);
    }
}
