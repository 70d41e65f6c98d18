//! The store of one institution: a handle that is cheap to clone, over SQLite or PostgreSQL.

use crate::{
    blobs::Blobs,
    calendars,
    editions::{self, Sources},
    error::{DbError, OpenError, StoreError},
    live::{Change, Watchers, Whisper},
    migrations, time,
    tx::{Engine, Postgres, Sqlite, SqliteOptions, Tx},
};
use engine::{Name, calendar::Calendar};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use manual::edition::Edition;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, atomic::Ordering},
    time::Duration,
};
use tokio::sync::broadcast;

/// Where an institution's memory lies.
#[derive(Clone, Debug)]
pub enum Location {
    /// One file; `-wal` and `-shm` stand beside it.
    Sqlite(PathBuf),
    /// One schema of a database.
    Postgres { url: String, schema: String },
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The institution's code: part of every chain's first hash, and refused if the database is another's.
    pub institution: String,
    /// The zone of local days and years before any edition says so (IANA name).
    pub zone: String,
    /// Where the attached files lie; the directory is made.
    pub blobs: PathBuf,
    /// Reader connections (SQLite) or all connections (PostgreSQL).
    pub connections: usize,
    /// SQLite only: the file grows to so many pages of 4 KiB and no further.
    pub max_pages: Option<u32>,
    /// SQLite only: how long to wait for another program that holds the file.
    pub busy: Duration,
}

impl OpenOptions {
    #[must_use]
    pub fn new(institution: impl Into<String>, blobs: impl Into<PathBuf>) -> Self {
        Self {
            institution: institution.into(),
            zone: "America/Guatemala".into(),
            blobs: blobs.into(),
            connections: 4,
            max_pages: None,
            busy: Duration::from_secs(5),
        }
    }
}

/// The memory of one institution.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    options: OpenOptions,
    blobs: Blobs,
    watchers: Watchers,
    caches: Arc<Caches>,
}

enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What never changes once written: editions by number, calendars by version.
#[derive(Default)]
pub(crate) struct Caches {
    editions: Mutex<HashMap<i64, Arc<Edition>>>,
    calendars: Mutex<HashMap<u32, Arc<Calendar>>>,
    zone: OnceLock<TimeZone>,
    institution: OnceLock<Name>,
    mail: OnceLock<MailDesk>,
}

/// That mail leaves this institution, and how the addresses in it begin (`https://ventanilla.ejemplo.org`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailDesk {
    pub public_url: Option<String>,
}

/// How the store is, for the operator and the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub engine: &'static str,
    /// Reading works.
    pub readable: bool,
    /// The last attempt to write succeeded (or none has been made).
    pub writable: bool,
    /// After an error of fsync or a damaged page nothing is written until the store is opened anew.
    pub stopped: bool,
    pub schema: i64,
    /// Commands waiting for the writer (SQLite) or connections in use (PostgreSQL).
    pub queue: usize,
    /// Commits made and commands in them, since opening (SQLite).
    pub groups: u64,
    pub commands: u64,
    /// The most commands that shared one commit.
    pub largest_group: u64,
    pub outbox_waiting: i64,
    pub timers_due: i64,
}

impl Store {
    /// Opens the database, makes it where it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// If it cannot be opened, was written by a newer version, or belongs to another institution.
    pub async fn open(location: Location, options: OpenOptions) -> Result<Self, OpenError> {
        let watchers = Watchers::new();
        let blobs = Blobs::open(&options.blobs).map_err(|error| OpenError::Io(error.to_string()))?;
        let backend = match location {
            Location::Sqlite(path) => Self::open_sqlite(path, &options, watchers.changes.clone()).await?,
            Location::Postgres { url, schema } => {
                Self::open_postgres(&url, &schema, &options, watchers.clone()).await?
            }
        };
        let caches = Arc::new(Caches::default());
        let zone = time::zone(&options.zone).map_err(|error| OpenError::Io(error.to_string()))?;
        let _ = caches.zone.set(zone);
        let _ = caches.institution.set(options.institution.as_str().into());
        Ok(Self { inner: Arc::new(Inner { backend, options, blobs, watchers, caches }) })
    }

