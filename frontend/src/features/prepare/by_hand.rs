//! One person who has no account, typed in: judged by the server as a list of one, so that his code is
//! nobody else's.

use icabinet_models::lists::{Becomes, Preview};
use icabinet_models::meeting::{Command, ParticipantsCommand};
use icabinet_models::participants::{Courtesy, Part, Participant};
use leptos::prelude::*;

use super::people::roles;
use crate::callbacks;
use crate::features::gate::saying;
use crate::features::office::{OfficeSheet, choose, field, reader, say};
use crate::sync::{transfer, use_live};
use crate::texts::{Texts, lists};
use crate::ui::{ButtonSize, Primary};

/// A cell of a list, whatever is in it.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Who came of the list of one, or why nobody did.
fn one(preview: Preview, texts: &Texts) -> Result<Participant, String> {
    if let Some(fault) = preview.errors.iter().find(|fault| !fault.notice) {
        return Err(lists::fault(fault, texts.language));
    }
    match preview.rows.into_iter().next() {
        Some(row) if row.becomes == Becomes::New => Ok(row.participant),
        Some(_) => Err(texts.lists.here.to_owned()),
        None => Err(texts.lists.nothing.to_owned()),
    }
}

/// The sheet.
#[component]
pub fn AddByHand(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let blank = || RwSignal::new(String::new());
    let (name, courtesy, position, unit) = (blank(), blank(), blank(), blank());
    let role = RwSignal::new(Part::Guest.name().to_owned());
    let failed = blank();
    let courtesies = Signal::derive(move || {
        let words = &texts.get().prepare;
        [("", "–"), ("mr", words.courtesy_mr), ("ms", words.courtesy_ms)]
            .map(|(value, words)| (value.to_owned(), words.to_owned()))
            .to_vec()
    });
    let ready = Signal::derive(move || name.with(|name| !name.trim().is_empty()));
    let label = Signal::derive(move || {
        let words = &texts.get().prepare;
        if ready.get() { words.add_person } else { words.name_missing }.to_owned()
    });
    let path = format!(
        "/api/meetings/{}/people/preview?columns=name,position,unit&header=0",
        live.meeting()
    );
    let add = move |()| {
        let cells = [name, position, unit].map(|field| cell(&field.get_untracked()));
        let courtesy = match courtesy.get_untracked().as_str() {
            "mr" => Some(Courtesy::Mr),
            "ms" => Some(Courtesy::Ms),
            _ => None,
        };
        let Some((standing, office)) = Part::named(&role.get_untracked()).map(Part::place) else {
            return;
        };
        let path = path.clone();
        callbacks::errand(async move {
            let found = transfer::post_bytes::<Preview>(&path, cells.join("\t").as_bytes()).await;
            // The panel may be another by now.
            let Some(texts) = texts.try_get_untracked() else { return };
            let found = match found {
                Ok(preview) => one(preview, texts),
                Err(error) => Err(saying(&error, texts.language).what),
            };
            match found {
                Ok(person) => {
                    let courtesy = courtesy.or(person.courtesy);
                    let participant = Participant { courtesy, standing, office, ..person };
                    live.submit(Command::Participants(ParticipantsCommand::AddParticipant {
                        participant,
                    }));
                    for field in [name, position, unit, failed] {
                        field.try_set(String::new());
                    }
                    open.try_set(false);
                }
                Err(words) => {
                    failed.try_set(words);
                }
            }
        });
    };
    let why = move || {
        let words = failed.get();
        (!words.is_empty()).then(|| view! { <p role="alert"><b>{words}</b></p> })
    };
    let add = StoredValue::new(add);
    view! {
        <OfficeSheet open=open title=say(|t| t.prepare.by_hand) id="by-hand">
            <p>{say(|t| t.prepare.by_hand_text)}</p>
            {choose(say(|t| t.prepare.courtesy), courtesy, courtesies)}
            {field(say(|t| t.prepare.full_name), name, 1)}
            {field(say(|t| t.prepare.position), position, 1)}
            {field(say(|t| t.prepare.unit_of), unit, 1)}
            {choose(say(|t| t.prepare.role), role, roles(texts))}
            {why}
            <p class="acts"><Primary label=label enabled=ready size=ButtonSize::Wide on_press=Callback::new(move |()| add.with_value(|add| add(())))/></p>
        </OfficeSheet>
    }
}
