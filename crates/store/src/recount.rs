//! A change of the calendar: what it would move, the one signed act that makes it, and the open cases going over to it.

use crate::{
    admin::Admin,
    calendars::{self, CalendarChange, CalendarOrder, CalendarVersion, Move},
    cases,
    error::StoreError,
    journal::AdminAct,
    lists::Page,
    people,
    request::Request,
    store::{Caches, Store},
    submit,
    tx::Tx,
};
use engine::{
    Name,
    calendar::Calendar,
    command::Command,
    event::Event,
    refusal::Refusal,
    world::{Everyone, World},
};
use jiff::Timestamp;

/// Cases looked at in one reading of a preview.
const AT_ONCE: usize = 200;

/// What a change would move, and over how many open cases it was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The version of the calendar in force when it was tried.
    pub version: u32,
    pub open_cases: usize,
    /// Cases of which some due date moves.
    pub cases: usize,
    pub moved: Vec<Move>,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub order: CalendarOrder,
    /// Open cases that have not gone over yet.
    pub waiting: i64,
    /// Cases of which a due date moved, and how many due dates.
    pub cases: i64,
    pub moved: i64,
}

/// A case that is to go over, with the request that takes it there.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    pub case: Name,
    pub request: Request,
    /// Where to go on looking after this one.
    pub place: (u32, i64),
}

/// A signature by the password given anew: its level, and the fingerprint of what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub level: u8,
    pub digest: Name,
}

impl Admin {
    /// Tries a change of the calendar on all the open cases; changes nothing.
    ///
    /// # Errors
    /// If the calendar cannot take it.
    pub async fn preview_calendar(&self, change: CalendarChange, now: Timestamp) -> Result<Preview, StoreError> {
        let (caches, first) = (self.store.caches(), change.clone());
        let (version, calendar) = self
            .store
            .read(move |tx| {
                let (version, after) = changed(tx, &first)?;
                Ok::<_, StoreError>((version, after.build(version + 1).map_err(|error| unfit(&error))?))
            })
            .await?;
        let calendar = std::sync::Arc::new(calendar);
        let mut preview = Preview { version, ..Preview::default() };
        let mut place = (0, 0);
        loop {
            let (caches, calendar) = (std::sync::Arc::clone(&caches), std::sync::Arc::clone(&calendar));
            let tried = self.store.read(move |tx| some(tx, &caches, &calendar, place, now)).await?;
            let Some(last) = tried.last() else { return Ok(preview) };
            place = last.place;
            preview.open_cases += tried.len();
            preview.cases += tried.iter().filter(|case| !case.moved.is_empty()).count();
            preview.moved.extend(tried.into_iter().flat_map(|case| case.moved));
        }
    }

    /// Changes the calendar by a signed act: the new version, the order to compute open cases anew and the act in the
    /// journal, in one commit. `seen` is the version whose preview was signed. Gives the new version.
    ///
    /// # Errors
    /// Without a signature; if the calendar is no longer the one seen, or cannot take the change.
    pub async fn change_calendar(
        &self,
        change: CalendarChange,
        seen: u32,
        signature: Signature,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        if signature.level < 1 {
            return Err(Refusal::forbidden("Un cambio del calendario se firma: escriba de nuevo su contraseña.").into());
        }
        let (me, name) = (self.person.id, self.person.name.clone());
        let version = self
            .make(now, move |tx| {
                let (version, after) = changed(tx, &change)?;
                if version != seen {
                    return Err(
                        Refusal::conflict("El calendario cambió mientras usted lo veía. Vuelva a abrirlo.").into()
                    );
                }
                // A day the calendar cannot take is refused before it is kept.
                after.build(0).map_err(|error| unfit(&error))?;
                let (version, _) = calendars::keep(tx, &after, now)?;
                let open_cases = calendars::open_cases(tx)?;
                let change = change.clone();
                let order =
                    CalendarOrder { version, at: now, by: me, name: name.clone(), change: change.clone(), open_cases };
                calendars::put_order(tx, &order)?;
                let Signature { level, digest } = signature.clone();
                Ok((
                    i64::from(version),
                    Some(AdminAct::CalendarSigned { calendar: version, change, level, digest, open_cases }),
                ))
            })
            .await?;
        u32::try_from(version).map_err(|error| StoreError::Broken(error.to_string()))
    }

    /// The signed changes of the calendar, the newest first.
    pub async fn calendar_orders(&self, limit: usize) -> Result<Vec<CalendarOrder>, StoreError> {
        self.store.read(move |tx| Ok(calendars::orders(tx, u32::MAX, limit.min(200))?)).await
    }

