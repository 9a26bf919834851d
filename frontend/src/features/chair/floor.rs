//! The middle of the desk: the item, the vote that is open or who speaks, and who waits to.

use icabinet_models::floor::{Request, RequestKind};
use icabinet_models::ids::{MotionId, RequestId};
use icabinet_models::meeting::{
    Command, FloorCommand, Meeting, MotionsCommand, Stage, VotesCommand,
};
use icabinet_models::motions::{Motion, MotionState};
use icabinet_models::votes::BallotKind;
use icabinet_sync::{Reach, Replica};
use leptos::html;
use leptos::prelude::*;

use super::{Sheets, number, presides};
use crate::features::office::{name_of, reader, say, small};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::dates::span;
use crate::texts::outcome;
use crate::texts::people::said;
use crate::ui::{
    Button, ButtonSize, Countdown, IconName, ItemNumber, ItemTitle, QueueKind, QueueRow, Seats,
    StateRule, use_clock,
};
use icabinet_presenter::next_action::{self, Next};
use icabinet_presenter::vietnamese::no_break;

/// How much a press on "one more minute" gives, in seconds.
const MORE_SECONDS: u32 = 60;

/// The middle column.
#[component]
pub fn DeskFloor(sheets: Sheets) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let vote_open = live.view_or_default(|replica| replica.meeting().open_vote().is_some());
    let heading = live.view_or_default(move |replica| heading(replica.meeting(), texts.get()));
    let title = Signal::derive(move || heading.get().1);
    let head = move || {
        let number = u32::try_from(heading.get().0).unwrap_or(0);
        (number > 0).then(|| view! { <ItemNumber number=number/> })
    };
    let closed =
        live.view_or_default(|replica| matches!(replica.meeting().stage, Stage::Closed { .. }));
    let body = move || match (vote_open.get(), closed.get()) {
        (true, _) => view! { <OpenVote sheets/> }.into_any(),
        (false, false) => view! { <Turn/> }.into_any(),
        (false, true) => ().into_any(),
    };
    let recess = live.view_or_default(|replica| match replica.meeting().stage {
        Stage::Recess { since, .. } => Some(since.0),
        _ => None,
    });
    let recess = move || {
        recess.get().map(|since| {
            let words = (texts.get().room.recess_since)(&crate::features::clock(since));
            view! { <p class="badge box" role="status">{words}</p> }
        })
    };
    // Each item begins at its top.
    let column = NodeRef::<html::Section>::new();
    Effect::new(move || {
        title.track();
        if let Some(column) = column.try_get_untracked().flatten() {
            column.set_scroll_top(0);
        }
    });
    // What is put to the vote stands above the queue: nobody opens a vote on what he doesn't see.
    view! {
        <section class="centre" node_ref=column aria-label=say(|t| t.desk.current_item) tabindex="0">
            <div class="desk-head">{head}<ItemTitle title=title/></div>
            <StateRule/>
            {recess}
            {body}
            <Motions sheets/>
            <Show when=move || !closed.get()><Queue sheets/></Show>
        </section>
    }
}

/// The number and the title of what the room is at.
fn heading(m: &Meeting, texts: &Texts) -> (usize, String) {
    let words = &texts.desk;
    if let Some(item) = m.current.and_then(|id| m.items.get(&id)) {
        return (number(m, m.current), said(&item.title, texts.language).to_owned());
    }
    let title = match m.stage {
        Stage::Blank | Stage::Preparing => words.stage_preparing,
        Stage::Convened => words.stage_convened,
        Stage::InSession { .. } if m.items.values().all(|item| !item.is_settled()) => {
            words.stage_first
        }
        Stage::InSession { .. } => words.stage_between,
        Stage::Recess { .. } => words.stage_recess,
        Stage::Closed { .. } => words.stage_closed,
    };
    (0, title.to_owned())
}

