//! An edition's way into force, for pages and programs: its files sorted into the places of a manual, joined with those in
//! force and read; publishing it; and which two may be compared.

use crate::{failure::Failure, state::House, words};
use engine::{Name, actor::PersonId, command::Attach, refusal::Refusal};
use jiff::Timestamp;
use manual::{
    check::check_reading,
    edition::Edition,
    finding::{Finding, Severity},
    limits, notice, read,
    source::SourceFile,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{
    Admin, Reader, Store,
    editions::{EditionRow, Sources},
};
use tokio::io::AsyncReadExt;

/// What was uploaded, and all that is wrong with it.
pub struct Uploaded {
    pub sources: Sources,
    pub findings: Vec<Finding>,
}

impl Uploaded {
    /// Whether it may be kept: warnings are for people to judge, errors are not.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }

    /// The files in the order in which findings count them.
    #[must_use]
    pub fn files(&self) -> Vec<SourceFile> {
        self.sources.files.iter().chain(&self.sources.shared).cloned().collect()
    }
}

/// Reads what was sent. The files of the edition in force stand in for those not sent; only its calendars where the manual
/// comes whole.
///
/// # Errors
/// If a stored file cannot be read back.
pub async fn gather<'f>(
    house: &House,
    admin: &Admin,
    sent: impl IntoIterator<Item = &'f Attach> + Send,
    whole: bool,
) -> Result<Uploaded, Failure> {
    let sent: Vec<&Attach> = sent.into_iter().collect();
    let base = match house.store.current_edition().await? {
        Some((id, _)) => admin.sources(id).await?,
        None => None,
    };
    let (mut kept, mut broken) = (base.unwrap_or_default(), Vec::new());
    if whole {
        kept.files.clear();
    }
    for file in sent {
        let bytes = bytes_of(&house.store, file).await?;
        let (source, finding) = SourceFile::from_bytes(&*file.name, &bytes);
        let (source, shared) = placed(source);
        broken.extend(finding.map(|finding| (source.path.clone(), finding)));
        let list = if shared { &mut kept.shared } else { &mut kept.files };
        list.retain(|other| other.path != source.path);
        list.push(source);
    }
    kept.files.sort_by(|one, other| one.path.cmp(&other.path));
    kept.shared.sort_by(|one, other| one.path.cmp(&other.path));
    let outcome = read::read(&kept.files, &kept.shared);
    let mut findings = check_reading(&outcome);
    for (path, mut finding) in broken {
        let all = kept.files.iter().chain(&kept.shared);
        let index = all.into_iter().position(|file| file.path == path).unwrap_or_default();
        finding.at.file = u32::try_from(index).unwrap_or(u32::MAX);
        findings.insert(0, finding);
    }
    Ok(Uploaded { sources: kept, findings })
}

async fn bytes_of(store: &Store, file: &Attach) -> Result<Vec<u8>, Failure> {
    let read = store.blobs().read(&file.sha256).await;
    let found = read.map_err(|error| Failure::Internal(error.to_string()))?.ok_or(Failure::NotFound)?;
    let mut bytes = Vec::new();
    // One byte over the limit is enough for the reader to say that the file is too large.
    let most = u64::try_from(limits::FILE_BYTES).unwrap_or(u64::MAX) + 1;
    found.take(most).read_to_end(&mut bytes).await.map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(bytes)
}

/// Puts an edition in force. None whose check finds errors is, whoever kept it and however; the store sees to the second
/// person.
///
/// # Errors
/// The refusal; or there is no such edition.
pub async fn publish(house: &House, admin: &Admin, id: i64, now: Timestamp) -> Result<EditionRow, Failure> {
    let sources = admin.sources(id).await?.ok_or(Failure::NotFound)?;
    let findings = check_reading(&read::read(&sources.files, &sources.shared));
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > 0 {
        let errors = words::count(i64::try_from(errors).unwrap_or(i64::MAX), "error", "errores");
        return Err(Refusal::conflict(format!("La edición tiene {errors}; no se puede publicar.")).into());
    }
    let row = admin.publish_edition(id, now).await?;
    // The face of the pages follows at once, not with the next visit to the manual.
    house.edition().await?;
    Ok(row)
}

/// Two editions this person may read, to be compared; drafts only for those who administer.
///
/// # Errors
/// One is not there, or not for this person.
pub async fn pair(store: &Store, reader: &Reader, from: i64, to: i64) -> Result<(Arc<Edition>, Arc<Edition>), Failure> {
    let seen = reader.editions().await?;
    if ![from, to].iter().all(|id| seen.iter().any(|row| row.id == *id)) {
        return Err(Failure::NotFound);
    }
    let old = store.edition(from).await?.ok_or(Failure::NotFound)?;
    let new = store.edition(to).await?.ok_or(Failure::NotFound)?;
    Ok((old, new))
}

/// The names of those who uploaded and published.
///
/// # Errors
/// If the store cannot be read.
pub async fn names(store: &Store, rows: &[EditionRow]) -> Result<BTreeMap<PersonId, Name>, Failure> {
    let people: BTreeSet<PersonId> =
        rows.iter().flat_map(|row| [Some(row.uploaded_by), row.published_by]).flatten().collect();
    Ok(store.names(people.into_iter().collect()).await?)
}

/// Gives a file its place among those of a manual, by what it declares first: browsers send names without folders.
fn placed(source: SourceFile) -> (SourceFile, bool) {
    let word = first_word(&source.text);
    let folder = match word {
        _ if notice::is_template(&source.path) => notice::FOLDER,
        "procedimiento" => "procedimientos/",
        "formulario" => "formularios/",
        "escenario" => "escenarios/",
        _ => "",
    };
    let shared = word == "calendario-base";
    let path = if folder.is_empty() || source.path.starts_with(folder) {
        source.path
    } else {
        format!("{folder}{}", source.path)
    };
    (SourceFile { path, text: source.text }, shared)
}

/// The first name of a KDL text, after its comments.
fn first_word(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("//") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            return rest
                .split(|letter: char| letter.is_whitespace() || letter == '{' || letter == '"')
                .next()
                .unwrap_or("");
        }
        .trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_where_its_first_word_says() {
        let place = |path: &str, text: &str| {
            let (source, shared) = placed(SourceFile::new(path, text));
            (source.path, shared)
        };
        assert_eq!(
            place("dts-01.kdl", "// nota\n/* más */ procedimiento \"A\""),
            ("procedimientos/dts-01.kdl".into(), false)
        );
        assert_eq!(place("manual.kdl", "institucion \"igss\" {"), ("manual.kdl".into(), false));
        assert_eq!(place("guatemala.kdl", "calendario-base \"guatemala\" {"), ("guatemala.kdl".into(), true));
        assert_eq!(place("final.txt", "Asunto: [{{numero}}]\n\nHola"), ("avisos/final.txt".into(), false));
        assert_eq!(place("vacio.kdl", "  // solo un comentario"), ("vacio.kdl".into(), false));
    }
}
