//! The rows of attached files: each written after its file, so that a row always has one.

use crate::{blobs::Blob, error::StoreError, store::Store, tx::statements};
use jiff::Timestamp;
use tokio::io::AsyncRead;

statements! {
    PUT: [Text, Int, Int] => [], "INSERT INTO blobs (sha256, size, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SIZE: [Text] => [Int], "SELECT size FROM blobs WHERE sha256 = $1";
    PAGE: [Text, Int] => [Text, Int], "SELECT sha256, size FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT $2";
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
