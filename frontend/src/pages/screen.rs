//! The screen in the room: where the meeting is, readable from the last row. It shows nothing that
//! not everybody in the room may know, and on a lost connection keeps the last picture, marked.

use icabinet_models::canonical::cades::fingerprint_short;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{ItemId, MeetingId, VoteId};
use icabinet_models::meeting::{Meeting, Stage};
use icabinet_models::votes::{Verdict, VoteState};
use icabinet_sync::Replica;
use leptos::prelude::*;

use crate::callbacks;
use crate::features::floor::timing;
use crate::features::link::{RecordingMark, spoken_loss};
use crate::features::voting::{BallotMark, Mark, marks};
use crate::navigation::take_token;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::{Live, Viewpoint, keep_awake, use_live, use_session};
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::texts::people::{addressed_first, said};
use crate::texts::{Texts, outcome};
use crate::ui::{Countdown, WallClock, use_clock};
use icabinet_presenter::room_screen::{Beside, step};
use icabinet_presenter::vietnamese::{given_name, no_break};

/// A result stays on the screen this long if nothing else begins, in milliseconds.
const RESULT_MS: i64 = 5 * 60 * 1000;
/// More names than this don't fit under a result.
const MOST_NAMES: usize = 24;

/// The page. A machine that was given a token in the address signs in with it first.
#[component]
pub fn Screen(id: MeetingId) -> impl IntoView {
    let session = use_session();
    let ready = RwSignal::new(false);
    let entering = id.clone();
    Effect::new(move || {
        let meeting = entering.clone();
        let Some(token) = take_token() else {
            ready.set(true);
            return;
        };
        callbacks::task(async move {
            if let Err(error) = session.sign_in_screen(&meeting, &token).await {
                leptos::logging::warn!("icabinet: the screen was not signed in: {error:?}");
            }
            ready.try_set(true);
        });
    });
    move || {
        if ready.get() {
            view! { <Entered id=id.clone()/> }.into_any()
        } else {
            view! { <Wait/> }.into_any()
        }
    }
}

#[component]
fn Wait() -> impl IntoView {
    let texts = use_texts();
    view! { <main class="wall"><header></header><section class="mid"><p>{move || texts.get().screen.connecting}</p></section></main> }
}

#[component]
fn Entered(id: MeetingId) -> impl IntoView {
    let texts = use_texts();
    let live = Live::enter(id, Viewpoint::Projector);
    let is_here = live.view(|_| ());
    keep_awake(Signal::stored(true));
    let state = memo(move || (is_here.get(), live.trouble().with(Option::is_some)));
    move || match state.get() {
        (Some(()), _) => view! { <Wall/> }.into_any(),
        (None, true) => view! {
            <main class="wall"><header></header><section class="mid">
                <h1 class="title small">{move || texts.get().screen.not_signed_in}</h1>
                <p>{move || texts.get().screen.not_signed_in_text}</p>
            </section></main>
        }
        .into_any(),
        (None, false) => view! { <Wait/> }.into_any(),
    }
}

/// What the room should see now.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Picture {
    Soon {
        title: String,
        place: String,
    },
    Recess {
        since: i64,
    },
    Closed {
        at: i64,
        title: String,
    },
    /// Between items; the next one if there is one.
    Between {
        next: Option<(usize, String)>,
    },
    Item {
        number: usize,
        title: String,
        presenter: Option<String>,
    },
    Speech {
        item: Option<(usize, String)>,
        who: String,
        position: String,
        deadline: i64,
        paused: Option<i64>,
        allotted: i64,
    },
    Vote {
        over: String,
        motion: String,
        rule: String,
        closes: Option<i64>,
        opened: i64,
        cast: u32,
        entitled: u32,
    },
    /// The fingerprint of what was signed, for everybody to compare.
    Signed {
        what: &'static str,
        fingerprint: String,
        at: i64,
    },
    Result {
        over: String,
        verdict: String,
        passed: bool,
        sum: String,
        why: String,
        names: Vec<(String, Mark)>,
    },
}