/// The vote: its text, the turnout, never a direction.
#[component]
fn OpenVote(sheets: Sheets) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let words = live.view_or_default(move |replica| {
        let vote = replica.meeting().open_vote().map(|(_, vote)| vote)?;
        let language = texts.get().language;
        let (begin, bold, end) = outcome::rule(&vote.terms, language);
        Some((no_break(said(&vote.terms.text, language)), format!("{begin}{bold}{end}")))
    });
    let turnout = live.view_or_default(|replica| {
        let Some((id, vote)) = replica.meeting().open_vote() else { return (0, 0) };
        let cast = replica
            .turnout()
            .filter(|turnout| turnout.vote == id)
            .map_or(0, |turnout| turnout.cast);
        (cast, vote.terms.heads().entitled)
    });
    let times = live.view_or_default(|replica| {
        let vote = replica.meeting().open_vote().map(|(_, vote)| vote)?;
        Some((vote.terms.closes_at?.0, vote.opened_at.0))
    });
    let clock = move || {
        times.get().map(
            |(closes, opened)| view! { <Countdown deadline_ms=closes total_ms=closes - opened/> },
        )
    };
    let ballot = live.view_or_default(Replica::own_ballot);
    let label = Signal::derive(move || {
        let words = &texts.get().desk;
        match ballot.get() {
            None => "",
            Some(Reach::Missing) => words.cast_mine,
            Some(Reach::OnItsWay) => words.my_ballot_on_its_way,
            Some(Reach::Recorded) => words.my_ballot_in,
        }
        .to_owned()
    });
    // Whoever put his sheet away is told that his ballot is still missing.
    let mine = move || {
        ballot.get().is_some().then(|| {
            view! { <Button label=label icon=IconName::Ballot on_press=move |()| sheets.my_ballot.set(true)/> }
        })
    };
    let missing = move || {
        let words = say(|t| t.desk.my_ballot_missing);
        (ballot.get() == Some(Reach::Missing))
            .then(|| view! { <p class="badge box" role="status">{words}</p> })
    };
    view! {
        <div class="floor voting-now">
            <div>
                <p class="over">{say(|t| t.desk.vote_open)}</p>
                <p class="motion-read record">{move || words.get().map(|words| words.0)}</p>
                <p class="soft">{move || words.get().map(|words| words.1)}</p>
            </div>
            {clock}
            <div class="acts">
                <Seats taken=Signal::derive(move || turnout.get().0) all=Signal::derive(move || turnout.get().1)
                    text=Signal::derive(move || (texts.get().vote.turnout)(turnout.get().0, turnout.get().1))/>
                {mine}{missing}
            </div>
        </div>
    }
}

/// Who speaks, how long, and what the chair can do about it.
#[component]
fn Turn() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let who = live.view_or_default(move |replica| {
        let m = replica.meeting();
        m.floor.speaking.as_ref().map(|turn| name_of(m, &turn.person, texts.get()))
    });
    let times = live.view_or_default(|replica| {
        let turn = replica.meeting().floor.speaking.as_ref()?;
        let (deadline, paused) = crate::features::floor::timing(turn);
        Some((deadline, paused, turn.allotted_ms))
    });
    let paused = Memo::new(move |_| times.get().is_some_and(|times| times.1.is_some()));
    let clock = move || {
        times.get().map(|(deadline, paused, allotted)| {
            view! { <Countdown deadline_ms=deadline total_ms=allotted paused_at_ms=paused/> }
        })
    };
    let acts = move || {
        let pause = move |()| {
            live.submit(if paused.get_untracked() {
                Command::Floor(FloorCommand::ResumeFloor {})
            } else {
                Command::Floor(FloorCommand::PauseFloor {})
            });
        };
        let label = Signal::derive(move || {
            let words = &texts.get().desk;
            if paused.get() { words.go_on } else { words.pause }.to_owned()
        });
        let icon = if paused.get() { IconName::Play } else { IconName::Pause };
        view! {
            <Button label=label size=ButtonSize::Small icon=icon on_press=pause/>
            <Button label=say(|t| t.desk.one_minute) size=ButtonSize::Small icon=IconName::Plus
                on_press=move |()| live.submit(Command::Floor(FloorCommand::ExtendFloor { seconds: MORE_SECONDS }))/>
            {small(say(|t| t.desk.end_turn), move || live.submit(Command::Floor(FloorCommand::EndFloor {})))}
        }
    };
    let acting = live.view_or_default(presides);
    let body = move || match who.get() {
        Some(who) => view! {
            <div><p class="over">{say(|t| t.room.speaking)}</p><p class="who">{who}</p></div>
            {clock}
            <div class="acts">{move || acting.get().then(acts)}</div>
        }
        .into_any(),
        None => view! { <p class="soft">{say(|t| t.room.nobody_speaks)}</p> }.into_any(),
    };
    view! { <div class="floor">{body}</div> }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiting {
    place: u32,
    id: RequestId,
    name: String,
    kind: QueueKind,
    words: String,
    since: i64,
}

fn waiting(replica: &Replica, texts: &Texts) -> Vec<Waiting> {
    let m = replica.meeting();
    let one = |(place, (id, request)): (usize, (&RequestId, &Request))| {
        let (kind, mut words) = match &request.kind {
            RequestKind::Speak => (QueueKind::Speak, texts.room.kind_speak.to_owned()),
            RequestKind::Reply => (QueueKind::Reply, texts.room.kind_reply.to_owned()),
            RequestKind::PointOfOrder => (QueueKind::Order, texts.room.kind_order.to_owned()),
            RequestKind::Question { to } => (
                QueueKind::Question,
                format!("{} → {}", texts.room.kind_question, name_of(m, to, texts)),
            ),
        };
        if m.people.get(&request.person).is_some_and(|person| !person.is_member()) {
            words = format!("{} · {words}", texts.desk.guest);
        }
        let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
        Waiting {
            place,
            id: *id,
            name: name_of(m, &request.person, texts),
            kind,
            words,
            since: request.asked_at.0,
        }
    };
    m.floor.requests.iter().enumerate().map(one).collect()
}

