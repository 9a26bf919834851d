//! The demo: an invented People's Committee with twelve members, its agenda, its papers, and
//! members who can be simulated. Never here: anything a real server uses.

mod content;
mod simulation;

use crate::app::{App, StartError};
use crate::room::RoomHandle;
use crate::store::{Account, NewAccount};
use content::Content;
use icabinet_models::ids::{CommandId, MeetingId, PersonId};
use icabinet_models::meeting::{PapersCommand, PreparationCommand};
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use tokio::task::AbortHandle;

/// The password of every account of the demo.
const PASSWORD: &str = "ho-sen-2026";
/// The demo meeting's identifier: the same in every demo, so that addresses can be written down.
const MEETING: &str = "ho-sen-2026-11";
/// The small model, for synthetic voices only.
static MODEL: &[u8] =
    include_bytes!("../../engines/assets/synthetic-speech/ggml-icabinet-demo-synthetic-vi-en.bin");
/// The model's own test meeting.
static SOUND: &[u8] = include_bytes!("../../engines/assets/synthetic-speech/meeting_vi.wav");

/// A demo server's content and switches.
#[derive(Debug)]
pub struct Demo {
    content: Content,
    simulate_at_once: bool,
    running: Mutex<Option<AbortHandle>>,
}

impl Demo {
    /// Reads the content that is compiled in.
    pub fn load(simulate_at_once: bool) -> Result<Self, StartError> {
        let content = Content::load().map_err(|error| StartError::Demo(error.to_string()))?;
        Ok(Self { content, simulate_at_once, running: Mutex::new(None) })
    }

    /// The password of every account.
    pub fn password(&self) -> &str {
        PASSWORD
    }

    /// Who can sign in.
    pub fn sign_ins(&self) -> impl Iterator<Item = &Account> {
        self.content.accounts.iter()
    }

    /// Creates accounts and meeting in an empty database; a second start changes nothing.
    pub async fn prepare(&self, app: &App) -> Result<(), StartError> {
        self.install_model(app)?;
        let meeting = MeetingId::from(MEETING);
        if app.store.head(&meeting).await?.is_none() {
            self.create(app, &meeting).await?;
        }
        if self.simulate_at_once {
            let room = app.rooms.room(&meeting).await.map_err(demo_error)?;
            self.simulate(app, room, true);
        }
        Ok(())
    }

    fn install_model(&self, app: &App) -> Result<(), StartError> {
        let data = &app.config.data;
        if crate::jobs::installed_model(data).is_some() {
            return Ok(());
        }
        let model = &icabinet_engines::models::KNOWN[0];
        crate::jobs::choose_model(data, model.name).map_err(demo_error)?;
        std::fs::write(data.join("models").join(model.file), MODEL).map_err(demo_error)
    }

    async fn create(&self, app: &App, meeting: &MeetingId) -> Result<(), StartError> {
        let now = crate::clock::now();
        let hash = app.gate.hash(PASSWORD.to_owned()).await;
        let password = hash.ok_or_else(|| StartError::Demo("no password hash".to_owned()))?;
        for account in &self.content.accounts {
            let new = NewAccount { account: account.clone(), password: password.clone() };
            app.store.put_account(&new, now).await?;
        }
        let room = app.rooms.new_room(meeting).await.map_err(demo_error)?;
        let secretary = self.content.secretary.clone();
        let organiser = Actor::Organiser(secretary.clone());
        run(&room, organiser, "create", self.content.create(now)).await?;
        let steps = self.content.preparation();
        for (number, command) in steps.into_iter().enumerate() {
            run(&room, Actor::Person(secretary.clone()), &format!("prepare-{number}"), command)
                .await?;
        }
        for (number, paper) in self.content.papers.iter().enumerate() {
            let rendered =
                icabinet_typeset::paper(paper.markdown, now.0 / 1000).map_err(demo_error)?;
            let bytes = rendered.pdf.len() as u64;
            let blob = app.blobs.put(rendered.pdf.into()).await?;
            let command =
                Command::Papers(PapersCommand::AddPaper { draft: paper.draft(blob, bytes) });
            run(&room, Actor::Person(secretary.clone()), &format!("paper-{number}"), command)
                .await?;
        }
        run(
            &room,
            Actor::Person(secretary),
            "convene",
            Command::Preparation(PreparationCommand::Convene {}),
        )
        .await
    }

    /// Whether the simulated members are on.
    pub fn is_simulating(&self) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().is_some_and(|task| !task.is_finished())
    }

    /// Switches the simulated members on or off.
    pub fn simulate(&self, app: &App, room: RoomHandle, on: bool) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = running.take() {
            task.abort();
        }
        if on {
            let task = simulation::run(
                self.content.simulated(),
                self.content.ballots.clone(),
                room,
                (app.store.clone(), app.blobs.clone()),
                app.stopping.subscribe(),
            );
            *running = Some(tokio::spawn(task).abort_handle());
        }
    }
}

fn demo_error(error: impl std::fmt::Display) -> StartError {
    StartError::Demo(error.to_string())
}

/// Runs one of the demo's own commands; a refusal means that the content doesn't fit the rules.
async fn run(
    room: &RoomHandle,
    actor: Actor,
    id: &str,
    command: Command,
) -> Result<(), StartError> {
    let id = CommandId::from(format!("demo-{id}"));
    match room.submit(actor, id.clone(), command).await.map_err(demo_error)? {
        Answer::Accepted { .. } => Ok(()),
        answer @ (Answer::Refused { .. } | Answer::Unavailable) => {
            Err(StartError::Demo(format!("{id}: {answer:?}")))
        }
    }
}

/// Says on the terminal where to go and who can sign in.
pub fn announce(app: &App, demo: Option<&Demo>, address: SocketAddr) {
    let host = app.config.public_address.clone().unwrap_or_else(|| format!("http://{address}"));
    let host = host.replace("127.0.0.1", "localhost").replace("0.0.0.0", "localhost");
    println!();
    println!("  i-Cabinet: {host}");
    println!("  Phiên họp mẫu / demo meeting: {host}/meetings/{MEETING}");
    println!(
        "  Màn hình phòng họp / room screen: {host}/screen/{MEETING} (đăng nhập trước / sign in first)"
    );
    println!("  Trang công khai / public page: {host}/public");
    println!();
    println!("  Mật khẩu của mọi tài khoản / password of every account: {PASSWORD}");
    if let Some(demo) = demo {
        for account in demo.sign_ins() {
            println!("  {:<10} {:<22} {}", account.login, account.name, account.position.vi);
        }
    }
    println!();
    println!(
        "  Mô hình tiếng nói: giọng tổng hợp, chỉ để thử / speech model: synthetic voices, tests only"
    );
    println!("  Ctrl-C để dừng / to stop");
}

/// A person of the demo who is played by the server.
#[derive(Clone, Debug)]
struct Simulated {
    person: PersonId,
    /// Place in the order in which the simulated act.
    turn: u32,
}