    /// How far the recalculation under a version has come; none where nothing was signed for it.
    pub async fn calendar_progress(&self, version: u32) -> Result<Option<Progress>, StoreError> {
        self.store
            .read(move |tx| {
                let found = calendars::orders(tx, version.saturating_add(1), 1)?;
                let Some(order) = found.into_iter().find(|order| order.version == version) else { return Ok(None) };
                let (cases, moved) = calendars::count_moves(tx, version)?;
                Ok(Some(Progress { order, waiting: calendars::behind(tx, version)?, cases, moved }))
            })
            .await
    }

    /// The due dates an order has moved; the cursor is the one the page before gave.
    pub async fn calendar_moves(
        &self,
        version: u32,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Move>, StoreError> {
        let (id, clock) = cursor.and_then(|cursor| cursor.split_once('.')).unwrap_or(("0", ""));
        let (id, clock, limit) = (id.parse().unwrap_or(0), clock.to_owned(), limit.clamp(1, 500));
        self.store
            .read(move |tx| {
                let mut rows = calendars::moves(tx, version, (id, &clock), limit + 1)?;
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next = rows.last().filter(|_| more).map(|last| format!("{}.{}", last.case_id, last.clock));
                Ok(Page { rows, next })
            })
            .await
    }
}

impl Store {
    /// Open cases that an order sends to a newer calendar and that have not gone yet, after a place. For each, submit its
    /// request as the system; doing it twice is a refusal the second time.
    pub async fn cases_behind(&self, after: (u32, i64), limit: usize) -> Result<Vec<Behind>, StoreError> {
        self.read(move |tx| {
            let target = calendars::ordered(tx)?;
            let rows = calendars::behind_page(tx, target, after, limit)?;
            let one = |(version, id, case): (u32, i64, Name)| {
                let reason = calendars::reasons(tx, version, target)?.into();
                Ok(Behind { case, request: Request::Recalculate { reason }, place: (version, id) })
            };
            rows.into_iter().map(one).collect()
        })
        .await
    }
}

struct Tried {
    place: (u32, i64),
    moved: Vec<Move>,
}

/// Tries a calendar on some open cases.
fn some(
    tx: &Tx<'_>,
    caches: &Caches,
    calendar: &Calendar,
    after: (u32, i64),
    now: Timestamp,
) -> Result<Vec<Tried>, StoreError> {
    let actor = people::actor(tx, engine::actor::SYSTEM, caches.today(now))?;
    let mut tried = Vec::new();
    for (version, id, number) in calendars::behind_page(tx, calendar.version(), after, AT_ONCE)? {
        let Some(stored) = cases::see(tx, &number)? else { continue };
        let edition = caches.edition(tx, stored.case.edition)?;
        let world = |procedure| World {
            edition: &edition,
            procedure,
            calendar,
            now,
            actor: &actor,
            directory: &Everyone,
            other: None,
        };
        let procedure = edition.procedure(&stored.case.procedure);
        let moved = procedure.map(|procedure| would_move(&stored, &world(procedure))).unwrap_or_default();
        tried.push(Tried { place: (version, id), moved });
    }
    Ok(tried)
}

fn would_move(stored: &cases::Stored, world: &World<'_>) -> Vec<Move> {
    let command = Command::Recalculate { reason: "vista previa".into() };
    let Ok((_, events, _)) = submit::judge(Some(&stored.case), &command, world) else { return Vec::new() };
    let mut moves = Vec::new();
    for recorded in events {
        let Event::Recounted { moved, .. } = recorded.event else { continue };
        moves.extend(moved.into_iter().map(|due| Move {
            case: stored.case.number.clone(),
            clock: due.clock,
            before: due.before,
            after: due.after,
            case_id: stored.id,
        }));
    }
    moves
}

/// The version in force, and the calendar as the change makes it.
fn changed(tx: &Tx<'_>, change: &CalendarChange) -> Result<(u32, CalendarVersion), StoreError> {
    let none = || Refusal::conflict("Publique primero un manual: su calendario es la base.");
    let (number, mut version) = calendars::latest(tx)?.ok_or_else(none)?;
    match change {
        CalendarChange::Decree(day) => {
            if version.decreed.contains(day) {
                return Err(Refusal::conflict(format!("«{}» ya está en el calendario.", day.name)).into());
            }
            version.decreed.push(day.clone());
        }
        CalendarChange::Revoke { day, reason } => {
            if reason.trim().is_empty() {
                return Err(Refusal::invalid("Escriba la razón: queda en la bitácora.").into());
            }
            let before = version.decreed.len();
            version.decreed.retain(|kept| kept != day);
            if version.decreed.len() == before {
                return Err(Refusal::missing("Ese día no está entre los decretados.").into());
            }
        }
        CalendarChange::Adopt { .. } => {}
    }
    Ok((number, version))
}

fn unfit(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::invalid(error.to_string())
}
