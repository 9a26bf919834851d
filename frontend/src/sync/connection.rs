//! Keeping a [`Live`] meeting connected: snapshot, socket, frames, and what time and the browser
//! tell. Never here: what people may ask of the meeting (that is [`Live`]'s own).

use std::time::Duration;

use icabinet_models::ids::{MeetingId, Time};
use icabinet_models::wire::{Answer, ErrorCode, Me, ServerFrame, Snapshot};
use icabinet_sync::tree::{NotUnderstood, from_json};
use icabinet_sync::{Change, Replica, Settled, reconnect};
use leptos::prelude::*;

use crate::callbacks;

use super::http::HttpError;
use super::live::{Link, Live, Refused, Viewpoint};
use super::socket::{Socket, SocketEvent};
use super::{addresses, device, http, session, storage};

/// How often what waits is looked at.
const TICK: Duration = Duration::from_secs(1);
/// A connection that told nothing for this long is asked whether it is alive, in milliseconds; a
/// browser shows neither the server's pings nor that a cable was pulled.
const SILENCE_MS: i64 = 60_000;
/// Every so many failed attempts a snapshot is asked for instead of a socket.
const ATTEMPTS_BEFORE_ASKING: u32 = 3;
/// The server closes with this code when the session ended.
const SESSION_ENDED: u16 = 4401;

