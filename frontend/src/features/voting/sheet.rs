//! The voting sheet: two taps, and the receipt in the place of *send*. What one's own device knows of
//! the ballot is said at every moment: on its way, not sent, recorded, not counted.

use icabinet_models::ids::VoteId;
use icabinet_models::meeting::{Command, Refusal, VotesCommand};
use icabinet_sync::{BallotStanding, Kept};
use leptos::prelude::*;

use super::card::{self, Card, Right};
use super::result::ResultView;
use super::{button_of, choice_of};
use crate::callbacks;
use crate::features::clock_seconds;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::{Live, use_live};
use crate::texts::Texts;
use crate::texts::refusals;
use crate::ui::{
    Button, ButtonSize, Countdown, Primary, Receipt, ReceiptState, Seats, Sheet, StateRule,
    VoteButtons, VoteChoice, VotePhase,
};

/// What the person does on the sheet before sending.
#[derive(Clone, Copy)]
struct Draft {
    chosen: RwSignal<Option<VoteChoice>>,
    opinion: RwSignal<String>,
    /// He asked to change a ballot that is recorded.
    changing: RwSignal<bool>,
}

/// The sheet of one vote; it shows the result when there is one.
#[component]
pub fn VoteSheet(
    open: RwSignal<bool>,
    /// The vote that is open, or was looked at last.
    #[prop(into)]
    vote: Signal<Option<VoteId>>,
    on_ask_floor: Callback<()>,
) -> impl IntoView {
    let language = use_preferences().language;
    let live = use_live();
    let draft = Draft {
        chosen: RwSignal::new(None),
        opinion: RwSignal::new(String::new()),
        changing: RwSignal::new(false),
    };
    let wants_result = RwSignal::new(false);
    Effect::new(move |before: Option<Option<VoteId>>| {
        let now = vote.get();
        if before.is_some_and(|before| before != now) {
            draft.chosen.set(None);
            draft.opinion.set(String::new());
            draft.changing.set(false);
            wants_result.set(false);
        }
        now
    });
    let card = live.view(move |replica| {
        vote.get().and_then(|id| card::read(replica, id, language.get().texts()))
    });
    let card = memo(move || card.get().flatten());
    let shows_ballot = memo(move || {
        card.with(|card| card.as_ref().is_some_and(Card::shows_ballot)) && !wants_result.get()
    });
    let is_there = memo(move || card.with(Option::is_some));
    let body = move || {
        if shows_ballot.get() {
            view! { <BallotBody card draft on_ask_floor on_result=move |()| wants_result.set(true)/> }.into_any()
        } else {
            view! { <AfterBody card/> }.into_any()
        }
    };
    view! {
        <Sheet open=Signal::derive(move || open.get() && is_there.get()) on_close=move |()| open.set(false)
            labelled_by="vote" kind="voting">
            <Head card on_close=move |()| open.set(false)/>
            <StateRule/>
            {body}
        </Sheet>
    }
}

fn part<T>(card: Memo<Option<Card>>, read: impl Fn(&Card) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    memo(move || card.with(|card| card.as_ref().map(&read)).unwrap_or_default())
}

#[component]
fn Head(card: Memo<Option<Card>>, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let times = part(card, |card| Some((card.closes_at?, card.opened_at, card.is_open)));
    let over = part(card, |card| card.over.clone());
    let heading = part(card, |card| card.heading.clone());
    let countdown = move || {
        times.get().map(|(closes, opened, is_open)| {
            view! { <Countdown deadline_ms=closes total_ms=closes - opened closed=Signal::derive(move || !is_open)/> }
        })
    };
    view! {
        <div class="head">
            <div><p class="over">{over}</p><h1 id="vote">{heading}</h1></div>
            <div class="corner">{countdown}
                <Button label=Signal::derive(move || texts.get().vote.put_away.to_owned()) size=ButtonSize::Small on_press=on_close/>
            </div>
        </div>
    }
}

#[component]
fn MotionText(card: Memo<Option<Card>>) -> impl IntoView {
    let texts = use_texts();
    let motion = part(card, |card| (card.motion.clone(), card.motion_tag));
    let rule = part(card, |card| card.rule.clone());
    let code = part(card, |card| card.text_digest.short(2));
    let reading = NodeRef::<leptos::html::Div>::new();
    let more = RwSignal::new(false);
    // Whatever is cut off at the lower edge says so, with a button on the edge.
    let look = move || {
        if let Some(reading) = reading.try_get_untracked().flatten() {
            more.try_set(
                reading.scroll_top() + reading.client_height() + 24 < reading.scroll_height(),
            );
        }
    };
    Effect::new(move || {
        motion.track();
        reading.track();
        callbacks::next_frame(look);
    });
    callbacks::on_window(leptos::ev::resize, move |_| look());
    let read_on = move |()| {
        if let Some(reading) = reading.get_untracked() {
            reading.set_scroll_top(reading.scroll_top() + reading.client_height() / 2);
        }
    };
    view! {
        <div class="reading-on">
            <div class="text" tabindex="0" node_ref=reading on:scroll=move |_| look()>
                <p class="motion" lang=move || motion.get().1>{move || motion.get().0}</p>
                <div class="terms">
                    <p>{move || rule.get().0}<b>{move || rule.get().1}</b>{move || rule.get().2}</p>
                    <p class="soft">{move || texts.get().vote.text_code}" "<span class="code">{code}</span></p>
                </div>
            </div>
            <Show when=move || more.get()>
                <Button label=Signal::derive(move || texts.get().vote.read_on.to_owned()) size=ButtonSize::Small on_press=read_on/>
            </Show>
        </div>
    }
}

