//! The files of an edition as they are uploaded: sorted into the places of a manual, joined with those in force, and read.

use crate::{failure::Failure, form::SentFile, state::Visitor};
use manual::{
    check::check_reading,
    finding::{Finding, Severity},
    limits, notice, read,
    source::SourceFile,
};
use store::editions::Sources;
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

/// Reads what was sent. `base` is the edition whose files stand in for those not sent; only its calendars where the
/// manual comes whole.
///
/// # Errors
/// If a stored file cannot be read back.
pub async fn gather(
    visitor: &Visitor,
    sent: &[SentFile],
    base: Option<Sources>,
    whole: bool,
) -> Result<Uploaded, Failure> {
    let (mut kept, mut broken) = (base.unwrap_or_default(), Vec::new());
    if whole {
        kept.files.clear();
    }
    for file in sent {
        let bytes = bytes_of(visitor, file).await?;
        let (source, finding) = SourceFile::from_bytes(&*file.attach.name, &bytes);
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

async fn bytes_of(visitor: &Visitor, file: &SentFile) -> Result<Vec<u8>, Failure> {
    let read = visitor.house.store.blobs().read(&file.attach.sha256).await;
    let found = read.map_err(|error| Failure::Internal(error.to_string()))?.ok_or(Failure::NotFound)?;
    let mut bytes = Vec::new();
    // One byte over the limit is enough for the reader to say that the file is too large.
    let most = u64::try_from(limits::FILE_BYTES).unwrap_or(u64::MAX) + 1;
    found.take(most).read_to_end(&mut bytes).await.map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(bytes)
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
