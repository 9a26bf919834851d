//! A sheet that rises from below over the screen: the native `<dialog>`, which keeps the keyboard in
//! and the rest of the page out.

use leptos::html;
use leptos::prelude::*;

/// A sheet. It is shown while `open` is true; when the person presses Escape, or Back on a tablet, it
/// asks `on_close` and does not close by itself.
#[component]
pub fn Sheet(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    /// `id` of the heading inside that names the sheet.
    labelled_by: &'static str,
    /// The screen's class for what is inside: `voting`, say.
    #[prop(default = "")]
    kind: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            if !dialog.open() && dialog.show_modal().is_err() {
                // Not in the page any more: there is nobody to show it to.
                leptos::logging::warn!("a sheet was opened outside the page");
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    let keep_open = move |event: web_sys::Event| {
        event.prevent_default();
        on_close.run(());
    };
    let inside = move || open.get().then(|| children());
    view! {
        <dialog node_ref=dialog class=format!("sheet {kind}") aria-labelledby=labelled_by on:cancel=keep_open>
            {inside}
        </dialog>
    }
}