#[component]
fn Foot(card: Memo<Option<Card>>) -> impl IntoView {
    let texts = use_texts();
    let (cast, all) = (part(card, |card| card.cast), part(card, |card| card.entitled));
    let me = part(card, |card| card.me.clone());
    view! {
        <div class="foot">
            <span class="soft">{me}</span>
            <Seats taken=cast all=all text=Signal::derive(move || (texts.get().vote.turnout)(cast.get(), all.get()))/>
        </div>
    }
}

#[component]
fn BallotBody(
    card: Memo<Option<Card>>,
    draft: Draft,
    on_ask_floor: Callback<()>,
    #[prop(into)] on_result: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let standing = memo(move || card.with(|card| card.as_ref().map(|card| card.standing.clone())));
    let phase = memo(move || match standing.get() {
        None | Some(BallotStanding::None) => VotePhase::Choosing,
        Some(BallotStanding::Sending(_)) => VotePhase::Sending,
        Some(BallotStanding::Unsent(_)) => VotePhase::Unsent,
        Some(BallotStanding::Recorded(_) | BallotStanding::Elsewhere { .. })
            if draft.changing.get() =>
        {
            VotePhase::Choosing
        }
        Some(BallotStanding::Recorded(_) | BallotStanding::Elsewhere { .. }) => VotePhase::Recorded,
        Some(BallotStanding::NotCounted(_)) => VotePhase::NotCounted,
    });
    let chosen = memo(move || match (phase.get(), standing.get()) {
        (VotePhase::Choosing, _) => draft.chosen.get(),
        (_, Some(BallotStanding::Sending(pending) | BallotStanding::Unsent(pending))) => {
            ballot_button(&pending.command)
        }
        (_, Some(BallotStanding::Recorded(own) | BallotStanding::Elsewhere { own, .. })) => {
            Some(button_of(own.ballot.choice))
        }
        (_, Some(BallotStanding::NotCounted(refused))) => Some(button_of(refused.choice)),
        (_, None | Some(BallotStanding::None)) => None,
    });
    let choices = part(card, |card| card.choices.clone());
    let buttons = move || {
        let choices = choices.get().into_iter().map(button_of).collect::<Vec<_>>();
        let remark = Signal::derive(move || Some(texts.get().vote.with_text.to_owned()));
        view! {
            <VoteButtons choices chosen=chosen phase=phase other_remark=remark on_choose=move |choice| draft.chosen.set(Some(choice))/>
        }
    };
    view! {
        <div class="sides">
            <div class="side"><MotionText card/><Foot card/></div>
            <div class="side">
                {buttons}
                <div class="send"><SendOrReceipt card draft phase standing/></div>
                <div class="after"><After card draft phase on_ask_floor on_result/></div>
            </div>
        </div>
    }
}

fn ballot_button(command: &Kept) -> Option<VoteChoice> {
    command.ballot().map(|(_, choice)| button_of(choice))
}

#[component]
fn SendOrReceipt(
    card: Memo<Option<Card>>,
    draft: Draft,
    phase: Memo<VotePhase>,
    standing: Memo<Option<BallotStanding>>,
) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let needs_text = move || {
        draft.chosen.get() == Some(VoteChoice::Other)
            && draft.opinion.with(|text| text.trim().is_empty())
    };
    let ready = Signal::derive(move || draft.chosen.get().is_some() && !needs_text());
    let label = Signal::derive(move || {
        let words = &texts.get().vote;
        match (draft.chosen.get(), needs_text()) {
            (None, _) => words.choose_first.to_owned(),
            (Some(_), true) => words.opinion_missing.to_owned(),
            (Some(_), false) => words.send.to_owned(),
        }
    });
    let send = Callback::new(move |()| cast(live, card, draft));
    let receipt = memo(move || standing.get().and_then(|standing| receipt(&standing, texts.get())));
    move || {
        if phase.get() == VotePhase::Choosing {
            view! { <Primary label=label enabled=ready size=ButtonSize::Wide on_press=send/> }
                .into_any()
        } else {
            receipt.get().map(|state| view! { <Receipt state=Signal::stored(state)/> }).into_any()
        }
    }
}

fn cast(live: Live, card: Memo<Option<Card>>, draft: Draft) {
    let Some(card) = card.get_untracked() else { return };
    let Some(choice) = draft.chosen.get_untracked() else { return };
    let opinion = match choice {
        VoteChoice::Other => draft.opinion.get_untracked().trim().to_owned(),
        VoteChoice::Yes | VoteChoice::No | VoteChoice::Abstain => String::new(),
    };
    let command = Command::Votes(VotesCommand::CastBallot {
        vote: card.id,
        choice: choice_of(choice),
        opinion,
        text_digest: card.text_digest,
    });
    draft.changing.set(false);
    live.submit(command);
}

