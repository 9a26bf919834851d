//! Checking in, and how many are in the room.

use icabinet_models::meeting::{AttendanceCommand, Command, Meeting, Stage};
use icabinet_sync::{Kept, Replica};
use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::reactive::memo;
use crate::sync::use_live;
use crate::ui::{Banner, Button, ButtonSize, IconName, twice};

/// What a person can do about his presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Presence {
    /// Not in this stage, or not on the list.
    #[default]
    NotNow,
    Absent,
    /// The check-in has no answer yet.
    CheckingIn,
    Present,
}

fn takes_check_ins(meeting: &Meeting) -> bool {
    matches!(meeting.stage, Stage::Convened | Stage::InSession { .. } | Stage::Recess { .. })
}

fn presence(replica: &Replica) -> Presence {
    let Some(person) = replica.person() else { return Presence::NotNow };
    let meeting = replica.meeting();
    let check_in = AttendanceCommand::CheckIn { person: None };
    let check_in = Kept::of(&Command::Attendance(check_in));
    if !takes_check_ins(meeting) || !meeting.people.contains_key(person) {
        Presence::NotNow
    } else if meeting.is_present(person) {
        Presence::Present
    } else if replica.outbox().pending().iter().any(|pending| pending.command == check_in) {
        Presence::CheckingIn
    } else {
        Presence::Absent
    }
}

/// Asks who is not checked in to do so.
#[component]
pub fn CheckIn() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let presence = live.view_or_default(presence);
    let asked = memo(move || matches!(presence.get(), Presence::Absent | Presence::CheckingIn));
    let label = Signal::derive(move || {
        let words = &texts.get().room;
        if presence.get() == Presence::CheckingIn {
            words.sending.to_owned()
        } else {
            words.check_in.to_owned()
        }
    });
    move || {
        asked.get().then(|| {
            view! {
                <Banner icon=IconName::Person matter=Signal::derive(move || texts.get().room.check_in_title.to_owned())
                    meaning=Signal::derive(move || texts.get().room.check_in_text.to_owned())>
                    <Button label=label enabled=Signal::derive(move || presence.get() == Presence::Absent)
                        on_press=move |()| live.submit(Command::Attendance(AttendanceCommand::CheckIn { person: None }))/>
                </Banner>
            }
        })
    }
}

/// How many members are in the room, and the way out of it.
#[component]
pub fn PresenceLine() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let mine = live.view_or_default(presence);
    let counts = live.view_or_default(Replica::headcount);
    // Who leaves takes his ballot, his turn or the chair with him.
    let holds = live.view_or_default(|replica| {
        let m = replica.meeting();
        replica.person().is_some_and(|me| {
            let votes = m.open_vote().is_some_and(|(_, vote)| vote.terms.entitled.contains_key(me));
            let speaks = m.floor.speaking.as_ref().is_some_and(|turn| turn.person == *me);
            votes || speaks || m.is_chair(me)
        })
    });
    let leave = move || {
        (mine.get() == Presence::Present).then(|| {
            let label = Signal::derive(move || texts.get().room.check_out.to_owned());
            let out = move |()| {
                live.submit(Command::Attendance(AttendanceCommand::CheckOut {
                    person: None,
                    reason: String::new(),
                }))
            };
            let (label, out) = twice(label, holds.into(), Callback::new(out));
            view! { <Button label=label size=ButtonSize::Small on_press=out/> }
        })
    };
    view! {
        <p class="presence">
            <span>{move || (texts.get().room.members_present)(counts.get().0, counts.get().1)}</span>
            {move || (mine.get() == Presence::Present).then(|| view! { <span class="ok">{texts.get().room.present_here}</span> })}
            {leave}
        </p>
    }
}
