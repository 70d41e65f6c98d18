//! What the reader makes of a file, and what it says of one it cannot take.

use crate::sample::{MANUAL, findings, line_of, only, outcome, with};
use manual::{
    calendar_rules::When,
    field::Kind,
    finding::Severity,
    organization::Scope,
    procedure::{Acting, StepNo, Target},
    read::read,
    source::SourceFile,
};

#[test]
fn steps_follow_the_rows_and_copy_the_scopes() {
    let edition = outcome(MANUAL).edition.expect("an edition");
    let procedure = edition.procedure("p-1.1").expect("by code, whatever its case");
    let step = |number| procedure.step(StepNo(number)).expect("step");
    assert_eq!(step(1).next, Target::Step(StepNo(2)));
    assert_eq!(step(5).next, Target::End);
    assert!(step(1).done_by_opening);
    assert_eq!(step(1).responsibles[0].scope, Scope::Requester);
    assert_eq!(step(3).responsibles[0].scope, Scope::Routed);
    assert_eq!(step(4).acting, Acting::All);
    let branches: Vec<_> = step(2)
        .decision
        .iter()
        .flat_map(|decision| &decision.branches)
        .map(|branch| (&*branch.name, branch.target))
        .collect();
    assert_eq!(branches, [("si", Target::Step(StepNo(3))), ("no", Target::Refusal)]);
    let form = edition.form("F-1").expect("form");
    assert!(matches!(&form.fields[0].kind, Kind::Choice(choices) if choices.len() == 2));
    assert_eq!(form.fields[1].only_if.as_ref().map(|only_if| &*only_if.key), Some("tipo"));
    assert_eq!(&*edition.numbering, "{año}-{n:6}");
}

#[test]
fn a_calendar_takes_the_country_and_its_locality() {
    let edition = outcome(MANUAL).edition.expect("an edition");
    let names: Vec<&str> = edition.calendar.days_off.iter().map(|day| &*day.name).collect();
    assert_eq!(names, ["Año Nuevo", "Semana Santa", "Asunción"]);
    assert_eq!(edition.calendar.days_off[1].when, When::Easter { from: -3, to: -1 });
    assert_eq!(edition.calendar.hours[0].weekdays, [1, 2, 3, 4, 5]);
    assert_eq!((edition.calendar.hours[0].intervals[1].from, edition.calendar.hours[0].intervals[1].to), (780, 960));
}

#[test]
fn unknown_keys_get_the_nearest_one() {
    for (from, to, near) in [
        ("actividad \"Atiende.\"", "actvidad \"Atiende.\"", "¿Quiso decir «actividad»?"),
        ("sigue=4", "sige=4", "¿Quiso decir «sigue=»?"),
        ("siglas \"IDP\"", "sigla \"IDP\"", "¿Quiso decir «siglas»?"),
        ("calendario \"Prueba\" {", "calendaro \"Prueba\" {", "¿Quiso decir «calendario»?"),
    ] {
        let text = with(from, to);
        let found = findings(&text);
        let finding = found
            .iter()
            .find(|finding| finding.rule == "clave-desconocida")
            .unwrap_or_else(|| panic!("{to}: {found:#?}"));
        assert_eq!(finding.help.as_deref(), Some(near));
        assert_eq!(finding.severity, Severity::Error);
    }
}

#[test]
fn values_of_the_wrong_kind_say_what_to_write() {
    for (from, to, help) in [
        ("edicion \"Primera\"", "edicion 1", "Escríbalo entre comillas."),
        ("jefatura=#true", "jefatura=\"si\"", "«#true» o «#false»"),
        ("sigue=4", "sigue=\"4\"", "Los números van sin comillas."),
        ("ambito=\"solicitante\"", "ambito=\"solicitnte\"", "¿Quiso decir «solicitante»?"),
        ("\"3 días hábiles\"", "\"tres días\"", "«3 días hábiles»"),
        ("\"13:00-16:00\"", "\"16:00-13:00\"", ""),
        ("pais \"GT\"", "pais \"MX\"", "Se admite: «GT», «SV»."),
        ("abierto=\"2026-03-02T09:00\"", "abierto=\"2 de marzo\"", ""),
        ("tipo=\"nit\"", "tipo=\"nitt\"", "¿Quiso decir «nit»?"),
        ("usa \"guatemala\"", "usa \"guatemla\"", "¿Quiso decir «guatemala»?"),
        ("nivel=1 superior", "nivel=7 superior", ""),
        ("paso 5 \"Usuario\"", "paso 0 \"Usuario\"", ""),
        ("actividad \"Recibe.\"", "actividad \" \"", "Escriba el texto"),
    ] {
        let text = with(from, to);
        let found = findings(&text);
        let finding = found
            .iter()
            .find(|finding| finding.rule == "valor-no-valido")
            .unwrap_or_else(|| panic!("{to}: {found:#?}"));
        assert!(finding.help.as_deref().unwrap_or_default().contains(help), "{to}: {finding:?}");
        assert_eq!(finding.severity, Severity::Error);
    }
}

