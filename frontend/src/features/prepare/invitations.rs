//! Invitations for whoever has no account: how many were made and used, and handing them out, by venue
//! where there are several, as cards to print or as a table. Never here: tokens; the server's page shows them once.

use std::collections::BTreeMap;

use icabinet_models::text::folded;
use leptos::prelude::*;
use serde::Deserialize;

use crate::callbacks;
use crate::features::office::{choose, reader, say};
use crate::preferences::use_preferences;
use crate::sync::{http, use_live};
use crate::ui::{Icon, IconName, StateRule};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    invited: u64,
    used: u64,
}

/// The panel, for the secretary, once there is somebody whom an invitation can be made for.
#[component]
pub fn Invitations() -> impl IntoView {
    let live = use_live();
    let shown = live.view_or_default(|replica| {
        let m = replica.meeting();
        replica.person().is_some_and(|me| m.is_secretary(me))
            && m.people.values().any(|row| row.office.is_none())
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
        callbacks::task(async move {
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
        // Each once, as it is first written.
        let mut venues: BTreeMap<String, String> = BTreeMap::new();
        for venue in people.filter_map(|row| row.venue.as_deref()) {
            venues.entry(folded(venue)).or_insert_with(|| venue.to_owned());
        }
        venues
    });
    let options = Signal::derive(move || {
        let all = (String::new(), texts.get().prepare.every_venue.to_owned());
        let each = venues.get().into_values().map(|name| (name.clone(), name));
        std::iter::once(all).chain(each).collect::<Vec<_>>()
    });
    let by_venue = move || {
        let several = venues.with(|venues| !venues.is_empty());
        several.then(|| choose(say(|t| t.prepare.venue), venue, options))
    };
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
            {by_venue}
            <button class="btn" name="shape" value="cards"><Icon name=IconName::Paper/><span>{say(|t| t.prepare.print_cards)}</span></button>
            <button class="btn" name="shape" value="table"><Icon name=IconName::Download/><span>{say(|t| t.prepare.invitation_table)}</span></button>
        </form>
    }
}
