//! Signing in as a page: whose room this is on the left, the form on the right.

use leptos::prelude::*;

use crate::features::gate::{LanguageButtons, SignInForm};
use crate::navigation::{asked, use_navigation};
use crate::preferences::use_texts;
use crate::sync::{SignedIn, use_session};

/// The cabinet table, drawn in gold on lacquer.
const TABLE: &str = "<ellipse cx='190' cy='260' rx='118' ry='186'/><ellipse cx='190' cy='260' rx='111' ry='179' stroke-width='.8'/><ellipse cx='190' cy='260' rx='52' ry='106'/><circle cx='190' cy='52' r='14' fill='#d9b45b'/><circle cx='118' cy='70' r='13'/><circle cx='262' cy='70' r='13'/><circle cx='66' cy='130' r='13'/><circle cx='314' cy='130' r='13'/><circle cx='38' cy='210' r='13'/><circle cx='342' cy='210' r='13'/><circle cx='38' cy='310' r='13'/><circle cx='342' cy='310' r='13'/><circle cx='66' cy='390' r='13'/><circle cx='314' cy='390' r='13'/><circle cx='118' cy='450' r='13'/><circle cx='262' cy='450' r='13'/><circle cx='190' cy='468' r='13'/>";

/// The page. Who is signed in already goes on to where he wanted to go.
#[component]
pub fn SignIn() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    let navigation = use_navigation();
    Effect::new(move || {
        if matches!(session.state().get(), SignedIn::Yes(_)) {
            // Only a path of this application: an address given from outside leads nowhere else.
            let next = asked("next");
            let next = next.filter(|next| next.starts_with('/') && !next.starts_with("//"));
            navigation.replace(next.as_deref().unwrap_or("/"));
        }
    });
    view! {
        <div class="gate">
            <section class="lacquer">
                <svg class="art" viewBox="0 0 380 520" aria-hidden="true" inner_html=TABLE></svg>
                <p class="name record">"i-Cabinet"</p>
                <p>{move || texts.get().gate.room}</p>
            </section>
            <main class="form">
                <LanguageButtons/>
                <h1>{move || texts.get().gate.title}</h1>
                <SignInForm/>
            </main>
        </div>
    }
}
