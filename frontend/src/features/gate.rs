//! Signing in: the form, the demo's people, the sheet that rises when a session has ended, and the
//! guard of pages that need somebody.

use leptos::prelude::*;

use crate::callbacks;
use crate::navigation::{here, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::http::HttpError;
use crate::sync::{DemoLogin, Session, SignedIn, use_session};
use crate::texts::Language;
use crate::texts::people::said;
use crate::texts::refusals::{self, Saying};
use crate::ui::{Button, ButtonSize, ErrorState, IconName, Primary, Sheet, StateRule, TopLine};

/// An error of a request in sentences.
pub fn saying(error: &HttpError, language: Language) -> Saying {
    match error {
        HttpError::Unreachable => refusals::unreachable(language),
        HttpError::Refused { code, .. } => refusals::error(*code, language),
        HttpError::Used(used) => refusals::used(used, language),
        HttpError::NotUnderstood { .. } => refusals::not_understood(language),
    }
}

/// The code a person reads to the administrator.
pub fn code(error: &HttpError) -> String {
    match error {
        HttpError::Unreachable => "NET".to_owned(),
        HttpError::Refused { code, reference } => {
            format!("{code:?} · {}", reference.as_deref().unwrap_or("–")).to_uppercase()
        }
        HttpError::Used(_) => "INVITATIONUSED".to_owned(),
        HttpError::NotUnderstood { status } => format!("HTTP {status}"),
    }
}

/// The form: name and password, or, in a demo, one button for each person.
#[component]
pub fn SignInForm() -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let session = use_session();
    session.ask_server();
    let login = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let sign_in = Callback::new(move |(login, password): (String, String)| {
        if !busy.get_untracked() {
            busy.set(true);
            failed.set(None);
            callbacks::errand(begin(session, login, password, busy, failed));
        }
    });
    let send =
        move || sign_in.run((login.get_untracked().trim().to_owned(), password.get_untracked()));
    let label = Signal::derive(move || {
        let words = &texts.get().gate;
        if busy.get() { words.signing_in.to_owned() } else { words.sign_in.to_owned() }
    });
    let ready = Signal::derive(move || {
        !login.with(|l| l.trim().is_empty()) && !password.with(String::is_empty) && !busy.get()
    });
    let complaint = move || {
        failed.get().map(|error| {
            let saying = saying(&error, language.get());
            view! { <p class="complaint" role="alert"><b>{saying.what}</b>" "{saying.to_do}</p> }
        })
    };
    let demo = move || session.server().get().and_then(|server| server.demo);
    let people = move || {
        demo().map(|demo| view! { <DemoPeople logins=demo.logins password=demo.password on_choose=sign_in/> })
    };
    let form = move || {
        view! {
            <form class="fields" on:submit=move |event| { event.prevent_default(); send(); }>
                <label><span>{move || texts.get().gate.login}</span>
                    <input type="text" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" bind:value=login/></label>
                <label><span>{move || texts.get().gate.password}</span>
                    <input type="password" name="password" autocomplete="current-password" bind:value=password/></label>
                <button type="submit" class="sr" tabindex="-1" aria-hidden="true"></button>
                <Primary size=ButtonSize::Wide label=label enabled=ready on_press=move |()| send()/>
            </form>
        }
    };
    // In a demo the people come first, and the form is one press away.
    let by_name = memo(move || demo().is_none());
    let body = move || {
        if by_name.get() {
            form().into_any()
        } else {
            view! { <details class="more"><summary>{move || texts.get().gate.with_password}</summary>{form()}</details> }.into_any()
        }
    };
    view! { {people}{complaint}{body} }
}

async fn begin(
    session: Session,
    login: String,
    password: String,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<HttpError>>,
) {
    if let Err(error) = session.sign_in(login, password).await {
        failed.try_set(Some(error));
    }
    busy.try_set(false);
}

