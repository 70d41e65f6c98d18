//! The institution that is measured: the one with the most procedures among the manuals carried, somebody on each post,
//! and cases by the store's own seeder.

use crate::{
    houses,
    manuals::{Library, Loaded},
};
use anyhow::{Context, Result, anyhow, bail};
use engine::{Name, actor::PersonId};
use jiff::{SignedDuration, Timestamp, civil::date};
use manual::{edition::Edition, procedure::StepNo};
use std::path::Path;
use store::{
    CompleteRequest, OpenRequest, Request, Store, Submission, auth::NewSession, editions::Sources,
    people::PersonFields, seed::SeedPlan,
};

/// Holders of each post.
const HOLDERS: usize = 3;
/// The one who asks.
const ASKER: &str = "solicitante";
/// Of a hundred seeded cases, how many are open: the last.
const OPEN_PERCENT: u64 = 8;
/// Beside a database that has all its cases: what was interrupted is not measured as if it were whole.
const SEEDED: &str = "sembrado";
/// Over how long the seeded cases are spread; the open ones are the last.
const SPAN: SignedDuration = SignedDuration::from_hours(24 * 700);
const OPEN_SPAN: SignedDuration = SignedDuration::from_hours(24 * 20);
/// The shortest term of a procedure, and by how much the next has a longer one.
const TERM: usize = 30;

/// What is opened and completed again and again: a procedure that anybody may ask for, whose first step wants no data.
#[derive(Clone, Debug)]
pub struct Plan {
    pub procedure: Name,
    pub step: StepNo,
    pub asker: PersonId,
    pub worker: PersonId,
}

pub fn institution() -> Result<Loaded> {
    let library = Library::Embedded;
    let mut largest: Option<(usize, Loaded)> = None;
    for name in library.institutions()? {
        let loaded = library.load(&name)?;
        let count = loaded.sound()?.procedures.len();
        if largest.as_ref().is_none_or(|(most, _)| count > *most) {
            largest = Some((count, loaded));
        }
    }
    largest.map(|(_, loaded)| loaded).context("no manuals")
}

/// Opens the memory in a folder, or on a server, and fills what is new with people and the manual.
pub async fn open(folder: &Path, postgres: Option<&str>, loaded: &Loaded, now: Timestamp) -> Result<Store> {
    let edition = loaded.sound()?;
    let store = houses::open_in(folder, postgres, &edition.institution.code, &edition.institution.zone).await?;
    if store.current_edition().await?.is_none() {
        settle(&store, loaded, now.saturating_sub(SPAN).unwrap_or(now)).await?;
    }
    Ok(store)
}

async fn settle(store: &Store, loaded: &Loaded, now: Timestamp) -> Result<()> {
    let person = |login: String, administrator: bool| PersonFields {
        name: format!("Persona {login}"),
        login,
        administrator,
        ..PersonFields::default()
    };
    store.begin_setup("bench").await?;
    let first = store.finish_setup("bench", person("primera".into(), true), String::new(), now).await?;
    let first = store.admin(first).await?;
    let second = first.create_person(person("segunda".into(), true), String::new(), now).await?;
    first.create_person(person(ASKER.into(), false), String::new(), now).await?;
    for (place, role) in loaded.sound()?.roles.iter().enumerate() {
        for holder in 0..HOLDERS {
            let id = first.create_person(person(login(place, holder), false), String::new(), now).await?;
            first.give_post(id, role.name.clone(), None, date(2000, 1, 1), None, now).await?;
        }
    }
    let (row, _) = first
        .upload_edition(with_terms(houses::sources(loaded)), now)
        .await
        .map_err(|error| anyhow!("the manual is not accepted: {error}"))?;
    store.admin(second).await?.publish_edition(row.id, now).await?;
    Ok(())
}

