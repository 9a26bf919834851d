//! Invitations of a conference: how many were made and used, and handing them out by venue, as cards
//! to print or as a table. Never here: tokens; the server's page shows them once.

use std::collections::BTreeSet;

use icabinet_models::profile::Roll;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::features::office::{choose, reader, say};
use crate::preferences::use_preferences;
use crate::sync::{http, use_live};
use crate::ui::{Icon, IconName, StateRule};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    invited: u64,
    used: u64,
}

/// The panel, where people are counted and the reader is the secretary.
#[component]
pub fn Invitations() -> impl IntoView {
    let live = use_live();
    let shown = live.view_or_default(|replica| {
        let m = replica.meeting();
        m.profile.roll == Roll::Counted && replica.person().is_some_and(|me| m.is_secretary(me))
    });
    move || shown.get().then(|| view! { <Panel/> })
}

#[component]
fn Panel() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let language = use_preferences().language;
    let counts = RwSignal::new(None::<Counts>);
    let path = format!("/api/meetings/{}/invitations", live.meeting());
    let action = format!("{path}/handout");
    let look = move || {
        let path = path.clone();
        spawn_local(async move {
            // Without an answer the sentence is left out: the buttons work all the same.
            if let Ok(found) = http::get::<Counts>(&path).await {
                counts.try_set(Some(found));
            }
        });
    };
    // Whoever arrives connects: the numbers follow.
    let connected = live.view_or_default(|replica| replica.connected());
    Effect::new(move || {
        // Read, not only tracked: nobody else makes it look.
        let _ = connected.get();
        look();
    });
    let venue = RwSignal::new(String::new());
    let venues = live.view_or_default(|replica| {
        let people = replica.meeting().people.values();
        people.filter_map(|row| row.venue.clone()).collect::<BTreeSet<String>>()
    });
    let options = Signal::derive(move || {
        let all = (String::new(), texts.get().prepare.every_venue.to_owned());
        let each = venues.get().into_iter().map(|name| (name.clone(), name));
        std::iter::once(all).chain(each).collect::<Vec<_>>()
    });
    let said = move || {
        counts.get().map(|counts| (texts.get().prepare.invited)(counts.invited, counts.used))
    };
    view! {
        <h2>{say(|t| t.prepare.invitations)}</h2><StateRule/>
        <p class="soft">{say(|t| t.prepare.invitations_text)}</p>
        <p role="status">{said}</p>
        <form method="post" action=action target="_blank" class="invitations">
            <input type="hidden" name="lang" value=move || language.get().tag()/>
            <input type="hidden" name="venue" prop:value=move || venue.get()/>
            {choose(say(|t| t.prepare.venue), venue, options)}
            <button class="btn" name="shape" value="cards"><Icon name=IconName::Paper/><span>{say(|t| t.prepare.print_cards)}</span></button>
            <button class="btn" name="shape" value="table"><Icon name=IconName::Download/><span>{say(|t| t.prepare.invitation_table)}</span></button>
        </form>
    }
}
