//! Signing a document: the pages beside its exact title, the fingerprint that this device computes
//! itself (`icabinet_presenter::signing`), and a signature over nothing but what it computed. Never here:
//! making keys, what is checked.

use icabinet_models::decisions::{Instrument, Place, Rendition};
use icabinet_models::ids::{CommandId, DecisionId};
use icabinet_models::meeting::{Meeting, Refusal};
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_presenter::signing::{Computed, Mismatch, OwnKey, Picture, Prepared, check};
use leptos::prelude::*;
use serde::Serialize;

use super::keys::{Key, KeyState, MyKey, MyKeys, Trouble, day, trouble_words};
use super::office::{name_of, reader, say, small};
use crate::callbacks;
use crate::local::key::{DeviceKey, KeyTrouble};
pub use crate::place::signing as address_of;
use crate::preferences::use_preferences;
use crate::sync::http::{self, HttpError};
use crate::sync::{addresses, fresh_id, object_address, transfer, use_live};
use crate::texts::{Texts, outcome, refusals};
use crate::ui::{ErrorState, Fingerprint, Icon, IconName, IconSize, Primary, StateRule};
use icabinet_presenter::vietnamese::no_break;

/// Which document an address names: `decision-3`, `minutes`.
pub fn instrument_of(name: &str) -> Option<Instrument> {
    if name == "minutes" {
        return Some(Instrument::Minutes);
    }
    name.strip_prefix("decision-")?
        .parse()
        .ok()
        .map(|number| Instrument::Decision(DecisionId(number)))
}

#[derive(Serialize)]
struct Ask {
    instrument: Instrument,
    key: String,
}

#[derive(Serialize)]
struct Given<'a> {
    id: &'a CommandId,
    signature: &'a str,
}

/// A document that this device has checked, and what it computed from it.
#[derive(Clone)]
struct Checked {
    prepared: Prepared,
    pdf: Vec<u8>,
    computed: Computed,
    device: DeviceKey,
    key: Key,
}

#[derive(Clone)]
enum Step {
    Preparing,
    Mismatch(Mismatch, String),
    Ready(Box<Checked>),
    Signing,
    Failed(Trouble),
    Refused(Refusal),
    Signed { code: String },
}

async fn prepare(path: String, instrument: Instrument, device: DeviceKey, key: Key) -> Step {
    let ask = Ask { instrument, key: key.key.clone() };
    let prepared: Prepared = match http::post(&path, &ask).await {
        Ok(prepared) => prepared,
        Err(error) => return Step::Failed(Trouble::Server(error)),
    };
    let document = prepared.document.hex();
    match transfer::bytes(&format!("{path}/{document}")).await {
        Ok(pdf) => {
            let certificate = match &key.state {
                KeyState::Certified { certificate, .. } => Some(certificate.as_str()),
                KeyState::Waiting | KeyState::Revoked => None,
            };
            match check(&prepared, &pdf, OwnKey { public: &device.public, certificate }) {
                Ok(computed) => {
                    Step::Ready(Box::new(Checked { prepared, pdf, computed, device, key }))
                }
                Err(mismatch) => Step::Mismatch(mismatch, document[..16].to_owned()),
            }
        }
        Err(error) => Step::Failed(Trouble::Server(error)),
    }
}

async fn sign(path: String, checked: Checked) -> Step {
    let signature = match checked.device.sign(&checked.computed.attributes).await {
        Ok(signature) => signature,
        Err(trouble) => return Step::Failed(Trouble::Device(trouble)),
    };
    let id = fresh_id();
    let given = Given { id: &id, signature: &signature };
    let path = format!("{path}/{}", checked.prepared.document.hex());
    // The same id again has no second effect, so a lost answer may be asked for once more.
    for attempt in 0..2 {
        match http::post::<_, Answer>(&path, &given).await {
            Ok(Answer::Accepted { code, .. }) => return Step::Signed { code },
            Ok(Answer::Refused { refusal }) => return Step::Refused(refusal),
            Err(HttpError::Unreachable) if attempt == 0 => {}
            Ok(Answer::Unavailable) => {
                let error = HttpError::Refused { code: ErrorCode::Unavailable, reference: None };
                return Step::Failed(Trouble::Server(error));
            }
            Err(error) => return Step::Failed(Trouble::Server(error)),
        }
    }
    Step::Failed(Trouble::Device(KeyTrouble::NotSigned))
}

/// The words over the document: kind with number, title, how it was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Matter {
    over: String,
    title: String,
    vote: Option<String>,
}

