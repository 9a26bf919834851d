//! What a vote came to: the outcome, the reason, and the names that stand with it.

use icabinet_models::ids::{PersonId, VoteId};
use icabinet_models::meeting::Meeting;
use icabinet_models::participants::Participant;
use icabinet_models::votes::{Vote, VoteState};
use icabinet_sync::BallotStanding;
use leptos::prelude::*;

use super::button_of;
use crate::features::clock_seconds;
use crate::preferences::{use_preferences, use_texts};
use crate::sync::use_live;
use crate::texts::people::said;
use crate::texts::{Texts, outcome};
use crate::ui::{Button, ButtonSize, Sheet, StateRule, VoteChoice, VoteShape};
use icabinet_presenter::people_search::by_rank;
use icabinet_presenter::vietnamese::no_break;

/// More names than this are not listed one by one: the counts say it.
const MOST_NAMES: usize = 200;

/// How one member stands in a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Cast(VoteChoice),
    NotVoted,
    Absent,
    Recused,
}

impl Mark {
    fn words(self, texts: &Texts) -> &'static str {
        match self {
            Self::Cast(choice) => choice.word(texts),
            Self::NotVoted => texts.results.not_voted,
            Self::Absent => texts.results.absent,
            Self::Recused => texts.results.recused,
        }
    }
}

/// The shape of a mark; dashed where there is no ballot.
#[component]
pub fn BallotMark(mark: Mark) -> impl IntoView {
    match mark {
        Mark::Cast(choice) => {
            let class = match choice {
                VoteChoice::Yes => "mark c-yes",
                VoteChoice::No => "mark c-no",
                VoteChoice::Abstain => "mark",
                VoteChoice::Other => "mark c-other",
            };
            view! { <span class=class><VoteShape choice/></span> }.into_any()
        }
        Mark::NotVoted | Mark::Absent | Mark::Recused => view! {
            <span class="mark c-absent"><svg class="shape" viewBox="0 0 44 44" aria-hidden="true">
                <circle cx="22" cy="22" r="19" stroke-dasharray="5 6"/></svg></span>
        }
        .into_any(),
    }
}

