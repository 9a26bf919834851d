//! A meeting as signals: takes the snapshot, keeps the connection, folds frames into the replica,
//! sends commands until they are answered. The policies it follows are in `icabinet-sync`.

use icabinet_models::ids::{CommandId, MeetingId, Time};
use icabinet_models::meeting::{Command, Refusal};
use icabinet_models::wire::Answer;
use icabinet_sync::clock::ClockOffset;
use icabinet_sync::{Kept, Replica, identifier};
use leptos::prelude::*;

use super::device;
use super::http::HttpError;
use super::session::{Session, use_session};
use super::socket::Socket;
use crate::callbacks;
use crate::reactive::memo;
use crate::ui::{ServerClock, use_clock};

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// For the first time.
    Connecting,
    Open,
    Lost {
        since: Time,
    },
}

/// As whom the meeting is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewpoint {
    /// With the rights of the person who is signed in.
    Person,
    /// As the screen in the room, whoever is signed in.
    Projector,
}

/// A command that was refused, for a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub command: Kept,
    pub refusal: Refusal,
}

/// A meeting, live. Copies are the same meeting.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) replica: RwSignal<Option<Replica>>,
    pub(super) link: RwSignal<Link>,
    pub(super) trouble: RwSignal<Option<HttpError>>,
    pub(super) refused: RwSignal<Option<Refused>>,
    pub(super) session: Session,
    pub(super) clock: ServerClock,
    pub(super) shell: StoredValue<Shell, LocalStorage>,
}

/// What is no state of the meeting: the connection and its timers.
pub(super) struct Shell {
    pub(super) meeting: MeetingId,
    pub(super) viewpoint: Viewpoint,
    pub(super) socket: Option<Socket>,
    /// Rises with every connection: what an older one still tells is passed over.
    pub(super) generation: u32,
    pub(super) attempt: u32,
    /// The view can't be continued from where it is.
    pub(super) needs_snapshot: bool,
    pub(super) retry: Option<callbacks::Later>,
    pub(super) offset: ClockOffset,
    pub(super) heard_at: Time,
    pub(super) asking_alive: bool,
    pub(super) waiting: Vec<(CommandId, Callback<Answer>)>,
}

impl Live {
    /// Enters a meeting: provides it to everything below, and leaves when the owner is disposed of.
    pub fn enter(meeting: MeetingId, viewpoint: Viewpoint) -> Self {
        let live = Self {
            replica: RwSignal::new(None),
            link: RwSignal::new(Link::Connecting),
            trouble: RwSignal::new(None),
            refused: RwSignal::new(None),
            session: use_session(),
            clock: use_clock(),
            shell: StoredValue::new_local(Shell {
                meeting,
                viewpoint,
                socket: None,
                generation: 0,
                attempt: 0,
                needs_snapshot: false,
                retry: None,
                offset: ClockOffset::default(),
                heard_at: device::now(),
                asking_alive: false,
                waiting: Vec::new(),
            }),
        };
        provide_context(live);
        live.listen();
        live.take_snapshot();
        live
    }

    /// Part of the view; changes when that part does. `None` until the first snapshot is here.
    pub fn view<T>(self, read: impl Fn(&Replica) -> T + Send + Sync + 'static) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        memo(move || self.look(&read))
    }

    /// Part of the view, with a value for as long as nothing is known.
    pub fn view_or_default<T>(self, read: impl Fn(&Replica) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Default + Send + Sync + 'static,
    {
        memo(move || self.look(&read).unwrap_or_default())
    }

    /// Looks once, without following changes.
    pub fn glance<T>(self, read: impl FnOnce(&Replica) -> T) -> Option<T> {
        let mut read = Some(read);
        let mut found = None;
        self.glance_at(&mut |replica| found = read.take().map(|read| read(replica)));
        found
    }

    fn look<T>(self, read: &impl Fn(&Replica) -> T) -> Option<T> {
        let mut found = None;
        self.look_at(&mut |replica| found = Some(read(replica)));
        found
    }

    // The two that touch the signal are no generics: everything that reads the meeting shares them.

    #[inline(never)]
    fn look_at(self, read: &mut dyn FnMut(&Replica)) {
        self.replica.with(|replica| _ = replica.as_ref().map(read));
    }

    #[inline(never)]
    fn glance_at(self, read: &mut dyn FnMut(&Replica)) {
        self.replica.try_with_untracked(|replica| _ = replica.as_ref().map(read));
    }

    /// How the connection stands.
    pub fn link(self) -> Signal<Link> {
        self.link.into()
    }

    /// Why there is nothing to show, if that won't change by itself.
    pub fn trouble(self) -> Signal<Option<HttpError>> {
        self.trouble.into()
    }

    /// The last refusal that nobody else showed.
    pub fn refused(self) -> Signal<Option<Refused>> {
        self.refused.into()
    }

    /// The notice of the last refusal was read.
    pub fn dismiss_refused(self) {
        self.refused.set(None);
    }

    /// The meeting's identifier.
    pub fn meeting(self) -> MeetingId {
        self.shell.with_value(|shell| shell.meeting.clone())
    }

    /// The server's time as this device knows it.
    pub fn now(self) -> Time {
        let offset = self.shell.try_with_value(|shell| shell.offset.offset_ms()).flatten();
        device::now().plus_ms(offset.unwrap_or(0))
    }

    /// Gives a command: it is kept on this device and sent until it is answered. A refusal, at once
    /// or later, becomes the notice of [`Live::refused`].
    pub fn submit(self, command: Command) {
        if let Err(refusal) = self.try_submit(&command, None) {
            self.refuse(&command, refusal);
        }
    }

    /// Gives a command; its answer goes to `on_answer` and nowhere else.
    pub fn submit_then(self, command: Command, on_answer: Callback<Answer>) {
        if let Err(refusal) = self.try_submit(&command, Some(on_answer)) {
            on_answer.run(Answer::Refused { refusal });
        }
    }

    /// Shows a refusal as the notice: whoever asked has no place for it.
    pub fn refuse(self, command: &Command, refusal: Refusal) {
        self.refused.try_set(Some(Refused { command: Kept::of(command), refusal }));
    }

    /// Tries to connect at once instead of waiting for the next attempt.
    pub fn retry_now(self) {
        if matches!(self.link.get_untracked(), Link::Lost { .. }) {
            self.again();
        }
    }

    fn try_submit(
        self,
        command: &Command,
        on_answer: Option<Callback<Answer>>,
    ) -> Result<(), Refusal> {
        let id = identifier::command_id(device::now(), device::random());
        let now = self.now();
        let kept = self
            .replica
            .try_update(|replica| replica.as_mut().map(|replica| replica.submit(now, id, command)));
        // Before the first snapshot there is nothing on the screen to press.
        let id = kept
            .flatten()
            .ok_or(Refusal::Unknown { thing: icabinet_models::meeting::Thing::Meeting })??;
        if let Some(on_answer) = on_answer {
            self.shell.update_value(|shell| shell.waiting.push((id, on_answer)));
        }
        self.keep();
        self.flush();
        Ok(())
    }
}

/// The meeting that the page is in.
///
/// # Panics
/// Outside a page that entered one: a mistake of the programmer.
pub fn use_live() -> Live {
    expect_context()
}
