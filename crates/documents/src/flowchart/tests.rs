//! What must hold of every drawing, measured on the geometry and read back from the SVG.

use super::{
    FlowchartOptions, WalkedArrow, flowchart, flowchart_pages, flowchart_standalone,
    layering::Sheet,
    layouts,
    model::{Kind, Means, branch_word},
    placing::{LABEL_ROOM, Layout, Point, Rect},
    samples, sizing, text,
};
use manual::procedure::{Procedure, StepNo, Target};
use std::{collections::BTreeMap, sync::LazyLock};

/// The institutions' procedures and the awkward ones.
static ALL: LazyLock<Vec<Procedure>> = LazyLock::new(|| {
    let mut all = samples::manuals();
    all.extend([samples::every_symbol(), samples::hostile(), samples::procedure("VACIO", vec![])]);
    all.extend((0..40).map(samples::random));
    all
});

/// A procedure, drawn.
type Drawn = (&'static Procedure, Vec<(Sheet, Layout)>);

/// Each procedure as on the screen, with connectors for short jumps, and over several sheets.
static DRAWN: LazyLock<Vec<Drawn>> = LazyLock::new(|| {
    ALL.iter().flat_map(|procedure| ways_to_draw().map(|options| (procedure, layouts(procedure, &options)))).collect()
});

fn ways_to_draw() -> [FlowchartOptions; 4] {
    let plain = FlowchartOptions::default();
    [
        plain.clone(),
        FlowchartOptions { connector_rows: 2, ..plain.clone() },
        FlowchartOptions { max_rows_per_page: Some(8), ..plain.clone() },
        FlowchartOptions { max_rows_per_page: Some(5), connector_rows: 1, ..plain },
    ]
}

fn each_sheet(mut check: impl FnMut(&Procedure, &Sheet, &Layout)) {
    for (procedure, sheets) in DRAWN.iter() {
        for (sheet, layout) in sheets {
            check(procedure, sheet, layout);
        }
    }
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Everything solid on a sheet, with the node it belongs to.
fn solids(sheet: &Sheet, layout: &Layout) -> Vec<(usize, Rect)> {
    let mut solids = Vec::new();
    for (node, placed) in layout.boxes.iter().enumerate() {
        solids.push((node, placed.rect));
        solids.extend(placed.echoes.iter().map(|&echo| (node, echo)));
    }
    let radius = sizing::CONNECTOR;
    for (dock, placed) in sheet.docks.iter().zip(&layout.docks) {
        let Point { x, y } = placed.centre;
        solids.push((dock.node, Rect { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }));
    }
    solids
}

fn segment(pair: &[Point]) -> Rect {
    let (a, b) = (pair[0], pair[1]);
    Rect { x: a.x.min(b.x), y: a.y.min(b.y), width: (a.x - b.x).abs(), height: (a.y - b.y).abs() }
}

#[test]
fn all_the_institutions_procedures_are_tried_where_the_manuals_are_present() {
    let found = samples::manuals().len();
    assert!(found == 0 || found == 45, "{found}");
}

#[test]
fn every_step_is_drawn_once_and_shows_its_number() {
    for procedure in ALL.iter() {
        for options in [
            FlowchartOptions::default(),
            FlowchartOptions { max_rows_per_page: Some(6), ..FlowchartOptions::default() },
        ] {
            let mut drawn = BTreeMap::new();
            for svg in flowchart_pages(procedure, &options) {
                let document = roxmltree::Document::parse(&svg).expect("well formed");
                for group in document.descendants().filter(|node| node.has_attribute("data-paso")) {
                    let number = group.attribute("data-paso").unwrap_or_default().to_owned();
                    let shown = group.descendants().any(|node| node.is_text() && node.text() == Some(&number));
                    assert!(shown, "{}: {number}", procedure.code);
                    *drawn.entry(number).or_insert(0) += 1;
                }
            }
            let wanted: BTreeMap<String, i32> =
                procedure.steps.iter().map(|step| (step.number.to_string(), 1)).collect();
            assert_eq!(drawn, wanted, "{}", procedure.code);
        }
    }
}

#[test]
fn every_way_out_of_a_step_has_an_arrow_with_its_word() {
    for (procedure, sheets) in DRAWN.iter() {
        for step in &procedure.steps {
            let wanted: Vec<(Option<String>, Means)> = match &step.decision {
                Some(decision) => decision
                    .branches
                    .iter()
                    .map(|branch| {
                        let means =
                            Means::Way { from: step.number, branch: Some(branch.name.clone()), to: branch.target };
                        (Some(branch_word(&branch.name)), means)
                    })
                    .collect(),
                None => vec![(None, Means::Way { from: step.number, branch: None, to: step.next })],
            };
            for (word, means) in wanted {
                let leaves = sheets.iter().flat_map(|(sheet, layout)| {
                    let arrows = layout.arrows.iter().filter_map(|arrow| {
                        let edge = &sheet.edges[arrow.edge];
                        let own = sheet.nodes[edge.from].step == Some(step.number);
                        (own && edge.means == means).then(|| arrow.label.as_ref().map(|label| label.text.clone()))
                    });
                    let docks = sheet
                        .docks
                        .iter()
                        .zip(&layout.docks)
                        .filter(|(dock, _)| dock.out && dock.means.contains(&means));
                    arrows
                        .chain(docks.map(|(_, placed)| placed.label.as_ref().map(|label| label.text.clone())))
                        .collect::<Vec<_>>()
                });
                let leaves: Vec<Option<String>> = leaves.collect();
                let word = word.map(|word| text::fitted(&word, sizing::SMALL, true, LABEL_ROOM));
                assert_eq!(leaves, [word], "{} paso {}", procedure.code, step.number);
            }
        }
    }
}

#[test]
fn an_arrow_ends_where_its_step_stands() {
    each_sheet(|procedure, sheet, layout| {
        assert_eq!(layout.arrows.len(), sheet.edges.len(), "{}", procedure.code);
        for arrow in &layout.arrows {
            let edge = &sheet.edges[arrow.edge];
            for (end, node) in [(arrow.points.first(), edge.from), (arrow.points.last(), edge.to)] {
                let rect = layout.boxes[node].rect;
                let Some(&Point { x, y }) = end else { panic!("{}: an arrow without points", procedure.code) };
                assert!(
                    (rect.x..=rect.right()).contains(&x) && (rect.y..=rect.bottom()).contains(&y),
                    "{}",
                    procedure.code
                );
            }
            let target = sheet.nodes[edge.to].step;
            if let (Means::Way { to: Target::Step(number), .. }, Kind::Step) = (&edge.means, sheet.nodes[edge.to].kind)
            {
                assert_eq!(target, Some(*number));
            }
        }
    });
}

#[test]
fn no_box_overlaps_another_and_nothing_leaves_the_sheet() {
    each_sheet(|procedure, sheet, layout| {
        let solids = solids(sheet, layout);
        let paper = Rect { x: 0, y: 0, width: layout.width, height: layout.height };
        for (index, &(_, rect)) in solids.iter().enumerate() {
            assert!(
                rect.x >= 0 && rect.y >= layout.heading && rect.right() <= paper.width && rect.bottom() <= paper.height,
                "{}",
                procedure.code
            );
            for &(_, other) in &solids[index + 1..] {
                assert!(!overlap(rect, other), "{}: {rect:?} {other:?}", procedure.code);
            }
        }
        for point in layout.arrows.iter().flat_map(|arrow| &arrow.points) {
            assert!(
                point.x > 0 && point.x < paper.width && point.y > 0 && point.y < paper.height,
                "{}",
                procedure.code
            );
        }
    });
}

#[test]
fn no_arrow_crosses_a_box_that_is_not_its_end() {
    each_sheet(|procedure, sheet, layout| {
        let solids = solids(sheet, layout);
        for arrow in &layout.arrows {
            let edge = &sheet.edges[arrow.edge];
            let count = arrow.points.len() - 1;
            for (index, pair) in arrow.points.windows(2).enumerate() {
                assert!(pair[0].x == pair[1].x || pair[0].y == pair[1].y, "{}: aslant {pair:?}", procedure.code);
                // A pixel of air on each side.
                let swept = segment(pair).grown(1);
                for &(node, rect) in &solids {
                    let own = rect == layout.boxes[node].rect;
                    let at_end = own && ((node == edge.from && index == 0) || (node == edge.to && index + 1 == count));
                    assert!(at_end || !overlap(swept, rect), "{}: {} {pair:?} {rect:?}", procedure.code, edge.title);
                }
            }
        }
    });
}

#[test]
fn no_arrow_lies_on_another() {
    each_sheet(|procedure, sheet, layout| {
        let segments: Vec<(usize, Rect)> = layout
            .arrows
            .iter()
            .flat_map(|arrow| arrow.points.windows(2).map(|pair| (arrow.edge, segment(pair))))
            .collect();
        for (index, &(edge, one)) in segments.iter().enumerate() {
            for &(other_edge, other) in &segments[index + 1..] {
                let level = one.height == 0
                    && other.height == 0
                    && one.y == other.y
                    && one.x < other.right()
                    && other.x < one.right();
                let upright = one.width == 0
                    && other.width == 0
                    && one.x == other.x
                    && one.y < other.bottom()
                    && other.y < one.bottom();
                let titles = (&sheet.edges[edge].title, &sheet.edges[other_edge].title);
                assert!(edge == other_edge || !(level || upright), "{}: {titles:?} {one:?} {other:?}", procedure.code);
            }
        }
    });
}

#[test]
fn the_words_of_branches_lie_on_no_box_and_on_no_other_word() {
    each_sheet(|procedure, sheet, layout| {
        let solids = solids(sheet, layout);
        let labels = layout
            .arrows
            .iter()
            .filter_map(|arrow| arrow.label.as_ref())
            .chain(layout.docks.iter().filter_map(|dock| dock.label.as_ref()));
        let words: Vec<Rect> = labels
            .map(|label| {
                let width = text::width(&label.text, sizing::SMALL, true);
                Rect {
                    x: if label.ends { label.at.x - width } else { label.at.x },
                    y: label.at.y - 9,
                    width,
                    height: 11,
                }
            })
            .collect();
        for (index, &word) in words.iter().enumerate() {
            assert!(solids.iter().all(|&(_, rect)| !overlap(word, rect)), "{}: {word:?}", procedure.code);
            assert!(words[index + 1..].iter().all(|&other| !overlap(word, other)), "{}: {word:?}", procedure.code);
        }
    });
}

#[test]
fn a_decision_of_twenty_branches_is_still_drawn_whole() {
    let procedure = samples::many_branches();
    let (sheet, layout) = layouts(&procedure, &FlowchartOptions::default()).remove(0);
    assert_eq!(layout.arrows.len(), sheet.edges.len());
    assert_eq!(
        layout.arrows.iter().filter(|arrow| arrow.label.is_some()).count()
            + sheet.docks.iter().filter(|dock| dock.out).count(),
        20
    );
}

#[test]
fn each_connector_has_its_other_half_with_the_same_letter() {
    for (procedure, sheets) in DRAWN.iter() {
        let mut out = BTreeMap::new();
        let mut into = BTreeMap::new();
        for (sheet, _) in sheets {
            for dock in &sheet.docks {
                for means in &dock.means {
                    let half = if dock.out { &mut out } else { &mut into };
                    half.insert(format!("{means:?}"), dock.letter.clone());
                }
            }
        }
        assert_eq!(out, into, "{}", procedure.code);
    }
}

#[test]
fn the_drawing_is_xml_without_inline_style_and_says_the_steps_in_words() {
    for procedure in ALL.iter() {
        let svg = flowchart(procedure, &FlowchartOptions::default());
        let document = roxmltree::Document::parse(&svg).expect("well formed");
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert!(
            document
                .descendants()
                .all(|node| !node.has_attribute("style") && !matches!(node.tag_name().name(), "style" | "script"))
        );
        let described =
            root.children().find(|node| node.has_tag_name((root.tag_name().namespace().unwrap_or_default(), "desc")));
        let words = described.and_then(|node| node.text()).unwrap_or_default();
        for step in &procedure.steps {
            assert!(words.contains(&format!("Paso {}, ", step.number)), "{}: {words}", procedure.code);
        }
        for file in flowchart_standalone(procedure, &FlowchartOptions::default()) {
            assert!(roxmltree::Document::parse(&file).is_ok(), "{}", procedure.code);
            assert!(!file.contains("var(--"));
        }
        assert_eq!(svg, flowchart(procedure, &FlowchartOptions::default()), "the same procedure, the same bytes");
    }
}

#[test]
fn where_the_case_has_been_and_where_it_stands_is_said_in_words_and_shapes() {
    let procedure = samples::every_symbol();
    let mut options =
        FlowchartOptions { standing: Some(StepNo(3)), links: Some("/manual/x".into()), ..FlowchartOptions::default() };
    options.walked.steps.extend([(StepNo(1), 1), (StepNo(2), 2)]);
    options.walked.arrows.push(WalkedArrow { from: StepNo(1), branch: None, to: samples::to(2), times: 1 });
    let svg = flowchart(&procedure, &options);
    let document = roxmltree::Document::parse(&svg).expect("well formed");
    let group =
        |number: &str| document.descendants().find(|node| node.attribute("data-paso") == Some(number)).expect("drawn");
    let has =
        |number: &str, class: &str| group(number).descendants().any(|node| node.attribute("class") == Some(class));
    assert!(has("1", "visto") && has("2", "visto") && !has("4", "visto"));
    assert!(has("3", "aqui") && has("3", "doble") && !has("2", "aqui"));
    assert!(group("2").descendants().any(|node| node.text() == Some("×2")));
    assert_eq!(svg.matches("flecha recorrida").count(), 2, "from the start, and from 1 to 2");
    assert!(svg.contains("href=\"/manual/x#paso-4\""));
    assert!(document.root_element().attribute("role") == Some("group"), "links inside an image cannot be reached");
}

#[test]
fn symbols_follow_from_what_the_step_does() {
    let svg = flowchart(&samples::every_symbol(), &FlowchartOptions::default());
    let document = roxmltree::Document::parse(&svg).expect("well formed");
    let class = |number: &str| {
        document
            .descendants()
            .find(|node| node.attribute("data-paso") == Some(number))
            .and_then(|node| node.attribute("class"))
    };
    assert_eq!(class("1"), Some("paso operacion"));
    assert_eq!(class("2"), Some("paso decision"), "a row that is only a question is the diamond");
    assert_eq!(class("3"), Some("paso dividido"));
    assert_eq!(class("4"), Some("paso documento"));
    assert_eq!(class("5"), Some("paso archivo"));
    assert_eq!(svg.matches("class=\"pregunta decision\"").count(), 1);
    assert!(svg.contains("FIN: RECHAZO") && svg.contains("Con Jefe"));
}

#[test]
fn no_lettering_is_smaller_than_eleven_pixels() {
    let sizes = super::FLOWCHART_CSS
        .split("font-size: ")
        .skip(1)
        .filter_map(|rest| rest.split("px").next()?.parse::<i32>().ok());
    assert!(sizes.clone().count() > 5 && sizes.min() >= Some(11));
}

#[test]
fn a_sheet_has_no_more_rows_than_asked_for() {
    let options = FlowchartOptions { max_rows_per_page: Some(8), ..FlowchartOptions::default() };
    for procedure in ALL.iter() {
        let sheets = layouts(procedure, &options);
        assert!(
            sheets.iter().all(|(sheet, _)| sheet.nodes.len() <= 8 && sheet.of == sheets.len()),
            "{}",
            procedure.code
        );
        let screen = flowchart(procedure, &options);
        assert_eq!(screen.matches("<svg").count(), 1, "the screen scrolls: one drawing");
    }
}
