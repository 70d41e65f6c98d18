//! Whatever a text says: reading, checking, walking, comparing and showing it end, and what comes out keeps the limits.

use manual::{
    check::check_reading, compare::compare, edition::Edition, finding::Finding, limits, read::read, render,
    source::SourceFile, walk::walk,
};

/// The edition that the files make, where they make one.
pub fn live_through(files: &[SourceFile], shared: &[SourceFile]) -> Option<Edition> {
    let outcome = read(files, shared);
    let findings = check_reading(&outcome);
    assert!(outcome.findings.len() <= limits::FINDINGS + 1 && findings.len() <= 2 * (limits::FINDINGS + 1));
    let all: Vec<SourceFile> = files.iter().chain(shared).cloned().collect();
    let _ = render::render(&findings, &all, false);
    let _ = render::to_json(&findings, &all);
    for finding in &findings {
        assert!(!finding.message.is_empty());
        assert!((finding.at.file as usize) < all.len().max(1), "{finding:?}");
    }
    if let Some(edition) = &outcome.edition {
        keeps_the_limits(edition);
        compared(edition, &findings);
    }
    outcome.edition
}

fn compared(edition: &Edition, findings: &[Finding]) {
    for procedure in &edition.procedures {
        let _ = walk(procedure, &[]);
    }
    // What is written twice is compared with the first of its name.
    assert!(compare(edition, edition).is_empty() || findings.iter().any(|finding| finding.rule == "duplicado"));
    let json = serde_json::to_string(edition).expect("an edition is written");
    let back: Edition = serde_json::from_str(&json).expect("and read back");
    assert_eq!(&back, edition);
}

fn keeps_the_limits(edition: &Edition) {
    assert!(edition.procedures.len() <= limits::PROCEDURES);
    for procedure in &edition.procedures {
        assert!(procedure.steps.len() <= limits::STEPS, "{}", procedure.code);
        for step in &procedure.steps {
            assert!(step.responsibles.len() <= limits::ROLES_PER_STEP, "{} {}", procedure.code, step.number);
            assert!(step.checks.len() <= limits::CHECKS, "{} {}", procedure.code, step.number);
            let branches = step.decision.as_ref().map_or(0, |decision| decision.branches.len());
            assert!(branches <= limits::BRANCHES, "{} {}", procedure.code, step.number);
            assert!(step.activity.chars().count() <= limits::TEXT, "{} {}", procedure.code, step.number);
        }
    }
    for form in &edition.forms {
        assert!(form.fields.len() <= limits::FIELDS, "{}", form.code);
    }
}