#[test]
fn what_is_missing_is_told() {
    for (from, to, piece) in [
        ("        actividad \"Recibe.\"\n", "", "paso 5"),
        ("    siglas \"IDP\"\n", "", "institucion"),
        ("procedimiento \"P-1.1\" \"Altas y bajas\"", "procedimiento \"P-1.1\"", "procedimiento"),
    ] {
        let text = with(from, to);
        let found = findings(&text);
        let finding = found
            .iter()
            .find(|finding| finding.rule == "dato-faltante")
            .unwrap_or_else(|| panic!("{from}: {found:#?}"));
        assert_eq!(manual::source::line_and_column(&text, finding.at.offset as usize).0, line_of(&text, piece));
    }
    let outcome = read(&[], &[]);
    assert!(outcome.edition.is_none());
    assert_eq!(
        outcome.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(),
        ["dato-faltante", "dato-faltante"]
    );
}

#[test]
fn broken_syntax_is_told_in_spanish_with_its_place() {
    for (from, to, words) in [
        ("actividad \"Atiende.\"", "actividad \"Atiende.", "Faltan las comillas"),
        ("norma-general \"1\"", "norma-general \"1\" }", "Sobra una llave"),
        ("unidades {", "unidades", "Sobra una llave"),
        ("apertura { formulario \"F-1\" }", "apertura\n { formulario \"F-1\" }", "llave que no pertenece"),
        ("jefatura=#true", "jefatura=#verdad", "con «#»"),
        ("jefatura=#true", "jefatura=true", "#true"),
        ("sigue=4", "sigue=", "falta un valor"),
        ("nivel=1 superior", "nivel=1x superior", ""),
        ("actividad \"Atiende.\"", "actividad \"Atiende \\q.\"", "barra"),
        ("actividad \"Atiende.\"", "actividad \"Atiende\"\"dos\"", ""),
    ] {
        let text = with(from, to);
        let found = outcome(&text).findings;
        let finding = found.first().unwrap_or_else(|| panic!("{to}"));
        assert_eq!(finding.rule, "sintaxis", "{to}: {finding:?}");
        let said = format!("{} {}", finding.message, finding.help.as_deref().unwrap_or_default());
        assert!(said.contains(words), "{to}: {said}");
    }
}

#[test]
fn an_edition_does_not_depend_on_the_order_of_the_files() {
    let split = MANUAL.find("procedimiento \"P-1.1\"").expect("procedure");
    let head = SourceFile::new("manual.kdl", &MANUAL[..split]);
    let tail = SourceFile::new("procedimientos/p-1.kdl", &MANUAL[split..]);
    let one = read(&[head.clone(), tail.clone()], &[]).edition;
    let other = read(&[tail, head], &[]).edition;
    assert!(one.is_some());
    assert_eq!(one, other);
}

#[test]
fn findings_point_into_the_file_they_are_about() {
    let split = MANUAL.find("procedimiento \"P-1.1\"").expect("procedure");
    let files = [
        SourceFile::new("b.kdl", MANUAL[split..].replace("sigue=4", "sige=4")),
        SourceFile::new("a.kdl", &MANUAL[..split]),
    ];
    let shared = [SourceFile::new("calendarios/guatemala.kdl", "calendario-base \"guatemala\" { inhabill \"x\" }")];
    let outcome = read(&files, &shared);
    let places: Vec<(&str, u32)> = outcome.findings.iter().map(|finding| (finding.rule, finding.at.file)).collect();
    assert_eq!(places, [("clave-desconocida", 0), ("valor-no-valido", 1), ("clave-desconocida", 2)]);
}

#[test]
fn a_locality_without_holidays_is_a_warning() {
    let text = with("localidad \"Guatemala\"", "localidad \"Guatemla\"");
    let (rule, severity, line, finding) = only(&text);
    assert_eq!(
        (rule, severity, line),
        ("valor-no-valido", Severity::Warning, line_of(&text, "localidad \"Guatemla\""))
    );
    assert_eq!(finding.help.as_deref(), Some("¿Quiso decir «Guatemala»?"));
}
