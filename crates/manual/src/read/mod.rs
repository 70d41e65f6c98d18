//! Reads the files of a manual into an edition. All that is wrong comes out as findings; nothing a file says can make it panic.

mod shape;
mod keys;
mod node;
mod validate;
mod scan;
mod syntax;
mod context;
mod head;
mod priority;
mod calendar;
mod fields;
mod clocks;
mod step;
mod procedure;
mod scenario;

use crate::{
    calendar_rules::CalendarRules,
    edition::{Edition, LetterNumbers},
    finding::{At, Finding},
    limits, notice,
    places::{Places, Spot},
    source::SourceFile,
};
use context::Context;
use kdl::KdlDocument;
use node::Node;
use shape::Shape;

/// What came of reading a manual.
#[derive(Clone, Debug)]
pub struct ReadOutcome {
    /// Absent only where nothing says which institution and which manual it is. It may stand beside errors: see `findings`.
    pub edition: Option<Edition>,
    /// In order of file and place. A finding's file counts first the institution's files, then the shared ones.
    pub findings: Vec<Finding>,
    /// Where each thing was written, for the linter's findings.
    pub places: Places,
    /// Some file could not be parsed: what the others name may be in it.
    pub incomplete: bool,
}

/// Reads the files of an institution, with the shared calendars it may use.
#[must_use]
pub fn read(files: &[SourceFile], shared: &[SourceFile]) -> ReadOutcome {
    let mut context = Context::default();
    let own = parse(&mut context, files, 0);
    let common = parse(&mut context, shared, files.len());
    let templates = notices(&mut context, files);
    let texts = files.iter().filter(|file| notice::is_template(&file.path)).count();
    let incomplete = own.len() + texts < files.len() || common.len() < shared.len();
    let mut edition = edition(&mut context, &own, &common, incomplete);
    if let Some(edition) = &mut edition {
        edition.notices = templates;
    }
    let Context { mut sink, places, .. } = context;
    sink.findings.sort_by_key(|finding| (finding.at.file, finding.at.offset));
    ReadOutcome { edition, findings: sink.findings, places, incomplete }
}

struct Parsed {
    file: u32,
    document: KdlDocument,
}

/// Parses what the limits admit, in the order of the paths, so that the edition does not depend on how a folder is listed.
fn parse(context: &mut Context, files: &[SourceFile], first: usize) -> Vec<Parsed> {
    let at = |index: usize| At { file: u32::try_from(first + index).unwrap_or(u32::MAX), offset: 0, length: 0 };
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by(|a, b| files[*a].path.cmp(&files[*b].path));
    context.limit(at(0), files.len(), limits::FILES, "archivos");
    let mut bytes = 0;
    let mut parsed = Vec::new();
    for index in order.into_iter().take(limits::FILES) {
        let file = &files[index];
        bytes += file.text.len();
        if bytes > limits::EDITION_BYTES {
            context.limit(at(index), bytes, limits::EDITION_BYTES, "bytes en los archivos del manual");
            break;
        }
        let number = at(index).file;
        if notice::is_template(&file.path) {
            continue;
        }
        if let Some(document) = syntax::parse(&mut context.sink, &file.path, &file.text, number) {
            parsed.push(Parsed { file: number, document });
        }
    }
    parsed
}

/// The institution's own words for its notices.
fn notices(context: &mut Context, files: &[SourceFile]) -> Vec<notice::Template> {
    let texts = files.iter().enumerate().filter(|(_, file)| notice::is_template(&file.path)).take(limits::FILES);
    let mut templates: Vec<notice::Template> = texts
        .filter_map(|(index, file)| {
            notice::Template::read(file, u32::try_from(index).unwrap_or(u32::MAX), &mut context.sink.findings)
        })
        .collect();
    templates.sort_by_key(|template| template.kind);
    templates
}

