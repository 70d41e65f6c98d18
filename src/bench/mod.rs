//! `bench`: the figures of this machine, each beside the limit measured in the same run.

mod figure;
mod crowd;
mod machine;
mod engine;
mod stage;
mod rows;
mod replay;
mod bare;
mod durable;
mod cluster;
mod client;
mod child;
mod pages;
mod intake;
mod live;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use figure::Report;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Args)]
pub struct Asked {
    /// Mide poco y pronto: para ver que todo funciona, no para creer en las cifras
    #[arg(long, help_heading = "Opciones")]
    quick: bool,
    /// Mide solo esto: machine, engine, sqlite, postgres, mail, http o start. Se repite
    #[arg(long, value_name = "NOMBRE", help_heading = "Opciones", value_enum, hide_possible_values = true)]
    only: Vec<Part>,
    /// Con cuántos casos en la base se miden las páginas [si falta: 10000,1000000]
    #[arg(long, value_name = "CASOS", help_heading = "Opciones", value_delimiter = ',')]
    cases: Vec<u64>,
    /// Archivo en que se guardan las líneas JSON; si falta, salen por pantalla
    #[arg(long, value_name = "ARCHIVO", help_heading = "Opciones")]
    json: Option<PathBuf>,
    /// Un servidor PostgreSQL para medir; si falta, uno propio donde esté instalado
    #[arg(long, value_name = "URL", help_heading = "Opciones")]
    postgres: Option<String>,
    /// Carpeta de las bases de prueba, que se conservan para otra vez; si falta, se borran al terminar
    #[arg(long, value_name = "CARPETA", help_heading = "Opciones")]
    data: Option<PathBuf>,
    /// The server that is measured is this program, started by itself.
    #[arg(long, hide = true, requires = "addr")]
    serve: Option<PathBuf>,
    #[arg(long, hide = true)]
    addr: Option<SocketAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Machine,
    Engine,
    Sqlite,
    Postgres,
    Mail,
    Http,
    Start,
}

/// Where the databases are while it measures; what nobody asked to keep goes with it.
struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    fn new(asked: Option<&Path>) -> Result<Self> {
        let own = || PathBuf::from(format!("data/bench-{}", std::process::id()));
        let folder = Self { path: asked.map_or_else(own, Path::to_owned), kept: asked.is_some() };
        fs::create_dir_all(&folder.path)
            .with_context(|| format!("No se puede crear la carpeta «{}»", folder.path.display()))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

pub fn run(asked: &Asked, runtime: &tokio::runtime::Runtime) -> Result<ExitCode> {
    if let (Some(folder), Some(addr)) = (&asked.serve, asked.addr) {
        runtime.block_on(child::serve(folder, addr))?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime.block_on(measure(asked))?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(asked: &Asked) -> Result<()> {
    let now = crate::clock::now();
    let (quick, folder) = (asked.quick, Folder::new(asked.data.as_deref())?);
    let mut report = Report::new(asked.json.as_deref())?;
    let wanted = |part: Part| asked.only.is_empty() || asked.only.contains(&part);
    let path = folder.path.as_path();
    // The machine always comes first: no figure means anything without it.
    machine::measure(&mut report, path, quick)?;
    if wanted(Part::Engine) {
        engine::measure(&mut report, quick, now)?;
    }
    let loaded = stage::institution()?;
    if wanted(Part::Sqlite) {
        durable::sqlite(&mut report, path, &loaded, quick, now).await?;
    }
    if wanted(Part::Postgres) {
        postgres(&mut report, path, &loaded, asked, now).await?;
    }
    if wanted(Part::Mail) {
        intake::measure(&mut report, path, &loaded, quick, now).await?;
    }
    if wanted(Part::Start) {
        pages::start(&mut report, path, &loaded, quick, now).await?;
    }
    if wanted(Part::Http) {
        let mut sizes = asked.cases.clone();
        if sizes.is_empty() {
            sizes = if quick { vec![200, 1_000] } else { vec![10_000, 1_000_000] };
        }
        sizes.sort_unstable();
        let sites = pages::measure(&mut report, path, &loaded, &sizes, quick, now).await?;
        if let Some(largest) = sites.last() {
            live::measure(&mut report, largest, quick).await?;
        }
    }
    report.finish()
}

/// On the server that was named, or on one of our own; without either, that is said and nothing is measured.
async fn postgres(
    report: &mut Report,
    folder: &Path,
    loaded: &crate::manuals::Loaded,
    asked: &Asked,
    now: jiff::Timestamp,
) -> Result<()> {
    if let Some(url) = &asked.postgres {
        return durable::postgres(report, url, folder, loaded, asked.quick, now).await;
    }
    match cluster::Cluster::start() {
        Ok(Some(own)) => durable::postgres(report, &own.url(), folder, loaded, asked.quick, now).await,
        Ok(None) => {
            eprintln!("bench: PostgreSQL is not installed here; it is not measured");
            Ok(())
        }
        Err(error) => {
            eprintln!("bench: PostgreSQL cannot be started here ({error:#}); it is not measured");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_quick_measure_gives_a_well_formed_line_for_each_figure() {
        let folder = tempfile::tempdir().expect("a folder");
        let json = folder.path().join("figures.json");
        let asked = Asked {
            quick: true,
            only: vec![Part::Engine],
            cases: Vec::new(),
            json: Some(json.clone()),
            postgres: None,
            data: Some(folder.path().to_owned()),
            serve: None,
            addr: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        run(&asked, &runtime).expect("it measures");
        let text = fs::read_to_string(&json).expect("lines");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        for line in &lines {
            let keys: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
            for key in ["name", "value", "unit", "limit", "ratio", "goal", "met"] {
                assert!(keys.contains(&key), "{key} is missing in {line}");
            }
            assert!(line["value"].as_f64().is_some_and(|value| value >= 0.0) || line["value"].is_string(), "{line}");
            assert_eq!(line["goal"].is_string(), line["met"].is_boolean(), "{line}");
        }
        let named = |name: &str| lines.iter().any(|line| line["name"] == name);
        assert!(named("machine.fsync") && named("engine.steps") && named("engine.replay_50_events"), "{text}");
        assert!(!named("start.server_to_first_page"), "only what was asked for");
    }
}
