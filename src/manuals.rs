//! Where the manuals come from: a folder, or those carried inside the binary; loaded into the words that the reader takes.

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};
use manual::{
    check::check_reading,
    edition::Edition,
    finding::{At, Finding, Severity},
    limits,
    read::{ReadOutcome, read},
    source::SourceFile,
};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// The manuals as they stood when the binary was built.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/manuals");

/// The folder of the rules that several institutions share.
const SHARED: &str = "calendarios";
/// Folders within folders: `procedimientos/`, and one to spare for whoever groups them.
const DEPTH: usize = 4;

/// A set of manuals: one folder an institution, and the shared calendars beside them.
pub enum Library {
    Folder(PathBuf),
    Embedded,
}

/// The files of one institution as they were read, and what came of it.
pub struct Loaded {
    pub institution: String,
    /// First the institution's own files, then the shared ones: the order in which findings count them.
    pub files: Vec<SourceFile>,
    /// How many of them are the institution's own.
    pub own: usize,
    pub outcome: ReadOutcome,
    /// All that is wrong with it, of its bytes, its reading and its check, in the order of the files.
    pub findings: Vec<Finding>,
}

impl Loaded {
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    /// The edition as far as it could be read; a draft with errors can be listed and drawn, with a warning beside.
    pub fn draft(&self) -> Result<&Edition> {
        let errors = self.errors();
        if errors > 0 {
            eprintln!("ventanilla: {}", self.has_errors(errors));
        }
        self.outcome.edition.as_ref().with_context(|| self.has_errors(errors))
    }

    /// The edition, only if nothing in it is wrong: what is answered from it counts.
    pub fn sound(&self) -> Result<&Edition> {
        let errors = self.errors();
        if errors > 0 {
            bail!("{}", self.has_errors(errors));
        }
        self.outcome.edition.as_ref().with_context(|| self.has_errors(errors))
    }

    fn has_errors(&self, errors: usize) -> String {
        let count = if errors == 1 { "un error".to_owned() } else { format!("{errors} errores") };
        format!(
            "el manual de «{name}» tiene {count}. Para verlos: ventanilla manual check {name}",
            name = self.institution
        )
    }
}

impl Library {
    /// The folder asked for; without one, `./manuals` if it is there, and otherwise the manuals of the binary.
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        match folder {
            Some(folder) if folder.is_dir() => Ok(Self::Folder(folder.to_owned())),
            Some(folder) => bail!("No existe la carpeta de manuales «{}».", folder.display()),
            None if Path::new("manuals").is_dir() => Ok(Self::Folder("manuals".into())),
            None => Ok(Self::Embedded),
        }
    }

    /// The institutions that have a manual, in the order of their names.
    pub fn institutions(&self) -> Result<Vec<String>> {
        let mut names = match self {
            Self::Folder(root) => folders(root)?,
            Self::Embedded => EMBEDDED
                .dirs()
                .filter(|dir| dir.get_file(dir.path().join("manual.kdl")).is_some())
                .filter_map(|dir| dir.path().file_name().map(|name| name.to_string_lossy().into_owned()))
                .collect(),
        };
        names.retain(|name| name != SHARED);
        names.sort();
        Ok(names)
    }

    /// Reads the manual of one institution with the calendars it may use.
    pub fn load(&self, institution: &str) -> Result<Loaded> {
        let known = self.institutions()?;
        if !known.iter().any(|name| name == institution) {
            bail!("No hay manual de «{institution}». Los que hay: {}.", listed(&known));
        }
        let (own, shared) = match self {
            Self::Folder(root) => (gather(&root.join(institution), root)?, shared(&root.join(SHARED), root)?),
            Self::Embedded => (embedded(institution), embedded(SHARED)),
        };
        Ok(loaded(institution, own, shared))
    }
}

/// Reads one institution's folder by itself; its calendars are those beside it or, without them, those of the binary.
pub fn load_folder(folder: &Path) -> Result<Loaded> {
    if !folder.is_dir() {
        bail!("No existe la carpeta «{}».", folder.display());
    }
    if !folder.join("manual.kdl").is_file() {
        bail!("«{}» no es la carpeta de un manual: le falta «manual.kdl».", folder.display());
    }
    let folder = folder.canonicalize().with_context(|| format!("No se puede abrir «{}»", folder.display()))?;
    let name = folder.file_name().map_or_else(|| "manual".to_owned(), |name| name.to_string_lossy().into_owned());
    let beside = folder.parent().unwrap_or(&folder).join(SHARED);
    Ok(loaded(&name, gather(&folder, &folder)?, shared(&beside, &beside)?))
}