/// Who waits, in the order of asking; the chair invites.
#[component]
fn Queue(sheets: Sheets) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let now = use_clock().now_ms();
    let minute = Memo::new(move |_| now.get() / 60_000);
    let queue = live.view_or_default(move |replica| waiting(replica, texts.get()));
    let each =
        live.view_or_default(|replica| span(u64::from(replica.meeting().profile.speech_seconds)));
    let open = live.view_or_default(|replica| {
        presides(replica) && matches!(replica.meeting().stage, Stage::InSession { .. })
    });
    let row = move |one: Waiting| {
        let Waiting { place, id, name, kind, words, since } = one;
        let detail = Signal::derive(move || {
            let minutes =
                (minute.get() * 60_000).saturating_sub(since).max(0).unsigned_abs() / 60_000;
            format!("{words} · {}", (texts.get().room.waited)(minutes))
        });
        let action =
            MaybeProp::derive(move || open.get().then(|| texts.get().desk.invite.to_owned()));
        // From one speaker to the next in one press.
        let invite = move |()| {
            let taken = live.glance(|replica| replica.meeting().floor.speaking.is_some());
            if taken == Some(true) {
                live.submit(Command::Floor(FloorCommand::EndFloor {}));
            }
            live.submit(Command::Floor(FloorCommand::GrantFloor { request: id, seconds: None }));
        };
        view! { <QueueRow place=place name=name kind=kind detail=detail action=action on_press=Callback::new(invite)/> }
    };
    let title = move || (texts.get().desk.waiting_count)(queue.with(Vec::len));
    let give = move || {
        open.get().then(|| small(say(|t| t.desk.give_floor), move || sheets.give_floor.set(true)))
    };
    view! {
        <div class="queue-head"><h2>{title}</h2><span class="meta">{move || (texts.get().desk.each_turn)(&each.get())}</span>{give}</div>
        <ol><For each=move || queue.get() key=|one| (one.place, one.id, one.name.clone(), one.words.clone()) children=row/></ol>
    }
}

/// One text that is put to the vote.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Put {
    id: MotionId,
    text: String,
    state: &'static str,
    at: MotionState,
    secret: bool,
    /// The one that the big button opens.
    next: bool,
}

/// What is put to the vote in this item, and what became of it.
#[component]
fn Motions(sheets: Sheets) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let motions = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let of_item = m.motions.iter().filter(|(_, motion)| {
            motion.item == m.current && motion.state != MotionState::Withdrawn
        });
        let texts = texts.get();
        let next = next_action::next(m);
        let one = |(id, motion): (&MotionId, &Motion)| Put {
            id: *id,
            text: no_break(said(&motion.text, texts.language)),
            state: state_word(motion, texts),
            at: motion.state,
            secret: motion.ballot == BallotKind::Secret,
            next: next == Next::OpenVote(*id),
        };
        of_item.map(one).collect::<Vec<_>>()
    });
    let open = live.view_or_default(|replica| {
        presides(replica)
            && matches!(replica.meeting().stage, Stage::InSession { .. })
            && replica.meeting().open_vote().is_none()
    });
    let rows = move || {
        let row = |Put { id, text, state, at, secret, next }: Put| {
            let vote = move || {
                let words = match at {
                    MotionState::Proposed if !secret => say(|t| t.desk.open_this),
                    MotionState::Undecided => say(|t| t.desk.vote_again),
                    _ => return None,
                };
                let press = move || {
                    live.submit(Command::Votes(VotesCommand::OpenVote {
                        motion: id,
                        seconds: None,
                    }))
                };
                open.get().then(|| small(words, press))
            };
            let withdraw = move || {
                (open.get() && at == MotionState::Proposed).then(|| {
                    small(say(|t| t.desk.withdraw_motion), move || {
                        live.submit(Command::Motions(MotionsCommand::WithdrawMotion {
                            motion: id,
                            seen: None,
                        }))
                    })
                })
            };
            view! { <li class:here=next><p class="record">{text}</p><p class="line"><span class="over">{state}</span>{vote}{withdraw}</p></li> }
        };
        motions.get().into_iter().map(row).collect::<Vec<_>>()
    };
    let add = move || {
        open.get().then(|| small(say(|t| t.desk.add_motion), move || sheets.motion.set(true)))
    };
    let shown = move || open.get() || motions.with(|motions| !motions.is_empty());
    view! {
        <Show when=shown>
            <div class="queue-head"><h2>{say(|t| t.desk.motions)}</h2>{add}</div>
            <ul class="motions">{rows}</ul>
        </Show>
    }
}

/// What became of a motion.
fn state_word(motion: &Motion, texts: &Texts) -> &'static str {
    let words = &texts.desk;
    match motion.state {
        MotionState::Proposed if motion.ballot == BallotKind::Secret => words.motion_secret,
        MotionState::Proposed => words.motion_proposed,
        MotionState::Voting => words.motion_voting,
        MotionState::Adopted => words.motion_adopted,
        MotionState::Rejected => words.motion_rejected,
        MotionState::Undecided => words.motion_undecided,
        MotionState::AdoptedWithoutDebate => words.motion_adopted_without,
        MotionState::Withdrawn => words.motion_withdrawn,
    }
}
