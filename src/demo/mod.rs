//! The demonstration: the institutions of the manuals with invented people and a month of invented cases.

mod chance;
mod words;
mod paper;
mod values;
mod people;
mod life;
mod ties;
mod letters;
mod world;

use crate::{
    clock::SystemEntropy,
    houses::{self, Place},
    manuals::{Library, Loaded},
};
use anyhow::{Context, Result, anyhow};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use manual::organization::Scope;
use people::Member;
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, path::Path};
use web::state::House;

/// The password of everybody in the demonstration.
pub const PASSWORD: &str = "quetzal-y-torogoz";
/// The list of all the people of an institution, in its folder.
const PEOPLE: &str = "personas.csv";
/// Under this setting the demonstration keeps whom to show, so that a restart shows the same.
const SHOWN: &str = "demostracion";

/// Somebody to enter as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub login: String,
    pub name: String,
    pub what: String,
}

/// An institution, ready to be served.
pub struct Ready {
    pub house: House,
    pub acronym: String,
    pub shown: Vec<Shown>,
}

/// Opens the demonstration in a folder; what is not there yet is made.
pub async fn open(library: &Library, data: &Path, now: Timestamp) -> Result<Vec<Ready>> {
    let password = tokio::task::spawn_blocking(|| web::account::passwords::hash(PASSWORD, &SystemEntropy));
    let password = password.await?.map_err(|error| anyhow!(error))?;
    let mut opening = Vec::new();
    for name in library.institutions()? {
        let loaded = library.load(&name)?;
        let (data, password) = (data.to_owned(), password.clone());
        opening.push(async move { tokio::spawn(async move { one(loaded, &data, &password, now).await }).await? });
    }
    try_join_all(opening).await
}

async fn one(loaded: Loaded, data: &Path, password: &str, now: Timestamp) -> Result<Ready> {
    let edition = loaded.sound()?;
    let (code, zone) = (&*edition.institution.code, &*edition.institution.zone);
    let folder = data.join(code);
    if !folder.exists() {
        build(&loaded, &folder, password, now)
            .await
            .with_context(|| format!("La demostración de «{code}» no se pudo preparar"))?;
    }
    let store = Place::folder(data).open(code, zone).await?;
    let shown = store.setting(SHOWN).await?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let current = store.current_edition().await?;
    let edition = current.as_ref().map_or(edition, |(_, edition)| edition);
    let acronym = edition.institution.acronym.to_string();
    Ok(Ready { house: House::new(code, store, edition), acronym, shown })
}

/// Makes an institution beside its place, and moves it there when it is whole: a stop half-way leaves nothing half done.
async fn build(loaded: &Loaded, folder: &Path, password: &str, now: Timestamp) -> Result<()> {
    let edition = loaded.sound()?;
    let beside = folder.with_extension("en-construccion");
    if beside.exists() {
        std::fs::remove_dir_all(&beside).with_context(|| format!("No se puede quitar «{}»", beside.display()))?;
    }
    let store = houses::open_in(&beside, None, &edition.institution.code, &edition.institution.zone).await?;
    let members = world::fill(&store, loaded, password, now).await?;
    let shown = serde_json::to_string(&whom_to_show(edition, &members))?;
    store.admin(members[0].id).await?.change_setting(SHOWN, &shown, now).await?;
    store.close().await;
    drop(store);
    std::fs::write(beside.join(PEOPLE), list_of_people(&members))?;
    std::fs::rename(&beside, folder).with_context(|| format!("No se puede crear «{}»", folder.display()))?;
    Ok(())
}

/// Everybody, one a line, to enter as whoever a step asks for.
fn list_of_people(members: &[Member]) -> String {
    let mut text = String::from("usuario,nombre,unidad,puestos\n");
    for member in members {
        let posts: Vec<&str> = member.posts.iter().map(|post| &*post.role).collect();
        let what = match (member.administrator, member.auditor) {
            (true, _) => "Administra el sistema".to_owned(),
            (_, true) => "Audita".to_owned(),
            _ if posts.is_empty() => "Pide servicios".to_owned(),
            _ => posts.join("; "),
        };
        let unit = member.unit.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{},{},{unit},\"{what}\"", member.login, member.name);
    }
    text
}

/// One of each kind: who administers, who audits, who asks, and those who attend the procedure most people ask for.
fn whom_to_show(edition: &manual::edition::Edition, members: &[Member]) -> Vec<Shown> {
    let show = |member: &Member, what: &str| Shown {
        login: member.login.clone(),
        name: member.name.clone(),
        what: what.to_owned(),
    };
    let mut shown = Vec::new();
    let asks = members.iter().find(|member| member.posts.is_empty() && !member.administrator && !member.auditor);
    shown.extend(asks.map(|member| show(member, "Pide servicios (Usuario)")));
    let support = edition.procedures.iter().find(|procedure| procedure.title.to_lowercase().contains("soporte"));
    let roles = support.into_iter().flat_map(|procedure| &procedure.steps).flat_map(|step| &step.responsibles);
    let fixed = roles.filter(|responsible| responsible.scope == Scope::Post).map(|responsible| &responsible.role);
    for role in
        fixed.chain(edition.roles.iter().filter(|role| role.chief && role.scope == Scope::Post).map(|role| &role.name))
    {
        let holder = members.iter().find(|member| member.posts.iter().any(|post| post.role == *role));
        if let Some(holder) =
            holder.filter(|holder| shown.len() < 6 && shown.iter().all(|one| one.login != holder.login))
        {
            shown.push(show(holder, role));
        }
    }
    let administers = members.iter().find(|member| member.administrator);
    let audits = members.iter().find(|member| member.auditor);
    shown.extend(administers.map(|member| show(member, "Administra el sistema")));
    shown.extend(audits.map(|member| show(member, "Audita")));
    shown
}

