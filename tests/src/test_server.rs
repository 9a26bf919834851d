//! A meeting hall: one server process on a database of its own, and the accounts of a small body.

use crate::content::{PEOPLE, item, motion, particulars, people};
use crate::disk::Disk;
use crate::postgres::Cluster;
use crate::process::{timed, wait_for};
use crate::shim::Shim;
use crate::sql::Sql;
use crate::test_client::TestClient;
use icabinet_models::Command as Order;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{ItemId, MeetingId, PersonId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, PreparationCommand, SessionCommand,
};
use icabinet_models::participants::Office;
use rustix::process::WaitIdOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The database a hall is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// The password of everyone in the hall.
pub const PASSWORD: &str = "mat-khau-thu-nghiem";

/// A server with its data folder.
#[derive(Debug)]
pub struct TestServer {
    server: Option<Child>,
    folder: tempfile::TempDir,
    database: Option<String>,
    base: String,
    disk: Option<Disk>,
    /// Further nodes on the same database: their processes and addresses.
    others: Vec<(Child, String)>,
    /// Where the workers find PDFium, if not in the usual places.
    library: Option<PathBuf>,
    /// What stands between its servers and the C library.
    shim: Option<Shim>,
    /// Its servers keep papers and recordings in one folder.
    shares_files: bool,
    /// Machines that only work.
    workers: Vec<Child>,
    /// Files and sockets that a server may open, if not as many as the machine gives.
    descriptors: Option<u32>,
}

impl TestServer {
    /// Opens a hall with everyone's account.
    pub async fn open(on: On) -> Self {
        Self::open_with(on, "").await
    }

    /// Opens a hall whose server reads these lines as its configuration file.
    pub async fn open_with(on: On, settings: &str) -> Self {
        let hall = Self::empty(on);
        std::fs::write(hall.folder.path().join("icabinet.toml"), settings).unwrap();
        hall.furnished()
    }

    /// Opens a hall whose data folder is a disk of so many megabytes; `None` where there can't be
    /// one.
    pub async fn open_on_disk(on: On, megabytes: u32) -> Option<Self> {
        let mut hall = Self::empty(on);
        std::fs::create_dir(hall.data()).unwrap();
        hall.disk = Some(Disk::mount(&hall.data(), megabytes)?);
        Some(hall.furnished())
    }

    /// Opens a hall whose workers load PDFium from this file.
    pub async fn open_with_library(on: On, library: &Path) -> Self {
        let mut hall = Self::empty(on);
        hall.library = Some(library.to_owned());
        hall.furnished()
    }

    /// Opens a hall whose servers have something between them and the C library.
    pub async fn open_with_shim(on: On, shim: Shim) -> Self {
        let mut hall = Self::empty(on);
        hall.shim = Some(shim);
        hall.furnished()
    }

    /// Opens a hall whose server may open so many files and sockets.
    pub async fn open_with_descriptors(on: On, most: u32) -> Self {
        let mut hall = Self::empty(on);
        hall.descriptors = Some(most);
        hall.furnished()
    }

    /// Opens a hall on PostgreSQL whose servers share their files and leave all work to others.
    pub async fn open_without_work() -> Self {
        let mut hall = Self::empty(On::Postgres);
        hall.shares_files = true;
        std::fs::write(hall.folder.path().join("icabinet.toml"), "jobs = 0\n").unwrap();
        hall.furnished()
    }

    /// A hall without a server, accounts or a database's tables.
    pub fn empty(on: On) -> Self {
        let folder = tempfile::Builder::new().prefix("icabinet-hall-").tempdir().unwrap();
        let database = (on == On::Postgres).then(|| Cluster::shared().database());
        std::fs::write(folder.path().join("icabinet.toml"), "").unwrap();
        Self {
            server: None,
            folder,
            database,
            base: String::new(),
            disk: None,
            others: Vec::new(),
            library: None,
            shim: None,
            shares_files: false,
            workers: Vec::new(),
            descriptors: None,
        }
    }

    /// With everyone's account and a server.
    fn furnished(self) -> Self {
        let mut hall = self;
        for (login, name, _, office) in PEOPLE {
            hall.add_account(login, name, office == Some(Office::Secretary));
        }
        hall.add_account("stranger", "Người ngoài", false);
        hall.start();
        hall
    }

    /// The program under test: beside this test's own binary, unless `ICABINET_BIN` names it.
    pub fn binary() -> PathBuf {
        if let Some(named) = std::env::var_os("ICABINET_BIN") {
            return named.into();
        }
        let own = std::env::current_exe().unwrap();
        own.parent().unwrap().parent().unwrap().join("icabinet")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = match &self.disk {
            Some(disk) => disk.command(Self::binary().as_os_str()),
            None => Command::new(Self::binary()),
        };
        command.args(words);
        if let Some(library) = &self.library {
            command.env("ICABINET_PDFIUM", library);
        }
        command.env("ICABINET_DATA", self.folder.path().join("data"));
        command.env("ICABINET_CONFIG", self.folder.path().join("icabinet.toml"));
        command.env("ICABINET_LOG", std::env::var_os("ICABINET_LOG").unwrap_or("warn".into()));
        if let Some(database) = &self.database {
            command.env("ICABINET_DATABASE", database);
        }
        if self.shares_files {
            command.env("ICABINET_FILES", self.folder.path().join("files"));
        }
        command
    }

