//! The doors of a case: who may decide and perform, who writes its rows, who changes it in memory.

use super::source::{House, Rust, line_of, places};

/// The rows of a case and of its history, each with the one file that holds the statements.
const TABLES: [(&str, &str); 2] = [("cases", "crates/store/src/cases.rs"), ("journal", "crates/store/src/journal.rs")];

pub fn check(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for file in house.product() {
        performs(file, &mut broken);
        writes(file, &mut broken);
        changes(file, &mut broken);
    }
    broken
}

/// `engine::decide::perform` makes history of a decision: only the one write path may call it.
fn performs(file: &Rust, broken: &mut Vec<String>) {
    if file.path.starts_with("crates/engine/src/") || file.path.starts_with("crates/store/src/submit") {
        return;
    }
    for place in places(&file.code, "perform") {
        // `sender.perform(…)` and `fn perform` are somebody else's.
        let before = file.code[..place].trim_end();
        let own = before.ends_with('.') || before.ends_with("fn");
        if !own && file.code.contains("decide") {
            let line = line_of(&file.code, place);
            broken.push(format!("{}:{line}: only crates/store/src/submit may call engine::decide::perform", file.path));
        }
    }
}

fn writes(file: &Rust, broken: &mut Vec<String>) {
    for (line, text) in &file.texts {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        for pair in 0..words.len() {
            let table = match (words[pair].as_str(), words.get(pair + 1).map(String::as_str)) {
                ("update", Some(table)) => table,
                ("into" | "from", Some(table))
                    if pair > 0 && ["insert", "delete", "replace"].contains(&words[pair - 1].as_str()) =>
                {
                    table
                }
                _ => continue,
            };
            let table = table.split(['(', ';']).next().unwrap_or(table);
            if let Some((_, home)) = TABLES.iter().find(|(name, home)| *name == table && file.path != *home) {
                broken.push(format!("{}:{line}: writes the table {table}, which only {home} may", file.path));
            }
        }
    }
}

fn changes(file: &Rust, broken: &mut Vec<String>) {
    let home = "crates/engine/src/apply";
    if file.path.starts_with(home) || file.path == "crates/engine/src/case.rs" {
        return;
    }
    let mut told = |place: usize| {
        broken.push(format!("{}:{}: changes a Case, which only {home} may", file.path, line_of(&file.code, place)));
    };
    places(&file.code, "&mut Case").into_iter().for_each(&mut told);
    for place in places(&file.code, "case.") {
        let way = &file.code[place + "case.".len()..];
        let name =
            way.len() - way.trim_start_matches(|letter: char| letter.is_alphanumeric() || "_.".contains(letter)).len();
        let after = way[name..].trim_start();
        let assigned = after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>");
        if assigned || after.starts_with("+=") || after.starts_with("-=") {
            told(place);
        }
    }
}

#[test]
fn a_second_door_is_named() {
    let house = super::source::made_up(&[
        (
            "crates/web/src/lib.rs",
            "//! W.\nuse engine::decide::{decide, perform};\nfn f(case: &mut Case) { case.status.late = true; if case.a == 1 {} }\n",
        ),
        (
            "crates/web/src/sql.rs",
            "//! S.\nconst A: &str = \"UPDATE cases SET a = 1\";\nconst B: &str = \"SELECT a FROM cases\";\n",
        ),
        (
            "crates/store/src/submit.rs",
            "//! S.\nuse engine::decide::perform;\nconst A: &str = \"INSERT INTO journal(n)\n VALUES\";\n",
        ),
        (
            "crates/store/src/journal.rs",
            "//! J.\nconst A: &str = \"INSERT INTO journal (n)\"; const B: &str = \"delete from cases\";\n",
        ),
        ("crates/engine/src/apply.rs", "//! A.\nfn apply(case: &mut Case) { case.version += 1; }\n"),
        ("src/performer.rs", "//! P.\nfn decide(p: P) { p.perform() }\nfn perform() {}\n"),
    ]);
    assert_eq!(
        check(&house),
        [
            "crates/store/src/journal.rs:2: writes the table cases, which only crates/store/src/cases.rs may",
            "crates/store/src/submit.rs:3: writes the table journal, which only crates/store/src/journal.rs may",
            "crates/web/src/lib.rs:2: only crates/store/src/submit may call engine::decide::perform",
            "crates/web/src/lib.rs:3: changes a Case, which only crates/engine/src/apply may",
            "crates/web/src/lib.rs:3: changes a Case, which only crates/engine/src/apply may",
            "crates/web/src/sql.rs:2: writes the table cases, which only crates/store/src/cases.rs may",
        ]
    );
}