#[component]
fn DemoPeople(
    logins: Vec<DemoLogin>,
    password: String,
    on_choose: Callback<(String, String)>,
) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let buttons = logins
        .into_iter()
        .map(|DemoLogin { login, name, position }| {
            let password = password.clone();
            view! {
                <li><button type="button" class="btn wide person" on:click=move |_| on_choose.run((login.clone(), password.clone()))>
                    <span><b>{name}</b><span class="meta">{move || said(&position, language.get()).to_owned()}</span></span>
                </button></li>
            }
        })
        .collect_view();
    view! {
        <section class="demo" aria-label=move || texts.get().gate.demo_title>
            <h2>{move || texts.get().gate.demo_title}</h2>
            <p class="meta">{move || texts.get().gate.demo_note}</p>
            <ul>{buttons}</ul>
        </section>
    }
}

/// The two languages, each named in itself.
#[component]
pub fn LanguageButtons() -> impl IntoView {
    let language = use_preferences().language;
    let button = move |one: Language| {
        view! {
            <button type="button" class="btn small" lang=one.tag() on:click=move |_| language.set(one)
                class:quiet=move || language.get() != one
                aria-pressed=move || if language.get() == one { "true" } else { "false" }>
                {one.texts().common.language_name}
            </button>
        }
    };
    view! { <p class="lang">{button(Language::Vietnamese)}{button(Language::English)}</p> }
}

/// Shows its children to who is signed in; sends everybody else to the sign-in page, and raises a
/// sheet over the page when the session ends meanwhile.
#[component]
pub fn SignedInOnly(children: ChildrenFn) -> impl IntoView {
    let session = use_session();
    let navigation = use_navigation();
    #[derive(Clone, PartialEq)]
    enum Gate {
        Asking,
        Closed,
        Open,
        Failed(HttpError),
    }
    let gate = memo(move || match session.state().get() {
        SignedIn::Asking => Gate::Asking,
        SignedIn::No => Gate::Closed,
        SignedIn::Yes(_) => Gate::Open,
        SignedIn::Failed(error) => Gate::Failed(error),
    });
    Effect::new(move || {
        if gate.get() == Gate::Closed {
            let next = here();
            let address =
                if next == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") };
            navigation.replace(&address);
        }
    });
    move || match gate.get() {
        Gate::Open => view! { {children()}<ExpiredSheet/> }.into_any(),
        Gate::Asking | Gate::Closed => view! { <Asking/> }.into_any(),
        Gate::Failed(error) => view! { <NotReached error/> }.into_any(),
    }
}

#[component]
fn Asking() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <main class="calm"><p role="status">{move || texts.get().gate.asking}</p></main>
        </div>
    }
}

#[component]
fn NotReached(error: HttpError) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let session = use_session();
    let shown = error.clone();
    let saying = Signal::derive(move || {
        let Saying { what, is_safe, to_do } = saying(&shown, language.get());
        (what, is_safe.to_owned(), to_do.to_owned())
    });
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <ErrorState kind=Signal::derive(move || texts.get().gate.unreachable_kind.to_owned())
                title=Signal::derive(move || texts.get().gate.unreachable_title.to_owned())
                what_happened=Signal::derive(move || saying.get().0)
                is_work_safe=Signal::derive(move || saying.get().1)
                what_to_do=Signal::derive(move || saying.get().2)
                code=code(&error)>
                <Primary label=Signal::derive(move || texts.get().common.retry.to_owned()) icon=IconName::Again
                    on_press=move |()| session.ask()/>
            </ErrorState>
        </div>
    }
}

/// Rises over the page when the session has ended; the page under it stays as it is.
#[component]
fn ExpiredSheet() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    view! {
        <Sheet open=session.expired() on_close=|()| () labelled_by="expired" kind="expired">
            <div class="head"><h1 id="expired">{move || texts.get().gate.expired_title}</h1></div>
            <StateRule/>
            <div class="text"><p class="lead">{move || texts.get().gate.expired_text}</p><SignInForm/></div>
        </Sheet>
    }
}

/// A quiet button that signs out of this device.
#[component]
pub fn SignOut() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    view! {
        <Button label=Signal::derive(move || texts.get().gate.sign_out.to_owned()) size=ButtonSize::Small
            on_press=move |()| session.sign_out()/>
    }
}
