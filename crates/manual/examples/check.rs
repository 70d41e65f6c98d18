//! Reads and checks the manual of one institution: `cargo run -p manual --example check -- <manuals dir> <institution>`.

use manual::{check, finding::Severity, read, render, source::SourceFile};
use std::{error::Error, fs, path::Path, process::ExitCode};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(institution)) = (arguments.next(), arguments.next()) else {
        eprintln!("uso: check <carpeta de manuales> <institución>");
        return Ok(ExitCode::from(2));
    };
    let folder = Path::new(&folder);
    let (mut files, mut shared) = (Vec::new(), Vec::new());
    let mut findings = Vec::new();
    load(&folder.join(&institution), "", &mut files, &mut findings)?;
    load(&folder.join("calendarios"), "calendarios/", &mut shared, &mut findings)?;
    let outcome = read::read(&files, &shared);
    findings.extend(check::check_reading(&outcome));
    files.extend(shared);
    print!("{}", render::render(&findings, &files, false));
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if let Some(edition) = &outcome.edition {
        println!(
            "{} procedimientos, {} formularios, {} escenarios",
            edition.procedures.len(),
            edition.forms.len(),
            edition.scenarios.len()
        );
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn load(
    folder: &Path,
    prefix: &str,
    files: &mut Vec<SourceFile>,
    findings: &mut Vec<manual::finding::Finding>,
) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            load(&entry.path(), &format!("{name}/"), files, findings)?;
        } else if entry.path().extension().is_some_and(|extension| extension == "kdl") {
            let (file, finding) = SourceFile::from_bytes(name, &fs::read(entry.path())?);
            if let Some(mut finding) = finding {
                finding.at.file = u32::try_from(files.len())?;
                findings.push(finding);
            }
            files.push(file);
        }
    }
    Ok(())
}
