//! One delegate at his tablet: the invitation, the snapshot, the socket, and what he sends and sees.
//! Written from `docs/protocol.md`. Never here: when something is due.

use crate::clock::{ms, now};
use crate::hall::{AGAIN_NS, Hall};
use crate::line::{self, Kind, Line};
use mio::{Registry, Token};
use serde_json::{Value, json};

/// How far a delegate's line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Away,
    /// Shows his invitation.
    Inviting,
    /// Asks for the snapshot.
    Looking,
    /// Asks for the socket.
    Joining,
    Live,
}

/// What a delegate is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Arrive,
    CheckIn,
    Vote,
    /// His line was cut, and he comes back with what he has.
    ComeBack,
}

/// One delegate.
#[derive(Debug)]
pub(crate) struct Delegate {
    index: usize,
    token: String,
    cookie: String,
    position: u64,
    stage: Stage,
    line: Option<Line>,
    /// Lines that could not be had one after the other.
    attempt: usize,
    /// Since when he has had no line, if he had one.
    away: Option<u64>,
    /// What he was told to do, and when it is due.
    task: Option<(Act, u64)>,
    /// The command that waits for its answer.
    waiting: Option<String>,
    /// His view is void: he takes a snapshot before he has a line again.
    blank: bool,
}

impl Delegate {
    pub(crate) fn new(index: usize, token: String) -> Self {
        Self {
            index,
            token,
            cookie: String::new(),
            position: 0,
            stage: Stage::Away,
            line: None,
            attempt: 0,
            away: None,
            task: None,
            waiting: None,
            blank: false,
        }
    }

    /// Tells him what to do.
    pub(crate) fn told(&mut self, act: Act, due: u64, hall: &mut Hall) {
        self.task = Some((act, due));
        hall.order(due, self.index);
    }

    /// His line is cut, whatever he is at; he comes back as his tablet would.
    pub(crate) fn cut(&mut self, hall: &mut Hall) {
        let at = now();
        (self.line, self.stage, self.away) = (None, Stage::Away, Some(at));
        self.task = Some((Act::ComeBack, at));
        hall.order(at + hall.wait(self.index, self.attempt), self.index);
    }

    /// The moment has come: for what he was told, or for trying again to have a line.
    pub(crate) fn act(&mut self, hall: &mut Hall, registry: &Registry) {
        match self.task {
            _ if self.stage == Stage::Away => self.connect(hall, registry),
            Some((act @ (Act::CheckIn | Act::Vote), _)) if self.stage == Stage::Live => {
                // What had no answer, or none that decides, goes again under the same number.
                let fresh = || format!("load-{}-{}", self.index, now());
                let id = self.waiting.clone().unwrap_or_else(fresh);
                let command = self.command(&id, act, hall);
                self.waiting = Some(id);
                self.says(&command, hall);
                if hall.cuts && act == Act::Vote {
                    // What was sent is on its way; its answer finds nobody here.
                    self.attempt += 1;
                    self.connect(hall, registry);
                }
            }
            _ => {}
        }
    }

    fn connect(&mut self, hall: &mut Hall, registry: &Registry) {
        let (node, source) = hall.route(self.index, self.attempt);
        self.line = None;
        let Ok(line) = Line::connect(registry, Token(self.index), node, source) else {
            return self.lost(hall);
        };
        self.line = Some(line);
        if self.cookie.is_empty() {
            self.stage = Stage::Inviting;
            let device = format!("the device of delegate {:06}", self.index);
            let body = json!({"token": self.token, "device": device}).to_string();
            self.request("POST /api/session/invitation", &body, hall);
        } else if self.blank {
            self.look(hall);
        } else {
            self.join(hall);
        }
    }

    fn look(&mut self, hall: &mut Hall) {
        self.stage = Stage::Looking;
        let line = format!("GET /api/meetings/{}/snapshot", hall.meeting);
        self.request(&line, "", hall);
    }

    /// Sends a frame, and notes that he did.
    fn says(&mut self, text: &str, hall: &mut Hall) {
        hall.history.note(self.index, '>', text.as_bytes());
        self.send(&line::masked(Kind::Text, text.as_bytes()), hall);
    }