/// Lists are sorted by due dates: each procedure is given a term, so that they differ.
fn with_terms(mut sources: Sources) -> Sources {
    let procedures = sources.files.iter_mut().filter(|file| file.text.contains("procedimiento \""));
    for (place, file) in procedures.enumerate() {
        let days = TERM + place;
        let term = format!("\n    plazo \"resolver\" \"{days} días hábiles\" desde=\"apertura\" hasta=\"cierre\"\n");
        let line = file.text.lines().find(|line| line.trim_start().starts_with("pasos ")).map(str::to_owned);
        if let Some(line) = line.filter(|_| !file.text.contains("plazo \"")) {
            file.text = file.text.replacen(&line, &format!("{line}{term}"), 1);
        }
    }
    sources
}

fn login(role: usize, holder: usize) -> String {
    format!("puesto-{role}-{holder}")
}

/// Seeded cases up to a count; gives how many were written and in how many seconds, where any were missing.
pub async fn seed(store: &Store, folder: &Path, cases: u64, now: Timestamp) -> Result<Option<(u64, f64)>> {
    let whole = folder.join(SEEDED);
    if whole.exists() {
        return Ok(None);
    }
    let reader = store.reader(id(store, "primera").await?, now).await?;
    if !reader.cases(&store::Filters::default(), None, 1).await?.rows.is_empty() {
        bail!("«{}» quedó a medio llenar: quite esa carpeta", folder.display());
    }
    let before = |span| now.saturating_sub(span).unwrap_or(now);
    let begun = std::time::Instant::now();
    let open = cases * OPEN_PERCENT / 100;
    let ended =
        SeedPlan { cases: cases - open, from: before(SPAN), until: before(OPEN_SPAN), open_percent: 0, seed: 1 };
    let open = SeedPlan { cases: open, from: before(OPEN_SPAN), until: now, open_percent: 100, seed: 2 };
    let written = store.seed_bulk(ended).await? + store.seed_bulk(open).await?;
    std::fs::write(whole, "")?;
    Ok(Some((written, begun.elapsed().as_secs_f64())))
}

async fn id(store: &Store, login: &str) -> Result<PersonId> {
    let found = store.person_by_login(login).await?;
    Ok(found.with_context(|| format!("nobody is called {login}"))?.person.id)
}

/// Tries the procedures until one opens and its first step is done without any data.
pub async fn plan(store: &Store, edition: &Edition, now: Timestamp) -> Result<Plan> {
    let asker = id(store, ASKER).await?;
    for procedure in &edition.procedures {
        let opening =
            OpenRequest::new(procedure.code.clone(), "Prueba", "Para conocer si se puede abrir sin más datos.");
        let Ok(opened) = store.submit(Submission::open(asker, opening, now)).await else { continue };
        let Some(step) = opened.case.standing.as_ref().map(|standing| standing.step) else { continue };
        for place in 0..edition.roles.len() {
            let worker = id(store, &login(place, 0)).await?;
            let done = Request::Complete(CompleteRequest::step(step));
            if store.submit(Submission::on(opened.number.clone(), worker, done, now)).await.is_ok() {
                return Ok(Plan { procedure: procedure.code.clone(), step, asker, worker });
            }
        }
    }
    Err(anyhow!("no procedure begins without data"))
}

/// Of those who hold a post, the one with the fullest inbox.
pub async fn busiest(store: &Store, edition: &Edition, now: Timestamp) -> Result<PersonId> {
    let mut busiest = (0, PersonId(0));
    for place in 0..edition.roles.len() {
        let person = id(store, &login(place, 0)).await?;
        let counts = store.reader(person, now).await?.counts().await?;
        busiest = busiest.max((counts.post + counts.mine, person));
    }
    Ok(busiest.1)
}

/// A session of a person as the entrance makes it; gives the cookie's secret.
pub async fn enter(store: &Store, person: PersonId, now: Timestamp) -> Result<String> {
    let secret = crate::clock::secret();
    let new = NewSession {
        token_hash: web::clock::digest(&secret),
        person,
        expires_at: now.saturating_add(SignedDuration::from_hours(12)).unwrap_or(now),
        source: String::new(),
        agent: "bench".into(),
        data: String::new(),
    };
    store.create_session(new, now).await?;
    Ok(secret)
}
