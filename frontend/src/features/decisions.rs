//! Decisions: an adopted motion becomes a document, is looked at, signed and published.

use icabinet_models::decisions::{Article, DecisionText, Instrument, Rendition};
use icabinet_models::ids::{DecisionId, MotionId};
use icabinet_models::meeting::{Command, DecisionsCommand, Edition, Meeting};
use icabinet_models::motions::MotionState;
use icabinet_sync::Replica;
use leptos::prelude::*;

use super::office::{OfficeSheet, field, reader, say, small};
use super::signing::address_of;
use crate::sync::{addresses, use_live};
use crate::texts::Texts;
use crate::texts::people::said;
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, IconName, Primary, StateRule};
use icabinet_presenter::vietnamese::no_break;

/// What the form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draft {
    New(MotionId),
    Revised(DecisionId),
}

/// One adopted motion and its document.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    motion: MotionId,
    over: String,
    text: String,
    decision: Option<DecisionId>,
    name: String,
    state: String,
    signed: bool,
    published: Option<String>,
    pdf: Option<String>,
    sign: bool,
}

fn line(replica: &Replica, motion: MotionId, texts: &Texts) -> Option<Line> {
    let m = replica.meeting();
    let words = &texts.sign;
    let found = m.motions.get(&motion)?;
    let number = found.item.and_then(|item| m.number_of(item));
    let over = number.map(|number| format!("{} {number}", texts.common.item)).unwrap_or_default();
    let decision = m.decisions.iter().find(|(_, decision)| decision.motion == motion);
    let rendition = decision.map(|(_, decision)| &decision.rendition);
    let state = match rendition {
        None => words.state_none.to_owned(),
        Some(Rendition::Waiting) => words.state_waiting.to_owned(),
        Some(Rendition::Typeset { pages, .. }) => (words.state_typeset)(*pages),
        Some(Rendition::Failed { detail }) => format!("{}: {detail}", words.state_failed),
        Some(Rendition::Signed { at, .. }) => {
            format!("{} · {}", words.signed_title, super::clock_seconds(at.0))
        }
    };
    let blob = match rendition {
        Some(Rendition::Typeset { document, .. } | Rendition::Signed { document, .. }) => {
            Some(document)
        }
        _ => None,
    };
    let chair = replica.person().is_some_and(|me| m.is_chair(me));
    Some(Line {
        motion,
        over,
        text: no_break(said(&found.text, texts.language)),
        decision: decision.map(|(id, _)| *id),
        name: decision.map(|(_, decision)| texts.sign.numbered(&decision.text)).unwrap_or_default(),
        state,
        signed: rendition.is_some_and(|rendition| rendition.signed().is_some()),
        published: decision
            .and_then(|(_, decision)| decision.published.as_ref())
            .map(|published| super::clock_seconds(published.at.0)),
        pdf: blob.map(|document| addresses::blob(&m.id, document)),
        sign: chair && matches!(rendition, Some(Rendition::Typeset { .. })),
    })
}

fn adopted(m: &Meeting) -> Vec<MotionId> {
    let is = |state| matches!(state, MotionState::Adopted | MotionState::AdoptedWithoutDebate);
    m.motions.iter().filter(|(_, motion)| is(motion.state)).map(|(id, _)| *id).collect()
}

/// The adopted motions with their documents.
#[component]
pub fn Decisions() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let draft = RwSignal::new(None::<Draft>);
    let publish = RwSignal::new(None::<DecisionId>);
    let motions = live.view_or_default(|replica| adopted(replica.meeting()));
    let secretary = live.view_or_default(|replica| {
        replica.person().is_some_and(|me| replica.meeting().is_secretary(me))
    });
    let row = move |motion: MotionId| {
        let line = live.view_or_default(move |replica| line(replica, motion, texts.get()));
        move || line.get().map(|line| document_row(line, secretary, draft, publish))
    };
    view! {
        <main class="decisions" tabindex="0">
            <h1>{say(|t| t.sign.decisions_title)}</h1>
            <p class="soft">{say(|t| t.sign.decisions_lead)}" "{move || (!secretary.get()).then(|| say(|t| t.sign.only_secretary))}</p>
            <StateRule/>
            <Show when=move || motions.with(Vec::is_empty)><p class="lead">{say(|t| t.sign.no_motions)}</p></Show>
            <ol class="documents"><For each=move || motions.get() key=|id| *id children=row/></ol>
        </main>
        <DecisionSheet draft/>
        <PublishSheet publish/>
    }
}

