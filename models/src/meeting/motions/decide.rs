//! Motions: putting one down, changing it, withdrawing it.

use super::{Motion, MotionDraft, MotionState};
use crate::ids::MotionId;
use crate::meeting::guards::{desk, item, next, not_closed, required, room_for_more, secretary};
use crate::meeting::{
    Bound, Context, Decided, Edition, Meeting, MotionsCommand, MotionsEvent, Refusal, Thing,
};

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &MotionsCommand,
) -> Result<Decided, Refusal> {
    match command {
        MotionsCommand::AddMotion { draft } => add_motion(m, cx, draft),
        MotionsCommand::ChangeMotion { motion, text, seen } => {
            secretary(m, cx)?;
            let found = proposed(m, *motion)?;
            required(text)?;
            let now = Edition::Motion { text: found.text.clone() };
            now.give_way(*seen, Some(&Edition::Motion { text: text.clone() }))?;
            Ok(Decided::one(MotionsEvent::MotionChanged { motion: *motion, text: text.clone() }))
        }
        MotionsCommand::WithdrawMotion { motion, seen } => {
            desk(m, cx)?;
            let found = proposed(m, *motion)?;
            Edition::Motion { text: found.text.clone() }.give_way(*seen, None)?;
            Ok(Decided::one(MotionsEvent::MotionWithdrawn { motion: *motion }))
        }
    }
}

fn add_motion(m: &Meeting, cx: &Context, draft: &MotionDraft) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    not_closed(m)?;
    room_for_more(m.motions.len())?;
    required(&draft.text)?;
    if let Some(id) = draft.item
        && item(m, id)?.is_settled()
    {
        return Err(Refusal::ItemSettled);
    }
    if let Some(amended) = draft.amends {
        proposed(m, amended)?;
    }
    let rule = draft.rule.unwrap_or(m.profile.majority);
    if rule.threshold.denominator == 0 || rule.threshold.numerator > rule.threshold.denominator {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    let content = Motion {
        item: draft.item,
        text: draft.text.clone(),
        ballot: draft.ballot,
        rule,
        amends: draft.amends,
        state: MotionState::Proposed,
    };
    Ok(Decided::one(MotionsEvent::MotionAdded {
        motion: MotionId(next(&m.motions, |id| id.0)),
        content,
    }))
}

fn proposed(m: &Meeting, id: MotionId) -> Result<&Motion, Refusal> {
    let motion = m.motions.get(&id).ok_or(Refusal::Unknown { thing: Thing::Motion })?;
    match motion.state {
        MotionState::Proposed => Ok(motion),
        MotionState::Voting
        | MotionState::Adopted
        | MotionState::Rejected
        | MotionState::Undecided
        | MotionState::AdoptedWithoutDebate
        | MotionState::Withdrawn => Err(Refusal::MotionNotOpenToVote),
    }
}