fn receipt(standing: &BallotStanding, texts: &Texts) -> Option<ReceiptState> {
    match standing {
        BallotStanding::None => None,
        BallotStanding::Sending(pending) => {
            Some(ReceiptState::Sending { choice: ballot_button(&pending.command)? })
        }
        BallotStanding::Unsent(pending) => Some(ReceiptState::Unsent {
            choice: ballot_button(&pending.command)?,
            since: clock_seconds(pending.since.0),
            attempt: pending.attempts.max(1),
        }),
        BallotStanding::Recorded(own) | BallotStanding::Elsewhere { own, .. } => {
            Some(ReceiptState::Recorded {
                choice: button_of(own.ballot.choice),
                code: own.code.clone(),
                time: clock_seconds(own.ballot.at.0),
            })
        }
        BallotStanding::NotCounted(refused) => Some(match &refused.refusal {
            Refusal::VoteClosedAt { at } => ReceiptState::Lost {
                closed: clock_seconds(at.0),
                arrived: clock_seconds(refused.at.0),
            },
            refusal => {
                let saying = refusals::refusal(refusal, texts.language, ToString::to_string);
                ReceiptState::Refused {
                    detail: (texts.vote.refused_detail)(&saying.what, &clock_seconds(refused.at.0)),
                }
            }
        }),
    }
}

#[component]
fn After(
    card: Memo<Option<Card>>,
    draft: Draft,
    phase: Memo<VotePhase>,
    on_ask_floor: Callback<()>,
    on_result: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let words = move || &texts.get().vote;
    let may_change = part(card, |card| card.may_change && card.is_open);
    let is_open = part(card, |card| card.is_open);
    // That it was another device is said above what can be done about it, and what became of a choice
    // that was sent from here since.
    let elsewhere = part(card, |card| match &card.standing {
        BallotStanding::Elsewhere { own, refused } => {
            let refused = refused.as_ref().map(|refused| button_of(refused.choice));
            Some((clock_seconds(own.ballot.at.0), refused))
        }
        _ => None,
    });
    let elsewhere = move || {
        elsewhere.get().map(|(time, refused)| {
            let refused =
                refused.map(|choice| (words().other_not_counted)(choice.word(texts.get())));
            view! { <p role="status"><b>{(words().voted_elsewhere)(&time)}</b>" "{refused}</p> }
        })
    };
    let writes = memo(move || {
        phase.get() == VotePhase::Choosing && draft.chosen.get() == Some(VoteChoice::Other)
    });
    let change = move |()| {
        draft.chosen.set(None);
        draft.changing.set(true);
    };
    move || {
        match phase.get() {
        VotePhase::Choosing if writes.get() => view! {
            <label class="field"><span class="sr">{move || words().opinion_label}</span>
                <textarea rows="2" maxlength="2000" placeholder=move || words().opinion_label bind:value=draft.opinion></textarea></label>
        }
        .into_any(),
        VotePhase::Choosing if draft.changing.get() => view! { <p>{move || words().changing}</p> }.into_any(),
        VotePhase::Choosing => view! { <p class="soft">{move || words().how_to}</p> }.into_any(),
        VotePhase::Sending | VotePhase::Unsent => view! { <p>{move || words().unsent_help}</p> }.into_any(),
        VotePhase::Recorded if may_change.get() => view! {
            {elsewhere}
            <div class="line"><p class="soft">{move || words().may_change}</p>
                <Button label=Signal::derive(move || words().change.to_owned()) size=ButtonSize::Small on_press=change/></div>
        }
        .into_any(),
        VotePhase::Recorded => view! { {elsewhere}<p class="soft">{move || words().fixed}</p> }.into_any(),
        VotePhase::NotCounted => {
            let result = (!is_open.get()).then(|| {
                view! {
                    <Button label=Signal::derive(move || texts.get().results.show_result.to_owned()) size=ButtonSize::Small on_press=on_result/>
                }
            });
            view! {
                <div class="line"><p>{move || words().lost_help}</p>{result}
                    <Button label=Signal::derive(move || texts.get().common.ask_floor.to_owned()) size=ButtonSize::Small
                        on_press=on_ask_floor/></div>
            }
            .into_any()
        }
    }
    }
}

/// An open vote for somebody without a ballot in it, or the result.
#[component]
fn AfterBody(card: Memo<Option<Card>>) -> impl IntoView {
    let language = use_preferences().language;
    let open = part(card, |card| card.is_open);
    let id = part(card, |card| Some(card.id));
    let right = part(card, |card| Some(card.right));
    let why = move || {
        right
            .get()
            .filter(|right| *right != Right::Entitled)
            .map(|right| card::no_ballot(right, language.get()))
    };
    move || {
        if open.get() {
            view! { <MotionText card/><p class="lead">{why}</p><Foot card/> }.into_any()
        } else {
            view! { <div class="text">{move || id.get().map(|id| view! { <ResultView id/> })}</div> }.into_any()
        }
    }
}