fn matter(m: &Meeting, instrument: Instrument, texts: &Texts) -> Option<Matter> {
    let words = &texts.sign;
    Some(match instrument {
        Instrument::Minutes => {
            m.minutes.rendition()?;
            let title = format!("{}: {}", words.minutes_title, m.particulars.title.vi);
            Matter { over: words.sign_minutes.to_owned(), title: no_break(&title), vote: None }
        }
        Instrument::Decision(id) => {
            let decision = m.decisions.get(&id)?;
            let text = &decision.text;
            let vote = decision.vote.and_then(|id| m.votes.get(&id));
            let sum = vote
                .and_then(|vote| Some(outcome::sum(&vote.terms, vote.outcome()?, texts.language)));
            let vote =
                sum.map_or_else(|| words.tick_consent.to_owned(), |sum| (words.tick_vote)(&sum));
            let over = format!("{} · {}", words.sign_decision, words.numbered(text));
            Matter { over, title: no_break(&text.subject), vote: Some(vote) }
        }
    })
}

/// The page that signs one document, for the chair, or for the minutes' secretary before, who has a confirmed key on this device.
#[component]
pub fn SigningDesk(instrument: Instrument, keys: MyKeys) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let matter = live.view(move |replica| matter(replica.meeting(), instrument, texts.get()));
    let rendition = live.view(move |replica| replica.meeting().rendition(instrument).cloned());
    let place = live.view_or_default(move |replica| {
        replica.person().and_then(|me| replica.meeting().place_of(instrument, me))
    });
    let awaits_secretary =
        live.view_or_default(move |replica| replica.meeting().countersigner(instrument).is_some());
    // The chair went on without the secretary's signature.
    let alone = RwSignal::new(false);
    let step = RwSignal::new_local(Step::Preparing);
    let begin = move || {
        let path = format!("/api/meetings/{}/signings", live.meeting());
        let MyKey::Here { device, key } = keys.state().get_untracked() else { return };
        step.set(Step::Preparing);
        callbacks::task(async move {
            let next = prepare(path, instrument, device, key).await;
            step.try_set(next);
        });
    };
    // Prepared anew when there is a key, a set document, and nothing prepared: never behind a
    // signature that is under way.
    let source = Memo::new(move |_| match rendition.get().flatten() {
        Some(Rendition::Typeset { document, countersigned, .. }) => {
            Some((document, countersigned.map(|signed| signed.document)))
        }
        _ => None,
    });
    let waits = move || {
        let first = source.get().is_some_and(|(_, before)| before.is_none());
        place.get() == Some(Place::Chair) && awaits_secretary.get() && first && !alone.get()
    };
    Effect::new(move || {
        let certified = matches!(&keys.state().get(), MyKey::Here { key, .. } if matches!(key.state, KeyState::Certified { .. }));
        if certified && place.get().is_some() && source.get().is_some() && !waits() {
            begin();
        }
    });
    let matter = Signal::derive(move || matter.get().flatten());
    let body = move || {
        let certified = keys.state().with(|state| matches!(state, MyKey::Here { key, .. } if matches!(key.state, KeyState::Certified { .. })));
        match rendition.get().flatten() {
            None => note(say(|t| t.sign.no_instrument)),
            Some(Rendition::Signed { document, fingerprint, at, signer, .. }) => {
                let who = live.glance(|replica| name_of(replica.meeting(), &signer, texts.get())).unwrap_or_default();
                let time = super::clock_seconds(at.0);
                let href = addresses::blob(&live.meeting(), &document);
                let code = step.with_untracked(|step| if let Step::Signed { code } = step { Some(code.clone()) } else { None });
                let _ = fingerprint;
                signed(matter, (texts.get().sign.signed_by)(&who, &time), code, href)
            }
            Some(Rendition::Waiting) => note(say(|t| t.sign.typesetting)),
            Some(Rendition::Failed { detail }) => view! {
                <main class="calm"><div role="alert"><h1>{say(|t| t.sign.typeset_failed)}</h1><p class="code">{detail}</p></div></main>
            }
            .into_any(),
            Some(Rendition::Typeset { countersigned: Some(_), .. }) if place.get().is_none() => {
                note(say(|t| t.sign.countersigned))
            }
            Some(Rendition::Typeset { .. }) if place.get().is_none() => {
                note(say(|t| t.sign.not_chair))
            }
            Some(Rendition::Typeset { .. }) if waits() => view! {
                <main class="calm"><div role="status"><p class="lead">{say(|t| t.sign.secretary_first)}</p>
                    <p class="acts">{small(say(|t| t.sign.without_secretary), move || alone.set(true))}</p></div></main>
            }
            .into_any(),
            Some(Rendition::Typeset { .. }) if !certified => view! {
                <main class="calm"><div class="key-panel"><h1>{say(|t| t.home.keys_title)}</h1><p>{say(|t| t.sign.keys_lead)}</p>
                    <super::keys::DeviceKeyPanel keys/></div></main>
            }
            .into_any(),
            Some(Rendition::Typeset { .. }) => view! { <Steps matter step begin=Callback::new(move |()| begin())/> }.into_any(),
        }
    };
    body
}