fn document_row(
    line: Line,
    secretary: Memo<bool>,
    draft: RwSignal<Option<Draft>>,
    publish: RwSignal<Option<DecisionId>>,
) -> AnyView {
    let motion = line.motion;
    let meeting = use_live().meeting();
    let tone = if line.signed { BadgeTone::Recorded } else { BadgeTone::Plain };
    let icon = if line.signed { IconName::Seal } else { IconName::Paper };
    let writing = move || {
        secretary.get().then(|| match line.decision {
            None => view! { <Button label=say(|t| t.sign.to_draft) icon=IconName::Edit size=ButtonSize::Small
                on_press=Callback::new(move |()| draft.set(Some(Draft::New(motion))))/> }
            .into_any(),
            Some(id) if !line.signed => small(say(|t| t.sign.revise), move || draft.set(Some(Draft::Revised(id)))),
            Some(_) => ().into_any(),
        })
    };
    let pdf = line.pdf.map(|href| view! { <a class="btn small" href=href target="_blank" rel="noopener">{say(|t| t.sign.see_pdf)}</a> });
    let sign = line.decision.filter(|_| line.sign).map(|id| {
        let href = format!("/meetings/{meeting}/{}", address_of(Instrument::Decision(id)));
        view! { <a class="btn primary" href=href>{say(|t| t.sign.to_sign)}</a> }
    });
    let publishing = line.decision.filter(|_| line.signed && line.published.is_none()).map(|id| {
        view! { <Button label=say(|t| t.sign.publish) size=ButtonSize::Small on_press=Callback::new(move |()| publish.set(Some(id)))/> }
    });
    let texts = reader();
    let public = line.decision.zip(line.published).map(|(id, time)| {
        let href = format!("/public/meetings/{meeting}/decisions/{id}");
        view! {
            <span class="badge recorded">{move || (texts.get().sign.published_at)(&time)}</span>
            <a class="btn small" href=href rel="external">{say(|t| t.sign.public_page)}</a>
        }
    });
    let known = [line.over, line.name].into_iter().filter(|known| !known.is_empty());
    let heading = known.collect::<Vec<_>>().join(" · ");
    view! {
        <li>
            <div><p class="over">{heading}</p><p class="record">{line.text}</p>
                <p><Badge text=line.state icon=icon tone=tone/></p></div>
            <div class="acts">{writing}{pdf}{sign}{publishing}{public}</div>
        </li>
    }
    .into_any()
}

#[component]
fn PublishSheet(publish: RwSignal<Option<DecisionId>>) -> impl IntoView {
    let live = use_live();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(publish.get().is_some()));
    Effect::new(move || {
        if !open.get() && publish.with_untracked(Option::is_some) {
            publish.set(None);
        }
    });
    let act = move |()| {
        if let Some(id) = publish.get_untracked() {
            live.submit(Command::Decisions(DecisionsCommand::Publish {
                instrument: Instrument::Decision(id),
            }));
        }
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.sign.publish) id="publish">
            <p class="lead">{say(|t| t.sign.publish_question)}</p>
            <p class="acts"><Primary label=say(|t| t.sign.publish) size=ButtonSize::Wide on_press=Callback::new(act)/></p>
        </OfficeSheet>
    }
}

/// The fields of a decision; each article a heading and its paragraphs.
#[derive(Clone, Copy)]
struct Form {
    number: RwSignal<String>,
    symbol: RwSignal<String>,
    subject: RwSignal<String>,
    bases: RwSignal<String>,
    recipients: RwSignal<String>,
    place: RwSignal<String>,
    articles: RwSignal<Vec<(u32, RwSignal<String>, RwSignal<String>)>>,
}

impl Form {
    fn empty() -> Self {
        let blank = || RwSignal::new(String::new());
        Self {
            number: blank(),
            symbol: blank(),
            subject: blank(),
            bases: blank(),
            recipients: blank(),
            place: blank(),
            articles: RwSignal::new(Vec::new()),
        }
    }

    fn show(self, text: &DecisionText) {
        self.number.set(text.number.clone());
        self.symbol.set(text.symbol.clone());
        self.subject.set(text.subject.clone());
        self.bases.set(text.bases.join("\n"));
        self.recipients.set(text.recipients.join("\n"));
        self.place.set(text.place.clone());
        let article = |(place, article): (usize, &Article)| {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            (
                place,
                RwSignal::new(article.heading.clone()),
                RwSignal::new(article.paragraphs.join("\n")),
            )
        };
        self.articles.set(text.articles.iter().enumerate().map(article).collect());
    }

