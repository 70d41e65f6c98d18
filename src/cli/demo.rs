//! `demo`: five institutions with invented people and cases, in a browser, without any preparation.

use super::{logs, output::print, runtime};
use crate::{clock, demo, http, manuals::Library};
use anyhow::Result;
use std::{net::SocketAddr, path::Path, process::ExitCode};
use web::state::Settings;

pub fn run(library: &Library, addr: SocketAddr, data: &Path) -> Result<ExitCode> {
    logs::begin(logs::Kind::Text, "warn");
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
        let houses = ready.into_iter().map(|ready| ready.house).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        http::serve(listener, end, houses, Settings { version, ..Settings::default() }).await
    })?;
    Ok(ExitCode::SUCCESS)
}