    async fn open_sqlite(
        path: PathBuf,
        options: &OpenOptions,
        changes: broadcast::Sender<Change>,
    ) -> Result<Backend, OpenError> {
        let institution = options.institution.clone();
        let sqlite =
            SqliteOptions { path, readers: options.connections, max_pages: options.max_pages, busy: options.busy };
        let opened = tokio::task::spawn_blocking(move || {
            Sqlite::open(&sqlite, changes, |tx| {
                loop {
                    tx.batch(&migrations::begin(Engine::Sqlite, ""))?;
                    let more = migrations::step(tx, &institution);
                    tx.batch(if more.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
                    if !more? {
                        return Ok::<(), OpenError>(());
                    }
                }
            })
        });
        Ok(Backend::Sqlite(opened.await.map_err(|error| OpenError::Io(error.to_string()))??))
    }

    async fn open_postgres(
        url: &str,
        schema: &str,
        options: &OpenOptions,
        watchers: Watchers,
    ) -> Result<Backend, OpenError> {
        let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if schema.is_empty()
            || schema.len() > 50
            || !schema.chars().all(valid)
            || schema.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(OpenError::BadSchema(schema.to_owned()));
        }
        let postgres = Postgres::open(url, schema, options.connections, watchers).await?;
        loop {
            let (schema, institution) = (schema.to_owned(), options.institution.clone());
            let more = postgres.write(move |tx| {
                tx.batch(&migrations::begin(Engine::Postgres, &schema))?;
                migrations::step(tx, &institution)
            });
            if !more.await? {
                return Ok(Backend::Postgres(postgres));
            }
        }
    }

    /// Finishes what was taken and lets the database go.
    pub async fn close(&self) {
        match &self.inner.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close(),
        }
    }

    /// The institution's code.
    #[must_use]
    pub fn institution(&self) -> &str {
        &self.inner.options.institution
    }

    /// The attached files.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Hears every change after its commit, on PostgreSQL those of other nodes as well. A slow hearer loses the oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.watchers.changes.subscribe()
    }

    /// Hears what the other nodes tell of those who have a case open.
    #[must_use]
    pub fn overhear(&self) -> broadcast::Receiver<Whisper> {
        self.inner.watchers.whispers.subscribe()
    }

    /// Whether other programs may serve the same institution.
    #[must_use]
    pub fn may_have_other_nodes(&self) -> bool {
        matches!(self.inner.backend, Backend::Postgres(_))
    }

    /// Tells the other nodes who has a case open; where there can be none, nothing.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn whisper(&self, whisper: &Whisper) -> Result<(), StoreError> {
        let Backend::Postgres(postgres) = &self.inner.backend else { return Ok(()) };
        let payload = whisper.payload();
        postgres
            .write(move |tx| {
                tx.whisper(&payload);
                Ok(())
            })
            .await
    }

    /// How the store is.
    pub async fn health(&self, now: Timestamp) -> Health {
        let read = self
            .read(move |tx| -> Result<_, StoreError> {
                Ok((crate::outbox::waiting(tx)?, crate::timers::waiting(tx, now)?))
            })
            .await;
        let (outbox_waiting, timers_due) = read.as_ref().map_or((0, 0), |counts| *counts);
        let mut health = Health {
            engine: "postgresql",
            readable: read.is_ok(),
            writable: read.is_ok(),
            stopped: false,
            schema: migrations::KNOWN,
            queue: 0,
            groups: 0,
            commands: 0,
            largest_group: 0,
            outbox_waiting,
            timers_due,
        };
        match &self.inner.backend {
            Backend::Sqlite(sqlite) => {
                let figures = &sqlite.figures;
                health.engine = "sqlite";
                health.stopped = figures.stopped.load(Ordering::Relaxed);
                health.writable = !health.stopped && !figures.failing.load(Ordering::Relaxed);
                health.queue = figures.waiting.load(Ordering::Relaxed);
                health.groups = figures.groups.load(Ordering::Relaxed);
                health.commands = figures.commands.load(Ordering::Relaxed);
                health.largest_group = figures.largest.load(Ordering::Relaxed);
            }
            Backend::Postgres(postgres) => {
                health.queue = postgres.load().0;
                health.writable = health.readable && !postgres.failing();
            }
        }
        health.writable &= !self.inner.blobs.failing();
        health
    }

    /// Where the last attempt to write failed: tries again, so that the health tells what is true now.
    pub async fn try_writing(&self, now: Timestamp) -> Result<(), StoreError> {
        let worth_trying = match &self.inner.backend {
            Backend::Sqlite(Sqlite { figures, .. }) => {
                figures.failing.load(Ordering::Relaxed) && !figures.stopped.load(Ordering::Relaxed)
            }
            Backend::Postgres(postgres) => postgres.failing(),
        };
        if self.inner.blobs.failing() {
            // The rest can be written all the same.
            if let Err(error) = self.inner.blobs.try_writing().await {
                tracing::warn!(%error, institution = self.institution(), "no files can be written");
            }
        }
        if !worth_trying {
            return Ok(());
        }
        self.write(move |tx| Ok(migrations::set(tx, "written", &time::micros(now).to_string())?)).await
    }

    /// A transaction that writes. The function may run more than once (PostgreSQL); only the last run counts.
    pub(crate) async fn write<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &self.inner.backend {
            Backend::Sqlite(sqlite) => sqlite.write(f).await,
            Backend::Postgres(postgres) => postgres.write(f).await,
        }
    }

    /// A transaction of one that would wait for the lock of others of its kind; `ahead` foresees what it will ask. The
    /// functions may run more than once.
    pub(crate) async fn write_in_line<T, E>(
        &self,
        ahead: impl Fn(&Tx<'_>) + Send + Sync + 'static,
        f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &self.inner.backend {
            Backend::Sqlite(sqlite) => sqlite.write(f).await,
            Backend::Postgres(postgres) => postgres.write_in_line(ahead, f).await,
        }
    }

    /// A transaction that only reads, on one snapshot.
    pub(crate) async fn read<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &self.inner.backend {
            Backend::Sqlite(sqlite) => sqlite.read(f).await,
            Backend::Postgres(postgres) => postgres.read(f).await,
        }
    }

    pub(crate) fn caches(&self) -> Arc<Caches> {
        Arc::clone(&self.inner.caches)
    }

    /// From now on notices go by mail too: called once at the start, where a mail server is configured.
    pub fn let_mail_leave(&self, desk: MailDesk) {
        let _ = self.inner.caches.mail.set(desk);
    }

    /// Whether mail leaves this institution.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.inner.caches.mail.get().is_some()
    }

    /// The zone of the institution.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.caches().zone().clone()
    }

    /// The edition under which new cases begin, with its number.
    pub async fn current_edition(&self) -> Result<Option<(i64, Arc<Edition>)>, StoreError> {
        let caches = self.caches();
        self.read(move |tx| {
            let Some(id) = editions::current(tx)? else { return Ok(None) };
            Ok(Some((id, caches.edition(tx, id)?)))
        })
        .await
    }

    /// An edition by its number, of whatever state.
    pub async fn edition(&self, id: i64) -> Result<Option<Arc<Edition>>, StoreError> {
        let caches = self.caches();
        if let Some(known) = caches.known_edition(id) {
            return Ok(Some(known));
        }
        self.read(move |tx| match editions::load_row(tx, id)? {
            Some(_) => caches.edition(tx, id).map(Some),
            None => Ok(None),
        })
        .await
    }

    /// The calendar in force now; none before the first edition is published.
    pub async fn calendar(&self) -> Result<Option<Arc<Calendar>>, StoreError> {
        let caches = self.caches();
        self.read(move |tx| {
            let Some(version) = calendars::latest_version(tx)? else { return Ok(None) };
            caches.calendar(tx, version).map(Some)
        })
        .await
    }

    /// A version of the calendar, as it was when due dates were computed with it.
    pub async fn calendar_version(&self, version: u32) -> Result<Option<Arc<Calendar>>, StoreError> {
        let caches = self.caches();
        self.read(move |tx| {
            if calendars::latest_version(tx)?.is_none_or(|latest| version == 0 || version > latest) {
                return Ok(None);
            }
            caches.calendar(tx, version).map(Some)
        })
        .await
    }
}

