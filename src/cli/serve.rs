//! `serve`, `migrate`, `doctor` and `token create`: the program of a real institution, by its configuration.

use super::{logs, output::print, runtime};
use crate::{
    clock,
    config::Config,
    doctor::{self, State},
    http,
    manuals::Library,
};
use anyhow::{Context, Result, bail};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{fmt::Write as _, process::ExitCode};
use store::{Store, auth::Setup, store::MailDesk};
use web::{
    access::Scope,
    state::{House, Settings},
};

pub fn serve(config: &Config) -> Result<ExitCode> {
    logs::begin(if config.log_json { logs::Kind::Json } else { logs::Kind::Text }, &config.log_level);
    runtime()?.block_on(async {
        let listener = http::listen(config.addr).await?;
        let end = http::End::hear()?;
        let library = config.library()?;
        let address = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.addr));
        let (mut houses, mut settings) = (Vec::new(), Settings::default());
        for institution in config.served(&library)? {
            let (store, house) = open(config, &library, &institution).await?;
            if store.setup().await? != Setup::Done {
                let token = clock::secret();
                store.begin_setup(&web::clock::digest(&token)).await?;
                settings.setup.insert(institution.clone(), web::clock::digest(&token));
                print(&format!(
                    "Para instalar «{institution}», una sola vez: {address}/{institution}/instalacion?token={token}\n"
                ))?;
            }
            let has_mail = config.mail.houses.contains_key(&institution);
            if has_mail {
                store.let_mail_leave(MailDesk { public_url: config.public_url.clone() });
            }
            houses.push(house.with_mail(has_mail));
        }
        settings.public_url.clone_from(&config.public_url);
        env!("CARGO_PKG_VERSION").clone_into(&mut settings.version);
        tracing::info!(addr = %config.addr, institutions = houses.len(), "serving");
        http::serve(listener, end, houses, settings, &config.mail).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The memory of an institution, and how it shows itself: by its edition in force or, before there is one, its manual.
async fn open(config: &Config, library: &Library, institution: &str) -> Result<(Store, House)> {
    let loaded = library.load(institution)?;
    let edition = loaded.sound()?;
    let store = config.place.open(institution, &edition.institution.zone).await?;
    let current = store.current_edition().await?;
    let edition = current.as_ref().map_or(edition, |(_, edition)| edition);
    Ok((store.clone(), House::new(institution, store, edition)))
}

/// Brings every database up to date and closes it again.
pub fn migrate(config: &Config) -> Result<ExitCode> {
    runtime()?.block_on(async {
        let library = config.library()?;
        for institution in config.served(&library)? {
            let (store, _) = open(config, &library, &institution).await?;
            let health = store.health(clock::now()).await;
            print(&format!("{institution}: {}, versión {} del esquema\n", health.engine, health.schema))?;
            store.close().await;
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Prints what the doctor found; ends with 1 where something does not work.
pub fn doctor(config: &Config) -> Result<ExitCode> {
    let checks = runtime()?.block_on(doctor::examine(config));
    let mut text = String::new();
    for check in &checks {
        let _ = match &check.state {
            State::Well(found) => writeln!(text, "bien     {}: {found}", check.what),
            State::Look { found, mend } => writeln!(text, "atención {}: {found}\n         → {mend}", check.what),
            State::Wrong { found, mend } => writeln!(text, "MAL      {}: {found}\n         → {mend}", check.what),
        };
    }
    print(&text)?;
    let sound = !checks.iter().any(|check| matches!(check.state, State::Wrong { .. }));
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes a token for a person and prints it, the only time it can be seen.
pub fn token(
    config: &Config,
    institution: &str,
    login: &str,
    scopes: &[String],
    expires: Option<&str>,
) -> Result<ExitCode> {
    if let Some(unknown) = scopes.iter().find(|scope| Scope::of(scope).is_none()) {
        bail!("El alcance «{unknown}» no existe. Los que hay: {}.", Scope::ALL.map(Scope::code).join(", "));
    }
    let scope = if scopes.is_empty() { "read".to_owned() } else { scopes.join(" ") };
    runtime()?.block_on(async {
        let library = config.library()?;
        let served = config.served(&library)?;
        if !served.iter().any(|served| served == institution) {
            bail!("No se atiende a «{institution}». Las instituciones: {}.", crate::manuals::listed(&served));
        }
        let (store, _) = open(config, &library, institution).await?;
        let now = clock::now();
        let expires = expires.map(|text| end_of(text, &store.zone(), now)).transpose()?;
        let found = store.person_by_login(login).await?;
        let person = found.with_context(|| format!("En «{institution}» no hay nadie con el usuario «{login}»"))?.person;
        if Scope::Administer.allowed_by(&scope) && !person.administrator {
            bail!("«{login}» no administra el sistema: su token puede leer, o leer y escribir.");
        }
        let token = format!("vent_{}", clock::secret());
        let administrator = administrator(&store).await?;
        let name = format!("línea de órdenes, {}", now.strftime("%Y-%m-%d"));
        let made = store.admin(administrator).await?;
        made.create_token(person.id, web::clock::digest(&token), name.into(), scope.into(), expires, now).await?;
        store.close().await;
        print(&format!("{token}\n"))?;
        eprintln!("Guárdela ahora: no se puede volver a ver.");
        Ok(ExitCode::SUCCESS)
    })
}

/// Whoever can run this program on the server administers it: the act is recorded under the first administrator.
async fn administrator(store: &Store) -> Result<engine::actor::PersonId> {
    let acts = |id| store.person(engine::actor::PersonId(id));
    for id in 1..10_000 {
        let Some(person) = acts(id).await? else { break };
        if person.active && person.administrator {
            return Ok(person.id);
        }
    }
    bail!("La institución todavía no tiene quien la administre; configúrela primero en su página.")
}

/// The end of a local day, which must be to come.
fn end_of(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp> {
    let day: Date =
        text.parse().map_err(|_| anyhow::anyhow!("«{text}» no es una fecha. Escriba, por ejemplo, 2027-06-30."))?;
    let end = zone.to_timestamp(day.at(23, 59, 59, 0)).context("La fecha está fuera de lo que se puede calcular")?;
    if end <= now {
        bail!("La fecha {day} ya pasó.");
    }
    Ok(end)
}