    /// A node's server.
    fn serving(&self, node: usize, listen: &str) -> Command {
        let mut command = self.command(&["serve", "--listen", listen]);
        if let Some(most) = self.descriptors {
            let mut limited = Command::new("prlimit");
            limited.arg(format!("--nofile={most}:{most}")).arg(command.get_program());
            limited.args(command.get_args());
            limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
            command = limited;
        }
        if let Some(shim) = &self.shim {
            shim.preload(&mut command, self.folder.path(), node);
        }
        command
    }

    fn add_account(&self, login: &str, name: &str, organiser: bool) {
        self.adds(login, name, if organiser { &["--organiser"] } else { &[] });
    }

    fn adds(&self, login: &str, name: &str, more: &[&str]) {
        let words = [&["user", "add", login, "--name", name], more].concat();
        let mut command = self.command(&words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("icabinet is built");
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(child.wait().unwrap().success(), "the account of {login}");
    }

    /// One more account.
    pub fn account(&self, login: &str) {
        self.add_account(login, login, false);
    }

    /// One more account, with these words behind its name.
    pub fn account_with(&self, login: &str, words: &[&str]) {
        self.adds(login, login, words);
    }

    /// Starts the server and waits until it says where it listens.
    pub fn start(&mut self) {
        let port = self.base.rsplit(':').next().filter(|port| !port.is_empty()).unwrap_or("0");
        let listen = format!("127.0.0.1:{port}");
        let (child, base) = self.listens(self.serving(0, &listen));
        self.base = base;
        self.server = Some(child);
    }

    /// Starts one more node on the same database, with a data folder of its own; its number.
    pub fn another_node(&mut self) -> usize {
        let number = self.others.len() + 1;
        let mut command = self.serving(number, "127.0.0.1:0");
        command.env("ICABINET_DATA", self.folder.path().join(format!("data-{number}")));
        // Each node is watched at an address of its own.
        command.env_remove("ICABINET_METRICS");
        let node = self.listens(command);
        self.others.push(node);
        number
    }

    /// Starts a machine that only works, and waits until it does.
    pub fn worker(&mut self) {
        let mut command = self.command(&["work", "--jobs", "2"]);
        let number = self.workers.len();
        command.env("ICABINET_DATA", self.folder.path().join(format!("data-work-{number}")));
        let (child, line) = self.spawn(command);
        assert_eq!(line, "working", "{}", self.log());
        self.workers.push(child);
    }

    /// Runs a server and waits until it says where it listens.
    fn listens(&self, command: Command) -> (Child, String) {
        let (child, line) = self.spawn(command);
        assert!(line.starts_with("http://"), "the server did not start:\n{}", self.log());
        (child, line)
    }

    /// Runs a program that stays, and waits for its first line.
    fn spawn(&self, mut command: Command) -> (Child, String) {
        let log = self.folder.path().join("log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (child, line.trim().to_owned())
    }

    /// Addresses and processes of all nodes that run.
    pub fn nodes(&self) -> Vec<(String, u32)> {
        let first = self.server.as_ref().map(|child| (self.base.clone(), child.id()));
        let others = self.others.iter().map(|(child, base)| (base.clone(), child.id()));
        first.into_iter().chain(others).collect()
    }

    /// Ends a node with SIGKILL: 0 is the first.
    pub fn kill_node(&mut self, number: usize) {
        match number.checked_sub(1) {
            None => self.kill(),
            Some(index) => {
                let (mut child, _) = self.others.remove(index);
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
    }

    /// Sends a signal to a node: 0 is the first.
    pub fn signal_node(&self, number: usize, signal: &str) {
        let (_, pid) = self.nodes()[number];
        let sent = Command::new("kill").args([signal, &pid.to_string()]).status().unwrap();
        assert!(sent.success(), "{signal} to {pid}");
    }

    /// Tells a node's shim what is to happen (`tests/shim/src/lib.rs`); nothing, if empty.
    pub fn arm(&self, node: usize, order: &str) {
        self.shim.as_ref().expect("a hall with a shim").arm(self.folder.path(), node, order);
    }

    /// Waits until a node has ended by itself; its exit code, if no signal ended it.
    pub fn wait_until_ended(&mut self, node: usize) -> Result<Option<i32>, String> {
        let child = match node.checked_sub(1) {
            None => self.server.as_mut().unwrap(),
            Some(index) => &mut self.others[index].0,
        };
        wait_for(child.id(), WaitIdOptions::EXITED).ok_or("the node did not end".to_owned())?;
        let status = child.wait().unwrap();
        match node.checked_sub(1) {
            None => drop(self.server.take()),
            Some(index) => drop(self.others.remove(index)),
        }
        Ok(status.code())
    }

    /// Waits until a node stands still by itself.
    pub fn wait_until_stopped(&self, node: usize) -> Result<(), String> {
        let (_, pid) = self.nodes()[node];
        wait_for(pid, WaitIdOptions::STOPPED).ok_or("the node did not stop".to_owned())
    }

    /// Makes a backup of the database, as an operator would; its name. PostgreSQL copies only what
    /// nobody uses: the server is started anew.
    pub async fn back_up(&mut self) -> String {
        match self.database.clone() {
            None => {
                let file = self.folder.path().join("backup.sqlite");
                self.runs_sql(&format!("VACUUM INTO '{}'", file.display())).await;
                file.to_str().unwrap().to_owned()
            }
            Some(database) => {
                self.kill();
                let copy = Cluster::shared().copy(&database);
                self.start();
                copy
            }
        }
    }

    /// Puts a backup in the database's place; no server runs.
    pub fn restore(&self, backup: &str) {
        self.restores(backup, &[]);
    }

    /// The same with further words; what the command said.
    pub fn restores(&self, backup: &str, words: &[&str]) -> String {
        let mut all = vec!["restore"];
        match &self.database {
            None => all.push(backup),
            Some(database) => Cluster::shared().replace(database, backup),
        }
        all.extend(words);
        let (done, said, errors) = self.run(&all);
        assert!(done, "{said}{errors}");
        said
    }

    /// Takes the PostgreSQL server down at once and starts it again.
    pub fn restart_database(&self) {
        Cluster::shared().restart();
    }

    /// Kills the PostgreSQL server and puts its synchronous standby in its place.
    pub fn fail_over_database(&self) {
        Cluster::shared().fail_over();
    }

    /// Ends the server as a power failure of the process would: SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.server.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks the server to stop and waits until it has; whether it ended well.
    pub fn stop(&mut self) -> bool {
        let mut child = self.server.take().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        child.wait().unwrap().success()
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.server.as_ref().unwrap().id()
    }

    /// What the server logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// `http://host:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The address of its PostgreSQL database, if it is on one.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Runs statements on the hall's database, whether the server runs or not.
    pub async fn runs_sql(&self, sql: &str) {
        self.sql().await.runs(sql).await;
    }

    /// The tables of the hall's database.
    pub async fn tables(&self) -> Vec<String> {
        self.sql().await.tables().await
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        self.sql().await.number(query).await
    }

    /// A meeting's log as it is stored: positions, records and hashes, in order.
    pub async fn entries(&self, meeting: &MeetingId) -> Vec<(u64, String, Vec<u8>)> {
        self.sql().await.entries(meeting.as_str()).await
    }

    pub(crate) async fn sql(&self) -> Sql {
        match &self.database {
            Some(database) => Sql::postgres(database).await,
            None => Sql::sqlite(&self.data().join("icabinet.sqlite")).await,
        }
    }

    /// The disk that the data folder is.
    pub fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("a hall on a disk")
    }

    /// A folder for files of the test's own, whichever disk the data folder is on.
    pub fn desk(&self) -> &Path {
        self.folder.path()
    }

    /// The most memory that the server's process has held so far, in bytes.
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() << 10
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs another command of the binary on the same data; exit status, output, errors.
    pub fn run(&self, words: &[&str]) -> (bool, String, String) {
        let output = timed(&self.command(words)).output().unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Signs somebody in.
    pub async fn seat(&self, login: &str) -> TestClient {
        TestClient::sign_in(&self.base, login, PASSWORD).await
    }

    /// A meeting with one public, one internal and one restricted item, a motion in each, convened.
    pub async fn convened(&self) -> (TestClient, MeetingId) {
        let secretary = self.seat("secretary").await;
        let meeting = secretary.creates(&particulars(), &people()).await;
        let secretary = secretary.at(&meeting);
        for (title, level) in [
            ("Lịch tiếp công dân", Level::Public),
            ("Cải tạo ven hồ", Level::Internal),
            ("Công tác cán bộ", Level::Restricted),
        ] {
            secretary
                .does(Order::Agenda(AgendaCommand::AddItem { draft: item(title, level) }))
                .await;
        }
        for number in 1..=3 {
            let draft = motion(Some(ItemId(number)), &format!("Thông qua nội dung {number}"));
            secretary.does(Order::Motions(MotionsCommand::AddMotion { draft })).await;
        }
        secretary.does(Order::Preparation(PreparationCommand::Convene {})).await;
        (secretary, meeting)
    }

    /// A meeting in session with all nine members present and the first item open.
    pub async fn in_session(&self) -> (TestClient, MeetingId) {
        let (secretary, meeting) = self.convened().await;
        for (login, _, member, _) in PEOPLE {
            if member {
                let person = Some(PersonId::from(login));
                secretary.does(Order::Attendance(AttendanceCommand::CheckIn { person })).await;
            }
        }
        let chair = self.seat("chair").await.at(&meeting);
        chair.does(Order::Session(SessionCommand::OpenSession {})).await;
        chair.does(Order::Agenda(AgendaCommand::StartItem { item: ItemId(1) })).await;
        (chair, meeting)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let others = self.others.iter_mut().map(|(child, _)| child);
        for child in self.server.iter_mut().chain(others).chain(&mut self.workers) {
            // Best effort at the end of a test.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- the server's log\n{}", self.log());
        }
    }
}
