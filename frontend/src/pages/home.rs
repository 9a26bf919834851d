//! The first page: the next meeting, what waits for me, what is to come and what was.

use icabinet_models::meeting::Stage;
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::MeetingSummary;
use icabinet_presenter::meeting_list::{put_to, rank};
use leptos::prelude::*;
use serde::Deserialize;

use crate::callbacks;
use crate::features::gate::{self, SignOut, SignedInOnly};
use crate::place::place_of;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::http::{self, HttpError};
use crate::sync::use_session;
use crate::texts::Texts;
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::texts::people::said;
use crate::texts::refusals::Saying;
use crate::ui::{
    DateBlock, EmptyState, ErrorState, Icon, IconName, ItemTitle, Primary, Row, StateRule, TopLine,
    WallClock, use_clock,
};

/// The page.
#[component]
pub fn Home() -> impl IntoView {
    view! { <SignedInOnly><Meetings/></SignedInOnly> }
}

fn at(summary: &MeetingSummary) -> LocalTime {
    LocalTime::at(summary.particulars.scheduled.0, VIETNAM_OFFSET_MINUTES)
}

/// What is known, with dots between.
fn facts(all: &[&str]) -> String {
    all.iter().copied().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn stage_word(stage: &Stage, texts: &Texts) -> &'static str {
    let words = &texts.home;
    match stage {
        Stage::Blank | Stage::Preparing => words.preparing,
        Stage::Convened => words.convened,
        Stage::InSession { .. } => words.in_session,
        Stage::Recess { .. } => words.recess,
        Stage::Closed { .. } => words.closed,
    }
}

fn task(summary: &MeetingSummary, texts: &Texts) -> Option<&'static str> {
    let words = &texts.home;
    match summary.stage {
        Stage::InSession { .. } | Stage::Recess { .. } => Some(words.task_enter),
        Stage::Convened => Some(words.task_read),
        Stage::Preparing if summary.class == ViewerClass::Staff => Some(words.task_prepare),
        Stage::Blank | Stage::Preparing | Stage::Closed { .. } => None,
    }
}

/// Where a meeting opens: the room, but for its office the page where the work is.
fn address(summary: &MeetingSummary) -> String {
    let page = match summary.stage {
        Stage::Blank | Stage::Preparing => "/prepare",
        Stage::Closed { .. } => "/minutes",
        Stage::Convened | Stage::InSession { .. } | Stage::Recess { .. } => "",
    };
    let page = if summary.class == ViewerClass::Staff { page } else { "" };
    format!("/meetings/{}{page}", summary.id)
}

#[component]
fn Meetings() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    let meetings = RwSignal::new(None::<Result<Vec<MeetingSummary>, HttpError>>);
    let older = RwSignal::new(None::<String>);
    // The first page, or what is older than what is there.
    let load = move |path: Option<String>| {
        callbacks::task(async move {
            let answer = http::page(path.as_deref().unwrap_or("/api/meetings")).await;
            let answer = answer.map(|(mut list, next): (Vec<MeetingSummary>, _)| {
                let known = meetings.try_get_untracked().flatten().and_then(Result::ok);
                if put_to(&mut list, known.unwrap_or_default(), path.is_some(), next.is_some()) {
                    older.try_set(next);
                }
                list
            });
            if answer.as_ref().is_err_and(HttpError::is_signed_out) {
                session.ask();
            } else {
                meetings.try_set(Some(answer));
            }
        });
    };
    load(None);
    callbacks::on_window(leptos::ev::focus, move |_| load(None));
    let me = session.me();
    let organiser = is_organiser();
    let body = move || {
        match meetings.get() {
        None => view! { <main class="calm"><p role="status">{texts.get().home.loading}</p></main> }
            .into_any(),
        Some(Err(error)) => view! { <Failed error on_retry=move |()| load(None)/> }.into_any(),
        Some(Ok(list)) if list.is_empty() => view! {
            <EmptyState title=Signal::derive(move || texts.get().home.none_title.to_owned())
                text=Signal::derive(move || if organiser.get() { texts.get().home.none_organiser } else { texts.get().home.none_text }.to_owned())>
                <p class="quiet-links">{move || organiser.get().then(|| new_meeting(true))}{links()}</p>
            </EmptyState>
        }
        .into_any(),
        Some(Ok(list)) => view! { <Listed list older on_older=move |path| load(Some(path))/> }.into_any(),
    }
    };
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=Signal::derive(move || texts.get().gate.room.to_owned())>
                <WallClock offset_minutes=VIETNAM_OFFSET_MINUTES/>
                <span class="keep"><Icon name=IconName::Person/><span>{move || me.get().map(|me| me.name)}</span></span>
            </TopLine>
            {body}
        </div>
    }
}

