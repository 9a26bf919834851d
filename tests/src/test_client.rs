//! A person at the meeting: signs in, sends commands over HTTP, watches over the socket. Written
//! from `docs/protocol.md` alone.

use crate::content::profile;
use futures_util::{SinkExt as _, StreamExt as _};
use icabinet_models::ids::{CommandId, MeetingId, VoteId};
use icabinet_models::meeting::{Particulars, PreparationCommand, VotesCommand, VotesEvent};
use icabinet_models::participants::Participant;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility;
use icabinet_models::wire::{Answer, ClientFrame, Mine, ServerFrame, Snapshot};
use icabinet_models::{Command, Event, Meeting, Refusal};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take before a test gives up. Not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who is signed in, and the meeting he is at.
#[derive(Clone, Debug)]
pub struct TestClient {
    base: String,
    client: Client,
    cookie: String,
    meeting: Option<MeetingId>,
}

/// A new command's identifier.
fn fresh() -> CommandId {
    CommandId::from(uuid::Uuid::now_v7().to_string())
}

/// The refusal in an answer; fails the test for any other answer.
pub fn refused(answer: Answer) -> Refusal {
    match answer {
        Answer::Refused { refusal } => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// A client that gives up after [`PATIENCE`] and not before: the kernel may go on sending again for as
/// long as it likes.
fn client() -> Client {
    // The server ends connections that were idle for 20 seconds: none is used again at that moment.
    let idle = Duration::from_secs(10);
    let builder = Client::builder().timeout(PATIENCE).pool_idle_timeout(idle);
    builder.tcp_user_timeout(None).build().unwrap()
}

impl TestClient {
    /// Signs in with a password.
    pub async fn sign_in(base: &str, login: &str, password: &str) -> Self {
        let client = client();
        let body = json!({"login": login, "password": password});
        let response = client.post(format!("{base}/api/session")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{login} signs in");
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { base: base.to_owned(), client, cookie, meeting: None }
    }

    /// Signs a room's screen in with its token.
    pub async fn screen(base: &str, meeting: &MeetingId, token: &str) -> Self {
        let client = client();
        let body = json!({"meeting": meeting, "token": token});
        let url = format!("{base}/api/session/screen");
        let response = client.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { base: base.to_owned(), client, cookie, meeting: Some(meeting.clone()) }
    }

    /// Uses an invitation on a device; the error's code if it isn't taken.
    pub async fn invited(base: &str, token: &str, device: &str) -> Result<Self, String> {
        let client = client();
        let url = format!("{base}/api/session/invitation");
        let body = json!({"token": token, "device": device});
        let response = client.post(url).json(&body).send().await.unwrap();
        let cookie = response.headers().get("set-cookie").map(|value| value.to_str().unwrap());
        let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        let said: Value = response.json().await.unwrap();
        let Some(cookie) = cookie else {
            return Err(said["error"]["code"].as_str().unwrap().to_owned());
        };
        let meeting = Some(MeetingId::from(said["meeting"].as_str().unwrap().to_owned()));
        Ok(Self { base: base.to_owned(), client, cookie, meeting })
    }

    /// The same person at a meeting.
    pub fn at(&self, meeting: &MeetingId) -> Self {
        Self { meeting: Some(meeting.clone()), ..self.clone() }
    }

    /// The same session at another node.
    pub fn through(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The session's cookie.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The meeting he is at.
    pub fn meeting(&self) -> MeetingId {
        self.meeting.clone().unwrap()
    }

    /// A request with the session's cookie; `{m}` in the path stands for the meeting.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let meeting = self.meeting.as_ref().map(MeetingId::as_str).unwrap_or_default();
        let url = format!("{}{}", self.base, path.replace("{m}", meeting));
        self.client.request(method, url).header("cookie", &self.cookie)
    }

    /// GET; status and body.
    pub async fn get(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let response = self.request(Method::GET, path).send().await.unwrap();
        (response.status(), response.bytes().await.unwrap().to_vec())
    }

    /// POST of JSON; status and JSON (null if the body isn't any).
    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.request(Method::POST, path).json(body).send().await.unwrap();
        let status = response.status();
        let bytes = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// POST of a body too long to be held, `piece` by piece until there are `length` bytes; status
    /// and JSON.
    pub async fn streams(
        &self,
        path: &str,
        media: &str,
        length: u64,
        mut piece: impl FnMut(u64) -> Vec<u8>,
    ) -> (u16, Value) {
        let meeting = self.meeting.as_ref().map(MeetingId::as_str).unwrap_or_default();
        let (host, path) = (&self.base["http://".len()..], path.replace("{m}", meeting));
        let mut stream = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\nconnection: close\r\n\
             content-type: {media}\r\ncontent-length: {length}\r\n\r\n",
            self.cookie
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut sent = 0;
        while sent < length {
            let bytes = piece(sent);
            stream.write_all(&bytes).await.unwrap();
            sent += bytes.len() as u64;
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// GET of something too long to be held; status and how many bytes came.
    pub async fn counts(&self, path: &str) -> (StatusCode, u64) {
        let mut response = self.request(Method::GET, path).send().await.unwrap();
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.unwrap() {
            bytes += chunk.len() as u64;
        }
        (response.status(), bytes)
    }

    /// Creates a meeting with the hall's profile.
    pub async fn creates(&self, particulars: &Particulars, people: &[Participant]) -> MeetingId {
        self.creates_as(particulars, people, profile()).await
    }

    /// Creates a meeting with a profile.
    pub async fn creates_as(
        &self,
        particulars: &Particulars,
        people: &[Participant],
        profile: Profile,
    ) -> MeetingId {
        let command = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars: particulars.clone(),
            profile,
            people: people.to_vec(),
        });
        let body = json!({"id": fresh(), "command": command});
        let (status, value) = self.post("/api/meetings", &body).await;
        assert_eq!(status, StatusCode::OK, "{value}");
        assert!(value["answer"]["accepted"].is_object(), "{value}");
        MeetingId::from(value["meeting"].as_str().unwrap().to_owned())
    }

    /// Sends a command; the answer.
    pub async fn sends(&self, command: Command) -> Answer {
        self.sends_as(fresh(), command).await
    }

    /// Sends a command under an identifier of its own.
    pub async fn sends_as(&self, id: CommandId, command: Command) -> Answer {
        let body = json!({"id": id, "command": command});
        let (status, value) = self.post("/api/meetings/{m}/commands", &body).await;
        assert_eq!(status, StatusCode::OK, "{value}");
        serde_json::from_value(value).unwrap()
    }

    /// Sends a command that must be accepted; its position.
    pub async fn does(&self, command: Command) -> u64 {
        let told = format!("{command:?}");
        match self.sends(command).await {
            Answer::Accepted { position, .. } => position,
            other => panic!("{told}: {other:?}"),
        }
    }

    /// The view at this moment.
    pub async fn snapshot(&self) -> Snapshot {
        let (status, body) = self.get("/api/meetings/{m}/snapshot").await;
        assert_eq!(status, StatusCode::OK);
        serde_json::from_slice(&body).unwrap()
    }

    /// Casts a ballot in the open vote.
    pub async fn casts(&self, choice: Choice) -> Answer {
        let command = self.ballot(choice).await;
        self.sends(command).await
    }

    /// A ballot for the open vote, with the text's digest from this person's own view.
    pub async fn ballot(&self, choice: Choice) -> Command {
        let view = self.snapshot().await.meeting;
        let (vote, open): (VoteId, _) = view.open_vote().expect("a vote is open");
        let text_digest = open.terms.text_digest;
        Command::Votes(VotesCommand::CastBallot {
            vote,
            choice,
            opinion: String::new(),
            text_digest,
        })
    }

    /// Opens the socket from a view that is taken first.
    pub async fn watches(&self) -> Watch {
        let snapshot = self.snapshot().await;
        let mut watch =
            self.connects(&format!("?after={}&epoch={}", snapshot.position, snapshot.epoch)).await;
        watch.view = snapshot.meeting;
        watch.position = snapshot.position;
        watch.take_mine(snapshot.mine);
        watch
    }

    /// Opens the socket with a query of the test's own.
    pub async fn connects(&self, query: &str) -> Watch {
        let socket = self.try_connect(query, None).await.expect("the socket opens");
        let meeting = self.meeting.clone().unwrap();
        Watch {
            socket,
            view: Meeting::blank(meeting),
            position: 0,
            mine: Mine::default(),
            frames: Vec::new(),
            closed: None,
        }
    }

    /// Tries to open the socket, as a page of `origin` would; the status if it is refused.
    pub async fn try_connect(&self, query: &str, origin: Option<&str>) -> Result<Socket, u16> {
        use tokio_tungstenite::tungstenite::Error;
        let meeting = self.meeting.as_ref().unwrap();
        let base = self.base.replacen("http", "ws", 1);
        let url = format!("{base}/api/meetings/{meeting}/live{query}");
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }
}

/// The websocket of a test's own client.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A view kept in step over the socket.
#[derive(Debug)]
pub struct Watch {
    socket: Socket,
    pub view: Meeting,
    pub position: u64,
    pub mine: Mine,
    /// Everything that was received, as text.
    pub frames: Vec<String>,
    /// The code with which the server closed the socket.
    pub closed: Option<u16>,
}

impl Watch {
    /// The next frame, folded into the view; `None` when the server closed the socket.
    pub async fn next(&mut self) -> Option<ServerFrame> {
        // Pings are no news: they don't make the wait begin again.
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let message = tokio::time::timeout_at(deadline, self.socket.next())
                .await
                .expect("a frame in time")?;
            let text = match message {
                Ok(Message::Text(text)) => text,
                Ok(Message::Close(frame)) => {
                    self.closed = frame.map(|frame| frame.code.into());
                    return None;
                }
                Err(_) => return None,
                Ok(_) => continue,
            };
            self.frames.push(text.to_string());
            let frame: ServerFrame = serde_json::from_str(&text).expect("a frame of the protocol");
            match &frame {
                ServerFrame::Hello { mine, .. } | ServerFrame::Mine { mine } => {
                    self.take_mine(mine.clone());
                }
                ServerFrame::Events { to, entries, .. } => {
                    // What was already folded comes again when the view is ahead of the frame.
                    for entry in entries.iter().filter(|entry| entry.position > self.position) {
                        visibility::fold(&mut self.view, entry);
                        if let (
                            Some(Event::Votes(VotesEvent::VoteOpened { vote, .. })),
                            Some(own),
                        ) = (entry.event.event(), &self.mine.own)
                        {
                            own.enter(self.view.votes.get_mut(vote).unwrap());
                        }
                    }
                    self.position = self.position.max(*to);
                }
                _ => {}
            }
            return Some(frame);
        }
    }

    fn take_mine(&mut self, mine: Mine) {
        if let Some(own) = &mine.own {
            own.lay_over(&mut self.view);
        }
        self.mine = mine;
    }

    /// Reads on until the view is as wanted.
    pub async fn until(&mut self, wanted: impl Fn(&Meeting) -> bool) -> &Meeting {
        while !wanted(&self.view) {
            assert!(self.next().await.is_some(), "the socket closed first");
        }
        &self.view
    }

    /// Sends a command over the socket.
    pub async fn send(&mut self, id: &CommandId, command: Command) {
        let frame = ClientFrame::Command { id: id.clone(), command: Box::new(command) };
        self.send_text(serde_json::to_string(&frame).unwrap()).await;
    }

    /// Sends a command over a socket that the server may have closed already.
    pub async fn tries(&mut self, id: &CommandId, command: Command) {
        let frame = ClientFrame::Command { id: id.clone(), command: Box::new(command) };
        let text = serde_json::to_string(&frame).unwrap();
        // Whether it got through is not the sender's to know.
        let _ = self.socket.send(Message::Text(text.into())).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: String) {
        self.socket.send(Message::Text(text.into())).await.unwrap();
    }

    /// Reads on until the answer to a command comes.
    pub async fn answer(&mut self, id: &CommandId) -> Answer {
        loop {
            match self.next().await.expect("the socket closed first") {
                ServerFrame::Answer { id: of, answer } if of == *id => return answer,
                _ => {}
            }
        }
    }
}