/// Names in a sentence; says so where there are none.
pub fn listed(names: &[String]) -> String {
    if names.is_empty() { "ninguno".to_owned() } else { names.join(", ") }
}

/// A file and what was wrong with its bytes.
type Gathered = (SourceFile, Option<Finding>);

fn loaded(institution: &str, own: Vec<Gathered>, shared: Vec<Gathered>) -> Loaded {
    let count = own.len();
    let (mut files, mut broken) = (Vec::new(), Vec::new());
    let shared = shared.into_iter().map(|(file, finding)| (in_shared(file), finding));
    for (file, finding) in own.into_iter().chain(shared) {
        if let Some(mut finding) = finding {
            finding.at.file = u32::try_from(files.len()).unwrap_or(u32::MAX);
            broken.push(finding);
        }
        files.push(file);
    }
    let outcome = read(&files[..count], &files[count..]);
    let mut findings = broken;
    findings.extend(check_reading(&outcome));
    findings.sort_by_key(|finding| (finding.at.file, finding.at.offset));
    Loaded { institution: institution.to_owned(), files, own: count, outcome, findings }
}

/// The calendars beside the manuals or, without them, those of the binary: the holidays of a country are no one's own.
fn shared(folder: &Path, fence: &Path) -> Result<Vec<Gathered>> {
    if folder.is_dir() { gather(folder, fence) } else { Ok(embedded(SHARED)) }
}

fn in_shared(file: SourceFile) -> SourceFile {
    SourceFile { path: format!("{SHARED}/{}", file.path), text: file.text }
}

fn embedded(folder: &str) -> Vec<Gathered> {
    fn below(dir: &Dir<'_>, root: &Path, into: &mut Vec<Gathered>) {
        for file in dir.files() {
            let path = file.path().strip_prefix(root).unwrap_or(file.path());
            if is_manual_file(path) {
                into.push(SourceFile::from_bytes(path.to_string_lossy(), file.contents()));
            }
        }
        dir.dirs().for_each(|dir| below(dir, root, into));
    }
    let mut files = Vec::new();
    if let Some(dir) = EMBEDDED.get_dir(folder) {
        below(dir, Path::new(folder), &mut files);
    }
    files.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    files
}

fn is_manual_file(path: &Path) -> bool {
    let in_notices = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "avisos");
    path.extension().is_some_and(|extension| extension == "kdl" || (extension == "txt" && in_notices))
}