/// Whether this person may make meetings.
fn is_organiser() -> Memo<bool> {
    let me = use_session().me();
    Memo::new(move |_| me.get().is_some_and(|me| me.organiser))
}

/// The way to a new meeting; red only where nothing else waits.
fn new_meeting(alone: bool) -> AnyView {
    let texts = use_texts();
    let class = if alone { "btn primary" } else { "btn small" };
    view! { <a class=class href="/meetings/new">{move || texts.get().home.new_meeting}</a> }
        .into_any()
}

/// What is there for everybody.
fn links() -> AnyView {
    let texts = use_texts();
    view! {
        <a class="btn small" href="/keys">{move || texts.get().home.keys_title}</a>
        <a class="btn small" href="/settings">{move || texts.get().common.settings}</a>
        <a class="btn small" href="/public" rel="external">{move || texts.get().home.public_pages}</a>
        <SignOut/>
    }
    .into_any()
}

#[component]
fn Failed(error: HttpError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let shown = error.clone();
    let saying = Signal::derive(move || {
        let Saying { what, is_safe, to_do } = gate::saying(&shown, language.get());
        (what, is_safe.to_owned(), to_do.to_owned())
    });
    view! {
        <ErrorState kind=Signal::derive(move || texts.get().gate.unreachable_kind.to_owned())
            title=Signal::derive(move || saying.get().0) what_happened=Signal::derive(move || saying.get().0)
            is_work_safe=Signal::derive(move || saying.get().1) what_to_do=Signal::derive(move || saying.get().2)
            code=gate::code(&error)>
            <Primary label=Signal::derive(move || texts.get().common.retry.to_owned()) icon=IconName::Again on_press=on_retry/>
        </ErrorState>
    }
}

#[component]
fn Listed(
    list: Vec<MeetingSummary>,
    older: RwSignal<Option<String>>,
    #[prop(into)] on_older: Callback<String>,
) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let now = use_clock().now_ms();
    let day = memo(move || {
        let now = LocalTime::at(now.get(), VIETNAM_OFFSET_MINUTES);
        (texts.get().home.today)(
            now.weekday_name(language.get()),
            &now.official_date(language.get()),
        )
    });
    let tasks = list.clone();
    let keys = waiting_keys();
    let tasks = move || {
        let (texts, language) = (texts.get(), language.get());
        let mut found = Vec::new();
        for summary in &tasks {
            let title = said(&summary.particulars.title, language);
            let detail = format!("{title} · {}", at(summary).clock());
            // What is his alone to do comes before what everybody does.
            let own = summary
                .waits
                .iter()
                .map(|wait| (place_of(&summary.id, *wait), texts.home.task_of(*wait).to_owned()));
            let common = task(summary, texts).map(|task| (address(summary), task.to_owned()));
            found.extend(own.chain(common).map(|(href, task)| (href, task, detail.clone())));
        }
        if keys.get() > 0 {
            let task = (texts.home.task_keys)(keys.get());
            found.insert(0, ("/keys".to_owned(), task, String::new()));
        }
        found
    };
    let (ahead, past): (Vec<_>, Vec<_>) = list.into_iter().partition(|summary| rank(summary).0 < 2);
    let mut ahead = ahead.into_iter();
    let next = ahead.next().map(|summary| view! { <Next summary/> });
    let ahead: Vec<_> = ahead.collect();
    let count = tasks.clone();
    let organiser = is_organiser();
    view! {
        <main class="home">
            <section>
                <h2 class="today">{day}</h2>
                {next}
                <StateRule/>
                <Rows title=Signal::derive(move || texts.get().home.upcoming) list=ahead/>
                <Rows title=Signal::derive(move || texts.get().home.past) list=past/>
                {move || older.get().map(|path| view! {
                    <p class="quiet-links"><button class="btn small" on:click=move |_| on_older.run(path.clone())>
                        {move || texts.get().home.older}
                    </button></p>
                })}
            </section>
            <aside>
                <h2>{move || (texts.get().home.waiting_for_me)(count().len())}</h2>
                <div class="list">{move || task_rows(tasks(), texts.get())}</div>
                <hr class="rule"/>
                <p class="quiet-links">{move || organiser.get().then(|| new_meeting(false))}{links()}</p>
            </aside>
        </main>
    }
}