    fn text(self) -> DecisionText {
        let line = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let article = |(_, heading, paragraphs): &(u32, RwSignal<String>, RwSignal<String>)| {
            Article { heading: line(*heading), paragraphs: lines(&paragraphs.get_untracked()) }
        };
        DecisionText {
            number: line(self.number),
            symbol: line(self.symbol),
            subject: line(self.subject),
            bases: lines(&self.bases.get_untracked()),
            articles: self.articles.get_untracked().iter().map(article).collect(),
            recipients: lines(&self.recipients.get_untracked()),
            place: line(self.place),
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What a decision on a motion begins as (Decree 30/2020's parts, as far as the meeting knows them).
fn first_text(m: &Meeting, motion: MotionId, texts: &Texts) -> Option<DecisionText> {
    let found = m.motions.get(&motion)?;
    let body = &m.particulars.body.vi;
    let subject = found
        .item
        .and_then(|item| m.items.get(&item))
        .map_or_else(|| found.text.vi.clone(), |item| item.title.vi.clone());
    let units = found
        .item
        .and_then(|item| m.items.get(&item))
        .map(|item| item.unit.vi.clone())
        .filter(|unit| !unit.is_empty());
    let article = |number: usize, paragraph: String| Article {
        heading: format!("Điều {number}."),
        paragraphs: vec![paragraph],
    };
    let last = "Quyết định này có hiệu lực kể từ ngày ký. Các cơ quan, đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này.";
    let mut recipients = vec!["Như Điều 2;".to_owned()];
    recipients.extend(units.map(|unit| format!("{unit};")));
    recipients.push("Lưu: VT.".to_owned());
    Some(DecisionText {
        number: String::new(),
        symbol: "QĐ-UBND".to_owned(),
        subject,
        bases: vec![(texts.sign.default_base)(body)],
        articles: vec![article(1, found.text.vi.clone()), article(2, last.to_owned())],
        recipients,
        place: m.particulars.locality.clone(),
    })
}

#[component]
fn DecisionSheet(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let form = Form::empty();
    let open = RwSignal::new(false);
    let saw = StoredValue::new(None::<Edition>);
    Effect::new(move || {
        let shown = draft.get();
        let text = shown.and_then(|draft| {
            live.glance(|replica| {
                let m = replica.meeting();
                match draft {
                    Draft::New(motion) => first_text(m, motion, texts.get_untracked()),
                    Draft::Revised(id) => {
                        m.decisions.get(&id).map(|decision| decision.text.clone())
                    }
                }
            })
            .flatten()
        });
        if let Some(text) = &text {
            form.show(text);
            saw.set_value(Some(Edition::Decision { text: text.clone() }));
        }
        open.set(text.is_some());
    });
    Effect::new(move || {
        if !open.get() && draft.with_untracked(Option::is_some) {
            draft.set(None);
        }
    });
    let ready = Signal::derive(move || form.subject.with(|subject| !subject.trim().is_empty()));
    let label = Signal::derive(move || {
        let words = &texts.get().sign;
        if ready.get() { words.save_decision } else { words.subject_missing }.to_owned()
    });
    let save = move |()| {
        let text = form.text();
        match draft.get_untracked() {
            Some(Draft::New(motion)) => {
                live.submit(Command::Decisions(DecisionsCommand::PrepareDecision { motion, text }))
            }
            Some(Draft::Revised(decision)) => {
                let seen = saw.get_value();
                live.submit(
                    Command::Decisions(DecisionsCommand::ReviseDecision {
                        decision,
                        text,
                        seen: None,
                    })
                    .having_seen(seen.as_ref()),
                );
            }
            None => {}
        }
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.sign.to_draft) id="decision">
            <div class="form two">
                {field(say(|t| t.sign.number), form.number, 1)}
                {field(say(|t| t.sign.symbol), form.symbol, 1)}
                {field(say(|t| t.sign.subject), form.subject, 2)}
                {field(say(|t| t.sign.place), form.place, 1)}
                {field(say(|t| t.sign.bases), form.bases, 4)}
                {field(say(|t| t.sign.recipients), form.recipients, 4)}
            </div>
            <Articles form/>
            <p class="acts"><Primary label=label enabled=ready size=ButtonSize::Wide on_press=Callback::new(save)/></p>
        </OfficeSheet>
    }
}

#[component]
fn Articles(form: Form) -> impl IntoView {
    let row = move |(id, heading, text): (u32, RwSignal<String>, RwSignal<String>)| {
        view! {
            <li>
                {field(say(|t| t.sign.article_heading), heading, 1)}
                {field(say(|t| t.sign.article_text), text, 3)}
                {small(say(|t| t.sign.remove_article), move || form.articles.update(|articles| articles.retain(|(own, ..)| *own != id)))}
            </li>
        }
    };
    let add = move || {
        form.articles.update(|articles| {
            let id = articles.iter().map(|(id, ..)| id + 1).max().unwrap_or(0);
            let number = articles.len() + 1;
            articles.push((
                id,
                RwSignal::new(format!("Điều {number}.")),
                RwSignal::new(String::new()),
            ));
        });
    };
    view! {
        <h2>{say(|t| t.sign.articles)}</h2>
        <ol class="articles"><For each=move || form.articles.get() key=|(id, ..)| *id children=row/></ol>
        {small(say(|t| t.sign.add_article), add)}
    }
}
