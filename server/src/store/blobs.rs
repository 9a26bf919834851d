//! Content-addressed blobs behind `object_store`: papers, page pictures, documents. A blob is
//! named by the SHA-256 of its bytes, written once, synced before anyone is told.

use bytes::Bytes;
use futures_util::StreamExt as _;
use icabinet_models::ids::Digest;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use sha2::Digest as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

/// What went wrong with a blob.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("no such blob")]
    Missing,
    #[error("larger than {most} bytes")]
    TooLarge { most: u64 },
    #[error("the disk is full")]
    Full,
    #[error("reading what was sent: {0}")]
    Interrupted(String),
    #[error("the blob store doesn't answer: {0}")]
    Store(String),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add errors")]
        match &error {
            object_store::Error::NotFound { .. } => Self::Missing,
            _ if is_full(&error) => Self::Full,
            _ => Self::Store(error.to_string()),
        }
    }
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library may add kinds")]
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Store(error.to_string()),
        }
    }
}

fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(current) = next {
        let io = current.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::StorageFull) {
            return true;
        }
        next = current.source();
    }
    false
}

/// The blob store and the folder where what arrives waits for its name.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    staging: PathBuf,
}

impl Blobs {
    /// Blobs in a folder, synced to disk.
    pub fn in_folder(folder: &Path, staging: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(folder)?;
        std::fs::create_dir_all(staging)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), staging: staging.to_owned() })
    }

    /// A folder of this node's own for files under way.
    pub fn staging(&self) -> &Path {
        &self.staging
    }

    /// Keeps bytes; returns their name.
    pub async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let digest = Digest::of(&bytes);
        if self.size(&digest).await? == Some(bytes.len() as u64) {
            return Ok(digest);
        }
        self.store.put(&path(&digest), bytes.into()).await?;
        Ok(digest)
    }

    /// Keeps a stream of bytes under a limit; what is cut off or too large leaves nothing behind.
    pub async fn put_stream<E: std::fmt::Display>(
        &self,
        mut chunks: impl futures_util::Stream<Item = Result<Bytes, E>> + Unpin,
        most: u64,
    ) -> Result<(Digest, u64), BlobError> {
        let waiting = self.staging.join(uuid::Uuid::now_v7().to_string());
        let guard = Staged(waiting.clone());
        let mut file = tokio::fs::File::create(&waiting).await?;
        let mut hash = sha2::Sha256::new();
        let mut size = 0u64;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| BlobError::Interrupted(error.to_string()))?;
            size += chunk.len() as u64;
            if size > most {
                return Err(BlobError::TooLarge { most });
            }
            hash.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        drop(file);
        let digest = Digest(hash.finalize().into());
        self.put_file(&waiting, &digest).await?;
        drop(guard);
        Ok((digest, size))
    }

    /// Keeps a file's bytes under the name they are known to have.
    pub async fn put_file(&self, file: &Path, digest: &Digest) -> Result<(), BlobError> {
        let bytes = tokio::fs::metadata(file).await?.len();
        if self.size(digest).await? == Some(bytes) {
            return Ok(());
        }
        let mut upload = object_store::buffered::BufWriter::with_capacity(
            Arc::clone(&self.store),
            path(digest),
            8 << 20,
        );
        let mut source = tokio::fs::File::open(file).await?;
        tokio::io::copy(&mut source, &mut upload).await?;
        upload.shutdown().await?;
        Ok(())
    }

    /// All bytes of a blob.
    pub async fn get(&self, digest: &Digest) -> Result<Bytes, BlobError> {
        Ok(self.store.get(&path(digest)).await?.bytes().await?)
    }

    /// Some bytes of a blob.
    pub async fn get_range(
        &self,
        digest: &Digest,
        range: std::ops::Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        Ok(self.store.get_opts(&path(digest), options).await?.bytes().await?)
    }

    /// How many bytes a blob has; `None` if there is no such blob.
    pub async fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        match self.store.head(&path(digest)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a blob into a file for a worker.
    pub async fn fetch_to(&self, digest: &Digest, file: &Path) -> Result<(), BlobError> {
        let mut stream = self.store.get(&path(digest)).await?.into_stream();
        let mut out = tokio::fs::File::create(file).await?;
        while let Some(chunk) = stream.next().await {
            out.write_all(&chunk?).await?;
        }
        out.flush().await?;
        Ok(())
    }
}

/// Removes a staged file whatever happens.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // Best effort: what is left is removed when the server starts.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn path(digest: &Digest) -> ObjectPath {
    let hex = digest.hex();
    ObjectPath::from_iter([&hex[..2], &hex[2..4], hex.as_str()])
}