fn task_rows(tasks: Vec<(String, String, String)>, texts: &Texts) -> AnyView {
    if tasks.is_empty() {
        return view! { <p class="soft">{texts.home.nothing_waits}</p> }.into_any();
    }
    let row = |(href, task, detail)| view! { <Row href=href name=task detail=detail/> };
    tasks.into_iter().map(row).collect_view().into_any()
}

/// How many keys wait for an organiser to confirm them.
fn waiting_keys() -> RwSignal<usize> {
    #[derive(Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Standing {
        Waiting,
        Certified {},
        Revoked,
    }
    #[derive(Deserialize)]
    struct Key {
        state: Standing,
    }
    let count = RwSignal::new(0);
    if is_organiser().get_untracked() {
        callbacks::task(async move {
            // Without an answer there is nothing to say of them here.
            if let Ok(keys) = http::get::<Vec<Key>>("/api/keys").await {
                let waiting = keys.iter().filter(|key| key.state == Standing::Waiting);
                count.try_set(waiting.count());
            }
        });
    }
    count
}

/// The meeting that comes next, or is under way.
#[component]
fn Next(summary: MeetingSummary) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let time = at(&summary);
    let under_way = rank(&summary).0 == 0;
    let href = address(&summary);
    let particulars = summary.particulars.clone();
    let (title, place) = (particulars.title, particulars.place);
    let stage = summary.stage.clone();
    let detail = move || {
        let language = language.get();
        facts(&[
            &time.official_date(language),
            said(&place, language),
            stage_word(&stage, texts.get()),
        ])
    };
    let staff = summary.class == ViewerClass::Staff;
    let preparing = matches!(summary.stage, Stage::Blank | Stage::Preparing);
    let act = move || {
        let words = &texts.get().home;
        match (under_way, preparing) {
            (true, _) => words.enter,
            (false, true) => words.continue_preparing,
            (false, false) => words.read_papers,
        }
    };
    // The office goes to the desk as often as to the room.
    let desk = (staff && !preparing).then(|| {
        let href = format!("/meetings/{}/chair", summary.id);
        view! { <a class="btn" href=href>{move || texts.get().common.to_desk}</a> }
    });
    view! {
        <div class="next"><span class="at">{time.clock()}</span>
            <div>
                <ItemTitle title=Signal::derive(move || said(&title, language.get()).to_owned())/>
                <p>{detail}</p>
            </div>
            <div class="do"><a class="btn primary" href=href>{act}</a>{desk}</div>
        </div>
    }
}

#[component]
fn Rows(title: Signal<&'static str>, list: Vec<MeetingSummary>) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    if list.is_empty() {
        return ().into_any();
    }
    let now = use_clock().now_ms().get_untracked();
    let now = LocalTime::at(now, VIETNAM_OFFSET_MINUTES);
    let rows = list
        .into_iter()
        .map(|summary| {
            let (time, href) = (at(&summary), address(&summary));
            let (name, place, stage) = (summary.particulars.title, summary.particulars.place, summary.stage);
            let detail = Signal::derive(move || {
                let (language, texts) = (language.get(), texts.get());
                let weekday = time.weekday_name(language);
                let when = format!("{weekday}, {}", time.clock());
                facts(&[&when, said(&place, language), stage_word(&stage, texts)])
            });
            view! {
                <Row href=href name=Signal::derive(move || said(&name, language.get()).to_owned()) detail=detail>
                    <DateBlock day=format!("{:02}", time.day) month=Signal::derive(move || time.month_name(&now, language.get()))/>
                </Row>
            }
        })
        .collect_view();
    view! { <h2 class="over-list">{move || title.get()}</h2><div class="list">{rows}</div> }
        .into_any()
}
