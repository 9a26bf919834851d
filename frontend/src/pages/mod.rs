//! One module a route. A page puts widgets and features together and decides nothing of a meeting.

#[cfg(feature = "kit")]
mod kit;
mod not_found;
mod settings;

#[cfg(feature = "kit")]
pub use kit::Kit;
pub use not_found::NotFound;
#[cfg(not(feature = "kit"))]
pub use not_found::NotFound as Kit;
pub use settings::Settings;
