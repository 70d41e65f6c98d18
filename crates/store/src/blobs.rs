//! Attached files: content-addressed by SHA-256, written to a temporary file, synced, renamed; then the row.

use crate::{error::StoreError, hash, store::Store, tx::statements};
use engine::refusal::Refusal;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// The directory of an institution's files.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    counter: AtomicU64,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Lowercase hexadecimal.
    pub sha256: String,
    pub size: u64,
}

statements! {
    PUT: [Text, Int, Int] => [], "INSERT INTO blobs (sha256, size, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SIZE: [Text] => [Int], "SELECT size FROM blobs WHERE sha256 = $1";
    PAGE: [Text, Int] => [Text, Int], "SELECT sha256, size FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT $2";
}

impl Blobs {
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory.join("tmp"))?;
        // What a kill left half written belongs to nobody.
        for entry in std::fs::read_dir(directory.join("tmp"))?.flatten() {
            let _ = std::fs::remove_file(entry.path());
        }
        Ok(Self { directory: directory.to_owned(), counter: AtomicU64::new(0) })
    }

    /// Where a file of this content lies. Only a hash makes a path: 64 hexadecimal digits, nothing else.
    fn path(&self, sha256: &str) -> Option<PathBuf> {
        let valid = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        valid.then(|| self.directory.join(&sha256[..2]).join(sha256))
    }

    async fn receive(&self, mut content: impl AsyncRead + Unpin, limit: u64) -> Result<Blob, StoreError> {
        let unavailable = |error: io::Error| StoreError::from(crate::error::DbError::cannot_write(error));
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let temporary = self.directory.join("tmp").join(format!("{}-{number}", std::process::id()));
        let written = self.copy(&mut content, &temporary, limit).await;
        let blob = match written {
            Ok(Some(blob)) => blob,
            other => {
                let _ = tokio::fs::remove_file(&temporary).await;
                return Err(match other {
                    Err(error) => unavailable(error),
                    _ => Refusal::invalid(format!("El archivo pasa del límite de {} MiB.", limit / 1024 / 1024)).into(),
                });
            }
        };
        self.place(&temporary, &blob).await.map_err(unavailable)?;
        Ok(blob)
    }

    async fn copy(&self, content: &mut (impl AsyncRead + Unpin), to: &Path, limit: u64) -> io::Result<Option<Blob>> {
        let mut file = tokio::fs::File::create_new(to).await?;
        let mut digest = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            let read = content.read(&mut buffer).await?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > limit {
                return Ok(None);
            }
            digest.update(&buffer[..read]);
            file.write_all(&buffer[..read]).await?;
        }
        file.flush().await?;
        file.sync_all().await?;
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

impl Store {
    /// Keeps a file of at most `limit` bytes; the row comes last, so that a row always has its file.
    ///
    /// # Errors
    /// Refused beyond the limit; unavailable where it cannot be written.
    pub async fn put_blob(
        &self,
        content: impl AsyncRead + Unpin,
        limit: u64,
        now: Timestamp,
    ) -> Result<Blob, StoreError> {
        let blob = self.blobs().receive(content, limit).await?;
        let row = blob.clone();
        self.write(move |tx| -> Result<(), StoreError> {
            let size = i64::try_from(row.size).unwrap_or(i64::MAX);
            tx.run(&PUT, &[(&row.sha256).into(), size.into(), now.into()])?;
            Ok(())
        })
        .await?;
        Ok(blob)
    }

    /// The size of a kept file; none if there is no such content.
    pub async fn blob_size(&self, sha256: &str) -> Result<Option<u64>, StoreError> {
        let sha256 = sha256.to_owned();
        self.read(move |tx| match tx.row(&SIZE, &[(&sha256).into()])? {
            Some(row) => Ok(u64::try_from(row.int(0)?).ok()),
            None => Ok(None),
        })
        .await
    }

    /// The rows whose file is missing or not of its content: hash and what is wrong.
    pub async fn check_blobs(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut wrong = Vec::new();
        let mut after = String::new();
        loop {
            let from = after.clone();
            let page = self
                .read(move |tx| -> Result<_, StoreError> {
                    let rows = tx.rows(&PAGE, &[(&from).into(), 500_i64.into()])?;
                    rows.iter().map(|row| Ok((row.string(0)?, row.int(1)?))).collect::<Result<Vec<_>, _>>()
                })
                .await?;
            let Some(last) = page.last() else { return Ok(wrong) };
            after.clone_from(&last.0);
            for (sha256, _) in page {
                if let Some(what) = self.blobs().check(&sha256).await {
                    wrong.push((sha256, what));
                }
            }
        }
    }
}

impl Blobs {
    async fn check(&self, sha256: &str) -> Option<String> {
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