fn note(words: Signal<String>) -> AnyView {
    view! { <main class="calm"><p class="lead" role="status">{words}</p></main> }.into_any()
}

fn signed(
    matter: Signal<Option<Matter>>,
    by: String,
    code: Option<String>,
    href: String,
) -> AnyView {
    let receipt = code.map(|code| view! { <p class="meta">{say(|t| t.sign.receipt)}" "<span class="code">{code}</span></p> });
    view! {
        <main class="calm"><div>
            <p class="over">{move || matter.get().map(|matter| matter.over)}</p>
            <h1>{move || matter.get().map(|matter| matter.title)}</h1>
            <div class="receipt" role="status"><Icon name=IconName::Seal size=IconSize::Big/>
                <div><b>{say(|t| t.sign.signed_title)}</b><span class="meta">{by}</span>{receipt}</div></div>
            <div class="acts"><a class="btn primary" href=href target="_blank" rel="noopener">{say(|t| t.sign.open_signed)}</a></div>
        </div></main>
    }
    .into_any()
}

#[component]
fn Steps(
    matter: Signal<Option<Matter>>,
    step: RwSignal<Step, LocalStorage>,
    begin: Callback<()>,
) -> impl IntoView {
    let texts = reader();
    let language = use_preferences().language;
    let again = move || small(say(|t| t.sign.prepare_again), move || begin.run(()));
    move || match step.get() {
        Step::Preparing => note(say(|t| t.sign.preparing)),
        Step::Signing => note(say(|t| t.sign.signing)),
        Step::Signed { .. } => note(say(|t| t.sign.signed_title)),
        Step::Ready(checked) => view! { <Ready matter checked=*checked step/> }.into_any(),
        Step::Mismatch(mismatch, document) => view! { <Refuse mismatch document/> }.into_any(),
        Step::Failed(trouble) => {
            let old = matches!(
                &trouble,
                Trouble::Server(HttpError::Refused { code: ErrorCode::Conflict, .. })
            );
            let texts = texts.get();
            let words = if old {
                texts.sign.expired_prepared.to_owned()
            } else {
                trouble_words(&trouble, texts)
            };
            view! { <main class="calm"><div role="alert"><h1>{words}</h1><div class="acts">{again()}</div></div></main> }.into_any()
        }
        Step::Refused(refusal) => {
            let said = refusals::refusal(&refusal, language.get(), ToString::to_string);
            let more = format!("{} {}", said.is_safe, said.to_do);
            view! {
                <main class="calm"><div role="alert"><h1>{said.what}</h1><p>{more}</p><div class="acts">{again()}</div></div></main>
            }
            .into_any()
        }
    }
}

#[component]
fn Refuse(mismatch: Mismatch, document: String) -> impl IntoView {
    let texts = reader();
    let code = format!("{} · {document}", mismatch.code());
    let what = Signal::derive(move || {
        let words = &texts.get().sign;
        match &mismatch {
            Mismatch::OtherFile => words.refused_other_file.to_owned(),
            Mismatch::Range(code) => (words.refused_range)(code),
            Mismatch::Fingerprint { here, there } => (words.refused_fingerprint)(here, there),
            Mismatch::Certificate => words.refused_certificate.to_owned(),
        }
    });
    view! {
        <ErrorState kind=say(|t| t.sign.document) title=say(|t| t.sign.refused_title) what_happened=what
            is_work_safe=say(|t| t.sign.refused_safe) what_to_do=say(|t| t.sign.refused_to_do) code=code/>
    }
}

