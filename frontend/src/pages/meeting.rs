//! The official's screen: which meeting, which item now, my next action. It follows the room unless
//! the person looks at another item, and one press leads back.

use icabinet_models::ids::{ItemId, MeetingId, PaperId, VoteId};
use icabinet_models::meeting::Stage;
use icabinet_models::papers::PaperState;
use icabinet_models::visibility::ViewerClass;
use icabinet_sync::Replica;
use leptos::prelude::*;
use std::collections::BTreeMap;

use crate::features::agenda::{Agenda, RecuseSheet};
use crate::features::announce::Announcer;
use crate::features::floor::{self, FloorSheet, MyTurn, Speaking};
use crate::features::gate::{self, SignedInOnly};
use crate::features::link::{
    LinkBanner, RefusalNotice, RoomTopLine, Waiting, is_in_session, spoken_loss,
};
use crate::features::papers::{PaperList, PaperStage, first_paper, has_papers};
use crate::features::presence::{CheckIn, PresenceLine};
use crate::features::recording::SpeakerRecording;
use crate::features::voting::{self, ResultsSheet, VoteSheet};
use crate::navigation::{Navigation, use_navigation};
use crate::place::{Look, Spot};
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::http::HttpError;
use crate::sync::{Live, Viewpoint, keep_awake, use_live};
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::texts::people::said;
use crate::texts::refusals::Saying;
use crate::ui::{
    Button, ButtonSize, Dock, DockAction, DockMark, EmptyState, ErrorState, IconName, ItemNumber,
    ItemTitle, StateRule, TopLine,
};

/// The page of a meeting.
#[component]
pub fn Meeting(id: MeetingId) -> impl IntoView {
    view! { <SignedInOnly><Entered id=id.clone()/></SignedInOnly> }
}

#[component]
fn Entered(id: MeetingId) -> impl IntoView {
    let live = Live::enter(id, Viewpoint::Person);
    let is_here = live.view(|_| ());
    let state = memo(move || (live.trouble().get(), is_here.get()));
    move || match state.get() {
        (Some(error), _) => view! { <Trouble error/> }.into_any(),
        (None, Some(())) => view! { <Room/> }.into_any(),
        (None, None) => view! { <Entering/> }.into_any(),
    }
}

#[component]
fn Entering() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <LinkBanner/>
            <main class="calm"><p role="status">{move || texts.get().room.loading}</p></main>
        </div>
    }
}

#[component]
fn Trouble(error: HttpError) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let home =
        move || view! { <a class="btn primary" href="/">{move || texts.get().common.go_home}</a> };
    let is_missing = matches!(
        &error,
        HttpError::Refused { code: icabinet_models::wire::ErrorCode::NotFound, .. }
    );
    let body = if is_missing {
        view! {
            <EmptyState title=Signal::derive(move || texts.get().room.not_found_title.to_owned())
                text=Signal::derive(move || texts.get().room.not_found_text.to_owned())>{home()}</EmptyState>
        }
        .into_any()
    } else {
        let code = gate::code(&error);
        let saying = Signal::derive(move || {
            let Saying { what, is_safe, to_do } = gate::saying(&error, language.get());
            (what, is_safe.to_owned(), to_do.to_owned())
        });
        view! {
            <ErrorState kind=Signal::derive(move || texts.get().gate.unreachable_kind.to_owned())
                title=Signal::derive(move || saying.get().0) what_happened=Signal::derive(move || saying.get().0)
                is_work_safe=Signal::derive(move || saying.get().1) what_to_do=Signal::derive(move || saying.get().2)
                code=code>{home()}</ErrorState>
        }
        .into_any()
    };
    view! { <div class="screen"><TopLine meeting="i-Cabinet" body=""/>{body}</div> }
}

/// What the person chose to look at; nothing of it is the meeting's.
#[derive(Clone, Copy)]
struct Desk {
    /// Where in the meeting he is: the address keeps it.
    spot: Memo<Spot>,
    navigation: Navigation,
    /// The open paper of each item, and of the whole meeting.
    papers: RwSignal<BTreeMap<Option<ItemId>, PaperId>>,
    /// The page of each paper, from 0.
    pages: RwSignal<BTreeMap<PaperId, usize>>,
    floor: RwSignal<bool>,
    vote: RwSignal<bool>,
    results: RwSignal<bool>,
    recuse: RwSignal<Option<ItemId>>,
}