fn edition(context: &mut Context, own: &[Parsed], common: &[Parsed], incomplete: bool) -> Option<Edition> {
    let top: Vec<Node<'_>> = own.iter().flat_map(|parsed| node::nodes(&parsed.document, parsed.file)).collect();
    let shared: Vec<Node<'_>> = common.iter().flat_map(|parsed| node::nodes(&parsed.document, parsed.file)).collect();
    validate::lines(&mut context.sink, "", &keys::MANUAL_FILE, top.iter().copied());
    validate::lines(&mut context.sink, "", &keys::SHARED_FILE, shared.iter().copied());
    let all = |shape: &'static Shape| top.iter().copied().filter(move |node| node.key() == shape.key);
    let one = |shape: &'static Shape| all(shape).next();

    let shared = calendar::shared(context, shared.into_iter().filter(|node| node.key() == keys::SHARED_CALENDAR.key));
    let start = top.first().map_or_else(At::default, |node| node.key_at());
    for (shape, example) in
        [(&keys::INSTITUTION, "institucion \"igss\" { … }"), (&keys::TITLE_PAGE, "manual \"Título del manual\" { … }")]
    {
        if one(shape).is_none() && !incomplete {
            context.missing(
                start,
                format!("Falta «{}», que va en «manual.kdl».", shape.key),
                &format!("Escriba: {example}"),
            );
        }
    }
    let institution = one(&keys::INSTITUTION).and_then(|node| head::institution(context, node));
    let title_page = one(&keys::TITLE_PAGE).and_then(|node| head::title_page(context, node));
    let units = one(&keys::UNITS).map(|node| head::units(context, node)).unwrap_or_default();
    // Before the procedures, whose steps copy the scope of each role.
    let roles = one(&keys::ROLES).map(|node| head::roles(context, node)).unwrap_or_default();
    let calendar = match one(&keys::CALENDAR) {
        Some(node) => calendar::calendar(context, node, &shared, &units),
        None => CalendarRules::default(),
    };
    let numbering =
        one(&keys::NUMBERING).and_then(|node| head::numbering(context, node)).unwrap_or_else(|| "{año}-{n:6}".into());

    let priority = one(&keys::PRIORITY).map(|node| priority::matrix(context, node));
    let mut letters = LetterNumbers::default();
    if let Some(pattern) =
        one(&keys::OUTGOING_NUMBERING).and_then(|node| head::letters(context, node, &["{n}", "{año}", "{unidad}"]))
    {
        letters.outgoing = pattern;
    }
    if let Some(pattern) =
        one(&keys::INCOMING_NUMBERING).and_then(|node| head::letters(context, node, &["{n}", "{año}"]))
    {
        letters.incoming = pattern;
    }

    let mut forms = Vec::new();
    for node in all(&keys::FORM) {
        forms.extend(fields::form(context, node, forms.len()));
    }
    let count = all(&keys::PROCEDURE).count();
    context.limit(start, count, limits::PROCEDURES, "procedimientos");
    let mut procedures = Vec::new();
    for node in all(&keys::PROCEDURE).take(limits::PROCEDURES) {
        procedures.extend(procedure::procedure(context, node, procedures.len()));
    }
    let scenarios = all(&keys::SCENARIO).filter_map(|node| scenario::scenario(context, node)).collect();

    let norms = placed(context, Spot::Norm, all(&keys::GENERAL_NORM), head::norm);
    let glossary = placed(context, Spot::Glossary, all(&keys::GLOSSARY), head::glossary);
    let readings = placed(context, Spot::ManualReading, all(&keys::READING), head::reading);
    let printed = placed(context, Spot::ManualPrinted, all(&keys::PRINTED), head::printed);
    let listed_documents = placed(context, Spot::ListedDocument, all(&keys::LISTED_DOCUMENT), |node| node.text(0));
    Some(Edition {
        at: one(&keys::TITLE_PAGE).map(Node::at).unwrap_or_default(),
        institution: institution?,
        title_page: title_page?,
        units,
        roles,
        calendar,
        forms,
        procedures,
        scenarios,
        norms,
        glossary,
        numbering,
        priority,
        assignment: one(&keys::ASSIGNMENT).and_then(|node| keys::assignment(node.value(0)?.text()?)),
        letters,
        readings,
        printed,
        listed_documents,
        notices: Vec::new(),
    })
}

fn placed<'a, T>(
    context: &mut Context,
    spot: Spot,
    lines: impl Iterator<Item = Node<'a>>,
    read: impl Fn(Node<'a>) -> Option<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    for line in lines {
        if let Some(one) = read(line) {
            context.put(spot, &[all.len()], line.at());
            all.push(one);
        }
    }
    all
}
