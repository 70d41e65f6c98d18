//! What the printed manual must hold: everything the edition says, in one well-formed page that reaches outside for nothing.

use super::manual as print;
use crate::flowchart::samples;
use manual::{Name, edition::Edition};
use roxmltree::{Document, ParsingOptions};
use std::{collections::HashSet, sync::LazyLock};

static EDITIONS: LazyLock<Vec<(Edition, String)>> = LazyLock::new(|| {
    let printed = |edition: Edition| {
        let page = print(&edition);
        (edition, page)
    };
    samples::editions().into_iter().map(printed).collect()
});

/// The page as a tree: HTML differs from XML only in its head, which has elements without an end.
fn with_body<T>(page: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let start = page.find("<body>").expect("a body");
    let end = page.rfind("</html>").expect("an end");
    let options = ParsingOptions { nodes_limit: 1_000_000, ..ParsingOptions::default() };
    look(&Document::parse_with_options(&page[start..end], options).expect("well formed"))
}

/// All the words of the page but those of the drawings, each run of spaces as one.
fn words(document: &Document<'_>) -> String {
    let drawn = |node: roxmltree::Node<'_, '_>| {
        node.ancestors().any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "svg")))
    };
    let text = document.descendants().filter(|node| node.is_text() && !drawn(*node)).filter_map(|node| node.text());
    squeezed(&text.collect::<Vec<_>>().join("\u{1}"))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_manual_is_printed_whole() {
    assert_eq!(EDITIONS.len(), 5);
    for (edition, page) in EDITIONS.iter() {
        let words = with_body(page, words);
        let says =
            |text: &str| assert!(words.contains(&squeezed(text)), "{}: lacks «{text}»", edition.institution.code);
        says(&edition.institution.name);
        says(&edition.title_page.title);
        edition.norms.iter().for_each(|norm| says(&norm.text));
        edition.roles.iter().for_each(|role| says(&role.name));
        edition.units.iter().for_each(|unit| says(&unit.name));
        edition.glossary.iter().for_each(|entry| says(&entry.meaning));
        edition.readings.iter().for_each(|reading| says(&reading.text));
        edition.listed_documents.iter().for_each(|document| says(document));
        edition.scenarios.iter().for_each(|scenario| says(&scenario.title));
        for form in &edition.forms {
            says(&form.code);
            form.fields.iter().for_each(|field| says(&field.label));
            form.notes.iter().for_each(|note| says(note));
        }
        for procedure in &edition.procedures {
            says(&procedure.code);
            says(&procedure.title);
            procedure.norms.iter().for_each(|norm| says(&norm.text));
            procedure.readings.iter().for_each(|reading| says(&reading.text));
            procedure.clocks.iter().for_each(|clock| says(&clock.term.to_string()));
            for step in &procedure.steps {
                says(&step.activity);
                step.details.iter().for_each(|details| says(details));
                step.decision.iter().for_each(|decision| says(&decision.question));
                step.documents.iter().for_each(|document| says(&document.what));
                step.readings.iter().for_each(|reading| says(&reading.text));
            }
        }
    }
}

#[test]
fn every_link_arrives_and_no_place_is_named_twice() {
    for (edition, page) in EDITIONS.iter() {
        with_body(page, |document| {
            let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
            let places: HashSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), places.len(), "{}", edition.institution.code);
            let links: Vec<&str> = document.descendants().filter_map(|node| node.attribute("href")).collect();
            assert!(links.len() > edition.procedures.len());
            for link in links {
                assert!(link.strip_prefix('#').is_some_and(|place| places.contains(place)), "{link}");
            }
        });
    }
}

#[test]
fn a_branch_says_in_words_where_it_leads() {
    let (edition, page) =
        EDITIONS.iter().find(|(edition, _)| edition.procedure("SEPREM-DI-001.1").is_some()).expect("it");
    let words = with_body(page, words);
    assert!(edition.institution.color.as_ref().is_some_and(|color| page.contains(&format!("--brand: {color};"))));
    assert!(words.replace('\u{1}', "").contains("Alta: continúa en el paso 4"));
    assert!(words.contains("1 → 2 → 3 → 6 → 7 → 8"), "the worked example of a removal");
}

#[test]
fn the_page_stands_alone_and_is_the_same_each_time() {
    for (edition, page) in EDITIONS.iter() {
        for outside in ["<script", "style=\"", "src=\"", "<link", "@import", "url("] {
            assert!(!page.contains(outside), "{}: {outside}", edition.institution.code);
        }
        assert_eq!(*page, print(edition), "{}", edition.institution.code);
    }
}

#[test]
fn what_an_author_writes_is_text_and_never_a_tag() {
    let (edition, _) = EDITIONS.first().expect("a manual");
    let mut edition = edition.clone();
    let hostile: Name = "</td><script>alert(1)</script>&\"".into();
    edition.title_page.title = hostile.clone();
    edition.institution.color = Some("red;} </style><script>".into());
    edition.procedures[0].title = hostile.clone();
    edition.procedures[0].code = hostile.clone();
    edition.procedures[0].steps[0].activity = hostile.clone();
    edition.forms[0].code = hostile.clone();
    edition.forms[0].fields[0].label = hostile;
    let page = print(&edition);
    assert!(!page.contains("<script"));
    assert_eq!(page.matches("</style>").count(), 1);
    with_body(&page, |document| assert!(words(document).contains("</td><script>alert(1)</script>&\"")));
}

#[test]
fn a_draft_with_next_to_nothing_is_printed_without_empty_parts() {
    let (edition, _) = EDITIONS.first().expect("a manual");
    let mut edition = edition.clone();
    edition.procedures.clear();
    edition.forms.clear();
    edition.norms.clear();
    edition.glossary.clear();
    edition.units[0].parent = Some(edition.units[0].code.clone());
    let page = print(&edition);
    for heading in ["Formularios</h2>", "Glosario</h2>", "Normas generales</h2>", "Red de procesos"] {
        assert!(!page.contains(heading), "{heading}");
    }
    with_body(&page, |document| assert!(words(document).contains("Índice")));
}
