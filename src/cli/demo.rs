//! `demo`: five institutions with invented people and cases, in a browser, without any preparation.

use super::{logs, output::print, runtime};
use crate::{clock, demo, http, mail::settings::MailSettings, manuals::Library};
use anyhow::{Context, Result, anyhow};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use std::{net::SocketAddr, path::Path, process::ExitCode};
use store::store::MailDesk;
use web::state::Settings;

pub fn run(
    library: &Library,
    addr: SocketAddr,
    data: &Path,
    at: Option<&str>,
    mail: &MailSettings,
) -> Result<ExitCode> {
    logs::begin(logs::Kind::Text, "warn");
    if let Some(text) = at {
        clock::begin_at(moment(library, text)?);
    }
    runtime()?.block_on(async {
        // The address first: whoever cannot have it should not wait for the cases.
        let listener = http::listen(addr).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let fresh = !data.exists();
        if fresh {
            print(&format!("Preparando personas y casos inventados en «{}»…\n", data.display()))?;
        }
        let ready = demo::open(library, data, clock::now()).await?;
        let end = http::End::hear()?;
        print(&demo::welcome(&ready, data, &address))?;
        let mut houses = Vec::new();
        for house in ready.into_iter().map(|ready| ready.house) {
            let has_mail = mail.houses.contains_key(&*house.code);
            if has_mail {
                house.store.let_mail_leave(MailDesk { public_url: Some(address.clone()) });
            }
            houses.push(house.with_mail(has_mail));
        }
        let version = env!("CARGO_PKG_VERSION").to_owned();
        http::serve(listener, end, houses, Settings { version, ..Settings::default() }, mail).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// `2026-09-11T15:30`, as the clock of the first institution shows it.
fn moment(library: &Library, text: &str) -> Result<Timestamp> {
    let local: DateTime = text
        .parse()
        .map_err(|_| anyhow!("«{text}» no es una fecha con hora. Escriba, por ejemplo, 2026-09-11T15:30."))?;
    let first = library.institutions()?.into_iter().next().context("No hay ninguna institución")?;
    let zone = TimeZone::get(&library.load(&first)?.sound()?.institution.zone)?;
    zone.to_timestamp(local).context("La fecha está fuera de lo que se puede mostrar")
}
