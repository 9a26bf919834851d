//! The bar below: what the chair does next, why, and what else can be done.

use icabinet_models::agenda::Conclusion;
use icabinet_models::ids::Time;
use icabinet_models::meeting::{
    Actor, AgendaCommand, Command, Context, SessionCommand, Stage, VotesCommand,
};
use icabinet_models::participants::Office;
use icabinet_sync::{Kept, Reach, Replica};
use leptos::prelude::*;

use super::{Sheets, number, presides};
use crate::features::office::{name_of, reader, say, small};
use crate::navigation::use_navigation;
use crate::sync::use_live;
use crate::texts::Texts;
use crate::ui::{Button, IconName, Primary, twice};
use icabinet_presenter::next_action::{self, Next};

/// What the bar shows; a value, so that it changes only when it means something else.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    next: Next,
    label: String,
    enabled: bool,
    why: String,
    icon: Option<IconName>,
    /// It can't be undone, and something is missing: two presses.
    ask: bool,
    vote_open: bool,
    in_session: bool,
    has_item: bool,
}

impl Shown {
    /// The same for who looks on: who presides, and nothing to press unless he may take the chair.
    fn looked_at(self, replica: &Replica, texts: &Texts) -> Self {
        let m = replica.meeting();
        if matches!(self.next, Next::Prepare | Next::Minutes) {
            return self;
        }
        if may_take_chair(replica) {
            let back =
                replica.person().and_then(|me| m.people.get(me)?.office) == Some(Office::Chair);
            let words = &texts.desk;
            return Self {
                next: Next::TakeChair,
                label: if back { words.take_chair_back } else { words.take_chair }.to_owned(),
                enabled: true,
                why: if back { String::new() } else { words.chair_is_away.to_owned() },
                icon: None,
                ask: false,
                vote_open: false,
                in_session: false,
                ..self
            };
        }
        let chair = m.chair.as_ref().map(|chair| name_of(m, chair, texts)).unwrap_or_default();
        Self {
            label: texts.desk.looking_on.to_owned(),
            enabled: false,
            why: (texts.desk.presides)(&chair),
            icon: None,
            ask: false,
            vote_open: false,
            in_session: false,
            ..self
        }
    }
}

/// Whether the meeting would give this person the chair: its own rule says so.
fn may_take_chair(replica: &Replica) -> bool {
    let Some(me) = replica.person() else { return false };
    let context = Context { actor: Actor::Person(me.clone()), now: Time(0) };
    matches!(
        replica.meeting().decide_in_room(&context, &Command::Session(SessionCommand::TakeChair {})),
        Some(Ok(_))
    )
}

/// How many of those who may vote have not.
fn missing(replica: &Replica) -> u32 {
    let Some((id, vote)) = replica.meeting().open_vote() else { return 0 };
    let told = replica.turnout().filter(|turnout| turnout.vote == id);
    vote.terms.heads().entitled.saturating_sub(told.map_or(0, |turnout| turnout.cast))
}

fn shown(replica: &Replica, texts: &Texts) -> Shown {
    let m = replica.meeting();
    let words = &texts.desk;
    let next = next_action::next(m);
    let (present, members) = (m.members_present(m.current), m.member_count());
    let needed = m.profile.quorum.needed(members);
    let quorum = m.profile.quorum.reached(present, members);
    let of_item = |item| number(m, item);
    let (label, icon) = match next {
        Next::Prepare => (words.go_prepare.to_owned(), None),
        Next::OpenSession => (words.open_session.to_owned(), None),
        Next::Resume => (words.resume.to_owned(), None),
        Next::StartItem(item) => ((words.start_item)(of_item(Some(item))), None),
        Next::AdoptWithoutDebate(item) => {
            ((words.adopt_item)(of_item(Some(item))), Some(IconName::Done))
        }
        Next::OpenVote(motion) => {
            let item = m.motions.get(&motion).and_then(|motion| motion.item);
            let label = if item.is_some() {
                (words.open_vote)(of_item(item))
            } else {
                words.open_vote_meeting.to_owned()
            };
            (label, Some(IconName::Ballot))
        }
        Next::CloseVote(_) => (words.close_vote.to_owned(), Some(IconName::Ballot)),
        Next::ConcludeItem(item) => ((words.conclude_item)(of_item(Some(item))), None),
        Next::CloseSession => (words.close_session.to_owned(), None),
        Next::Minutes => (words.go_minutes.to_owned(), None),
        Next::TakeChair => (words.take_chair.to_owned(), None),
    };
    let missing = missing(replica);
    let unvoted = matches!(next, Next::ConcludeItem(item) if next_action::leaves_unvoted(m, item));
    let blocked = next.needs_quorum() && !quorum;
    let waiting = m.floor.requests.len();
    let why = match next {
        _ if blocked => (words.no_quorum)(present, needed),
        Next::OpenSession | Next::Resume => (words.quorum_ok)(present, members),
        Next::ConcludeItem(_) if unvoted => words.not_voted_on.to_owned(),
        Next::OpenVote(_) | Next::ConcludeItem(_) if waiting > 0 => (words.still_waiting)(waiting),
        Next::CloseVote(_) if missing > 0 && replica.own_ballot() == Some(Reach::Missing) => {
            (words.ballots_missing_mine)(missing)
        }
        Next::CloseVote(_) if missing > 0 => (words.ballots_missing)(missing),
        Next::CloseVote(_) => words.no_direction.to_owned(),
        Next::AdoptWithoutDebate(_) => words.nobody_objects.to_owned(),
        Next::CloseSession => words.all_settled.to_owned(),
        Next::OpenVote(_) => words.quorum_holds.to_owned(),
        Next::Prepare => words.not_convened.to_owned(),
        Next::StartItem(_) | Next::ConcludeItem(_) | Next::Minutes | Next::TakeChair => {
            String::new()
        }
    };
    let label =
        if blocked { (words.needs_quorum)(&label, needed.saturating_sub(present)) } else { label };
    Shown {
        next,
        label,
        enabled: !blocked,
        why,
        icon,
        ask: unvoted || matches!(next, Next::CloseVote(_)) && missing > 0,
        vote_open: matches!(next, Next::CloseVote(_)),
        in_session: matches!(m.stage, Stage::InSession { .. }),
        has_item: m.current.is_some(),
    }
}