/// What was signed lately, where nothing else is before the room.
fn signed(replica: &Replica, now: i64, texts: &Texts) -> Option<Picture> {
    let meeting = replica.meeting();
    let idle = meeting.floor.speaking.is_none() && meeting.open_vote().is_none();
    let signed =
        replica.signed().filter(|signed| idle && now.saturating_sub(signed.at.0) < RESULT_MS)?;
    let what = match signed.instrument {
        Instrument::Minutes => texts.screen.minutes_signed,
        Instrument::Decision(_) => texts.screen.decision_signed,
    };
    // The log keeps the first half; what is compared are its first 80 bits.
    let mut digest = [0; 64];
    digest[..32].copy_from_slice(&signed.fingerprint.0);
    let fingerprint = fingerprint_short(&digest);
    Some(Picture::Signed { what, fingerprint, at: signed.at.0 })
}

fn picture(meeting: &Meeting, turnout: Option<(VoteId, u32)>, now: i64, texts: &Texts) -> Picture {
    let language = texts.language;
    let title = || no_break(said(&meeting.particulars.title, language));
    match &meeting.stage {
        Stage::Blank | Stage::Preparing | Stage::Convened => {
            return Picture::Soon {
                title: title(),
                place: said(&meeting.particulars.place, language).to_owned(),
            };
        }
        Stage::Recess { since, .. } => return Picture::Recess { since: since.0 },
        Stage::Closed { at, .. } => return Picture::Closed { at: at.0, title: title() },
        Stage::InSession { .. } => {}
    }
    if let Some(picture) = open_vote(meeting, turnout, texts) {
        return picture;
    }
    let item = meeting.current.and_then(|id| named(meeting, id, texts));
    if let Some(picture) = fresh_result(meeting, now, texts) {
        return picture;
    }
    if let Some(turn) = &meeting.floor.speaking {
        let person = meeting.people.get(&turn.person);
        let (deadline, paused) = timing(turn);
        return Picture::Speech {
            item,
            who: person.map_or_else(
                || turn.person.to_string(),
                |person| addressed_first(person, language),
            ),
            position: person
                .map(|person| said(&person.position, language).to_owned())
                .unwrap_or_default(),
            deadline,
            paused,
            allotted: turn.allotted_ms,
        };
    }
    match item {
        Some((number, title)) => {
            let presenter =
                meeting.current.and_then(|id| meeting.items.get(&id)?.presenter.as_ref());
            let presenter = presenter.and_then(|person| meeting.people.get(person));
            Picture::Item {
                number,
                title,
                presenter: presenter.map(|person| addressed_first(person, language)),
            }
        }
        None => {
            let waiting =
                |id: &&ItemId| meeting.items.get(*id).is_some_and(|item| !item.is_settled());
            let next = meeting.agenda.iter().find(waiting);
            Picture::Between { next: next.and_then(|id| named(meeting, *id, texts)) }
        }
    }
}

fn named(meeting: &Meeting, id: ItemId, texts: &Texts) -> Option<(usize, String)> {
    let item = meeting.items.get(&id)?;
    Some((meeting.number_of(id)?, no_break(said(&item.title, texts.language))))
}

fn over(meeting: &Meeting, item: Option<ItemId>, texts: &Texts) -> String {
    item.and_then(|id| named(meeting, id, texts)).map_or_else(
        || said(&meeting.particulars.body, texts.language).to_owned(),
        |(number, title)| format!("{} {title}", (texts.screen.item)(number)),
    )
}

fn open_vote(meeting: &Meeting, turnout: Option<(VoteId, u32)>, texts: &Texts) -> Option<Picture> {
    let (id, vote) = meeting.open_vote()?;
    let (begin, bold, end) = outcome::rule(&vote.terms, texts.language);
    Some(Picture::Vote {
        over: over(meeting, vote.item, texts),
        motion: no_break(said(&vote.terms.text, texts.language)),
        rule: format!("{begin}{bold}{end}"),
        closes: vote.terms.closes_at.map(|at| at.0),
        opened: vote.opened_at.0,
        cast: turnout.filter(|(vote, _)| *vote == id).map_or(0, |(_, cast)| cast),
        entitled: vote.terms.heads().entitled,
    })
}