/// The members of a vote with their marks, by rank; none if there are too many to read.
pub fn marks(meeting: &Meeting, vote: &Vote) -> Vec<(PersonId, String, Mark)> {
    let VoteState::Closed { ballots, .. } = &vote.state else { return Vec::new() };
    let terms = &vote.terms;
    if terms.heads.is_some()
        || terms.entitled.len() + terms.absent.len() + terms.recused.len() > MOST_NAMES
    {
        return Vec::new();
    }
    let cast = |person: &PersonId| {
        ballots.get(person).map_or(Mark::NotVoted, |ballot| Mark::Cast(button_of(ballot.choice)))
    };
    let entitled = terms.entitled.keys().map(|person| (person, cast(person)));
    let absent = terms.absent.iter().map(|person| (person, Mark::Absent));
    let recused = terms.recused.iter().map(|person| (person, Mark::Recused));
    let mut all: Vec<_> = entitled
        .chain(absent)
        .chain(recused)
        .map(|(person, mark)| (person, meeting.people.get(person), mark))
        .collect();
    all.sort_by(|a, b| match (a.1, b.1) {
        (Some(a), Some(b)) => by_rank(a, b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let named = |(person, found, mark): (&PersonId, Option<&Participant>, Mark)| {
        (person.clone(), found.map_or_else(|| person.to_string(), |row| row.name.clone()), mark)
    };
    all.into_iter().map(named).collect()
}

/// A result, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    over: String,
    motion: String,
    verdict: String,
    sum: String,
    why: String,
    passed: bool,
    receipt: Option<String>,
    names: Vec<(String, Mark)>,
    opinions: Vec<(String, String)>,
}

fn shown(
    meeting: &Meeting,
    vote: &Vote,
    standing: &BallotStanding,
    texts: &Texts,
) -> Option<Shown> {
    let language = texts.language;
    let number = vote.item.and_then(|item| meeting.number_of(item));
    let over = number
        .map_or_else(|| texts.vote.of_meeting.to_owned(), |number| (texts.vote.of_item)(number));
    let motion = no_break(said(&vote.terms.text, language));
    let receipt = match standing {
        BallotStanding::Recorded(own) | BallotStanding::Elsewhere { own, .. } => {
            let word = button_of(own.ballot.choice).word(texts);
            Some(format!(
                "{} · {} · {} {}",
                texts.vote.my_ballot, word, texts.vote.receipt, own.code
            ))
        }
        BallotStanding::NotCounted(_) => Some(texts.vote.lost_title.to_owned()),
        BallotStanding::None | BallotStanding::Sending(_) | BallotStanding::Unsent(_) => None,
    };
    match &vote.state {
        VoteState::Open { .. } => None,
        VoteState::Void { at, reason, .. } => Some(Shown {
            over: format!("{over} · {}", (texts.results.voided_at)(&clock_seconds(at.0))),
            motion,
            verdict: texts.results.vote_void.to_owned(),
            sum: reason.clone(),
            why: texts.results.void.to_owned(),
            passed: false,
            receipt,
            names: Vec::new(),
            opinions: Vec::new(),
        }),
        VoteState::Closed { at, ballots, outcome, .. } => {
            let names = marks(meeting, vote);
            let opinions = names.iter().filter_map(|(person, name, _)| {
                let opinion = &ballots.get(person)?.opinion;
                (!opinion.is_empty()).then(|| (name.clone(), opinion.clone()))
            });
            Some(Shown {
                over: format!("{over} · {}", (texts.results.closed_at)(&clock_seconds(at.0))),
                motion,
                verdict: outcome::verdict(outcome.verdict, language).to_owned(),
                sum: outcome::sum(&vote.terms, outcome, language),
                why: outcome::why(&vote.terms, outcome, language),
                passed: outcome.verdict == icabinet_models::votes::Verdict::Passed,
                receipt,
                opinions: opinions.collect(),
                names: names.into_iter().map(|(_, name, mark)| (name, mark)).collect(),
            })
        }
    }
}

/// One result.
#[component]
pub fn ResultView(id: VoteId) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let shown = live.view(move |replica| {
        let vote = replica.meeting().votes.get(&id)?;
        shown(replica.meeting(), vote, &replica.ballot(id), language.get().texts())
    });
    move || {
        let shown = shown.get().flatten()?;
        let texts = texts.get();
        let names = shown
            .names
            .into_iter()
            .map(|(name, mark)| {
                view! { <li><BallotMark mark/><span><b>{name}</b><span class="meta">{mark.words(texts)}</span></span></li> }
            })
            .collect_view();
        let opinions = shown
            .opinions
            .into_iter()
            .map(|(name, opinion)| view! { <li><b>{name}</b>": "<span class="record">{opinion}</span></li> })
            .collect::<Vec<_>>();
        let opinions = (!opinions.is_empty())
            .then(|| view! { <p class="over">{texts.results.opinions}</p><ul class="opinions">{opinions}</ul> });
        Some(view! {
            <article class="result">
                <p class="over">{shown.over}</p>
                <p class="verdict record" class:passed=shown.passed role="status">{shown.verdict}</p>
                <p class="sum">{shown.sum}</p>
                <p>{shown.why}</p>
                <p class="motion-read record">{shown.motion}</p>
                {shown.receipt.map(|receipt| view! { <p class="badge recorded">{receipt}</p> })}
                <ol class="names" aria-label=texts.results.names>{names}</ol>
                {opinions}
            </article>
        })
    }
}

/// All results of the meeting so far, the latest first.
#[component]
pub fn ResultsSheet(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let votes = live.view_or_default(|replica| {
        let closed = replica.meeting().votes.iter().filter(|(_, vote)| !vote.is_open());
        closed.rev().map(|(id, _)| *id).collect::<Vec<_>>()
    });
    view! {
        <Sheet open=open on_close=move |()| open.set(false) labelled_by="results">
            <div class="head">
                <h1 id="results">{move || texts.get().results.title}</h1>
                <Button label=Signal::derive(move || texts.get().common.close.to_owned()) size=ButtonSize::Small
                    on_press=move |()| open.set(false)/>
            </div>
            <StateRule/>
            <div class="text" tabindex="0">
                <Show when=move || votes.with(Vec::is_empty)><p class="lead">{move || texts.get().results.none}</p></Show>
                <For each=move || votes.get() key=|id| *id children=|id| view! { <ResultView id/> }/>
            </div>
        </Sheet>
    }
}
