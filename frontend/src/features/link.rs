//! The line on top of a meeting's screens, the banner of a lost connection, and the notice of a
//! refused command.

use icabinet_models::meeting::Stage;
use icabinet_models::waiting::{Wait, waits};
use icabinet_sync::{Replica, reconnect};
use leptos::prelude::*;

use super::clock;
use crate::navigation::here;
use crate::place::place_of;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::{Link, use_live};
use crate::texts::dates::VIETNAM_OFFSET_MINUTES;
use crate::texts::people::{addressed, said};
use crate::texts::refusals;
use crate::ui::{
    Badge, BadgeTone, Banner, Button, ButtonLook, ButtonSize, Connection, ConnectionBadge,
    IconName, TopLine, WallClock, use_clock,
};

/// Since when the connection is lost, once that is worth a word; nothing for a blip.
pub fn spoken_loss() -> Memo<Option<i64>> {
    let link = use_live().link();
    let now = use_clock().now_ms();
    memo(move || match link.get() {
        Link::Connecting | Link::Open => None,
        Link::Lost { since } => {
            let now = icabinet_models::ids::Time(now.get());
            reconnect::is_worth_a_banner(since, now).then_some(since.0)
        }
    })
}

/// Meeting, body, connection, time.
#[component]
pub fn RoomTopLine(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    let language = use_preferences().language;
    let live = use_live();
    let particulars = live.view_or_default(|replica| replica.meeting().particulars.clone());
    let lost = spoken_loss();
    let connection = Signal::derive(move || match lost.get() {
        Some(_) => Connection::Disconnected,
        None => Connection::Connected,
    });
    view! {
        <TopLine meeting=Signal::derive(move || said(&particulars.get().title, language.get()).to_owned())
            body=Signal::derive(move || said(&particulars.get().body, language.get()).to_owned())>
            {children.map(|children| children())}
            <RecordingMark/>
            <span class="keep"><ConnectionBadge state=connection/></span>
            <WallClock offset_minutes=VIETNAM_OFFSET_MINUTES/>
        </TopLine>
    }
}

/// Says that the room is being recorded, on every screen in it, and when no sound arrives.
#[component]
pub fn RecordingMark() -> impl IntoView {
    let texts = use_texts();
    let sound = use_live().view_or_default(Replica::sound);
    let mark = move || {
        sound.get().map(|heard| {
            let words = &texts.get().recording;
            let (words, icon) = match heard {
                true => (words.mark, IconName::Microphone),
                false => (words.silent, IconName::Warning),
            };
            view! { <Badge text=words icon=icon tone=BadgeTone::Plain/> }
        })
    };
    view! { <span class="keep recorded" role="status">{mark}</span> }
}

/// Whether the session is open: the red line on top.
pub fn is_in_session() -> Memo<bool> {
    use_live().view_or_default(|replica| matches!(replica.meeting().stage, Stage::InSession { .. }))
}

/// Says that the room can't be reached, after a few seconds, and is gone as soon as it can.
#[component]
pub fn LinkBanner() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let lost = spoken_loss();
    let waiting = live.view_or_default(|replica| replica.outbox().pending().len());
    let matter = Signal::derive(move || {
        (texts.get().state.disconnected_since)(&clock(lost.get().unwrap_or(0)))
    });
    let meaning = Signal::derive(move || {
        let words = &texts.get().state;
        if waiting.get() > 0 { words.kept_here } else { words.reading_works }.to_owned()
    });
    move || {
        lost.get().map(|_| {
            view! {
                <Banner icon=IconName::Disconnected matter=matter meaning=meaning>
                    <Button label=Signal::derive(move || texts.get().common.retry_now.to_owned()) size=ButtonSize::Small
                        on_press=move |()| live.retry_now()/>
                </Banner>
            }
        })
    }
}

/// What was refused and why, until it was read.
#[component]
pub fn RefusalNotice() -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let saying = move || {
        live.refused().get().map(|refused| {
            let language = language.get();
            refusals::refusal(&refused.refusal, language, |person| {
                let found = live.glance(|replica| {
                    replica.meeting().people.get(person).map(|found| addressed(found, language))
                });
                found.flatten().unwrap_or_else(|| person.to_string())
            })
        })
    };
    move || {
        saying().map(|saying| {
            let meaning = format!("{} {}", saying.is_safe, saying.to_do);
            view! {
                <Banner icon=IconName::Warning matter=saying.what meaning=meaning>
                    <Button label=Signal::derive(move || texts.get().common.close.to_owned()) size=ButtonSize::Small
                        look=ButtonLook::Quiet on_press=move |()| live.dismiss_refused()/>
                </Banner>
            }
        })
    }
}

/// What waits for this person in the meeting, on each of its pages but the one where it is done.
#[component]
pub fn Waiting() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let waits = live.view_or_default(|replica| {
        replica.person().map(|me| waits(replica.meeting(), me)).unwrap_or_default()
    });
    move || {
        let (words, path) = (&texts.get().home, here());
        let one = |wait: Wait| {
            let href = place_of(&live.meeting(), wait);
            (path != href).then(|| {
                view! {
                    <Banner icon=IconName::Person matter=words.task_of(wait) meaning="">
                        <a class="btn small" href=href>{texts.get().common.open}</a>
                    </Banner>
                }
            })
        };
        waits.get().into_iter().filter_map(one).collect_view()
    }
}