impl Desk {
    fn new() -> Self {
        let navigation = use_navigation();
        let query = navigation.query();
        let spot = memo(move || query.with(|query| Spot::of(query)));
        let (mut papers, mut pages) = (BTreeMap::new(), BTreeMap::new());
        // Loaded anew, it opens where it was left.
        if let Some((paper, page)) = spot.get_untracked().paper {
            let of =
                |replica: &Replica| replica.meeting().papers.get(&paper).map(|paper| paper.item);
            if let Some(item) = use_live().glance(of).flatten() {
                papers.insert(item, paper);
                pages.insert(paper, page - 1);
            }
        }
        Self {
            spot,
            navigation,
            papers: RwSignal::new(papers),
            pages: RwSignal::new(pages),
            floor: RwSignal::new(false),
            vote: RwSignal::new(false),
            results: RwSignal::new(false),
            recuse: RwSignal::new(None),
        }
    }

    fn look_at(self, look: Look) {
        self.navigation.step(&Spot { look, paper: None }.query());
    }

    fn open(self, item: Option<ItemId>, paper: PaperId) {
        self.papers.update(|papers| _ = papers.insert(item, paper));
        let page = self.pages.with_untracked(|pages| pages.get(&paper).copied().unwrap_or(0));
        self.turned(paper, page);
    }

    fn turned(self, paper: PaperId, page: usize) {
        let Spot { look, .. } = self.spot.get_untracked();
        self.navigation.note(&Spot { look, paper: Some((paper, page + 1)) }.query());
    }
}

/// The middle of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Middle {
    Agenda,
    /// The papers of an item, or of the whole meeting.
    Papers(Option<ItemId>),
}

#[component]
fn Room() -> impl IntoView {
    let live = use_live();
    let desk = Desk::new();
    let current = live.view_or_default(|replica| replica.meeting().current);
    let is_live = is_in_session();
    keep_awake(is_live.into());
    let middle = memo(move || match (desk.spot.get().look, current.get()) {
        (Look::Item(item), _) | (Look::Room, Some(item)) => Middle::Papers(Some(item)),
        (Look::Whole, _) => Middle::Papers(None),
        (Look::Agenda, _) | (Look::Room, None) => Middle::Agenda,
    });
    let vote = follow_votes(desk);
    let show_item = Callback::new(move |item: ItemId| {
        let is_here = Some(item) == current.get_untracked();
        desk.look_at(if is_here { Look::Room } else { Look::Item(item) });
    });
    let ask_floor = Callback::new(move |()| {
        desk.vote.set(false);
        desk.floor.set(true);
    });
    let on_recuse = Callback::new(move |item| desk.recuse.set(Some(item)));
    let body = move || match middle.get() {
        Middle::Agenda => view! {
            <main class="overview">
                <Agenda on_open=show_item on_recuse=on_recuse/>
                <About desk/>
            </main>
        }
        .into_any(),
        Middle::Papers(item) => view! { <Reading item desk current/> }.into_any(),
    };
    view! {
        <div class="screen" class:live=is_live>
            <RoomTopLine/>
            <LinkBanner/>
            <CheckIn/>
            <Waiting/>
            <MyTurn/>
            <RefusalNotice/>
            {body}
            <SpeakerRecording/>
            <Bar desk middle current/>
        </div>
        <Announcer/>
        <FloorSheet open=desk.floor/>
        <VoteSheet open=desk.vote vote=vote on_ask_floor=ask_floor/>
        <ResultsSheet open=desk.results/>
        <RecuseSheet item=desk.recuse/>
    }
}