fn command(next: Next) -> Option<Command> {
    Some(match next {
        Next::Prepare | Next::Minutes => return None,
        Next::OpenSession => Command::Session(SessionCommand::OpenSession {}),
        Next::Resume => Command::Session(SessionCommand::Resume {}),
        Next::StartItem(item) => Command::Agenda(AgendaCommand::StartItem { item }),
        Next::AdoptWithoutDebate(item) => {
            Command::Agenda(AgendaCommand::AdoptWithoutDebate { item })
        }
        Next::OpenVote(motion) => Command::Votes(VotesCommand::OpenVote { motion, seconds: None }),
        Next::CloseVote(vote) => Command::Votes(VotesCommand::CloseVote { vote }),
        Next::ConcludeItem(item) => {
            Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion: Conclusion::Decided })
        }
        Next::CloseSession => Command::Session(SessionCommand::CloseSession {}),
        Next::TakeChair => Command::Session(SessionCommand::TakeChair {}),
    })
}

/// The bar.
#[component]
pub fn Helm(sheets: Sheets, #[prop(into)] on_more: Callback<()>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let navigation = use_navigation();
    let shown = live.view(move |replica| {
        let shown = shown(replica, texts.get());
        if presides(replica) { shown } else { shown.looked_at(replica, texts.get()) }
    });
    let waits = live.view_or_default(move |replica| {
        let next = shown.with(|shown| shown.as_ref().and_then(|shown| command(shown.next)));
        next.is_some_and(|next| {
            let next = Kept::of(&next);
            replica.outbox().pending().iter().any(|pending| pending.command == next)
        })
    });
    let part = move |read: fn(&Shown) -> bool| {
        Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(read)))
    };
    let (vote_open, in_session) = (part(|shown| shown.vote_open), part(|shown| shown.in_session));
    let has_item = part(|shown| shown.has_item);
    let label = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| shown.label.clone())).unwrap_or_default()
    });
    let why = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| shown.why.clone())).unwrap_or_default()
    });
    let enabled = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.enabled)) && !waits.get()
    });
    let icon =
        Signal::derive(move || shown.with(|shown| shown.as_ref().and_then(|shown| shown.icon)));
    let press = Callback::new(move |()| {
        let Some(next) = shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.next))
        else {
            return;
        };
        let page = match next {
            Next::Prepare => "prepare",
            Next::Minutes => "minutes",
            _ => {
                if let Some(command) = command(next) {
                    live.submit(command);
                }
                return;
            }
        };
        navigation.go(&format!("/meetings/{}/{page}", live.meeting()));
    });
    let ask = part(|shown| shown.ask);
    let (label, press) = twice(Signal::derive(move || label.get()), ask.into(), press);
    let left = move || {
        if vote_open.get() {
            view! { <Button label=say(|t| t.desk.void_vote) on_press=move |()| sheets.void.set(true)/> }.into_any()
        } else if in_session.get() {
            let defer = move || {
                has_item.get().then(|| {
                    let open = move |()| {
                        sheets
                            .conclude
                            .set(live.glance(|replica| replica.meeting().current).flatten())
                    };
                    view! { <Button label=say(|t| t.desk.defer_item) on_press=open/> }
                })
            };
            view! {
                <Button label=say(|t| t.desk.recess) on_press=move |()| live.submit(Command::Session(SessionCommand::CallRecess {}))/>
                {defer}
            }
            .into_any()
        } else {
            ().into_any()
        }
    };
    view! {
        <footer class="helm">
            {left}
            {small(say(|t| t.desk.more), move || on_more.run(()))}
            <span class="grow"></span>
            <span class="soft why" role="status">{why}</span>
            <Primary label=label icon=MaybeProp::derive(move || icon.get()) enabled=enabled on_press=press/>
        </footer>
    }
}
