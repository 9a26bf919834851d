//! Derived values with one copy of Leptos' machinery for each type of value, not for each closure:
//! an official's tablet has to load every copy of it first.

use leptos::prelude::Memo;

/// `Memo::new` for a computation that doesn't look at its former value.
pub fn memo<T>(compute: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    boxed(Box::new(compute))
}

#[inline(never)]
fn boxed<T>(compute: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| compute())
}