fn folders(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in entries(root)? {
        if entry.join("manual.kdl").is_file()
            && let Some(name) = entry.file_name()
        {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("No se puede leer la carpeta «{}»", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        // Editors and version control keep their own things under names with a dot.
        if path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The files of a folder, in the order of their paths. Nothing outside `fence` is read, whatever a link says.
fn gather(folder: &Path, fence: &Path) -> Result<Vec<Gathered>> {
    let fence = fence.canonicalize().with_context(|| format!("No se puede abrir «{}»", fence.display()))?;
    let mut files = Vec::new();
    if folder.is_dir() {
        below(folder, folder, &fence, DEPTH, &mut files)?;
    }
    files.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    Ok(files)
}

fn below(folder: &Path, root: &Path, fence: &Path, depth: usize, files: &mut Vec<Gathered>) -> Result<()> {
    for path in entries(folder)? {
        if fs::symlink_metadata(&path).is_ok_and(|data| data.is_symlink()) {
            let goes_out = path.canonicalize().map_or(true, |target| !target.starts_with(fence));
            if goes_out {
                bail!(
                    "«{}» es un enlace que sale de la carpeta de los manuales: copie el archivo en su lugar.",
                    path.display()
                );
            }
        }
        if path.is_dir() {
            if depth == 0 {
                bail!(
                    "«{}» está demasiado adentro: un manual tiene a lo más {DEPTH} carpetas una dentro de otra.",
                    path.display()
                );
            }
            below(&path, root, fence, depth - 1, files)?;
        } else if is_manual_file(&path) {
            // One more than the limit, so that the reader can say that there are too many.
            if files.len() <= limits::FILES {
                files.push(take(&path, root)?);
            }
        }
    }
    Ok(())
}

fn take(path: &Path, root: &Path) -> Result<Gathered> {
    let unreadable = || format!("No se puede leer «{}»", path.display());
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let file = fs::File::open(path).with_context(unreadable)?;
    let size = file.metadata().with_context(unreadable)?.len();
    let limit = limits::FILE_BYTES as u64;
    if size > limit {
        let finding = Finding {
            rule: "limite",
            severity: Severity::Error,
            message: format!("«{name}» mide {} KiB; el límite es {} KiB.", size.div_ceil(1024), limit / 1024),
            help: Some("Divida el archivo: un procedimiento o un formulario por archivo.".into()),
            reading: None,
            at: At::default(),
            label: "archivo demasiado grande".into(),
        };
        return Ok((SourceFile::new(name, ""), Some(finding)));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).with_context(unreadable)?;
    Ok(SourceFile::from_bytes(name, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_manual(root: &Path, name: &str) {
        let folder = root.join(name);
        fs::create_dir_all(folder.join("procedimientos")).expect("folder");
        fs::write(folder.join("manual.kdl"), "numeracion \"{n}\"\n").expect("file");
    }

    #[test]
    fn the_binary_carries_every_institution_and_the_shared_calendars() {
        let names = Library::Embedded.institutions().expect("embedded");
        assert_eq!(names, Library::Folder("manuals".into()).institutions().expect("folder"));
        assert!(names.len() >= 5, "{names:?}");
        let (inside, outside) = (Library::Embedded, Library::Folder("manuals".into()));
        for name in names {
            let (inside, outside) = (inside.load(&name).expect("inside"), outside.load(&name).expect("outside"));
            assert_eq!(inside.files, outside.files);
            assert!(
                inside.files.iter().any(|file| file.path.starts_with("calendarios/")),
                "no calendars beside {name}"
            );
        }
    }

    #[test]
    fn an_unknown_institution_is_refused_with_the_known_ones() {
        let root = tempfile::tempdir().expect("folder");
        a_manual(root.path(), "uno");
        let library = Library::open(Some(root.path())).expect("library");
        for name in ["dos", "../uno", "", "."] {
            let refusal = library.load(name).err().expect(name).to_string();
            assert!(refusal.contains("Los que hay: uno"), "{refusal}");
        }
    }

    #[test]
    fn a_link_that_leads_out_is_refused_and_one_inside_is_read() {
        let root = tempfile::tempdir().expect("folder");
        let manuals = root.path().join("manuals");
        a_manual(&manuals, "uno");
        fs::write(root.path().join("secreto.kdl"), "secreto").expect("file");
        std::os::unix::fs::symlink(manuals.join("uno/manual.kdl"), manuals.join("uno/otro.kdl")).expect("link");
        let library = Library::open(Some(&manuals)).expect("library");
        let files = library.load("uno").expect("inside").files;
        assert_eq!(files.iter().map(|file| &*file.path).take(2).collect::<Vec<_>>(), ["manual.kdl", "otro.kdl"]);
        std::os::unix::fs::symlink(root.path().join("secreto.kdl"), manuals.join("uno/secreto.kdl")).expect("link");
        let refusal = library.load("uno").err().expect("refused").to_string();
        assert!(refusal.contains("secreto.kdl") && refusal.contains("enlace"), "{refusal}");
    }

    #[test]
    fn a_file_beyond_the_limit_is_a_finding_and_is_never_read() {
        let root = tempfile::tempdir().expect("folder");
        a_manual(root.path(), "uno");
        let big = fs::File::create(root.path().join("uno/procedimientos/grande.kdl")).expect("file");
        big.set_len(1 << 40).expect("a file with a hole, of a terabyte");
        let loaded = Library::Folder(root.path().into()).load("uno").expect("loaded");
        let finding = loaded.findings.iter().find(|finding| finding.rule == "limite").expect("a finding");
        assert_eq!(loaded.files[finding.at.file as usize].path, "procedimientos/grande.kdl");
    }
}
