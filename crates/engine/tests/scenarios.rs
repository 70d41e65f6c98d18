//! Every worked example of every manual, carried to its end on the engine alone.

mod common;

use engine::{apply::replay, event::Recorded, rehearse::rehearse};
use manual::procedure::{StepNo, Target};
use std::collections::BTreeSet;

#[test]
fn every_worked_example_ends_as_it_promises() {
    let mut run = 0;
    let mut failures = Vec::new();
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for scenario in &edition.scenarios {
            let procedure = edition.procedure(&scenario.procedure).expect("a known procedure");
            match rehearse(&edition, procedure, scenario, &calendar) {
                Ok(_) => run += 1,
                Err(failure) => {
                    failures.push(format!("{institution} {} «{}»: {failure}", procedure.code, scenario.title));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(run >= 45, "only {run} examples");
}

#[test]
fn the_examples_walk_every_arrow_of_the_45_procedures() {
    let mut missing = Vec::new();
    let mut procedures = 0;
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for procedure in &edition.procedures {
            procedures += 1;
            let mut walked: BTreeSet<(StepNo, Option<String>)> = BTreeSet::new();
            for scenario in edition.scenarios.iter().filter(|scenario| scenario.procedure == procedure.code) {
                if let Ok(done) = rehearse(&edition, procedure, scenario, &calendar) {
                    walked.extend(
                        done.case.legs.iter().map(|leg| (leg.step, leg.answer.as_ref().map(ToString::to_string))),
                    );
                }
            }
            for step in &procedure.steps {
                let arrows: Vec<Option<String>> = match &step.decision {
                    Some(decision) => decision.branches.iter().map(|branch| Some(branch.name.to_string())).collect(),
                    None => vec![None],
                };
                for arrow in arrows {
                    if !walked.contains(&(step.number, arrow.clone())) {
                        missing.push(format!("{} paso {} {arrow:?}", procedure.code, step.number));
                    }
                }
            }
        }
    }
    assert_eq!(procedures, 45);
    assert!(missing.is_empty(), "arrows no example walks:\n{}", missing.join("\n"));
}

#[test]
fn the_history_of_every_example_replays_to_the_same_case_also_through_its_text() {
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for scenario in &edition.scenarios {
            let procedure = edition.procedure(&scenario.procedure).expect("a known procedure");
            let done = rehearse(&edition, procedure, scenario, &calendar).expect("an example that runs");
            assert_eq!(replay(&done.history).as_ref(), Ok(&done.case));
            let text = serde_json::to_string(&done.history).expect("a history is text");
            let read: Vec<Recorded> = serde_json::from_str(&text).expect("and reads back");
            assert_eq!(replay(&read).as_ref(), Ok(&done.case));
            let state = serde_json::to_string(&done.case).expect("a case is text");
            let read: engine::case::Case = serde_json::from_str(&state).expect("and reads back");
            assert_eq!(read, done.case);
        }
    }
}

/// The ways the issue of the main job fixes, number by number.
#[test]
fn the_readings_of_the_five_manuals_are_kept() {
    let target = |institution: &str, code: &str, step: u16, answer: Option<&str>| {
        let edition = common::edition(institution);
        let procedure = edition.procedure(code).unwrap_or_else(|| panic!("{code}"));
        let step = procedure.step(StepNo(step)).unwrap_or_else(|| panic!("{code} {step}"));
        match (answer, &step.decision) {
            (Some(answer), Some(decision)) => decision.branch(answer).unwrap_or_else(|| panic!("{answer}")).target,
            (None, None) => step.next,
            _ => panic!("{code} {}: a decision where none is, or the reverse", step.number),
        }
    };
    let to = |number| Target::Step(StepNo(number));
    for (institution, code, step, answer, expected) in [
        ("seprem", "SEPREM-DI-001.1", 3, Some("alta"), to(4)),
        ("seprem", "SEPREM-DI-001.1", 3, Some("baja"), to(6)),
        ("seprem", "SEPREM-DI-001.1", 5, None, to(8)),
        ("seprem", "SEPREM-DI-003.1", 6, Some("no"), to(4)),
        ("seprem", "SEPREM-DI-003.1", 8, Some("no"), to(7)),
        ("seprem", "SEPREM-DI-003.2", 3, Some("no"), to(2)),
        ("seprem", "SEPREM-DI-003.2", 5, Some("no"), to(4)),
        ("seprem", "SEPREM-DI-005.1", 5, Some("no"), to(5)),
        ("seprem", "SEPREM-DI-006.1", 5, Some("no"), to(3)),
        ("seprem", "SEPREM-DI-007.1", 4, Some("no"), to(3)),
        ("sosep", "DS-UI-01", 4, Some("no"), to(3)),
        ("sosep", "DS-UI-02", 5, Some("no"), to(4)),
        ("sosep", "DS-UI-03", 3, Some("no"), to(1)),
        ("sosep", "DS-UI-05", 5, Some("no"), to(4)),
        ("igss", "DTS-01", 5, Some("si"), to(6)),
        ("igss", "DTS-01", 5, Some("no"), to(6)),
        ("igss", "DTS-02", 2, Some("si"), to(5)),
        ("igss", "DTS-02", 4, Some("no"), to(3)),
        ("igss", "DTS-03", 7, Some("no"), to(3)),
        ("igss", "DTS-04", 3, Some("no"), to(8)),
        ("igss", "DTS-08", 4, Some("no"), to(7)),
        ("igss", "DTS-08", 6, Some("no"), to(4)),
        ("igss", "DTS-09", 4, Some("no"), to(8)),
        ("igss", "DTS-09", 7, Some("no"), to(6)),
        ("usulutan", "TIM-01", 5, Some("no"), to(4)),
        ("usulutan", "TIM-02", 6, Some("no"), to(4)),
        ("diaco", "DIACO-IN-PR-03.1", 3, Some("si"), to(5)),
        ("diaco", "DIACO-IN-PR-03.1", 3, Some("no"), to(4)),
        ("diaco", "DIACO-IN-PR-03.2", 2, Some("no"), to(1)),
        ("diaco", "DIACO-IN-PR-03.2", 4, Some("si"), to(6)),
        ("diaco", "DIACO-IN-PR-03.2", 5, None, to(4)),
    ] {
        assert_eq!(target(institution, code, step, answer), expected, "{code} paso {step} {answer:?}");
    }
    assert!(matches!(target("sosep", "DS-UI-01", 3, Some("no")), Target::End | Target::Refusal));
    assert!(matches!(target("diaco", "DIACO-IN-PR-03.3", 3, Some("no")), Target::End | Target::Refusal));
}
