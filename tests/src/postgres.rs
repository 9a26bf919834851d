//! A PostgreSQL cluster of the tests' own: in a temporary folder, on a Unix socket, gone with the
//! test run.

use crate::disk::is_root;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The port that a standby's socket is named after until it takes the first server's place.
const STANDBY_PORT: &str = "5433";

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
}

static SHARED: OnceLock<Cluster> = OnceLock::new();

impl Cluster {
    /// The cluster of this test process, started when first asked for. Databases are apart.
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(|| Self::start("off"))
    }

    /// Starts the cluster of this process as an operator would have it: what is committed is on the
    /// disk. Tests that measure nothing do without, for they restart programs and not the machine.
    pub fn share_durable() {
        SHARED.get_or_init(|| Self::start("on"));
    }

    fn start(fsync: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("icabinet-pg-").tempdir().unwrap().keep();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        let bin = find_bin();
        let cluster = Self { folder, bin };
        let data = cluster.folder.join("data");
        cluster.run("initdb", &["-D", text(&data), "-U", "icabinet", "-A", "trust", "-N"]);
        // The watchdog takes the cluster down when this process ends, however it ends.
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories={} -c fsync={fsync} -c max_connections=300",
            cluster.folder.display()
        );
        let log = cluster.folder.join("log");
        cluster
            .run("pg_ctl", &["-D", text(&data), "-l", text(&log), "-w", "-o", &options, "start"]);
        cluster.watch();
        cluster
    }

    /// Starts the cluster of this process with a second server that follows the first, and without
    /// which the first commits nothing (a synchronous standby).
    pub fn share_with_standby() {
        SHARED.get_or_init(|| {
            let cluster = Self::start("off");
            cluster.follow();
            cluster
        });
    }

    fn follow(&self) {
        let (folder, standby) = (text(&self.folder), self.folder.join("standby"));
        let standby = text(&standby);
        self.run(
            "pg_basebackup",
            &["-h", folder, "-U", "icabinet", "-D", standby, "-R", "-c", "fast"],
        );
        let options = format!(
            "-p {STANDBY_PORT} -c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=300"
        );
        let log = self.folder.join("standby-log");
        self.run("pg_ctl", &["-D", standby, "-l", text(&log), "-w", "-o", &options, "start"]);
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.sql("SELECT pg_reload_conf()");
        // A commit waits from now on; the first that comes back shows that the standby follows.
        self.sql("CREATE TABLE followed (yes boolean)");
    }

    /// Kills the first server and puts its standby in its place, under its address.
    pub fn fail_over(&self) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        let standby = self.folder.join("standby");
        self.run("pg_ctl", &["-D", text(&standby), "-w", "promote"]);
        let socket = |port: &str| self.folder.join(format!(".s.PGSQL.{port}"));
        let _ = std::fs::remove_file(socket("5432"));
        std::os::unix::fs::symlink(socket(STANDBY_PORT), socket("5432")).unwrap();
    }

    /// Takes the server down without a word to anybody, and starts it again.
    pub fn restart(&self) {
        let data = self.folder.join("data");
        self.run("pg_ctl", &["-D", text(&data), "-w", "-m", "immediate", "restart"]);
    }

    /// PostgreSQL refuses to run as root: as root it runs as `postgres`.
    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    fn run(&self, program: &str, args: &[&str]) {
        let mut command = self.command(program);
        command.args(args).current_dir("/").stdin(Stdio::null());
        let output = command.stdout(Stdio::null()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {errors}");
    }

    fn watch(&self) {
        // In the background of a shell that ends: nobody waits for the watchdog. The folder is the
        // tests' and not the server's: who runs the tests takes it away.
        let stop = format!(
            "(while [ -d /proc/{pid} ]; do sleep 1; done; for data in data standby; do {run} '{bin}/pg_ctl' -D '{folder}'/$data -m immediate stop; done; rm -rf '{folder}') &",
            pid = std::process::id(),
            run = if is_root() { "runuser -u postgres --" } else { "" },
            bin = self.bin.display(),
            folder = self.folder.display(),
        );
        let mut command = Command::new("sh");
        command
            .args(["-c", &stop])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(command.status().unwrap().success(), "the watchdog starts");
    }

    /// A new, empty database; its address.
    pub fn database(&self) -> String {
        let name = fresh();
        self.sql(&format!("CREATE DATABASE {name}"));
        let folder = text(&self.folder).replace('/', "%2F");
        format!("postgres://icabinet@{folder}/{name}")
    }

    /// Copies a database that nobody uses; the copy's name.
    pub fn copy(&self, database: &str) -> String {
        let copy = fresh();
        self.sql(&format!("CREATE DATABASE {copy} TEMPLATE {}", named(database)));
        copy
    }

    /// Puts a copy in the place of a database that nobody uses.
    pub fn replace(&self, database: &str, copy: &str) {
        let name = named(database);
        self.sql(&format!("DROP DATABASE {name} WITH (FORCE)"));
        self.sql(&format!("CREATE DATABASE {name} TEMPLATE {copy}"));
    }

    fn sql(&self, sql: &str) {
        self.run(
            "psql",
            &["-h", text(&self.folder), "-U", "icabinet", "-d", "postgres", "-qc", sql],
        );
    }
}

fn fresh() -> String {
    format!("t{}", uuid::Uuid::new_v4().simple())
}

/// The name of the database in its address.
fn named(database: &str) -> &str {
    database.rsplit('/').next().unwrap()
}

fn find_bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found.retain(|bin| bin.join("initdb").exists());
    found
        .pop()
        .or_else(|| {
            let path = std::env::var_os("PATH")?;
            std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
        })
        .expect("PostgreSQL is needed (scripts/setup --test installs it)")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
