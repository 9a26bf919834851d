//! Configuration: flags, then environment (`ICABINET_*`), then a TOML file, then defaults.

use clap::Args;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Settings as they can be given on the command line or in the environment.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// Folder for the database, papers, recordings, keys and models
    #[arg(long, env = "ICABINET_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Folder for papers, recordings and the authority, where several servers share them [default: the
    /// data folder]
    #[arg(long, env = "ICABINET_FILES", value_name = "DIR")]
    pub files: Option<PathBuf>,
    /// Jobs that run here at the same time: pages, sound, documents; 0 leaves them to others [default: 2]
    #[arg(long, env = "ICABINET_JOBS", value_name = "N")]
    pub jobs: Option<usize>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "ICABINET_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Database: leave out for the embedded one, or postgres://…
    #[arg(long, env = "ICABINET_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Address people use, when a proxy stands in front (https://hop.example.vn)
    #[arg(long, env = "ICABINET_PUBLIC_ADDRESS", value_name = "URL")]
    pub public_address: Option<String>,
    /// Address of a proxy whose X-Forwarded-For says where people come from; several with commas
    #[arg(long, env = "ICABINET_PROXIES", value_name = "ADDR", value_delimiter = ',')]
    pub proxies: Option<Vec<IpAddr>>,
    /// Address and port where an operator reads metrics; none by default
    #[arg(long, env = "ICABINET_METRICS", value_name = "ADDR:PORT")]
    pub metrics: Option<SocketAddr>,
    /// File with the same settings (TOML)
    #[arg(long, env = "ICABINET_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Logs as JSON lines
    #[arg(long, env = "ICABINET_LOG_JSON")]
    pub log_json: bool,
}

/// The file's contents: the same names.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    data: Option<PathBuf>,
    files: Option<PathBuf>,
    jobs: Option<usize>,
    listen: Option<SocketAddr>,
    database: Option<String>,
    public_address: Option<String>,
    proxies: Option<Vec<IpAddr>>,
    metrics: Option<SocketAddr>,
    organisation: Option<String>,
    upload_bytes: Option<u64>,
    paper_pages: Option<u32>,
    sound_bytes: Option<u64>,
}

/// Where meetings are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    Embedded,
    Postgres(String),
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// This server's own folder: the embedded database, files under way, speech models, its lock.
    pub data: PathBuf,
    /// Papers, recordings and the authority; servers on one database share it.
    pub files: PathBuf,
    /// Jobs that run here at the same time.
    pub jobs: usize,
    pub listen: SocketAddr,
    pub database: Database,
    /// Scheme and host that browsers use; `None` means the `Host` header over plain HTTP.
    pub public_address: Option<String>,
    /// Proxies that are believed when they say where a request came from.
    pub proxies: Vec<IpAddr>,
    /// Where metrics are served, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Named in certificates.
    pub organisation: String,
    /// Largest paper, in bytes.
    pub upload_bytes: u64,
    /// Most pages of a paper.
    pub paper_pages: u32,
    /// Largest sound file, in bytes.
    pub sound_bytes: u64,
}

/// What is wrong with the configuration, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}: can't be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    #[error("{0}: {1}")]
    Malformed(PathBuf, toml::de::Error),
    #[error("the database address must start with postgres:// (leave it out for the embedded one)")]
    Database,
    #[error("the public address must start with http:// or https:// and end after the host")]
    PublicAddress,
}

impl Config {
    /// Puts flags, environment, file and defaults together.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let database = match flags.database.clone().or(file.database) {
            None => Database::Embedded,
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Database::Postgres(url)
            }
            Some(_) => return Err(ConfigError::Database),
        };
        let public_address = flags.public_address.clone().or(file.public_address);
        if let Some(address) = &public_address {
            let host = address.strip_prefix("https://").or(address.strip_prefix("http://"));
            if !host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
                return Err(ConfigError::PublicAddress);
            }
        }
        let data =
            flags.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from("icabinet-data"));
        Ok(Self {
            files: flags.files.clone().or(file.files).unwrap_or_else(|| data.clone()),
            data,
            jobs: flags.jobs.or(file.jobs).unwrap_or(2),
            listen: flags
                .listen
                .or(file.listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            database,
            public_address,
            proxies: flags.proxies.clone().or(file.proxies).unwrap_or_default(),
            metrics: flags.metrics.or(file.metrics),
            organisation: file.organisation.unwrap_or_else(|| "i-Cabinet".to_owned()),
            upload_bytes: file.upload_bytes.unwrap_or(200 << 20),
            paper_pages: file.paper_pages.unwrap_or(2_000),
            sound_bytes: file.sound_bytes.unwrap_or(2 << 30),
        })
    }

    /// Whether browsers reach the server over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_address.as_ref().is_some_and(|address| address.starts_with("https://"))
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
    toml::from_str(&text).map_err(|error| ConfigError::Malformed(path.to_owned(), error))
}