impl Live {
    pub(super) fn take_snapshot(self) {
        let Some((meeting, projector, generation)) = self.next_generation() else { return };
        callbacks::errand(async move {
            let answer = http::get::<Snapshot>(&addresses::snapshot(&meeting, projector)).await;
            if !self.is_current(generation) {
                return;
            }
            match answer {
                Ok(snapshot) => self.begin(snapshot),
                Err(error) if error.is_signed_out() && !projector => self.session.expire(),
                Err(error) if error.is_passing() => self.lost(),
                Err(error) if error.is_newer() => self.outdated(),
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// The server says more than this page understands: a newer page is loaded, and what waits here
    /// goes with it. Not again and again: a proxy may still give out the older page.
    fn outdated(self) {
        self.keep();
        if session::may_load_newer(device::now()) {
            session::reload();
            return;
        }
        if self.glance(|_| ()).is_none() {
            let code = ErrorCode::PageOutdated;
            self.trouble.set(Some(HttpError::Refused { code, reference: None }));
        }
        self.shell.update_value(|shell| shell.needs_snapshot = true);
        self.lost();
    }

    fn begin(self, snapshot: Snapshot) {
        self.measure(snapshot.server_time);
        self.shell.update_value(|shell| shell.needs_snapshot = false);
        let meeting = self.meeting();
        self.replica.update(|replica| match replica {
            Some(replica) if replica.person() == snapshot.person.as_ref() => {
                replica.take_snapshot(snapshot)
            }
            _ => {
                let outbox = snapshot.person.as_ref().map(|person| storage::load(&meeting, person));
                *replica = Some(Replica::from_snapshot(snapshot, outbox.unwrap_or_default()));
            }
        });
        // Only a change is told: whoever shows the room would begin it anew.
        if self.trouble.with_untracked(Option::is_some) {
            self.trouble.set(None);
        }
        self.connect();
    }

    fn connect(self) {
        let Some((meeting, projector, generation)) = self.next_generation() else { return };
        let Some((position, epoch)) =
            self.glance(|replica| (replica.position(), replica.epoch().to_owned()))
        else {
            self.take_snapshot();
            return;
        };
        let path = addresses::live(&meeting, position, &epoch, projector);
        let tell = move |event| {
            if self.is_current(generation) {
                self.on_socket(event);
            }
        };
        match Socket::open(&format!("{}{path}", device::socket_origin()), tell) {
            Ok(socket) => self.shell.update_value(|shell| shell.socket = Some(socket)),
            Err(cause) => {
                leptos::logging::error!("icabinet: no socket: {cause:?}");
                self.lost();
            }
        }
    }

    /// Ends what was under way; what comes next belongs to the new generation.
    pub(super) fn next_generation(self) -> Option<(MeetingId, bool, u32)> {
        self.shell.try_update_value(|shell| {
            shell.socket = None;
            shell.retry = None;
            shell.generation = shell.generation.wrapping_add(1);
            (shell.meeting.clone(), shell.viewpoint == Viewpoint::Projector, shell.generation)
        })
    }

    fn is_current(self, generation: u32) -> bool {
        self.shell.try_with_value(|shell| shell.generation == generation).unwrap_or(false)
    }

    fn on_socket(self, event: SocketEvent) {
        match event {
            SocketEvent::Text(text) => {
                self.shell.update_value(|shell| shell.heard_at = device::now());
                match from_json::<ServerFrame>(&text) {
                    Ok(frame) => self.on_frame(frame),
                    Err(NotUnderstood) => {
                        leptos::logging::warn!("icabinet: a frame was not understood: {text}");
                        self.outdated();
                    }
                }
            }
            SocketEvent::Closed { code: SESSION_ENDED } => {
                self.mark_lost();
                self.session.expire();
            }
            SocketEvent::Closed { .. } => {
                self.lost();
                self.ask_session();
            }
        }
    }

    fn on_frame(self, frame: ServerFrame) {
        let now = self.now();
        let mut changes = Vec::new();
        // Untracked: a ballot of somebody else moves the position, and nothing on this screen.
        self.replica.try_update_untracked(|replica| {
            if let Some(replica) = replica {
                changes = replica.on_frame(frame, now);
            }
        });
        let visible = |change: &Change| match change {
            Change::Advanced { entries } => !entries.is_empty(),
            Change::Greeted
            | Change::Turnout
            | Change::Connected
            | Change::Attendance
            | Change::Sound
            | Change::Signed
            | Change::Mine
            | Change::Settled(_)
            | Change::Rejected { .. } => true,
            Change::ServerTime(_) | Change::Reconnect | Change::TakeSnapshot => false,
        };
        if changes.iter().any(visible) {
            self.replica.notify();
        }
        for change in changes {
            self.on_change(change);
        }
    }

    fn on_change(self, change: Change) {
        match change {
            Change::Greeted => {
                self.shell.update_value(|shell| shell.attempt = 0);
                self.link.set(Link::Open);
                self.flush();
            }
            Change::ServerTime(time) => self.measure(time),
            Change::Settled(settled) => self.on_settled(settled),
            // Never at once: tablets that are sent away together don't come back together.
            Change::Reconnect => self.lost(),
            Change::TakeSnapshot => {
                self.shell.update_value(|shell| shell.needs_snapshot = true);
                self.lost();
            }
            Change::Rejected { code, command } => {
                _ = command;
                leptos::logging::warn!("icabinet: a frame was rejected: {code:?}");
                self.keep();
            }
            Change::Advanced { .. }
            | Change::Turnout
            | Change::Connected
            | Change::Attendance
            | Change::Sound
            | Change::Signed
            | Change::Mine => {}
        }
    }

    fn on_settled(self, settled: Settled) {
        self.keep();
        let Settled { pending, answer } = settled;
        let mut told = Vec::new();
        self.shell.update_value(|shell| {
            shell.waiting.retain(|(id, on_answer)| {
                if *id == pending.id {
                    told.push(*on_answer);
                }
                *id != pending.id
            });
        });
        if told.is_empty() {
            // A ballot's refusal stands on its sheet.
            if let Answer::Refused { refusal } = answer
                && pending.command.ballot().is_none()
            {
                self.refused.set(Some(Refused { command: pending.command, refusal }));
            }
        } else {
            for on_answer in told {
                on_answer.run(answer.clone());
            }
        }
    }

    fn measure(self, server: Time) {
        let offset = self.shell.try_update_value(|shell| {
            shell.offset.add(server, device::now());
            shell.offset.offset_ms()
        });
        if let Some(offset) = offset.flatten() {
            self.clock.set_offset(offset);
        }
    }

    /// Sends what is not on its way, if there is a connection.
    pub(super) fn flush(self) {
        if self.link.try_get_untracked() != Some(Link::Open) {
            return;
        }
        let now = self.now();
        let frames = self
            .replica
            .try_update_untracked(|replica| {
                replica.as_mut().map(|replica| replica.outbox_mut().send(now))
            })
            .flatten()
            .unwrap_or_default();
        if frames.is_empty() {
            return;
        }
        let sent = frames.iter().all(|frame| {
            let text = serde_json::to_string(frame).unwrap_or_default();
            self.shell
                .try_with_value(|shell| {
                    shell.socket.as_ref().is_some_and(|socket| socket.send(&text))
                })
                .unwrap_or(false)
        });
        self.replica.notify();
        self.keep();
        if !sent {
            self.lost();
        }
    }

    pub(super) fn keep(self) {
        let meeting = self.meeting();
        self.glance(|replica| {
            if let Some(person) = replica.person() {
                storage::keep(&meeting, person, replica.outbox());
            }
        });
    }

    /// What the screen shows of a connection that is gone.
    fn mark_lost(self) {
        let now = self.now();
        let waiting =
            self.glance(|replica| !replica.outbox().pending().is_empty()).unwrap_or(false);
        self.replica.try_update_untracked(|replica| {
            if let Some(replica) = replica {
                replica.outbox_mut().disconnected();
            }
        });
        if waiting {
            self.replica.notify();
        }
        if !matches!(self.link.get_untracked(), Link::Lost { .. }) {
            self.link.set(Link::Lost { since: now });
        }
    }

    /// The connection is gone: says so, and tries again after a while.
    fn lost(self) {
        if self.next_generation().is_none() {
            return;
        }
        self.mark_lost();
        let random = u32::from_le_bytes(device::random());
        let wait = self.shell.try_update_value(|shell| {
            let wait = reconnect::wait_ms(shell.attempt, random);
            shell.attempt = shell.attempt.saturating_add(1);
            wait
        });
        let Some(wait) = wait else { return };
        let retry = callbacks::later(Duration::from_millis(wait.into()), move || self.again());
        self.shell.try_update_value(|shell| shell.retry = retry);
    }

    pub(super) fn again(self) {
        if self.session.expired().get_untracked() {
            return;
        }
        let (attempt, needs_snapshot) = self
            .shell
            .try_with_value(|shell| (shell.attempt, shell.needs_snapshot))
            .unwrap_or((0, true));
        // A browser hides why a socket is refused. A snapshot now and then says it: the meeting may
        // be gone for this person.
        let asks_why = needs_snapshot || attempt > 0 && attempt % ATTEMPTS_BEFORE_ASKING == 0;
        if self.glance(|_| ()).is_some() && !asks_why {
            self.connect()
        } else {
            self.take_snapshot()
        }
    }

    /// A browser does not say why a socket was refused; the session may have ended.
    fn ask_session(self) {
        let projector = self
            .shell
            .try_with_value(|shell| shell.viewpoint == Viewpoint::Projector)
            .unwrap_or(true);
        if projector {
            return;
        }
        callbacks::errand(async move {
            if let Err(error) = http::get::<Me>("/api/me").await
                && error.is_signed_out()
                && self.shell.try_with_value(|_| ()).is_some()
            {
                self.session.expire();
            }
        });
    }

    fn tick(self) {
        self.compare_clocks();
        if self.link.try_get_untracked() != Some(Link::Open) {
            return;
        }
        let now = self.now();
        let overdue = self
            .replica
            .try_update_untracked(|replica| {
                replica.as_mut().is_some_and(|replica| replica.outbox_mut().overdue(now))
            })
            .unwrap_or(false);
        if overdue {
            self.replica.notify();
            self.lost();
            return;
        }
        self.flush();
        self.ask_alive();
    }

    /// A device whose clock was set, or that slept, asks the server for the time: its greeting has it.
    fn compare_clocks(self) {
        let offset = self.shell.try_update_value(|shell| {
            let set = shell.offset.was_set(device::now(), device::counted_ms());
            set.then(|| shell.offset.offset_ms())
        });
        let Some(Some(offset)) = offset else { return };
        self.clock.set_offset(offset.unwrap_or(0));
        if self.link.try_get_untracked() == Some(Link::Open) {
            self.mark_lost();
            self.connect();
        }
    }

    fn ask_alive(self) {
        let silent = self.shell.try_update_value(|shell| {
            let silent = !shell.asking_alive && device::now().ms_since(shell.heard_at) > SILENCE_MS;
            shell.asking_alive |= silent;
            silent.then_some(shell.generation)
        });
        let Some(generation) = silent.flatten() else { return };
        callbacks::errand(async move {
            let alive = http::is_alive().await;
            self.shell.try_update_value(|shell| {
                shell.asking_alive = false;
                shell.heard_at = device::now();
            });
            if !alive && self.is_current(generation) {
                self.lost();
            }
        });
    }

    /// Timers and what the browser tells: woken up, back on the network, off the network.
    pub(super) fn listen(self) {
        callbacks::every(TICK, move || self.tick());
        callbacks::on_window(leptos::ev::online, move |_| self.retry_now());
        callbacks::on_window(leptos::ev::focus, move |_| self.retry_now());
        callbacks::on_window(leptos::ev::offline, move |_| self.lost());
        let session = self.session;
        Effect::new(move |was_expired: Option<bool>| {
            let expired = session.expired().get();
            if was_expired == Some(true) && !expired {
                self.again();
            }
            expired
        });
        on_cleanup(move || _ = self.next_generation());
    }
}
