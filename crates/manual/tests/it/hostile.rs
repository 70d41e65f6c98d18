//! Files made to hurt: each ends in findings, never in a panic, an overflow of the stack or a long wait.

use crate::sample::{MANUAL, files, shared};
use manual::{check::check_reading, finding::Finding, limits, read::read, render, source::SourceFile};
use std::fmt::Write;

/// Reads, checks and draws; the stack is the one of a small thread.
fn survive(text: String) -> Vec<Finding> {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || {
        let files = files(&text);
        let findings = check_reading(&read(&files, &shared()));
        assert!(render::render(&findings, &files, true).len() < 4 * 1024 * 1024);
        assert!(render::to_json(&findings, &files).starts_with('['));
        findings
    });
    thread.expect("a thread").join().expect("no panic")
}

fn repeat(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().concat()
}

fn rules(text: String) -> Vec<&'static str> {
    let mut rules: Vec<_> = survive(text).into_iter().map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn a_million_steps() {
    let mut text = String::from("procedimiento \"P\" \"T\" {\n");
    for _ in 0..1_000_000 {
        text.push_str("paso 1 \"J\"\n");
    }
    text.push('}');
    assert!(text.len() > 10 * limits::FILE_BYTES);
    assert_eq!(rules(text)[0], "limite");
}

#[test]
fn as_many_steps_as_a_file_may_hold() {
    let mut text = MANUAL.replace(
        "procedimiento \"P-1.1\"",
        "procedimiento \"P-0\" \"T\" { paso 1 \"Jefe\" { actividad \"a\" } }\nprocedimiento \"P-1.1\"",
    );
    let _ = writeln!(text, "procedimiento \"P-9\" \"T\" {{");
    for number in 1..=6_000 {
        let _ = writeln!(text, "paso {number} \"Jefe\" {{ actividad \"a\" }}");
    }
    text.push_str("}\n");
    assert!(rules(text).contains(&"limite"));
}

#[test]
fn deep_nesting_of_every_kind() {
    for text in [
        "a {".repeat(300_000),
        "a { ".repeat(15) + &"}".repeat(15),
        "(".repeat(1_000_000),
        "/*".repeat(500_000),
        "a /- {".repeat(100_000),
        "/- ".repeat(300_000),
        "/-a{".repeat(14) + &"}".repeat(14),
        "a /*".to_owned() + &"*".repeat(1_000_000),
        "#".repeat(1_000_000),
        "a ".to_owned() + &"#".repeat(500_000) + "\"",
        "\"".repeat(1_000_001),
        "\"\"\"\n".repeat(200_001),
        "a \\\n".repeat(200_000),
        "}".repeat(1_000_000),
        "{".repeat(12) + &"}".repeat(12),
        ("{".repeat(12) + &"}".repeat(12)).repeat(1_000),
        "a=".repeat(400_000),
        "= ".repeat(400_000),
        "a ".repeat(500_000),
        "a 1 ".repeat(250_000),
        "a b=1 ".repeat(150_000),
        "(a)".repeat(300_000),
        "a (b)".repeat(200_000),
        "-".repeat(1_000_000),
        "1".repeat(1_000_000),
        "a ".to_owned() + &"9".repeat(1_000_000),
        "a 0x".to_owned() + &"f".repeat(1_000_000),
        "a 1e".to_owned() + &"9".repeat(1_000_000),
        "a \"".to_owned() + &"\\u{1}".repeat(200_000) + "\"",
        "a \"".to_owned() + &"\\".repeat(1_000_000) + "\"",
        ";".repeat(1_000_000),
        "\n".repeat(1_000_000),
        " ".repeat(1_000_000),
        "//\n".repeat(300_000),
        "a \"\"\"\n".to_owned() + &"  x\n".repeat(200_000) + "  \"\"\"",
        "a \"\"\"\n".to_owned() + &"x\n".repeat(200_000) + "  \"\"\"",
    ] {
        let head: String = text.chars().take(12).collect();
        let found = survive(text);
        assert!(!found.is_empty(), "«{head}…» passed");
    }
}

