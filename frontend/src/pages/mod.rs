//! One module a route. A page puts widgets and features together and decides nothing of a meeting.

#[cfg(feature = "kit")]
mod kit;
mod home;
mod meeting;
mod chair;
mod prepare;
mod minutes;
mod decisions;
mod sign;
mod keys;
mod new_meeting;
mod not_found;
mod screen;
mod settings;
mod sign_in;

#[cfg(feature = "kit")]
pub use kit::Kit;
pub use home::Home;
pub use meeting::Meeting;
pub use chair::Chair;
pub use prepare::Prepare;
pub use minutes::Minutes;
pub use decisions::Decisions;
pub use sign::Sign;
pub use keys::Keys;
pub use new_meeting::NewMeeting;
pub use not_found::NotFound;
#[cfg(not(feature = "kit"))]
pub use not_found::NotFound as Kit;
pub use screen::Screen;
pub use settings::Settings;
pub use sign_in::SignIn;