/// What is printed when the demonstration is ready.
pub fn welcome(ready: &[Ready], data: &Path, address: &str) -> String {
    let mut text = String::new();
    for one in ready {
        let _ = writeln!(text, "\n{}  {address}/{}/", one.acronym, one.house.code);
        let widest = one.shown.iter().map(|shown| shown.login.chars().count()).max().unwrap_or(0);
        for shown in &one.shown {
            let _ = writeln!(text, "  {:widest$}  {}", shown.login, shown.what);
        }
    }
    let _ = writeln!(text, "\nTodas las personas y sus puestos: {}/<institución>/{PEOPLE}", data.display());
    let _ = writeln!(text, "Contraseña de todos: {PASSWORD}");
    let _ = writeln!(text, "Ventanilla atiende en {address}  (Ctrl-C para terminar)");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::tie::TieKind;
    use std::collections::BTreeSet;
    use store::{Store, ties::Bond};

    fn moment() -> Timestamp {
        "2026-11-20T21:30:00Z".parse().expect("a moment")
    }

    /// How many cases are a part of another, how many of them are over, how many were merged, and how many are related.
    async fn tied(store: &Store) -> [usize; 4] {
        let reader = store.reader(engine::actor::PersonId(1), moment()).await.expect("a view");
        let page = reader.cases(&store::Filters::default(), None, 200).await.expect("cases");
        let mut tied = [0; 4];
        for row in &page.rows {
            let view = reader.case(&row.number).await.expect("read").expect("seen");
            for tie in reader.linked(&view).await.expect("ties").iter().filter(|tie| tie.holds) {
                let part = tie.bond == Bond::Tie(TieKind::ChildOf);
                tied[0] += usize::from(part);
                tied[1] += usize::from(part && !view.case.is_open());
                tied[2] += usize::from(tie.bond == Bond::Merged);
                tied[3] += usize::from(tie.bond == Bond::Tie(TieKind::Related));
            }
        }
        tied
    }

    async fn statuses(store: &Store, auditor: &str) -> BTreeSet<String> {
        let person = store.person_by_login(auditor).await.expect("read").expect("the auditor").person.id;
        let reader = store.reader(person, moment()).await.expect("the auditor's view");
        let page = reader.cases(&store::Filters::default(), None, 200).await.expect("cases");
        page.rows.iter().map(|row| row.status.code().to_owned()).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn five_institutions_live_a_month_and_every_chain_holds() {
        let data = tempfile::tempdir().expect("a folder");
        let ready = open(&Library::Embedded, data.path(), moment()).await.expect("the demonstration");
        assert_eq!(ready.len(), 5);
        let mut seen = BTreeSet::new();
        let (mut with_merged, mut with_related) = (0, 0);
        for one in &ready {
            let verified = one.house.store.verify().await.expect("verified");
            assert_eq!(verified.findings, [], "{}", one.acronym);
            let admin = one.house.store.reader(engine::actor::PersonId(1), moment()).await.expect("a view");
            let letters = admin.letters(&store::letters::LetterFilters::default(), None, 200).await.expect("letters");
            let states: BTreeSet<&str> = letters.rows.iter().map(|letter| letter.state.code()).collect();
            assert!(letters.rows.len() == 22 && states.len() == 5, "{}: {states:?}", one.acronym);
            assert!(letters.rows.iter().any(|letter| letter.case.is_some()), "{}", one.acronym);
            assert!(verified.cases >= 40 && verified.entries > 300, "{verified:?}");
            assert!(one.shown.len() >= 4, "{:?}", one.shown);
            let [parts, over, merged, related] = tied(&one.house.store).await;
            assert!(parts == 4 && (1..4).contains(&over), "{}: {over} of {parts}", one.acronym);
            with_merged += usize::from(merged > 0);
            with_related += usize::from(related > 0);
            let auditor = one.shown.iter().find(|shown| shown.what == "Audita").expect("an auditor");
            seen.extend(statuses(&one.house.store, &auditor.login).await);
            one.house.store.close().await;
        }
        for status in ["recibido", "asignado", "en_proceso", "finalizado", "rechazado", "anulado"] {
            assert!(seen.contains(status), "no case is {status}: {seen:?}");
        }
        println!("merged in {with_merged}, related in {with_related} of {} institutions", ready.len());
        assert!(with_merged >= 2 && with_related >= 2, "{with_merged} {with_related}");
        // A restart finds the same and makes nothing.
        let again = open(&Library::Embedded, data.path(), moment()).await.expect("again");
        for (one, again) in ready.iter().zip(&again) {
            assert_eq!(one.shown, again.shown);
            assert!(again.house.store.verify().await.expect("verified").cases >= 40);
            again.house.store.close().await;
        }
    }
}