#[test]
fn a_text_of_ten_megabytes_and_one_just_too_long() {
    assert_eq!(rules(format!("norma-general \"1\" \"{}\"", "a".repeat(10_000_000)))[0], "limite");
    let long = format!("norma-general \"1\" \"{}\"\n{MANUAL}", "ñ".repeat(limits::TEXT + 1))
        .replace("\nnorma-general \"1\" \"Toda", "\nnorma-general \"2\" \"Toda");
    assert_eq!(rules(long), ["limite"]);
}

#[test]
fn calendars_that_use_each_other_in_circles() {
    let shared = [
        SourceFile::new("calendarios/a.kdl", "calendario-base \"guatemala\" { usa \"b\" }"),
        SourceFile::new(
            "calendarios/b.kdl",
            "calendario-base \"b\" { usa \"c\" }\ncalendario-base \"c\" { usa \"guatemala\" ; inhabil \"x\" fecha=\"01-01\" }",
        ),
    ];
    let outcome = read(&files(MANUAL), &shared);
    let circle = outcome.findings.iter().find(|finding| finding.rule == "limite").expect("the circle");
    assert!(circle.message.contains("«guatemala» → «b» → «c» → «guatemala»"), "{}", circle.message);
    assert_eq!(outcome.edition.expect("an edition").calendar.days_off.len(), 1);

    let mut chain = String::new();
    for number in 0..5_000 {
        let _ = writeln!(
            chain,
            "calendario-base \"{}\" {{ usa \"{}\" }}",
            if number == 0 { "guatemala".into() } else { number.to_string() },
            number + 1
        );
    }
    let outcome = read(&files(MANUAL), &[SourceFile::new("calendarios/cadena.kdl", chain)]);
    assert!(outcome.findings.iter().any(|finding| finding.rule == "limite"));
}

#[test]
fn thousands_of_faults_are_summed_up() {
    let mut text = MANUAL.to_owned();
    for number in 0..15_000 {
        let _ = writeln!(text, "clave-{number} \"x\"");
    }
    let found = survive(text);
    assert!(found.len() <= 2 * limits::FINDINGS + 1, "{}", found.len());
    assert!(found.iter().any(|finding| finding.rule == "limite"));
}

#[test]
fn many_branches_roles_fields_and_examples() {
    let branches = repeat(5_000, |n| format!(" r{n}=1"));
    assert!(rules(MANUAL.replace(" si=5 no=3", &branches)).contains(&"limite"));
    let roles = "\"Jefe\" ".repeat(5_000);
    assert!(
        rules(MANUAL.replace("paso 5 \"Usuario\"", &format!("paso 5 {roles} actuan=\"todos\""))).contains(&"limite")
    );
    let fields = repeat(5_000, |n| format!("campo \"c{n}\" \"C\"\n"));
    assert!(rules(MANUAL.replace("    campo \"nit\"", &format!("{fields}    campo \"nit\""))).contains(&"limite"));
    let examples =
        repeat(3_000, |n| format!("escenario \"e{n}\" procedimiento=\"P-1.1\" {{ entonces {{ recorrido 1 }} }}\n"));
    assert!(rules(format!("{MANUAL}{examples}")).contains(&"ejemplo-fallido"));
}

#[test]
fn other_encodings_are_findings() {
    for bytes in [&b"\xFF\xFEi\0n\0"[..], b"\xFE\xFF\0i\0n", b"institucion \"M\xE9xico\"", b"\0\0\0\0\0\0", b"\xC3"] {
        let (_, finding) = SourceFile::from_bytes("manual.kdl", bytes);
        assert_eq!(finding.map(|finding| finding.rule), Some("codificacion"), "{bytes:?}");
    }
}

#[test]
fn more_files_than_an_edition_may_have() {
    let files: Vec<SourceFile> = (0..limits::FILES + 10).map(|n| SourceFile::new(format!("{n}.kdl"), "")).collect();
    assert!(read(&files, &[]).findings.iter().any(|finding| finding.rule == "limite"));
    let files: Vec<SourceFile> =
        (0..40).map(|n| SourceFile::new(format!("{n}.kdl"), " ".repeat(limits::FILE_BYTES))).collect();
    assert!(read(&files, &[]).findings.iter().any(|finding| finding.rule == "limite"));
}