    fn request(&mut self, line: &str, body: &str, hall: &mut Hall) {
        let host = hall.host(self.index, self.attempt);
        let cookie = match self.cookie.as_str() {
            "" => String::new(),
            cookie => format!("cookie: {cookie}\r\n"),
        };
        let content = match body {
            "" => String::new(),
            body => {
                format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
            }
        };
        let text = format!("{line} HTTP/1.1\r\nhost: {host}\r\n{cookie}{content}\r\n{body}");
        self.send(text.as_bytes(), hall);
    }

    fn join(&mut self, hall: &mut Hall) {
        self.stage = Stage::Joining;
        let line = format!(
            "GET /api/meetings/{}/live?after={}&epoch={}",
            hall.meeting, self.position, hall.epoch
        );
        let (host, cookie) = (hall.host(self.index, self.attempt), &self.cookie);
        let text = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        self.send(text.as_bytes(), hall);
    }

    fn send(&mut self, bytes: &[u8], hall: &mut Hall) {
        let Some(line) = &mut self.line else { return };
        if line.send(bytes).is_err() {
            self.lost(hall);
        }
    }

    /// The line is gone: another one, soon, to the next node.
    fn lost(&mut self, hall: &mut Hall) {
        let at = now();
        if self.stage == Stage::Live {
            hall.seen.cut += 1;
            self.away = Some(at);
        }
        self.line = None;
        self.stage = Stage::Away;
        hall.plan(at + hall.wait(self.index, self.attempt), self.index);
        self.attempt += 1;
    }

    /// The line can be written or read again.
    pub(crate) fn ready(&mut self, hall: &mut Hall, buffer: &mut [u8]) {
        loop {
            let Some(line) = &mut self.line else { return };
            let read = match line.flush().and_then(|()| line.fill(buffer)) {
                Ok(None) => return,
                Ok(Some(read)) if read > 0 => read,
                Ok(Some(_)) | Err(_) => return self.lost(hall),
            };
            let mut held = std::mem::take(&mut line.unread);
            if held.is_empty() {
                let taken = self.take(&buffer[..read], hall);
                held.extend_from_slice(&buffer[taken..read]);
            } else {
                held.extend_from_slice(&buffer[..read]);
                let taken = self.take(&held, hall);
                held.drain(..taken);
            }
            if let Some(line) = &mut self.line {
                line.unread = held;
            }
            // Less than there was room for: nothing more is there, and what comes rings anew.
            if read < buffer.len() {
                return;
            }
        }
    }