impl Caches {
    pub fn zone(&self) -> &TimeZone {
        self.zone.get_or_init(|| TimeZone::UTC)
    }

    pub fn mail(&self) -> Option<&MailDesk> {
        self.mail.get()
    }

    pub fn institution(&self) -> &str {
        self.institution.get().map_or("", |code| code)
    }

    pub fn today(&self, now: Timestamp) -> Date {
        time::local_date(now, self.zone())
    }

    fn known_edition(&self, id: i64) -> Option<Arc<Edition>> {
        self.editions.lock().ok()?.get(&id).cloned()
    }

    /// The edition, read from its sources the first time.
    pub fn edition(&self, tx: &Tx<'_>, id: i64) -> Result<Arc<Edition>, StoreError> {
        if let Some(edition) = self.known_edition(id) {
            return Ok(edition);
        }
        let sources: Sources =
            editions::sources(tx, id)?.ok_or_else(|| StoreError::Broken(format!("there is no edition {id}")))?;
        let edition = editions::read(&sources).0;
        let edition = Arc::new(edition.ok_or_else(|| StoreError::Broken(format!("edition {id} cannot be read")))?);
        if let Ok(mut editions) = self.editions.lock() {
            editions.insert(id, Arc::clone(&edition));
        }
        Ok(edition)
    }

    pub fn calendar(&self, tx: &Tx<'_>, version: u32) -> Result<Arc<Calendar>, StoreError> {
        if let Some(calendar) = self.calendars.lock().ok().and_then(|calendars| calendars.get(&version).cloned()) {
            return Ok(calendar);
        }
        let calendar = Arc::new(calendars::load(tx, version)?.build(version)?);
        if let Ok(mut calendars) = self.calendars.lock() {
            calendars.insert(version, Arc::clone(&calendar));
        }
        Ok(calendar)
    }
}
