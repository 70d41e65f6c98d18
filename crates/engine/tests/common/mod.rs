//! The five manuals, read from the repository, for the tests of the engine.

use engine::calendar::Calendar;
use manual::{edition::Edition, finding::Severity, read::read, source::SourceFile};
use std::{fs, path::Path};

pub const INSTITUTIONS: [&str; 5] = ["diaco", "igss", "seprem", "sosep", "usulutan"];

/// The files of an institution, and the calendars it may use.
pub fn sources(institution: &str) -> (Vec<SourceFile>, Vec<SourceFile>) {
    // Whichever package of the repository includes this file.
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("manuals"));
    let root = folders.find(|folder| folder.is_dir()).expect("the repository's manuals");
    let mut files = Vec::new();
    let mut shared = Vec::new();
    collect(&root.join(institution), "", &mut files);
    collect(&root.join("calendarios"), "", &mut shared);
    (files, shared)
}

pub fn edition(institution: &str) -> Edition {
    let (files, shared) = sources(institution);
    let outcome = read(&files, &shared);
    let errors: Vec<_> = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{institution}: {errors:#?}");
    outcome.edition.expect("an edition without errors")
}

pub fn calendar(edition: &Edition) -> Calendar {
    let institution = &edition.institution;
    Calendar::new(&edition.calendar, &[], institution.country, &institution.zone, 1).expect("a working calendar")
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder of manuals").map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|extension| extension == "kdl") {
            files.push(SourceFile { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}