/// The latest result, while nothing began after it.
fn fresh_result(meeting: &Meeting, now: i64, texts: &Texts) -> Option<Picture> {
    let closed = meeting.votes.values().filter_map(|vote| match &vote.state {
        VoteState::Closed { at, position, outcome, .. } => {
            Some((vote, *at, *position, Some(outcome)))
        }
        VoteState::Void { at, position, .. } => Some((vote, *at, *position, None)),
        VoteState::Open { .. } => None,
    });
    let (vote, at, position, result) = closed.max_by_key(|(_, _, position, _)| *position)?;
    let item_began = meeting.current.and_then(|id| match meeting.items.get(&id)?.state {
        icabinet_models::agenda::ItemState::Open { position, .. } => Some(position),
        _ => None,
    });
    let speech_began = meeting.floor.speaking.as_ref().map(|turn| turn.position);
    let overtaken = item_began.max(speech_began).is_some_and(|began| began > position);
    if overtaken || now.saturating_sub(at.0) > RESULT_MS {
        return None;
    }
    let over = over(meeting, vote.item, texts);
    let Some(result) = result else {
        return Some(Picture::Result {
            over,
            verdict: texts.results.vote_void.to_owned(),
            passed: false,
            sum: no_break(said(&vote.terms.text, texts.language)),
            why: texts.results.void.to_owned(),
            names: Vec::new(),
        });
    };
    let names: Vec<(String, Mark)> = marks(meeting, vote)
        .into_iter()
        .map(|(_, name, mark)| (given_name(&name).to_owned(), mark))
        .collect();
    Some(Picture::Result {
        over,
        verdict: outcome::verdict(result.verdict, texts.language).to_owned(),
        passed: result.verdict == Verdict::Passed,
        sum: outcome::sum(&vote.terms, result, texts.language),
        why: outcome::why(&vote.terms, result, texts.language),
        names: if names.len() > MOST_NAMES { Vec::new() } else { names },
    })
}

#[component]
fn Wall() -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let now = use_clock().now_ms();
    // A result grows old by itself: look again every few seconds, not four times a second.
    let moment = memo(move || now.get() / 5_000 * 5_000);
    let picture = live.view(move |replica| {
        let turnout = replica.turnout().map(|turnout| (turnout.vote, turnout.cast));
        let (now, texts) = (moment.get(), language.get().texts());
        signed(replica, now, texts)
            .unwrap_or_else(|| picture(replica.meeting(), turnout, now, texts))
    });
    let heading = live.view_or_default(move |replica| {
        said(&replica.meeting().particulars.body, language.get()).to_owned()
    });
    let over = move || match picture.get() {
        Some(Picture::Vote { over, .. } | Picture::Result { over, .. }) => over,
        _ => heading.get(),
    };
    let lost = spoken_loss();
    let mark = move || {
        lost.get().map(|since| {
            let time = LocalTime::at(since, VIETNAM_OFFSET_MINUTES).clock();
            view! { <span class="lost" role="status">{(texts.get().screen.last_known)(&time)}</span> }
        })
    };
    let is_live =
        live.view_or_default(|replica| matches!(replica.meeting().stage, Stage::InSession { .. }));
    view! {
        <main class="wall" class:live=is_live>
            <header><b class="cut">{over}</b><span class="right">{mark}<RecordingMark/><WallClock offset_minutes=VIETNAM_OFFSET_MINUTES/></span></header>
            {move || picture.get().map(|picture| draw(picture, texts.get()))}
        </main>
    }
}

