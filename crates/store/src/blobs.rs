//! Attached files: content-addressed by SHA-256, written to a temporary file, synced, renamed.

use crate::{error::StoreError, hash};
use engine::refusal::Refusal;
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// The directory of an institution's files.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    counter: AtomicU64,
    /// The last file could not be written.
    failing: AtomicBool,
}

/// Why a file was not kept.
enum Broken {
    /// The sender broke off.
    Stream(io::Error),
    /// The disk takes no more.
    Disk(io::Error),
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Lowercase hexadecimal.
    pub sha256: String,
    pub size: u64,
}

impl Blobs {
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory.join("tmp"))?;
        // What a killed process left half written belongs to nobody; a living one's is still being written.
        for entry in std::fs::read_dir(directory.join("tmp"))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let process = name.split('-').next().unwrap_or_default();
            let own = process == std::process::id().to_string();
            if !own && !Path::new("/proc").join(process).exists() {
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(Self { directory: directory.to_owned(), counter: AtomicU64::new(0), failing: AtomicBool::new(false) })
    }

    /// Where a file of this content lies. Only a hash makes a path: 64 hexadecimal digits, nothing else.
    fn path(&self, sha256: &str) -> Option<PathBuf> {
        let valid = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        valid.then(|| self.directory.join(&sha256[..2]).join(sha256))
    }

    pub(crate) async fn receive(&self, mut content: impl AsyncRead + Unpin, limit: u64) -> Result<Blob, StoreError> {
        let unavailable = |error: io::Error| StoreError::from(crate::error::DbError::cannot_write(error));
        let temporary = self.temporary();
        let written = self.copy(&mut content, &temporary, limit).await;
        let blob = match written {
            Ok(Some(blob)) => blob,
            other => {
                let _ = tokio::fs::remove_file(&temporary).await;
                return Err(match other {
                    Err(Broken::Stream(error)) => unavailable(error),
                    Err(Broken::Disk(error)) => {
                        self.failing.store(true, Ordering::Relaxed);
                        unavailable(error)
                    }
                    _ => Refusal::invalid(format!("El archivo pasa del límite de {} MiB.", limit / 1024 / 1024)).into(),
                });
            }
        };
        let placed = self.place(&temporary, &blob).await;
        self.failing.store(placed.is_err(), Ordering::Relaxed);
        placed.map_err(unavailable)?;
        Ok(blob)
    }

    /// A name nobody has. One of this process's number may be there from before: in a container each start is process 1.
    fn temporary(&self) -> PathBuf {
        loop {
            let number = self.counter.fetch_add(1, Ordering::Relaxed);
            let path = self.directory.join("tmp").join(format!("{}-{number}", std::process::id()));
            if !path.exists() {
                return path;
            }
        }
    }

    /// The last file could not be written, and none has been since.
    pub(crate) fn failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Writes a small file and takes it away again, to know whether it can be done. A folder that is gone is not made
    /// anew: it may be a disk that is not mounted.
    pub(crate) async fn try_writing(&self) -> io::Result<()> {
        let temporary = self.temporary();
        let mut content = &[b'x'; 4_096][..];
        let written = self.copy(&mut content, &temporary, u64::MAX).await;
        let _ = tokio::fs::remove_file(&temporary).await;
        match written {
            Ok(_) => {
                self.failing.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(Broken::Stream(error) | Broken::Disk(error)) => Err(error),
        }
    }

    async fn copy(
        &self,
        content: &mut (impl AsyncRead + Unpin),
        to: &Path,
        limit: u64,
    ) -> Result<Option<Blob>, Broken> {
        let mut file = tokio::fs::File::create_new(to).await.map_err(Broken::Disk)?;
        let mut digest = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            let read = content.read(&mut buffer).await.map_err(Broken::Stream)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > limit {
                return Ok(None);
            }
            digest.update(&buffer[..read]);
            file.write_all(&buffer[..read]).await.map_err(Broken::Disk)?;
        }
        file.flush().await.map_err(Broken::Disk)?;
        file.sync_all().await.map_err(Broken::Disk)?;
        Ok(Some(Blob { sha256: hash::hex(&digest.finalize()), size }))
    }

    async fn place(&self, temporary: &Path, blob: &Blob) -> io::Result<()> {
        let path = self.path(&blob.sha256).ok_or_else(|| io::Error::other("not a hash"))?;
        let folder = path.parent().ok_or_else(|| io::Error::other("no folder"))?.to_owned();
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::rename(temporary, &path).await?;
        // The name is durable only when the folders that hold it are.
        tokio::fs::File::open(&folder).await?.sync_all().await?;
        tokio::fs::File::open(&self.directory).await?.sync_all().await
    }

    /// Opens a file for reading; none if there is no such content.
    pub async fn read(&self, sha256: &str) -> io::Result<Option<tokio::fs::File>> {
        let Some(path) = self.path(sha256) else { return Ok(None) };
        match tokio::fs::File::open(path).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Blobs {
    /// What is wrong with a kept file, if anything is.
    pub(crate) async fn check(&self, sha256: &str) -> Option<String> {
        let mut file = match self.read(sha256).await {
            Ok(Some(file)) => file,
            Ok(None) => return Some("the file is missing".into()),
            Err(error) => return Some(error.to_string()),
        };
        let mut digest = Sha256::new();
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            match file.read(&mut buffer).await {
                Ok(0) => break,
                Ok(read) => digest.update(&buffer[..read]),
                Err(error) => return Some(error.to_string()),
            }
        }
        (hash::hex(&digest.finalize()) != sha256).then(|| "the content is not that of its name".into())
    }
}