/// The page and the panel: everything was checked, and the person reads.
#[component]
fn Ready(
    matter: Signal<Option<Matter>>,
    checked: Checked,
    step: RwSignal<Step, LocalStorage>,
) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let all = checked.prepared.pages.len();
    let page = RwSignal::new(0_usize);
    let seen = RwSignal::new(std::collections::BTreeSet::<usize>::new());
    let count = Memo::new(move |_| seen.with(|seen| seen.len()));
    let left = Memo::new(move |_| all.saturating_sub(count.get()));
    let name = checked.key.name.clone();
    let until = match checked.key.state {
        KeyState::Certified { not_after, .. } => Some(not_after),
        KeyState::Waiting | KeyState::Revoked => None,
    };
    let fingerprint = checked.computed.fingerprint.clone();
    let href = object_address(&checked.pdf, "application/pdf");
    let pages = checked.prepared.pages.clone();
    let held = StoredValue::new_local(checked);
    let press = move |()| {
        let Some(checked) = held.try_with_value(Clone::clone) else { return };
        let path = format!("/api/meetings/{}/signings", live.meeting());
        step.set(Step::Signing);
        callbacks::errand(async move {
            let next = sign(path, checked).await;
            step.try_set(next);
        });
    };
    let label = Signal::derive(move || {
        let words = &texts.get().sign;
        if left.get() == 0 { words.sign_now.to_owned() } else { (words.read_all)(left.get()) }
    });
    let tick = |words: Signal<String>, done: Signal<bool>| {
        let icon =
            Signal::derive(move || if done.get() { IconName::Done } else { IconName::Pending });
        view! { <li class:todo=move || !done.get()><Icon name=icon/><span>{words}</span></li> }
    };
    let yes = Signal::derive(|| true);
    let pages_words = Signal::derive(move || (texts.get().sign.tick_pages)(count.get(), all));
    let vote = move || {
        matter.get().and_then(|matter| matter.vote).map(|vote| tick(Signal::stored(vote), yes))
    };
    let over = move || {
        matter.get().map(|matter| format!("{} · {}", matter.over, (texts.get().sign.pages)(all)))
    };
    view! {
        <main class="signing">
            <Pages pages page seen/>
            <section class="panel" aria-label=say(|t| t.sign.document)>
                <div><p class="over">{over}</p><h1 class="item-title">{move || matter.get().map(|matter| matter.title)}</h1></div>
                <StateRule/>
                <div><p><b>{say(|t| t.sign.fingerprint)}</b></p><Fingerprint groups=fingerprint/>
                    <p class="soft">{say(|t| t.sign.fingerprint_note)}</p></div>
                <ul class="ticks">
                    {tick(pages_words, Signal::derive(move || left.get() == 0))}
                    {vote}
                    {tick(say(|t| t.sign.tick_whole), yes)}
                    {tick(say(|t| t.sign.tick_same), yes)}
                </ul>
                <p>{href.map(|href| view! { <a href=href target="_blank" rel="noopener">{say(|t| t.sign.open_file)}</a> })}</p>
                <div class="push">
                    <Primary label=label icon=IconName::Key size=crate::ui::ButtonSize::Wide
                        enabled=Signal::derive(move || left.get() == 0) on_press=Callback::new(press)/>
                    <p class="meta">{move || {
                        let texts = texts.get();
                        let date = until.map(|until| day(until, texts.language)).unwrap_or_default();
                        (texts.sign.key_of)(&name, &date)
                    }}</p>
                </div>
            </section>
        </main>
    }
}

/// The pages as pictures, one at a time; a page counts as looked at when its picture is there.
#[component]
fn Pages(
    pages: Vec<Picture>,
    page: RwSignal<usize>,
    seen: RwSignal<std::collections::BTreeSet<usize>>,
) -> impl IntoView {
    let texts = reader();
    let all = pages.len();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let label =
        Signal::derive(move || (texts.get().room.page_of)(number(page.get() + 1), number(all)));
    let turn = move |forward: bool| {
        page.update(|page| {
            *page = if forward {
                (*page + 1).min(all.saturating_sub(1))
            } else {
                page.saturating_sub(1)
            }
        });
    };
    let shown = move || {
        let at = page.get();
        pages.get(at).map(|picture| {
            let loaded = move |_| {
                seen.update(|seen| _ = seen.insert(at));
            };
            view! { <img class="leaf-picture" src=picture.picture.clone() width=picture.width height=picture.height alt=move || label.get() on:load=loaded/> }
        })
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => turn(true),
        "ArrowLeft" => turn(false),
        _ => {}
    };
    view! {
        <section class="stage" tabindex="0" aria-label=label on:keydown=key>
            <div class="leaf-box">{shown}</div>
            <div class="pagers"><div class="pager">
                <button type="button" aria-label=say(|t| t.room.page_before) on:click=move |_| turn(false)><Icon name=IconName::Back/></button>
                <span aria-live="polite">{label}</span>
                <button type="button" aria-label=say(|t| t.room.page_after) on:click=move |_| turn(true)><Icon name=IconName::Forward/></button>
            </div></div>
        </section>
    }
}
