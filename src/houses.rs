//! The institutions that are served: where the memory of each lies, and opening it.

use crate::manuals::Loaded;
use anyhow::{Context, Result};
use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};
use store::{Location, OpenOptions, Store, editions::Sources};

/// Where the memories of the institutions are.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder of the databases and of the attached files.
    pub data: PathBuf,
    /// A PostgreSQL database with a schema for each institution, instead of a file for each.
    pub postgres: Option<String>,
}

impl Place {
    pub fn folder(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), postgres: None }
    }

    /// The folder of one institution.
    pub fn of(&self, institution: &str) -> PathBuf {
        self.data.join(institution)
    }

    /// The file of one institution's database, where it is a file.
    pub fn database(&self, institution: &str) -> Option<PathBuf> {
        self.postgres.is_none().then(|| database_in(&self.of(institution)))
    }

    /// Opens the memory of an institution, makes it where there is none, and brings it up to date.
    pub async fn open(&self, institution: &str, zone: &str) -> Result<Store> {
        open_in(&self.of(institution), self.postgres.as_deref(), institution, zone).await
    }
}

fn database_in(folder: &Path) -> PathBuf {
    folder.join("ventanilla.sqlite")
}

/// Opens a memory that lies in a folder of its own.
pub async fn open_in(folder: &Path, postgres: Option<&str>, institution: &str, zone: &str) -> Result<Store> {
    // Nobody else on the machine has any business in there.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("No se puede crear la carpeta «{}»", folder.display()))?;
    let location = match postgres {
        Some(url) => Location::Postgres { url: url.to_owned(), schema: institution.replace('-', "_") },
        None => Location::Sqlite(database_in(folder)),
    };
    let mut options = OpenOptions::new(institution, folder.join("archivos"));
    zone.clone_into(&mut options.zone);
    Store::open(location, options)
        .await
        .with_context(|| format!("No se puede abrir la base de datos de «{institution}»"))
}

/// The files of a manual as an edition keeps them.
pub fn sources(loaded: &Loaded) -> Sources {
    let (files, shared) = loaded.files.split_at(loaded.own);
    Sources { files: files.to_vec(), shared: shared.to_vec() }
}