/// The vote the sheet is about: the open one, and after its close the same until the next opens. The
/// sheet rises by itself for who has a ballot.
fn follow_votes(desk: Desk) -> Memo<Option<VoteId>> {
    let live = use_live();
    let summary = live.view_or_default(voting::summary);
    let open = memo(move || summary.with(|summary| summary.open));
    Effect::new(move |before: Option<Option<VoteId>>| {
        let now = open.get();
        if now.is_some()
            && before.flatten() != now
            && summary.with_untracked(|summary| summary.waits_for_me)
        {
            desk.floor.set(false);
            desk.results.set(false);
            desk.recuse.set(None);
            desk.vote.set(true);
        }
        now
    });
    // A result that rose by itself goes when the next thing begins; a ballot that was not counted stays.
    let room = live.view_or_default(|replica| voting::what_the_room_is_at(replica.meeting()));
    Effect::new(move |before: Option<voting::RoomAt>| {
        let now = room.get();
        if before.is_some_and(|before| before != now)
            && summary.with_untracked(|summary| summary.open.is_none() && !summary.lost)
        {
            desk.vote.set(false);
        }
        now
    });
    let unanswered = live.view_or_default(|replica: &Replica| {
        let mut waiting = replica.outbox().pending().iter().rev();
        let waiting = waiting.find_map(|pending| pending.command.ballot()).map(|(vote, _)| vote);
        waiting.filter(|vote| replica.meeting().votes.contains_key(vote))
    });
    Memo::new(move |before: Option<&Option<VoteId>>| {
        open.get().or(unanswered.get()).or(before.copied().flatten())
    })
}

#[component]
fn Reading(item: Option<ItemId>, desk: Desk, current: Memo<Option<ItemId>>) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let lost = spoken_loss();
    let here = live.view_or_default(move |replica| {
        item.and_then(|item| replica.meeting().number_of(item)).unwrap_or(0)
    });
    let of = live.view_or_default(|replica| {
        u32::try_from(replica.meeting().agenda.len()).unwrap_or(u32::MAX)
    });
    let title = live.view_or_default(move |replica| {
        let whole = || language.get().texts().room.papers_of_meeting.to_owned();
        let Some(item) = item else { return whole() };
        let item = replica.meeting().items.get(&item);
        item.map(|item| said(&item.title, language.get()).to_owned()).unwrap_or_default()
    });
    let first = live.view_or_default(move |replica| first_paper(replica.meeting(), item));
    let paper = Signal::derive(move || {
        desk.papers.with(|papers| papers.get(&item).copied()).or(first.get())
    });
    let elsewhere = move || {
        let room = current.get().filter(|current| Some(*current) != item)?;
        let room =
            live.glance(|replica| replica.meeting().number_of(room).unwrap_or(0)).unwrap_or(0);
        let words =
            item.map(|_| view! { <p>{move || (texts.get().room.elsewhere)(here.get(), room)}</p> });
        Some(view! {
            <div class="elsewhere">
                {words}
                <Button label=Signal::derive(move || (texts.get().room.back_to_item)(room)) size=ButtonSize::Small
                    on_press=move |()| desk.look_at(Look::Room)/>
            </div>
        })
    };
    view! {
        <main class="reading">
            <aside>
                {elsewhere}
                {item.map(|_| view! {
                    <ItemNumber number=Signal::derive(move || u32::try_from(here.get()).unwrap_or(u32::MAX)) of=Signal::derive(move || Some(of.get()))/>
                })}
                <ItemTitle title=title/>
                <StateRule/>
                <Show when=move || item.is_some() && current.get() == item>
                    <Speaking lost=lost/>
                    <hr class="rule"/>
                </Show>
                <PaperList item=item open=paper on_open=move |paper| desk.open(item, paper)/>
            </aside>
            <div class="middle"><PaperStage paper=paper places=desk.pages
                on_turn=Callback::new(move |(paper, page)| desk.turned(paper, page))/></div>
        </main>
    }
}