fn draw(picture: Picture, texts: &'static Texts) -> AnyView {
    let words = &texts.screen;
    let clock = |ms: i64| LocalTime::at(ms, VIETNAM_OFFSET_MINUTES).clock();
    match picture {
        Picture::Soon { title, place } => calm(words.soon, &title, place),
        Picture::Recess { since } => calm("", words.recess, (words.since)(&clock(since))),
        Picture::Closed { at, title } => calm(&title, words.closed, (words.at)(&clock(at))),
        Picture::Signed { what, fingerprint, at } => {
            calm(what, &fingerprint, format!("{} {}", words.signed_note, (words.at)(&clock(at))))
        }
        Picture::Between { next: None } => calm("", words.welcome, String::new()),
        Picture::Between { next: Some((number, title)) } => item(words.next_item, number, title, None),
        Picture::Item { number, title, presenter } => {
            item("", number, title, presenter.map(|who| format!("{}: {who}", words.presenter)))
        }
        Picture::Speech { item, who, position, deadline, paused, allotted } => {
            view! {
                {item.map(|(number, title)| numbered("", number, title, None, Beside::Speech))}
                <section class="talking">
                    <div><p class="soft">{if paused.is_some() { texts.room.paused } else { texts.room.speaking }}</p>
                        <p class="who cut">{who}</p><p class="cut">{position}</p></div>
                    <Countdown deadline_ms=deadline total_ms=allotted paused_at_ms=paused/>
                </section>
            }
            .into_any()
        }
        Picture::Vote { over: _, motion, rule, closes, opened, cast, entitled } => {
            let countdown = closes.map(|closes| view! { <Countdown deadline_ms=closes total_ms=closes - opened/> });
            let heading = title(motion, Beside::Vote);
            let percent = u64::from(cast) * 100 / u64::from(entitled.max(1));
            view! {
                <section class="mid"><p class="over">{words.voting}</p>{heading}<p class="why rule-said">{rule}</p></section>
                <section class="talking voting"><div>
                    <p class="sum" role="status">{(words.cast)(cast, entitled)}</p>
                    <div class="bar"><i style:width=format!("{}%", percent.min(100))></i></div>
                </div>{countdown}</section>
            }
            .into_any()
        }
        Picture::Result { over: _, verdict, passed, sum, why, names } => result(verdict, passed, sum, why, names, texts),
    }
}

/// A text of the record as the screen's heading, as large as it has room.
fn title(text: String, beside: Beside) -> AnyView {
    let (class, lines) = step(&text, beside);
    view! { <h1 class=class style=("--lines", lines.to_string())>{text}</h1> }.into_any()
}

fn calm(above: &str, text: &str, below: String) -> AnyView {
    let (above, heading) = (above.to_owned(), title(text.to_owned(), Beside::Nothing));
    view! { <section class="mid"><p class="soft cut">{above}</p>{heading}<p class="sum cut">{below}</p></section> }.into_any()
}

fn item(above: &str, number: usize, title: String, below: Option<String>) -> AnyView {
    numbered(above, number, title, below, Beside::Number)
}

fn numbered(
    above: &str,
    number: usize,
    text: String,
    below: Option<String>,
    beside: Beside,
) -> AnyView {
    let heading = title(text, beside);
    let above = above.to_owned();
    view! {
        <section class="mid"><div class="two">
            <p class="big-n">{number}</p>
            <div><p class="soft">{above}</p>{heading}{below.map(|below| view! { <p class="why cut">{below}</p> })}</div>
        </div></section>
    }
    .into_any()
}

fn result(
    verdict: String,
    passed: bool,
    sum: String,
    why: String,
    names: Vec<(String, Mark)>,
    texts: &Texts,
) -> AnyView {
    const PASSED: &str = "<circle cx='24' cy='24' r='21'/><circle cx='24' cy='24' r='17.6' stroke-width='.8'/><path d='m14 24.5 7 7L34.5 17' stroke-width='4'/>";
    let seal = passed
        .then(|| view! { <svg viewBox="0 0 48 48" aria-hidden="true" inner_html=PASSED></svg> });
    let many = names.len() > 8;
    let marks = names
        .into_iter()
        .map(|(name, mark)| view! { <li><BallotMark mark/>{name}</li> })
        .collect_view();
    view! {
        <section class="mid">
            <div class="outcome" role="status">{seal}<b>{verdict}</b></div>
            <p class="sum">{sum}</p><p class="why">{why}</p>
        </section>
        <ol class="ballots" class:many=many aria-label=texts.results.names>{marks}</ol>
    }
    .into_any()
}
