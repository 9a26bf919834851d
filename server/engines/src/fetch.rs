//! Brings a speech model: over HTTP, going on where it broke off, or from a file on disk. What does not have the
//! expected SHA-256 never gets its name. Knows nothing of what a model is.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::digest;

/// How often a transfer that broke off is taken up again without a single byte more.
const FRUITLESS: u32 = 3;
/// A server that says nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the file must be.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Hex, any case.
    pub sha256: String,
    /// Its size, where it is known.
    pub bytes: Option<u64>,
}

/// Why there is no file. A closed list. What was received so far stays beside the destination as `NAME.part`, except
/// after [`FetchError::WrongHash`] and [`FetchError::WrongSize`].
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached, or the transfer broke off again and again.
    #[error("the transfer failed: {detail}")]
    Unreachable { detail: String },
    /// The server answered with an error.
    #[error("the server answered {status}")]
    Status { status: u16 },
    /// All bytes came, and they are not the expected ones.
    #[error("SHA-256 is {found}")]
    WrongHash { found: String },
    /// More or fewer bytes than expected.
    #[error("the file has {found} bytes")]
    WrongSize { found: u64 },
    /// The disk.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl FetchError {
    /// The closed code.
    pub fn code(&self) -> &'static str {
        match self {
            FetchError::Unreachable { .. } => "unreachable",
            FetchError::Status { .. } => "status",
            FetchError::WrongHash { .. } => "wrong_hash",
            FetchError::WrongSize { .. } => "wrong_size",
            FetchError::Io(_) => "io",
        }
    }
}

/// Downloads `url` to `dest`. `progress` is told the bytes there and, where known, the bytes in all. A `.part` file of
/// an earlier call is gone on with.
///
/// # Errors
/// See [`FetchError`]; `dest` is untouched then.
pub async fn fetch(
    url: &str,
    dest: &Path,
    expected: &Expected,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<(), FetchError> {
    let client = Client::builder()
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .build()
        .map_err(|error| FetchError::Unreachable { detail: error.to_string() })?;
    let part = part_of(dest);
    let mut fruitless = 0;
    loop {
        let before = length(&part).await?;
        if expected.bytes.is_some_and(|bytes| before >= bytes) && before > 0 {
            break;
        }
        match transfer(&client, url, &part, before, expected, &mut progress).await {
            Ok(()) => break,
            Err(FetchError::Unreachable { detail }) => {
                fruitless = if length(&part).await? > before { 0 } else { fruitless + 1 };
                if fruitless == FRUITLESS {
                    return Err(FetchError::Unreachable { detail });
                }
            }
            Err(other) => return Err(other),
        }
    }
    settle(&part, dest, expected).await
}

/// Takes a file from disk: copied beside `dest`, checked, then named.
///
/// # Errors
/// See [`FetchError`]; `dest` is untouched then.
pub async fn import_file(
    source: &Path,
    dest: &Path,
    expected: &Expected,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<(), FetchError> {
    let part = part_of(dest);
    let mut from = File::open(source).await?;
    let all = from.metadata().await?.len();
    let mut to = File::create(&part).await?;
    let mut piece = vec![0_u8; 1 << 18];
    let mut there = 0;
    loop {
        let read = from.read(&mut piece).await?;
        if read == 0 {
            break;
        }
        to.write_all(&piece[..read]).await?;
        there += read as u64;
        progress(there, Some(all));
    }
    to.sync_all().await?;
    settle(&part, dest, expected).await
}

/// One request: from where the part ends, or from the start where the server does not know ranges.
async fn transfer(
    client: &Client,
    url: &str,
    part: &Path,
    before: u64,
    expected: &Expected,
    progress: &mut impl FnMut(u64, Option<u64>),
) -> Result<(), FetchError> {
    let mut request = client.get(url);
    if before > 0 {
        request = request.header(RANGE, format!("bytes={before}-"));
    }
    let mut response = request
        .send()
        .await
        .map_err(|error| FetchError::Unreachable { detail: error.to_string() })?;
    let goes_on = match response.status() {
        StatusCode::PARTIAL_CONTENT => range_start(&response) == Some(before),
        StatusCode::OK => false,
        // Nothing after what is there: the hash will tell whether that is all.
        StatusCode::RANGE_NOT_SATISFIABLE if before > 0 => return Ok(()),
        status => {
            return Err(FetchError::Status { status: status.as_u16() });
        }
    };
    if response.status() == StatusCode::PARTIAL_CONTENT && !goes_on {
        return Err(FetchError::Unreachable { detail: "the server sent another range".into() });
    }
    let mut there = if goes_on { before } else { 0 };
    let all = expected.bytes.or_else(|| response.content_length().map(|rest| there + rest));
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(goes_on)
        .truncate(!goes_on)
        .open(part)
        .await?;
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => {
                file.write_all(&bytes).await?;
                there += bytes.len() as u64;
                if expected.bytes.is_some_and(|most| there > most) {
                    break;
                }
                progress(there, all);
            }
            Ok(None) => break,
            Err(error) => {
                file.flush().await?;
                return Err(FetchError::Unreachable { detail: error.to_string() });
            }
        }
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok(())
}

/// Where the range in a `Content-Range: bytes START-END/ALL` begins.
fn range_start(response: &Response) -> Option<u64> {
    let said = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    said.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// Checks what came and gives it its name in one step.
async fn settle(part: &Path, dest: &Path, expected: &Expected) -> Result<(), FetchError> {
    let found = length(part).await?;
    if expected.bytes.is_some_and(|bytes| bytes != found) {
        fs::remove_file(part).await?;
        return Err(FetchError::WrongSize { found });
    }
    let found = hash(part).await?;
    if !found.eq_ignore_ascii_case(&expected.sha256) {
        fs::remove_file(part).await?;
        return Err(FetchError::WrongHash { found });
    }
    fs::rename(part, dest).await?;
    // The name is durable when its folder is.
    if let Some(folder) = dest.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

async fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path).await?;
    let mut sum = Sha256::new();
    let mut piece = vec![0_u8; 1 << 18];
    loop {
        match file.read(&mut piece).await? {
            0 => return Ok(digest::hex(&sum.finalize())),
            read => sum.update(&piece[..read]),
        }
    }
}

async fn length(path: &Path) -> io::Result<u64> {
    match fs::metadata(path).await {
        Ok(about) => Ok(about.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn part_of(dest: &Path) -> PathBuf {
    let mut name = dest.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