    /// Takes what is whole; how many bytes that was.
    fn take(&mut self, bytes: &[u8], hall: &mut Hall) -> usize {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let end = match self.stage {
                Stage::Away => return bytes.len(),
                Stage::Live => line::frame(rest).map(|(kind, payload)| {
                    self.frame(kind, &rest[payload.clone()], hall);
                    payload.end
                }),
                Stage::Inviting | Stage::Looking | Stage::Joining => {
                    line::answer(rest).map(|(head, body)| {
                        self.answered(&head, &rest[body.clone()], hall);
                        body.end
                    })
                }
            };
            match end {
                Some(end) => at += end,
                None => return at,
            }
        }
    }

    fn answered(&mut self, head: &str, body: &[u8], hall: &mut Hall) {
        let failed = match self.stage {
            Stage::Inviting => self.invited(head, hall),
            Stage::Looking => self.looked(body, hall),
            Stage::Joining => self.joined(head, hall),
            Stage::Away | Stage::Live => Ok(()),
        };
        if let Err(what) = failed {
            let text = format!("{what}: {head}{}", String::from_utf8_lossy(body));
            self.line = None;
            self.stage = Stage::Away;
            self.done(Some(text), hall);
        }
    }

    fn invited(&mut self, head: &str, hall: &mut Hall) -> Result<(), &'static str> {
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie:"));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).ok_or("not let in")?;
        cookie.trim().clone_into(&mut self.cookie);
        self.look(hall);
        Ok(())
    }

    fn looked(&mut self, body: &[u8], hall: &mut Hall) -> Result<(), &'static str> {
        let value: Value = serde_json::from_slice(body).map_err(|_| "no snapshot")?;
        self.position = value["position"].as_u64().ok_or("no snapshot")?;
        value["epoch"].as_str().unwrap_or_default().clone_into(&mut hall.epoch);
        self.blank = false;
        hall.history.note(self.index, '@', body);
        hall.moved(self.index, self.position);
        self.join(hall);
        Ok(())
    }

    fn joined(&mut self, head: &str, hall: &mut Hall) -> Result<(), &'static str> {
        if !head.starts_with("http/1.1 101") {
            return Err("no socket");
        }
        (self.stage, self.attempt) = (Stage::Live, 0);
        if let Some(since) = self.away.take() {
            hall.seen.away.push(ms(since, now()));
        }
        match (self.task, self.waiting.clone()) {
            // What had no answer goes again, under the same number.
            (Some((act, _)), Some(id)) => {
                let command = self.command(&id, act, hall);
                self.says(&command, hall);
            }
            (Some((Act::Arrive | Act::ComeBack, _)), _) => self.done(None, hall),
            // It came due while there was no line.
            (Some((_, due)), None) => hall.plan(due, self.index),
            (None, _) => {}
        }
        Ok(())
    }

    fn done(&mut self, failure: Option<String>, hall: &mut Hall) {
        if let Some((_, due)) = self.task.take() {
            hall.finished(due, failure);
        }
    }

    fn command(&self, id: &str, act: Act, hall: &Hall) -> String {
        let command = if act == Act::CheckIn {
            json!({"check_in": {"person": null}})
        } else {
            let (vote, digest) = &hall.vote;
            let choice = if self.index.is_multiple_of(5) { "no" } else { "yes" };
            json!({"cast_ballot": {"vote": vote, "choice": choice, "text_digest": digest}})
        };
        json!({"command": {"id": id, "command": command}}).to_string()
    }

    fn frame(&mut self, kind: Kind, payload: &[u8], hall: &mut Hall) {
        match kind {
            Kind::Text => self.text(payload, hall),
            Kind::Ping => self.send(&line::masked(Kind::Pong, payload), hall),
            Kind::Pong => {}
            Kind::Close | Kind::Other => self.lost(hall),
        }
    }

    fn text(&mut self, text: &[u8], hall: &mut Hall) {
        hall.seen.deliveries += 1;
        hall.seen.bytes += text.len() as u64;
        hall.history.note(self.index, '<', text);
        if text.starts_with(b"{\"snapshot_needed\"") {
            self.blank = true;
        } else if text.starts_with(b"{\"events\"") {
            self.entries(text, hall);
        } else if text.starts_with(b"{\"answer\"")
            && let Some(id) = &self.waiting
            && has(text, id.as_bytes())
        {
            if has(text, b"\"unavailable\"") {
                // Nothing was decided: the node could not commit.
                hall.seen.unavailable += 1;
                return hall.plan(now() + AGAIN_NS, self.index);
            }
            if hall.refusable && has(text, b"\"refused\"") {
                hall.progress.refused += 1;
                self.waiting = None;
                return self.done(None, hall);
            }
            let failure =
                (!has(text, b"\"accepted\"")).then(|| String::from_utf8_lossy(text).into_owned());
            self.waiting = None;
            self.done(failure, hall);
        }
    }

    fn entries(&mut self, text: &[u8], hall: &mut Hall) {
        let frame = hall.read(text);
        if frame.to <= self.position {
            hall.seen.doubled += 1;
            return;
        }
        if frame.after > self.position {
            hall.seen.gaps += 1;
        }
        self.position = frame.to;
        hall.moved(self.index, frame.to);
        if let Some(opened) = &frame.opened {
            hall.seen.opened.push(now());
            if hall.vote != *opened {
                hall.vote.clone_from(opened);
            }
        }
        if frame.closed {
            hall.seen.closed.push(now());
        }
    }
}

fn has(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
