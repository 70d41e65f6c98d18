//! The manuals of the repository: each institution's reads and checks without errors.

use manual::{check::check_reading, finding::Severity, read::read, render, source::SourceFile};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn manuals() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals")
}

/// The `.kdl` files under a folder, with paths relative to it.
fn load(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if entry.path().extension().is_some_and(|extension| extension == "kdl") {
                let (file, finding) =
                    SourceFile::from_bytes(name, &fs::read(entry.path()).expect("a file that can be read"));
                assert_eq!(finding, None);
                files.push(file);
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[test]
fn each_institution_reads_and_checks_without_errors() {
    let shared = load(&manuals().join("calendarios"));
    let mut failed = Vec::new();
    for entry in fs::read_dir(manuals()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "calendarios" || !entry.path().is_dir() {
            continue;
        }
        let mut files = load(&entry.path());
        let outcome = read(&files, &shared);
        let findings = check_reading(&outcome);
        files.extend(shared.iter().cloned());
        println!("== {name}\n{}", render::render(&findings, &files, false));
        if outcome.edition.is_none() || findings.iter().any(|finding| finding.severity == Severity::Error) {
            failed.push(name);
        }
    }
    assert_eq!(failed, Vec::<String>::new(), "see the findings above");
}