/// Beside the agenda: how the session stands, and the ways out.
#[component]
fn About(desk: Desk) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let particulars = live.view_or_default(|replica| replica.meeting().particulars.clone());
    let stage = live.view_or_default(|replica| replica.meeting().stage.clone());
    let time = move |ms: i64| LocalTime::at(ms, VIETNAM_OFFSET_MINUTES);
    let is_staff = live.view_or_default(|replica| {
        let chair = replica.person().is_some_and(|me| replica.meeting().is_chair(me));
        chair || replica.class() == ViewerClass::Staff
    });
    // Papers that belong to no item stand nowhere else.
    let (no_item, no_paper) = (None::<ItemId>, None::<PaperId>);
    let whole = live.view_or_default(|replica| has_papers(replica.meeting(), None));
    let open = move |paper| {
        desk.look_at(Look::Whole);
        desk.open(None, paper);
    };
    let to_desk = move || {
        is_staff.get().then(|| {
            let href = format!("/meetings/{}/chair", live.meeting());
            view! { <a class="btn small" href=href>{move || texts.get().common.to_desk}</a> }
        })
    };
    let stands = move || {
        let room = &texts.get().room;
        match stage.get() {
            Stage::Blank | Stage::Preparing | Stage::Convened => room.not_opened.to_owned(),
            Stage::InSession { .. } => texts.get().state.in_session.to_owned(),
            Stage::Recess { since, .. } => (room.recess_since)(&time(since.0).clock()),
            Stage::Closed { at, .. } => (room.closed_at)(&time(at.0).clock()),
        }
    };
    let when = move || {
        let when = time(particulars.get().scheduled.0);
        format!(
            "{}, {}, {}",
            when.clock(),
            when.weekday_name(language.get()),
            when.official_date(language.get())
        )
    };
    view! {
        <aside class="about">
            <h2 role="status">{stands}</h2>
            <p>{when}</p>
            <p>{move || said(&particulars.get().place, language.get()).to_owned()}</p>
            <PresenceLine/>
            <Show when=move || whole.get()>
                <PaperList item=no_item open=no_paper on_open=open/>
            </Show>
            <hr class="rule"/>
            <p class="quiet-links">
                {to_desk}
                <a class="btn small" href="/">{move || texts.get().room.home}</a>
                <a class="btn small" href="/settings">{move || texts.get().common.settings}</a>
            </p>
        </aside>
    }
}

/// The three actions.
#[component]
fn Bar(desk: Desk, middle: Memo<Middle>, current: Memo<Option<ItemId>>) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let lost = spoken_loss();
    let summary = live.view_or_default(voting::summary);
    let standing = live.view_or_default(floor::standing);
    let waiting = live.view_or_default(|replica| replica.meeting().floor.requests.len());
    let papers = live.view_or_default(move |replica| {
        let there = replica.meeting().papers.values();
        let there = there.filter(|paper| paper.state != PaperState::Removed);
        match middle.get() {
            Middle::Agenda => there.count(),
            Middle::Papers(item) => there.filter(|paper| paper.item == item).count(),
        }
    });
    let label = move |read: fn(&crate::texts::Texts) -> &'static str| {
        Signal::derive(move || read(texts.get()).to_owned())
    };
    let papers_state = Signal::derive(move || match middle.get() {
        Middle::Agenda => texts.get().room.agenda.to_owned(),
        Middle::Papers(_) => (texts.get().room.papers_count)(papers.get()),
    });
    let floor_state = Signal::derive(move || {
        if lost.get().is_some() {
            return texts.get().room.needs_connection.to_owned();
        }
        floor::state_words(&standing.get(), waiting.get(), texts.get())
    });
    let floor_mark = Signal::derive(move || match standing.get() {
        floor::Standing::Speaking | floor::Standing::Waiting(..) => DockMark::Current,
        _ => DockMark::None,
    });
    let vote_state = Signal::derive(move || summary.get().words(lost.get().is_some(), texts.get()));
    let vote_mark =
        Signal::derive(
            move || if summary.get().waits_for_me { DockMark::Now } else { DockMark::None },
        );
    let press_papers = move |()| match middle.get_untracked() {
        Middle::Papers(_) => desk.look_at(Look::Agenda),
        Middle::Agenda if current.get_untracked().is_some() => desk.look_at(Look::Room),
        Middle::Agenda => {}
    };
    let press_vote = move |()| {
        let summary = summary.get_untracked();
        if summary.open.is_some() { desk.vote.set(true) } else { desk.results.set(true) }
    };
    view! {
        <Dock>
            <DockAction icon=IconName::Paper label=label(|texts| texts.common.papers) state=papers_state
                mark=DockMark::Current on_press=press_papers/>
            <DockAction icon=IconName::Microphone label=label(|texts| texts.common.ask_floor) state=floor_state
                mark=floor_mark on_press=move |()| desk.floor.set(true)/>
            <DockAction icon=IconName::Ballot label=label(|texts| texts.common.vote) state=vote_state
                mark=vote_mark on_press=press_vote/>
        </Dock>
    }
}
